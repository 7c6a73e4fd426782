"""The equinox of celestial coordinates, and what programs make of it and of RADESYS."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.dates.instants import read_instant, read_number
from fitslint.rules.edits import set_value
from fitslint.rules.sky.columns import Field, locate_number, read_numbers
from fitslint.rules.sky.instruments import find_instrument, find_mission
from fitslint.rules.sky.numbers import round_digits
from fitslint.rules.sky.readers import list_frame_readers
from fitslint.rules.values.placeholders import placeholder
from fitslint.rules.wcs.versions import LETTERS
from fitslint.text import phrase

_YEAR = compile_late(r"' *([JB]?)([12][0-9]{3}(?:\.[0-9]*)?) *'")


@rule(
    "WC120",
    "equinox-not-numeric",
    clause="8.3",
    level="must",
    catalogue_rows=("W020", "R002", "V018", "S10-02"),
    # astropy and casacore take another system as long as it is no number.
    fix="unsafe",
    changes=("own",),
    keywords=("EQUINOXa",),
    kinds=("value",),
    types=("string", "logical", "complex"),
    summary_ja="EQUINOX が数値でない",
    message={
        "": "{keyword} is a number of years, and {text} is not a number",
        "year": "{keyword} is a number of years, and {text} is a string; write {new}",
    },
)
def equinox_not_numeric(card: Card, header: Header) -> Iterator[Flag]:
    """EQUINOX is not a number.

    ## Why it matters
    astropy, IRAF and casacore do not read the year out of 'J2000' or 'B1950': they take ICRS, 39
    arcmin off for B1950. Whether the years are Julian or Besselian follows from RADESYS.

    ## Example
    ```fits
    EQUINOX = '2000.0  '           / [yr] equinox
    ```
    Use instead:
    ```fits
    EQUINOX =               2000.0 / [yr] equinox
    ```
    """
    if not card.folded and any(True for _ in placeholder(card, header)):
        return
    year = _YEAR.fullmatch(card.text)
    new = str(float(year[2])) if year else ""
    yield flag(
        card,
        message="year" if year else "",
        fix=set_value(card, new) if year else None,
        title=phrase("write {new}", new=new),
        keyword=card.keyword,
        text=card.text,
        new=new,
    )


_YEAR_RANGE = (1800.0, 2100.0)
_FIXED_YEAR = 2000.0
_EQUINOX_TOLERANCE = 0.01
_FK5_BEGINS = 1984.0
_B1950 = 1950.0
_RECENT = 53371.0
"""Modified Julian date of 2005: catalogues of B1950 were no longer made."""
_DISTORTED = ("-SIP", "-TPV")
_OF_SURVEYS = "-ZPN"
"""Of the infrared cameras whose frames are fitted to 2MASS; old plates have it as well."""
_NEEDS = (
    "EQUINOXa", "RADESYSa", "RADECSYS", "DATE-OBS", "MJD-OBS", "INSTRUME", "TELESCOP",
    *(f"{root}{axis}{letter}" for root in ("CTYPE", "CRVAL", "CUNIT") for axis in (1, 2, 3, 4)
      for letter in LETTERS),
)  # fmt: skip
_EQUINOXES = tuple(f"EQUINOX{letter}" for letter in LETTERS)
_MODERN_CARDS = (
    b"RADESYS = 'FK5", b"RADESYS = 'ICRS", b"RADECSYS= 'FK5", b"RADECSYS= 'ICRS"
)  # fmt: skip


def _precheck_equinox(header: Header) -> bool:
    """Whether the only equinox surely is J2000, of FK5 or ICRS."""
    found = header.layout.compute_once("cards of EQUINOX", _find_equinoxes)
    if found is None:
        return False
    field, frame = found
    raw = header.raw
    if frame is not None and not raw.startswith(_MODERN_CARDS, frame):
        return False
    return read_numbers(raw, (field,)) == [_FIXED_YEAR]


def _find_equinoxes(layout: Layout) -> tuple[Field, int | None] | None:
    """The number of EQUINOX and the first byte of RADESYS or RADECSYS; None of more versions."""
    index = layout.index
    field = locate_number(layout, "EQUINOX")
    if field is None or any(name in index for name in _EQUINOXES[1:]):
        return None
    frame = index.get("RADESYS") or index.get("RADECSYS")
    return field, frame[0] * CARD_SIZE if frame else None


@rule(
    "WC119",
    "equinox-without-sense",
    clause="8.3",
    level="should",
    catalogue_rows=("W019",),
    reads="values",
    needs=_NEEDS,
    needs_one_of=(_EQUINOXES,),
    precheck=_precheck_equinox,
    precheck_needs=("EQUINOXa", "RADESYSa", "RADECSYS"),
    summary_ja="EQUINOX の値が年でないか、RADESYS と合わない",
    message={
        "year": "{keyword} = {text} is no year of an equinox: astropy, IRAF and SExtractor take the"
        " year 0, AST and DS9 1950, WCSTools 2000",
        "year-shift": "{keyword} = {text} is no year of an equinox: astropy, IRAF and SExtractor"
        " take it as it is, which puts the reference point {shift} deg from J2000, AST and DS9 take"
        " 1950 ({other} deg), WCSTools 2000",
        "icrs": "{keyword} = {text} says nothing beside {frame} = 'ICRS', and {readers} precess the"
        " positions from it",
        "icrs-shift": "{keyword} = {text} says nothing beside {frame} = 'ICRS', and {readers}"
        " precess the positions from it: the reference point is {shift} arcmin away then",
        "fk4": "{keyword} = {text} is no equinox of the system FK4, which ends in 1984",
        "fk5": "{keyword} = {text} is the equinox of FK4, and {frame} = 'FK5' goes with 2000: where"
        " one of the two is wrong, the reference point is {shift} arcmin away",
        "distorted": "{keyword} = {text} beside a distortion {kind}: these fits go by catalogues of"
        " J2000; where 2000 is meant, the reference point is {shift} arcmin away",
        "recent": "{keyword} = {text} beside {dated} = {date}: catalogues have been of J2000 for"
        " long then; where 2000 is meant, the reference point is {shift} arcmin away",
        "mission": "{keyword} = {text} beside TELESCOP = {telescope}, whose images are by"
        " catalogues of J2000; where 2000 is meant, the reference point is {shift} arcmin away",
    },
)
def equinox_without_sense(header: Header) -> Iterator[Flag]:
    """EQUINOX is no year, or not one of the system that RADESYS names.

    What a program that believes it moves the reference point by is told.

    ## Why it matters
    Programs answer with positions all the same, up to 26 degrees apart.

    ## Example
    ```fits
    EQUINOX =                  0.0 / equinox
    ```
    Use instead:
    ```fits
    EQUINOX =               2000.0 / equinox
    ```
    """
    for version in LETTERS:
        card, year = header.find_card(f"EQUINOX{version}"), header.number(f"EQUINOX{version}")
        if card is None or year is None:
            continue
        name = f"RADESYS{version}" if version or "RADESYS" in header else "RADECSYS"
        frame = (header.string(name) or "").strip()
        if not _YEAR_RANGE[0] <= year <= _YEAR_RANGE[1]:
            yield _tell_year(header, card, version)
        elif frame == "ICRS" and abs(year - _FIXED_YEAR) > _EQUINOX_TOLERANCE:
            yield _tell_icrs(header, card, version, name)
        elif frame in ("FK4", "FK4-NO-E") and year >= _FK5_BEGINS:
            yield flag(card, message="fk4", keyword=card.keyword, text=card.text.strip())
        elif frame == "FK5" and year == _B1950:
            yield from _tell_fk5(header, card, version, name)
        elif year == _B1950 and frame in ("", "FK4") and not version:
            yield from _tell_old(header, card, is_stated=bool(frame))


def _tell_fk5(header: Header, card: Card, version: str, name: str) -> Iterator[Flag]:
    from fitslint.wcs.frame_shift import measure_frame_shift

    shift = measure_frame_shift(header, ("FK5", _B1950), ("FK5", _FIXED_YEAR), version)
    if shift is not None:
        yield flag(
            card, message="fk5", keyword=card.keyword, text=card.text.strip(), frame=name,
            shift=round_digits(shift / 60),
        )  # fmt: skip


def _find_type(header: Header) -> str:
    return (header.string("CTYPE1") or "").rstrip()


def _tell_old(header: Header, card: Card, *, is_stated: bool) -> Iterator[Flag]:
    """B1950 in a header of a time or a method that knows J2000 only; FK4 may be stated beside."""
    from fitslint.wcs.frame_shift import measure_frame_shift

    kind = next((end for end in _DISTORTED if _find_type(header).endswith(end)), "")
    observed = read_instant(header, "DATE-OBS")
    dated = "MJD-OBS" if observed is None else "DATE-OBS"
    mjd, date = observed.mjd if observed else read_number(header, dated), header.find_card(dated)
    is_recent = mjd is not None and mjd > _RECENT
    telescope = header.find_card("TELESCOP")
    is_modern = telescope is not None and find_mission(telescope.raw[10:]) is not None
    if is_stated:  # it may be meant, but of cameras whose pipelines have J2000
        card_of = header.find_card("INSTRUME")
        known = find_instrument(card_of.raw[10:]) if card_of is not None else None
        is_fitted = kind or _find_type(header).endswith(_OF_SURVEYS)
        if known is None or not is_fitted or not is_recent:
            return
    if not kind and not is_recent and not is_modern:
        return
    shift = measure_frame_shift(header, ("FK4", _B1950), ("FK5", _FIXED_YEAR))
    if shift is not None:
        yield flag(
            card, message="distorted" if kind else "mission" if is_modern else "recent",
            level="style" if is_stated or not kind else None,
            keyword=card.keyword, text=card.text.strip(), kind=kind[1:],
            telescope=telescope.text.strip("' ") if telescope is not None else "",
            dated=dated, date=date.text.strip("' ") if date is not None else "",
            shift=round_digits(shift / 60),
        )  # fmt: skip


def _tell_year(header: Header, card: Card, version: str) -> Flag:
    from fitslint.wcs.frame_shift import measure_frame_shift

    fixed = ("FK5", _FIXED_YEAR)
    shift = measure_frame_shift(header, ("FK4", card.number_value), fixed, version)
    other = measure_frame_shift(header, ("FK4", 1950.0), fixed, version)
    text = card.text.strip()
    if shift is None or other is None:
        return flag(card, message="year", keyword=card.keyword, text=text)
    return flag(
        card, message="year-shift", keyword=card.keyword, text=text,
        shift=round_digits(shift / 3600), other=round_digits(other / 3600),
    )  # fmt: skip


def _tell_icrs(header: Header, card: Card, version: str, name: str) -> Flag:
    from fitslint.wcs.frame_shift import measure_frame_shift

    year = card.number_value or _FIXED_YEAR
    taken = "FK4" if year < _FK5_BEGINS else "FK5"
    shift = measure_frame_shift(header, ("ICRS", None), (taken, year), version)
    found = flag(
        card,
        message="icrs" if shift is None else "icrs-shift",
        keyword=card.keyword,
        text=card.text.strip(),
        frame=name,
        readers=list_frame_readers("icrs-with-equinox"),
        fix=delete_card(card),
        safety="unsafe",
        title=phrase("remove {keyword}", keyword=card.keyword),
    )
    if shift is not None:
        found.params["shift"] = round_digits(shift / 60)
    return found


_FRAME_NEEDS = (
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
    needs=_FRAME_NEEDS,
    min_present=5,
    needs_one_of=(("RADESYS", "RADECSYS"), ("CRVAL1",), ("CRVAL2",)),
    precheck=_precheck_frame,
    precheck_needs=("RADESYS", "RADECSYS"),
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
