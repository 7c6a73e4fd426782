"""JSON: one document (``json``) or one object a line (``jsonl``), by schemas/report-1.0.0.json.

Surrogates, which stand for the bytes of file names that are not UTF-8, are written as ``\\udcXX``.
"""

from __future__ import annotations

import json
import math
from typing import Any, ClassVar

from fitslint._version import __version__
from fitslint.engine.tally import Tally
from fitslint.model.finding import FileReport, Finding, Fix, HduSummary, Withheld
from fitslint.report.reporter import Coverage, Reporter, Summary

REPORT_SCHEMA_ID = "urn:fitslint:report:1.0.0"
_STATUSES = ("ok", "unreadable", "not-fits", "truncated", "timeout", "crashed", "skipped")
_VERDICTS = ("conforms", "violates", "undetermined")
_SEVERITIES = ("error", "warning", "info")
_FIXABLE = ("safe", "style", "unsafe")
_FINDING_FIELDS = (
    "code", "name", "severity", "message", "params", "hdu", "extname", "card", "keyword", "byte",
    "column", "end_column", "clause", "fingerprint",
)  # fmt: skip
_HDU_FIELDS = (
    "hdu", "index", "kind", "extname", "extver", "cards", "offset", "header_bytes", "data_bytes",
)  # fmt: skip


class JsonLinesReporter(Reporter):
    """One file a line; the last line is the summary."""

    __slots__ = ()
    name: ClassVar[str] = "jsonl"
    renders_clean_files: ClassVar[bool] = True
    for_programs: ClassVar[bool] = True

    def render_file(self, report: FileReport) -> str:
        """The object of a file and a newline."""
        return dump_json(build_file_dict(report)) + "\n"

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """The summary, with the schema and the tool."""
        return (
            dump_json(
                {
                    **_describe_tool(),
                    "summary": build_summary_dict(summary),
                    **_build_ending(summary),
                }
            )
            + "\n"
        )


class JsonReporter(Reporter):
    """One object, written piece by piece: files first, the summary last."""

    __slots__ = ()
    name: ClassVar[str] = "json"
    renders_clean_files: ClassVar[bool] = True
    for_programs: ClassVar[bool] = True
    separator: ClassVar[str] = ",\n"

    def render_start(self) -> str:
        """Schema, tool, and the opening of the list of files."""
        return dump_json(_describe_tool())[:-1] + ', "files": [\n'

    def render_file(self, report: FileReport) -> str:
        """The object of a file."""
        return dump_json(build_file_dict(report))

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """The end of the list and the summary."""
        newline = "\n" if any_file else ""
        end = dump_json({"summary": build_summary_dict(summary), **_build_ending(summary)})
        return f"{newline}], {end[1:]}\n"


def build_file_dict(report: FileReport) -> dict[str, Any]:
    """A file of the report as plain data; ``reason`` and ``cut`` only where there is one."""
    found: dict[str, Any] = {
        "path": report.path,
        "status": report.status,
        "verdict": report.verdict,
        "profile": report.profile,
        "hdus": [_build_hdu_dict(hdu) for hdu in report.hdus],
        "truncated": [
            {"code": cut.code, "kept": cut.kept, "total": cut.total} for cut in report.truncated
        ],
        "findings": [build_finding_dict(finding) for finding in report.findings],
    }
    if report.dictionaries:
        found["dictionaries"] = list(report.dictionaries)
    if report.dictionary_evidence:
        found["recognised"] = report.dictionary_evidence
    if report.reason is not None:
        found["reason"] = report.reason
    if report.limits_hit:
        found["cut"] = list(report.limits_hit)
    if report.not_judged:
        found["not_judged"] = list(report.not_judged)
    if report.withheld is not None:
        found |= _build_withheld_dict(report.withheld)
    return found


def _build_withheld_dict(withheld: Withheld) -> dict[str, Any]:
    """What a baseline and waivers took out of the findings."""
    plain: dict[str, Any] = {} if withheld.known is None else {"known": len(withheld.known)}
    if withheld.waived:
        plain["waived"] = [
            {
                "code": waived.finding.code,
                "fingerprint": waived.finding.fingerprint,
                "reason": waived.reason,
            }
            for waived in withheld.waived
        ]
    return plain


def build_finding_dict(finding: Finding) -> dict[str, Any]:
    """A finding as plain data; ``line`` only in files that have lines, ``places`` if several."""
    plain = {key: getattr(finding, key) for key in _FINDING_FIELDS}
    if finding.line is not None:
        plain["line"] = finding.line
    if finding.places > 1:
        plain["places"] = finding.places
    plain["fix"] = _build_fix_dict(finding.fix) if finding.fix else None
    return plain


def build_summary_dict(totals: Summary) -> dict[str, Any]:
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
    if totals.has_withheld:
        summary["withheld"] = {kind: tally.withheld[kind] for kind in ("known", "gone", "waived")}
    if totals.coverage is not None:
        summary["coverage"] = _build_coverage_dict(totals.coverage, tally)
    return summary


def _build_coverage_dict(coverage: Coverage, tally: Tally) -> dict[str, Any]:
    """What was not looked at."""
    return {
        "data_units": {"present": tally.data_units, "read": tally.data_units_read},
        "checks": {"total": coverage.rows, "unjudged": list(coverage.unjudged)},
        "failed": dict(sorted(tally.failed_rules.items())),
    }


def _build_ending(summary: Summary) -> dict[str, Any]:
    """The member of a report that is not whole."""
    return {"interrupted": True} if summary.interrupted else {}


def dump_json(data: dict[str, Any]) -> str:
    """``data`` as JSON in ASCII; what JSON cannot say becomes text."""
    try:
        text = json.dumps(data, allow_nan=False, default=_convert_value)
    except ValueError:
        text = json.dumps(_replace_non_finite(data), default=_convert_value)
    # A log of a continuous-integration service takes ##[name] for a command wherever it stands.
    return text.replace("##", "#\\u0023") if "##" in text else text


def _describe_tool() -> dict[str, Any]:
    return {"schema": REPORT_SCHEMA_ID, "tool": {"name": "fitslint", "version": __version__}}


def _build_hdu_dict(hdu: HduSummary) -> dict[str, Any]:
    plain = {key: getattr(hdu, key) for key in _HDU_FIELDS}
    if hdu.data_read:
        plain["data_read"] = True
    return plain


def _build_fix_dict(fix: Fix) -> dict[str, Any]:
    edits = [
        {"start": edit.start, "end": edit.end, "text": edit.new.decode("latin-1")}
        for edit in fix.edits
    ]
    return {"safety": fix.safety, "title": fix.title, "edits": edits}


def _replace_non_finite(data: object) -> object:
    if isinstance(data, dict):
        return {key: _replace_non_finite(item) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [_replace_non_finite(item) for item in data]
    return str(data) if isinstance(data, float) and not math.isfinite(data) else data


def _convert_value(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
