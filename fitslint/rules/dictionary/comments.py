"""The unit in the comment of a card against the unit of the dictionary."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary.authority import Authority
from fitslint.dictionary.units import BRACKETED, USUAL, is_unit, same, usual
from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level
from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Part
from fitslint.rules.api import rule
from fitslint.rules.dictionary.levels import told
from fitslint.rules.dictionary.mending import mentions_unit, united
from fitslint.rules.dictionary.names import special

_COMMENT = 31
"""First column (from 0) behind a number in fixed format."""
_KEPT = 4096
_JUDGED = ("integer", "real", "string")
"""Types of entries and values that have a unit; text can hold a number."""
_WORD = compile_late(r"[A-Za-z%\"][A-Za-z]*|/")
_SILENT = frozenset(("pixel", "pix", "pixe", "UTC", "HST", "LST", "year", "y", "pulse"))
"""Units that the name or the form of the value tells: nobody misses them in the comment."""
_SIGNS = {
    "arcsec": ('"', "''"), "arcmin": ("'",), "%": ("percent", "per cent"), "deg": ("\xb0",),
    "d": ("Julian", "MJD"),
}  # fmt: skip
_ELECTRONS = compile_late(r"^(electrons?|e-)(?=/)", re.IGNORECASE)
"""Words for the e of e/ADU, which is no unit of the standard."""


class _Cards:
    """The cards of a layout whose keywords have a unit, and the comments that were found right."""

    def __init__(self, units: dict[int, tuple[str, str]], cards: int) -> None:
        self.units = units
        """Position of the card → keyword and unit."""
        fields = (
            f"{_COMMENT}x{CARD - _COMMENT}s" if position in units else f"{CARD}x"
            for position in range(cards)
        )
        self._comments = struct.Struct("".join(fields)).unpack
        self._right: set[tuple[bytes, ...]] = set()

    def comments(self, header: Header) -> tuple[bytes, ...]:
        """What stands behind column 31 of these cards."""
        found: tuple[bytes, ...] = self._comments(header.raw)
        return found

    def quick(self, header: Header) -> bool:
        """Whether these very comments were right before."""
        return self.comments(header) in self._right

    def remember(self, header: Header) -> None:
        """Keep the comments of a header in which nothing was wrong."""
        if len(self._right) >= _KEPT:
            self._right.clear()
        self._right.add(self.comments(header))


def _cards(authority: Authority, layout: Layout) -> Iterator[Part]:
    units: dict[int, tuple[str, str]] = {}
    for position, name in enumerate(layout.names):
        match = authority.lookup(name)
        unit = match.entry.unit if match else None
        if unit and unit not in _SILENT and match and match.entry.type in _JUDGED:
            units[position] = (name, unit)
    if units:
        cards = _Cards(units, len(layout.names))
        # The answer hangs on comments, not on values: the quick look is the only memory.
        yield Part((), cards, cards.quick, remembered=False)


@rule(
    "DI105",
    "unit-not-in-comment",
    clause="dictionary of the authority",
    level="conv",
    reads="values",
    family="*",
    parts=_cards,
    fix="style",
    once="fact",
    checks=("P005", "S9-13", "S9-14", "S10-03"),
    ja="コメントに辞書の単位がないか、違う単位が書かれている",
    message={
        "": "{keyword} is in {unit} by {who}; its comment does not say so",
        "other": "{keyword} is in {unit} by {who}; its comment says {found}",
    },
)
def unit_not_in_comment(header: Header, cards: _Cards) -> Iterator[Flag]:
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
        if card.form.type not in _JUDGED:
            continue
        found = stated(card.comment, unit)
        if found == unit:
            continue
        clean = False
        level: Level | None = "project" if found and not _doubtful(found) else None
        yield from told(
            card, header, card.form.comment or (0, CARD), message="other" if found else "",
            of=keyword, level=level, keyword=keyword, unit=unit, found=found,
            fix=_stated_anew(card, header, unit), title=f"state the unit {unit}",
        )  # fmt: skip
    if clean:
        cards.remember(header)


def _stated_anew(card: Card, header: Header, unit: str) -> Edit | None:
    """The edit that states a unit; None where the dictionary may mean something else.

    That is so of a text, beside a comment that names any unit, in an HDU that is not the
    authority's own, and where the instrument has no dictionary.
    """
    own = header.authority.home and special(header.authority)
    if not own or card.form.type not in ("integer", "real") or mentions_unit(card.comment):
        return None
    return united(card, unit)


@lru_cache(maxsize=4096)
def stated(comment: str, unit: str) -> str:
    """The unit that a comment states: ``unit`` itself, another one, or none (empty)."""
    bracketed = [first or second for first, second in BRACKETED.findall(comment)]
    if any(_means(text.strip(" "), unit) for text in bracketed):
        return unit
    symbol = usual(unit) or unit
    if any(sign in comment for sign in _SIGNS.get(symbol, ())) or unit in comment.split():
        return unit
    if len(unit) > 1 and re.search(rf"(?<![A-Za-z]){re.escape(unit)}(?![A-Za-z])", comment, re.I):
        return unit
    words = _WORD.findall(comment)
    if any(word == symbol or USUAL.get(word, USUAL.get(word.lower())) == symbol for word in words):
        return unit
    others = [text.strip(" ") for text in bracketed if is_unit(text.strip(" "))]
    return others[0] if others else ""


def _means(text: str, unit: str) -> bool:
    text = _ELECTRONS.sub("e", text)
    return same(text, unit) or same(text.lower(), unit.lower())


def _doubtful(found: str) -> bool:
    """Units that comments name for the form of a value (hours of an angle), not for its scale."""
    return found in ("h", "hour", "d")
