"""The text databases of the Radioheliograph: which files, their lines, and what is wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from fitslint.pipeline.norh.clock import JST_AHEAD, expand_year, find_japanese_day
from fitslint.pipeline.norh.errors import NorhError

_SIZE_MAX = 64 << 20
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line of a list that cannot be used."""

    path: str
    line: int
    column: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: line {self.line}, column {self.column}: {self.reason}"


class LineError(ValueError):
    """What is wrong at a column (from 1) of a line."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a line and where they begin."""

    words: tuple[str, ...]
    columns: tuple[int, ...]

    @classmethod
    def from_line(cls, line: str) -> Words:
        """Split at blanks."""
        words, columns, at = [], [], 0
        for word in line.split():
            at = line.index(word, at)
            words.append(word)
            columns.append(at + 1)
            at += len(word)
        return cls(tuple(words), tuple(columns))

    def get(self, at: int, what: str) -> str:
        """Word ``at``; LineError where the line ends before."""
        if at >= len(self.words):
            raise LineError(self._find_end(), f"{what} is missing")
        return self.words[at]

    def parse_int(self, at: int, what: str) -> int:
        """A whole number."""
        word = self.get(at, what)
        if not (word.isascii() and word.isdigit() and len(word) <= 9):
            raise LineError(self.columns[at], f"{what} is no number: {word[:20]!r}")
        return int(word)

    def parse_seconds(self, at: int, what: str) -> int:
        """A time of day, ``hhmmss`` or ``hh:mm:ss``, in seconds."""
        digits = self.get(at, what).replace(":", "")
        if digits.isascii() and digits.isdigit() and len(digits) == 6:
            hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
            if hours < 24 and minutes < 60 and seconds < 60:
                return hours * 3600 + minutes * 60 + seconds
        raise LineError(self.columns[at], f"{what} is no time of day: {self.words[at][:20]!r}")

    def parse_date(self, at: int, what: str) -> date:
        """A date, ``yymmdd``, ``yy/mm/dd`` or ``yyyy-mm-dd``."""
        word = self.get(at, what)
        digits = word.replace("-", "").replace("/", "")
        try:
            year = int(digits[:-4]) if len(digits) == 8 else expand_year(int(digits[:-4]))
            if digits.isascii() and digits.isdigit() and len(digits) in (6, 8):
                return date(year, int(digits[-4:-2]), int(digits[-2:]))
        except ValueError:
            pass
        raise LineError(self.columns[at], f"{what} is no date: {word[:20]!r}")

    def _find_end(self) -> int:
        return self.columns[-1] + len(self.words[-1]) if self.words else 1


def read_lines(path: Path) -> list[str]:
    """The lines of a text file.

    Raises
    ------
    NorhError
        when it cannot be read or is too long for a list.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE_MAX + 1)
    except OSError as error:
        raise NorhError(f"{path}: {error.strerror or error}") from None
    if len(data) > _SIZE_MAX or b"\0" in data:
        raise NorhError(f"{path}: this is no text list of the Radioheliograph")
    return data.decode("utf-8", "replace").split("\n")


def parse_rows(
    path: Path, parse: Callable[[Words], Row], *, least: int = 1
) -> tuple[list[Row], list[LineProblem]]:
    """The rows of a list, and what is wrong with the others; lines of less words tell nothing.

    Raises
    ------
    NorhError
        when the file cannot be read.
    """
    found, problems = [], []
    for number, line in enumerate(read_lines(path), 1):
        words = Words.from_line(line)
        if not words.words or 1 < len(words.words) < least:
            continue
        try:
            found.append(parse(words))
        except LineError as error:
            problems.append(LineProblem(str(path), number, error.column, str(error)))
    return found, problems


def find_month_files(
    sources: Sequence[str],
    folder: str,
    name: str,
    span: tuple[datetime, datetime] | None,
) -> tuple[list[Path], list[str]]:
    """The lists that are named, or stand in a folder, its own ``folder`` or ``data/folder``.

    Parameters
    ----------
    name : str
        of such files, with YYMM in it.
    span : pair of datetime, optional
        in UT; without it all lists of a folder are meant.

    Returns
    -------
    found : list of Path
    missing : list of str
        names of months of the span that are not there.
    """
    found: list[Path] = []
    missing: list[str] = []
    for source in map(Path, sources):
        if not source.is_dir():
            found.append(source)
            continue
        places = [source, source / folder, source / "data" / folder]
        if span is None:
            pattern = name.replace("YYMM", "[0-9][0-9][0-9][0-9]")
            found += sorted(path for place in places for path in place.glob(pattern))
            continue
        for month in _list_months(*span):
            wanted = name.replace("YYMM", f"{month:%y%m}")
            there = [place / wanted for place in places if (place / wanted).is_file()]
            found += there[:1]
            missing += [] if there else [wanted]
    return found, missing


def _list_months(start: datetime, end: datetime) -> Iterator[date]:
    month = find_japanese_day(start).replace(day=1)
    while month <= find_japanese_day(end):
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def place_in_ut(day: date, seconds: int) -> datetime:
    """A time of day in Japan, in UT."""
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds) - JST_AHEAD
