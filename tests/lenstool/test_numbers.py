"""Numbers as Lenstool's files write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.lenstool.numbers import parse_float, parse_int, parse_sexagesimal


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_reals_come_back(value: float) -> None:
    assert parse_float(repr(value)) == value


@pytest.mark.parametrize(
    ("text", "value"), [("0.", 0.0), (".5", 0.5), ("+3", 3.0), ("1E3", 1e3), ("-1.e-2", -0.01)]
)
def test_reals_of_c(text: str, value: float) -> None:
    assert parse_float(text) == value


@pytest.mark.parametrize(
    "text", ["", ".", "nan", "inf", "-inf", "1_000", "0x10", "1d3", "1e999", "12a", "١", "1" * 99]
)
def test_no_reals(text: str) -> None:
    assert parse_float(text) is None
    assert parse_int(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("284", 284), ("284.0", 284), ("-3", -3), ("0.5", None), ("1e300", None)]
)
def test_integers(text: str, value: int | None) -> None:
    assert parse_int(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13:11:29.5", 13 + 11 / 60 + 29.5 / 3600),
        ("-00:34:12", -(34 / 60 + 12 / 3600)),
        ("+00:34:12", 34 / 60 + 12 / 3600),
        ("-1:20:28.", -(1 + 20 / 60 + 28 / 3600)),
    ],
)
def test_sexagesimal(text: str, value: float) -> None:
    read = parse_sexagesimal(text)
    assert read is not None
    assert math.isclose(read, value, rel_tol=1e-15)


@pytest.mark.parametrize("text", ["12", "1:2", "1:60:00", "1:00:60", "a:b:c", "1:-2:3", "--1:2:3"])
def test_no_sexagesimal(text: str) -> None:
    assert parse_sexagesimal(text) is None


@given(st.text(max_size=20))
def test_texts_never_raise(text: str) -> None:
    for read in (parse_float, parse_int, parse_sexagesimal):
        value = read(text)
        assert value is None or math.isfinite(value)
