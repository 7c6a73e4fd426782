"""A dictionary for other programs: as JSON, and as a JSON Schema of the headers it describes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fitslint.dictionary.files.document import DictionaryDocument
from fitslint.dictionary.files.load import read_enum

METASCHEMA = "https://json-schema.org/draft/2020-12/schema"
_KEYWORD_KEYS = (
    "name", "type", "fortran", "c", "unit", "importance", "category", "status", "clause", "enum",
    "minimum", "maximum", "fixed", "recommended", "pattern", "relation", "condition", "comment",
    "description", "alias", "sample", "revision", "doubtful", "default", "index", "hdus", "note",
    "archive", "archive_uncertain",
)  # fmt: skip
"""Keys that every keyword of the JSON has, null where the dictionary is silent."""
_HEAD_KEYS = (
    "id", "version", "title", "authority", "edition", "source", "extends", "importance", "archive",
    "files", "kinds",
)  # fmt: skip

_DATE = (
    r"^([0-9]{4}|[+-][0-9]{5})-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?)?$"
    r"|^[0-9]{2}/[0-9]{2}/[0-9]{2}$"
)
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "date": {"type": "string", "pattern": _DATE},
    "logical": {"type": "boolean"},
    "integer": {"type": "integer"},
    "real": {"type": "number"},
    "complex": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    "any": {},
    "none": {"type": ["string", "array", "null"], "items": {"type": "string"}},
}


def export_json(document: DictionaryDocument) -> dict[str, Any]:
    """The dictionary as plain data: its head and every keyword with all of its keys."""
    head = {key: document.head.get(key) for key in _HEAD_KEYS}
    keywords = [{key: table.get(key) for key in _KEYWORD_KEYS} for table in document.keywords]
    return {**head, "keywords": keywords}


def export_json_schema(
    document: DictionaryDocument, above: Sequence[DictionaryDocument] = ()
) -> dict[str, Any]:
    """A JSON Schema for a header as an object of keyword to value.

    What holds in dictionaries ``above``, which this one extends, holds too. Conditions and
    relations are beyond JSON Schema and stand in ``$comment``.
    """
    tables: dict[str, Mapping[str, Any]] = {}
    words: dict[str, str] = {}
    for source in (document, *above):
        for table in source.keywords:
            tables.setdefault(table["name"], table)
        words = {**source.head.get("importance", {}), **words}
    exact = {
        name: _build_value_schema(table) for name, table in tables.items() if name == name.upper()
    }
    families = {
        _build_family_pattern(name, exact): _build_value_schema(table)
        for name, table in tables.items()
        if name != name.upper()
    }
    return {
        "$schema": METASCHEMA,
        "$id": f"urn:fitslint:dictionary:{document.id}:{document.head['version']}",
        "title": document.head["title"],
        "description": f"{document.head['authority']}, {document.head['edition']}",
        "type": "object",
        "properties": exact,
        "patternProperties": families,
        "required": [name for name in exact if _is_mandatory(tables[name], words)],
    }


def _is_mandatory(table: Mapping[str, Any], words: Mapping[str, str]) -> bool:
    always = words.get(table.get("importance", ""), "").strip() == "true"
    return always and table.get("condition", "true").strip() == "true"


def _build_value_schema(table: Mapping[str, Any]) -> dict[str, Any]:
    """What the value of a keyword has to be."""
    kinds = dict.fromkeys((table["type"], *table.get("types", {}).values()))
    forms = [dict(_TYPES[kind]) for kind in kinds]
    rule: dict[str, Any] = forms[0] if len(forms) == 1 else {"anyOf": forms}
    if "fixed" in table:
        rule["const"] = table["fixed"]
    if allowed := read_enum(table):
        rule["enum"] = list(allowed)
    for bound in ("minimum", "maximum"):
        if bound in table:
            exclusive = table.get(f"exclusive_{bound}")
            rule[f"exclusive{bound.title()}" if exclusive else bound] = table[bound]
    if "pattern" in table:
        rule["pattern"] = f"^(?:{table['pattern']})$"
    if "default" in table:
        rule["default"] = table["default"]
    words = table.get("description", {}).get("en") or table.get("comment")
    if words:
        rule["description"] = words
    if table.get("status") == "deprecated":
        rule["deprecated"] = True
    rest = [f"{key}: {table[key]}" for key in ("unit", "importance", "condition") if key in table]
    rest += [f"relation: {_get_expression(relation)}" for relation in table.get("relation", ())]
    if rest:
        rule["$comment"] = "; ".join(rest)
    return rule


def _get_expression(relation: str | Mapping[str, str]) -> str:
    return relation if isinstance(relation, str) else relation["holds"]


def _build_family_pattern(name: str, exact: Iterable[str]) -> str:
    """The regular expression of a template that leaves out keywords with entries of their own."""
    stem = name.removesuffix("a")
    # Keywords hold no character that a regular expression would take for a sign of its own.
    body = re.sub(r"([a-z])\1*", lambda run: _build_digit_pattern(len(run[0])), stem)
    body += "[A-Z]?" if stem != name else ""
    others = [other_name for other_name in exact if re.fullmatch(body, other_name)]
    return f"^(?!(?:{'|'.join(others)})$){body}$" if others else f"^{body}$"


def _build_digit_pattern(width: int) -> str:
    return "(?:0|[1-9][0-9]*)" if width == 1 else f"[0-9]{{{width}}}"
