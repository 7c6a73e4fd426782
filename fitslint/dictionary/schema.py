"""The published schema of dictionaries, and what of a document does not follow it, in sentences.

A small reader of the few words of JSON Schema that ours uses, so that a dictionary can be judged
wherever fitslint is installed; tests hold its verdicts to those of jsonschema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from fitslint.dictionary.positions import Path
from fitslint.text import join_words, quote_short, suggest

NAME = "dictionary-1.0.0.json"
_PACKAGE = FilePath(__file__).resolve().parent.parent


class Fault(NamedTuple):
    """A place of a document and what is wrong there; the sentence follows the name of the place."""

    path: Path
    sentence: str


@cache
def schema() -> dict[str, Any]:
    """The schema; in a source tree it lies beside the package."""
    installed = _PACKAGE / "_data" / "schemas" / NAME
    path = installed if installed.is_file() else _PACKAGE.parent / "schemas" / NAME
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def faults(document: object) -> list[Fault]:
    """What of a parsed dictionary does not follow the schema, in its order."""
    return list(_judge(document, schema(), ()))


def _judge(item: object, rule: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    rule = _resolved(rule)
    kinds = rule.get("type")
    if kinds is not None:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(_KINDS[kind][1](item) for kind in kinds):
            wanted = join_words([_KINDS[kind][0] for kind in kinds])
            yield Fault(path, f"has to be {wanted}, not {quote_short(item)}{_hint(item, kinds)}")
            return
    if "enum" in rule and not any(_same(item, one) for one in rule["enum"]):
        yield Fault(path, f"is {quote_short(item)}, which is none of {join_words(rule['enum'])}")
    if isinstance(item, str):
        yield from _of_string(item, rule, path)
    elif isinstance(item, int | float) and item < rule.get("minimum", item):
        yield Fault(path, f"is {item}; the least is {rule['minimum']}")
    elif isinstance(item, list):
        yield from _of_array(item, rule, path)
    elif isinstance(item, Mapping):
        yield from _of_table(item, rule, path)
    yield from _of_choices(item, rule, path)


def _of_string(text: str, rule: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    if len(text) < rule.get("minLength", 0):
        yield Fault(path, "must not be empty")
    elif len(text) > rule.get("maxLength", len(text)):
        yield Fault(path, f"has {len(text)} characters; the most are {rule['maxLength']}")
    elif "pattern" in rule and not re.search(rule["pattern"], text):
        yield Fault(path, _unlike(text, rule, path))


def _of_array(items: list[Any], rule: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    if not rule.get("minItems", 0) <= len(items) <= rule.get("maxItems", len(items)):
        wanted = rule["maxItems"] if len(items) > rule.get("maxItems", len(items)) else None
        wanted = f"exactly {wanted}" if wanted else f"at least {rule['minItems']}"
        yield Fault(path, f"holds {len(items)} items; it takes {wanted}")
    seen: list[object] = []
    first = rule.get("prefixItems", [])
    for at, item in enumerate(items):
        if rule.get("uniqueItems") and any(_same(item, one) for one in seen):
            yield Fault((*path, at), f"{quote_short(item)} is listed twice")
        seen.append(item)
        inside = first[at] if at < len(first) else rule.get("items")
        if isinstance(inside, Mapping):
            yield from _judge(item, inside, (*path, at))


def _of_table(table: Mapping[str, Any], rule: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    known: Mapping[str, Any] = rule.get("properties", {})
    rest = rule.get("additionalProperties", True)
    if len(table) < rule.get("minProperties", 0):
        yield Fault(path, "must not be empty")
    for key in rule.get("required", ()):
        if key not in table:
            yield Fault(path, f"the key {key!r} is missing")
    for key, item in table.items():
        if "propertyNames" in rule:
            for fault in _judge(key, rule["propertyNames"], (*path, key)):
                yield Fault(fault.path, f"the name of the key {fault.sentence}")
        if key in known:
            yield from _judge(item, known[key], (*path, key))
        elif rest is False:
            yield Fault((*path, key), f"is no key of this table{suggest(key, known)}")
        elif isinstance(rest, Mapping):
            yield from _judge(item, rest, (*path, key))


def _of_choices(item: object, rule: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for word in ("oneOf", "anyOf"):
        if word not in rule:
            continue
        tried = [list(_judge(item, one, path)) for one in rule[word]]
        fitting = tried.count([])
        if fitting == 1 or (fitting and word == "anyOf"):
            continue
        # The choice that got furthest into the item is the one that was meant.
        yield from max(tried, key=lambda found: max((len(one.path) for one in found), default=0))


def _resolved(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in rule:
        target: Any = schema()
        for step in rule["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        rule = target
    return rule


def _is_integer(item: object) -> bool:
    return (isinstance(item, int) and not isinstance(item, bool)) or (
        isinstance(item, float) and item.is_integer()
    )


_KINDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "object": ("a table", lambda item: isinstance(item, Mapping)),
    "array": ("a list", lambda item: isinstance(item, list)),
    "string": ("a string", lambda item: isinstance(item, str)),
    "boolean": ("true or false", lambda item: isinstance(item, bool)),
    "integer": ("an integer", _is_integer),
    "number": (
        "a number",
        lambda item: isinstance(item, int | float) and not isinstance(item, bool),
    ),
}


def _same(one: object, other: object) -> bool:
    """Equality as JSON has it: 1 and 1.0 are the same, 1 and true are not."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _hint(item: object, kinds: list[str]) -> str:
    bare = not isinstance(item, str | bool | Mapping | list)
    return "; put it in quotes" if bare and "string" in kinds else ""


def _unlike(text: str, rule: Mapping[str, Any], path: Path) -> str:
    """Why a string does not match the pattern of its key."""
    if path[:1] == ("keyword",) and path[-1] == "name":
        wrong = sorted({char for char in text if not re.match("[A-Za-z0-9_ -]", char)})
        if wrong:
            return f"{quote_short(text)} holds {wrong[0]!r}; keywords are made of A-Z, 0-9, - and _"
        if " " not in text:
            return f"{quote_short(text)} has {len(text)} characters; FITS keywords have at most 8"
        return f"{quote_short(text)} has blanks that do not stand singly between words"
    meaning = rule.get("description")
    form = f" ({meaning.rstrip('.')})" if meaning else ""
    return f"is {quote_short(text)}, which has not the form {rule['pattern']}{form}"
