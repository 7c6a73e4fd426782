"""What a wrong default of the reference system moves the image by."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.numbers import round_digits
from fitslint.rules.sky.readers import list_frame_readers

_NEEDS = (
    "RADESYS", "RADECSYS", "EQUINOX", "EPOCH",
    *(f"{root}{axis}" for root in ("CTYPE", "CRVAL", "CUNIT") for axis in (1, 2, 3, 4)),
)  # fmt: skip
_SHIFT_MIN = 1.0
"""Arcsec; the transformations of programs themselves differ by 0.6."""
_SYSTEMS = frozenset(("ICRS", "FK4", "FK4-NO-E", "FK5"))


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
    summary_ja="基準系の省略値や二つの基準系を、プログラムが別々に読んで位置がずれる",
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
    from fitslint.wcs.frame_shift import measure_frame_shift
    from fitslint.wcs.pointing import read_year

    year = read_year(header, "EQUINOX") or read_year(header, "EPOCH")
    names = [name for name in ("RADESYS", "RADECSYS") if name in header]
    systems = [(header.string(name) or "").strip() for name in names]
    card, other = header.find_card(names[0]), header.find_card(names[-1])
    if card is None or other is None or not set(systems) <= _SYSTEMS:
        return
    taken: tuple[str, float | None]
    if len(systems) == 2 and systems[0] != systems[1]:
        case, message, taken = "two-systems", "two", (systems[1], year)
    # with RADECSYS these programs take B1950
    elif names == ["RADESYS"] and systems[0].startswith("FK4") and year is None:
        case, message, taken = "fk4-without-equinox", "equinox", ("FK5", 2000.0)
    else:
        return
    shift = measure_frame_shift(header, (systems[0], year), taken)
    if shift is not None and shift >= _SHIFT_MIN:
        yield flag(
            card, message=message, keyword=names[0], text=card.text, partner=names[-1],
            other=other.text, readers=list_frame_readers(case), shift=round_digits(shift / 60),
        )  # fmt: skip
