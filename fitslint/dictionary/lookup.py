"""The dictionaries there are: finding one by id or file, and keywords in all of them."""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fitslint.data_files import find_data_folder
from fitslint.dictionary.files.document import DictionaryDocument, read_document
from fitslint.dictionary.files.load import DictionaryError, list_ids
from fitslint.dictionary.files.schema import find_schema_faults
from fitslint.dictionary.matching.match import Dictionary, Template
from fitslint.dictionary.matching.spelling import find_nearest_keyword
from fitslint.text import suggest

_HIERARCH = "HIERARCH "


class LookupResult(NamedTuple):
    """An entry that a keyword belongs to."""

    document: DictionaryDocument
    table: Mapping[str, Any]
    """The ``[[keyword]]`` table."""
    match_kind: str
    """``name``, ``template`` or ``alias``."""


@cache
def load_document(name: str) -> DictionaryDocument:
    """The file of a dictionary of this distribution."""
    return read_document(find_data_folder() / f"{name}.toml", f"{name}.toml")


def open_document(given: str) -> DictionaryDocument:
    """The dictionary of an id, or in a file.

    Raises
    ------
    DictionaryError
        when there is none, or its file does not follow the schema.
    """
    if given in list_ids():
        return load_document(given)
    if not given.endswith(".toml") and not Path(given).is_file():
        hint = suggest(given, list_ids(), otherwise="; `fitslint dict list` shows them")
        raise DictionaryError(f"there is no dictionary {given!r}{hint}")
    document = read_document(Path(given))
    for fault in find_schema_faults(document.tables):
        line = document.find_line(fault.path)
        where = f"{document.name}:{line}: {document.describe_path(fault.path)}"
        raise DictionaryError(f"{where}: {fault.sentence}")
    return document


def open_documents(given: Iterable[str] = ()) -> list[DictionaryDocument]:
    """The dictionaries of ids or files; without any, all of this distribution."""
    return [open_document(name) for name in given or list_ids()]


def normalise_keyword(keyword: str) -> str:
    """A keyword as dictionaries have it: capitals, single blanks, no HIERARCH before it."""
    words = " ".join(keyword.split())
    upper = words.upper()
    return upper.removeprefix(_HIERARCH)


def find_entries(keyword: str, where: Sequence[DictionaryDocument]) -> list[LookupResult]:
    """Every entry of ``where`` that ``keyword`` belongs to, one of a dictionary.

    ``keyword`` may be a template as well (``CRVALia``).
    """
    found = (_find_entry(keyword, document) for document in where)
    return [entry for entry in found if entry is not None]


def _find_entry(keyword: str, document: DictionaryDocument) -> LookupResult | None:
    tables = {table["name"]: table for table in document.keywords}
    name = normalise_keyword(keyword)
    for written in (" ".join(keyword.split()), name):
        if written in tables:
            return LookupResult(document, tables[written], "name")
    match = document.dictionary.lookup(name)
    if match is not None:
        return LookupResult(document, tables[match.entry.name], "template")
    for table in document.keywords:
        if name in table.get("alias", ()):
            return LookupResult(document, table, "alias")
    return None


def suggest_keywords(
    keyword: str, where: Sequence[DictionaryDocument], limit: int = 5
) -> list[str]:
    """Keywords that ``keyword`` was perhaps meant to be, the likeliest first."""
    name = normalise_keyword(keyword)
    close = [
        near for document in where if (near := find_nearest_keyword(document.dictionary, name))
    ]
    names = {
        entry.upper(): entry for document in where for entry in document.dictionary.names if entry
    }
    close += [names[match] for match in difflib.get_close_matches(name, names, limit, 0.6)]
    return list(dict.fromkeys(close))[:limit]


def search_entries(text: str, where: Sequence[DictionaryDocument]) -> Iterator[LookupResult]:
    """Entries that hold every word of ``text``; letter case and width do not count."""
    words = fold_text(text).split()
    for document in where:
        for table in document.keywords:
            text = fold_text("\n".join(_list_texts(table)))
            if all(word in text for word in words):
                yield LookupResult(document, table, "text")


def fold_text(text: str) -> str:
    """``text`` without differences of letter case and of width (ＦＩＴＳ reads FITS)."""
    return unicodedata.normalize("NFKC", text).casefold()


def _list_texts(table: Mapping[str, Any]) -> Iterator[str]:
    for key in ("name", "comment", "unit", "category"):
        if key in table:
            yield table[key]
    yield from table.get("alias", ())
    yield from table.get("description", {}).values()


@cache
def load_conflict_rows() -> Mapping[str, Mapping[str, Any]]:
    """Where authorities want different things: the rows of ``conflicts.toml`` by id."""
    path = find_data_folder() / "conflicts.toml"
    if not path.is_file():
        return {}
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("conflict", ())
    return {row["id"]: row for row in rows}


def expand_entry(dictionary: Dictionary, name: str) -> list[str]:
    """Keywords that an entry stands for: those of its lowest and of its highest indices."""
    if name == name.upper():
        return [name]
    index = dictionary.entry(name).index
    runs = [part for run in Template(name).runs for part in run if part[0].isalpha()]
    return list(dict.fromkeys(_fill_template(name, runs, index, end) for end in (0, 1)))


def _fill_template(
    name: str, runs: Sequence[tuple[str, int]], index: Mapping[str, tuple[int, int]], end: int
) -> str:
    """A template with the lowest (``end`` 0) or highest (1) index that its digits can write."""
    stem = name.removesuffix("a")
    for letter, width in runs:
        low, high = index.get(letter, (1, 10**width - 1))
        number = min((low, high)[end], 10**width - 1) if width > 1 else (low, high)[end]
        stem = stem.replace(letter * width, str(number).zfill(width), 1)
    return stem
