"""The dictionaries that a dictionary extends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath

from fitslint.dictionary.catalogue import shipped_document
from fitslint.dictionary.document import Document, read_document
from fitslint.dictionary.linting.remark import Remark
from fitslint.dictionary.load import DictionaryError, ids
from fitslint.dictionary.schema import faults
from fitslint.text import suggest


class Chain:
    """Follows ``extends`` from one document upwards.

    ``own`` are dictionaries of the user by id, which may be extended by their ids.
    """

    def __init__(self, document: Document, own: Mapping[str, FilePath] | None = None) -> None:
        self._own = own or {}
        self.above: list[Document] = []
        """What is extended, the nearest first and each once."""
        self.remarks: list[Remark] = []
        folder = FilePath(document.name).parent
        self._follow(document, folder, (_identity(document, folder),), None)

    def _follow(
        self, document: Document, folder: FilePath, below: tuple[str, ...], at: int | None
    ) -> None:
        """Take what ``document`` extends; ``at`` is the place in the first document's list."""
        for number, name in enumerate(document.head.get("extends", ())):
            place = number if at is None else at
            try:
                other, there = _get(name, folder, self._own)
            except DictionaryError as error:
                self._complain(place, str(error))
                continue
            identity = _identity(other, there)
            if identity in below:
                self._complain(place, f"the dictionary extends itself by way of {name!r}")
            elif all(identity != _identity(one, FilePath(one.name).parent) for one in self.above):
                self.above.append(other)
                self._follow(other, there, (*below, identity), place)

    def _complain(self, place: int, sentence: str) -> None:
        remark = Remark(("dictionary", "extends", place), "error", sentence, broken=True)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.above)


def _get(name: str, folder: FilePath, own: Mapping[str, FilePath]) -> tuple[Document, FilePath]:
    if name in ids() and name not in own:
        return shipped_document(name), folder
    if name in own or name.endswith(".toml"):
        path = own[name] if name in own else folder / name
        document = read_document(path)
        for fault in faults(document.tables):
            where = f"{path}:{document.line(fault.path)}: {document.label(fault.path)}"
            raise DictionaryError(f"{where}: {fault.sentence}")
        return document, path.parent
    hint = suggest(name, ids())
    raise DictionaryError(
        f"there is no dictionary {name!r}{hint} (your own are named by file: 'other.toml')"
    )


def _identity(document: Document, folder: FilePath) -> str:
    """The same for one dictionary however it is named."""
    if document.id in ids() and document.name == f"{document.id}.toml":
        return document.id
    return str((folder / FilePath(document.name).name).resolve())
