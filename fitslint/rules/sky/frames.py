"""What a wrong default of the reference system moves the image by."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.numbers import round_digits
from fitslint.rules.sky.readers import list_frame_readers

_NEEDS = ("RADESYS", "RADECSYS", "EQUINOX", "EPOCH", "CTYPE1", "CTYPE2", "CRVAL1", "CRVAL2")
_SHIFT_MIN = 1.0
"""Arcsec; the transformations of programs themselves differ by 0.6."""
_FK5_SINCE = 1984.0
_SYSTEMS = {"FK4": 1950.0, "FK4-NO-E": 1950.0, "FK5": 2000.0}


def _precheck_frame(header: Header) -> bool:
    """Whether the system is surely one that all programs read alike."""
    raw, index = header.raw, header.layout.index
    if "RADECSYS" in index and "RADESYS" in index:
        return False
    place = index.get("RADESYS") or index.get("RADECSYS")
    system = raw[place[0] * 80 + 10 : place[0] * 80 + 15] if place else b""
    if system.startswith(b"'FK4"):
        return "EQUINOX" in index
    return system.startswith((b"'ICRS", b"'FK5")) or not place


@rule(
    "WC211",
    "frame-read-otherwise",
    clause="8.3",
    level="conv",
    catalogue_rows=("W019", "W018"),
    reads="values",
    needs=_NEEDS,
    min_present=5,
    needs_one_of=(("RADESYS", "RADECSYS"), ("CRVAL1",), ("CRVAL2",)),
    precheck=_precheck_frame,
    summary_ja="基準系の既定値や二つの基準系を、プログラムが別々に読んで位置がずれる",
    message={
        "equinox": "{keyword} = {text} has the equinox B1950 where EQUINOX is absent; {readers}"
        " take J2000, which puts the reference point {shift} arcmin away",
        "two": "{keyword} = {text} and {partner} = {other} are two systems: {readers} go by"
        " {partner}, which puts the reference point {shift} arcmin away",
    },
)
def frame_read_otherwise(header: Header) -> Iterator[Flag]:
    """The reference system is left to a default, or told twice, and programs take different ones.

    FK4 without EQUINOX, and RADESYS beside another RADECSYS. What the difference is at the
    reference point of this image is told.

    ## Why it matters
    Between B1950 and J2000 lie 39 arcmin: the whole image is somewhere else.

    ## Example
    ```fits
    @text
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    RADESYS = 'FK4     '
    ```
    Use instead:
    ```fits
    @text
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    RADESYS = 'FK4     '
    EQUINOX =               1950.0
    ```
    """
    from fitslint.wcs.compare import measure_arc
    from fitslint.wcs.pointing import convert_to_icrs, read_year

    kinds = [(header.string(f"CTYPE{axis}") or "")[:4] for axis in (1, 2)]
    values = header.number("CRVAL1"), header.number("CRVAL2")
    if sorted(kinds) != ["DEC-", "RA--"] or values[0] is None or values[1] is None:
        return
    position = (values[0], values[1]) if kinds[0] == "RA--" else (values[1], values[0])
    year = read_year(header, "EQUINOX") or read_year(header, "EPOCH")
    names = [name for name in ("RADESYS", "RADECSYS") if name in header]
    systems = [(header.string(name) or "").strip() for name in names]
    card = header.find_card(names[0])
    if card is None or systems[0] not in (*_SYSTEMS, "ICRS") or abs(position[1]) > 90:
        return
    here = convert_to_icrs(position, systems[0], year)
    if len(systems) == 2 and systems[1] in (*_SYSTEMS, "ICRS") and systems[0] != systems[1]:
        case, message, there = "two-systems", "two", convert_to_icrs(position, systems[1], year)
    # with RADECSYS these programs take B1950
    elif names[0] == "RADESYS" and systems[0].startswith("FK4") and year is None:
        case, message = "fk4-without-equinox", "equinox"
        there = convert_to_icrs(position, "FK5", 2000.0)
    else:
        return
    if here is None or there is None or (shift := measure_arc(here, there)) < _SHIFT_MIN:
        return
    other = header.find_card(names[-1])
    yield flag(
        card, message=message, keyword=names[0], text=card.text, partner=names[-1],
        other=other.text if other else "", readers=list_frame_readers(case),
        shift=round_digits(shift / 60),
    )  # fmt: skip
