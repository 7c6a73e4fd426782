"""Reports as text and back: what a cache keeps of a file."""

from __future__ import annotations

import json
from typing import Any

from fitslint.model.finding import Edit, FileReport, Finding, FindingCap, Fix, HduSummary

_FINDING = (
    "code", "name", "severity", "message", "message_id", "params", "hdu", "extname", "card",
    "keyword", "byte", "column", "end_column", "clause", "fingerprint", "line", "places",
)  # fmt: skip
_HDU = (
    "hdu", "index", "kind", "extname", "extver", "cards", "offset", "header_bytes", "data_bytes",
    "data_read",
)  # fmt: skip


def can_be_stored(report: FileReport) -> bool:
    """Whether a report is the whole answer on a file, which will be the same next time."""
    return report.status == "ok" and not report.limits_hit and not report.not_judged


def encode_report(report: FileReport) -> bytes:
    """A report that can be stored; its path is left out."""
    plain = [
        report.verdict,
        report.profile,
        [[getattr(hdu, name) for name in _HDU] for hdu in report.hdus],
        [_encode_finding(finding) for finding in report.findings],
        [[cut.code, cut.kept, cut.hidden] for cut in report.truncated],
        report.dictionaries,
        report.dictionary_evidence,
        report.is_packed,
    ]
    return json.dumps(plain, separators=(",", ":"), default=_encode_value).encode("ascii")


def decode_report(data: bytes, path: str) -> FileReport:
    """The report that was stored, for the file ``path``.

    Raises
    ------
    ValueError, TypeError
        when the data are none.
    """
    verdict, profile, hdus, findings, cuts, dictionaries, evidence, is_packed = json.loads(data)
    return FileReport(
        path, "ok", verdict, profile,
        hdus=[HduSummary(*hdu) for hdu in hdus],
        findings=[_decode_finding(*plain) for plain in findings],
        truncated=[FindingCap(*cut) for cut in cuts],
        dictionaries=tuple(dictionaries), dictionary_evidence=evidence, is_packed=is_packed,
    )  # fmt: skip


def _encode_finding(finding: Finding) -> list[Any]:
    fix, image = finding.fix, finding.image
    edits = (
        [[edit.start, edit.end, edit.new.decode("latin-1")] for edit in fix.edits] if fix else []
    )
    return [
        {name: getattr(finding, name) for name in _FINDING},
        [fix.safety, fix.title, edits] if fix else None,
        None if image is None else image.decode("latin-1"),
    ]


def _decode_finding(plain: dict[str, Any], fix: list[Any] | None, image: str | None) -> Finding:
    mended = None
    if fix is not None:
        edits = (Edit(start, end, new.encode("latin-1")) for start, end, new in fix[2])
        mended = Fix(fix[0], fix[1], tuple(edits))
    raw = None if image is None else image.encode("latin-1")
    return Finding(**plain, fix=mended, image=raw)


def _encode_value(value: object) -> str:
    """A parameter that JSON has no word for, as the reports have it."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
