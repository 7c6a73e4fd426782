"""Judging dictionaries: by their schema, and by what a schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from fitslint.dictionary.document import Document, read_document
from fitslint.dictionary.linting import expressions, kinship, names, quantities, values
from fitslint.dictionary.linting.chain import Chain
from fitslint.dictionary.linting.remark import Check, Remark, Severity, Subject
from fitslint.dictionary.load import DictionaryError
from fitslint.dictionary.schema import faults

_IN_KEYWORD = 2
"""Steps of a path that leads into one keyword."""
_BREAKING: tuple[Check, ...] = (
    names.duplicates, expressions.patterns, expressions.amounts, expressions.expressions,
)  # fmt: skip
"""Checks for what makes a dictionary useless."""
_CHECKS: tuple[Check, ...] = (
    *_BREAKING,
    names.lengths,
    names.placeholders,
    names.swallowing,
    values.formats,
    values.types,
    values.ranges,
    values.widths,
    values.samples,
    quantities.units,
    kinship.reserved,
    kinship.conventional,
    kinship.extended,
    kinship.conflict_ids,
    kinship.replacements,
    expressions.unknown_names,
    expressions.importances,
    expressions.kinds,
)


class Finding(NamedTuple):
    """What is wrong with a dictionary, and on which line."""

    file: str
    line: int
    key: str
    severity: Severity
    message: str
    broken: bool
    """Whether a check cannot use the dictionary."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.key}: {self.message}"


def lint(document: Document) -> list[Finding]:
    """Everything that is wrong with a dictionary, in the order of its lines."""
    found = [_finding(document, remark) for remark in remarks(document)]
    return sorted(found, key=lambda one: one.line)


def remarks(document: Document) -> list[Remark]:
    """The same by place in the document."""
    return list(_remarks(document, _CHECKS))


def check_file(path: Path, own: Mapping[str, Path] | None = None) -> Document:
    """The dictionary in a file of any author, which can be used.

    ``own`` are dictionaries of the user by id, which it may extend.

    Raises
    ------
    DictionaryError
        when it cannot: one sentence with file, line and key.
    """
    return check_document(read_document(path), own)


def check_document(document: Document, own: Mapping[str, Path] | None = None) -> Document:
    """The same for a document that was read already.

    Raises
    ------
    DictionaryError
        when the dictionary cannot be used.
    """
    broken = [one for one in _remarks(document, _BREAKING, own) if one.broken]
    if broken:
        one = _finding(document, broken[0])
        more = f" (and {len(broken) - 1} more; see `fitslint dict lint`)" if broken[1:] else ""
        raise DictionaryError(f"{one.file}:{one.line}: {one.key}: {one.message}{more}")
    return document


def _remarks(
    document: Document, checks: tuple[Check, ...], own: Mapping[str, Path] | None = None
) -> Iterator[Remark]:
    found = [Remark(path, "error", sentence, True) for path, sentence in faults(document.tables)]
    yield from found
    if any(len(one.path) < _IN_KEYWORD or one.path[0] != "keyword" for one in found):
        return  # nothing further can be relied upon
    # A keyword that does not follow the schema hides nothing of what is wrong with the others.
    faulty = {one.path[1] for one in found}
    places = [at for at in range(len(document.keywords)) if at not in faulty]
    if faulty:
        kept = [document.keywords[at] for at in places]
        document = Document(document.name, document.text, {**document.tables, "keyword": kept})
    chain = Chain(document, own)
    yield from chain.remarks
    subject = Subject(document, tuple(chain), places)
    for check in checks:
        yield from check(subject)


def _finding(document: Document, remark: Remark) -> Finding:
    path, severity, sentence, broken = remark
    key = document.label(path)
    return Finding(document.name, document.line(path), key, severity, sentence, broken)
