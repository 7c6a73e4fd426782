"""Images in a file: which HDU is meant, and its axes."""

from __future__ import annotations

import re

from fitslint.model.errors import FitslintError
from fitslint.model.file import FitsFile, Hdu

_ARRAYS = ("primary", "image")
_DIGITS = re.compile(r"[0-9]{1,9}")
_AXES_MAX = 999


class HduError(FitslintError):
    """A file has no such HDU; the sentence says which it has."""


def find_hdu(file: FitsFile, hdu: int | str) -> Hdu:
    """The HDU of a number from 1, or of an EXTNAME.

    Raises
    ------
    HduError
        when there is none.
    """
    if isinstance(hdu, str) and not _DIGITS.fullmatch(hdu):
        wanted = hdu.strip().upper()
        for candidate in file.hdus:
            name = candidate.header.string("EXTNAME")
            if name is not None and name.strip().upper() == wanted:
                return candidate
        raise HduError(f"no HDU has the EXTNAME {hdu!r}")
    number = int(hdu)
    if not 1 <= number <= len(file.hdus):
        raise HduError(f"there is no HDU {number}; they count from 1 to {len(file.hdus)}")
    return file.hdus[number - 1]


def has_image(hdu: Hdu) -> bool:
    """Whether an HDU is a plain image with pixels."""
    return hdu.kind in _ARRAYS and bool(hdu.data_bytes)


def read_axes(hdu: Hdu) -> tuple[int, ...]:
    """NAXIS1, NAXIS2 ... of an image, of one that is compressed as well; none of a table."""
    if hdu.kind in _ARRAYS:
        return tuple(axis or 0 for axis in hdu.header.structure.axes)
    count = hdu.header.value("ZNAXIS") if hdu.kind == "compressed-image" else None
    if not isinstance(count, int) or not 0 < count <= _AXES_MAX:
        return ()
    lengths = [hdu.header.value(f"ZNAXIS{axis}") for axis in range(1, count + 1)]
    return tuple(length if isinstance(length, int) else 0 for length in lengths)
