"""The tables of an audit as a database that can be asked, and nothing else.

DuckDB reads the Parquet parts where they lie. Memory is bounded (what does not fit is spilled into
a temporary folder), no other file can be reached, and nothing can be written.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

import duckdb
import pyarrow.parquet as pq

from fitslint.audit.across_part import ACROSS_FILE
from fitslint.audit.manifest import describe_lost_manifest
from fitslint.audit.paths import unescape_path
from fitslint.audit.rule_counts import RuleCounts, add_rule_counts, read_rule_counts
from fitslint.audit.tables import (
    MANIFEST_FILE,
    TABLES,
    AuditFolderError,
    list_parts,
    read_part_facts,
)
from fitslint.audit.thresholds import load_across_thresholds
from fitslint.text import say

MEMORY_MAX = "512MB"
_SPILL_MAX = "64GB"
_ROWS_AT_ONCE = 4096
_ASKING = "SELECT"
_UNKNOWN_TABLE = re.compile("Catalog Error: Table with name (.*?) does not exist!")


class QueryError(Exception):
    """A question that cannot be answered; one sentence says why."""


class AuditDatabase:
    """The tables ``files``, ``findings`` and ``keywords`` of an audit, and its ``manifest``.

    Parameters
    ----------
    folder
        of the audit.
    old
        of an audit to compare it with, whose tables are ``old_files`` and so on.
    memory
        most that a question takes, as DuckDB writes it.
    threads
        that work on a question; each takes memory. None: as many as there are cores.
    is_across_wanted
        whether the findings across files are among the findings.

    Raises
    ------
    AuditFolderError
        when there is no audit, or a part is of another version or cut in half.
    """

    def __init__(
        self,
        folder: Path,
        old: Path | None = None,
        memory: str = MEMORY_MAX,
        threads: int | None = None,
        is_across_wanted: bool = True,
    ) -> None:
        self.folder = folder
        self.has_across = is_across_wanted and (folder / ACROSS_FILE).is_file()
        self.thresholds = load_across_thresholds()
        self.rule_counts: RuleCounts = {}
        """What rules found in single files, as the parts of the findings say it."""
        self._answers: dict[str, bool] = {}
        """Condition → whether there is a file that is so."""
        tables = _list_tables(folder, self.has_across, self._note_counts)
        if old is not None:
            tables |= _list_old_tables(old)
        self._stack = ExitStack()
        spill = self._stack.enter_context(TemporaryDirectory(prefix="fitslint-audit-"))
        settings: dict[str, Any] = {
            "memory_limit": memory, "temp_directory": spill,
            "max_temp_directory_size": _SPILL_MAX, "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false", "preserve_insertion_order": "false",
        }  # fmt: skip
        if threads is not None:
            settings["threads"] = threads
        self._connection = duckdb.connect(config=settings)
        self._stack.callback(self._connection.close)
        for name, paths in tables.items():
            parts = f"SELECT * FROM read_parquet([{', '.join(map(_quote, paths))}])"
            self._connection.execute(f"CREATE VIEW {name} AS {parts}")
        self._lock([path for paths in tables.values() for path in paths])

    def __enter__(self) -> AuditDatabase:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _note_counts(self, facts: dict[str, Any]) -> None:
        self.rule_counts = add_rule_counts(self.rule_counts, read_rule_counts(facts["rules"]))

    def _lock(self, readable: Sequence[Path]) -> None:
        """Leave nothing within reach but these files, and no setting to change."""
        paths = ", ".join(map(_quote, readable))
        self._connection.execute(f"SET allowed_paths = [{paths}]")
        self._connection.execute("SET python_enable_replacements = false")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def select(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a question of ours, a few thousand at once."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql, list(parameters))
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                yield from rows
        except duckdb.Error as error:
            raise _describe_failure(self.folder, error) from None
        finally:
            cursor.close()

    def has_values(self, column: str) -> bool:
        """Whether a file has a value in a column of ``files`` that is not a list."""
        return column in self._filled_columns

    @cached_property
    def _filled_columns(self) -> set[str]:
        return _find_filled_columns(list_parts(self.folder, "files"))

    def has_files(self, condition: str) -> bool:
        """Whether there is a file that is so, in SQL; asked once."""
        known = self._answers.get(condition)
        if known is None:
            found = self.select(f"SELECT 1 FROM files WHERE {condition} LIMIT 1")
            known = self._answers[condition] = bool(list(found))
        return known

    def find_unchanged(self, path: str, size: int | None, mtime_ns: int | None) -> str | None:
        """Where a file of the table is; None where it is no more what it was by size and time."""
        name = unescape_path(path)
        try:
            now = Path(name).stat()
        except (OSError, ValueError):
            return None
        is_same = stat.S_ISREG(now.st_mode) and (now.st_size, now.st_mtime_ns) == (size, mtime_ns)
        return name if is_same else None

    def select_row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The one row of a question of ours."""
        return next(self.select(sql, parameters))

    def ask(self, sql: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Names of the columns, and the rows, of a question of the user.

        Raises
        ------
        QueryError
            when it is not one question, asks for more than to be told something, or fails; while
            rows are fetched too.
        """
        try:
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise QueryError(_shorten(error)) from None
        if len(statements) != 1 or statements[0].type.name != _ASKING:
            raise QueryError(
                say("one SELECT is taken; tables are files, findings, keywords and manifest")
            )
        cursor = self._connection.cursor()
        try:
            cursor.execute(statements[0])
        except duckdb.Error as error:
            raise QueryError(_explain_refusal(error)) from None
        return [column[0] for column in cursor.description or ()], _fetch_rows(cursor)


class RememberingDatabase(AuditDatabase):
    """Asks a question of ours once, for those who ask the same again; answers stay in memory."""

    def select(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a question of ours."""
        known: dict[str, list[tuple[Any, ...]]] = self.__dict__.setdefault("_known", {})
        key = repr((sql, list(parameters)))
        if key not in known:
            known[key] = list(super().select(sql, parameters))
        yield from known[key]


def _list_old_tables(folder: Path) -> dict[str, list[Path]]:
    tables = _list_tables(folder, (folder / ACROSS_FILE).is_file())
    return {f"old_{name}": paths for name, paths in tables.items()}


def _list_tables(
    folder: Path, has_across: bool, note: Callable[[dict[str, Any]], None] = lambda facts: None
) -> dict[str, list[Path]]:
    """The parts of all tables of an audit, which are whole; ``note`` is told of the findings."""
    tables: dict[str, list[Path]] = {name: list_parts(folder, name) for name in TABLES}
    tables["manifest"] = [folder / MANIFEST_FILE]
    if not tables["files"]:
        raise AuditFolderError(
            say("{folder}: the audit has no results yet; run it to its end", folder=folder)
        )
    for name, paths in tables.items():
        for path in paths:
            facts = _require_part(path)
            if name == "findings":
                note(facts)
    if has_across:
        _require_part(folder / ACROSS_FILE)
        tables["findings"].append(folder / ACROSS_FILE)
        tables["across"] = [folder / ACROSS_FILE]
    return tables


def _fetch_rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from rows
    except duckdb.Error as error:
        raise QueryError(_shorten(error)) from None


def _require_part(path: Path) -> dict[str, Any]:
    """What a part says of itself."""
    try:
        found = read_part_facts(path)
    except OSError as error:
        raise AuditFolderError(
            say("{path} cannot be read: {reason}", path=path, reason=error.strerror or error)
        ) from None
    if found is not None:
        return found.facts
    if path.name == MANIFEST_FILE:
        raise AuditFolderError(describe_lost_manifest(path))
    raise AuditFolderError(
        say(
            "{path} is no part of an audit of this version, or was cut in half; "
            "run the audit again, which makes up for it",
            path=path,
        )
    )


def _find_filled_columns(paths: Iterable[Path]) -> set[str]:
    """The columns of Parquet files, but lists, that hold a value somewhere; by their footers."""
    filled: set[str] = set()
    for path in paths:
        meta = pq.read_metadata(path)
        names = [meta.schema.column(at).path for at in range(meta.num_columns)]
        for group in map(meta.row_group, range(meta.num_row_groups)):
            for at, name in enumerate(names):
                if name not in filled:
                    told = group.column(at).statistics
                    nulls = told.null_count if told is not None and told.has_null_count else 0
                    if nulls < group.num_rows:
                        filled.add(name)
    return filled


def _describe_failure(folder: Path, error: duckdb.Error) -> AuditFolderError:
    reason = _shorten(error)
    if ".parquet" in reason:  # a part that is whole by its footer and damaged inside
        return AuditFolderError(
            say("{folder}: a part is damaged: {reason}; delete it and run the audit again",
                folder=folder, reason=reason)
        )  # fmt: skip
    return AuditFolderError(
        say("{folder}: the tables cannot be read: {reason}", folder=folder, reason=reason)
    )


def _explain_refusal(error: duckdb.Error) -> str:
    """Why a question cannot be asked; DuckDB would offer tables of its own for one that is not."""
    reason = _shorten(error)
    unknown = _UNKNOWN_TABLE.match(reason)
    if unknown is None:
        return reason
    return say(
        "there is no table {name}; tables are files, findings, keywords and manifest",
        name=unknown[1],
    )


def _shorten(error: duckdb.Error) -> str:
    """The first line of what DuckDB says, which may go on with the question."""
    text = str(error).strip()
    return " ".join(text.split("\n\n", 1)[0].split())


def _quote(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
