"""Record-valued cards: what the grammar takes, refuses, and writes back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.syntax.records import RecordValue, parse_record, write_record

_part = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}(\.[0-9]{1,2})?", fullmatch=True)
_fields = st.lists(_part, min_size=1, max_size=3).map(".".join)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("NAXES: 2", RecordValue("NAXES", 2.0)),
        ("AXIS.1: 2.0", RecordValue("AXIS.1", 2.0)),
        ("TPD.FWD.COEFF.3: -1.5E-3", RecordValue("TPD.FWD.COEFF.3", -0.0015)),
        ("HD: 1234.5D1 ", RecordValue("HD", 12345.0)),
    ],
)
def test_records(text, record):
    assert parse_record(text) == record


@pytest.mark.parametrize(
    "text", ["", "NGC 1234", "a: b", "12: 00", "AXIS.1:2.0", "AXIS.: 1", "x: 1 2", "x: 1e5", ": 1"]
)
def test_other_strings(text):
    assert parse_record(text) is None


@given(_fields, st.floats(allow_nan=False, allow_infinity=False))
def test_writing_is_the_inverse(field, value):
    record = RecordValue(field, value)
    found = parse_record(write_record(record))
    assert found is not None
    assert found.field == field
    assert math.isclose(found.value, value, rel_tol=0, abs_tol=0)
