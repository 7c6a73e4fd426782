"""``fitslint audit summary``, ``query``, ``diff`` and ``across``: what an audit found."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fitslint.cli.errors import ExitCode, UsageError, require_choice
from fitslint.cli.options import FORMAT, FORMATS, Options, Words, argument, option
from fitslint.text import count_noun, say

if TYPE_CHECKING:
    from fitslint.audit.diff import AuditDiff, ChangedFinding, RuleChange
    from fitslint.audit.summary import AuditSummary
    from fitslint.model.finding import Severity

FOLDER: Any = argument("Folder of an audit.", "DIR")
_SEVERITIES = ("error", "warning", "info")
_SHOWN_MAX = 20
_CELL_MAX = 60
_TABLE_ROWS_MAX = 1000
_QUERY_FORMATS = ("table", "csv", "json")


@contextmanager
def open_audit() -> Iterator[None]:
    """Say in one sentence why an audit cannot be asked.

    Raises
    ------
    UsageError
        when the folder or the question is no good.
    """
    from fitslint.audit.database import QueryError
    from fitslint.audit.tables import AuditFolderError
    from fitslint.config.options import SettingsError
    from fitslint.engine.ruleset import UnknownSelectorError

    try:
        yield
    except (AuditFolderError, QueryError, SettingsError, UnknownSelectorError) as error:
        raise UsageError(str(error)) from None


class SummaryOptions(Options):
    """The options of ``fitslint audit summary``."""

    folder: Path = FOLDER
    format: str = FORMAT


def print_summary(options: SummaryOptions) -> ExitCode:
    """Tell what an audit found: files, findings by rule and by instrument.

    Exit 0: told; 2: there is no audit that could be asked.
    """
    require_choice("--format", options.format, FORMATS)
    with open_audit():
        from fitslint.audit.database import AuditDatabase
        from fitslint.audit.summary import summarise

        with AuditDatabase(options.folder) as database:
            summary = summarise(database)
    if options.format == "json":
        import json

        sys.stdout.write(json.dumps(summary.to_dict(), indent=2) + "\n")
    else:
        _write_summary(summary)
    return ExitCode.OK


def _write_summary(summary: AuditSummary) -> None:
    from fitslint.report.escape import escape_text

    sys.stdout.writelines(f"{escape_text(line)}\n" for line in describe_audit(summary))
    if summary.rules:
        rows = [
            (one.code, one.name, say(one.severity), f"{one.findings:,}", f"{one.files:,}",
             f"{one.fixable:,}")
            for one in summary.rules[:_SHOWN_MAX]
        ]  # fmt: skip
        print_counts(("rule", "name", "severity", "findings", "files", "safe fixes"), rows, 3)
        _tell_rest(len(summary.rules) - _SHOWN_MAX)
    groups = [
        (one.name, f"{one.files:,}", f"{one.violating:,}", f"{one.errors:,}", f"{one.warnings:,}")
        for one in summary.instruments
    ]
    print_counts(("instrument", "files", "violate", "errors", "warnings"), groups, 1)
    _tell_rest(summary.further_instruments)


def describe_audit(summary: AuditSummary) -> Iterator[str]:
    """The audit in sentences."""
    from fitslint.audit.summary import describe_size
    from fitslint.report.sentences import describe_skips

    parts = [count_noun(summary.files, "file"), describe_size(summary.bytes)]
    if summary.nights:
        parts.append(say("{first} to {last}", first=summary.nights[0], last=summary.nights[1]))
    yield say("{words}", words=tuple(parts))
    yield say(
        "{words}",
        words=tuple(f"{say(verdict)} {count:,}" for verdict, count in summary.verdicts.items()),
    )
    if summary.statuses:
        told = tuple(f"{say(status)} {count:,}" for status, count in summary.statuses.items())
        yield say("could not be judged: {words}", words=told)
    if summary.skipped:
        yield describe_skips(summary.skipped)
    yield say(
        "{words}",
        words=tuple(count_noun(count, kind) for kind, count in summary.severities.items()),
    )
    if summary.across != "done":
        old = say("what holds across files is older than the audit; run `fitslint audit across`")
        new = say("what holds across files was not looked at; run `fitslint audit across`")
        yield old if summary.across == "old" else new


def _tell_rest(count: int) -> None:
    if count > 0:
        sys.stdout.write(say("... and {count} more", count=count) + "\n")


def print_counts(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], first: int) -> None:
    """Print a table of which the columns from ``first`` on hold numbers."""
    from fitslint.report.tables import print_table

    titles = [say(column) for column in columns]
    sys.stdout.write("\n")
    print_table(sys.stdout, titles, rows, right=titles[first:])


class QueryOptions(Options):
    """The options of ``fitslint audit query``."""

    folder: Path = FOLDER
    sql: str = argument(
        "A SELECT over the tables files, findings, keywords and manifest (DuckDB).", "SQL"
    )
    format: str = option("table, csv or json.", "NAME", default="table")


def print_answer(options: QueryOptions) -> ExitCode:
    """Ask an audit in SQL; nothing can be written, and no other file be read.

    Exit 0: answered; 2: there is no audit, or the question cannot be answered.
    """
    require_choice("--format", options.format, _QUERY_FORMATS)
    with open_audit():
        from fitslint.audit.database import AuditDatabase

        with AuditDatabase(options.folder) as database:
            columns, rows = database.ask(options.sql)
            {"table": _print_rows, "csv": _print_csv, "json": _print_json}[options.format](
                columns, rows
            )
    return ExitCode.OK


def _print_rows(columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    from fitslint.report.escape import escape_text
    from fitslint.report.tables import print_table

    first = list(islice(rows, _TABLE_ROWS_MAX))
    cells = [[_write_cell(value) for value in row] for row in first]
    titles = [escape_text(column) for column in columns]
    print_table(sys.stdout, titles, cells, most=_CELL_MAX if sys.stdout.isatty() else None)
    if next(rows, None) is not None:
        sys.stdout.write(
            say("... the first {count} rows; --format csv has them all", count=_TABLE_ROWS_MAX)
            + "\n"
        )


def _write_cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _print_csv(columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """For programs every text as it is; on a terminal without what could steer it."""
    import csv

    from fitslint.report.escape import escape_text

    is_shown = sys.stdout.isatty()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for row in chain([tuple(columns)], rows):
        cells = map(_write_cell, row)
        writer.writerow(map(escape_text, cells) if is_shown else cells)


def _print_json(columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    import json

    lead, names = "[", _tell_apart(columns)
    for row in rows:
        cells = (value if _has_json(value) else str(value) for value in row)
        record = dict(zip(names, cells, strict=True))
        sys.stdout.write(f"{lead}\n{json.dumps(record, default=str)}")
        lead = ","
    sys.stdout.write("\n]\n" if lead == "," else "[]\n")


def _tell_apart(columns: list[str]) -> list[str]:
    """Names of columns, of which those that come again have a number: ``a``, ``a_1``."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names


def _has_json(value: Any) -> bool:
    """Whether JSON has the value as it is: of numbers, it has no infinite ones and no NaN."""
    return not isinstance(value, float) or isfinite(value)


class AuditDiffOptions(Options):
    """The options of ``fitslint audit diff``."""

    old: Path = argument("Folder of the audit of before.", "OLD")
    new: Path = argument("Folder of the audit of now.", "NEW")
    fail_on: str = option("Exit 1 from here: error, warning or info.", "SEVERITY", default="error")
    format: str = FORMAT


def print_changes(options: AuditDiffOptions) -> ExitCode:
    """Tell what is new, fixed, gone and still there since an audit of before.

    A finding is known again by its file and fingerprint, wherever its card has moved. Exit 0:
    nothing new at or over --fail-on; 1: something; 2: one of them is no audit.
    """
    require_choice("--format", options.format, FORMATS)
    require_choice("--fail-on", options.fail_on, _SEVERITIES)
    with open_audit():
        from fitslint.audit.diff import AuditDiff, has_new

        with AuditDiff(options.old, options.new) as diff:
            counts = diff.count_changes()
            (_write_changes_json if options.format == "json" else _write_changes)(diff, counts)
    is_worse = has_new(counts, cast("Severity", options.fail_on))
    return ExitCode.FOUND if is_worse else ExitCode.OK


def _write_changes(diff: AuditDiff, counts: list[RuleChange]) -> None:
    from fitslint.audit.messages import say_message
    from fitslint.report.escape import escape_text

    totals = [sum(column) for column in zip(*(one.counts for one in counts), strict=True)]
    totals = totals or [0] * 4
    told = zip(("new", "fixed", "gone", "still there"), totals, strict=True)
    sys.stdout.write(
        say("{words}", words=tuple(f"{say(word)} {count:,}" for word, count in told)) + "\n"
    )
    rows = [
        (one.code, one.name, say(one.severity), *(f"{count:,}" for count in one.counts))
        for one in counts
        if one.new or one.fixed or one.gone
    ]
    if rows:
        titles = ("rule", "name", "severity", "new", "fixed", "gone", "still there")
        print_counts(titles, rows[:_SHOWN_MAX], 3)
        _tell_rest(len(rows) - _SHOWN_MAX)
        sys.stdout.write("\n")
    for one in diff.list_changes(_SHOWN_MAX):
        message = say_message(one.message, one.message_id, one.params)
        line = f"{say(one.change)}: {one.path}: {_describe_card(one)}{one.code}: {message}"
        sys.stdout.write(f"{escape_text(line)}\n")
    _tell_rest(sum(totals[:3]) - _SHOWN_MAX)


def _describe_card(one: ChangedFinding) -> str:
    parts = []
    if one.hdu is not None:
        parts.append(f"HDU {one.hdu}")
    if one.card is not None:
        parts.append(say("card {number}", number=one.card))
    if one.keyword:
        parts.append(one.keyword)
    return say(", ").join(parts) + ": " if parts else ""


def _write_changes_json(diff: AuditDiff, counts: list[RuleChange]) -> None:
    """A line for each change; the last one has the counts."""
    import json

    for one in diff.list_changes():
        sys.stdout.write(json.dumps(one._asdict()) + "\n")
    sys.stdout.write(json.dumps({"rules": [one._asdict() for one in counts]}) + "\n")


class AcrossOptions(Options):
    """The options of ``fitslint audit across``."""

    folder: Path = FOLDER
    select: Words = option("Rules to run: codes, prefixes, names; with commas.", "RULES")
    ignore: Words = option("Rules to leave out.", "RULES")
    waivers: str | None = option("Findings that are accepted, and why (TOML).", "FILE")
    fail_on: str = option("Exit 1 from here: error, warning or info.", "SEVERITY", default="error")


def run_across(options: AcrossOptions) -> ExitCode:
    """Hold the files of an audit against each other (rules AR), and add what is found to it.

    Exit 0: nothing at or over --fail-on; 1: something; 2: there is no audit, or it cannot be
    written.
    """
    require_choice("--fail-on", options.fail_on, _SEVERITIES)
    with open_audit():
        from fitslint.audit.across import judge_across
        from fitslint.config.settings import Settings

        settings = Settings(
            select=_split(options.select), ignore=_split(options.ignore),
            waivers=options.waivers and os.path.abspath(options.waivers),  # noqa: PTH100 -- bytes
        )  # fmt: skip
        counts = judge_across(options.folder, settings)
    grave = _SEVERITIES[: _SEVERITIES.index(options.fail_on) + 1]
    sys.stdout.write(
        say("{words}", words=tuple(count_noun(counts[one], one) for one in _SEVERITIES)) + "\n"
    )
    return ExitCode.FOUND if any(counts[one] for one in grave) else ExitCode.OK


def _split(words: list[str] | None) -> tuple[str, ...]:
    return tuple(one for word in words or () for one in word.split(",") if one)
