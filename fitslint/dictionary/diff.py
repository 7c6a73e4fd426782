"""What a revision of a dictionary changed, and what it means for files that are there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from fitslint.dictionary.document import Document
from fitslint.dictionary.entry import kinds
from fitslint.dictionary.formats import read_format
from fitslint.dictionary.toml import KEYWORD_KEYS
from fitslint.dictionary.units import same

Effect = Literal["breaks", "narrows", "harmless"]
"""``breaks``: a value means something else than before; ``narrows``: some values are no longer
allowed, or more is demanded; ``harmless``: everything that was right stays right."""
Table = Mapping[str, Any]

WHY: Mapping[str, str] = {
    "type": "a keyword that is in use keeps its type",
    "types": "a keyword that is in use keeps its type",
    "unit": "a keyword that is in use keeps its unit",
    "fixed": "a keyword that is in use keeps its meaning",
    "default": "the absence of a keyword keeps its meaning",
    "fortran": "a keyword that is in use keeps its type",
    "c": "a keyword that is in use keeps its type",
}
"""Why a change of a key breaks."""


class Change(NamedTuple):
    """A key of a keyword that differs; None where a dictionary has it not."""

    keyword: str
    key: str
    old: Any
    new: Any
    effect: Effect


class Diff(NamedTuple):
    """The differences between two dictionaries."""

    added: list[str]
    removed: list[str]
    changes: list[Change]

    @property
    def breaks(self) -> bool:
        """Whether a keyword that may be in use changed its meaning, type or unit."""
        return any(change.effect == "breaks" for change in self.changes)


def diff(old: Document, new: Document) -> Diff:
    """What changed from ``old`` to ``new``, keyword by keyword."""
    before = {table["name"]: table for table in old.keywords}
    after = {table["name"]: table for table in new.keywords}
    changes = [
        change
        for name, table in after.items()
        if name in before
        for change in _changes(name, before[name], table, new)
    ]
    return Diff(
        [name for name in after if name not in before],
        [name for name in before if name not in after],
        changes,
    )


def _changes(name: str, old: Table, new: Table, document: Document) -> Iterator[Change]:
    keys = [key for key in KEYWORD_KEYS if key in old or key in new]
    for key in keys:
        one, other = old.get(key), new.get(key)
        if one == other and isinstance(one, bool) == isinstance(other, bool):
            continue
        effect: Effect
        if key == "importance":
            words = document.head.get("importance", {})
            effect = "narrows" if other in words and one not in words else "harmless"
        else:
            effect = _EFFECTS[key](one, other) if key in _EFFECTS else "harmless"
        yield Change(name, key, one, other, effect)


def _always(_old: Any, _new: Any) -> Effect:
    return "breaks"


def _unit(old: str | None, new: str | None) -> Effect:
    return "harmless" if same(old or "", new or "") else "breaks"


def _fixed(old: Any, new: Any) -> Effect:
    if new is None:
        return "harmless"
    return "narrows" if old is None else "breaks"


def _listed(old: list[Any] | None, new: list[Any] | None) -> Effect:
    if new is None:
        return "harmless"
    return "narrows" if old is None or any(item not in new for item in old) else "harmless"


def _demanded(old: list[Any] | None, new: list[Any] | None) -> Effect:
    return "narrows" if any(item not in (old or []) for item in new or []) else "harmless"


def _hdus(old: list[str] | None, new: list[str] | None) -> Effect:
    lost = set(kinds(old or ["any"])) - set(kinds(new or ["any"]))
    return "narrows" if lost else "harmless"


def _text(_old: str | None, new: str | None) -> Effect:
    return "harmless" if new is None else "narrows"


def _lowest(old: float | None, new: float | None) -> Effect:
    return "narrows" if new is not None and (old is None or new > old) else "harmless"


def _highest(old: float | None, new: float | None) -> Effect:
    return "narrows" if new is not None and (old is None or new < old) else "harmless"


def _flag(_old: bool | None, new: bool | None) -> Effect:
    return "narrows" if new else "harmless"


def _format(old: str | None, new: str | None) -> Effect:
    one, other = read_format(old or ""), read_format(new or "")
    if one is None or other is None:
        return "harmless"
    if one.type != other.type:
        return "breaks"
    pairs = ((one.width, other.width), (one.decimals, other.decimals))
    less = any(after is not None and (before or after) > after for before, after in pairs)
    return "narrows" if less else "harmless"


def _index(old: Table | None, new: Table | None) -> Effect:
    for letter, (low, high) in (new or {}).items():
        before = (old or {}).get(letter)
        if before is None or low > before[0] or high < before[1]:
            return "narrows"
    return "harmless"


_EFFECTS: Mapping[str, Callable[[Any, Any], Effect]] = {
    "type": _always,
    "types": _always,
    "default": _always,
    "unit": _unit,
    "fixed": _fixed,
    "enum": _listed,
    "pattern": _text,
    "condition": lambda old, new: "narrows" if new is None else "harmless",
    "minimum": _lowest,
    "maximum": _highest,
    "exclusive_minimum": _flag,
    "exclusive_maximum": _flag,
    "fortran": _format,
    "c": _format,
    "relation": _demanded,
    "hdus": _hdus,
    "index": _index,
}
"""What a change of a key does; keys that are not here are words for people."""
