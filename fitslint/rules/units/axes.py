"""Units that a keyword demands: angles of celestial axes, and TIMEUNIT (sections 8.3 and 9.3)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from fitslint.dictionary import load_standard
from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import set_value
from fitslint.rules.sky.numbers import round_digits
from fitslint.rules.sky.readers import list_unit_readers
from fitslint.rules.units.flags import write_unit
from fitslint.rules.wcs.celestial import parse_celestial_type
from fitslint.rules.wcs.versions import find_axis_cards, is_in_types
from fitslint.syntax.write_cards import format_card_value
from fitslint.text import phrase

_DEGREES = (b"'deg     '", b"'deg'")
_VALUE = 10
"""Column, from 0, at which the text of a value in fixed format begins."""


def _find_unit_cards(layout: Layout) -> list[int]:
    """The first byte of the value of every card of CUNITia."""
    return [
        place * CARD_SIZE + _VALUE
        for name, places in layout.index.items()
        if name.startswith("CUNIT")
        for place in places
    ]


def _surely_degrees(header: Header) -> bool:
    """Whether all units of axes are degrees, as columns tell."""
    starts = header.layout.compute_once("units of axes", _find_unit_cards)
    raw = header.raw
    return all(raw.startswith(_DEGREES, start) for start in starts)


@rule(
    "UN111",
    "celestial-unit",
    clause="8.3",
    level="must",
    reads="values",
    needs=("CTYPEia", "CUNITia"),
    min_present=2,
    precheck=_surely_degrees,
    catalogue_rows=("U011",),
    summary_ja="天球座標軸の CUNIT が角度の単位でない",
    message="{keyword} = '{unit}' is a unit of {measured}, and {other} = '{kind}' is an angle, in"
    " degrees by default",
)
def celestial_unit(header: Header) -> Iterator[Flag]:
    """The unit of a celestial axis is no unit of angle.

    ## Why it matters
    WCSLIB refuses the coordinates; other programs take the numbers for degrees.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CUNIT1  = 'm       '
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CUNIT1  = 'deg     '
    ```
    """
    from fitslint.units.spelling import name_quantity

    units = find_axis_cards(header, "CUNIT")
    for version, types in find_axis_cards(header, "CTYPE").items():
        for axis, kind in types.items():
            card = units.get(version, {}).get(axis)
            if card is None or not isinstance(card.value, str) or not isinstance(kind.value, str):
                continue
            unit = card.value.strip(" ")
            measured = name_quantity(unit)
            if measured not in (None, "angle") and parse_celestial_type(kind.value.rstrip(" ")):
                yield flag(
                    card, keyword=card.keyword, unit=unit, measured=phrase(measured),
                    other=kind.keyword, kind=kind.value.rstrip(" "),
                )  # fmt: skip


_EQUATORIAL_AND_ALIKE = ("RA", "DEC", "GLON", "GLAT", "ELON", "ELAT", "SLON", "SLAT")
"""Not the axes of the Sun, of which arcsec are the unit (Thompson 2006)."""


def _surely_plain(header: Header) -> bool:
    """Whether all units of axes are degrees, or no axis is one of the sky beyond the Sun."""
    return _surely_degrees(header) or not is_in_types(_SKY, header)


_SKY = compile_late(b"= *'(?:RA|DEC|[GES]L)")


@rule(
    "UN115",
    "celestial-unit-unread",
    clause="8.2",
    level="conv",
    reads="values",
    needs=("CTYPEia", "CUNITia", "CRVALia", "CDELTia", "CDi_ja", "PVi_ma"),
    min_present=2,
    precheck=_surely_plain,
    precheck_needs=("CTYPEia", "CUNITia"),
    catalogue_rows=("U010",),
    fix="unsafe",
    summary_ja="天球座標軸の CUNIT が度以外の角度で、度として読むプログラムが多い",
    message="{keyword} = '{unit}': {readers} read the numbers of {other} = '{kind}' in degrees all"
    " the same, which makes a pixel {factor} times as large; write degrees",
)
def celestial_unit_unread(header: Header) -> Iterator[Flag]:
    """The axes of the sky are in another unit of angle than degrees.

    The standard allows it, and CUNITi then holds for CRVALi, CDELTi and CDi_j. Axes of the Sun are
    in arcsec by custom, and are left. The fix writes these numbers in degrees.

    ## Why it matters
    Of thirteen programs that were asked, four go by CUNITi and eight read the numbers as degrees:
    of arcsec they make an image that is 3600 times as large, and elsewhere.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CUNIT1  = 'arcsec  '
    CUNIT2  = 'arcsec  '
    CRVAL1  =             540900.0
    CRVAL2  =             124200.0
    CDELT1  =                -0.36
    CDELT2  =                 0.36
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CUNIT1  = 'deg     '
    CUNIT2  = 'deg     '
    CRVAL1  =               150.25
    CRVAL2  =                 34.5
    CDELT1  =              -0.0001
    CDELT2  =               0.0001
    ```
    """
    from fitslint.wcs.axes import DEGREES

    units = find_axis_cards(header, "CUNIT")
    for version, types in find_axis_cards(header, "CTYPE").items():
        for axis, kind in types.items():
            card = units.get(version, {}).get(axis)
            told = parse_celestial_type(kind.value) if isinstance(kind.value, str) else None
            if card is None or told is None or told.coordinate not in _EQUATORIAL_AND_ALIKE:
                continue
            if told.projection == "TAB":  # programs that do not know CUNITi do not know this either
                continue
            unit = card.value.strip(" ") if isinstance(card.value, str) else ""
            degrees = DEGREES.get(unit, 1.0)
            if degrees != 1.0:
                yield flag(
                    card, keyword=card.keyword, unit=unit, readers=list_unit_readers(),
                    other=kind.keyword, kind=str(kind.value).rstrip(" "),
                    factor=round_digits(1 / degrees, 6),
                    fix=_write_degrees(header, card, (version, axis), degrees),
                    title=phrase("write the numbers of {other} in degrees", other=kind.keyword),
                )  # fmt: skip


def _write_degrees(
    header: Header, card: Card, where: tuple[str, int], degrees: float
) -> tuple[Edit, ...] | None:
    """The edits that bring one axis to degrees; None where a number of it is not plain."""
    version, axis = where
    names = [f"{root}{axis}{version}" for root in _IN_UNIT]
    names += [f"CD{axis}_{j}{version}" for j in range(1, _AXES_MAX + 1)]
    edits = [set_value(card, "'deg     '")]
    if header.layout.list_names(f"PV{axis}_"):
        return None
    for name in names:
        number = header.find_card(name)
        if number is None:
            continue
        value = number.number_value
        if value is None or len(header.layout.index[name]) > 1:
            return None
        edits.append(set_value(number, format_card_value(float(f"{value * degrees:.15g}"))))
    whole = tuple(edit for edit in edits if edit is not None)
    return whole if len(whole) == len(edits) else None


_AXES_MAX = 9
_IN_UNIT = ("CRVAL", "CDELT", "CRDER", "CSYER")
"""Numbers of an axis in the unit that its CUNITi names, beside its row of CDi_j."""


@cache
def _load_time_units() -> frozenset[str]:
    return frozenset(map(str, load_standard().entry("TIMEUNIT").enum))


def _is_time_unit(text: bytes) -> bool:
    return text.decode("latin-1")[1:-1].strip(" ") in _load_time_units()


@rule(
    "UN112",
    "time-unit",
    clause="9.3",
    level="must",
    reads="value",
    keywords=("TIMEUNIT",),
    types=("string",),
    precheck=_is_time_unit,
    fix="safe",
    changes=("own",),
    catalogue_rows=("U012",),
    summary_ja="TIMEUNIT が規格の時間の単位でない",
    message={
        "": "TIMEUNIT = '{unit}' is none of s, min, h, d, a, yr, cy, ta and Ba",
        "spelling": "TIMEUNIT = '{unit}' is written '{new}' by the standard",
        "letter": "TIMEUNIT = '{unit}' is the {name}; the {meant} is '{new}'",
    },
)
def time_unit(card: Card) -> Iterator[Flag]:
    """TIMEUNIT is no unit of time of the standard.

    ## Why it matters
    It holds for every time of the HDU: TSTART and TSTOP, the columns, the offsets. Readers refuse
    another word, or take seconds.

    ## Example
    ```fits
    TIMEUNIT= 'sec     '           / unit of times
    ```
    Use instead:
    ```fits
    TIMEUNIT= 's       '           / unit of times
    ```
    """
    from fitslint.units.faults import judge_unit
    from fitslint.units.spelling import name_quantity

    unit = str(card.value).strip(" ")
    faults = judge_unit(unit)
    if not unit or (not faults and name_quantity(unit) == "time"):
        return
    meant = next((fault for fault in faults if fault.new in _load_time_units()), None)
    if meant is None or meant.new is None or meant.kind not in ("spelling", "ambiguous"):
        yield flag(card, unit=unit)
        return
    is_letter = meant.kind == "ambiguous"
    yield flag(
        card, message="letter" if is_letter else "spelling", fix=write_unit(card, meant.new),
        safety="unsafe" if is_letter else None, title=phrase("write '{new}'", new=meant.new),
        **{"unit": unit, "new": meant.new, **meant.params},
    )  # fmt: skip
