"""Reading dictionaries: those of this distribution entry by entry, those of others whole."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fitslint.data_files import STORED_SUFFIX, find_data_folder, parse_toml, read_stored
from fitslint.dictionary.matching.entry import Entry, expand_scopes
from fitslint.dictionary.matching.match import Dictionary
from fitslint.model.errors import FitslintError

_KEYWORD_MARK = "\n[[keyword]]\n"
_NAME_START = 'name = "'
HEADS_FILE = f"heads{STORED_SUFFIX}"
RELATIONS_FILE = f"relations{STORED_SUFFIX}"
DATA_FILES = frozenset((
    "across", "subaru/abbreviations", "colour-terms", "conflicts", "instruments", "readers",
    "units",
))  # fmt: skip
"""Data files beside the dictionaries that are none."""

_TUPLE_FIELDS = frozenset(("enum", "relation", "alias", "conflict"))
_PLAIN_FIELDS = frozenset(Entry.__match_args__) - {"more", "hdus", "types", "index"} - _TUPLE_FIELDS
_CONVERTED_FIELDS = frozenset(("hdus", "types", "index", "enum_from")) | _TUPLE_FIELDS


class DictionaryError(FitslintError, ValueError):
    """A dictionary that cannot be used: the message says which file, and what is wrong."""


@cache
def list_ids() -> tuple[str, ...]:
    """The dictionaries of this distribution, in order."""
    paths = (
        path.relative_to(find_data_folder()).with_suffix("")
        for path in find_data_folder().rglob("*.toml")
    )
    return tuple(sorted(name for path in paths if (name := path.as_posix()) not in DATA_FILES))


@cache
def load_dictionary(name: str) -> Dictionary:
    """The dictionary ``name`` (``fits/reserved``) of this distribution.

    The wheel carries every dictionary parsed beside its TOML, which takes a tenth of the time to
    read. In a checkout an entry is parsed when it is first asked for. Files of this distribution
    begin every keyword with its name, which tests hold; files of others are parsed whole.
    """
    path = find_data_folder() / f"{name}.toml"
    whole = read_stored(path.with_suffix(STORED_SUFFIX))
    if whole is not None:
        head = whole["dictionary"]
        tables = {table["name"]: table for table in whole["keyword"]}
        ranges = head.get("index", {})
        return Dictionary(
            head,
            tables,
            lambda keyword: build_entry(tables[keyword], ranges),
            whole["hdu"],
        )
    return _load_toml(path)


def _load_toml(path: Path) -> Dictionary:
    text = path.read_text(encoding="utf-8")
    first, *parts = text.split(_KEYWORD_MARK)
    rest: dict[str, Any] = parse_toml(first)
    head = rest["dictionary"]
    ranges: Mapping[str, list[int]] = head.get("index", {})
    blocks = {part[len(_NAME_START) : part.index('"', len(_NAME_START))]: part for part in parts}

    def parse_entry(keyword: str) -> Entry:
        return build_entry(parse_toml(blocks[keyword]), ranges)

    return Dictionary(head, blocks, parse_entry, rest.get("hdu", ()))


def build_entry(table: Mapping[str, Any], ranges: Mapping[str, list[int]]) -> Entry:
    """The entry of one ``[[keyword]]`` table; ``ranges`` are those of the dictionary's head.

    Raises
    ------
    KeyError
        when ``name`` or ``type`` is missing.
    """
    given: dict[str, Any] = {key: value for key, value in table.items() if key in _PLAIN_FIELDS}
    given.update((key, tuple(table[key])) for key in _TUPLE_FIELDS if key in table)
    if "enum_from" in table:
        given["enum"] = read_enum(table)
    index = {**ranges, **table.get("index", {})}
    types = table.get("types", {})
    status = table.get("status", "reserved")
    given.setdefault("allow_continue", status in {"convention", "project"})
    return Entry(
        **{"name": table["name"], "type": table["type"], **given},
        hdus=expand_scopes(table.get("hdus", ["any"])),
        types={kind: kept for scope, kept in types.items() for kind in expand_scopes([scope])},
        index={letter: (low, high) for letter, (low, high) in index.items()},
        more={
            key: value
            for key, value in table.items()
            if key not in _PLAIN_FIELDS and key not in _CONVERTED_FIELDS
        },
    )


def list_recognised(folder: str, keyword: str) -> list[tuple[str, str]]:
    """Dictionaries of a folder that are for products, and a value that tells their files each."""
    return [
        (name, value)
        for name, head in load_heads().items()
        if name.startswith(f"{folder}/") and "product" in head
        for value in head["recognises"]["header"][keyword]
    ]


def read_enum(table: Mapping[str, Any]) -> tuple[Any, ...]:
    """The values that the table of a keyword allows, those of ``enum_from`` looked up."""
    if "enum_from" not in table:
        return tuple(table.get("enum", ()))
    return tuple(sorted(value for _, value in list_recognised(table["enum_from"], table["name"])))


@cache
def load_heads() -> Mapping[str, Mapping[str, Any]]:
    """The ``[dictionary]`` table of every dictionary of this distribution, by id."""
    stored: dict[str, Any] | None = read_stored(find_data_folder() / HEADS_FILE)
    if stored is not None:
        return stored
    return {name: _read_head(find_data_folder() / f"{name}.toml") for name in list_ids()}


def _read_head(path: Path) -> Mapping[str, Any]:
    text = path.read_text(encoding="utf-8").partition(_KEYWORD_MARK)[0]
    head: Mapping[str, Any] = parse_toml(text)["dictionary"]
    return head


def load_relations() -> dict[str, Any]:
    """The parsed expressions of the dictionaries of this distribution; none in a checkout."""
    stored: dict[str, Any] | None = read_stored(find_data_folder() / RELATIONS_FILE)
    return stored or {}


@cache
def load_standard() -> Dictionary:
    """The reserved keywords of the FITS standard."""
    return load_dictionary("fits/reserved")


@cache
def load_conventions() -> Dictionary:
    """Keywords of conventions that the standard does not reserve."""
    return load_dictionary("fits/conventions")
