"""The closing sentence of a report."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.report.escape import visible
from fitslint.report.format import Totals

_SUFFIXES = 5


def counted(number: int, noun: str) -> str:
    """``3 files``, ``1 file``."""
    return f"{number:,} {noun}" if number == 1 or noun == "info" else f"{number:,} {noun}s"


def clause_words(clause: str) -> str:
    """Where a clause stands: ``4.2.4`` and ``App. F`` are the standard's, others say it."""
    if clause[:1].isdigit():
        return f"FITS 4.0, section {clause}"
    return f"FITS 4.0, {clause}" if clause.startswith("App.") else visible(clause)


def closing(totals: Totals) -> str:
    """How many files there were, and what was found in them, passed over or not judged."""
    tally = totals.tally
    if not tally.files:
        parts = ["No files to check"]
    elif tally.findings:
        found = ", ".join(_severities(totals))
        parts = [f"{found} in {tally.with_findings:,} of {counted(tally.files, 'file')}"]
    else:
        parts = [f"{counted(tally.files, 'file')}, nothing found"]
    stopped = [
        f"{number:,} {status}"
        for status, number in sorted(tally.status.items())
        if number and status != "ok"
    ]
    if stopped:
        parts.append(f"not judged to the end: {', '.join(stopped)}")
    if totals.skipped:
        parts.append(_passed_over(totals))
    return "; ".join(parts) + "."


def _severities(totals: Totals) -> Iterator[str]:
    for severity in ("error", "warning", "info"):
        number = totals.tally.severity[severity]
        if number:
            yield counted(number, severity)


def _passed_over(totals: Totals) -> str:
    suffixes = sorted(totals.skipped.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{visible(suffix) or 'no suffix'} {number:,}" for suffix, number in suffixes]
    more = [f"{len(named) - _SUFFIXES} more"] if len(named) > _SUFFIXES else []
    total = counted(sum(totals.skipped.values()), "other file")
    return f"{total} passed over ({', '.join(named[:_SUFFIXES] + more)})"
