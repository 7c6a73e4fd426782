"""``fitslint hsc check``: a rerun as a whole."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from fitslint.cli.check import choose_least_severity, decide_exit_code, end_early
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import (
    COLOR,
    CONFIG,
    NO_CONFIG,
    SelectOptions,
    argument,
    configuration_option,
    option,
)


class TreeOptions(SelectOptions):
    """The options of ``fitslint hsc check``."""

    root: Path = argument("Root of hscPipe.", "ROOT", default=Path())
    rerun: str | None = option("The rerun below a root.", "NAME")
    data: bool = configuration_option("data")
    color: str = COLOR
    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG


def check_tree(options: TreeOptions) -> ExitCode:
    """Check a rerun of hscPipe as a whole: what is missing, doubled, damaged or misplaced.

    The rules HS are asked, those on single files and those on all together; --select takes others.
    Headers and small tables are read; pixels with --data. Findings from warnings upwards count,
    unless --fail-on says otherwise. Exit 0: none; 1: one; 2: usage, or there are no files of
    hscPipe; 3: a file could not be judged.
    """
    from fitslint.cli.outputs import open_outputs
    from fitslint.cli.settings import load_settings
    from fitslint.engine.tally import Tally
    from fitslint.model.errors import FitslintError
    from fitslint.pipeline.hsc.tree.check import GROUP, RerunCheck
    from fitslint.report.reporter import Summary

    settings = load_settings(options, options.config, search=not options.no_config).settings
    if not settings.select:
        settings = replace(settings, select=(GROUP,))
    if not options.fail_on and settings.fail_on == "error":
        settings = replace(settings, fail_on="warning")
    root = options.root if options.rerun is None else options.root / "rerun" / options.rerun
    with ExitStack() as stack:
        least = choose_least_severity(settings, show_infos=True)
        outputs = open_outputs(options.output or (), options.color, stack, least, settings.fail_on)
        try:
            reports = list(RerunCheck(root, settings).list_reports())
        except FitslintError as error:
            raise UsageError(str(error)) from None
        tally = Tally()
        summary = Summary(tally, {}, None, with_data=settings.data)
        with end_early(outputs, summary):
            for report in reports:
                tally.add(report)
                for output in outputs:
                    if report.findings or output.reporter.renders_clean_files:
                        output.write(output.reporter.render_file(report))
        for output in outputs:
            output.finish(summary)
    return decide_exit_code(tally, settings)
