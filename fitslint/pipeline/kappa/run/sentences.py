"""What of a configuration does not follow its schema, in sentences that name a key."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fitslint.dictionary.positions import KeyPath
from fitslint.schema_reader import SchemaFault, SchemaReader, has_type, has_value, read_schema
from fitslint.text import join_words, quote_short

SCHEMA_NAME = "kappa-1.0.0.json"


class _ConfigReader(SchemaReader):
    """Tells values by their description: most are paths and names."""

    offers_values = True

    def say_unlike(self, text: str, rule: Mapping[str, Any], path: KeyPath) -> str:
        described = rule.get("description") or f"text of the form {rule['pattern']}"
        return f"is {quote_short(text)}; it holds: {described.rstrip('.')}"

    def judge_choices(
        self, item: object, rule: Mapping[str, Any], path: KeyPath
    ) -> Iterator[SchemaFault]:
        """The choice with the fewest faults of those that have the right type is the one meant."""
        choices = rule.get("anyOf", [])
        tried = [list(self.judge_item(item, choice, path)) for choice in choices]
        if not choices or [] in tried:
            return
        if all(choice.keys() == {"required"} for choice in choices):
            keys = [key for choice in choices for key in choice["required"]]
            yield SchemaFault(path, f"needs {join_words(keys)}")
            return
        fitting = [
            found
            for choice, found in zip(choices, tried, strict=True)
            if has_type(item, choice) and has_value(item, choice)
        ]
        if fitting:
            yield from min(fitting, key=len)
        else:
            described = rule["description"].rstrip(".")
            yield SchemaFault(path, f"is {quote_short(item)}; it holds: {described}")


@cache
def _reader() -> SchemaReader:
    return _ConfigReader(read_schema(SCHEMA_NAME))


def find_config_faults(tables: Mapping[str, Any]) -> Iterator[SchemaFault]:
    """What does not follow the schema, the first place of the file first."""
    yield from sorted(_reader().judge(tables), key=lambda fault: list(map(str, fault.path)))
    yield from _find_non_finite(tables, ())


def _find_non_finite(item: object, path: KeyPath) -> Iterator[SchemaFault]:
    """TOML has nan and inf, which pass every bound of a schema."""
    if isinstance(item, float) and not math.isfinite(item):
        yield SchemaFault(path, f"is {item}; it has to be a finite number")
    elif isinstance(item, Mapping):
        for key, inside in item.items():
            yield from _find_non_finite(inside, (*path, key))
    elif isinstance(item, list):
        for at, inside in enumerate(item):
            yield from _find_non_finite(inside, (*path, at))
