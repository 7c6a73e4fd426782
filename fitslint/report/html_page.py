"""One page for one run: every file with findings, every finding drawn on its card."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import ClassVar

from fitslint._version import __version__
from fitslint.model.finding import SEVERITIES, FileReport, Finding
from fitslint.report.concise import list_notes
from fitslint.report.escape import escape_text
from fitslint.report.full import (
    describe_place,
    escape_line,
    find_caret,
    list_suggestions,
)
from fitslint.report.reporter import Reporter, Summary
from fitslint.report.sentences import (
    SAFETY_TITLES,
    describe_clause,
    describe_gaps,
    describe_places,
    describe_summary,
)
from fitslint.report.web_page import escape_html, read_page_asset, render_page_head
from fitslint.text import count_noun, phrase, say, translate

_RULER = "----+---10----+---20----+---30----+---40----+---50----+---60----+---70----+---80"
_CLASSES = {"+": "add", "-": "remove"}
_TOOLS = """\
<form id="tools" hidden>
<label>{find} <input type="search" id="text"></label>
<label>{rule} <select id="rule"><option value="">{all}</option></select></label>
<label><input type="checkbox" value="error" checked> {errors}</label>
<label><input type="checkbox" value="warning" checked> {warnings}</label>
<label><input type="checkbox" value="info" checked> {infos}</label>
<button type="button" id="open">{open}</button>
<button type="button" id="close">{close}</button>
<output id="shown" aria-live="polite" data-told="{told}"></output>
</form>
"""


class HtmlReporter(Reporter):
    """A page that works from disk, in light and dark, with and without a mouse."""

    __slots__ = ()
    name: ClassVar[str] = "html"
    for_programs: ClassVar[bool] = True

    def render_start(self) -> str:
        """The head, the title and what filters the findings."""
        return (
            render_page_head(say("fitslint report"), _read_asset("css"), _read_asset("js"))
            + f'<a class="skip" href="#files">{say("Skip to the findings")}</a>\n'
            f'<header id="top"><h1>{say("fitslint report")}</h1>\n'
            f'<p class="hint" hidden>{_describe_keys()}</p></header>\n'
            f'{_format_tools()}<main id="files">\n'
        )

    def render_file(self, report: FileReport) -> str:
        """The section of a file."""
        findings = self.select_findings(report)
        notes = list_notes(report, findings)
        if not findings and not notes:
            return ""
        counts = [
            count_noun(number, severity)
            for severity in reversed(SEVERITIES)
            if (number := sum(finding.severity == severity for finding in findings))
        ]
        told = say("{words}", words=(*counts, phrase(report.verdict)))
        return (
            f'<details class="file" open><summary>{escape_html(report.path)} '
            f'<span class="counts">{told}</span></summary>\n'
            f"{''.join(f'<p>{escape(note)}</p>{chr(10)}' for note in notes)}"
            f"{''.join(map(_format_finding, findings))}</details>\n"
        )

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """What the findings come to, and the script."""
        nothing = "" if any_file else f"<p>{say('Nothing was found.')}</p>\n"
        said = describe_summary(summary, self.least), describe_gaps(summary)
        sentences = "".join(f"<p>{escape(line)}</p>\n" for line in said if line)
        return (
            f'{nothing}</main>\n<section id="summary" aria-label="{say("Summary")}">\n{sentences}'
            f'<p class="place">fitslint {__version__}</p></section>\n'
            f"<script>{_read_asset('js')}</script>\n</body>\n</html>\n"
        )


def _format_tools() -> str:
    """What filters the findings."""
    return _TOOLS.format(
        find=say("Find"), rule=say("Rule"), all=say("all"), errors=say("errors"),
        warnings=say("warnings"), infos=say("infos"), open=say("Open all"), close=say("Close all"),
        told=say("{count} of {total} findings"),
    )  # fmt: skip


def _describe_keys() -> str:
    """What the keys do."""
    told = (
        ("j", say("next finding")), ("k", say("the one before")), ("/", say("find")),
        ("Esc", say("find nothing more")),
    )  # fmt: skip
    return ", ".join(f"<kbd>{key}</kbd> {text}" for key, text in told)


def _read_asset(suffix: str) -> str:
    return read_page_asset(Path(__file__).with_name(f"html_page.{suffix}"))


def _format_finding(finding: Finding) -> str:
    message = escape(escape_text(finding.message) + describe_places(finding))
    line = finding.line
    place = describe_place(finding) if line is None else say("line {number}", number=line)
    return (
        f'<article class="{finding.severity}" data-severity="{finding.severity}" tabindex="0" '
        f'data-code="{escape_html(finding.code)}" data-name="{escape_html(finding.name)}">\n'
        f'<h2><span class="severity">{say(finding.severity)}</span> {escape_html(finding.code)} '
        f'{escape_html(finding.name)} <span class="place">{escape(place)}</span></h2>\n'
        f"<p>{message}</p>\n{_draw_card(finding)}{_format_facts(finding)}</article>\n"
    )


def _draw_card(finding: Finding) -> str:
    """The card under a ruler of its columns, the columns of the finding marked."""
    if finding.image is None:
        return ""
    shown = escape_line(finding, finding.image)
    start, end = find_caret(finding, shown)
    before, inside, behind = (
        escape("".join(part)) for part in (shown[:start], shown[start:end], shown[end:])
    )
    number = str(finding.card or finding.line or "").rjust(4)
    gap = " " * (end - len(shown))
    return (
        f'<pre><span class="ruler" aria-hidden="true">{"":5}{_RULER}\n</span>'
        f'<span class="number">{number}</span> {before}<mark>{inside}{gap}</mark>'
        f"{behind.rstrip()}</pre>\n"
    )


def _format_facts(finding: Finding) -> str:
    rows = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in _list_facts(finding))
    suggested = "\n".join(
        f'<span class="{_CLASSES[sign]}">{sign:>4} {escape(card)}</span>'
        for sign, card in list_suggestions(finding)
    )
    cards = f"<pre>{suggested}</pre>\n" if suggested else ""
    return (f"<dl>{rows}</dl>\n" if rows else "") + cards


def _list_facts(finding: Finding) -> Iterator[tuple[str, str]]:
    clause = describe_clause(finding.clause)
    if clause:
        yield say("Clause"), escape(clause)
    if finding.fix is not None:
        safety = translate(SAFETY_TITLES[finding.fix.safety])
        yield say("Fix"), f"{escape_html(finding.fix.title)} ({safety})"
