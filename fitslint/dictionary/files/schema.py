"""The published schema of dictionaries, and what of a document does not follow it, in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from fitslint.dictionary.files.positions import KeyPath
from fitslint.schema_reader import SchemaFault, SchemaReader, read_schema
from fitslint.text import quote_short

SCHEMA_FILE = "dictionary-1.0.0.json"


class _DictionaryReader(SchemaReader):
    """Knows what the names of keywords are made of."""

    def say_unlike(self, text: str, rule: Mapping[str, Any], path: KeyPath) -> str:
        if path[:1] == ("keyword",) and path[-1] == "name":
            name = quote_short(text)
            wrong = sorted({char for char in text if not re.match("[A-Za-z0-9_ -]", char)})
            if wrong:
                return f"{name} holds {wrong[0]!r}; keywords are made of A-Z, 0-9, - and _"
            if " " not in text:
                return f"{name} has {len(text)} characters; FITS keywords have at most 8"
            return f"{name} has blanks that do not stand singly between words"
        return super().say_unlike(text, rule, path)


@cache
def _load_reader() -> SchemaReader:
    return _DictionaryReader(read_schema(SCHEMA_FILE))


def load_schema() -> dict[str, Any]:
    """The schema."""
    return _load_reader().schema


def find_schema_faults(document: object) -> list[SchemaFault]:
    """What of a parsed dictionary does not follow the schema, in its order."""
    return _load_reader().judge(document)
