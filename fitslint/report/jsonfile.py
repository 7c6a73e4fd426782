"""JSON: one document (``json``) or one object a line (``jsonl``), by schemas/report-1.0.0.json.

Surrogates, which stand for the bytes of file names that are not UTF-8, are written as ``\\udcXX``.
"""

from __future__ import annotations

import json
import math
from typing import Any, ClassVar

from fitslint._version import __version__
from fitslint.engine.tally import Tally
from fitslint.model.finding import FileReport, Finding, Fix, HduSummary
from fitslint.report.format import Coverage, Format, Totals

SCHEMA = "urn:fitslint:report:1.0.0"
_STATUSES = ("ok", "unreadable", "not-fits", "truncated", "timeout", "crashed", "skipped")
_VERDICTS = ("conforms", "violates", "undetermined")
_SEVERITIES = ("error", "warning", "info")
_FIXABLE = ("safe", "style", "unsafe")
_PLAIN = (
    "code", "name", "severity", "message", "params", "hdu", "extname", "card", "keyword", "byte",
    "column", "end_column", "clause", "fingerprint",
)  # fmt: skip
_HDU = (
    "hdu", "index", "kind", "extname", "extver", "cards", "offset", "header_bytes", "data_bytes",
)  # fmt: skip


class JsonLines(Format):
    """One file a line; the last line is the summary."""

    __slots__ = ()
    name: ClassVar[str] = "jsonl"
    clean: ClassVar[bool] = True

    def file(self, report: FileReport) -> str:
        """The object of a file and a newline."""
        return dumped(file_dict(report)) + "\n"

    def tail(self, totals: Totals, *, any_file: bool) -> str:
        """The summary, with the schema and the tool."""
        return dumped({**_about(), "summary": summary_dict(totals), **_ending(totals)}) + "\n"


class JsonDocument(Format):
    """One object, written piece by piece: files first, the summary last."""

    __slots__ = ()
    name: ClassVar[str] = "json"
    clean: ClassVar[bool] = True
    separator: ClassVar[str] = ",\n"

    def head(self) -> str:
        """Schema, tool, and the opening of the list of files."""
        return dumped(_about())[:-1] + ', "files": [\n'

    def file(self, report: FileReport) -> str:
        """The object of a file."""
        return dumped(file_dict(report))

    def tail(self, totals: Totals, *, any_file: bool) -> str:
        """The end of the list and the summary."""
        newline = "\n" if any_file else ""
        end = dumped({"summary": summary_dict(totals), **_ending(totals)})
        return f"{newline}], {end[1:]}\n"


def file_dict(report: FileReport) -> dict[str, Any]:
    """A file of the report as plain data; ``reason`` and ``cut`` only where there is one."""
    found: dict[str, Any] = {
        "path": report.path,
        "status": report.status,
        "verdict": report.verdict,
        "profile": report.profile,
        "hdus": [_hdu_dict(hdu) for hdu in report.hdus],
        "truncated": [
            {"code": cut.code, "kept": cut.kept, "total": cut.total} for cut in report.truncated
        ],
        "findings": [finding_dict(finding) for finding in report.findings],
    }
    if report.dictionaries:
        found["dictionaries"] = list(report.dictionaries)
    if report.recognised:
        found["recognised"] = report.recognised
    if report.reason is not None:
        found["reason"] = report.reason
    if report.cut:
        found["cut"] = list(report.cut)
    if report.not_judged:
        found["not_judged"] = list(report.not_judged)
    return found


def finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding as plain data; ``line`` only in files that have lines, ``places`` if several."""
    plain = {key: getattr(finding, key) for key in _PLAIN}
    if finding.line is not None:
        plain["line"] = finding.line
    if finding.places > 1:
        plain["places"] = finding.places
    plain["fix"] = _fix_dict(finding.fix) if finding.fix else None
    return plain


def summary_dict(totals: Totals) -> dict[str, Any]:
    """The summary as plain data; counts include the findings that were not kept."""
    tally = totals.tally
    summary: dict[str, Any] = {
        "files": tally.files,
        "status": {status: tally.status[status] for status in _STATUSES},
        "verdict": {verdict: tally.verdict[verdict] for verdict in _VERDICTS},
        "findings": tally.findings,
        "severity": {severity: tally.severity[severity] for severity in _SEVERITIES},
        "codes": dict(sorted(tally.codes.items())),
        "skipped": dict(sorted(totals.skipped.items())),
        "fixable": {safety: tally.fixes[safety] for safety in _FIXABLE},
    }
    if totals.coverage is not None:
        summary["coverage"] = _coverage_dict(totals.coverage, tally)
    return summary


def _coverage_dict(coverage: Coverage, tally: Tally) -> dict[str, Any]:
    """What was not looked at."""
    return {
        "data_units": {"present": tally.data_units, "read": 0},
        "checks": {"total": coverage.rows, "unjudged": list(coverage.unjudged)},
        "failed": dict(sorted(tally.failed.items())),
    }


def _ending(totals: Totals) -> dict[str, Any]:
    """The member of a report that is not whole."""
    return {"interrupted": True} if totals.interrupted else {}


def dumped(data: dict[str, Any]) -> str:
    """``data`` as JSON in ASCII; what JSON cannot say becomes text."""
    try:
        text = json.dumps(data, allow_nan=False, default=_fallback)
    except ValueError:
        text = json.dumps(_finite(data), default=_fallback)
    # A log of a continuous-integration service takes ##[name] for a command wherever it stands.
    return text.replace("##", "#\\u0023") if "##" in text else text


def _about() -> dict[str, Any]:
    return {"schema": SCHEMA, "tool": {"name": "fitslint", "version": __version__}}


def _hdu_dict(hdu: HduSummary) -> dict[str, Any]:
    return {key: getattr(hdu, key) for key in _HDU}


def _fix_dict(fix: Fix) -> dict[str, Any]:
    edits = [
        {"start": edit.start, "end": edit.end, "text": edit.new.decode("latin-1")}
        for edit in fix.edits
    ]
    return {"safety": fix.safety, "title": fix.title, "edits": edits}


def _finite(data: object) -> object:
    if isinstance(data, dict):
        return {key: _finite(item) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(item) for item in data]
    return str(data) if isinstance(data, float) and not math.isfinite(data) else data


def _fallback(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
