"""Reading parameter files: any bytes give a document, and what fits nowhere is a fault."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fitslint.lenstool.parameter_file import (
    ParameterFile,
    Section,
    Statement,
    SyntaxFault,
    SyntaxFaultKind,
    Word,
)
from fitslint.lenstool.vocabulary import find_canonical_key, find_section_kind

if TYPE_CHECKING:
    from lark import Token

LINE_LENGTH_LIMIT = 4096
"""Characters of a line that are read."""
LINE_COUNT_LIMIT = 100_000
"""Lines that are read; the largest models have some thousands."""
FAULT_COUNT_LIMIT = 100
"""Faults that are kept."""

# Not \s: it would take bytes above 127 for blanks, which C and Lenstool do not.
_WORD = re.compile(r"[^ \t\r\f\v\n]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LABEL_KINDS = {"potentiel", "limit", "potfile", "shapemodel", "shapelimit"}


def parse_parameter_file(raw: bytes, path: str) -> ParameterFile:
    """The document of a parameter file.

    Parameters
    ----------
    raw : bytes
        anything; the bytes are read as Latin-1, and columns count bytes.
    path : str
        its name, for messages.

    Returns
    -------
    ParameterFile
        its sections and faults. Text after ``fini`` belongs to no section.
    """
    lines = tuple(raw.split(b"\n"))
    if len(lines) > 1 and not lines[-1]:
        lines = lines[:-1]
    build = _SectionBuilder()
    if not raw.strip():
        build.add_fault("empty", 1, 1, "")
    elif (found := _CONTROL.search(raw)) is not None:
        line = raw.count(b"\n", 0, found.start()) + 1
        column = found.start() - raw.rfind(b"\n", 0, found.start())
        build.add_fault("binary", line, column, repr(found[0])[2:-1])
    else:
        build.add_tokens(_iterate_tokens(_decode_lines(lines, build)))
    digest = hashlib.sha256(raw).hexdigest()
    sections, faults = tuple(build.sections), tuple(build.faults)
    return ParameterFile(path, raw, digest, lines, sections, build.has_fini, faults)


def split_line(line: str, number: int, offset: int = 0) -> tuple[Word, ...]:
    """The words of a line up to its comment; ``offset`` columns stand in front of it."""
    text = line.partition("#")[0]
    return tuple(
        Word(match[0], number, match.start() + 1 + offset) for match in _WORD.finditer(text)
    )


def _decode_lines(lines: tuple[bytes, ...], build: _SectionBuilder) -> str:
    """The text that the grammar reads: lines and their number have limits."""
    if len(lines) > LINE_COUNT_LIMIT:
        build.add_fault("too-many", LINE_COUNT_LIMIT + 1, 1, f"{len(lines)} lines")
    kept = []
    for number, line in enumerate(lines[:LINE_COUNT_LIMIT], 1):
        if len(line) > LINE_LENGTH_LIMIT:
            build.add_fault("too-long", number, LINE_LENGTH_LIMIT + 1, f"{len(line)} characters")
        kept.append(line[:LINE_LENGTH_LIMIT].decode("latin-1"))
    return "\n".join(kept) + "\n"


def _iterate_tokens(text: str) -> Iterator[Token | None]:
    """The lines with their parts in the grammar; None follows the last line of a section that
    has no ``end``."""
    from lark import Token, Tree

    from fitslint.syntax.grammar import load_parser

    for child in load_parser("lenstool_par").parse(text).children:
        if isinstance(child, Tree):
            yield from (part for part in child.children if isinstance(part, Token))
            if child.data == "unclosed":
                yield None
        else:
            yield child


@dataclass
class _SectionBuilder:
    """The sections as their lines come."""

    sections: list[Section] = field(default_factory=list)
    faults: list[SyntaxFault] = field(default_factory=list)
    has_fini: bool = False
    header_words: tuple[Word, ...] = ()
    statements: list[Statement] = field(default_factory=list)
    last_line: int = 0

    def add_tokens(self, tokens: Iterable[Token | None]) -> None:
        """Take every line in turn."""
        for token in tokens:
            if token is None:
                self.close_section(None)
                continue
            self.add_line(token.type, str(token), token.line or 0)
        if not self.sections:
            self.faults.clear()
            self.add_fault("not-a-model", 1, 1, "")

    def add_line(self, part: str, text: str, number: int) -> None:
        """One line of a known part."""
        if part in {"BLANK", "REST"}:
            return
        if part == "FINI":
            self.has_fini = True
            return
        found = split_line(text, number)
        if part == "END":
            self.close_section(number)
        elif part in {"HEADER", "LOOSE_HEADER"}:
            self.close_section(None)
            self.header_words, self.last_line = found, number
        elif part == "STATEMENT":
            self.add_statement(found, number)
        else:
            self.add_fault("outside", number, found[0].column, found[0].text)

    def add_statement(self, found: tuple[Word, ...], number: int) -> None:
        """A statement of the open section."""
        kind = find_section_kind(self.header_words[0].text)
        key = find_canonical_key(kind, found[0].text) if kind else None
        self.statements.append(Statement(found[0], found[1:], key))
        self.last_line = number

    def close_section(self, end: int | None) -> None:
        """The open section ends, at ``end`` or without one."""
        if not self.header_words:
            return
        word = self.header_words[0]
        kind = find_section_kind(word.text)
        label = (
            self.header_words[1] if len(self.header_words) > 1 and kind in _LABEL_KINDS else None
        )
        if end is None:
            self.add_fault("unclosed", word.line, word.column, word.text)
        closed = end is not None
        made = Section(word, kind, label, tuple(self.statements), end or self.last_line, closed)
        self.sections.append(made)
        self.header_words, self.statements = (), []

    def add_fault(self, kind: SyntaxFaultKind, line: int, column: int, text: str) -> None:
        """Keep a fault, up to a number."""
        if len(self.faults) < FAULT_COUNT_LIMIT:
            self.faults.append(SyntaxFault(kind, line, column, text[:80]))
