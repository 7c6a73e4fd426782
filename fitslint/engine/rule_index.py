"""Which rules ask for a keyword: by its name, or by a template such as ``CRVALia``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from fitslint.model.bounded_dict import BoundedDict
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
    optional version letter and every other lower-case letter for an integer without leading zeros.
    With ``tests`` a rule also names the keywords that its ``needs_name`` holds of.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        list_keywords: Callable[[Rule], tuple[str, ...]],
        *,
        tests: bool = False,
    ) -> None:
        self._tests: dict[Callable[[str], object], list[Rule]] = {}
        self._exact: dict[str, list[Rule]] = {}
        self._templates: dict[str, list[Rule]] = {}
        self._versioned: dict[str, list[Rule]] = {}
        self._memo: BoundedDict[str, tuple[Rule, ...]] = BoundedDict.create(MEMO_MAX)
        self._alike: dict[tuple[str, ...], tuple[Rule, ...]] = {}
        """The rules of names, one tuple for all names for which the same ask (by code)."""
        for rule in rules:
            if tests and rule.needs_name:
                self._tests.setdefault(rule.needs_name, []).append(rule)
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
            found = self._memo[name] = self._match_rules(name)
        return found

    def _match_rules(self, name: str) -> tuple[Rule, ...]:
        found = self._exact.get(HIERARCH if name.startswith("HIERARCH ") else name, ())
        skeleton = _fold_digits(name)
        if skeleton is not None:
            templates = self._templates.get(skeleton, ())
            versioned = (
                self._versioned.get(skeleton[:-1], ()) if "A" <= skeleton[-1:] <= "Z" else ()
            )
            if templates or versioned:
                found = [*found, *templates, *versioned]
        if self._tests:
            tested = [rule for test, rules in self._tests.items() if test(name) for rule in rules]
            found = [*found, *tested] if tested else found
        if not found:
            return ()
        by_code = {rule.code: rule for rule in found}
        return self._alike.setdefault(tuple(by_code), tuple(by_code.values()))

    def find_codes(self, layout: Layout) -> set[str]:
        """The codes of the rules that ask for a keyword of a layout."""
        codes: set[str] = set()
        memo = self._memo
        for name in layout.index:
            rules = memo.get(name)
            if rules is None:
                rules = self.find_rules(name)
            if rules:
                codes.update([rule.code for rule in rules])
        return codes

    def find_positions(self, layout: Layout) -> dict[str, set[int]]:
        """By code of rule: the positions of the cards of a layout that it asks for."""
        memo = self._memo
        repeated = self._exact.get(DUPLICATES, ())
        groups: dict[int, tuple[Iterable[Rule], list[int]]] = {}
        for name, positions in layout.index.items():
            rules = memo.get(name)
            if rules is None:
                rules = self.find_rules(name)
            if rules:  # many columns have names for which the same rules ask
                groups.setdefault(id(rules), (rules, []))[1].extend(positions)
            if repeated and len(positions) > 1 and name not in _UNCOUNTED:
                groups.setdefault(id(repeated), (repeated, []))[1].extend(positions)
        where: dict[str, set[int]] = {}
        for asking, places in groups.values():
            for rule in asking:
                where.setdefault(rule.code, set()).update(places)
        return where


@lru_cache(MEMO_MAX)
def _fold_digits(name: str) -> str | None:
    """A keyword with ``#`` for every integer; None where one has a leading zero."""
    return None if _LEADING_ZERO.search(name) else _DIGITS.sub("#", name)
