"""A parameter file as the rules see it: its document, the catalogues beside it, and its places."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from fitslint.model.finding import Edit, Level
from fitslint.model.rule import Flag
from fitslint.text import Phrase, plural, shorten

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import ParameterFile, Section, Statement, Word

_LINE_IMAGE_MAX = 500
"""Bytes of a line that a report shows."""
_WORD_MAX = 60
_LIMIT_SENTENCES = {
    "too-long": "line {line} has {text}; the first {most} were judged",
    "too-many": "the file has {text}; what follows line {last} was not judged",
}
"""Limits of the reader."""


class CatalogueSummary(NamedTuple):
    """What a catalogue of ``potfile`` holds, as far as the rules ask."""

    galaxy_count: int = 0
    """How many can be read."""
    problem: str = ""
    """Why it cannot be read, in words that follow its name."""


class ModelFile:
    """A parameter file and what lies beside it.

    Parameters
    ----------
    document : Document
        the file as it was read.
    catalogues : mapping of str to CatalogueSummary
        the catalogues by the name that the file gives them; those that were not looked for (the
        file was given as bytes) are not there.
    """

    def __init__(
        self, document: ParameterFile, catalogues: Mapping[str, CatalogueSummary] | None = None
    ) -> None:
        self.document = document
        self.catalogues = dict(catalogues or {})

    @property
    def path(self) -> str:
        """The name of the parameter file."""
        return self.document.path

    @property
    def limits_hit(self) -> list[str]:
        """What a limit of the reader left unread, in sentences."""
        return [
            _LIMIT_SENTENCES[fault.kind].format(
                text=fault.text, line=fault.line, last=fault.line - 1, most=fault.column - 1
            )
            for fault in self.document.faults
            if fault.kind in _LIMIT_SENTENCES
        ]

    @cached_property
    def _statement_by_line(self) -> dict[int, Statement]:
        return {
            statement.line: statement
            for section in self.document.sections
            for statement in section.statements
        }

    @cached_property
    def line_offsets(self) -> list[int]:
        """The first byte of every line, and the end of the file."""
        raw, at, found = self.document.raw, 0, []
        for line in self.document.lines:
            found.append(at)
            at += len(line)
            at += 2 if raw[at : at + 2] == b"\r\n" else 1
        return [*found, len(raw)]

    def read_line(self, number: int) -> bytes:
        """A line without its end; empty when the file has no such line."""
        lines = self.document.lines
        return lines[number - 1].rstrip(b"\r") if 0 < number <= len(lines) else b""

    def flag_word(
        self,
        word: Word,
        keyword: str,
        /,
        *,
        message: str = "",
        edits: tuple[Edit, ...] = (),
        title: str = "",
        level: Level | None = None,
        **params: Any,
    ) -> Flag:
        """A flag on a word; ``keyword`` says what is there, the same wherever it stands."""
        start, image = word.column - 1, self.read_line(word.line)
        known = 0 < word.line <= len(self.document.lines)
        return Flag(
            keyword=keyword,
            start=start,
            end=max(word.end_column, word.column),
            message=message,
            params=params,
            edits=edits,
            title=title,
            level=level,
            byte=self.line_offsets[word.line - 1] + start if known else None,
            line=word.line,
            image=image if start < len(image) <= _LINE_IMAGE_MAX else None,
        )

    def flag_in_section(
        self, section: Section, place: Statement | Word | None = None, /, **more: Any
    ) -> Flag:
        """A flag in a section: on a word of it, the keyword of a statement, or its first word."""
        from fitslint.lenstool.parameter_file import Statement

        word = place.word if isinstance(place, Statement) else place or section.word
        return self.flag_word(word, self.describe_word(section, word), **more)

    def describe_word(self, section: Section, word: Word) -> str:
        """``potentiel O1 v_disp`` for any word of that statement."""
        statement = self._statement_by_line.get(word.line)
        words = [section.word, section.label, statement.word if statement else None]
        return " ".join(format_word(word.text) for word in words if word)

    def find_end_word(self) -> Word:
        """Where something that is missing belongs: ``fini``, or else the last line with text."""
        if self.fini_word:
            return self.fini_word
        numbers = range(len(self.document.lines), 0, -1)
        return next(
            filter(None, map(self.find_first_word, numbers)), self.document.sections[-1].word
        )

    @cached_property
    def fini_word(self) -> Word | None:
        """The word that ends the file."""
        if not self.document.has_fini:
            return None
        begun = max((section.end_line for section in self.document.sections), default=0)
        for number in range(begun + 1, len(self.document.lines) + 1):
            word = self.find_first_word(number)
            if word and word.text in ("fini", "finish"):
                return word
        return None

    def find_first_word(self, number: int) -> Word | None:
        """The first word of a line, None when it has none but a comment."""
        from fitslint.lenstool.parse import LINE_LENGTH_LIMIT, split_line

        found = split_line(self.read_line(number)[:LINE_LENGTH_LIMIT].decode("latin-1"), number)
        return found[0] if found else None

    def flag_missing(self, keyword: str, /, lines: str = "", title: str = "", **more: Any) -> Flag:
        """A flag on what is not there; ``lines`` are what to write before ``fini``."""
        word = self.find_end_word()
        edits = (self.insert_lines(word.line, lines),) if lines and self.fini_word else ()
        return self.flag_word(word, keyword, edits=edits, title=title, **more)

    def replace_words(self, word: Word, text: str, last: Word | None = None) -> Edit:
        """The edit that puts ``text`` in the place of a word, or of all words up to ``last``."""
        offset = self.line_offsets[word.line - 1] - 1
        end = offset + (last or word).end_column + 1
        return Edit(offset + word.column, end, text.encode("latin-1", "replace"))

    def insert_lines(self, number: int, lines: str) -> Edit:
        """The edit that puts lines before a line."""
        start = self.line_offsets[number - 1]
        return Edit(start, start, f"{lines}\n".encode("latin-1", "replace"))

    def append_text(self, text: str) -> Edit:
        """The edit that puts text at the end of the file."""
        end = len(self.document.raw)
        return Edit(end, end, text.encode("latin-1", "replace"))


def format_word(text: str) -> str:
    """A word for a message: not longer than a line has room for, and UTF-8 where it is that."""
    if not text.isascii():
        with contextlib.suppress(UnicodeDecodeError):
            text = text.encode("latin-1").decode("utf-8")
    return shorten(text, _WORD_MAX, "...")


def pluralise(number: int, noun: str) -> Phrase:
    """``1 lens``, ``3 lenses``, ``1 line``."""
    text = f"{number} {plural(number, noun)}"
    return Phrase(text, f"{{number:,}} {noun}", {"number": number})
