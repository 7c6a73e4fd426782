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
    if not counts:
        sys.stdout.write(f"{say('Nothing is left to undo.')}\n")
        return ExitCode.OK
    parts = [say("{repairs} undone", repairs=count_noun(counts["restored"], "repair"))]
    told = (("untouched", "{number:,} untouched"), ("not undone", "{number:,} not undone"))
    parts += [say(template, number=counts[kind]) for kind, template in told if counts[kind]]
    sys.stdout.write(f"{say('; ').join(parts)}{say('.')}\n")
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
            sentence = say("not recovered: {error}", error=escape_text(str(error)))
            sys.stdout.write(f"{escape_text(path)}: {sentence}\n")
            continue
        if recovery.rolled_back or recovery.removed:
            rolled += recovery.rolled_back
            tidied += len(recovery.removed)
            what = (
                say("rolled back")
                if recovery.rolled_back
                else say("what was left beside it is removed")
            )
            sys.stdout.write(f"{escape_text(path)}: {what}\n")
    parts = [
        say("{files} rolled back", files=count_noun(rolled, "file")),
        say("{leftovers} removed", leftovers=count_noun(tidied, "leftover")),
    ]
    if failed:
        parts.append(say("{files} not recovered", files=count_noun(failed, "file")))
    sys.stdout.write(f"{say('; ').join(parts)}{say('.')}\n")
    return ExitCode.NOT_CHECKED if failed else ExitCode.OK


def _build_filter(paths: Sequence[str]) -> Callable[[str], bool] | None:
    if not paths:
        return None
    roots = [os.path.abspath(path) for path in paths]  # noqa: PTH100 -- links stay as they are

    def is_inside(file: str) -> bool:
        return any(file == root or file.startswith(f"{root}{os.sep}") for root in roots)

    return is_inside
