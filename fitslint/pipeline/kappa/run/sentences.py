"""What of a configuration does not follow its schema, in sentences that name a key."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from fitslint.config.schemas import text
from fitslint.dictionary.positions import Path
from fitslint.text import join_words, quote_short, suggest

SCHEMA = "kappa-1.0.0.json"
Fault = tuple[Path, str]
"""A place of the configuration and what is wrong there."""
_KINDS = {
    "object": "a table",
    "array": "a list",
    "string": "a string",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
}


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(text(SCHEMA)))


def faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    """What does not follow the schema, the first place of the file first."""
    found = sorted(_validator().iter_errors(tables), key=lambda one: list(map(str, one.path)))
    for error in found:
        yield from _of(error, tuple(error.absolute_path))
    yield from _not_finite(tables, ())


def _of(error: Any, path: Path) -> Iterator[Fault]:
    """One error of the validator; a key that is no key of its table is a fault of its own."""
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in error.instance:
            if key not in known:
                yield (*path, key), f"is no key of this table{suggest(key, known)}"
    elif error.validator == "anyOf":
        yield from _of_choices(error, path)
    else:
        yield path, _SENTENCES.get(error.validator, _plain)(error)


def _of_choices(error: Any, path: Path) -> Iterator[Fault]:
    """The choice with the fewest faults of those that have the right type is the one meant."""
    branches: dict[int, list[Any]] = {}
    for one in error.context:
        branches.setdefault(one.schema_path[0], []).append(one)
    if all(one.validator == "required" for one in error.context):
        keys = [key for choice in error.schema["anyOf"] for key in choice["required"]]
        if not any(key in error.instance for key in keys):
            yield path, f"needs {join_words(keys)}"
            return
    fitting = [found for found in branches.values() if not _misses_type(found)]
    if not fitting:
        yield path, f"is {quote_short(error.instance)}; {_described(error)}"
        return
    for one in min(fitting, key=len):
        yield from _of(one, (*path, *one.path))


def _misses_type(found: list[Any]) -> bool:
    return any(one.validator in ("type", "enum") and not one.path for one in found)


def _not_finite(item: object, path: Path) -> Iterator[Fault]:
    """TOML has nan and inf, which pass every bound of a schema."""
    if isinstance(item, float) and not math.isfinite(item):
        yield path, f"is {item}; it has to be a finite number"
    elif isinstance(item, Mapping):
        for key, one in item.items():
            yield from _not_finite(one, (*path, key))
    elif isinstance(item, list):
        for at, one in enumerate(item):
            yield from _not_finite(one, (*path, at))


def _type(error: Any) -> str:
    kinds = error.validator_value
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return (
        f"has to be {join_words(_KINDS[one] for one in kinds)}, not {quote_short(error.instance)}"
    )


def _enum(error: Any) -> str:
    wanted = list(map(str, error.validator_value))
    return (
        f"is {quote_short(error.instance)}, which is none of {join_words(wanted)}"
        f"{suggest(str(error.instance), wanted)}"
    )


def _missing(error: Any) -> str:
    keys = [key for key in error.validator_value if key not in error.instance]
    return f"needs the key {keys[0]!r}" if keys else "lacks a key"


def _count_keys(error: Any) -> str:
    return f"needs {error.validator_value} of {', '.join(error.schema['properties'])}"


def _plain(error: Any) -> str:
    return f"is {quote_short(error.instance)}; {_described(error)}"


def _described(error: Any) -> str:
    told = error.schema.get("description") or error.message
    return f"it holds: {told.rstrip('.')}"


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "type": _type,
    "enum": _enum,
    "required": _missing,
    "minLength": lambda error: "must not be empty",
    "maxLength": lambda error: (
        f"has {len(error.instance)} characters; the most are {error.validator_value}"
    ),
    "exclusiveMinimum": lambda error: f"is {error.instance:g}; it has to be above 0",
    "maximum": lambda error: f"is {error.instance:g}; the most is {error.validator_value}",
    "minProperties": _count_keys,
    "maxProperties": _count_keys,
    "minItems": lambda error: (
        f"holds {len(error.instance)} items; the fewest are {error.validator_value}"
    ),
    "maxItems": lambda error: (
        f"holds {len(error.instance)} items; the most are {error.validator_value}"
    ),
    "uniqueItems": lambda error: "names one thing twice",
}
