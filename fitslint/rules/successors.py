"""Deprecated keywords that have a successor, which is written beside them.

IRAF and WCSTools know RADECSYS and no RADESYS, readers of UVFITS know EPOCH and no EQUINOX: a
rename would take the coordinates away from them, and a second card takes nothing from anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, insert_after, rule
from fitslint.rules.wcs.frames import FRAMES
from fitslint.text import phrase

_YEAR_RANGE = (1800.0, 2100.0)
_EQUINOX_STEP = 25.0
"""Years between the equinoxes that catalogues are made for: 1875, 1900, 1950, 2000."""


_REFERENCE = tuple(f"{root}{axis}" for root in ("CTYPE", "CRVAL", "CUNIT") for axis in (1, 2, 3, 4))


def _add_successor(card: Card, header: Header, new: str) -> Edit | None:
    """The edit that puts the successor behind a card; none behind a long or faulty value."""
    after = header.names[card.number : card.number + 1]
    if not card.form.legal or after == ("CONTINUE",):
        return None
    return insert_after(card, card.replace_keyword(new))


def _find_value_card(header: Header, name: str) -> Card | None:
    card = header.find_card(name)
    return card if card is not None and card.form.kind == "value" else None


@rule(
    "DP101",
    "epoch",
    clause="8.3",
    level="should",
    catalogue_rows=("O001",),
    reads="values",
    needs=("EPOCH", "EQUINOX", "DATE-OBS", "RADESYS", "RADECSYS", *_REFERENCE),
    needs_one_of=(("EPOCH",),),
    once="fact",
    fix="safe",
    summary_ja="EPOCH は廃止された。EQUINOX を併記する",
    message={
        "": "EPOCH is deprecated; write EQUINOX beside it (some readers, as those of UVFITS, know"
        " EPOCH only)",
        "shift": "EPOCH = {text} alone: {followers} take the coordinates to be of this equinox, and"
        " {others} give them as they stand; taken for J2000, the reference point is {shift} arcmin"
        " away. EPOCH is deprecated; write EQUINOX beside it",
        "zero": "EPOCH = {text} is no year of an equinox, and programs read three different systems"
        " from it; write the EQUINOX, or leave EPOCH out",
        "observed": "EPOCH = {text} seems to be the date of the observation, and programs take it"
        " for the equinox of the coordinates; write EQUINOX",
        "observed-shift": "EPOCH = {text} seems to be the date of the observation, and programs"
        " take it for the equinox of the coordinates, which puts the reference point {shift} arcmin"
        " from where it is in J2000; write EQUINOX",
        "differs": "EPOCH = {text} says otherwise than EQUINOX = {other}, which readers take",
    },
)
def epoch(header: Header) -> Iterator[Flag]:
    """EPOCH stands for the equinox of the coordinates.

    ## Why it matters
    The name is wrong (an epoch is the time of an observation), and readers that follow the present
    standard look for EQUINOX. WCSTools, IRAF, SExtractor and WCSLIB read both; readers of UVFITS
    know EPOCH only, so it stays. EQUINOX beside it moves no reader.

    ## Example
    ```fits
    EPOCH   =               1950.0 / equinox of the coordinates
    ```
    Use instead:
    ```fits
    EPOCH   =               1950.0 / equinox of the coordinates
    EQUINOX =               1950.0 / equinox of the coordinates
    ```
    """
    card = _find_value_card(header, "EPOCH")
    if card is None:
        return
    year = card.number_value
    if "EQUINOX" in header:
        other = header.number("EQUINOX")
        if year is not None and other is not None and year != other:
            yield flag(card, message="differs", level="style", text=card.text.strip(), other=other)
        return
    if year is None or not _YEAR_RANGE[0] <= year <= _YEAR_RANGE[1]:
        yield flag(card, (0, 8), message="zero" if year is not None else "", text=card.text.strip())
        return
    observed = _is_observation_year(year, header)
    safe = not observed and year % _EQUINOX_STEP == 0 and header.kind != "groups"
    shift = _measure_shift(year, header)
    yield flag(
        card,
        (0, 8),
        message=_MESSAGES[observed, shift is not None],
        fix=_add_successor(card, header, "EQUINOX"),
        safety="safe" if safe else "unsafe",
        title=phrase("write EQUINOX = {text} beside EPOCH", text=card.text.strip()),
        text=card.text.strip(),
        **({} if shift is None else _describe_shift(shift)),
    )


_MESSAGES = {
    (False, False): "", (False, True): "shift",
    (True, False): "observed", (True, True): "observed-shift",
}  # fmt: skip
"""By whether EPOCH is the date of the observation, and whether the shift is known."""
_SHIFT_MIN = 1.0
"""Arcsec; the transformations of programs themselves differ by 0.6."""
_FK5_BEGINS = 1984.0


def _describe_shift(shift: float) -> dict[str, Any]:
    from fitslint.rules.sky.numbers import round_digits
    from fitslint.rules.sky.readers import list_frame_readers

    return {
        "shift": round_digits(shift / 60),
        "followers": list_frame_readers("epoch-followed"),
        "others": list_frame_readers("epoch-unread"),
    }


def _measure_shift(year: float, header: Header) -> float | None:
    """Arcsec between the reference point of that equinox and of J2000; None where it is no more
    than programs differ by, or the system has no equinox.
    """
    from fitslint.wcs.frame_shift import measure_frame_shift

    name = "RADESYS" if "RADESYS" in header else "RADECSYS"
    system = (header.string(name) or "").strip() or ("FK4" if year < _FK5_BEGINS else "FK5")
    if system not in ("FK4", "FK4-NO-E", "FK5"):
        return None
    shift = measure_frame_shift(header, (system, year), ("FK5", 2000.0))
    return shift if shift is not None and shift >= _SHIFT_MIN else None


def _is_observation_year(year: float, header: Header) -> bool:
    """Whether the year is that of the observation, and of no catalogue."""
    date = (header.string("DATE-OBS") or "")[:4]
    return year % _EQUINOX_STEP != 0 and date.isdigit() and abs(int(date) + 0.5 - year) <= 1


@rule(
    "DP103",
    "radecsys",
    clause="8.3",
    level="should",
    catalogue_rows=("O003",),
    reads="values",
    needs=("RADECSYS", "RADESYS"),
    needs_one_of=(("RADECSYS",),),
    once="fact",
    fix="safe",
    summary_ja="RADECSYS は廃止された。RADESYS を併記する",
    message={
        "": "RADECSYS is the name of an early draft; write RADESYS beside it (IRAF and WCSTools"
        " know RADECSYS only)",
        "differs": "RADECSYS = {text} contradicts RADESYS = {other}: IRAF and WCSTools read the"
        " one, others the other",
    },
)
def radecsys(header: Header) -> Iterator[Flag]:
    """RADECSYS stands for the celestial reference system.

    ## Why it matters
    The standard has RADESYSa. A reader that does not know the old name takes the default system,
    and IRAF 2.17 and WCSTools 3.9.7 know nothing but the old one: without it they take FK5 at 1950
    for FK4 (0.5 arcsec). So both stand in the header, and no reader moves.

    ## Example
    ```fits
    RADECSYS= 'FK5     '           / reference system
    ```
    Use instead:
    ```fits
    RADECSYS= 'FK5     '           / reference system
    RADESYS = 'FK5     '           / reference system
    ```
    """
    card = _find_value_card(header, "RADECSYS")
    if card is None:
        return
    frame = card.value.strip().upper() if isinstance(card.value, str) else ""
    if "RADESYS" in header:
        other = (header.string("RADESYS") or frame).strip()
        if other.upper() != frame:
            yield flag(card, message="differs", text=card.text, other=f"'{other}'")
        return
    known = isinstance(card.value, str) and card.value.rstrip(" ") in FRAMES
    yield flag(
        card,
        (0, 8),
        fix=_add_successor(card, header, "RADESYS") if known else None,
        title=phrase("write RADESYS = '{frame}' beside RADECSYS", frame=frame),
    )


_VSOURCE = compile_late("VSOURCE[A-Z]?")


def _precheck_spectral(header: Header) -> bool:
    return header.layout.compute_once("no old spectral keyword", _has_modern_names)


def _has_modern_names(layout: Layout) -> bool:
    old = (name in ("VELREF", "RESTFREQ") or name[:7] == "VSOURCE" for name in layout.names)
    return not any(old)


@rule(
    "DP107",
    "spectral-keyword-deprecated",
    clause="8.4",
    level="should",
    catalogue_rows=("O007", "S004", "S005", "S011"),
    reads="values",
    needs=("VELREF", "RESTFREQ", "VSOURCEa", "RESTFRQ"),
    once="fact",
    precheck=_precheck_spectral,
    fix="safe",
    summary_ja="VELREF、RESTFREQ、VSOURCE は標準にない。RESTFRQ、SPECSYS、ZSOURCE を使う",
    message={
        "": "{keyword} is no keyword of the standard; write {instead}",
        "beside": "RESTFREQ is no keyword of the standard; write RESTFRQ beside it, for readers"
        " that know RESTFREQ only",
        "differs": "RESTFREQ = {text} contradicts RESTFRQ = {other}",
    },
)
def spectral_keyword_deprecated(header: Header) -> Iterator[Flag]:
    """VELREF, RESTFREQ or VSOURCE describes a spectral axis.

    ## Why it matters
    The standard has SPECSYSa, RESTFRQa and ZSOURCEa. Readers that follow it do not see the rest
    frequency or the frame of the velocities. VELREF is a number of AIPS, and no word of the
    standard at all. RESTFREQ stays beside RESTFRQ: old readers know nothing else.

    ## Example
    ```fits
    RESTFREQ=     1.42040575179E+09 / [Hz] rest frequency
    ```
    Use instead:
    ```fits
    RESTFREQ=     1.42040575179E+09 / [Hz] rest frequency
    RESTFRQ =     1.42040575179E+09 / [Hz] rest frequency
    ```
    """
    card = _find_value_card(header, "VELREF")
    if card is not None and "SPECSYS" not in header:
        instead = phrase("SPECSYS and the CTYPEi of the velocity")
        yield flag(card, (0, 8), keyword="VELREF", instead=instead, clause="AIPS", level="conv")
    for name in header.layout.index:
        card = _find_value_card(header, name) if _VSOURCE.fullmatch(name) else None
        if card is not None:
            yield flag(card, (0, 8), keyword=name, instead=phrase("ZSOURCE, a redshift"))
    card = _find_value_card(header, "RESTFREQ")
    if card is not None:
        yield from _flag_rest_frequency(card, header)


def _flag_rest_frequency(card: Card, header: Header) -> Iterator[Flag]:
    frequency = card.number_value
    if "RESTFRQ" not in header:
        edit = _add_successor(card, header, "RESTFRQ") if frequency is not None else None
        title = phrase("write RESTFRQ beside RESTFREQ")
        yield flag(card, (0, 8), message="beside", fix=edit, title=title)
        return
    other = header.number("RESTFRQ")
    if frequency is not None and other is not None and frequency != other:
        yield flag(card, message="differs", text=card.text.strip(), other=other)
