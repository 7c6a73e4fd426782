"""Dates: what the standard allows, what other texts are, and the fast path against the grammar."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.syntax.dates import (
    classify_date,
    compute_day_number,
    diagnose_date,
    explain_date,
    is_calendar_day,
    parse_date,
    precheck_date,
    repair_date,
)
from fitslint.syntax.leap_seconds import may_have_leap_second

LEGAL = [
    "2020-01-02",
    "2020-01-02T03:04:05",
    "2020-01-02T03:04:05.678901",
    "0000-02-29",
    "+12345-01-02",
    "-04713-11-24T12:00:00",
    "2016-12-31T23:59:60",
]

OTHERS = {
    "": ("empty", None),
    "N/A": ("placeholder", None),
    "0000-00-00T00:00:00": ("placeholder", None),
    "2020-02-30": ("calendar", None),
    "2020-00-01": ("calendar", None),
    "2020-01-02T24:00:00": ("clock", None),
    "2020-01-02 03:04:05": ("blank", "2020-01-02T03:04:05"),
    "2020-01-02t03:04:05": ("lower-t", "2020-01-02T03:04:05"),
    "2020-01-02T03:04:05Z": ("zone", "2020-01-02T03:04:05"),
    "2020-01-02T03:04:05 UTC": ("zone", "2020-01-02T03:04:05"),
    "2020-01-02T03:04:05+09:00": ("zone", None),
    "2020-1-2T3:4:5": ("zeros", "2020-01-02T03:04:05"),
    "2020-01-02T03:04": ("truncated", None),
    "2020-01": ("truncated", None),
    "12:34:56": ("truncated", None),
    "2020-01-02T03:04:05.": ("point", "2020-01-02T03:04:05"),
    "2020-01-02T03:04:05,5": ("comma", "2020-01-02T03:04:05.5"),
    " 2020-01-02": ("leading-blank", "2020-01-02"),
    "-2000-01-02": ("year", None),
    "12345-01-02": ("year", None),
    "31/12/96": ("old", "1996-12-31"),
    "03/04/01": ("old", "1901-04-03"),
    "27/ 5/84": ("other", "1984-05-27"),
    " 4/07/92": ("other", "1992-07-04"),
    "30/04/97 GMT": ("other", "1997-04-30"),
    "31/12/2001": ("other", "2001-12-31"),
    "12/31/2001": ("other", "2001-12-31"),
    "03/04/2001": ("other", None),
    "11-DEC-96": ("other", "1996-12-11"),
    "11-DEC-06": ("other", None),
    "11 Dec 1996 03:04:05": ("other", "1996-12-11T03:04:05"),
    "01.02.2003": ("other", "2003-02-01"),
    "2006.06.29_00:03:30_TAI": ("other", "2006-06-29T00:03:30"),
    "2024/01/01 03:04:05.123": ("other", "2024-01-01T03:04:05.123"),
    "20240101T030405": ("other", "2024-01-01T03:04:05"),
    "Thu Jan  2 03:04:05 UTC 2020": ("other", "2020-01-02T03:04:05"),
    "2020-123": ("other", None),
    "hello": ("unknown", None),
}


@pytest.mark.parametrize("text", LEGAL)
def test_legal(text):
    assert parse_date(text) is not None
    assert explain_date(text) is None
    assert repair_date(text) is None


@pytest.mark.parametrize("text", OTHERS)
def test_others(text):
    assert parse_date(text) is None
    assert (explain_date(text), repair_date(text)) == OTHERS[text]


def test_parts():
    date = parse_date("-04713-11-24T12:00:00.25")
    assert (date.year, date.hour, date.fraction, date.day_text) == (-4713, 12, "25", "-04713-11-24")
    assert parse_date("-04713-11-24T12:00:00").mjd == -2400000.5
    assert parse_date("2000-01-01T12:00:00").mjd == 51544.5
    assert diagnose_date("2006.06.29_00:03:30_TAI").zone == "TAI"


@given(st.dates())
def test_calendar(day):
    assert compute_day_number(day.year, day.month, day.day) == day.toordinal() - 678576
    assert is_calendar_day(day.year, day.month, day.day)


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_days_that_are_not(year, month, day):
    try:
        datetime.date(year + 400 if year < 400 else year, month, day)
        exists = True
    except ValueError:
        exists = False
    assert is_calendar_day(year, month, day) is exists


@given(st.datetimes(min_value=datetime.datetime(1, 1, 1)), st.integers(0, 6))
def test_datetimes(moment, digits):
    text = moment.isoformat(timespec="seconds")
    text += f".{moment.microsecond:06d}"[: digits + 1] if digits else ""
    date = parse_date(text)
    assert (date.year, date.month, date.day) == (moment.year, moment.month, moment.day)
    assert (date.hour, date.minute, date.second) == (moment.hour, moment.minute, moment.second)
    assert precheck_date(f"'{text}'".encode())
    assert precheck_date(f"'{text}   '".encode())


NEARLY = st.from_regex(r"[+-]?[0-9]{4,5}[-/ ][0-9]{1,2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-6][0-9]"
                       r"(\.[0-9]*)?)?Z?)?", fullmatch=True)  # fmt: skip


@given(st.one_of(NEARLY, st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=68)))
def test_any_text_has_one_answer(text):
    text = text.rstrip(" ")
    found = diagnose_date(text)
    assert (found is None) == (parse_date(text) is not None)
    if found and found.iso:
        assert parse_date(found.iso) is not None
    if precheck_date(b"'" + text.replace("'", "''").encode() + b"'"):
        assert parse_date(text) is not None


@given(NEARLY, st.sampled_from(["0000", "1234", "9999"]))
def test_shapes_share_spans_and_not_answers(text, digits):
    other = "".join(digits[i % 4] if c.isdigit() else c for i, c in enumerate(text))
    for one in (text, other, text):
        assert classify_date(one) == classify_date.__wrapped__(one)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"'",
        b"''",
        b"'2020-01-02",
        b"'2020-01-02T03:04:05",
        b"2020-01-02",
        b"'2020-01-02''",
        b"'2020-01-02T03:04:60'",
    ],
)
def test_quick_refuses(value):
    assert not precheck_date(value)


def test_leap_seconds():
    assert may_have_leap_second(2016, 12, 31)
    assert not may_have_leap_second(2016, 6, 30)
    assert not may_have_leap_second(2017, 12, 31)
    assert may_have_leap_second(2040, 6, 30)
