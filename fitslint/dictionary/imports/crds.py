"""CRDS constraints on reference files: lines of name, key type, data type, presence, values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from fitslint.dictionary.imports.common import (
    DictionaryBuilder,
    ImportedDictionary,
    add_note,
    convert_value,
    convert_values,
    make_file_error,
)
from fitslint.dictionary.values.relation import RelationError, parse_relation

_TYPES = {"C": "string", "S": "string", "I": "integer", "R": "real", "D": "real", "L": "logical"}
_KEYTYPES = {
    "C": "constraints on columns", "G": "constraints on groups", "A": "constraints on arrays",
    "D": "constraints on array data", "X": "expressions of their own",
}  # fmt: skip
_PRESENCES = {
    "O": "optional", "W": "recommended", "E": "excluded", "F": "required in full frames",
    "S": "required in subarrays", "A": "required in any subarray",
}  # fmt: skip
_RANGE = re.compile(r"([^:]*):([^:]*)")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_FIELDS = 4


class _Line(NamedTuple):
    number: int
    name: str
    keytype: str
    datatype: str
    presence: str
    values: str


def read(text: str, file: str, name: str) -> ImportedDictionary:
    """The dictionary of a ``.tpn`` file.

    Raises
    ------
    DictionaryError
        when the file is not one.
    """
    builder = DictionaryBuilder(name, "Keywords of reference files", "STScI CRDS", file)
    for line in _read_lines(text, file, builder):
        if line.keytype != "H":
            builder.count_loss(_KEYTYPES[line.keytype])
        elif line.datatype == "X":
            builder.count_loss("expressions of their own")
        elif not re.fullmatch("[A-Z0-9_-]{1,8}", line.name):
            builder.count_loss("names that are no FITS keywords")
        else:
            _add_keyword(builder, line)
    return builder.build()


def _read_lines(text: str, file: str, builder: DictionaryBuilder) -> Iterator[_Line]:
    """The lines with what they say, continued ones joined."""
    replacements: dict[str, str] = {}
    for number, written in _join_lines(text):
        whole = written
        for old, new in replacements.items():
            whole = whole.replace(old, new)
        words = whole.split()
        if words[0] == "include":
            builder.count_loss("included files")
        elif words[0] == "replace" and len(words) == 3:
            replacements[words[1]] = words[2]
        else:
            yield _parse_line(whole, number, file)


def _join_lines(text: str) -> Iterator[tuple[int, str]]:
    whole, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not whole and (not bare or bare.startswith("#")):
            continue
        first = first if whole else number
        whole += bare.removesuffix("\\")
        if not bare.endswith("\\"):
            yield first, whole
            whole = ""
    if whole.strip():
        yield first, whole


def _parse_line(whole: str, number: int, file: str) -> _Line:
    # Blanks inside quotes and parentheses do not separate.
    words = re.findall(r"(?:\"[^\"]*\"|'[^']*'|\([^\s]*\)|[^\s\"'])+", whole)
    if len(words) < _FIELDS:
        sentence = f"has {len(words)} fields; a line takes name, key type, data type and presence"
        raise make_file_error(file, number, sentence)
    name, keytype, datatype, presence = words[:_FIELDS]
    if keytype[0].upper() not in ("H", *_KEYTYPES):
        raise make_file_error(
            file, number, f"{name!r} has the key type {keytype!r}, which is unknown"
        )
    if datatype[0].upper() not in ("X", *_TYPES):
        raise make_file_error(
            file, number, f"{name!r} has the data type {datatype!r}, which is unknown"
        )
    rest = "".join(words[_FIELDS:])
    return _Line(number, name, keytype[0].upper(), datatype[0].upper(), presence, rest)


def _add_keyword(builder: DictionaryBuilder, line: _Line) -> None:
    entry: dict[str, Any] = {"name": line.name, "type": _TYPES[line.datatype]}
    _apply_presence(builder, entry, line.presence)
    if line.values:
        _apply_values(builder, entry, line)
    known = builder.tables.get(line.name)
    if known is None:
        builder.add(entry)
        return
    # The source repeats a keyword where its values depend on others; all of them are allowed then.
    if "enum" in known and "enum" in entry:
        known["enum"] = [*dict.fromkeys([*known["enum"], *entry["enum"]])]
    for key in ("condition", "minimum", "maximum"):
        known.pop(key, None)
    if known.get("importance") != entry.get("importance"):
        known["importance"] = "optional"
    builder.count_loss("values that depend on other keywords")
    add_note(known, "the source has several entries of it under different conditions")


def _apply_presence(builder: DictionaryBuilder, entry: dict[str, Any], presence: str) -> None:
    letter = presence[0].upper()
    if letter in ("R", "P"):
        builder.importance_words["required"] = "true"
        entry["importance"] = "required"
    elif letter != "(":
        entry["importance"] = _PRESENCES.get(letter, "optional")
        if entry["importance"] not in ("optional", "recommended"):
            builder.count_loss("presence that depends on the frame, or is forbidden")
    else:
        optional = re.fullmatch(r"\((optional|warning|warn_only)\((.*)\)\)", presence)
        required = re.fullmatch(r"\(required\((.*)\)\)", presence)
        condition = optional[2] if optional else required[1] if required else presence
        try:
            parse_relation(condition)
            entry["condition"] = condition
        except RelationError:
            builder.count_loss("conditions that our grammar has not")
            add_note(entry, f"only where {condition} (in the language of the source)")
            entry["importance"] = "conditional"
            return
        entry["importance"] = "optional" if optional else "required"
        builder.importance_words["required"] = "true"


def _apply_values(builder: DictionaryBuilder, entry: dict[str, Any], line: _Line) -> None:
    text = line.values
    if text.startswith("&"):
        builder.count_loss("checks built into CRDS")
        add_note(entry, f"CRDS checks the value with {text}")
        return
    if text.startswith("("):
        builder.count_loss("expressions of their own")
        add_note(entry, f"allowed where {text} (in the language of the source)")
        return
    bounds = _RANGE.fullmatch(text)
    if bounds and entry["type"] in ("integer", "real"):
        for key, bound in zip(("minimum", "maximum"), bounds.groups(), strict=True):
            entry[key] = convert_value("real", bound) if _NUMBER.fullmatch(bound) else None
        return
    values = [word.strip().strip("\"'") for word in text.split(",") if word.strip()]
    odd = [
        value for value in values if re.match("[~!*]|NOT_|BETWEEN", value) or value.endswith("*")
    ]
    if odd and entry["type"] == "string":
        builder.count_loss("values with operators")
        add_note(entry, f"allowed values in the language of the source: {text}")
        return
    entry["enum"] = convert_values(builder, entry, list(values))
