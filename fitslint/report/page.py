"""A report as HTML, for notebooks."""

from __future__ import annotations

from html import escape

from fitslint.model.finding import FileReport, Finding
from fitslint.report.escape import columns, visible
from fitslint.report.words import places

_HEAD = ("severity", "rule", "HDU", "card", "keyword", "message")
_LINES = ("severity", "rule", "line", "column", "keyword", "message")


def html(report: FileReport) -> str:
    """A heading and a table of findings; all text from the file is escaped."""
    head = f"<p><strong>{_safe(report.path)}</strong>: {_safe(report.verdict)}"
    head += f" ({_safe(report.status)})" if report.status != "ok" else ""
    head += f": {_safe(report.reason)}" if report.reason else ""
    if not report.findings:
        return f"<div>{head}</p></div>"
    lines = any(one.line is not None for one in report.findings)
    titles = "".join(f"<th>{title}</th>" for title in (_LINES if lines else _HEAD))
    rows = "".join(map(_row, report.findings))
    cut = "".join(
        f"<p>{_safe(one.code)}: {one.kept} of {one.total} findings shown</p>"
        for one in report.truncated
    )
    table = f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<div>{head}</p>{table}{cut}</div>"


def _row(finding: Finding) -> str:
    message = _safe(finding.message) + places(finding)
    if finding.image is not None:
        message += f"<br><code>{escape(''.join(columns(finding.image)).rstrip())}</code>"
    cells = (
        _safe(finding.severity),
        f'<span title="{_safe(finding.name)}">{_safe(finding.code)}</span>',
        str(finding.hdu or finding.line or ""),
        str(finding.card or (finding.line and finding.column) or ""),
        _safe(finding.keyword or ""),
        message,
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _safe(text: str) -> str:
    return escape(visible(text))
