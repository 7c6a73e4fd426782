"""Expressions over keywords: what holds, what is broken, what cannot be judged."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.dictionary.values.header_values import make_value_reader
from fitslint.dictionary.values.quantity import (
    Quantity,
    parse_mjd,
    parse_quantity,
    read_sexagesimal,
)
from fitslint.dictionary.values.relation import (
    EXPRESSION_MAX,
    RelationError,
    fill_indices,
    parse_relation,
)
from fitslint.model.form import CARD_SIZE
from fitslint.syntax.headers import make_header


def header(text):
    raw = "".join(line.ljust(CARD_SIZE) for line in text.strip().splitlines())
    return make_header(raw.encode(), offset=0, hdu=1, end=None, fill=b"")


HEADER = header("""
EXPTIME =                60.00
EXP1TIME=                20.00
COADD   =                    3
THIRD   =                 0.33
ONE     =                 1.00
OBS-MOD = 'Imaging '
UT      = '23:59:59.5'
DEC     = '-00:30:00.0'
DATE-OBS= '2011-11-28'
MJD     =       55893.69938
EMPTY   =
FLAG    =                    T
3_CM4   =                    7
BIG     =              1.0E300
""")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("EXPTIME == EXP1TIME * COADD", True),
        ("EXPTIME == EXP1TIME + COADD", False),
        ("ONE == THIRD * COADD", True),  # 0.33 stands for anything from 0.325 to 0.335
        ("ONE == THIRD * COADD * COADD", False),
        ("EXPTIME / COADD == EXP1TIME", True),
        ("-COADD == -3", True),
        ("2 < COADD <= 3", True),
        ("3 < COADD", False),
        ("COADD != 3", False),
        ("COADD in [1, 2, 3]", True),
        ("OBS-MOD in ['IMAGING', 'SPEC']", True),
        ("starts(OBS-MOD, 'IMAG') and not starts(OBS-MOD, 'SPEC')", True),
        ("present(COADD) and not present(NOTHERE)", True),
        ("hours(UT) > 23.99 and degrees(DEC) == -0.5", True),
        ("floor(mjd(DATE-OBS)) == floor(MJD)", True),
        ("FLAG == T or COADD == 1", True),
        ("3_CM4 == 7 and 3_CM4 - 7 == 0", True),
        ("max(COADD, 3_CM4) == 7 and min(COADD, 3_CM4) == 3", True),
        ("abs(-COADD) == round(3.2) and len(OBS-MOD) == 7", True),
        ("`EXPTIME` == 60", True),
        ("EMPTY == 1", None),
        ("NOTHERE == 1", None),
        ("OBS-MOD > 1", None),
        ("OBS-MOD == 1", None),
        ("COADD / 0 == 1", None),
        ("BIG * BIG == 1", None),
        ("round(BIG) * floor(BIG) == 1", None),
        ("hours(OBS-MOD) > 1", None),
        ("NOTHERE == 1 or COADD == 3", True),
        ("NOTHERE == 1 and COADD == 4", False),
        ("COADD", None),
        ("true", True),
    ],
)
def test_answers(text, answer):
    assert parse_relation(text).holds(make_value_reader(HEADER)) is answer


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("EXPTIME ==", 9),
        ("EXPTIME = 3", 9),
        ("system(EXPTIME)", 1),
        ("starts(OBS-MOD)", 1),
        ("exptime == 1", 1),
        ("(EXPTIME == 1", 13),
        ("'open", 1),
        ("A" * (EXPRESSION_MAX + 1), EXPRESSION_MAX),
        ("-" * (EXPRESSION_MAX - 10) + "A == 1", 1),
    ],
)
def test_what_is_no_expression(text, column):
    with pytest.raises(RelationError) as error:
        parse_relation(text)
    assert error.value.column == column
    assert "\n" not in str(error.value)


def test_names_and_strictness():
    assert parse_relation("PRD-RNGn == BIN-FCTn * EFP-RNGn").names == (
        "PRD-RNGn",
        "BIN-FCTn",
        "EFP-RNGn",
    )
    assert parse_relation("A == B").strict
    assert not parse_relation("A == B or C == 1").strict
    assert not parse_relation("present(A)").strict


def test_instances_of_templates():
    assert fill_indices("PRD-RNGn", {"n": 2}) == "PRD-RNG2"
    assert fill_indices("P2iiijjj", {"i": 1, "j": 2}) == "P2001002"
    assert fill_indices("FILTERnn", {"n": 3}) == "FILTER03"
    assert fill_indices("EXPTIME", {"n": 3}) == "EXPTIME"


@given(st.text(max_size=80))
def test_any_text_is_an_expression_or_a_sentence(text):
    try:
        answer = parse_relation(text).holds(make_value_reader(HEADER))
    except RelationError as error:
        assert 1 <= error.column <= max(1, len(text) + 1)
    else:
        assert answer in (True, False, None)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(NUMBERS, NUMBERS)
def test_quantities_agree_with_exact_arithmetic(first, second):
    one, other = Quantity(first), Quantity(second)
    for result, exact in (
        (one.add(other), first + second),
        (one.subtract(other), first - second),
        (one.multiply(other), first * second),
    ):
        assert result == (exact, 0.0)
    quotient = one.divide(other)
    if second:
        assert quotient is not None and quotient.value == first / second
    else:
        assert quotient is None


@given(st.decimals(-1000, 1000, places=6), st.integers(1, 5))
def test_a_rounded_number_equals_what_it_was_rounded_from(exact, places):
    written = parse_quantity(f"{exact:.{places}f}")
    assert written.may_equal(Quantity(float(exact)))


def test_sexagesimal_texts_and_dates():
    assert read_sexagesimal("-00:30:00.0").value == -0.5
    assert read_sexagesimal("24:00:60") is not None
    assert read_sexagesimal("1:60:00") is None
    assert read_sexagesimal("12:00") is None
    assert parse_mjd("1858-11-17").value == 0
    assert math.isclose(parse_mjd("2000-01-01T12:00:00").value, 51544.5)
    assert parse_mjd("2001-02-29") is None
    assert parse_mjd("2001-02-28T25:99:00") is None
