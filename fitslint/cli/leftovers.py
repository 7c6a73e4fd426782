"""What a repair that was ended has left beside files."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from fitslint.report.escape import escape_text
from fitslint.source.leftovers import is_orphan

_NAMED_MAX = 5


def report_leftovers(paths: Iterable[str]) -> None:
    """Name temporary files on which nobody works any more, and say how to be rid of them."""
    left = [path for path in paths if is_orphan(path)]
    if not left:
        return
    names = ", ".join(escape_text(path) for path in left[:_NAMED_MAX])
    more = f" and {len(left) - _NAMED_MAX:,} more" if len(left) > _NAMED_MAX else ""
    sys.stderr.write(
        f"fitslint: a repair was ended and left {names}{more}; the file that it was to replace is "
        "as it was, and 'fitslint fix --recover' removes what was left\n"
    )
