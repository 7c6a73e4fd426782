"""Dates in keywords that begin with DATE and that the standard does not define (4.4.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.finding import Level
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.header import Layout as Names
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.date_format import DATE_KEYWORDS, ISO_FORMAT
from fitslint.rules.edits import overwrite_value
from fitslint.syntax.dates import DateDiagnosis, diagnose_date, precheck_date
from fitslint.text import phrase

_NAME = compile_late(r"DATE[A-Z0-9_-]{1,4}")
_DAY = compile_late(r"[+-]?[0-9]{4,5}[-/.:][0-9]{1,2}[-/.:][0-9]{1,2}")
_DAY_FIRST = compile_late(r"[0-9]{1,2}[-/.: ](?:[0-9]{1,2}|[a-z]{3,9}\.?)[-/.: ]*[0-9]{4}", re.I)
_DAY_NAMED = compile_late(
    r"[0-9]{1,2}[-/ ]?[a-z]{3}[-/ ]?[0-9]{2}(?![0-9])|[a-z]{3}.* [0-9]{4}", re.I
)
_DIGITS = compile_late(r"(?:1[89]|20|21)[0-9]{6}(?![0-9])|[0-3][0-9][01][0-9](?:19|20)[0-9]{2}")
_DATELESS_REASONS = ("empty", "placeholder", "unknown")


def _plan_subchecks(_authority: object, names: Names) -> Iterator[Subcheck]:
    """One question for every keyword that begins with DATE and is nobody else's affair."""
    for name in names.index:
        if name[:4] == "DATE" and name not in DATE_KEYWORDS and _NAME.fullmatch(name):
            yield Subcheck((name,), name, _DatePrecheck(names.index[name]))


class _DatePrecheck:
    """Whether the cards at some positions surely hold good dates."""

    def __init__(self, positions: tuple[int, ...]) -> None:
        self._starts = [position * CARD_SIZE + 10 for position in positions]

    def __call__(self, header: Header) -> bool:
        for start in self._starts:
            field = header.raw[start : start + CARD_SIZE - 10]
            if not precheck_date(field[: field.find(b"'", 1) + 1]):
                return False
        return True


@rule(
    "DT117",
    "further-date",
    clause="4.4.2.2, 9.1.1",
    level="must",
    fix="unsafe",
    reads="values",
    subchecks=_plan_subchecks,
    once="fact",
    catalogue_rows=("D001", "D006", "D015"),
    summary_ja="標準にない DATExxxx キーワードの日付が標準の書式でない",
    message={
        "": "{keyword} holds a date, {value}, that is not written as in DATE-OBS; write {iso}",
        "old": "{keyword} holds a date in the form dd/mm/yy of files before 1999; write {iso}",
        "impossible": "{keyword} holds a date, {value}, that does not exist",
    },
)
def further_date(header: Header, name: str) -> Iterator[Flag]:
    """A keyword that begins with DATE holds a date in another form than that of DATE-OBS.

    Whatever a project calls its keywords: where the name begins with DATE and the value holds a
    date, it is written as the standard writes dates. Values that hold none are free.

    ## Why it matters
    A reader that meets DATE-LOC or DATE-RED for the first time can read it only because of this.
    The programs of the project itself may expect their own form, so the repair is up to you.

    ## Example
    ```fits
    DATE-RED= '2024/02/11'         / date of the reduction
    ```
    Use instead:
    ```fits
    DATE-RED= '2024-02-11'         / date of the reduction
    ```
    """
    for position in header.layout.index[name]:
        card = header.card(position)
        found = diagnose_date(card.value) if isinstance(card.value, str) else None
        if found is None or not _is_surely_date(str(card.value), found):
            continue
        impossible = found.reason in ("calendar", "clock")
        old: Level | None = "style" if found.reason == "old" else None
        yield flag(
            card,
            message="impossible" if impossible else "old" if old else "",
            level=old,
            fix=overwrite_value(card, f"'{found.iso}'") if found.iso else None,
            title=phrase("write '{iso}'", iso=found.iso),
            keyword=name,
            value=card.text,
            iso=found.iso or ISO_FORMAT,
        )


def _is_surely_date(value: str, found: DateDiagnosis) -> bool:
    """Whether a text is surely meant as a date: a number of eight digits may be anything."""
    if found.reason in _DATELESS_REASONS:
        return False
    text = value.strip(" ")
    if found.reason == "old" or any(form.match(text) for form in (_DAY, _DAY_FIRST, _DAY_NAMED)):
        return True
    return _DIGITS.match(text) is not None and found.reason != "calendar"
