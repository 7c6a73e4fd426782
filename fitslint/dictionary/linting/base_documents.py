"""The dictionaries that a dictionary extends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath

from fitslint.dictionary.files.document import DictionaryDocument, read_document
from fitslint.dictionary.files.load import DictionaryError, list_ids
from fitslint.dictionary.files.schema import find_schema_faults
from fitslint.dictionary.linting.remark import Remark
from fitslint.dictionary.lookup import load_document
from fitslint.text import suggest


class BaseDocuments:
    """Follows ``extends`` from one document upwards.

    ``own`` are dictionaries of the user by id, which may be extended by their ids.
    """

    def __init__(
        self, document: DictionaryDocument, own: Mapping[str, FilePath] | None = None
    ) -> None:
        self._own = own or {}
        self.above: list[DictionaryDocument] = []
        """What is extended, the nearest first and each once."""
        self.remarks: list[Remark] = []
        folder = FilePath(document.name).parent
        self._add_bases(document, folder, (_make_identity(document, folder),), None)

    def _add_bases(
        self, document: DictionaryDocument, folder: FilePath, below: tuple[str, ...], at: int | None
    ) -> None:
        """Take what ``document`` extends; ``at`` is the place in the first document's list."""
        for number, name in enumerate(document.head.get("extends", ())):
            place = number if at is None else at
            try:
                other, there = _open_base(name, folder, self._own)
            except DictionaryError as error:
                self._add_remark(place, str(error))
                continue
            identity = _make_identity(other, there)
            if identity in below:
                self._add_remark(place, f"the dictionary extends itself by way of {name!r}")
            elif all(
                identity != _make_identity(base, FilePath(base.name).parent) for base in self.above
            ):
                self.above.append(other)
                self._add_bases(other, there, (*below, identity), place)

    def _add_remark(self, place: int, sentence: str) -> None:
        remark = Remark(("dictionary", "extends", place), "error", sentence, broken=True)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def __iter__(self) -> Iterator[DictionaryDocument]:
        return iter(self.above)


def _open_base(
    name: str, folder: FilePath, own: Mapping[str, FilePath]
) -> tuple[DictionaryDocument, FilePath]:
    if name in list_ids() and name not in own:
        return load_document(name), folder
    if name in own or name.endswith(".toml"):
        path = own[name] if name in own else folder / name
        document = read_document(path)
        for fault in find_schema_faults(document.tables):
            where = f"{path}:{document.find_line(fault.path)}: {document.describe_path(fault.path)}"
            raise DictionaryError(f"{where}: {fault.sentence}")
        return document, path.parent
    hint = suggest(name, list_ids())
    raise DictionaryError(
        f"there is no dictionary {name!r}{hint} (your own are named by file: 'other.toml')"
    )


def _make_identity(document: DictionaryDocument, folder: FilePath) -> str:
    """The same for one dictionary however it is named."""
    if document.id in list_ids() and document.name == f"{document.id}.toml":
        return document.id
    return str((folder / FilePath(document.name).name).resolve())
