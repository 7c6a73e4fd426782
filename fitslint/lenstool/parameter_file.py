"""A parameter file as it was read: sections, statements, words, each with its line and columns.

Nothing is lost and nothing is interpreted: a word that Lenstool would ignore is here as well, and
what the grammar could not place is a :class:`SyntaxFault`. Lines and columns count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Word:
    """One word between blanks; ``column`` is its first column."""

    text: str
    line: int
    column: int

    @property
    def end_column(self) -> int:
        """Its last column."""
        return self.column + len(self.text) - 1


@dataclass(frozen=True, slots=True)
class Statement:
    """A line of a section: its keyword and what follows it."""

    word: Word
    arguments: tuple[Word, ...]
    key: str | None
    """The canonical keyword (``ellipticite`` for ``gamma``); None when Lenstool has no such word
    in this section and ignores the line."""

    @property
    def line(self) -> int:
        """The line."""
        return self.word.line


@dataclass(frozen=True, slots=True)
class Section:
    """From its first word to its ``end``."""

    word: Word
    kind: str | None
    """The canonical name (``potentiel`` for ``potential``); None when Lenstool has none such."""
    label: Word | None
    """What follows the first word: the identity of a potential or limit."""
    statements: tuple[Statement, ...]
    end_line: int
    """The line of its ``end``, or its last line when that is missing."""
    has_end: bool

    def find_statements(self, key: str) -> tuple[Statement, ...]:
        """The statements with this canonical keyword, in order."""
        return tuple(statement for statement in self.statements if statement.key == key)

    def find_statement(self, key: str) -> Statement | None:
        """The statement that counts: of a repeated keyword the last one wins."""
        found = self.find_statements(key)
        return found[-1] if found else None


SyntaxFaultKind = Literal[
    "empty", "binary", "not-a-model", "outside", "unclosed", "too-long", "too-many"
]


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """What the grammar could not place, or a limit that reading ran into."""

    kind: SyntaxFaultKind
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class ParameterFile:
    """A parameter file."""

    path: str
    raw: bytes
    sha256: str
    lines: tuple[bytes, ...]
    """The lines as they are, without their line ends."""
    sections: tuple[Section, ...]
    has_fini: bool
    """Whether ``fini`` (or ``finish``) ends the file."""
    faults: tuple[SyntaxFault, ...] = ()

    def find_sections(self, kind: str) -> tuple[Section, ...]:
        """The sections of a canonical kind, in order."""
        return tuple(section for section in self.sections if section.kind == kind)

    def find_statement(self, kind: str, key: str) -> Statement | None:
        """The statement that counts of all sections of a kind."""
        found = [section.find_statement(key) for section in self.find_sections(kind)]
        return next((statement for statement in reversed(found) if statement is not None), None)
