"""A header as a person reads it: long strings in one piece, findings at their cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fitslint.model.card import Card
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import SEVERITIES, FileReport, Finding, Severity
from fitslint.model.header import Header
from fitslint.model.records import dataclass, field
from fitslint.model.value import Value, decode_value
from fitslint.report.show.columns import TableColumn, list_columns
from fitslint.report.show.parts import FilePart, list_hdu_parts


@dataclass(frozen=True, slots=True)
class KeywordView:
    """A keyword with its value: one card, or a string with the CONTINUE cards that go on with it.

    Attributes
    ----------
    value : str
        as it is written, the quotes of a string included; the text of a commentary card.
    is_legal : bool
        whether keyword, value and comment could be told apart by the grammar.
    """

    cards: tuple[Card, ...]
    keyword: str
    value: str
    comment: str
    is_legal: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def number(self) -> int:
        """Of its first card, from 1."""
        return self.cards[0].number

    @property
    def has_value(self) -> bool:
        """Whether it is no commentary."""
        return self.cards[0].form.kind in ("value", "hierarch")

    def decode(self) -> Value:
        """The value; None where it is undefined, not legal, or there is none."""
        first = self.cards[0].form
        return decode_value(self.value, first.type) if self.is_legal and first.value else None

    @property
    def text(self) -> str:
        """All of it on one line; a card that is not legal as it stands."""
        if not self.is_legal:
            return self.cards[0].image.rstrip(" ")
        if not self.has_value:
            return f"{self.keyword:<8} {self.value}".rstrip(" ")
        return f"{self.keyword} = {self.value}" + (f" / {self.comment}" if self.comment else "")


@dataclass(slots=True)
class HduView:
    """An HDU."""

    hdu: Hdu
    extname: str
    keywords: list[KeywordView]
    parts: list[FilePart]
    columns: list[TableColumn]
    findings: list[Finding] = field(default_factory=list)
    """Those that are about no card of it."""


@dataclass(frozen=True, slots=True)
class ShowQuery:
    """What of a file is shown.

    Attributes
    ----------
    label : str
        an HDU by its number from 1 or its EXTNAME; empty for all.
    pattern : re.Pattern or None
        only keywords are shown in whose text it is found, and only HDUs that have some.
    least : str
        the least severity of findings that are shown.
    """

    label: str = ""
    pattern: re.Pattern[str] | None = None
    least: Severity = "info"

    def choose_hdu(self, label: str) -> ShowQuery:
        """The same, of another HDU."""
        return ShowQuery(label, self.pattern, self.least)

    def accepts_hdu(self, hdu: Hdu) -> bool:
        """Whether an HDU is meant."""
        label = self.label
        return not label or label == str(hdu.number) or label.upper() == hdu.extname.upper()

    def accepts_finding(self, finding: Finding) -> bool:
        """Whether a finding is grave enough."""
        return SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.least)


def list_file_findings(report: FileReport, hdus: int, query: ShowQuery) -> list[Finding]:
    """The findings that are about none of the HDUs of a file."""
    return [
        finding
        for finding in report.findings
        if query.accepts_finding(finding) and not 0 < (finding.hdu or 0) <= hdus
    ]


def iterate_hdus(file: FitsFile, report: FileReport, query: ShowQuery) -> Iterator[HduView]:
    """What is shown of the HDUs of a file, one after the other so that memory stays bounded."""
    by_hdu: dict[int | None, list[Finding]] = {}
    for finding in report.findings:
        if query.accepts_finding(finding):
            by_hdu.setdefault(finding.hdu, []).append(finding)
    ends = [*(hdu.header.offset for hdu in file.hdus[1:]), file.size]
    for hdu, end in zip(file.hdus, ends, strict=True):
        if not query.accepts_hdu(hdu):
            continue
        view = _build_hdu_view(hdu, end, by_hdu.get(hdu.number, []), query)
        if query.pattern is None or view.keywords:
            yield view
        hdu.header.drop_cards()


def _build_hdu_view(
    hdu: Hdu, end: int | None, findings: Sequence[Finding], query: ShowQuery
) -> HduView:
    header, pattern = hdu.header, query.pattern
    keywords = list(_list_keywords(header, findings))
    parts = list_hdu_parts(hdu, end)
    if pattern is not None:
        matching = [keyword for keyword in keywords if pattern.search(keyword.text)]
        return HduView(hdu, hdu.extname, matching, parts, [])
    cards = len(header) + (header.end is not None)
    rest = [finding for finding in findings if not 0 < (finding.card or 0) <= cards]
    return HduView(hdu, hdu.extname, keywords, parts, list_columns(hdu), rest)


def _list_keywords(header: Header, findings: Sequence[Finding]) -> Iterator[KeywordView]:
    by_card: dict[int, list[Finding]] = {}
    for finding in findings:
        by_card.setdefault(finding.card or 0, []).append(finding)
    cards = [*header.cards, *([header.end_card] if header.end_card else [])]
    at = 0
    while at < len(cards):
        stop = _find_chain_end(cards, at)
        chain = tuple(cards[at:stop])
        own = tuple(found for card in chain for found in by_card.get(card.number, ()))
        yield _build_keyword(chain, own)
        at = stop


def _find_chain_end(cards: Sequence[Card], at: int) -> int:
    """The position behind the last card of a long string, or behind a card alone."""
    stop = at + 1
    while (
        stop < len(cards)
        and cards[stop].form.kind == "continue"
        and cards[stop].form.legal
        and cards[stop - 1].ampersand is not None
    ):
        stop += 1
    return stop


def _build_keyword(cards: tuple[Card, ...], findings: tuple[Finding, ...]) -> KeywordView:
    first = cards[0]
    value = first.text.rstrip(" ")
    if len(cards) > 1:
        value = _join_strings(cards)
    comment = " ".join(text for card in cards if (text := card.comment.strip(" ")))
    return KeywordView(cards, first.keyword, value, comment, first.form.legal, findings)


def _join_strings(cards: Sequence[Card]) -> str:
    """The string of a chain, written as one would write it on one long card."""
    pieces = []
    for card in cards:
        ampersand = card.ampersand if card is not cards[-1] else None
        start, stop = card.form.value or (0, 0)
        inner = card.raw[start + 1 : stop - 1 if ampersand is None else ampersand]
        pieces.append(inner.decode("latin-1"))
    return f"'{''.join(pieces).rstrip(' ')}'"
