"""The zero of time: MJDREF, JDREF and DATEREF, whole or in two parts (FITS 4.0 section 9.2.2)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import read_instant
from fitslint.rules.edits import set_value
from fitslint.text import join_words, phrase

_MODIFIED = 2_400_000.5
"""The Julian date at which the modified Julian date is 0."""
_CLOSE = 1e-6
"""Days; a tenth of a second."""
_DECIMAL = compile_late(r"[-+]?[0-9]*\.?([0-9]*)(?:[EeDd]([-+]?[0-9]+))?")
_EXPONENT_MAX = 99
_PAIRS = ("MJDREF", "JDREF")
_NAMES = ("MJDREF", "MJDREFI", "MJDREFF", "JDREF", "JDREFI", "JDREFF", "DATEREF")


def measure_half_digit(text: str) -> float:
    """Half a unit of the last digit of a number as written, in its own unit."""
    match = _DECIMAL.fullmatch(text.strip())
    if not match:
        return 0.0
    power = int(match[2] or 0) - len(match[1])
    return 0.5 * 10.0 ** max(-_EXPONENT_MAX, min(power, _EXPONENT_MAX))


class Zero(NamedTuple):
    """A reference epoch as a modified Julian date, from the first to the last it may mean."""

    card: Card
    mjd: float
    last: float
    rounding: float

    def meets(self, other: Zero) -> bool:
        """Whether both may be one epoch."""
        room = _CLOSE + self.rounding + other.rounding
        return self.mjd - other.last <= room and other.mjd - self.last <= room


def list_zeros(header: Header) -> Iterator[Zero]:
    """The reference epochs of a header; those that readers prefer first."""
    for name in _PAIRS:
        offset = _MODIFIED if name == "JDREF" else 0.0
        for card, value, rounding in (_split(header, name), _read_whole(header, name)):
            if card is not None and math.isfinite(value):
                yield Zero(card, value - offset, value - offset, rounding)
    card, date = header.find_card("DATEREF"), read_instant(header, "DATEREF")
    if card is not None and date is not None:
        yield Zero(card, date.mjd, date.last_mjd, 0.0)


def _read_whole(header: Header, name: str) -> tuple[Card | None, float, float]:
    card = header.find_card(name)
    value = card.number_value if card is not None else None
    if card is None or value is None:
        return None, 0.0, 0.0
    # 50814. stands for the day itself, as often as for a number that was rounded to it.
    return card, value, measure_half_digit(card.text) if "." in card.text.rstrip(".0") else 0.0


def _split(header: Header, name: str) -> tuple[Card | None, float, float]:
    days, part = header.find_card(f"{name}I"), header.find_card(f"{name}F")
    whole = days.number_value if days is not None else None
    rest = part.number_value if part is not None else 0.0
    if days is None or whole is None or rest is None:
        return None, 0.0, 0.0
    return days, whole + rest, measure_half_digit(part.text) if part is not None and rest else 0.0


@rule(
    "WT103",
    "reference-epochs-disagree",
    clause="9.2.2",
    level="must",
    catalogue_rows=("Q002",),
    reads="values",
    needs=_NAMES,
    min_present=2,
    needs_one_of=(("MJDREF", "MJDREFI", "DATEREF"), ("MJDREF", "JDREF", "JDREFI", "DATEREF")),
    summary_ja="MJDREF・JDREF・DATEREF が食い違っている",
    message="{keyword} = {text} lies {days} d from the reference epoch of {other}; readers"
    " take {other}, or whichever they know",
)
def reference_epochs_disagree(header: Header) -> Iterator[Flag]:
    """Two keywords give two reference epochs.

    ## Why it matters
    All relative times of the HDU (TIME columns, TSTART, TSTOP) are counted from it. MJDREF precedes
    JDREF, which precedes DATEREF, and a split value precedes the whole one; but a reader that knows
    only one of them takes that.

    ## Example
    ```fits
    MJDREFI =                55197
    MJDREFF =  7.6601852000000E-04
    MJDREF  =                  0.0
    ```
    Use instead:
    ```fits
    MJDREFI =                55197
    MJDREFF =  7.6601852000000E-04
    MJDREF  =       55197.00076602
    ```
    """
    first, *others = [*list_zeros(header), None]
    if first is None:
        return
    for zero in others:
        if zero is not None and not first.meets(zero):
            days = float(f"{zero.mjd - first.mjd:.6g}")
            name = first.card.keyword
            yield flag(
                zero.card,
                keyword=zero.card.keyword,
                text=zero.card.text.strip(),
                days=abs(days),
                other=join_words((f"{name[:-1]}I", f"{name[:-1]}F"), "and")
                if name.endswith("I")
                else name,
            )


@rule(
    "WT104",
    "reference-epoch-split",
    clause="9.2.2",
    level="must",
    catalogue_rows=("Q003",),
    reads="values",
    needs=("MJDREFI", "MJDREFF", "JDREFI", "JDREFF"),
    summary_ja="MJDREFI と MJDREFF (または JDREFI と JDREFF) の組が正しくない",
    message={
        "": "{keyword} = {text} is the fraction of a day: at least 0 and below 1",
        "whole": "{keyword} = {text} is the whole number of days; the rest belongs to {other}",
        "days": "{keyword} is given, and {other} is not: readers count from a day of the year 1858"
        " (or from none)",
        "rest": "{keyword} is given, and {other} is not: readers take 0 for the fraction",
    },
)
def reference_epoch_split(header: Header) -> Iterator[Flag]:
    """A reference epoch in two parts has only one, or not a whole number and a fraction.

    ## Why it matters
    The two parts keep the digits that one number has no room for. Readers add them, and take 0 for
    the part that is missing; without the days every time is off by a century.

    ## Example
    ```fits
    MJDREFF =  7.6601852000000E-04
    ```
    Use instead:
    ```fits
    MJDREFI =                55197
    MJDREFF =  7.6601852000000E-04
    ```
    """
    for name in _PAIRS:
        days, part = header.find_card(f"{name}I"), header.find_card(f"{name}F")
        if part is not None and days is None and name not in header and part.number_value:
            yield flag(part, (0, 8), message="days", keyword=part.keyword, other=f"{name}I")
        if days is not None and part is None and days.number_value:
            yield flag(
                days, (0, 8), message="rest", level="conv", keyword=days.keyword, other=f"{name}F"
            )
        rest = part.number_value if part is not None else None
        if part is not None and rest is not None and not 0 <= rest < 1:
            yield flag(part, fix=_carry_days(days, part), safety="unsafe",
                       title=phrase("carry the whole days over"), keyword=part.keyword,
                       text=part.text.strip())  # fmt: skip
        whole = days.number_value if days is not None else None
        if days is not None and whole is not None and whole % 1 > 0:
            yield flag(
                days, message="whole", keyword=days.keyword, text=days.text.strip(),
                other=f"{name}F",
            )  # fmt: skip


def _carry_days(days: Card | None, part: Card) -> tuple[Edit, ...] | None:
    """Both parts of the same epoch, with all whole days in the first."""
    from decimal import Decimal, InvalidOperation  # costs a start more than it is worth

    if days is None or type(days.value) is not int:
        return None
    try:
        rest = Decimal(part.text.strip().upper().replace("D", "E"))
    except InvalidOperation:
        return None
    if not _CARRIED_LEAST < abs(rest) < _CARRIED_MAX:
        return None
    whole = rest.to_integral_value("ROUND_FLOOR")
    fraction = f"{rest - whole:f}" if rest != whole else "0.0"
    moved, left = set_value(days, str(days.value + int(whole))), set_value(part, fraction)
    return (moved, left) if moved and left else None


_CARRIED_LEAST, _CARRIED_MAX = 1e-15, 1e7
"""Days; what is smaller or larger is no fraction that ran over."""


def _surely_other(header: Header) -> bool:
    """Whether no keyword names events, by the bytes of the header."""
    return b"EVENTS" not in header.raw.upper()


_EPOCHS = ("MJDREF", "MJDREFI", "JDREF", "JDREFI", "DATEREF")


@rule(
    "WT112",
    "events-without-epoch",
    clause="9.2.2",
    level="conv",
    catalogue_rows=("Q015",),
    reads="values",
    needs=("EXTNAME", "HDUCLAS1", "TSTART", "TTYPEn", "TUNITn", *_NAMES),
    needs_one_of=(("HDUCLAS1", "TSTART"),),
    precheck=_surely_other,
    hdus=("bintable",),
    summary_ja="イベントのリストに時刻の原点 (MJDREF など) がない",
    message={
        "": "the events have times, and no MJDREF (or JDREF, DATEREF) says from when they are"
        " counted: readers take the year 1858",
        "zero": "{keyword} = {text}: the times of the events are counted in seconds from the year"
        " 1858",
    },
)
def events_without_epoch(header: Header) -> Iterator[Flag]:
    """A list of events does not say from when its times are counted.

    ## Why it matters
    The times of events are seconds from an epoch of the mission. Without it two lists cannot be
    compared, and no barycentre correction or phase of a pulsar can be found.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    8
    EXTNAME = 'EVENTS  '
    TSTART  =           80000000.0
    TTYPE1  = 'TIME    '
    TFORM1  = '1D      '
    TUNIT1  = 's       '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    8
    EXTNAME = 'EVENTS  '
    TSTART  =           80000000.0
    MJDREFI =                55197
    MJDREFF =  7.6601852000000E-04
    TTYPE1  = 'TIME    '
    TFORM1  = '1D      '
    TUNIT1  = 's       '
    ```
    """
    column = _find_times(header) if _has_events(header) else None
    if column is None:
        return
    given = [card for name in _EPOCHS if (card := header.find_card(name)) is not None]
    if not given:
        yield flag(column)
        return
    zeros = list(list_zeros(header))
    if zeros and zeros[0].mjd == 0:
        card = zeros[0].card
        yield flag(card, message="zero", keyword=card.keyword, text=card.text.strip())


def _has_events(header: Header) -> bool:
    """Whether it is a list of events of a mission: by its class, or by name and a start time."""
    if (header.string("HDUCLAS1") or "").strip(" ").upper() == "EVENTS":
        return True
    name = (header.string("EXTNAME") or "").strip(" ").upper()
    return name == "EVENTS" and "TSTART" in header


def _find_times(header: Header) -> Card | None:
    """The name of the column of times in seconds."""
    for number, card in header.map_indices("TTYPE").items():
        name = card.value
        if isinstance(name, str) and name.strip(" ").upper() == "TIME":
            unit = (header.string(f"TUNIT{number}") or "").strip(" ")
            return card if unit == "s" else None
    return None
