"""What a repair that was ended has left beside files."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from fitslint.report.escape import visible
from fitslint.source.leftovers import is_left

_NAMED = 5


def tell_leftovers(paths: Iterable[str]) -> None:
    """Name temporary files on which nobody works any more, and say how to be rid of them."""
    left = [path for path in paths if is_left(path)]
    if not left:
        return
    names = ", ".join(visible(path) for path in left[:_NAMED])
    more = f" and {len(left) - _NAMED:,} more" if len(left) > _NAMED else ""
    sys.stderr.write(
        f"fitslint: a repair was ended and left {names}{more}; the file that it was to replace is "
        "as it was, and 'fitslint fix --recover' removes what was left\n"
    )
