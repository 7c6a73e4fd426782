"""The format for people: the card, a caret under the columns, the clause, what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from fitslint.model.finding import Edit, FileReport, Finding
from fitslint.model.form import CARD_SIZE
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.reporter import Reporter, Summary
from fitslint.report.sentences import (
    SAFETY_TITLES,
    describe_clause,
    describe_cut,
    describe_gaps,
    describe_places,
    describe_summary,
)
from fitslint.text import say

_SHOWN_MAX = 5
_LINE_END = b"\r\n"
"""Edits of a fix, and cards of an edit."""


class FullReporter(Reporter):
    """Several lines a finding, and a closing sentence."""

    __slots__ = ()
    name: ClassVar[str] = "full"

    def render_file(self, report: FileReport) -> str:
        """Every finding with its card, then what was cut or kept from being judged."""
        blocks = [
            "\n".join(self.format_finding(report.path, finding))
            for finding in self.select_findings(report)
        ]
        notes = list(self._list_notes(report))
        if notes:
            blocks.append("\n".join(notes))
        return "".join(f"{block}\n\n" for block in blocks)

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """A sentence on all files, and one on what was not looked at."""
        return "".join(
            f"{line}\n"
            for line in (describe_summary(summary, self.least), describe_gaps(summary))
            if line
        )

    def _list_notes(self, report: FileReport) -> Iterator[str]:
        path = self.paint("path", escape_text(report.path))
        shown = {finding.code for finding in self.select_findings(report)}
        if report.status != "ok" and report.reason:
            yield f"{path}: {say(report.status)}: {escape_text(report.reason)}"
        for cut in report.truncated:
            if cut.code in shown:
                yield f"{path}: {describe_cut(cut)}"
        for sentence in report.limits_hit:
            yield f"{path}: {say('cut short: {sentence}', sentence=escape_text(sentence))}"
        if report.not_judged:
            rules = ", ".join(report.not_judged)
            yield f"{path}: {say('not judged, because the rule failed: {rules}', rules=rules)}"

    def format_finding(self, path: str, finding: Finding) -> Iterator[str]:
        """The lines of one finding."""
        severity = self.paint(finding.severity, say(finding.severity))
        title = f"{severity} {finding.code} {finding.name}"
        yield f"{self._format_place(path, finding)}: {title}"
        yield f"  {escape_text(finding.message)}{describe_places(finding)}"
        number = str(finding.card or finding.line or "")
        gutter = " " * max(3, len(number))
        bar = self.paint("frame", "|")
        if finding.image is not None:
            yield f"{gutter} {bar}"
            yield from self._format_card(finding, number.rjust(len(gutter)), gutter, bar)
        equals = self.paint("frame", "=")
        clause = describe_clause(finding.clause)
        if clause:
            yield f"{gutter} {equals} {clause}"
        if finding.fix is not None:
            title, safety = escape_text(finding.fix.title), SAFETY_TITLES[finding.fix.safety]
            help = say("help: {title} ({safety})", title=title, safety=safety)
            yield f"{gutter} {equals} {help}"
            for sign, card in list_suggestions(finding):
                line = self.paint(sign, f"{sign} {card}")
                yield f"{gutter} {line}"

    def _format_place(self, path: str, finding: Finding) -> str:
        if finding.line is not None:
            return self.paint("path", f"{escape_text(path)}:{finding.line}:{finding.column or 1}")
        return f"{self.paint('path', escape_text(path))}: {describe_place(finding)}"

    def _format_card(self, finding: Finding, number: str, gutter: str, bar: str) -> Iterator[str]:
        shown = escape_line(finding, finding.image or b"")
        yield f"{self.paint('frame', number)} {bar} {''.join(shown).rstrip()}"
        start, end = find_caret(finding, shown)
        # A column that is shown as an escape is wider than one: the caret follows what is shown.
        before = sum(map(len, shown[:start]))
        width = max(1, sum(map(len, shown[start:end])))
        run = self.paint(finding.severity, "^" * width)
        yield f"{gutter} {bar} {' ' * before}{run}"


def find_caret(finding: Finding, shown: list[str]) -> tuple[int, int]:
    """The columns under the caret, from 0 and half open; a whole card counts as far as its text."""
    start = (finding.column or 1) - 1
    end = finding.end_column or len(shown)
    if start == 0 and end >= CARD_SIZE:
        end = len("".join(shown).rstrip()) and max(
            position for position, char in enumerate(shown) if char != " "
        )
        return 0, end + 1
    return start, max(end, start + 1)


def list_suggestions(finding: Finding) -> Iterator[tuple[str, str]]:
    """(sign, card) of the repair as it would look: ``+`` a card to write, ``-`` one to remove."""
    edits = finding.fix.edits if finding.fix else ()
    for edit in edits[:_SHOWN_MAX]:
        yield from (
            _show_edit(edit, finding) if finding.line is None else _show_line_edit(edit, finding)
        )
    if len(edits) > _SHOWN_MAX:
        yield "+", say("... and {count} more edits", count=len(edits) - _SHOWN_MAX)


def _show_edit(edit: Edit, finding: Finding) -> Iterator[tuple[str, str]]:
    new = edit.new
    if not new:
        own = finding.image if _find_card_offset(finding) == edit.start else None
        # A header saved as text has line ends between its cards.
        whole = own is not None and CARD_SIZE <= edit.end - edit.start <= CARD_SIZE + len(_LINE_END)
        card = "".join(escape_columns(own)).rstrip() if own is not None and whole else ""
        place = say("bytes {first} to {last}", first=edit.start, last=edit.end - 1)
        yield "-", card or _name_card(edit, finding) or place
        return
    if len(new) > CARD_SIZE and new.count(new[0]) == len(new):
        if new[0] != 0x20:
            yield "+", say("{count} bytes {byte}", count=len(new), byte=escape_columns(new[:1])[0])
        return
    images = [new[at : at + CARD_SIZE] for at in range(0, len(new), CARD_SIZE)]
    if new.endswith(b"\n") and len(new) % CARD_SIZE:
        images = new.splitlines()
    texts = ["".join(escape_columns(image)).rstrip() for image in images]
    cards = [text for text in texts if text]
    for card in cards[:_SHOWN_MAX]:
        yield "+", card
    if len(cards) > _SHOWN_MAX:
        yield "+", say("... and {count} more cards", count=len(cards) - _SHOWN_MAX)


def _name_card(edit: Edit, finding: Finding) -> str:
    """The number of a card that goes with the one of the finding; its text is not at hand."""
    offset = _find_card_offset(finding)
    if finding.card is None or offset is None or edit.end - edit.start != CARD_SIZE:
        return ""
    further, rest = divmod(edit.start - offset, CARD_SIZE)
    return "" if rest else say("card {number}", number=finding.card + further)


def _show_line_edit(edit: Edit, finding: Finding) -> Iterator[tuple[str, str]]:
    """The lines of a text file as an edit leaves them; an edit inside a line shows all of it."""
    offset, line = _find_card_offset(finding) or 0, finding.image or b""
    start, end = edit.start - offset, edit.end - offset
    new = edit.new
    if not new.endswith(b"\n") and 0 <= start <= end <= len(line):
        new = line[:start] + new + line[end:]
    for text in new.splitlines():
        yield "+", "".join(escape_line(finding, text)).rstrip()


def escape_line(finding: Finding, image: bytes) -> list[str]:
    """What is shown of a card or line, byte by byte; the tabs that indent lines are blanks."""
    return escape_columns(image.replace(b"\t", b" ") if finding.line is not None else image)


def _find_card_offset(finding: Finding) -> int | None:
    """The first byte of the card that the finding is about."""
    if finding.byte is None or finding.column is None:
        return None
    return finding.byte - finding.column + 1


def describe_place(finding: Finding) -> str:
    """``HDU 2 (SCI), card 5, EXPTIME``, as far as there is such; ``file`` where there is not."""
    parts = []
    if finding.hdu is not None:
        name = f" ({escape_text(finding.extname)})" if finding.extname else ""
        parts.append(f"HDU {finding.hdu}{name}")
    if finding.card is not None:
        parts.append(say("card {number}", number=finding.card))
    if finding.keyword:
        parts.append(escape_text(finding.keyword))
    elif finding.card is None and finding.byte is not None:
        parts.append(say("byte {number}", number=finding.byte))
    return say(", ").join(parts) or say("file")
