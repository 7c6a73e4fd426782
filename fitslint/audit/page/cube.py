"""Findings counted by rule, instrument, folder and time at once, so that a page can filter them.

The cube is small whatever the archive: time is cut into nights, months or years, folders as deep as
leaves few enough, and what is beyond the most frequent of each is put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fitslint.audit.database import AuditDatabase
from fitslint.text import say

CELLS_MAX = 60_000
"""Cells with findings; a cell takes about 16 bytes of the page."""
_PERIODS_MAX = 130
_LENGTHS = (10, 7, 4)
"""Characters of a date that make a night, a month and a year."""
_DEPTHS = tuple(range(16, 0, -1))
_INSTRUMENTS_MAX, _FOLDERS_MAX = 40, 60
_FEWER = (1, 2, 4, 8, 16)
"""Where there are too many cells: of instruments and folders a half is kept apart, a quarter …"""
_DIMENSIONS = ("rule", "instrument", "folder", "period")


class Cube(NamedTuple):
    """Counts in cells; members of a dimension are counted from 0."""

    rules: list[tuple[str, str, str, int]]
    """(code, name, severity, findings that a safe fix repairs)"""
    instruments: list[str]
    folders: list[str]
    periods: list[str]
    period_length: int
    cells: dict[str, list[int]]
    """Columns ``rule``, ``instrument``, ``folder``, ``period``, ``findings`` and ``files``."""
    base: dict[str, list[int]]
    """Columns ``instrument``, ``folder``, ``period`` and ``files``: files, with findings or not."""


def build_cube(database: AuditDatabase) -> Cube:
    """Count the findings of an audit."""
    length = _choose_length(database)
    depth = _choose_depth(database)
    for divisor in _FEWER:
        cube = _count_cells(database, length, depth, divisor)
        if len(cube.cells["findings"]) <= CELLS_MAX:
            break
    return cube


def _choose_length(database: AuditDatabase) -> int:
    """Characters of a date, so that there are not too many periods."""
    for length in _LENGTHS:
        count = database.select_row(
            f"SELECT count(DISTINCT left(night, {length})) FROM files WHERE night IS NOT NULL"
        )[0]
        if count <= _PERIODS_MAX:
            break
    return length


def _choose_depth(database: AuditDatabase) -> int:
    """Parts of a path that make a folder of the page, so that there are not too many."""
    counted = ", ".join(f"count(DISTINCT {_cut_folder(depth)})" for depth in _DEPTHS)
    counts = database.select_row(f"SELECT {counted} FROM (SELECT DISTINCT folder FROM files)")
    few = (depth for depth, count in zip(_DEPTHS, counts, strict=True) if count <= _FOLDERS_MAX)
    return next(few, _DEPTHS[-1])


def _cut_folder(depth: int) -> str:
    return f"array_to_string(list_slice(string_split(coalesce(folder, ''), '/'), 1, {depth}), '/')"


def _list_most(database: AuditDatabase, column: str, most: int) -> list[str]:
    """The most frequent values of a column of files, in order, and last what the others are."""
    rows = list(
        database.select(
            f"SELECT coalesce({column}, '-') AS name, count(*) FROM files GROUP BY 1 "
            f"ORDER BY 2 DESC, 1 LIMIT {most + 1}"
        )
    )
    return [name for name, _ in rows[:most]]


_RULES = """
    SELECT code, any_value(name), severity, count(*) FILTER (fix_safety = 'safe')
    FROM findings GROUP BY code, severity
    ORDER BY array_position(['error', 'warning', 'info'], severity), code"""


def _count_cells(database: AuditDatabase, length: int, depth: int, divisor: int) -> Cube:
    folder = _cut_folder(depth)
    instruments = _list_most(database, "instrument", max(_INSTRUMENTS_MAX // divisor, 1))
    folders = _list_most(database, folder, max(_FOLDERS_MAX // divisor, 1))
    places = f"""
        SELECT path, {_place_in(instruments, "coalesce(instrument, '-')")} AS instrument,
               {_place_in(folders, folder)} AS folder,
               coalesce(left(night, {length}), '') AS period
        FROM files"""
    rules = list(database.select(_RULES))
    cells = list(
        database.select(
            f"""SELECT code, severity, instrument, folder, period, sum(n), count(*)
            FROM (SELECT path, code, severity, count(*) AS n FROM findings GROUP BY ALL)
            JOIN ({places}) USING (path) GROUP BY ALL"""
        )
    )
    base = list(
        database.select(f"SELECT instrument, folder, period, count(*) FROM ({places}) GROUP BY ALL")
    )
    periods = sorted({row[2] for row in base}, key=lambda one: (not one, one))
    by_rule = {(code, severity): at for at, (code, _, severity, _) in enumerate(rules)}
    by_period = {period: at for at, period in enumerate(periods)}
    others = say("(others)")
    return Cube(
        rules, [*instruments, others], [*folders, others],
        [period or say("(no date)") for period in periods], length,
        _build_columns(
            (*_DIMENSIONS, "findings", "files"),
            ((by_rule[row[:2]], *row[2:4], by_period[row[4]], *row[5:]) for row in cells),
        ),
        _build_columns(
            (*_DIMENSIONS[1:], "files"), ((*row[:2], by_period[row[2]], row[3]) for row in base)
        ),
    )  # fmt: skip


def _build_columns(names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, list[int]]:
    """Rows of numbers as columns by name."""
    columns: dict[str, list[int]] = {name: [] for name in names}
    for row in rows:
        for column, value in zip(columns.values(), row, strict=True):
            column.append(int(value))
    return columns


def _place_in(names: Sequence[str], expression: str) -> str:
    """SQL for the place of a name among those kept, and that behind them for all others."""
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    return f"coalesce(list_position([{listed}], {expression}) - 1, {len(names)})"
