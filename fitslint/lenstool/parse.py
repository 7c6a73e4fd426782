"""Reading parameter files: any bytes give a document, and what fits nowhere is a fault."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fitslint.lenstool.document import Document, Fault, FaultKind, Section, Statement, Word
from fitslint.lenstool.vocabulary import key_of, kind_of

if TYPE_CHECKING:
    from lark import Token

LINE_LIMIT = 4096
"""Characters of a line that are read."""
LINES_LIMIT = 100_000
"""Lines that are read; the largest models have some thousands."""
FAULTS_LIMIT = 100
"""Faults that are kept."""

# Not \s: it would take bytes above 127 for blanks, which C and Lenstool do not.
_WORD = re.compile(r"[^ \t\r\f\v\n]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LABELLED = {"potentiel", "limit", "potfile", "shapemodel", "shapelimit"}


def parse(raw: bytes, path: str) -> Document:
    """The document of a parameter file.

    Parameters
    ----------
    raw : bytes
        anything; the bytes are read as Latin-1, and columns count bytes.
    path : str
        its name, for messages.

    Returns
    -------
    Document
        its sections and faults. Text after ``fini`` belongs to no section.
    """
    lines = tuple(raw.split(b"\n"))
    if len(lines) > 1 and not lines[-1]:
        lines = lines[:-1]
    build = _Build()
    if not raw.strip():
        build.fault("empty", 1, 1, "")
    elif (found := _CONTROL.search(raw)) is not None:
        line = raw.count(b"\n", 0, found.start()) + 1
        column = found.start() - raw.rfind(b"\n", 0, found.start())
        build.fault("binary", line, column, repr(found[0])[2:-1])
    else:
        build.read(_tokens(_readable(lines, build)))
    digest = hashlib.sha256(raw).hexdigest()
    sections, faults = tuple(build.sections), tuple(build.faults)
    return Document(path, raw, digest, lines, sections, build.finished, faults)


def words(line: str, number: int, offset: int = 0) -> tuple[Word, ...]:
    """The words of a line up to its comment; ``offset`` columns stand in front of it."""
    text = line.partition("#")[0]
    return tuple(Word(one[0], number, one.start() + 1 + offset) for one in _WORD.finditer(text))


def _readable(lines: tuple[bytes, ...], build: _Build) -> str:
    """The text that the grammar reads: lines and their number have limits."""
    if len(lines) > LINES_LIMIT:
        build.fault("too-many", LINES_LIMIT + 1, 1, f"{len(lines)} lines")
    kept = []
    for number, line in enumerate(lines[:LINES_LIMIT], 1):
        if len(line) > LINE_LIMIT:
            build.fault("too-long", number, LINE_LIMIT + 1, f"{len(line)} characters")
        kept.append(line[:LINE_LIMIT].decode("latin-1"))
    return "\n".join(kept) + "\n"


def _tokens(text: str) -> Iterator[Token | None]:
    """The lines with their parts in the grammar; None follows the last line of a section that
    has no ``end``."""
    from lark import Token, Tree

    from fitslint.syntax.grammar import load

    for child in load("lenstool_par").parse(text).children:
        if isinstance(child, Tree):
            yield from (one for one in child.children if isinstance(one, Token))
            if child.data == "unclosed":
                yield None
        else:
            yield child


@dataclass
class _Build:
    """The sections as their lines come."""

    sections: list[Section] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    finished: bool = False
    header: tuple[Word, ...] = ()
    statements: list[Statement] = field(default_factory=list)
    last: int = 0

    def read(self, tokens: Iterable[Token | None]) -> None:
        """Take every line in turn."""
        for token in tokens:
            if token is None:
                self.close(None)
                continue
            self.take(token.type, str(token), token.line or 0)
        if not self.sections:
            self.faults.clear()
            self.fault("not-a-model", 1, 1, "")

    def take(self, part: str, text: str, number: int) -> None:
        """One line of a known part."""
        if part in {"BLANK", "REST"}:
            return
        if part == "FINI":
            self.finished = True
            return
        found = words(text, number)
        if part == "END":
            self.close(number)
        elif part in {"HEADER", "LOOSE_HEADER"}:
            self.close(None)
            self.header, self.last = found, number
        elif part == "STATEMENT":
            self.state(found, number)
        else:
            self.fault("outside", number, found[0].column, found[0].text)

    def state(self, found: tuple[Word, ...], number: int) -> None:
        """A statement of the open section."""
        kind = kind_of(self.header[0].text)
        key = key_of(kind, found[0].text) if kind else None
        self.statements.append(Statement(found[0], found[1:], key))
        self.last = number

    def close(self, end: int | None) -> None:
        """The open section ends, at ``end`` or without one."""
        if not self.header:
            return
        word = self.header[0]
        kind = kind_of(word.text)
        label = self.header[1] if len(self.header) > 1 and kind in _LABELLED else None
        if end is None:
            self.fault("unclosed", word.line, word.column, word.text)
        closed = end is not None
        made = Section(word, kind, label, tuple(self.statements), end or self.last, closed)
        self.sections.append(made)
        self.header, self.statements = (), []

    def fault(self, kind: FaultKind, line: int, column: int, text: str) -> None:
        """Keep a fault, up to a number."""
        if len(self.faults) < FAULTS_LIMIT:
            self.faults.append(Fault(kind, line, column, text[:80]))
