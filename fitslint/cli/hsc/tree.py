"""``fitslint hsc check``: a rerun as a whole."""

from __future__ import annotations

import sys
from pathlib import Path

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import Options, argument, option
from fitslint.cli.report_lines import print_lines


class TreeOptions(Options):
    """The options of ``fitslint hsc check``."""

    root: Path = argument("Root of hscPipe.", "ROOT", default=Path())
    rerun: str | None = option("The rerun below a root.", "NAME")


def check_tree(options: TreeOptions) -> ExitCode:
    """Check a rerun of hscPipe as a whole: what is missing, doubled, damaged or misplaced.

    Headers are read, data are not. Exit 0: nothing found but notes; 1: an error or a warning; 2:
    usage, or there are no files of hscPipe.
    """
    from fitslint.pipeline.hsc.errors import HscError
    from fitslint.pipeline.hsc.tree.judge import ProductTree, judge_tree
    from fitslint.pipeline.hsc.tree.layout import find_products
    from fitslint.report.escape import escape_text

    root = options.root if options.rerun is None else options.root / "rerun" / options.rerun
    try:
        files = find_products(root)
    except HscError as error:
        raise UsageError(str(error)) from None
    if not files:
        raise UsageError(f"{root}: there is no file of hscPipe, such as CORR-0020878-050.fits")
    found = judge_tree(ProductTree(root, files))
    for each in found:
        line = f"{each.path}: {each.severity} {each.code} {each.message}"
        sys.stdout.write(f"{escape_text(line)}\n")
    bad = sum(each.severity != "info" for each in found)
    print_lines([f"{len(files)} files; errors and warnings: {bad}; notes: {len(found) - bad}"])
    return ExitCode.FOUND if bad else ExitCode.OK
