"""How many HDUs a file has, before astropy is asked for one.

astropy looks for a further header as far as a file goes, which takes a minute for a gigabyte of
zeros; the reader of fitslint stops in time.
"""

from __future__ import annotations

from fitslint.source.files import read_file
from fitslint.wcs.errors import GridError

_BEHIND = 1 << 20
"""Bytes behind the last HDU that are still let pass."""


def count(path: str) -> int:
    """The HDUs of a file that astropy can open quickly.

    Raises
    ------
    GridError
        when there is none, or the file goes on far behind the last one.
    """
    file = read_file(path)
    if not file.hdus:
        raise GridError(file.reason or "this is no FITS file that can be read")
    for problem in file.problems:
        size = problem.params.get("size") if problem.kind == "trailing" else 0
        if size is None or size > _BEHIND:
            said = f"{size} bytes" if size else "more bytes than were read"
            raise GridError(f"{said} follow the last HDU; cut them off first (fitslint check)")
    return len(file.hdus)
