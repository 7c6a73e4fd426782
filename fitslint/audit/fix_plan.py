"""What the safe fixes of an audit come to, and the files that they are for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from fitslint.audit.database import AuditDatabase
from fitslint.audit.listing import is_remote
from fitslint.audit.paths import unescape_path
from fitslint.engine.ruleset import expand_selectors
from fitslint.source.walk import is_kept_by_repair

_SAFE = "fix_safety = 'safe'"


class PlannedFix(NamedTuple):
    """The safe fixes of a rule."""

    code: str
    name: str
    findings: int
    files: int


def plan_fixes(database: AuditDatabase, only: Sequence[str] = ()) -> list[PlannedFix]:
    """The safe fixes that findings have, by rule; of the rules of ``only`` where there are some.

    Raises
    ------
    UnknownSelectorError
        when one of them names no rule.
    """
    codes = expand_selectors(tuple(only))
    sql = f"""
        SELECT code, any_value(name), count(*) AS findings, count(DISTINCT hash(path))
        FROM findings WHERE {_SAFE} GROUP BY code ORDER BY findings DESC, code"""
    rows = (PlannedFix(*row) for row in database.select(sql))
    return [row for row in rows if not codes or row.code in codes]


def count_fixable(database: AuditDatabase, codes: Sequence[str]) -> tuple[int, int]:
    """Files with safe fixes of these rules, and how many of them are URLs that stay as they are."""
    sql = f"""
        SELECT count(DISTINCT hash(path)),
               count(DISTINCT hash(path)) FILTER (path LIKE '%://%')
        FROM findings WHERE {_SAFE} AND code IN (SELECT unnest(?))"""
    files, remote = database.select_row(sql, [list(codes)])
    return files, remote


def list_fixable(database: AuditDatabase, codes: Sequence[str]) -> Iterator[str]:
    """The local files with safe fixes of these rules, by name; not what repairs have kept."""
    sql = f"""
        SELECT DISTINCT path FROM findings
        WHERE {_SAFE} AND code IN (SELECT unnest(?)) ORDER BY path"""
    for (path,) in database.select(sql, [list(codes)]):
        name = unescape_path(path)
        if not is_remote(name) and not is_kept_by_repair(name):
            yield name


def write_names(names: Iterator[str], stream: IO[bytes]) -> int:
    """Write file names as a list that any name can stand in; how many there were."""
    count = 0
    for name in names:
        stream.write(os.fsencode(name) + b"\0")
        count += 1
    return count
