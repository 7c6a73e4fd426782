"""SOLARNET attribute schemas: ``attribute_key`` and ``conditional_requirements`` in YAML."""

from __future__ import annotations

import re
from typing import Any

from fitslint.dictionary.imports.common import Builder, Imported, fault, remark, typed, typed_list
from fitslint.dictionary.imports.yamlfile import Item, documents, items, node_of, table, text_of
from fitslint.dictionary.infer import unit_in

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


def read(text: str, file: str, name: str) -> Imported:
    """The dictionary of a SOLARNET schema.

    Raises
    ------
    DictionaryError
        when the file is not one.
    """
    found = documents(text, file)
    node = node_of(found[0], "attribute_key") if found else None
    if node is None:
        raise fault(file, 1, "is no SOLARNET schema: there is no 'attribute_key'")
    builder = Builder(name, "SOLARNET keywords", "SOLARNET", file)
    for item in items(node, file, "'attribute_key'"):
        _add(builder, item, file)
    for item in items(found[0], file, "the file"):
        if item.key == "conditional_requirements":
            _conditions(builder, item, file)
        elif item.key != "attribute_key":
            builder.lose(f"section {item.key}")
    return builder.finish()


def _add(builder: Builder, item: Item, file: str) -> None:
    given = table(item, file)
    word = given.get("data_type")
    if word not in _TYPES:
        raise fault(file, item.line, f"{item.key!r} has the data_type {word!r}, which is unknown")
    kind = "none" if item.key in _COMMENTARY else _TYPES[str(word)]
    words = text_of(given.get("description"))
    entry: dict[str, Any] = {
        "name": item.key,
        "type": kind,
        "category": _ORIGINS.get(str(given.get("origin")), ""),
        "comment": text_of(given.get("human_readable")),
        "description": {"en": words} if words else None,
        "unit": unit_in(words) if kind in ("integer", "real") else None,
        "importance": _importance(builder, given.get("required")),
    }
    if isinstance(given.get("valid_values"), list):
        entry["enum"] = typed_list(builder, entry, given["valid_values"])
    if given.get("default") is not None:
        entry["default"] = typed(kind, given["default"])
    pattern = given.get("pattern")
    if isinstance(pattern, str) and item.key != item.key.upper():
        entry["index"] = {letter: [1, 9] for letter in _ONE_DIGIT.findall(pattern)}
    elif pattern is not None:
        remark(entry, f"form of the name: {pattern}")
    builder.lose("unknown keys of attributes", len(set(given) - _KNOWN))
    builder.add(entry)


def _importance(builder: Builder, required: object) -> str:
    word = {True: "required", False: "optional", None: ""}.get(required)  # type: ignore[call-overload]
    word = str(required) if word is None else word
    if word and word != "optional":
        builder.words[word] = "true"
    return str(word)


def _conditions(builder: Builder, item: Item, file: str) -> None:
    """Requirements that hold where another keyword has a value."""
    if not isinstance(item.value, list):
        raise fault(file, item.line, "'conditional_requirements' has to be a list")
    wanted: dict[str, list[tuple[str, str]]] = {}
    for given in item.value:
        one = given if isinstance(given, dict) else {}
        key, value, names = (
            one.get(part) for part in ("condition_key", "condition_value", "required_attributes")
        )
        plain = isinstance(key, str) and isinstance(value, str) and "'" not in value
        if one.get("condition_type") != "attribute_value" or not plain:
            builder.lose("conditions of other kinds")
            continue
        for name in names if isinstance(names, list) else ():
            wanted.setdefault(str(name), []).append((str(key), str(value)))
    for name, pairs in wanted.items():
        entry = builder.tables.get(name)
        if entry is None:
            builder.lose("conditions on keywords without an entry")
        elif builder.words.get(entry.get("importance", "")) != "true":
            word = "when " + " or ".join(f"{key} is {value}" for key, value in pairs)
            builder.words[word] = " or ".join(f"{key} == '{value}'" for key, value in pairs)
            entry["importance"] = word
