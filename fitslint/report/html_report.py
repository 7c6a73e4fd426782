"""A report as HTML, for notebooks."""

from __future__ import annotations

from html import escape

from fitslint.model.finding import FileReport, Finding
from fitslint.report.escape import escape_columns
from fitslint.report.sentences import describe_cut, describe_places
from fitslint.report.web_page import escape_html
from fitslint.text import phrase, say, translate

_CARD_TITLES = tuple(map(phrase, ("severity", "rule", "HDU", "card", "keyword", "message")))
_LINE_TITLES = tuple(map(phrase, ("severity", "rule", "line", "column", "keyword", "message")))


def render_html(report: FileReport) -> str:
    """A heading and a table of findings; all text from the file is escaped."""
    head = f"<p><strong>{escape_html(report.path)}</strong>: {escape_html(say(report.verdict))}"
    head += f" ({escape_html(say(report.status))})" if report.status != "ok" else ""
    head += f": {escape_html(report.reason)}" if report.reason else ""
    if not report.findings:
        return f"<div>{head}</p></div>"
    lines = any(finding.line is not None for finding in report.findings)
    titles = "".join(
        f"<th>{translate(title)}</th>" for title in (_LINE_TITLES if lines else _CARD_TITLES)
    )
    rows = "".join(map(_render_row, report.findings))
    cut = "".join(f"<p>{escape_html(describe_cut(cap))}</p>" for cap in report.truncated)
    table = f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<div>{head}</p>{table}{cut}</div>"


def _render_row(finding: Finding) -> str:
    message = escape_html(finding.message) + describe_places(finding)
    if finding.image is not None:
        message += f"<br><code>{escape(''.join(escape_columns(finding.image)).rstrip())}</code>"
    cells = (
        escape_html(say(finding.severity)),
        f'<span title="{escape_html(finding.name)}">{escape_html(finding.code)}</span>',
        str(finding.hdu or finding.line or ""),
        str(finding.card or (finding.line and finding.column) or ""),
        escape_html(finding.keyword or ""),
        message,
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
