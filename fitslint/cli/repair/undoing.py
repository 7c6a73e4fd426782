"""``fitslint fix --undo`` and ``fitslint fix --recover``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from fitslint.cli.errors import ExitCode, Usage
from fitslint.repair.model import RepairError
from fitslint.repair.places import NamedFolders
from fitslint.report.escape import visible
from fitslint.source.walk import Walk
from fitslint.text import count_noun


def undo(log: str, paths: Sequence[str], *, follow: bool) -> ExitCode:
    """Take back what a log tells, for the files and folders in ``paths`` or for all.

    Raises
    ------
    Usage
        when the log cannot be read.
    """
    from fitslint.repair.undo import undo as take_back

    ended: Counter[str] = Counter()
    try:
        for one in take_back(log, _within(paths), follow=follow):
            kind = "not undone" if one.error else "restored" if one.restored else "untouched"
            ended[kind] += 1
            said = f"not undone: {one.error}" if one.error else one.note or "restored"
            sys.stdout.write(f"{visible(one.path)}: {visible(said)}\n")
    except RepairError as error:
        raise Usage(str(error)) from None
    parts = [f"{count_noun(ended['restored'], 'repair')} undone"]
    parts += [
        f"{number:,} {kind}" for kind in ("untouched", "not undone") if (number := ended[kind])
    ]
    sys.stdout.write(f"{'; '.join(parts)}.\n")
    return ExitCode.UNJUDGED if ended["not undone"] else ExitCode.OK


def recover(paths: Sequence[str], exclude: Sequence[str]) -> ExitCode:
    """Roll back what a crash left half written beside files."""
    from fitslint.repair.write import recover as put_right

    rolled = tidied = failed = 0
    named = NamedFolders([path for path in paths if os.path.isdir(path)])  # noqa: PTH112
    for path in Walk(paths, exclude=exclude):
        try:
            named.refuse_outside(path)
            found = put_right(path)
        except RepairError as error:
            failed += 1
            sys.stdout.write(f"{visible(path)}: not recovered: {visible(str(error))}\n")
            continue
        if found.rolled_back or found.removed:
            rolled += found.rolled_back
            tidied += len(found.removed)
            what = "rolled back" if found.rolled_back else "what was left beside it is removed"
            sys.stdout.write(f"{visible(path)}: {what}\n")
    sys.stdout.write(
        f"{count_noun(rolled, 'file')} rolled back; {count_noun(tidied, 'leftover')} removed"
        + (f"; {count_noun(failed, 'file')} not recovered.\n" if failed else ".\n")
    )
    return ExitCode.UNJUDGED if failed else ExitCode.OK


def _within(paths: Sequence[str]) -> Callable[[str], bool] | None:
    if not paths:
        return None
    places = [os.path.abspath(path) for path in paths]  # noqa: PTH100 -- links stay as they are

    def wanted(file: str) -> bool:
        return any(file == place or file.startswith(f"{place}{os.sep}") for place in places)

    return wanted
