"""The dictionaries there are: finding one by id or file, and keywords in all of them."""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fitslint.dictionary.document import Document, read_document
from fitslint.dictionary.load import DictionaryError, folder, ids
from fitslint.dictionary.match import Dictionary, Template
from fitslint.dictionary.nearest import nearest
from fitslint.dictionary.schema import faults
from fitslint.text import suggest

_HIERARCH = "HIERARCH "


class Found(NamedTuple):
    """An entry that a keyword belongs to."""

    document: Document
    table: Mapping[str, Any]
    """The ``[[keyword]]`` table."""
    how: str
    """``name``, ``template`` or ``alias``."""


@cache
def shipped_document(name: str) -> Document:
    """The file of a dictionary of this distribution."""
    return read_document(folder() / f"{name}.toml", f"{name}.toml")


def find(given: str) -> Document:
    """The dictionary of an id, or in a file.

    Raises
    ------
    DictionaryError
        when there is none, or its file does not follow the schema.
    """
    if given in ids():
        return shipped_document(given)
    if not given.endswith(".toml") and not Path(given).is_file():
        hint = suggest(given, ids(), otherwise="; `fitslint dict list` shows them")
        raise DictionaryError(f"there is no dictionary {given!r}{hint}")
    document = read_document(Path(given))
    for fault in faults(document.tables):
        where = f"{document.name}:{document.line(fault.path)}: {document.label(fault.path)}"
        raise DictionaryError(f"{where}: {fault.sentence}")
    return document


def documents(given: Iterable[str] = ()) -> list[Document]:
    """The dictionaries of ids or files; without any, all of this distribution."""
    return [find(one) for one in given or ids()]


def spelt(keyword: str) -> str:
    """A keyword as dictionaries have it: capitals, single blanks, no HIERARCH before it."""
    words = " ".join(keyword.split())
    upper = words.upper()
    return upper.removeprefix(_HIERARCH)


def entries_of(keyword: str, where: Sequence[Document]) -> list[Found]:
    """Every entry of ``where`` that ``keyword`` belongs to, one of a dictionary.

    ``keyword`` may be a template as well (``CRVALia``).
    """
    found = (_entry_of(keyword, document) for document in where)
    return [one for one in found if one is not None]


def _entry_of(keyword: str, document: Document) -> Found | None:
    tables = {table["name"]: table for table in document.keywords}
    name = spelt(keyword)
    for written in (" ".join(keyword.split()), name):
        if written in tables:
            return Found(document, tables[written], "name")
    match = document.dictionary.lookup(name)
    if match is not None:
        return Found(document, tables[match.entry.name], "template")
    for table in document.keywords:
        if name in table.get("alias", ()):
            return Found(document, table, "alias")
    return None


def close_names(keyword: str, where: Sequence[Document], most: int = 5) -> list[str]:
    """Keywords that ``keyword`` was perhaps meant to be, the likeliest first."""
    name = spelt(keyword)
    close = [near for one in where if (near := nearest(one.dictionary, name))]
    names = {entry.upper(): entry for one in where for entry in one.dictionary.names if entry}
    close += [names[one] for one in difflib.get_close_matches(name, names, most, 0.6)]
    return list(dict.fromkeys(close))[:most]


def search(text: str, where: Sequence[Document]) -> Iterator[Found]:
    """Entries that hold every word of ``text``; letter case and width do not count."""
    words = folded(text).split()
    for document in where:
        for table in document.keywords:
            text = folded("\n".join(_texts(table)))
            if all(word in text for word in words):
                yield Found(document, table, "text")


def folded(text: str) -> str:
    """``text`` without differences of letter case and of width (ＦＩＴＳ reads FITS)."""
    return unicodedata.normalize("NFKC", text).casefold()


def _texts(table: Mapping[str, Any]) -> Iterator[str]:
    for key in ("name", "comment", "unit", "category"):
        if key in table:
            yield table[key]
    yield from table.get("alias", ())
    yield from table.get("description", {}).values()


@cache
def conflicts() -> Mapping[str, Mapping[str, Any]]:
    """Where authorities want different things: the rows of ``conflicts.toml`` by id."""
    path = folder() / "conflicts.toml"
    if not path.is_file():
        return {}
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("conflict", ())
    return {row["id"]: row for row in rows}


def instances(dictionary: Dictionary, name: str) -> list[str]:
    """Keywords that an entry stands for: those of its lowest and of its highest indices."""
    if name == name.upper():
        return [name]
    index = dictionary.entry(name).index
    runs = [part for run in Template(name).runs for part in run if part[0].isalpha()]
    return list(dict.fromkeys(_written(name, runs, index, end) for end in (0, 1)))


def _written(
    name: str, runs: Sequence[tuple[str, int]], index: Mapping[str, tuple[int, int]], end: int
) -> str:
    """A template with the lowest (``end`` 0) or highest (1) index that its digits can write."""
    stem = name.removesuffix("a")
    for letter, width in runs:
        low, high = index.get(letter, (1, 10**width - 1))
        number = min((low, high)[end], 10**width - 1) if width > 1 else (low, high)[end]
        stem = stem.replace(letter * width, str(number).zfill(width), 1)
    return stem
