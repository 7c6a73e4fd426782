"""What rules across files ask: the tables of an archive; and the flags on its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from fitslint.model.finding import Level
from fitslint.model.rule import Flag

SECOND = 1 / 86_400
"""One second in days."""
RAW_FRAME = "regexp_full_match(frame_id, '[A-Z0-9]{3}A[0-9]{8}')"
"""In SQL: a frame as the telescope (Subaru) delivered it; what is made of it keeps its name."""
ONE_EXPOSURE = "regexp_full_match(exp_id, '[A-Z0-9]{3}[A-Z][0-9]{8}')"
"""In SQL: an identifier of an exposure as the dictionary of Subaru wants it."""


class ArchiveTables(Protocol):
    """The tables ``files``, ``findings`` and ``keywords`` of an archive, which answer SQL.

    Their columns are those of an audit. Answers come row by row, however many there are.
    """

    @property
    def thresholds(self) -> Mapping[str, Mapping[str, float]]:
        """Code of a rule → its thresholds by name, as ``dictionaries/across.toml`` has them."""

    def has_values(self, column: str) -> bool:
        """Whether a file has a value in a column of ``files`` that is not a list."""

    def has_files(self, condition: str) -> bool:
        """Whether there is a file that is so, in SQL; asked once."""

    def select(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer."""

    def find_unchanged(self, path: str, size: int | None, mtime_ns: int | None) -> str | None:
        """Where a file of the table is; None where it is no more what it was by size and time."""


def lacks_values(column: str) -> Callable[[ArchiveTables], bool]:
    """A quick answer of a rule: no file has a value in this column of ``files``."""
    return lambda archive: not archive.has_values(column)


def lacks_raw_frames(archive: ArchiveTables) -> bool:
    """A quick answer of a rule: no file is a raw frame of Subaru."""
    return not archive.has_values("frame_id") or not archive.has_files(RAW_FRAME)


def flag_file(
    path: str,
    keyword: str | None,
    *,
    message: str = "",
    level: Level | None = None,
    **params: Any,
) -> Flag:
    """A flag on a file of an archive; its message may name the keyword."""
    told = params if keyword is None else {"keyword": keyword, **params}
    return Flag(path=path, keyword=keyword, message=message, params=told, level=level)
