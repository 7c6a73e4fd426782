"""The configuration of a run: TOML held to its schema, and sentences that name file, line, key."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fitslint.config.options import ConfigError
from fitslint.dictionary.files.document import DictionaryDocument, read_document
from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.files.positions import KeyPath
from fitslint.schema_reader import SchemaFault, SchemaReader, has_type, has_value, read_schema
from fitslint.text import join_words, quote_short


def read_run_config(path: Path, schema: str) -> DictionaryDocument:
    """The tables of a configuration that follows its schema.

    Parameters
    ----------
    path : Path
        the TOML file.
    schema : str
        file name of its schema.

    Raises
    ------
    ConfigError
        when it cannot be used: one sentence with file, line and key.
    """
    try:
        document = read_document(path)
    except DictionaryError as error:
        raise ConfigError(str(error)) from None
    faults = list(find_config_faults(document.tables, schema))
    if faults:
        place, sentence = faults[0]
        more = f" (and {len(faults) - 1} more)" if faults[1:] else ""
        raise build_config_error(document, place, sentence + more)
    return document


def build_config_error(document: DictionaryDocument, path: KeyPath, sentence: str) -> ConfigError:
    """The error that names the line of a key."""
    return ConfigError(
        f"{document.name}:{document.find_line(path)}: {document.describe_path(path)}: {sentence}"
    )


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
def _load_reader(schema: str) -> SchemaReader:
    return _ConfigReader(read_schema(schema))


def find_config_faults(tables: Mapping[str, Any], schema: str) -> Iterator[SchemaFault]:
    """What does not follow the schema, the first place of the file first."""
    yield from sorted(
        _load_reader(schema).judge(tables), key=lambda fault: list(map(str, fault.path))
    )
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
