"""What the build stores of the rules, so that a check imports only the modules of those it asks.

The table has what every decorator says; the functions of a rule come from its module, which is
imported when the first of them is wanted.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.data_files import STORED_SUFFIX, read_stored, write_stored
from fitslint.model.rule import Rule
from fitslint.rules.api import REGISTRY

TABLE = Path(__file__).parent / f"rules{STORED_SUFFIX}"
_FUNCTIONS = (
    "check", "needs_name", "precheck", "precheck_for_keyword", "precheck_for_entry", "subchecks",
)  # fmt: skip
_FIELDS = tuple(name for name in Rule.__match_args__ if name not in _FUNCTIONS)


class StoredRule(Rule):
    """A rule of the table; a function that it has and nobody asked for yet is an empty slot.

    With the first that somebody asks for it becomes a rule like the others.
    """

    __slots__ = ()
    # Not frozen: the slots of 490 rules are filled at the start.
    __setattr__, __delattr__ = object.__setattr__, object.__delattr__

    if not TYPE_CHECKING:  # there it would stand for any name

        def __getattr__(self, name: str) -> Any:
            """A function, of which the module is imported now."""
            if name not in _FUNCTIONS:
                raise AttributeError(name)
            importlib.import_module(self.module)
            rule = REGISTRY[self.code]
            # Not by the class: another thread may have made a plain rule of this one meanwhile.
            for function in _FUNCTIONS:
                object.__setattr__(self, function, getattr(rule, function))
            object.__setattr__(self, "__class__", Rule)
            return getattr(rule, name)


def store_rules(path: Path, rules: dict[str, Rule]) -> Path:
    """Write the table of ``rules``, as the build does."""
    rows = [
        (
            tuple(name for name in _FUNCTIONS if getattr(rule, name) is None),
            tuple(getattr(rule, name) for name in _FIELDS),
        )
        for rule in rules.values()
    ]
    return write_stored(path, (_FIELDS, rows))


def load_stored_rules(path: Path = TABLE) -> dict[str, Rule]:
    """The rules of the table by code; none where the build stored none, as in a checkout."""
    stored = read_stored(path)
    if not isinstance(stored, tuple) or len(stored) != 2 or stored[0] != _FIELDS:
        return {}
    rules: dict[str, Rule] = {}
    _, rows = stored
    for absent, values in rows:
        rule = StoredRule.__new__(StoredRule)
        for name, value in zip(_FIELDS, values, strict=True):
            setattr(rule, name, value)
        for name in absent:
            setattr(rule, name, None)
        rules[rule.code] = rule
    return rules
