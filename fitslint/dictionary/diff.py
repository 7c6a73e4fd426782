"""What a revision of a dictionary changed, and what it means for files that are there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from fitslint.dictionary.files.document import DictionaryDocument
from fitslint.dictionary.files.toml_writer import KEYWORD_KEYS
from fitslint.dictionary.matching.entry import expand_scopes
from fitslint.dictionary.values.formats import read_format
from fitslint.text import phrase
from fitslint.units.spelling import is_same_unit

Effect = Literal["breaks", "narrows", "harmless"]
"""``breaks``: a value means something else than before; ``narrows``: some values are no longer
allowed, or more is demanded; ``harmless``: everything that was right stays right."""
KeywordTable = Mapping[str, Any]

BREAK_REASONS: Mapping[str, str] = {
    "type": phrase("a keyword that is in use keeps its type"),
    "types": phrase("a keyword that is in use keeps its type"),
    "unit": phrase("a keyword that is in use keeps its unit"),
    "fixed": phrase("a keyword that is in use keeps its meaning"),
    "default": phrase("the absence of a keyword keeps its meaning"),
    "fortran": phrase("a keyword that is in use keeps its type"),
    "c": phrase("a keyword that is in use keeps its type"),
}
"""Why a change of a key breaks."""


class KeyChange(NamedTuple):
    """A key of a keyword that differs; None where a dictionary has it not."""

    keyword: str
    key: str
    old: Any
    new: Any
    effect: Effect


class DictionaryDiff(NamedTuple):
    """The differences between two dictionaries."""

    added: list[str]
    removed: list[str]
    changes: list[KeyChange]

    @property
    def is_breaking(self) -> bool:
        """Whether a keyword that may be in use changed its meaning, type or unit."""
        return any(change.effect == "breaks" for change in self.changes)


def compare_dictionaries(old: DictionaryDocument, new: DictionaryDocument) -> DictionaryDiff:
    """What changed from ``old`` to ``new``, keyword by keyword."""
    before = {table["name"]: table for table in old.keywords}
    after = {table["name"]: table for table in new.keywords}
    changes = [
        change
        for name, table in after.items()
        if name in before
        for change in _list_changes(name, before[name], table, new)
    ]
    return DictionaryDiff(
        [name for name in after if name not in before],
        [name for name in before if name not in after],
        changes,
    )


def _list_changes(
    name: str, old: KeywordTable, new: KeywordTable, document: DictionaryDocument
) -> Iterator[KeyChange]:
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
            effect = _RATINGS[key](one, other) if key in _RATINGS else "harmless"
        yield KeyChange(name, key, one, other, effect)


def _rate_always(_old: Any, _new: Any) -> Effect:
    return "breaks"


def _rate_unit(old: str | None, new: str | None) -> Effect:
    return "harmless" if is_same_unit(old or "", new or "") else "breaks"


def _rate_constant(old: Any, new: Any) -> Effect:
    if new is None:
        return "harmless"
    return "narrows" if old is None else "breaks"


def _rate_list(old: list[Any] | None, new: list[Any] | None) -> Effect:
    if new is None:
        return "harmless"
    return "narrows" if old is None or any(item not in new for item in old) else "harmless"


def _rate_demands(old: list[Any] | None, new: list[Any] | None) -> Effect:
    return "narrows" if any(item not in (old or []) for item in new or []) else "harmless"


def _rate_hdus(old: list[str] | None, new: list[str] | None) -> Effect:
    lost = set(expand_scopes(old or ["any"])) - set(expand_scopes(new or ["any"]))
    return "narrows" if lost else "harmless"


def _rate_text(_old: str | None, new: str | None) -> Effect:
    return "harmless" if new is None else "narrows"


def _rate_minimum(old: float | None, new: float | None) -> Effect:
    return "narrows" if new is not None and (old is None or new > old) else "harmless"


def _rate_maximum(old: float | None, new: float | None) -> Effect:
    return "narrows" if new is not None and (old is None or new < old) else "harmless"


def _rate_flag(_old: bool | None, new: bool | None) -> Effect:
    return "narrows" if new else "harmless"


def _rate_format(old: str | None, new: str | None) -> Effect:
    one, other = read_format(old or ""), read_format(new or "")
    if one is None or other is None:
        return "harmless"
    if one.type != other.type:
        return "breaks"
    pairs = ((one.width, other.width), (one.decimals, other.decimals))
    less = any(after is not None and (before or after) > after for before, after in pairs)
    return "narrows" if less else "harmless"


def _rate_index(old: KeywordTable | None, new: KeywordTable | None) -> Effect:
    for letter, (low, high) in (new or {}).items():
        before = (old or {}).get(letter)
        if before is None or low > before[0] or high < before[1]:
            return "narrows"
    return "harmless"


_RATINGS: Mapping[str, Callable[[Any, Any], Effect]] = {
    "type": _rate_always,
    "types": _rate_always,
    "default": _rate_always,
    "unit": _rate_unit,
    "fixed": _rate_constant,
    "enum": _rate_list,
    "pattern": _rate_text,
    "condition": lambda old, new: "narrows" if new is None else "harmless",
    "minimum": _rate_minimum,
    "maximum": _rate_maximum,
    "exclusive_minimum": _rate_flag,
    "exclusive_maximum": _rate_flag,
    "fortran": _rate_format,
    "c": _rate_format,
    "relation": _rate_demands,
    "hdus": _rate_hdus,
    "index": _rate_index,
}
"""What a change of a key does; keys that are not here are words for people."""
