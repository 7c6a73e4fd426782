"""Dictionaries of the user that take part in recognition: files, and all of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fitslint.dictionary.files.document import DictionaryDocument, read_document
from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.linting.linter import check_document

FILES_MAX = 500
"""Files of a folder that are looked at."""


class UserDictionaries(dict[str, Path]):
    """Paths of dictionaries by id.

    Attributes
    ----------
    heads : mapping
        their ``[dictionary]`` tables by id.
    """

    def __init__(self) -> None:
        super().__init__()
        self.heads: dict[str, Mapping[str, Any]] = {}


def find_user_dictionaries(places: Iterable[str]) -> UserDictionaries:
    """The dictionaries in files and folders.

    Raises
    ------
    DictionaryError
        when one cannot be read or used, or two have one id.
    """
    found = UserDictionaries()
    documents = [own for place in places for own in _read_documents(Path(place))]
    for document in documents:
        try:
            name, head = document.id, document.head
        except (KeyError, TypeError):
            continue  # told below, with its line
        path, other = Path(document.name), found.get(name)
        if other is not None and other.resolve() != path.resolve():
            raise DictionaryError(f"{path}: the id {name!r} is that of {other} too")
        found[name] = path
        found.heads[name] = head
    for document in documents:
        check_document(document, found)
    return found


def _read_documents(place: Path) -> Iterator[DictionaryDocument]:
    if not os.path.isdir(place):  # noqa: PTH112 -- false for a name that no file can have
        yield read_document(place)
        return
    paths = sorted(place.rglob("*.toml"))
    if len(paths) > FILES_MAX:
        raise DictionaryError(f"{place}: holds {len(paths):,} TOML files; the most are {FILES_MAX}")
    for path in paths:
        document = read_document(path)
        # Other TOML files may lie there: the configuration that names this folder, for one.
        if "dictionary" in document.tables and "keyword" in document.tables:
            yield document
