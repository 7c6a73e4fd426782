"""Learning what keywords the headers of an archive use, and how, in bounded memory."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.units.spelling import standardise_unit
from fitslint.units.unit import UnitError, parse_unit

KEYWORDS_MAX = 20_000
"""Keywords that are kept; an archive of one authority has a few thousand."""
VALUES_MAX = 16
"""Different values kept of a keyword; with more it has no enumeration."""
WORDS_MAX = 16
"""Different comments, and units, kept of a keyword."""
_VALUE_LENGTH_MAX = 68
_NAME = re.compile(r"[A-Z0-9_-]{1,8}|[A-Z0-9_-]+( [A-Z0-9_-]+)+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?)?")
_UNIT = re.compile(r"\s*\[([^\]]{1,40})\]|.*\(([^()]{1,40})\)\s*$", re.DOTALL)


@dataclass(slots=True)
class KeywordUse:
    """How a keyword is used in the files seen so far."""

    types: Counter[str] = field(default_factory=Counter)
    """Cards by type of value."""
    units: Counter[str] = field(default_factory=Counter)
    comments: Counter[str] = field(default_factory=Counter)
    values: Counter[str | int] | None = field(default_factory=Counter)
    """Strings and integers by value; None when there are too many."""
    low: float | None = None
    high: float | None = None
    all_dates: bool = True
    """Whether all strings are dates."""
    sample: str = ""
    cards: int = 0
    files: int = 0
    first_hdu_files: int = 0
    """Files with the keyword in their first HDU."""
    kinds: set[str] = field(default_factory=set)

    def add(self, card: Card) -> None:
        """Learn from one card."""
        kind = card.form.type
        self.cards += 1
        self.types[kind] += 1
        comment = card.comment.strip()
        _count_word(self.comments, comment)
        _count_word(self.units, find_unit(comment))
        value = card.value
        if value is None:
            return
        self.sample = self.sample or card.text.strip()
        if isinstance(value, str):
            self.all_dates = self.all_dates and _DATE.fullmatch(value.rstrip()) is not None
            self._count_value(value.rstrip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)
            if isinstance(value, int):
                self._count_value(value)
            else:
                self.values = None

    def merge(self, other: KeywordUse) -> None:
        """Add what was learnt of a keyword of the same family."""
        self.types += other.types
        self.units += other.units
        self.comments += other.comments
        both = None if self.values is None or other.values is None else self.values + other.values
        self.values = both if both is None or len(both) <= VALUES_MAX else None
        for bound, choose in (("low", min), ("high", max)):
            known = [
                extreme
                for extreme in (getattr(self, bound), getattr(other, bound))
                if extreme is not None
            ]
            setattr(self, bound, choose(known) if known else None)
        self.all_dates = self.all_dates and other.all_dates
        self.cards += other.cards
        self.files = max(self.files, other.files)
        self.first_hdu_files = max(self.first_hdu_files, other.first_hdu_files)
        self.kinds |= other.kinds

    def _count_value(self, value: str | int) -> None:
        if self.values is None:
            return
        if len(str(value)) > _VALUE_LENGTH_MAX:
            self.values = None
            return
        self.values[value] += 1
        if len(self.values) > VALUES_MAX:
            self.values = None


class KeywordLearner:
    """Collects the use of every keyword, file by file.

    Attributes
    ----------
    uses : dict
        use by keyword, in the order of first appearance.
    files : int
        files whose headers were read.
    odd : Counter
        keywords that no dictionary can hold, and those beyond the limit, counted by name.
    """

    def __init__(self) -> None:
        self.uses: dict[str, KeywordUse] = {}
        self.files = 0
        self.skipped: Counter[str] = Counter()

    def add(self, file: FitsFile) -> bool:
        """Learn from a file; False when no header could be read."""
        if not file.hdus:
            return False
        self.files += 1
        seen: dict[str, bool] = {}
        for hdu in file.hdus:
            for name in self._add_header(hdu.header):
                seen[name] = seen.get(name, False) or hdu.header.hdu == 1
        for name, first in seen.items():
            use = self.uses[name]
            use.files += 1
            use.first_hdu_files += first
        return True

    def _add_header(self, header: Header) -> set[str]:
        """Learn from one header; the keywords that it has."""
        names = set()
        for card in header.cards:
            if card.form.kind not in ("value", "hierarch") or card.form.type == "faulty":
                continue
            name = card.keyword.removeprefix("HIERARCH ")
            use = self.uses.get(name) or self._start_use(name)
            if use is None:
                continue
            use.add(card)
            use.kinds.add(header.kind)
            names.add(name)
        header.drop_cards()
        return names

    def _start_use(self, name: str) -> KeywordUse | None:
        if not _NAME.fullmatch(name) or len(name) > 66 or len(self.uses) >= KEYWORDS_MAX:
            _count_word(self.skipped, name, KEYWORDS_MAX)
            return None
        use = self.uses[name] = KeywordUse()
        return use


def find_unit(comment: str) -> str:
    """The unit in a comment, ``[s] …`` or ``… (s)``, as the standard writes it; else nothing."""
    match = _UNIT.match(comment)
    if match is None:
        return ""
    text = (match[1] or match[2]).strip()
    text = standardise_unit(text) or text
    try:
        return text if parse_unit(text).factors else ""
    except UnitError:
        return ""


def _count_word(counter: Counter[str], word: str, most: int = WORDS_MAX) -> None:
    if word in counter or len(counter) < most:
        counter[word] += 1
