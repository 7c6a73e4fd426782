"""SOLARNET attribute schemas: ``attribute_key`` and ``conditional_requirements`` in YAML."""

from __future__ import annotations

import re
from typing import Any

from fitslint.dictionary.imports.common import (
    DictionaryBuilder,
    ImportedDictionary,
    add_note,
    convert_value,
    convert_values,
    make_file_error,
)
from fitslint.dictionary.imports.yamlfile import (
    YamlItem,
    compose_documents,
    find_node,
    join_text,
    list_items,
    require_table,
)
from fitslint.dictionary.making.infer import find_unit

_TYPES = {
    "int": "integer", "float": "real", "str": "string", "date": "date", "bool": "logical",
}  # fmt: skip
_ORIGINS = {
    "N": "SOLARNET", "S": "FITS standard", "P": "FITS papers", "O": "in common use",
}  # fmt: skip
_KNOWN = frozenset(
    ("data_type", "default", "description", "human_readable", "pattern", "valid_values",
     "required", "origin")
)  # fmt: skip
_COMMENTARY = ("COMMENT", "HISTORY", "CONTINUE")
_ONE_DIGIT = re.compile(r"\(\?P<([a-z])>\[1-9\]\)")


def read(text: str, file: str, name: str) -> ImportedDictionary:
    """The dictionary of a SOLARNET schema.

    Raises
    ------
    DictionaryError
        when the file is not one.
    """
    found = compose_documents(text, file)
    node = find_node(found[0], "attribute_key") if found else None
    if node is None:
        raise make_file_error(file, 1, "is no SOLARNET schema: there is no 'attribute_key'")
    builder = DictionaryBuilder(name, "SOLARNET keywords", "SOLARNET", file)
    for item in list_items(node, file, "'attribute_key'"):
        _add_keyword(builder, item, file)
    for item in list_items(found[0], file, "the file"):
        if item.key == "conditional_requirements":
            _apply_conditions(builder, item, file)
        elif item.key != "attribute_key":
            builder.count_loss(f"section {item.key}")
    return builder.build()


def _add_keyword(builder: DictionaryBuilder, item: YamlItem, file: str) -> None:
    given = require_table(item, file)
    word = given.get("data_type")
    if word not in _TYPES:
        raise make_file_error(
            file, item.line, f"{item.key!r} has the data_type {word!r}, which is unknown"
        )
    kind = "none" if item.key in _COMMENTARY else _TYPES[str(word)]
    words = join_text(given.get("description"))
    entry: dict[str, Any] = {
        "name": item.key,
        "type": kind,
        "category": _ORIGINS.get(str(given.get("origin")), ""),
        "comment": join_text(given.get("human_readable")),
        "description": {"en": words} if words else None,
        "unit": find_unit(words) if kind in ("integer", "real") else None,
        "importance": _read_importance(builder, given.get("required")),
    }
    if isinstance(given.get("valid_values"), list):
        entry["enum"] = convert_values(builder, entry, given["valid_values"])
    if given.get("default") is not None:
        entry["default"] = convert_value(kind, given["default"])
    pattern = given.get("pattern")
    if isinstance(pattern, str) and item.key != item.key.upper():
        entry["index"] = {letter: [1, 9] for letter in _ONE_DIGIT.findall(pattern)}
    elif pattern is not None:
        add_note(entry, f"form of the name: {pattern}")
    builder.count_loss("unknown keys of attributes", len(set(given) - _KNOWN))
    builder.add(entry)


def _read_importance(builder: DictionaryBuilder, required: object) -> str:
    word = {True: "required", False: "optional", None: ""}.get(required)  # type: ignore[call-overload]
    word = str(required) if word is None else word
    if word and word != "optional":
        builder.importance_words[word] = "true"
    return str(word)


def _apply_conditions(builder: DictionaryBuilder, item: YamlItem, file: str) -> None:
    """Requirements that hold where another keyword has a value."""
    if not isinstance(item.value, list):
        raise make_file_error(file, item.line, "'conditional_requirements' has to be a list")
    wanted: dict[str, list[tuple[str, str]]] = {}
    for given in item.value:
        condition = given if isinstance(given, dict) else {}
        key, value, names = (
            condition.get(part)
            for part in ("condition_key", "condition_value", "required_attributes")
        )
        plain = isinstance(key, str) and isinstance(value, str) and "'" not in value
        if condition.get("condition_type") != "attribute_value" or not plain:
            builder.count_loss("conditions of other kinds")
            continue
        for name in names if isinstance(names, list) else ():
            wanted.setdefault(str(name), []).append((str(key), str(value)))
    for name, pairs in wanted.items():
        entry = builder.tables.get(name)
        if entry is None:
            builder.count_loss("conditions on keywords without an entry")
        elif builder.importance_words.get(entry.get("importance", "")) != "true":
            word = "when " + " or ".join(f"{key} is {value}" for key, value in pairs)
            builder.importance_words[word] = " or ".join(
                f"{key} == '{value}'" for key, value in pairs
            )
            entry["importance"] = word
