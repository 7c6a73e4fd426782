"""Reading dictionaries: those of this distribution entry by entry, those of others whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fitslint.data_files import find_data_folder, parse_toml
from fitslint.dictionary.entry import Entry, build_entry
from fitslint.dictionary.match import Dictionary
from fitslint.model.errors import FitslintError

_KEYWORD_MARK = "\n[[keyword]]\n"
_NAME_START = 'name = "'
_HEADS_FILE = "heads.json"
_RELATIONS_FILE = "relations.json"
_DATA_FILES = frozenset((
    "subaru/abbreviations", "colour-terms", "conflicts", "instruments", "readers", "units",
))  # fmt: skip
"""Data files beside the dictionaries that are none."""


class DictionaryError(FitslintError, ValueError):
    """A dictionary that cannot be used: the message says which file, and what is wrong."""


@cache
def list_ids() -> tuple[str, ...]:
    """The dictionaries of this distribution, in order."""
    paths = (
        path.relative_to(find_data_folder()).with_suffix("")
        for path in find_data_folder().rglob("*.toml")
    )
    return tuple(sorted(name for path in paths if (name := path.as_posix()) not in _DATA_FILES))


@cache
def load_dictionary(name: str) -> Dictionary:
    """The dictionary ``name`` (``fits/reserved``) of this distribution.

    The wheel carries every dictionary as JSON beside its TOML, which takes a tenth of the time to
    read. In a checkout an entry is parsed when it is first asked for. Files of this distribution
    begin every keyword with its name, which tests hold; files of others are parsed whole.
    """
    path = find_data_folder() / f"{name}.toml"
    stored = path.with_suffix(".json")
    if stored.exists():
        whole = json.loads(stored.read_bytes())
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
    stored = find_data_folder() / _HEADS_FILE
    if stored.exists():
        found: dict[str, Any] = json.loads(stored.read_bytes())
        return found
    return {name: _read_head(find_data_folder() / f"{name}.toml") for name in list_ids()}


def _read_head(path: Path) -> Mapping[str, Any]:
    text = path.read_text(encoding="utf-8").partition(_KEYWORD_MARK)[0]
    head: Mapping[str, Any] = parse_toml(text)["dictionary"]
    return head


def load_relations() -> dict[str, Any]:
    """The parsed expressions of the dictionaries of this distribution; none in a checkout."""
    stored = find_data_folder() / _RELATIONS_FILE
    found: dict[str, Any] = json.loads(stored.read_bytes()) if stored.exists() else {}
    return found


def write_json_files(target: Path) -> list[Path]:
    """Write every dictionary, and the heads of all, as JSON under ``target``, as the build does."""
    written = []
    for name in (*list_ids(), *sorted(_DATA_FILES)):
        content = parse_toml((find_data_folder() / f"{name}.toml").read_text(encoding="utf-8"))
        if name not in _DATA_FILES:
            content.setdefault("keyword", [])
            content.setdefault("hdu", [])
        path = target / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        written.append(path)
    path = target / _HEADS_FILE
    path.write_text(json.dumps(dict(load_heads()), ensure_ascii=False), encoding="utf-8")
    return [*written, path, _write_relations(target / _RELATIONS_FILE)]


def _write_relations(path: Path) -> Path:
    from fitslint.dictionary.relation import parse_nodes

    texts: dict[str, None] = {}
    for name in list_ids():
        dictionary = load_dictionary(name)
        for table in ("importance", "kinds"):
            texts.update(dict.fromkeys(dictionary.head.get(table, {}).values()))
        for entry in dictionary:
            stated = [text if isinstance(text, str) else text["holds"] for text in entry.relation]
            texts.update(dict.fromkeys([*stated, entry.condition]))
    trees = {text: parse_nodes(text) for text in texts if text}
    path.write_text(json.dumps(trees, ensure_ascii=False), encoding="utf-8")
    return path


@cache
def load_standard() -> Dictionary:
    """The reserved keywords of the FITS standard."""
    return load_dictionary("fits/reserved")


@cache
def load_conventions() -> Dictionary:
    """Keywords of conventions that the standard does not reserve."""
    return load_dictionary("fits/conventions")
