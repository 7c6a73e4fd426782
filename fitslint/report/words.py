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
    """Where a clause stands: ``4.2.4`` and ``App. F`` are the standard's, others say it.

    Empty for a rule of plain sense, whose clause is a hyphen.
    """
    places = [_place(part.strip()) for part in clause.split(",")]
    standard = [place for place in places if place[:1].isdigit() or place.startswith("Appendix")]
    others = [visible(place) for place in places if place not in standard and place != "-"]
    if standard and standard[0][0].isdigit():
        plural = len(standard) > 1 and standard[1][0].isdigit()
        standard[0] = f"section{'s' if plural else ''} {standard[0]}"
    if standard:
        standard.insert(0, "FITS 4.0")
    return ", ".join(standard + others)


def _place(part: str) -> str:
    return f"Appendix {part[5:]}" if part.startswith("App. ") else part


def closing(totals: Totals) -> str:
    """How many files there were, and what was found in them, passed over or not judged."""
    tally = totals.tally
    stopped = {status: number for status, number in tally.status.items() if status != "ok"}
    judged = tally.files - sum(stopped.values())
    if not tally.files:
        parts = ["No files to check"]
    elif tally.findings:
        found = ", ".join(_severities(totals))
        parts = [f"{found} in {tally.with_findings:,} of {counted(tally.files, 'file')}"]
    elif judged:
        parts = [f"{counted(judged, 'file')}, nothing found"]
    else:
        parts = []
    if any(stopped.values()):
        named = ", ".join(f"{number:,} {status}" for status, number in sorted(stopped.items()))
        whose = "" if parts else f"{counted(tally.files, 'file')} "
        parts.append(f"{whose}not judged to the end: {named}")
    if totals.skipped:
        parts.append(_passed_over(totals))
    if tally.authorities:
        parts.append(_authorities(totals))
    return "; ".join(parts) + "."


def _severities(totals: Totals) -> Iterator[str]:
    for severity in ("error", "warning", "info"):
        number = totals.tally.severity[severity]
        if number:
            yield counted(number, severity)


def _authorities(totals: Totals) -> str:
    """By which dictionaries files were checked besides the standard."""
    found = totals.tally.authorities
    if len(found) == 1 and totals.tally.files == 1:
        return f"checked against {visible(next(iter(found)))}"
    named = [f"{visible(name)} {number:,}" for name, number in found.most_common(_SUFFIXES)]
    more = [f"{len(found) - _SUFFIXES} more"] if len(found) > _SUFFIXES else []
    return f"checked against {', '.join(named + more)}"


def _passed_over(totals: Totals) -> str:
    suffixes = sorted(totals.skipped.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{visible(suffix) or 'no suffix'} {number:,}" for suffix, number in suffixes]
    more = [f"{len(named) - _SUFFIXES} more"] if len(named) > _SUFFIXES else []
    total = counted(sum(totals.skipped.values()), "other file")
    return f"{total} passed over ({', '.join(named[:_SUFFIXES] + more)})"
