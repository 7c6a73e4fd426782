"""Judging dictionaries: by their schema, and by what a schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from fitslint.dictionary.files.document import DictionaryDocument, read_document
from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.files.schema import find_schema_faults
from fitslint.dictionary.linting import conflicts, expressions, names, units, values
from fitslint.dictionary.linting.base_documents import BaseDocuments
from fitslint.dictionary.linting.remark import Check, LintContext, Remark, Severity

_KEYWORD_DEPTH = 2
"""Steps of a path that leads into one keyword."""
_BREAKING_CHECKS: tuple[Check, ...] = (
    names.find_duplicates, expressions.find_bad_patterns, expressions.find_excess,
    expressions.find_bad_expressions,
)  # fmt: skip
"""Checks for what makes a dictionary useless."""
_CHECKS: tuple[Check, ...] = (
    *_BREAKING_CHECKS,
    names.find_long_names,
    names.find_odd_placeholders,
    names.find_overlaps,
    values.find_format_faults,
    values.find_type_faults,
    values.find_range_faults,
    values.find_width_faults,
    values.find_sample_faults,
    units.find_invalid_units,
    conflicts.find_standard_conflicts,
    conflicts.find_convention_conflicts,
    conflicts.find_base_conflicts,
    conflicts.find_unknown_conflicts,
    conflicts.find_unknown_replacements,
    expressions.find_unknown_names,
    expressions.find_idle_importances,
    expressions.find_unknown_kinds,
)


class DictionaryFinding(NamedTuple):
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


def lint_document(document: DictionaryDocument) -> list[DictionaryFinding]:
    """Everything that is wrong with a dictionary, in the order of its lines."""
    found = [_build_finding(document, remark) for remark in list_remarks(document)]
    return sorted(found, key=lambda finding: finding.line)


def list_remarks(document: DictionaryDocument) -> list[Remark]:
    """The same by place in the document."""
    return list(_collect_remarks(document, _CHECKS))


def check_file(path: Path, own: Mapping[str, Path] | None = None) -> DictionaryDocument:
    """The dictionary in a file of any author, which can be used.

    ``own`` are dictionaries of the user by id, which it may extend.

    Raises
    ------
    DictionaryError
        when it cannot: one sentence with file, line and key.
    """
    return check_document(read_document(path), own)


def check_document(
    document: DictionaryDocument, own: Mapping[str, Path] | None = None
) -> DictionaryDocument:
    """The same for a document that was read already.

    Raises
    ------
    DictionaryError
        when the dictionary cannot be used.
    """
    broken = [
        remark for remark in _collect_remarks(document, _BREAKING_CHECKS, own) if remark.broken
    ]
    if broken:
        finding = _build_finding(document, broken[0])
        more = f" (and {len(broken) - 1} more; see `fitslint dict lint`)" if broken[1:] else ""
        raise DictionaryError(
            f"{finding.file}:{finding.line}: {finding.key}: {finding.message}{more}"
        )
    return document


def _collect_remarks(
    document: DictionaryDocument, checks: tuple[Check, ...], own: Mapping[str, Path] | None = None
) -> Iterator[Remark]:
    found = [
        Remark(path, "error", sentence, True)
        for path, sentence in find_schema_faults(document.tables)
    ]
    yield from found
    if any(len(remark.path) < _KEYWORD_DEPTH or remark.path[0] != "keyword" for remark in found):
        return  # nothing further can be relied upon
    # A keyword that does not follow the schema hides nothing of what is wrong with the others.
    faulty = {remark.path[1] for remark in found}
    places = [at for at in range(len(document.keywords)) if at not in faulty]
    if faulty:
        kept = [document.keywords[at] for at in places]
        document = DictionaryDocument(
            document.name, document.text, {**document.tables, "keyword": kept}
        )
    chain = BaseDocuments(document, own)
    yield from chain.remarks
    subject = LintContext(document, tuple(chain), places)
    for check in checks:
        yield from check(subject)


def _build_finding(document: DictionaryDocument, remark: Remark) -> DictionaryFinding:
    path, severity, sentence, broken = remark
    key = document.describe_path(path)
    return DictionaryFinding(
        document.name, document.find_line(path), key, severity, sentence, broken
    )
