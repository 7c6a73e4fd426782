"""FRAMEID and EXP-ID: whose frames they number."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary.files.load import load_heads
from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.subaru.common import BASIC_CLAUSE, FAMILY, read_string_value

_FRAME_ID = compile_late(r"([A-Z0-9]{3})[AQ][0-9]{8}")
_EXPOSURE_ID = compile_late(r"([A-Z0-9]{3})E[0-9]{8}")
_LETTER_COLUMNS = slice(10, 14)
"""Columns of the quote and the three letters."""
_CACHE_SIZE = 256
_LETTERS_BY_INSTRUMENT = {
    # Instruments that came after the dictionaries.
    "hypersuprimecam": ("HSC",),
    "hsc": ("HSC",),
    "ird": ("IRD",),
    "fmos": ("FMS",),
    "hiciao": ("HIC",),
    "cac": ("CAC",),
    "cisco": ("OHS", "CIS"),
    "ohs": ("OHS", "CIS"),
    "ao": ("AOS",),
}
"""Three letters of FRAMEID by INSTRUME in small letters without punctuation."""


@lru_cache(maxsize=256)
def find_frame_letters(instrument: str) -> tuple[str, ...]:
    """The letters that frames of an instrument begin with; none when it is not known."""
    name = re.sub(r"[^a-z0-9]", "", instrument.lower())
    if name in _LETTERS_BY_INSTRUMENT:
        return _LETTERS_BY_INSTRUMENT[name]
    for key, head in load_heads().items():
        known = head.get("recognises", {})
        names = known.get("header", {}).get("INSTRUME", ()) if key.startswith(FAMILY) else ()
        if any(fnmatch.fnmatch(instrument.lower(), pattern.lower()) for pattern in names):
            return tuple(form[:3] for form in known.get("frameid", ()))
    return ()


class _CardPair:
    """Two cards of a layout whose values begin alike or go together, and what was found right."""

    def __init__(self, layout: Layout, first: str, second: str, stop: int) -> None:
        at, other = (layout.index[name][0] * CARD_SIZE for name in (first, second))
        self._first = slice(at + _LETTER_COLUMNS.start, at + _LETTER_COLUMNS.stop)
        self._second = slice(other + _LETTER_COLUMNS.start, other + stop)
        self._accepted: set[bytes] = set()

    def precheck(self, header: Header) -> bool:
        """Whether these two went together before."""
        return header.raw[self._first] + header.raw[self._second] in self._accepted

    def remember(self, header: Header) -> None:
        """Keep two that go together, where they stand in the columns of fixed format."""
        first, second = header.raw[self._first], header.raw[self._second]
        if first[:1] == b"'" == second[:1] and len(self._accepted) < _CACHE_SIZE:
            self._accepted.add(first + second)


def _plan_instrument_check(_authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    if "FRAMEID" in layout.index and "INSTRUME" in layout.index:
        pair = _CardPair(layout, "FRAMEID", "INSTRUME", 32)
        yield Subcheck(("FRAMEID", "INSTRUME"), pair, pair.precheck, cacheable=False)


def _plan_exposure_check(_authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    if "FRAMEID" in layout.index and "EXP-ID" in layout.index:
        pair = _CardPair(layout, "FRAMEID", "EXP-ID", _LETTER_COLUMNS.stop)
        yield Subcheck(("FRAMEID", "EXP-ID"), pair, pair.precheck, cacheable=False)


@rule(
    "SB203",
    "frame-of-another-instrument",
    clause=BASIC_CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    subchecks=_plan_instrument_check,
    catalogue_rows=("D-03",),
    summary_ja="FRAMEID の 3 文字が INSTRUME の装置のものでない",
    message="FRAMEID = {value} begins with {found}; frames of {instrument} begin with {wanted}",
)
def frame_of_another_instrument(header: Header, pair: _CardPair) -> Iterator[Flag]:
    """FRAMEID does not begin with the three letters of the instrument.

    ## Why it matters
    The archive files a frame under its FRAMEID, so this one is found under another instrument.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FRAMEID = 'MCSA00012345'       / frame
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FRAMEID = 'FCSA00012345'       / frame
    ```
    """
    card, instrument = header.find_card("FRAMEID"), read_string_value(header, "INSTRUME")
    match = _FRAME_ID.fullmatch(read_string_value(header, "FRAMEID"))
    wanted = find_frame_letters(instrument)
    if card is None or match is None:
        return
    if not wanted or match[1] in wanted:
        pair.remember(header)
        return
    said = " or ".join(wanted)
    yield flag(card, value=card.text, found=match[1], instrument=instrument, wanted=said)


@rule(
    "SB204",
    "exposure-of-another-instrument",
    clause=BASIC_CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    subchecks=_plan_exposure_check,
    catalogue_rows=("D-04",),
    summary_ja="EXP-ID の 3 文字が FRAMEID の 3 文字と異なる",
    message="EXP-ID = {value} begins with {found}, but FRAMEID = {frame} with {wanted}",
)
def exposure_of_another_instrument(header: Header, pair: _CardPair) -> Iterator[Flag]:
    """EXP-ID and FRAMEID begin with letters of different instruments.

    ## Why it matters
    EXP-ID ties together the frames that one exposure gave; these do not come from one instrument.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FRAMEID = 'FCSA00012345'       / frame
    EXP-ID  = 'MCSE00012345'       / exposure
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FRAMEID = 'FCSA00012345'       / frame
    EXP-ID  = 'FCSE00012345'       / exposure
    ```
    """
    card, frame = header.find_card("EXP-ID"), read_string_value(header, "FRAMEID")
    of_frame = _FRAME_ID.fullmatch(frame)
    match = _EXPOSURE_ID.fullmatch(read_string_value(header, "EXP-ID"))
    if card is None or of_frame is None or match is None:
        return
    if match[1] == of_frame[1]:
        pair.remember(header)
        return
    yield flag(card, value=card.text, found=match[1], frame=f"'{frame}'", wanted=of_frame[1])
