"""Where a spectral or a time axis begins and ends, against what the header states of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import DAY_SECONDS, TIME_SCALE_SPREAD, read_instant
from fitslint.rules.sky.columns import list_world_names
from fitslint.rules.sky.numbers import round_digits

_IMAGES = ("primary", "image", "compressed-image")
_METRES = {
    "m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "micron": 1e-6, "nm": 1e-9, "angstrom": 1e-10,
    "a": 1e-10, "nanometer": 1e-9, "angstroms": 1e-10, "aa": 1e-10,
}  # fmt: skip
_STATED = (("WAV-MIN", "WAV-MAX"), ("WAVELMIN", "WAVELMAX"))
_NANOMETRE = 1e-9
_UNIT = compile_late(r"[\[(] *([A-Za-z]+) *[\])]")
_OVERLAP_MIN = 0.5
"""Part of the shorter of two ranges that the other one has: edges are cut or not."""
_RATIO_MIN = 3.0
"""A range of other numbers by less than this is not one of another unit."""
_TYPES = ("WAVE", "AWAV", "LAMB", "Wave", "wave")


class AxisRange(NamedTuple):
    """The least and the largest coordinate of an axis, in m or days."""

    low: float
    high: float


def _plan_spectrum(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    index = layout.index if layout is not None else {}
    for pair in _STATED:
        if layout is not None and all(name in index for name in pair):
            yield Subcheck((*list_world_names(layout), *pair, "INSTRUME"), pair, None)


@rule(
    "WS201",
    "spectral-range-disagrees",
    clause="8.4",
    level="conv",
    catalogue_rows=("S007",),
    reads="values",
    subchecks=_plan_spectrum,
    hdus=_IMAGES,
    summary_ja="波長軸の範囲が WAV-MIN・WAV-MAX と合わない",
    message={
        "": "axis {axis} goes from {first} to {last} nm, and {keyword}, {partner} are {low} and"
        " {high} nm",
        "unit": "axis {axis} goes from {first} to {last} nm, and {keyword}, {partner} are {low} and"
        " {high} nm: {ratio} times as much, one of the two is in another unit",
    },
)
def spectral_range_disagrees(header: Header, pair: tuple[str, str]) -> Iterator[Flag]:
    """The wavelengths of the axis are not those that the header says are on the detector.

    Half of the shorter range is enough; the unit of the keywords is that of their comments, nm
    where there is none.

    ## Why it matters
    Archives search by WAV-MIN and WAV-MAX, programs go by the axis: a spectrum of micrometres that
    is read as nanometres belongs to X-rays.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                 1000
    CTYPE1  = 'WAVE    '
    CUNIT1  = 'nm      '
    CRVAL1  =               5000.0
    CRPIX1  =                  1.0
    CDELT1  =                  1.0
    WAV-MIN =                500.0 / [nm] shortest wavelength
    WAV-MAX =                600.0 / [nm] longest wavelength
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                 1000
    CTYPE1  = 'WAVE    '
    CUNIT1  = 'nm      '
    CRVAL1  =                500.0
    CRPIX1  =                  1.0
    CDELT1  =                  0.1
    WAV-MIN =                500.0 / [nm] shortest wavelength
    WAV-MAX =                600.0 / [nm] longest wavelength
    ```
    """
    stated = _read_stated(header, pair)
    card = header.find_card(pair[0])
    if stated is None or card is None:
        return
    for axis in (1, 2, 3):
        found = _find_wavelengths(header, axis)
        if found is None:
            continue
        overlap = min(found.high, stated.high) - max(found.low, stated.low)
        shorter = min(found.high - found.low, stated.high - stated.low)
        if overlap >= _OVERLAP_MIN * shorter:
            continue
        ratio = math.sqrt(stated.low * stated.high / (found.low * found.high))
        far = max(ratio, 1 / ratio)
        yield flag(
            card, message="unit" if far > _RATIO_MIN else "", axis=axis,
            first=round_digits(found.low / _NANOMETRE, 5),
            last=round_digits(found.high / _NANOMETRE, 5), keyword=pair[0], partner=pair[1],
            low=round_digits(stated.low / _NANOMETRE, 5),
            high=round_digits(stated.high / _NANOMETRE, 5), ratio=round_digits(ratio),
        )  # fmt: skip


def _read_stated(header: Header, pair: tuple[str, str]) -> AxisRange | None:
    values = [header.number(name) for name in pair]
    card = header.find_card(pair[0])
    if card is None or values[0] is None or values[1] is None:
        return None
    match = _UNIT.search(card.comment)
    factor = _METRES.get(match[1].lower(), 0.0) if match else _NANOMETRE
    low, high = sorted((values[0] * factor, values[1] * factor))
    # a full range of nothing, and placeholders
    return AxisRange(low, high) if 0 < low < high < 1 else None


def _find_wavelengths(header: Header, axis: int) -> AxisRange | None:
    """The wavelengths of the outer pixels of an axis in m; None where it has none."""
    from fitslint.wcs.wcs import Wcs
    from fitslint.wcs.wcs_error import WcsError

    kind = (header.string(f"CTYPE{axis}") or "").strip()
    length = header.number(f"NAXIS{axis}")
    if not kind.startswith(_TYPES) or length is None or length < 2:
        return None
    try:
        wcs = Wcs.from_header(header)
    except WcsError:
        return None
    if axis > wcs.axes:
        return None
    ends = []
    for pixel in (1.0, length):
        at = [pixel if index == axis - 1 else origin for index, origin in enumerate(wcs.origin)]
        world = wcs.pixel_to_world(*at)
        if world is None:
            return None
        ends.append(world[axis - 1])
    unit = wcs.units[axis - 1] or (header.string(f"CUNIT{axis}") or "").strip()
    factor = _METRES.get(unit.lower().rstrip("s"), 0.0)
    low, high = sorted(end * factor for end in ends)
    return AxisRange(low, high) if 0 < low < high else None


_DATES = ("DATE-BEG", "DATE-END")
_OF_TIME = (
    "TIMESYS", "TIMEUNIT", "MJDREF", "MJDREFI", "MJDREFF", "JDREF", "JDREFI", "JDREFF", "DATEREF",
    "TIMEOFFS", "TREFPOS", "TREFDIR",
)  # fmt: skip
_SCALES = ("TIME", "UTC", "TT", "TAI", "TDB", "TCB", "TCG", "GPS", "UT1")


def _plan_time(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    index = layout.index if layout is not None else {}
    if layout is not None and all(name in index for name in _DATES):
        axes = tuple(axis for axis in range(1, 6) if f"CTYPE{axis}" in index)
        if axes:
            yield Subcheck((*list_world_names(layout), *_DATES, *_OF_TIME), axes, None)


@rule(
    "WT204",
    "time-axis-disagrees",
    clause="9.5",
    level="conv",
    catalogue_rows=("Q006",),
    reads="values",
    subchecks=_plan_time,
    hdus=_IMAGES,
    summary_ja="時間軸の始めと終わりが DATE-BEG・DATE-END と合わない",
    message="axis {axis} of time goes from MJD {first} to {last}, and {keyword} is MJD {stated}:"
    " {gap} s from it, where a pixel is {step} s",
)
def time_axis_disagrees(header: Header, axes: tuple[int, ...]) -> Iterator[Flag]:
    """The time axis does not begin at DATE-BEG, or does not end at DATE-END.

    A pixel of the axis is granted, and 70 s that time scales lie apart.

    ## Why it matters
    The reference of the times (MJDREF, TIMEUNIT) is wrong, or the dates are those of another part:
    light curves of two telescopes do not meet.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                  100
    CTYPE1  = 'TIME    '
    CUNIT1  = 's       '
    CRVAL1  =                  0.0
    CRPIX1  =                  0.5
    CDELT1  =                 10.0
    MJDREF  =              59000.0
    DATE-BEG= '2020-06-01T00:00:00'
    DATE-END= '2020-06-01T00:16:40'
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                  100
    CTYPE1  = 'TIME    '
    CUNIT1  = 's       '
    CRVAL1  =                  0.0
    CRPIX1  =                  0.5
    CDELT1  =                 10.0
    MJDREF  =              59001.0
    DATE-BEG= '2020-06-01T00:00:00'
    DATE-END= '2020-06-01T00:16:40'
    ```
    """
    for axis in axes:
        span = _find_time_span(header, axis)
        if span is None:
            continue
        first, last, step = span
        room = TIME_SCALE_SPREAD + abs(step)
        for name, end in zip(_DATES, sorted((first, last)), strict=True):
            card, stated = header.find_card(name), read_instant(header, name)
            if card is None or stated is None:
                continue
            gap = max(stated.mjd - end, end - stated.last_mjd, 0.0) * DAY_SECONDS
            if gap > room:
                yield flag(
                    card, axis=axis, first=round(first, 6), last=round(last, 6), keyword=name,
                    stated=round(stated.mjd, 6), gap=round_digits(gap), step=round_digits(step),
                )  # fmt: skip
                break


def _find_step(header: Header, axis: int) -> float | None:
    """What a pixel of an axis is in its unit; None where the axis is turned into others."""
    from fitslint.wcs.wcs import Wcs
    from fitslint.wcs.wcs_error import WcsError

    try:
        wcs = Wcs.from_header(header)
    except WcsError:
        return header.number(f"CDELT{axis}")  # other axes may be at fault
    row = wcs.matrix[axis - 1] if axis <= wcs.axes else ()
    is_alone = all(number == 0 for at, number in enumerate(row) if at != axis - 1)
    return row[axis - 1] if row and row[axis - 1] and is_alone else None


def _find_time_span(header: Header, axis: int) -> tuple[float, float, float] | None:
    """Modified Julian dates of the outer edges of a time axis, and the seconds of a pixel."""
    kind = (header.string(f"CTYPE{axis}") or "").strip()
    length = header.number(f"NAXIS{axis}")
    step = _find_step(header, axis) if kind in _SCALES and length else None
    if not length or step is None:
        return None
    from fitslint.wcs.keywords import KeywordError
    from fitslint.wcs.maths import FAILURES, SCALAR
    from fitslint.wcs.timeaxis import TimeAxis

    values = {name: header.value(name) for name in header.layout.index if name in _OF_TIME}
    names = (f"CTYPE{axis}", f"CUNIT{axis}", f"CRVAL{axis}")
    values |= {name: header.value(name) for name in names}
    origin = header.number(f"CRPIX{axis}") or 0.0
    try:
        time = TimeAxis.from_values(values, axis)
        first, last = (
            time.to_mjd(SCALAR, (pixel - origin) * step) for pixel in (0.5, length + 0.5)
        )
    except (KeywordError, *FAILURES):
        return None
    has_reference = any(name in header for name in _OF_TIME if "REF" in name and name[0] != "T")
    return (first, last, time.factor * step) if has_reference else None
