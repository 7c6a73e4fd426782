"""DKIST header specifications 122 and 214: a section's head and its keywords in YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    join_text,
    list_items,
    require_table,
)
from fitslint.dictionary.making.infer import find_unit

_TYPES = {"int": "integer", "float": "real", "str": "string", "bool": "logical"}
_KNOWN = frozenset(
    ("required", "expected", "type", "default_value", "values", "example_values", "values_range",
     "format", "comment", "expand", "rename", "description", "units", "fitsreference", "copy",
     "section_122", "title", "summary", "long_description", "instrument_required")
)  # fmt: skip
_INDEX = re.compile("<([a-z]+)>")
_NO_UNIT = ("", "dimensionless", "None", "none")


def read(text: str, file: str, name: str) -> ImportedDictionary:
    """The dictionary of a section of a specification.

    Raises
    ------
    DictionaryError
        when the file is not one.
    """
    found = compose_documents(text, file)
    if len(found) != 2:
        raise make_file_error(
            file, 1, "is no DKIST specification: it takes a head, '---' and the keywords"
        )
    heads = list(list_items(found[0], file, "the head"))
    head = require_table(heads[0], file) if heads else {}
    if not heads or not re.fullmatch("spec[0-9]+[a-z_]*|trend", heads[0].key):
        raise make_file_error(
            file, 1, "is no DKIST specification: the head does not begin with 'spec…'"
        )
    section = join_text(head.get("title") or head.get("section")) or name
    builder = DictionaryBuilder(name, f"DKIST keywords: {section}", "DKIST Data Center", file)
    builder.head["edition"] = heads[0].key
    for item in list_items(found[1], file, "the list of keywords"):
        _add_keyword(builder, item, head, file)
    return builder.build()


def _add_keyword(
    builder: DictionaryBuilder, item: YamlItem, head: Mapping[str, Any], file: str
) -> None:
    own = require_table(item, file)
    given = {**{key: head[key] for key in ("required", "expected", "units") if key in head}, **own}
    word = given.get("type")
    if word is not None and word not in _TYPES:
        raise make_file_error(
            file, item.line, f"{item.key!r} has the type {word!r}, which is unknown"
        )
    kind = _TYPES.get(str(word), "any")
    form = given.get("format")
    comment = join_text(given.get("comment"))
    words = join_text(given.get("description"))
    unit = join_text(given.get("units"))
    entry: dict[str, Any] = {
        "name": _convert_name(item.key),
        "type": "date" if form == "isot" and kind == "string" else kind,
        "clause": join_text(given.get("fitsreference")),
        "unit": unit if unit not in _NO_UNIT else find_unit(comment),
        "category": join_text(head.get("title") or head.get("section")),
        "comment": comment,
        "description": {"en": words} if words else None,
        "importance": _read_importance(builder, given),
        "alias": [_convert_name(str(given["rename"]))] if given.get("rename") else None,
    }
    if form == "unit":
        add_note(entry, "the value is a unit string")
    if kind == "any":
        add_note(entry, "the type stands in another specification")
    _apply_values(builder, entry, given)
    builder.count_loss("unknown keys of keywords", len(set(own) - _KNOWN))
    builder.add(entry)


def _apply_values(
    builder: DictionaryBuilder, entry: dict[str, Any], given: Mapping[str, Any]
) -> None:
    if isinstance(given.get("values"), list):
        entry["enum"] = convert_values(builder, entry, given["values"])
    bounds = given.get("values_range")
    if isinstance(bounds, list) and 1 <= len(bounds) <= 2:
        for key, bound in zip(("minimum", "maximum"), bounds, strict=False):
            entry[key] = convert_value("real", bound)
    elif bounds is not None:
        builder.count_loss("ranges of another form")
    if given.get("default_value") is not None:
        entry["default"] = convert_value(entry["type"], given["default_value"])
    examples = given.get("example_values")
    if isinstance(examples, list) and examples and examples[0] is not None:
        word = {True: "T", False: "F"}[examples[0]] if isinstance(examples[0], bool) else ""
        entry["sample"] = word or join_text(examples[0])


def _read_importance(builder: DictionaryBuilder, given: Mapping[str, Any]) -> str:
    instrument = given.get("instrument_required")
    if given.get("required") is True:
        builder.importance_words["required"] = "true"
        return "required"
    if isinstance(instrument, str) and re.fullmatch("[A-Za-z0-9 -]+", instrument):
        word = f"required by {instrument}"
        builder.importance_words[word] = f"starts(INSTRUME, '{instrument}')"
        return word
    for key in ("polarimetric_required", "extname_required"):
        if given.get(key):
            return key.replace("_", " ")
    return "expected" if given.get("expected") is True else "optional"


def _convert_name(key: str) -> str:
    """A template in our letters: ``CRPIX<n>`` is CRPIXn, ``DATAP<pp>`` DATAPnn."""
    count = len(_INDEX.findall(key))
    letters = iter("n" if count == 1 else "ijkl")
    return _INDEX.sub(lambda mark: next(letters, "n") * len(mark[1]), key)
