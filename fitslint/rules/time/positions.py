"""Where times hold, along which direction they were corrected, and how fine they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fitslint.dictionary import load_standard
from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.finding import Level
from fitslint.model.late import compile_late
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.text import phrase

_TELLING = 8
"""The first characters tell the positions apart (9.2.3)."""
_POSITIONS = tuple(map(str, load_standard().entry("TREFPOS").enum))
_HEADS = frozenset(position[:_TELLING] for position in _POSITIONS)


def _is_known(text: bytes) -> bool:
    return text[1:-1].rstrip(b" ").decode("latin-1")[:_TELLING] in _HEADS


@rule(
    "WT105",
    "unknown-time-position",
    clause="9.2.3",
    level="must",
    catalogue_rows=("Q004",),
    reads="value",
    keywords=("TREFPOS", "TRPOSn"),
    types=("string",),
    precheck=_is_known,
    once="fact",
    summary_ja="TREFPOS (TRPOSn) が標準の場所でない",
    message={
        "": "{keyword} = {text} is no position of the standard; it has {wanted}",
        "case": "{keyword} = {text} has to be in capitals",
    },
)
def unknown_time_position(card: Card) -> Iterator[Flag]:
    """TREFPOS or TRPOSn names no place that the standard has.

    ## Why it matters
    Light takes eight minutes from the Sun. A reader that does not know the name takes the times for
    those at the observatory, or stops.

    ## Example
    ```fits
    TREFPOS = 'SSB     '           / place where times hold
    ```
    Use instead:
    ```fits
    TREFPOS = 'BARYCENTER'         / place where times hold
    ```
    """
    text = str(card.value).strip(" ")
    if not text or text[:_TELLING] in _HEADS:
        return
    if text.upper()[:_TELLING] in _HEADS:
        yield flag(card, message="case", level="should", keyword=card.keyword, text=card.text)
        return
    yield flag(card, keyword=card.keyword, text=card.text, wanted=", ".join(_POSITIONS))


_EPHEMERIS = compile_late(r"DE ?-?([0-9]{3,4})[A-Z]?", re.IGNORECASE)
_SPELT = compile_late(r"(?:JPL[- ]?|JPLEPH\.)(?:DE)?([0-9]{3})", re.IGNORECASE)
"""As the tools of HEASARC write it."""


def _is_ephemeris(text: bytes) -> bool:
    number = text[3:-1].rstrip(b" ")
    return text[1:3] == b"DE" and number.isdigit() and len(number) == 3


@rule(
    "WT116",
    "unknown-ephemeris",
    clause="9.2.5",
    level="conv",
    catalogue_rows=("Q004",),
    reads="value",
    keywords=("PLEPHEM",),
    types=("string",),
    precheck=_is_ephemeris,
    once="fact",
    summary_ja="PLEPHEM が標準の天体暦の名でない",
    message={
        "": "{keyword} = {text} is no ephemeris that the standard names: it has DE200, DE405,"
        " DE421, DE430 and later ones of that row",
        "spelt": "{keyword} = {text}; the standard calls it '{proper}'",
    },
)
def unknown_ephemeris(card: Card) -> Iterator[Flag]:
    """PLEPHEM names no ephemeris of the Solar System as the standard does.

    ## Why it matters
    Times at the barycentre hang on it, and so does the phase of a pulsar. A program that does not
    know the name takes the default, DE405.

    ## Example
    ```fits
    PLEPHEM = 'INPOP   '           / ephemeris of the correction
    ```
    Use instead:
    ```fits
    PLEPHEM = 'DE405   '           / ephemeris of the correction
    ```
    """
    text = str(card.value).strip(" ")
    if not text or _EPHEMERIS.fullmatch(text):
        return
    spelt = _SPELT.fullmatch(text)
    if spelt:
        yield flag(
            card, message="spelt", level="style", keyword=card.keyword, text=card.text,
            proper=f"DE{spelt[1]}",
        )  # fmt: skip
    else:
        yield flag(card, keyword=card.keyword, text=card.text)


_NAMED = compile_late("TRDIR[1-9][0-9]*")


@rule(
    "WT106",
    "time-direction",
    clause="9.2.4",
    level="must",
    catalogue_rows=("Q004",),
    needs=("TREFDIR", "TRDIRn"),
    once="rule",
    summary_ja="TREFDIR (TRDIRn) が二つのキーワードまたは列の名前でない",
    message={
        "": "{keyword} = {text} is not the names of two keywords or columns, with a comma between",
        "absent": "{keyword} = {text}, and the file has no keyword or column {name}",
    },
)
def time_direction(file: FitsFile) -> Iterator[Flag]:
    """TREFDIR or TRDIRn does not name two keywords or columns that hold a direction.

    ## Why it matters
    Times that were brought to the barycentre hold for one direction on the sky. The keyword tells
    where the file has its longitude and latitude.

    ## Example
    ```fits
    TREFDIR = '83.633,22.014'      / direction of the correction
    RA_OBJ  =               83.633 / [deg]
    DEC_OBJ =               22.014 / [deg]
    ```
    Use instead:
    ```fits
    TREFDIR = 'RA_OBJ,DEC_OBJ'     / direction of the correction
    RA_OBJ  =               83.633 / [deg]
    DEC_OBJ =               22.014 / [deg]
    ```
    """
    headers = [hdu.header for hdu in file.hdus]
    for header in headers:
        for name in header.layout.index:
            if name != "TREFDIR" and not _NAMED.fullmatch(name):
                continue
            card, value = header.find_card(name), header.string(name)
            if card is None or value is None or not value.strip(" "):
                continue
            parts = [part.strip(" ") for part in value.split(",")]
            if len(parts) != len(("longitude", "latitude")) or not all(map(_is_name, parts)):
                yield in_hdu(flag(card, keyword=name, text=card.text), hdu=header.hdu)
                continue
            absent = next((part for part in parts if not _is_there(file, part)), None)
            if absent:
                found = flag(
                    card, message="absent", level="conv", keyword=name, text=card.text, name=absent
                )
                yield in_hdu(found, hdu=header.hdu)


def _is_name(text: str) -> bool:
    """Whether a text may name a keyword or a column: it is there, and no number."""
    try:
        float(text)
    except ValueError:
        return bool(text)
    return False


def _is_there(file: FitsFile, name: str) -> bool:
    """Whether the file has a keyword or a column of that name."""
    for hdu in file.hdus:
        if name.upper() in hdu.header:
            return True
        columns = (card.value for card in hdu.header.map_indices("TTYPE").values())
        if any(
            isinstance(column, str) and column.strip(" ").upper() == name.upper()
            for column in columns
        ):
            return True
    return False


_SENSES: dict[str, tuple[Callable[[float], bool], str, str]] = {
    "TIMEDEL": (lambda value: value > 0, phrase("a length of time, over 0"), "9.4.2"),
    "TIMEPIXR": (lambda value: 0 <= value <= 1, phrase("a place in the bin, from 0 to 1"), "9.4.2"),
    "TIMRDER": (lambda value: value >= 0, phrase("an error, not below 0"), "9.4.3"),
    "TIMSYER": (lambda value: value >= 0, phrase("an error, not below 0"), "9.4.3"),
}


def _surely_sensible(name: str) -> Callable[[bytes], bool]:
    sensible = _SENSES[name][0]

    def is_sensible(text: bytes) -> bool:
        try:
            return sensible(float(text))
        except ValueError:
            return False

    return is_sensible


@rule(
    "WT107",
    "time-resolution",
    clause="9.4.2",
    level="must",
    catalogue_rows=("Q007",),
    reads="value",
    keywords=tuple(_SENSES),
    types=("integer", "real"),
    precheck_for_keyword=_surely_sensible,
    summary_ja="TIMEDEL・TIMEPIXR・TIMRDER・TIMSYER がありえない値である",
    message="{keyword} = {text} cannot be; it is {wanted}",
)
def time_resolution(card: Card) -> Iterator[Flag]:
    """The width of a time bin, the place in it or an error of time has a value that cannot be.

    ## Why it matters
    Bins of a light curve are moved by TIMEPIXR times their width: 0.5 is the middle. A width of 0,
    or a place outside, gives times that are wrong by whole bins, or no exposure at all.

    ## Example
    ```fits
    TIMEPIXR=                 50.0 / middle of the bin
    ```
    Use instead:
    ```fits
    TIMEPIXR=                  0.5 / middle of the bin
    ```
    """
    value = card.number_value
    sensible, wanted, clause = _SENSES[card.keyword]
    if value is None or sensible(value):
        return
    # A width of 0 is written where there are no bins.
    level: Level | None = "conv" if card.keyword == "TIMEDEL" and value == 0 else None
    yield flag(
        card, level=level, clause=clause, keyword=card.keyword, text=card.text.strip(),
        wanted=wanted,
    )  # fmt: skip
