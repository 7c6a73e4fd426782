"""``fitslint fix --undo`` and ``fitslint fix --recover``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.repair.model import RepairError
from fitslint.repair.named_folders import NamedFolders
from fitslint.report.escape import escape_text
from fitslint.source.walk import FileWalk
from fitslint.text import count_noun, say


def run_undo(log: str, paths: Sequence[str], *, follow: bool) -> ExitCode:
    """Take back what a log tells, for the files and folders in ``paths`` or for all.

    Raises
    ------
    UsageError
        when the log cannot be read.
    """
    from fitslint.repair.undo import undo_repairs

    counts: Counter[str] = Counter()
    try:
        for undone in undo_repairs(log, _build_filter(paths), follow=follow):
            error = undone.error
            kind = "not undone" if error else "restored" if undone.restored else "untouched"
            counts[kind] += 1
            sentence = (
                say("not undone: {error}", error=error) if error else undone.note or say("restored")
            )
            sys.stdout.write(f"{escape_text(undone.path)}: {escape_text(sentence)}\n")
    except RepairError as error:
        raise UsageError(str(error)) from None
    parts = [f"{count_noun(counts['restored'], 'repair')} undone"]
    parts += [
        f"{number:,} {kind}" for kind in ("untouched", "not undone") if (number := counts[kind])
    ]
    sys.stdout.write(f"{'; '.join(parts)}.\n")
    return ExitCode.NOT_CHECKED if counts["not undone"] else ExitCode.OK


def run_recover(paths: Sequence[str], exclude: Sequence[str]) -> ExitCode:
    """Roll back what a crash left half written beside files."""
    from fitslint.repair.write import recover_file

    rolled = tidied = failed = 0
    named = NamedFolders([path for path in paths if os.path.isdir(path)])  # noqa: PTH112
    for path in FileWalk(paths, exclude=exclude):
        try:
            named.refuse_outside(path)
            recovery = recover_file(path)
        except RepairError as error:
            failed += 1
            sys.stdout.write(f"{escape_text(path)}: not recovered: {escape_text(str(error))}\n")
            continue
        if recovery.rolled_back or recovery.removed:
            rolled += recovery.rolled_back
            tidied += len(recovery.removed)
            what = "rolled back" if recovery.rolled_back else "what was left beside it is removed"
            sys.stdout.write(f"{escape_text(path)}: {what}\n")
    sys.stdout.write(
        f"{count_noun(rolled, 'file')} rolled back; {count_noun(tidied, 'leftover')} removed"
        + (f"; {count_noun(failed, 'file')} not recovered.\n" if failed else ".\n")
    )
    return ExitCode.NOT_CHECKED if failed else ExitCode.OK


def _build_filter(paths: Sequence[str]) -> Callable[[str], bool] | None:
    if not paths:
        return None
    roots = [os.path.abspath(path) for path in paths]  # noqa: PTH100 -- links stay as they are

    def is_inside(file: str) -> bool:
        return any(file == root or file.startswith(f"{root}{os.sep}") for root in roots)

    return is_inside
