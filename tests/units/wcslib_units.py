"""The unit parser of WCSLIB, in the library that astropy brings along."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import NamedTuple

_TYPES = 17
"""What WCSLIB counts the powers of (its ``WCSUNITS_NTYPE``)."""


class WcslibUnit(NamedTuple):
    """A unit as WCSLIB reads it: log, ln or exp (1, 2, 3), size, and powers by its own types."""

    function: int
    size: float
    powers: tuple[float, ...]


@cache
def _load():
    import astropy.wcs

    library = ctypes.CDLL(astropy.wcs._wcs.__file__)
    library.wcsulexe.argtypes = (
        ctypes.c_char_p, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_double),
        ctypes.c_double * _TYPES, ctypes.c_void_p,
    )  # fmt: skip
    return library


def read_unit(text: str) -> WcslibUnit | None:
    """The unit of a string; None where WCSLIB refuses it."""
    function, size, powers = ctypes.c_int(), ctypes.c_double(), (ctypes.c_double * _TYPES)()
    status = _load().wcsulexe(text.encode(), function, size, powers, None)
    return None if status else WcslibUnit(function.value, size.value, tuple(powers))


def translate_unit(text: str) -> str:
    """The string after WCSLIB has replaced the spellings that it takes for safe."""
    buffer = ctypes.create_string_buffer(text.encode(), 160)
    _load().wcsutrne(ctypes.c_int(0), buffer, None)
    return buffer.value.decode()
