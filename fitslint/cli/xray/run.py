"""``fitslint xray run`` and ``fitslint xray new``: the eight steps from a configuration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import UsageError, print_error
from fitslint.cli.kappa.run import RunReporter, find_run_exit_code, select_steps
from fitslint.cli.options import Options, argument, option

if TYPE_CHECKING:
    from fitslint.cli.errors import ExitCode
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.run.execute import TaskResult
    from fitslint.pipeline.xray.run.flags import FlagKeeper


class XrayRunOptions(Options):
    """The options of ``fitslint xray run``."""

    config: Path = argument("What to make (JSON).", "CONFIG")
    only: str = option("This step alone.", "STEP")
    first: str = option("This step and those behind it.", "STEP", "--from")
    engine: str = option("embedded or ciao, in place of what CONFIG says.", "NAME")
    force: bool = option("Run what is unchanged too, and replace files that were edited.")
    dry_run: bool = option("Tell what would be run, and why; write nothing.")


def run_steps(options: XrayRunOptions) -> ExitCode:
    """Make mosaics, contour bins and their regions of the observations that CONFIG names.

    The steps are reprocess, deflare, merge, flux, crop, contbin, coordinates and qc. CONFIG keeps
    in its flags which are done; one that is set to false is run again. A step whose inputs,
    parameters, program and products are unchanged is not run again; one that fails stops only what
    needs it. Exit 0: all done; 1: a product does not conform; 2: usage, or a configuration that
    cannot be used; 3: a step failed.
    """
    from contextlib import nullcontext
    from dataclasses import replace

    from fitslint.cli.progress import ProgressBar
    from fitslint.config.options import SettingsError
    from fitslint.pipeline.run.execute import RunOptions, execute_tasks
    from fitslint.pipeline.run.lock import lock_folder
    from fitslint.pipeline.xray.run.config import read_xray_config
    from fitslint.pipeline.xray.run.flags import FlagKeeper
    from fitslint.pipeline.xray.run.plan import STEPS, ask_again, open_xray_state, plan_xray_run

    steps = select_steps(STEPS, options.only, options.first)
    if options.engine not in ("", "embedded", "ciao"):
        raise UsageError("--engine is embedded or ciao")
    try:
        config = read_xray_config(options.config)
    except SettingsError as error:
        raise UsageError(str(error)) from None
    config = replace(config, engine=options.engine or config.engine)
    planned = plan_xray_run(config)
    how = RunOptions(options.force, options.force, options.dry_run)
    with nullcontext() if options.dry_run else lock_folder(config.output):
        state = open_xray_state(config)
        if state.warning:
            print_error(f"note: {state.warning}")
        tasks = ask_again([task for task in planned if task.step in steps], state, config.flags)
        keeper = None if options.dry_run else FlagKeeper(config.path, planned, state)
        with ProgressBar() as bar:
            reporter = FlagReporter(bar, keeper)
            results = execute_tasks(tasks, config.output, state, how, reporter)
    return find_run_exit_code(results)


class FlagReporter(RunReporter):
    """Says what becomes of every task, and keeps the flags."""

    def __init__(self, bar: ProgressBar, keeper: FlagKeeper | None) -> None:
        super().__init__(bar)
        self._keeper = keeper

    def end(self, result: TaskResult) -> None:
        """Say what became of a task; a flag that cannot be written is told, and lost."""
        from fitslint.config.options import SettingsError

        super().end(result)
        try:
            if self._keeper is not None:
                self._keeper.note(result)
        except SettingsError as error:
            print_error(f"the flags are not kept: {error}")
        except OSError as error:
            print_error(f"the flags are not kept: {error.filename}: {error.strerror}")


class NewRunOptions(Options):
    """The options of ``fitslint xray new``."""

    name: str = argument("Name of the cluster.", "NAME")
    directory: Path = argument("Folder of the observations: OBS_ID/primary and so on.", "DIR")
    sn: float = option("Signal to noise of a bin.", "VAL", default=70.0)
    smoothsn: float = option("Signal to noise of the smoothing.", "VAL", default=100.0)


def print_new_config(options: NewRunOptions) -> None:
    """Print a configuration for `fitslint xray run` (step 1) with the observations of a folder.

    Exit 0: printed; 2: usage, or there is no observation.
    """
    import json

    from fitslint.pipeline.xray.run.flags import FLAGS

    if not options.directory.is_dir():
        raise UsageError(f"{options.directory}: there is no such folder")
    found = sorted(
        path.parent.name for path in options.directory.glob("*/primary") if path.is_dir()
    )
    if not found:
        raise UsageError(f"{options.directory}: no observation is in it (OBS_ID/primary)")
    tables = {
        "info_dict": {
            "name": options.name, "sn_per_region": options.sn, "reg_smoothness": options.smoothsn,
            "cluster_directory": str(options.directory), "obs_ids": found,
        },
        "flags": dict.fromkeys(FLAGS.values(), False),
    }  # fmt: skip
    sys.stdout.write(json.dumps(tables, indent=4, ensure_ascii=False) + "\n")
