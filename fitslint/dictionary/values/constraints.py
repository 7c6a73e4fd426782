"""What an entry allows its values to be, compiled once to plain predicates."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Literal

from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.match import Match
from fitslint.model.records import NamedTuple
from fitslint.model.value import Value, decode_value
from fitslint.text import phrase

FaultKind = Literal["fixed", "enum", "case", "range", "pattern", "recommended"]
PlainValue = str | float | bool
_CACHE_MAX = 256
_PATTERN_TEXT_MAX = 512
"""Characters of a string that a pattern is tried on."""


class ConstraintFault(NamedTuple):
    """A value that the entry does not allow: in which way, and what it should be."""

    kind: FaultKind
    expected: str


class Constraints:
    """The demands of one entry on its values."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._good_texts: set[bytes] = set()

    @cached_property
    def has_demands(self) -> bool:
        """Whether the entry demands anything."""
        entry = self.entry
        return bool(
            entry.enum
            or entry.pattern
            or entry.fixed is not None
            or entry.recommended is not None
            or entry.minimum is not None
            or entry.maximum is not None
        )

    def precheck(self, text: bytes) -> bool:
        """Whether a value, as written, is allowed; values of another type are not judged."""
        if text in self._good_texts:
            return True
        try:
            value = _parse_value(text.decode("ascii"))
        except (UnicodeDecodeError, ValueError):
            return True
        good = not any(self.find_faults(value))
        if good and len(self._good_texts) < _CACHE_MAX:
            self._good_texts.add(text)
        return good

    @cached_property
    def fast_precheck(self) -> Callable[[bytes], bool]:
        """The quick answer, made for entries whose values change from file to file."""
        entry = self.entry
        if entry.enum or entry.fixed is not None or entry.recommended is not None:
            return self.precheck
        ranged = entry.minimum is not None or entry.maximum is not None
        if entry.pattern and not ranged and entry.pattern.isascii():
            return PatternPrecheck(entry.pattern.encode(), self.precheck)
        if ranged and not entry.pattern:
            return self._build_range_precheck()
        return self.precheck

    def _build_range_precheck(self) -> Callable[[bytes], bool]:
        low = -math.inf if self.entry.minimum is None else self.entry.minimum
        high = math.inf if self.entry.maximum is None else self.entry.maximum
        quick = self.precheck

        def precheck_range(text: bytes) -> bool:
            try:
                return low < float(text) < high or quick(text)
            except ValueError:
                return quick(text)

        return precheck_range

    def find_faults(self, value: Value) -> Iterator[ConstraintFault]:
        """In which ways ``value`` is not allowed; None and complex numbers are not judged."""
        entry = self.entry
        if value is None or isinstance(value, complex):
            return
        if isinstance(value, str):
            value = value.strip(" ")
        if entry.fixed is not None:
            if not _is_same_value(value, entry.fixed):
                yield self._build_fault("fixed", value, (entry.fixed,))
            return
        if entry.enum and not any(_is_same_value(value, allowed) for allowed in entry.enum):
            yield self._build_fault("enum", value, entry.enum)
        elif entry.pattern and isinstance(value, str) and not self._matches_pattern(value):
            yield ConstraintFault("pattern", entry.pattern)
        elif type(value) in (int, float) and not entry.is_in_range(float(value)):
            yield ConstraintFault("range", describe_range(entry))
        elif (
            entry.recommended is not None
            # What the dictionary lists beside the recommended value is as good.
            and not entry.enum
            and not _is_same_value(value, entry.recommended)
        ):
            yield ConstraintFault("recommended", format_header_value(entry.recommended))

    def _build_fault(
        self, kind: FaultKind, value: PlainValue, wanted: tuple[PlainValue, ...]
    ) -> ConstraintFault:
        close = [allowed for allowed in wanted if _fold_value(allowed) == _fold_value(value)]
        if close:
            return ConstraintFault("case", format_header_value(close[0]))
        return ConstraintFault(kind, ", ".join(map(format_header_value, wanted)))

    def _matches_pattern(self, value: str) -> bool:
        if self.entry.type == "date" and not any(char.isdigit() for char in value):
            return True  # a placeholder for a date is told by a rule of its own
        return len(value) > _PATTERN_TEXT_MAX or self._pattern.fullmatch(value) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # Patterns of other people's dictionaries were tried for endless backtracking when loaded.
        return re.compile(self.entry.pattern or "")


class PatternPrecheck:
    """The quick answer of an entry that has a pattern and nothing else."""

    __slots__ = ("_matches", "_quick", "on_card")

    def __init__(self, pattern: bytes, quick: Callable[[bytes], bool]) -> None:
        self._matches = re.compile(b"'(?:%b) *'" % pattern).fullmatch
        self._quick = quick
        self.on_card = re.compile(b"= '(?:%b) *'[ /]" % pattern).match
        """The same asked of columns 9-80 of a whole card; a card it does not match may be right."""

    def __call__(self, text: bytes) -> bool:
        """Whether a value, as written, is allowed."""
        # 70 bytes: longer than any card's string.
        return (len(text) <= 70 and self._matches(text) is not None) or self._quick(text)


_CACHE: dict[int, Constraints] = {}


def get_constraints(entry: Entry) -> Constraints:
    """The constraints of an entry, made once."""
    known = _CACHE.get(id(entry))
    if known is None or known.entry is not entry:
        known = _CACHE[id(entry)] = Constraints(entry)
    return known


def get_precheck(match: Match) -> Callable[[bytes], bool] | None:
    """The quick answer for values of a keyword; None when its entry demands nothing of them."""
    found = get_constraints(match.entry)
    return found.fast_precheck if found.has_demands else None


def format_header_value(value: PlainValue) -> str:
    """A value as a header has it."""
    if isinstance(value, bool):
        return "T" if value else "F"
    return repr(value)


def describe_range(entry: Entry) -> str:
    """The range of an entry in words."""
    low, high = entry.minimum, entry.maximum
    if low is None:
        if entry.exclusive_maximum:
            return phrase("below {high:g}", high=high)
        return phrase("at most {high:g}", high=high)
    if high is None:
        if entry.exclusive_minimum:
            return phrase("over {low:g}", low=low)
        return phrase("at least {low:g}", low=low)
    return phrase("{low:g} to {high:g}", low=low, high=high)


def _parse_value(text: str) -> Value:
    if text[:1] == "'":
        return decode_value(text, "string")
    if text in ("T", "F"):
        return text == "T"
    if not text or text[0] not in "+-.0123456789":
        return None
    return float(text.replace("D", "E"))


def _is_same_value(value: PlainValue, wanted: PlainValue) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted.strip(" ")
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, str) or isinstance(wanted, str):
        # Of another type: that is the business of another rule.
        return True
    return value == wanted


def _fold_value(value: PlainValue) -> str:
    return str(value).casefold().replace(" ", "")
