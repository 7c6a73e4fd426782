"""How a date is written (FITS 4.0 sections 4.4.2.1 and 9.1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import delete_value, overwrite_value
from fitslint.syntax.dates import DateDiagnosis, DateFault, diagnose_date, parse_date, precheck_date
from fitslint.syntax.leap_seconds import may_have_leap_second
from fitslint.text import phrase

DATE_KEYWORDS = (
    "DATE", "DATE-OBS", "DATE-BEG", "DATE-AVG", "DATE-END", "DATEREF", "DOBSn", "DAVGn",
)  # fmt: skip
"""The date keywords of the standard; other names that begin with DATE have a rule of their own."""

ISO_FORMAT = "CCYY-MM-DDThh:mm:ss"
_CENTURY_LIMIT = "1911"
"""There was no FITS then: a date dd/mm/yy with such a year is of the next century."""
_YEAR_COLUMN = len("'dd/mm/")
_SAFE_ZONES = ("", "Z", "UT", "UTC", "GMT")
_UTC_SCALES = ("UTC", "GMT")
_DOT_DATE = compile_late(r" *([0-9]{1,2})\.([0-9]{1,2})\.")


def _diagnose_date(card: Card) -> DateDiagnosis | None:
    """What the value is that should be a date; None when it is one, or no string."""
    value = card.value
    return diagnose_date(value) if isinstance(value, str) else None


def _flag_with_fix(card: Card, header: Header, found: DateDiagnosis, message: str = "") -> Flag:
    """The flag, with the repair where the instant is clear."""
    if found.iso is None:
        return flag(card, message=message, value=card.value, iso=ISO_FORMAT)
    # A zone that is not UTC belongs into TIMESYS before it may be dropped; and of the two-digit
    # years the small ones are legal as 19yy, but were hardly meant so.
    clear = found.iso > "1950" if found.reason == "old" else found.iso[:4] in str(card.value)
    clear = clear and not _is_ambiguous(str(card.value))
    safe = (
        found.zone.upper() in _SAFE_ZONES and clear and not _has_zone_conflict(card, header, found)
    )
    return flag(
        card,
        message=message,
        fix=overwrite_value(card, f"'{found.iso}'"),
        title=phrase("write '{iso}'", iso=found.iso),
        safety="safe" if safe else "unsafe",
        value=card.value,
        iso=found.iso,
    )


def _has_zone_conflict(card: Card, header: Header, found: DateDiagnosis) -> bool:
    """Whether a zone of UTC stands against TIMESYS: without it, nothing would tell of UTC."""
    if not found.zone or card.keyword == "DATE":  # always in UTC (section 4.4.2.1)
        return False
    return not (header.string("TIMESYS") or "UTC").strip().upper().startswith(_UTC_SCALES)


def _is_ambiguous(text: str) -> bool:
    """Whether 02.01.2004 may be in January and in February."""
    pair = _DOT_DATE.match(text)
    return pair is not None and pair[1] != pair[2] and max(int(pair[1]), int(pair[2])) <= 12


_SLIP_MESSAGES: dict[DateFault, str] = {
    "blank": "'{value}' separates date and time by something other than T; write {iso}",
    "lower-t": "'{value}' has a lower-case t; write {iso}",
    "zone": "'{value}' ends in a time zone, for which the format has no place; write {iso} and "
    "name the time scale in TIMESYS",
    "zeros": "'{value}' lacks leading zeros; write {iso}",
    "truncated": "'{value}' is incomplete; write {iso}, or the whole date alone",
    "point": "'{value}' ends in a decimal point without digits; write {iso}",
    "comma": "'{value}' has a decimal comma; write {iso}",
    "leading-blank": "'{value}' begins with blanks; write {iso}",
    "year": "the year of '{value}' needs four digits without sign, or a sign and five digits",
}


@rule(
    "DT101",
    "date-format",
    clause="9.1.1",
    level="must",
    fix="safe",
    changes=("own",),
    reads="value",
    catalogue_rows=("D001", "D002", "D015"),
    keywords=DATE_KEYWORDS,
    precheck=precheck_date,
    summary_ja="日付の書式が CCYY-MM-DD[Thh:mm:ss[.s...]] から外れている",
    message={str(reason): text for reason, text in _SLIP_MESSAGES.items()},
)
def date_format(card: Card, header: Header) -> Iterator[Flag]:
    """A date is nearly, but not quite, written as the standard's subset of ISO 8601.

    ## Why it matters
    The format is CCYY-MM-DD or CCYY-MM-DDThh:mm:ss with an optional decimal fraction, and nothing
    else; readers split it by column. A trailing Z, a blank for T or a missing zero breaks them.
    Years outside 0000-9999 have a sign and five digits.

    ## Example
    ```fits
    DATE-OBS= '2004-01-02 03:04:05' / start of exposure
    ```
    Use instead:
    ```fits
    DATE-OBS= '2004-01-02T03:04:05' / start of exposure
    ```
    """
    found = _diagnose_date(card)
    if found and found.reason in _SLIP_MESSAGES:
        yield _flag_with_fix(card, header, found, found.reason)


@rule(
    "DT103",
    "leap-second",
    clause="9.1.1",
    level="must",
    reads="value",
    catalogue_rows=("D003",),
    keywords=DATE_KEYWORDS,
    precheck=precheck_date,
    summary_ja="秒の値 60 がうるう秒でない",
    message={
        "day": "'{value}' has second 60, but {day} did not end with a leap second",
        "clock": "'{value}' has second 60; a leap second is 23:59:60 and nothing else",
        "scale": "'{value}' has second 60, but time scale {scale} has no leap seconds",
    },
)
def false_leap_second(card: Card, header: Header) -> Iterator[Flag]:
    """A second 60 stands where no leap second was.

    ## Why it matters
    Only UTC has leap seconds, and only at 23:59:60 of the days that the IERS announced. Elsewhere
    second 60 is the sign of a rounding error in the writing program, and the instant is ambiguous.

    ## Example
    ```fits
    DATE-OBS= '2004-01-02T03:04:60'
    ```
    Use instead:
    ```fits
    DATE-OBS= '2004-01-02T03:05:00'
    ```
    """
    value = card.value
    date = parse_date(value) if isinstance(value, str) else None
    if date is None or date.second != 60:
        return
    scale = (header.string("TIMESYS") or "UTC").strip().upper()
    if card.keyword != "DATE" and scale not in ("", "UTC", "UT", "GMT", "LOCAL"):
        yield flag(card, message="scale", value=value, scale=scale)
    elif (date.hour, date.minute) != (23, 59):
        yield flag(card, message="clock", value=value)
    elif not may_have_leap_second(date.year, date.month, date.day):
        yield flag(card, message="day", value=value, day=date.day_text)


@rule(
    "DT104",
    "impossible-date",
    clause="9.1.1",
    level="must",
    reads="value",
    catalogue_rows=("D004",),
    keywords=DATE_KEYWORDS,
    precheck=precheck_date,
    summary_ja="存在しない日付または時刻が書かれている",
    message={
        "calendar": "'{value}' is no day of the Gregorian calendar; check month and day",
        "clock": "'{value}' is no time of day; hours run from 00 to 23, minutes and seconds to 59",
    },
)
def impossible_date(card: Card, header: Header) -> Iterator[Flag]:
    """A date keyword names a day or a time that does not exist.

    ## Why it matters
    Month 00, 30 February or 24:00:00 cannot be placed on a time axis. Some readers stop, others
    roll over to a neighbouring day without a word.

    ## Example
    ```fits
    DATE-OBS= '2004-02-29T24:00:00'
    ```
    Use instead:
    ```fits
    DATE-OBS= '2004-03-01T00:00:00'
    ```
    """
    found = _diagnose_date(card)
    if found and found.reason in ("calendar", "clock"):
        yield flag(card, message=found.reason, fix=_end_day(card), safety="unsafe",
                   title=phrase("write 00:00:00 of the next day"), value=card.value)  # fmt: skip


def _end_day(card: Card) -> Edit | None:
    """24:00:00 as the beginning of the next day; of no other such date is the meaning sure."""
    match = _MIDNIGHT.fullmatch(str(card.value).rstrip())
    if match is None:
        return None
    try:
        following = date.fromisoformat(match[1]) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return overwrite_value(card, f"'{following}T00:00:00{match[2] or ''}'")


_MIDNIGHT = compile_late(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T24:00:00(\.0+)?")


@rule(
    "DT105",
    "two-digit-year",
    clause="4.4.2.1, 4.4.2.2",
    level="style",
    fix="safe",
    changes=("own",),
    reads="value",
    catalogue_rows=("D005", "O006"),
    keywords=DATE_KEYWORDS,
    precheck=precheck_date,
    summary_ja="1998 年以前の書式 dd/mm/yy の日付",
    message="'{value}' is in the form dd/mm/yy of files before 1999; write {iso}",
)
def two_digit_year(card: Card, header: Header) -> Iterator[Flag]:
    """A date is written dd/mm/yy, with a year of two digits.

    ## Why it matters
    The form stays legal for the years 1900 to 1999, and only for them: '01/02/03' is in 1903. It
    is a warning where the year was hardly meant so. Programs disagree on the century and on which
    number is the month.

    ## Example
    ```fits
    DATE-OBS= '31/12/96'           / date of observation
    ```
    Use instead:
    ```fits
    DATE-OBS= '1996-12-31'         / date of observation
    ```
    """
    found = _diagnose_date(card)
    if found and found.reason == "old":
        level: Level = "should" if (found.iso or "") < _CENTURY_LIMIT else "style"
        year = (card.form.value or (0, 0))[0] + _YEAR_COLUMN
        yield replace(_flag_with_fix(card, header, found), start=year, end=year + 2, level=level)


@rule(
    "DT106",
    "foreign-date",
    clause="4.4.2.1, 4.4.2.2, 9.1.1",
    level="must",
    fix="safe",
    changes=("own",),
    reads="value",
    catalogue_rows=("D006",),
    keywords=DATE_KEYWORDS,
    precheck=precheck_date,
    summary_ja="FITS 標準にない書式の日付",
    message={
        "other": "'{value}' is not a date as FITS writes it; write {iso}",
        "unknown": "'{value}' is not a date; write {iso}",
    },
)
def foreign_date(card: Card, header: Header) -> Iterator[Flag]:
    """A date keyword holds another date format, or no date at all.

    ## Why it matters
    Forms such as 11-DEC-1996, 2024/01/01 or 2006.06.29_00:03:30_TAI are understood by the programs
    of one observatory only. No general reader can sort or compare such files.

    ## Example
    ```fits
    DATE-OBS= '11-DEC-1996'        / date of observation
    ```
    Use instead:
    ```fits
    DATE-OBS= '1996-12-11'         / date of observation
    ```
    """
    found = _diagnose_date(card)
    if found and found.reason in ("other", "unknown"):
        yield _flag_with_fix(card, header, found, found.reason)


@rule(
    "DT116",
    "no-date",
    clause="4.4.2.1, 4.4.2.2, 9.1.1",
    level="must",
    reads="value",
    catalogue_rows=("D016",),
    fix="unsafe",
    keywords=DATE_KEYWORDS,
    precheck=precheck_date,
    summary_ja="日付キーワードが空または仮の値のままである",
    message={
        "empty": "the date is an empty string; give the date, or leave the keyword out",
        "placeholder": "'{value}' stands in place of a date; give the date, or leave the "
        "keyword out",
    },
)
def no_date(card: Card, header: Header) -> Iterator[Flag]:
    """A date keyword is an empty string or a placeholder.

    ## Why it matters
    A string in a date keyword must be a date. That the date is not known is said by leaving the
    keyword out; a placeholder stops programs that sort or select files by date.

    ## Example
    ```fits
    DATE-OBS= '0000-00-00'         / date of observation
    ```
    Use instead:
    ```fits
    ```
    """
    found = _diagnose_date(card)
    if found and found.reason in ("empty", "placeholder"):
        yield flag(
            card,
            message=found.reason,
            fix=delete_value(card, header),
            title=phrase("remove {keyword}", keyword=card.keyword),
            value=card.value,
        )
