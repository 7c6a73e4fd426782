"""Which visit, CCD, filter, field and pointing a file of HSC is, by its header."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from fitslint.model.header import Header

_EXPOSURE = re.compile(r"HSCE(\d{8})")
_OLD_EXPOSURE = re.compile(r"HSC([A-Z])(\d{6})00")
_FRAME = re.compile(r"HSC([A-Z])(\d{6})\d{2}")
_BROAD = re.compile(r"HSC-[A-Z]+\d?")
_LETTER_STEP = 1_000_000
"""Visits of the letters A, B ... of frame numbers."""
_MJD_ZERO = 55927
"""Pointings are days from 2012-01-01 on."""
CCDS_MAX = 112
_ALIASES = {
    "W-S-G+": "HSC-G", "W-S-R+": "HSC-R", "W-S-I+": "HSC-I", "W-S-Z+": "HSC-Z", "W-S-ZR": "HSC-Y",
    "W-J-B": "HSC-B", "W-J-V": "HSC-V", "W-C-RC": "HSC-RC", "W-C-IC": "HSC-IC",
}  # fmt: skip
"""Names of filters of Suprime-Cam under which the same ones of HSC went at first."""


@dataclass(frozen=True, slots=True)
class DataId:
    """What a file is, as the archive of hscPipe calls it; None where the header does not tell.

    Attributes
    ----------
    filter : str
        in capitals: HSC-I and HSC-I2 are different filters.
    pointing : int
        days since 2012-01-01.
    date_obs : str
        DATE-OBS, the date only.
    """

    visit: int | None = None
    ccd: int | None = None
    filter: str | None = None
    field: str | None = None
    pointing: int | None = None
    date_obs: str | None = None

    @classmethod
    def from_header(cls, header: Header) -> DataId:
        """Read EXP-ID or FRAMEID, DET-ID, FILTER01, OBJECT, MJD and DATE-OBS."""
        ccd, name, mjd = header.number("DET-ID"), header.string("FILTER01"), header.number("MJD")
        field, date = header.string("OBJECT"), header.string("DATE-OBS")
        return cls(
            _find_visit(header),
            int(ccd) if ccd is not None and 0 <= ccd < CCDS_MAX and ccd == int(ccd) else None,
            standardise_filter(name) if name is not None and name.strip() else None,
            re.sub(r"\W", "_", field.strip()).upper() if field is not None else None,
            math.floor(mjd) - _MJD_ZERO if mjd is not None and math.isfinite(mjd) else None,
            date.strip()[:10] if date is not None else None,
        )


def standardise_filter(name: str) -> str:
    """The name of a filter in capitals, that of HSC in place of Suprime-Cam's."""
    name = name.strip().upper()
    return _ALIASES.get(name, name)


def is_broad_filter(name: str) -> bool:
    """Whether a filter is written in one way only; narrow bands go under several names."""
    return _BROAD.fullmatch(name) is not None


def _find_visit(header: Header) -> int | None:
    exposure = (header.string("EXP-ID") or "").strip()
    match = _EXPOSURE.fullmatch(exposure)
    if match is not None:
        return int(match[1]) or _find_frame_visit(header)
    match = _OLD_EXPOSURE.fullmatch(exposure)
    if match is not None:
        return int(match[2]) + _LETTER_STEP * (ord(match[1]) - ord("A")) or _find_frame_visit(
            header
        )
    return _find_frame_visit(header)


def _find_frame_visit(header: Header) -> int | None:
    """By FRAMEID: even numbers, since the two halves of the camera count on."""
    match = _FRAME.fullmatch((header.string("FRAMEID") or "").strip())
    if match is None:
        return None
    return int(match[2]) // 2 * 2 + _LETTER_STEP * (ord(match[1]) - ord("A"))


def read_told(header: Header) -> dict[str, int | str]:
    """Visit, ccd, filter, tract and pointing as far as a header tells them."""
    identity = DataId.from_header(header)
    told: dict[str, int | str | None] = {
        key: getattr(identity, key) for key in ("visit", "ccd", "filter", "pointing")
    }
    if (header.string("PRODUCT") or "").startswith("hsc-"):
        for key in ("visit", "ccd", "tract"):
            number = header.number(key.upper())
            if number is not None and number.is_integer():  # infinity is none
                told[key] = int(number)
        told["filter"] = header.string("FILTER") or told["filter"]
    return {key: value for key, value in told.items() if value is not None}
