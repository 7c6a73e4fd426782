"""Which rules ask for a keyword: by its name, or by a template such as ``CRVALia``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Rule

MEMO_MAX = 65_536
DUPLICATES = "*duplicates*"
"""In ``needs``: any keyword that stands in the header more than once."""
HIERARCH = "HIERARCH"

_UNCOUNTED = frozenset(("", "COMMENT", "HISTORY", "CONTINUE", HIERARCH))
_DIGITS = compile_late("[0-9]+")
_LEADING_ZERO = compile_late("(?<![0-9])0[0-9]")


class RuleIndex:
    """The rules among ``rules`` that name a keyword.

    ``list_keywords`` gives the names and templates of a rule. In a template ``a`` stands for an
    optional
    version letter and every other lower-case letter for an integer without leading zeros.
    """

    def __init__(
        self, rules: Iterable[Rule], list_keywords: Callable[[Rule], tuple[str, ...]]
    ) -> None:
        self._exact: dict[str, list[Rule]] = {}
        self._templates: dict[str, list[Rule]] = {}
        self._versioned: dict[str, list[Rule]] = {}
        self._memo: BoundedDict[str, tuple[Rule, ...]] = BoundedDict.create(MEMO_MAX)
        for rule in rules:
            for name in list_keywords(rule):
                if name == name.upper() or name == DUPLICATES:
                    self._exact.setdefault(name, []).append(rule)
                    continue
                skeleton = re.sub("[a-z]", "#", name.removesuffix("a"))
                self._templates.setdefault(skeleton, []).append(rule)
                if name.endswith("a"):
                    self._versioned.setdefault(skeleton, []).append(rule)

    def find_rules(self, name: str) -> tuple[Rule, ...]:
        """The rules that ask for keyword ``name``."""
        found = self._memo.get(name)
        if found is None:
            found = tuple({rule.code: rule for rule in self._match_rules(name)}.values())
            self._memo[name] = found
        return found

    def _match_rules(self, name: str) -> list[Rule]:
        exact = self._exact.get(HIERARCH if name.startswith("HIERARCH ") else name, [])
        if _LEADING_ZERO.search(name):
            return exact
        skeleton = _DIGITS.sub("#", name)
        found = exact + self._templates.get(skeleton, [])
        if "A" <= skeleton[-1:] <= "Z":
            found = found + self._versioned.get(skeleton[:-1], [])
        return found

    def find_codes(self, layout: Layout) -> set[str]:
        """The codes of the rules that ask for a keyword of a layout."""
        return {rule.code for name in layout.index for rule in self.find_rules(name)}

    def find_positions(self, layout: Layout) -> dict[str, list[int]]:
        """By code of rule: the positions of the cards of a layout that it asks for, in order."""
        where: dict[str, list[int]] = {}
        repeated = self._exact.get(DUPLICATES, ())
        for name, positions in layout.index.items():
            for rule in self.find_rules(name):
                if rule.code in where:
                    where[rule.code].extend(positions)
                else:
                    where[rule.code] = list(positions)
            if repeated and len(positions) > 1 and name not in _UNCOUNTED:
                for rule in repeated:
                    where.setdefault(rule.code, []).extend(positions)
        return {code: sorted(set(positions)) for code, positions in where.items()}

    def find_offsets(self, layout: Layout) -> dict[str, tuple[int, ...]]:
        """The same as first bytes of the cards."""
        return {
            code: tuple(position * CARD_SIZE for position in positions)
            for code, positions in self.find_positions(layout).items()
        }
