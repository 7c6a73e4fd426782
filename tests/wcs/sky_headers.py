"""Headers of a few cards for tests of coordinates."""

from __future__ import annotations

from fitslint.model.header import Header
from fitslint.syntax.headers import make_header

IMAGE = """\
SIMPLE  =                    T
BITPIX  =                  -32
NAXIS   =                    2
NAXIS1  =                 1000
NAXIS2  =                  800
"""
TAN = """\
CTYPE1  = 'RA---TAN'
CTYPE2  = 'DEC--TAN'
CRVAL1  =                150.0
CRVAL2  =                 30.0
CRPIX1  =                500.5
CRPIX2  =                400.5
"""


def read_cards(lines: str) -> Header:
    """The header of an image whose further cards these lines are."""
    raw = "".join(f"{line:<80}" for line in (IMAGE + lines).splitlines()).encode()
    return make_header(raw, offset=0, hdu=1, end=b"END".ljust(80), fill=b"")
