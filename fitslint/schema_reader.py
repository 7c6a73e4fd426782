"""What of a document does not follow its JSON Schema, in sentences that name a key.

A small reader of the few words of JSON Schema (draft 2020-12) that ours use, so that a document can
be judged wherever fitslint is installed; tests hold its verdicts to those of jsonschema. A kind of
document with sentences of its own has a reader derived from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from fitslint.text import join_words, quote_short, suggest

Rule = Mapping[str, Any]
_PACKAGE = FilePath(__file__).resolve().parent


class SchemaFault(NamedTuple):
    """A place of a document and what is wrong there; the sentence follows the name of the place."""

    path: tuple[str | int, ...]
    sentence: str


def read_schema(name: str) -> str:
    """The text of the schema file ``name``; in a source tree it lies beside the package."""
    installed = _PACKAGE / "_data" / "schemas" / name
    path = installed if installed.is_file() else _PACKAGE.parent / "schemas" / name
    return path.read_text(encoding="utf-8")


class SchemaReader:
    """Judges documents by one schema.

    Parameters
    ----------
    text : str
        the schema.
    """

    offers_values = False
    """Whether a value that is none of a list is told the nearest one."""

    def __init__(self, text: str) -> None:
        self.schema: dict[str, Any] = json.loads(text)

    def judge(self, document: object) -> list[SchemaFault]:
        """What of a parsed document does not follow the schema, in its order."""
        return list(self.judge_item(document, self.schema, ()))

    def judge_item(
        self, item: object, rule: Rule, path: tuple[str | int, ...]
    ) -> Iterator[SchemaFault]:
        """What of the item at ``path`` does not follow a rule of the schema."""
        rule = self.resolve(rule)
        if not has_type(item, rule):
            yield SchemaFault(path, _say_type(item, rule))
            return
        if not has_value(item, rule):
            wanted = rule["enum"]
            hint = suggest(str(item), map(str, wanted)) if self.offers_values else ""
            yield SchemaFault(
                path, f"is {quote_short(item)}, which is none of {join_words(wanted)}{hint}"
            )
        if isinstance(item, str):
            yield from self._judge_string(item, rule, path)
        elif isinstance(item, int | float):
            yield from _judge_number(item, rule, path)
        elif isinstance(item, list):
            yield from self._judge_array(item, rule, path)
        elif isinstance(item, Mapping):
            yield from self._judge_table(item, rule, path)
        yield from self.judge_choices(item, rule, path)

    def judge_choices(
        self, item: object, rule: Rule, path: tuple[str | int, ...]
    ) -> Iterator[SchemaFault]:
        """What is wrong when none of several rules holds, or more than one that exclude others."""
        for word in ("oneOf", "anyOf"):
            if word not in rule:
                continue
            tried = [list(self.judge_item(item, choice, path)) for choice in rule[word]]
            fitting = tried.count([])
            if fitting == 1 or (fitting and word == "anyOf"):
                continue
            # The choice that got furthest into the item is the one that was meant.
            yield from max(
                tried, key=lambda found: max((len(fault.path) for fault in found), default=0)
            )

    def say_unlike(self, text: str, rule: Rule, path: tuple[str | int, ...]) -> str:
        """Why a string does not match the pattern of its key."""
        meaning = rule.get("description")
        form = f" ({meaning.rstrip('.')})" if meaning else ""
        return f"is {quote_short(text)}, which has not the form {rule['pattern']}{form}"

    def resolve(self, rule: Rule) -> Rule:
        """The rule that is meant, with the words that stand beside a reference."""
        while "$ref" in rule:
            target: Any = self.schema
            for step in rule["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            rule = {**{word: rule[word] for word in rule if word != "$ref"}, **target}
        return rule

    def _judge_string(
        self, text: str, rule: Rule, path: tuple[str | int, ...]
    ) -> Iterator[SchemaFault]:
        if len(text) < rule.get("minLength", 0):
            yield SchemaFault(path, "must not be empty")
        elif len(text) > rule.get("maxLength", len(text)):
            yield SchemaFault(path, f"has {len(text)} characters; the most are {rule['maxLength']}")
        elif "pattern" in rule and not re.search(rule["pattern"], text):
            yield SchemaFault(path, self.say_unlike(text, rule, path))

    def _judge_array(
        self, items: list[Any], rule: Rule, path: tuple[str | int, ...]
    ) -> Iterator[SchemaFault]:
        least, most = rule.get("minItems", 0), rule.get("maxItems", len(items))
        if not least <= len(items) <= most:
            wanted = f"exactly {most}" if least == most else f"at most {most}"
            wanted = wanted if len(items) > most else f"at least {least}"
            yield SchemaFault(path, f"holds {len(items)} items; it takes {wanted}")
        seen: list[object] = []
        first = rule.get("prefixItems", [])
        for at, item in enumerate(items):
            if rule.get("uniqueItems") and any(_is_same(item, other) for other in seen):
                yield SchemaFault((*path, at), f"{quote_short(item)} is listed twice")
            seen.append(item)
            inside = first[at] if at < len(first) else rule.get("items")
            if isinstance(inside, Mapping):
                yield from self.judge_item(item, inside, (*path, at))

    def _judge_table(
        self, table: Mapping[str, Any], rule: Rule, path: tuple[str | int, ...]
    ) -> Iterator[SchemaFault]:
        known: Mapping[str, Any] = rule.get("properties", {})
        rest = rule.get("additionalProperties", True)
        least, most = rule.get("minProperties", 0), rule.get("maxProperties", len(table))
        if not least <= len(table) <= most:
            number = least if len(table) < least else most
            counted = (
                "must not be empty" if number == 1 else f"needs {number} of {', '.join(known)}"
            )
            yield SchemaFault(path, counted)
        for key in rule.get("required", ()):
            if key not in table:
                yield SchemaFault(path, f"the key {key!r} is missing")
        for key, item in table.items():
            if "propertyNames" in rule:
                for fault in self.judge_item(key, rule["propertyNames"], (*path, key)):
                    yield SchemaFault(fault.path, f"the name of the key {fault.sentence}")
            if key in known:
                yield from self.judge_item(item, known[key], (*path, key))
            elif rest is False:
                yield SchemaFault((*path, key), f"is no key of this table{suggest(key, known)}")
            elif isinstance(rest, Mapping):
                yield from self.judge_item(item, rest, (*path, key))


def has_type(item: object, rule: Rule) -> bool:
    """Whether an item is of a type that a rule takes."""
    return "type" not in rule or any(_TYPES[name][1](item) for name in _list_types(rule))


def has_value(item: object, rule: Rule) -> bool:
    """Whether an item is one of the values that a rule lists."""
    return "enum" not in rule or any(_is_same(item, value) for value in rule["enum"])


def _judge_number(item: float, rule: Rule, path: tuple[str | int, ...]) -> Iterator[SchemaFault]:
    if item < rule.get("minimum", item):
        yield SchemaFault(path, f"is {item}; the least is {rule['minimum']}")
    elif "exclusiveMinimum" in rule and item <= rule["exclusiveMinimum"]:
        yield SchemaFault(path, f"is {item:g}; it has to be above {rule['exclusiveMinimum']}")
    elif item > rule.get("maximum", item):
        yield SchemaFault(path, f"is {item:g}; the most is {rule['maximum']}")


def _list_types(rule: Rule) -> list[str]:
    types = rule["type"]
    return [types] if isinstance(types, str) else types


def _say_type(item: object, rule: Rule) -> str:
    types = _list_types(rule)
    bare = not isinstance(item, str | bool | Mapping | list)
    hint = "; put it in quotes" if bare and "string" in types else ""
    return (
        f"has to be {join_words(_TYPES[name][0] for name in types)}, not {quote_short(item)}{hint}"
    )


def _is_integer(item: object) -> bool:
    return (isinstance(item, int) and not isinstance(item, bool)) or (
        isinstance(item, float) and item.is_integer()
    )


_TYPES: dict[str, tuple[str, Callable[[object], bool]]] = {
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


def _is_same(one: object, other: object) -> bool:
    """Equality as JSON has it: 1 and 1.0 are the same, 1 and true are not."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other
