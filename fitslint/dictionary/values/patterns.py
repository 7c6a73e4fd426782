"""Regular expressions of dictionaries, and whether they can be trusted with any value.

Python's matcher tries every way to share a text among repeats, so a careless pattern can take
years over one value. Those taken here need at most a few milliseconds for 200 characters: what a
repeat takes is compared with what can follow it, and only where both can take the same character
does the matcher have a choice. Choices multiply; everything else adds up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from re import _constants as ops
from re import _parser
from typing import Any, NamedTuple

from fitslint.dictionary.files.load import DictionaryError

PATTERN_MAX = 1000
"""Characters of a pattern."""
TEXT_LENGTH = 200
"""Characters of a value that the time is reckoned for."""
UNBOUNDED_MAX = 4
"""Repeats without an upper limit in one pattern."""
NESTED_MAX = 64
"""Times that repeats inside one another repeat something at most."""
_STEPS_MAX = 250_000
"""Steps of the matcher that one text may cost; each takes about 12 ns."""

_CHOICE_DIGITS_MAX = 18
"""Digits of the number of choices beyond which nothing is reckoned any more."""

CharacterSet = frozenset[int]
_ALL_CHARACTERS: CharacterSet = frozenset(range(257))
"""The first 256 characters, and one that stands for all others."""
_NO_CHARACTERS: CharacterSet = frozenset()


class PatternError(DictionaryError):
    """A pattern that is not a regular expression, or may take too long."""


class _Cost(NamedTuple):
    """What an expression can begin with, and how much choice it leaves."""

    first: CharacterSet
    empty: bool
    """Whether it matches the empty text."""
    choices: float = 1.0
    """Ways to match one text."""
    unlimited_repeats: int = 0
    """Repeats without limit among those: they share the length of the text."""
    scan_length: int = 1
    """Characters that a repeat that leaves no choice can take."""


@lru_cache(maxsize=1024)
def compile_pattern(text: str) -> re.Pattern[str]:
    """The pattern that ``text`` is.

    Raises
    ------
    PatternError
        when it is no regular expression, or one that might take long; it says why.
    """
    if len(text) > PATTERN_MAX:
        raise PatternError(f"the pattern has {len(text)} characters; the most are {PATTERN_MAX}")
    try:
        tree = _parser.parse(text)
        compiled = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        reason = str(error) if isinstance(error, re.error) else "it is too large"
        raise PatternError(f"{text!r} is no regular expression: {reason}") from None
    judge = _CostEstimator(text, fold=bool(compiled.flags & re.IGNORECASE))
    cost = judge.estimate_sequence(list(tree), _NO_CHARACTERS)
    # Repeats without limit share the characters, so their choices do not multiply in full.
    if (
        cost.choices
        * cost.scan_length
        / math.factorial(cost.unlimited_repeats + (cost.scan_length > 1))
        > _STEPS_MAX
    ):
        judge.refuse("has several repeats that compete for the same characters")
    return compiled


class _CostEstimator:
    """Walks the tree of one pattern."""

    def __init__(self, text: str, *, fold: bool) -> None:
        self.text = text
        self.fold = fold
        self.unbounded = 0

    def refuse(self, why: str) -> None:
        """Say why the pattern is not taken."""
        raise PatternError(
            f"the pattern {self.text!r} {why}: a value could make it run for a very long time"
        )

    def estimate_sequence(
        self,
        items: Sequence[tuple[Any, Any]],
        after: CharacterSet,
        times: int = 1,
        *,
        loop: bool = False,
    ) -> _Cost:
        """The cost of ``items`` one after the other when ``after`` can follow.

        ``times`` is how often repeats around may repeat them, ``loop`` whether without limit.
        """
        cost = _Cost(_NO_CHARACTERS, True)
        for op, argument in reversed(items):
            follow = cost.first | after if cost.empty else cost.first
            item = self._estimate_item(op, argument, follow, times, loop)
            first = item.first | cost.first if item.empty else item.first
            cost = _Cost(
                first, item.empty and cost.empty, item.choices * cost.choices,
                item.unlimited_repeats + cost.unlimited_repeats,
                max(item.scan_length, cost.scan_length),
            )  # fmt: skip
            if math.log10(cost.choices) > _CHOICE_DIGITS_MAX:
                self.refuse("has too many repeats that compete for the same characters")
        return cost

    def _estimate_item(
        self, op: Any, argument: Any, follow: CharacterSet, times: int, loop: bool
    ) -> _Cost:
        if op in _REPEATS:
            return self._estimate_repeat(argument, follow, times, loop)
        if op is ops.BRANCH:
            return self._estimate_branch(argument[1], follow, times, loop)
        if op is ops.SUBPATTERN:
            _, added, removed, inside = argument
            if added or removed:
                self.refuse("changes its flags in the middle")
            return self.estimate_sequence(list(inside), follow, times, loop=loop)
        if op is ops.ATOMIC_GROUP:
            return self.estimate_sequence(list(argument), follow, times, loop=loop)
        if op is ops.AT:
            return _Cost(_NO_CHARACTERS, True)
        if op in _REFUSED:
            self.refuse(_REFUSED[op])
        return _Cost(self._fold_case(_collect_characters(op, argument)), False)

    def _estimate_repeat(
        self, argument: Any, follow: CharacterSet, times: int, loop: bool
    ) -> _Cost:
        low, high, body = argument
        items = list(body)
        endless = high is ops.MAXREPEAT or high > 1000
        if endless:
            self.unbounded += 1
            if loop:
                self.refuse("repeats without limit inside a repeat without limit")
            if self.unbounded > UNBOUNDED_MAX:
                self.refuse(f"has more than {UNBOUNDED_MAX} repeats without limit")
        simple = len(items) == 1 and items[0][0] in _SINGLE
        deeper = times * (1 if endless else max(1, high))
        if (times > 1 and not endless and deeper > NESTED_MAX) or (endless and times > NESTED_MAX):
            self.refuse(f"repeats a repeat more than {NESTED_MAX} times")
        if high == 0:
            return _Cost(_NO_CHARACTERS, True)
        if simple:
            body_cost = self.estimate_sequence(items, follow, times)
        else:
            if high > 1 and _contains_branch(items):
                self.refuse("has alternatives inside a repeat")
            # What is repeated can be followed by itself.
            start = self.estimate_sequence(
                items, follow, deeper, loop=True if endless else loop
            ).first
            self.unbounded -= _count_endless(items)
            again = follow | start if high > 1 else follow
            body_cost = self.estimate_sequence(items, again, deeper, loop=True if endless else loop)
        if body_cost.empty and endless:
            self.refuse("repeats without limit what may be empty")
        most = TEXT_LENGTH if endless else min(high, TEXT_LENGTH)
        if most * math.log10(body_cost.choices) > _CHOICE_DIGITS_MAX:
            self.refuse("repeats what can match one text in several ways")
        inner = body_cost.choices**most
        choice = most - min(low, most) + 1
        competes = bool(body_cost.first & follow) or body_cost.empty
        ways = inner * choice if competes and choice > 1 else inner
        return _Cost(
            body_cost.first, body_cost.empty or low == 0, ways,
            body_cost.unlimited_repeats + (endless and competes), max(body_cost.scan_length, most),
        )  # fmt: skip

    def _estimate_branch(
        self, branches: Any, follow: CharacterSet, times: int, loop: bool
    ) -> _Cost:
        costs = [
            self.estimate_sequence(list(branch), follow, times, loop=loop) for branch in branches
        ]
        starts = [cost.first | follow if cost.empty else cost.first for cost in costs]
        apart = sum(map(len, starts)) == len(frozenset().union(*starts))
        return _Cost(
            frozenset().union(*(cost.first for cost in costs)),
            any(cost.empty for cost in costs),
            (max if apart else sum)(cost.choices for cost in costs),
            min(cost.unlimited_repeats for cost in costs),
            max(cost.scan_length for cost in costs),
        )

    def _fold_case(self, chars: CharacterSet) -> CharacterSet:
        if not self.fold:
            return chars
        both = {ord(variant) for char in chars if char < 128 for variant in chr(char).swapcase()}
        return chars | frozenset(char for char in both if char < 256)


_REPEATS = frozenset((ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT))
_SINGLE = frozenset((ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN))
_REFUSED = {
    ops.GROUPREF: "refers back to a group",
    ops.GROUPREF_EXISTS: "refers back to a group",
    ops.ASSERT: "looks ahead or behind",
    ops.ASSERT_NOT: "looks ahead or behind",
}


def _contains_branch(items: Sequence[tuple[Any, Any]]) -> bool:
    return any(op is ops.BRANCH for op, _ in _list_nodes(items))


def _count_endless(items: Sequence[tuple[Any, Any]]) -> int:
    return sum(
        op in _REPEATS and (argument[1] is ops.MAXREPEAT or argument[1] > 1000)
        for op, argument in _list_nodes(items)
    )


def _list_nodes(items: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """All items and those inside of them."""
    found = []
    for op, argument in items:
        found.append((op, argument))
        for inside in _list_children(op, argument):
            found += _list_nodes(list(inside))
    return found


def _list_children(op: Any, argument: Any) -> Sequence[Any]:
    if op in _REPEATS:
        return [argument[2]]
    if op is ops.BRANCH:
        return list(argument[1])
    if op is ops.SUBPATTERN:
        return [argument[3]]
    return [argument] if op is ops.ATOMIC_GROUP else []


def _collect_characters(op: Any, argument: Any) -> CharacterSet:
    """The characters that a single-character item takes."""
    if op is ops.LITERAL:
        return frozenset((min(argument, 256),))
    if op is ops.NOT_LITERAL:
        return _ALL_CHARACTERS - {argument}
    if op is not ops.IN:
        return _ALL_CHARACTERS
    taken = _NO_CHARACTERS
    negated = False
    for kind, what in argument:
        if kind is ops.NEGATE:
            negated = True
        elif kind is ops.RANGE:
            taken |= frozenset(range(what[0], min(what[1], 256) + 1)) | (
                {256} if what[1] > 255 else _NO_CHARACTERS
            )
        elif kind is ops.CATEGORY:
            taken |= _expand_category(what)
        else:
            taken |= _collect_characters(kind, what)
    return _ALL_CHARACTERS - (taken - {256}) if negated else taken


@lru_cache(maxsize=16)
def _expand_category(what: Any) -> CharacterSet:
    """The characters of ``\\d``, ``\\w``, ``\\s`` and their opposites."""
    name = str(what)
    tests: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdecimal,
        "SPACE": str.isspace,
        "WORD": lambda char: char.isalnum() or char == "_",
    }
    test = tests[name.rsplit("_", 1)[-1]]
    chars = frozenset(code for code in range(256) if test(chr(code)) != ("NOT_" in name))
    return chars | {256}
