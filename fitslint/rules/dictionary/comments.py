"""The unit in the comment of a card against the unit of the dictionary."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import rule
from fitslint.rules.dictionary.fixes import may_mention_unit, state_unit
from fitslint.rules.dictionary.flags import flag_entry
from fitslint.rules.dictionary.names import is_instrument_authority
from fitslint.text import phrase
from fitslint.units.names import find_spelling
from fitslint.units.spelling import BRACKETED, is_same_unit, is_surely_unit, standardise_unit

_COMMENT_COLUMN = 31
"""First column (from 0) behind a number in fixed format."""
_CACHE_SIZE = 4096
_UNIT_TYPES = ("integer", "real", "string")
"""Types of entries and values that have a unit; text can hold a number."""
_WORD = compile_late(r"[A-Za-z%\"][A-Za-z]*|/")
_IMPLICIT_UNITS = frozenset(("pixel", "pix", "pixe", "UTC", "HST", "LST", "year", "y", "pulse"))
"""Units that the name or the form of the value tells: nobody misses them in the comment."""
_UNIT_SIGNS = {
    "arcsec": ('"', "''"), "arcmin": ("'",), "%": ("percent", "per cent"), "deg": ("\xb0",),
    "d": ("Julian", "MJD"),
}  # fmt: skip
_ELECTRONS = compile_late(r"^(electrons?|e-)(?=/)", re.IGNORECASE)
"""Words for the e of e/ADU, which is no unit of the standard."""


class _UnitComments:
    """The cards of a layout whose keywords have a unit, and the comments that were found right."""

    def __init__(self, units: dict[int, tuple[str, str]], cards: int) -> None:
        self.units = units
        """Position of the card → keyword and unit."""
        fields = (
            f"{_COMMENT_COLUMN}x{CARD_SIZE - _COMMENT_COLUMN}s"
            if position in units
            else f"{CARD_SIZE}x"
            for position in range(cards)
        )
        self._unpack_comments = struct.Struct("".join(fields)).unpack
        self._accepted: BoundedDict[tuple[bytes, ...], bool] = BoundedDict.create(_CACHE_SIZE)

    def read_comments(self, header: Header) -> tuple[bytes, ...]:
        """What stands behind column 31 of these cards."""
        found: tuple[bytes, ...] = self._unpack_comments(header.raw)
        return found

    def precheck(self, header: Header) -> bool:
        """Whether these very comments were right before."""
        return self.read_comments(header) in self._accepted

    def remember(self, header: Header) -> None:
        """Keep the comments of a header in which nothing was wrong."""
        self._accepted[self.read_comments(header)] = True


def _plan_subchecks(authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    units: dict[int, tuple[str, str]] = {}
    for position, name in enumerate(layout.names):
        match = authority.lookup(name)
        unit = match.entry.unit if match else None
        if unit and unit not in _IMPLICIT_UNITS and match and match.entry.type in _UNIT_TYPES:
            units[position] = (name, unit)
    if units:
        cards = _UnitComments(units, len(layout.names))
        # The answer hangs on comments, not on values: the quick look is the only memory.
        yield Subcheck((), cards, cards.precheck, cacheable=False)


@rule(
    "DI105",
    "unit-not-in-comment",
    clause="dictionary of the authority",
    level="conv",
    reads="values",
    authority="*",
    subchecks=_plan_subchecks,
    fix="style",
    once="fact",
    catalogue_rows=("P005", "S9-13", "S9-14", "S10-03"),
    summary_ja="コメントに辞書の単位がないか、違う単位が書かれている",
    message={
        "": "{keyword} is in {unit} by {who}; its comment does not say so",
        "other": "{keyword} is in {unit} by {who}; its comment says {found}",
    },
)
def unit_not_in_comment(header: Header, cards: _UnitComments) -> Iterator[Flag]:
    """The comment of a number does not state the unit of the dictionary, or states another.

    ## Why it matters
    A header outlives its dictionary: a reader in fifty years has the comment only. Where the
    comment contradicts the dictionary, one of them is wrong by a factor.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DET-TMP =               163.15 / temperature of the detector
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DET-TMP =               163.15 / [K] temperature of the detector
    ```
    """
    clean = True
    for position, (keyword, unit) in cards.units.items():
        card = header.card(position)
        # What is remembered is the text behind the columns of numbers, of values with a unit.
        clean = clean and (card.form.comment or (0, 0))[0] >= _COMMENT_COLUMN
        if card.form.type not in _UNIT_TYPES:
            clean = False
            continue
        found = find_comment_unit(card.comment, unit)
        if found == unit:
            continue
        clean = False
        level: Level | None = "project" if found and not _is_doubtful(found) else None
        yield from flag_entry(
            card, header, card.form.comment or (0, CARD_SIZE), message="other" if found else "",
            clause_keyword=keyword, level=level, keyword=keyword, unit=unit, found=found,
            fix=_restate_unit(card, header, unit), title=phrase("state the unit {unit}", unit=unit),
        )  # fmt: skip
    if clean:
        cards.remember(header)


def _restate_unit(card: Card, header: Header, unit: str) -> Edit | None:
    """The edit that states a unit; None where the dictionary may mean something else.

    That is so of a text, beside a comment that names any unit, in an HDU that is not the
    authority's own, and where the instrument has no dictionary.
    """
    own = header.authority.binding and is_instrument_authority(header.authority)
    if not own or card.form.type not in ("integer", "real") or may_mention_unit(card.comment):
        return None
    return state_unit(card, unit)


@lru_cache(maxsize=4096)
def find_comment_unit(comment: str, unit: str) -> str:
    """The unit that a comment states: ``unit`` itself, another one, or none (empty)."""
    bracketed = [first or second for first, second in BRACKETED.findall(comment)]
    if any(_is_same_unit(text.strip(" "), unit) for text in bracketed):
        return unit
    symbol = standardise_unit(unit) or unit
    if any(sign in comment for sign in _UNIT_SIGNS.get(symbol, ())) or unit in comment.split():
        return unit
    if len(unit) > 1 and re.search(rf"(?<![A-Za-z]){re.escape(unit)}(?![A-Za-z])", comment, re.I):
        return unit
    words = _WORD.findall(comment)
    if any(
        word == symbol or (find_spelling(word) or find_spelling(word.lower())) == symbol
        for word in words
    ):
        return unit
    others = [text.strip(" ") for text in bracketed if is_surely_unit(text.strip(" "))]
    return others[0] if others else ""


def _is_same_unit(text: str, unit: str) -> bool:
    text = _ELECTRONS.sub("e", text)
    return is_same_unit(text, unit) or is_same_unit(text.lower(), unit.lower())


def _is_doubtful(found: str) -> bool:
    """Units that comments name for the form of a value (hours of an angle), not for its scale."""
    return found in ("h", "hour", "d")
