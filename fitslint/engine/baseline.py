"""A baseline at work: findings that were there before are taken out of reports."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from fitslint.config.options import SettingsError
from fitslint.engine.withheld import name_from_folder, withhold_findings
from fitslint.model.finding import FileReport, Withheld
from fitslint.model.late import compile_late
from fitslint.source.files import explain_open_error

BASELINE_SCHEMA_ID = "urn:fitslint:baseline:1.0.0"
_MARK = compile_late("[0-9a-f]{16}")
_CODE = compile_late("[A-Z]{2}[0-9]{3}")
_LINE_MAX = 64 << 20
"""Bytes of a line: a file has at most so many findings."""


class _KnownRule(NamedTuple):
    """What is known of a rule in a file: its fingerprints, and how many findings there were."""

    marks: frozenset[str]
    total: int


_KnownFile = dict[str, _KnownRule]


class BaselineFilter:
    """Takes the findings of a baseline out of reports.

    Parameters
    ----------
    path : str
        the baseline; the paths in it begin in its folder.

    Raises
    ------
    SettingsError
        when it cannot be read, or is no baseline, or only a part of one.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._folder = os.path.dirname(path) or os.curdir  # noqa: PTH120 -- names of any bytes
        try:
            with open(path, "rb") as stream:  # noqa: PTH123
                self._files = _read_lines(iter(lambda: stream.readline(_LINE_MAX), b""), path)
        except SettingsError:
            raise
        except (OSError, ValueError) as error:
            reason = explain_open_error(path, error)
            raise SettingsError(f"{path}: cannot be read: {reason}") from None

    def apply(self, report: FileReport) -> None:
        """Move the findings that are known from ``report.findings`` to ``report.withheld``."""
        withheld = report.withheld = report.withheld or Withheld()
        entry = self._files.get(name_from_folder(report.path, self._folder))
        if entry is None:
            withheld.known = []
            return
        whole = {
            *(finding.fingerprint for finding in report.findings),
            *(waived.finding.fingerprint for waived in withheld.waived),
        }
        if report.status == "ok" and not report.not_judged and not report.truncated:
            withheld.gone = sum(len(known.marks - whole) for known in entry.values())
        withheld.known = withhold_findings(
            report,
            lambda one: one.code in entry and one.fingerprint in entry[one.code].marks,
            lambda code, _: entry[code].total - len(entry[code].marks) if code in entry else 0,
        )


def _read_lines(lines: Iterable[bytes], path: str) -> dict[str, _KnownFile]:
    files: dict[str, _KnownFile] = {}
    number, is_whole = 0, False
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            is_whole = _read_entry(files, entry, is_first=number == 1, is_over=is_whole)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            what = "the file is no baseline" if number == 1 else f"line {number} is none of one"
            raise SettingsError(f"{path}: {what}; --write-baseline writes one") from None
    if not is_whole:
        raise SettingsError(
            f"{path}: the baseline has {'no end' if number else 'nothing in it'}; "
            "--write-baseline writes one"
        )
    return files


def _read_entry(
    files: dict[str, _KnownFile], entry: dict[str, Any], *, is_first: bool, is_over: bool
) -> bool:
    """Take a line in; whether it was the last one.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        when it is none of a baseline.
    """
    if is_first:
        if entry["schema"] != BASELINE_SCHEMA_ID:
            raise ValueError(entry)
        return False
    if is_over or ("path" not in entry and type(entry["files"]) is not int):
        raise ValueError(entry)
    if "path" in entry:
        _add_entry(files.setdefault(_read_text(entry["path"]), {}), entry)
    return "path" not in entry


def _add_entry(known: _KnownFile, entry: dict[str, Any]) -> None:
    totals: dict[str, Any] = entry.get("totals", {})
    for code, marks in entry["findings"].items():
        old = known.get(code, _KnownRule(frozenset(), 0))
        whole = old.marks | {_read_text(mark, _MARK) for mark in marks}
        total = totals.get(code, 0)
        known[_read_text(code, _CODE)] = _KnownRule(whole, max(int(total), old.total, len(whole)))


def _read_text(value: object, pattern: Any = None) -> str:
    """A string of the form that it must have."""
    if not isinstance(value, str) or (pattern and not pattern.fullmatch(value)):
        raise ValueError(value)
    return value
