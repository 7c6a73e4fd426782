"""What the checks say, and what they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from fitslint.dictionary.files.document import DictionaryDocument
from fitslint.dictionary.files.positions import KeyPath

Severity = Literal["error", "warning", "info"]


class Remark(NamedTuple):
    """A place of a dictionary and what is wrong there."""

    path: KeyPath
    severity: Severity
    sentence: str
    broken: bool = False
    """Whether a check cannot use the dictionary at all."""


@dataclass(frozen=True)
class LintContext:
    """A dictionary and those it extends, the nearest first."""

    document: DictionaryDocument
    base_documents: tuple[DictionaryDocument, ...] = field(default_factory=tuple)
    positions: Sequence[int] = ()
    """Positions of its keywords in the file, where some are too faulty to be looked at."""

    @property
    def tables(self) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
        """The ``[[keyword]]`` tables with their places."""
        keywords = self.document.keywords
        for at, table in zip(self.positions or range(len(keywords)), keywords, strict=True):
            yield ("keyword", at), table


Check = Callable[[LintContext], Iterator[Remark]]


def soften_severity(table: Mapping[str, Any], severity: Severity) -> Severity:
    """``severity``, or info where the entry itself says that its source is at odds."""
    return "info" if table.get("conflict") or table.get("doubtful") else severity
