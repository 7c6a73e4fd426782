"""Unit strings of section 4.3 of the standard."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.units.spelling import is_same_unit, standardise_unit
from fitslint.units.unit import Unit, UnitError, parse_unit

READ = {
    "m": {"m": 1},
    "km/s": {"km": 1, "s": -1},
    "km s-1": {"km": 1, "s": -1},
    "km.s**-1": {"km": 1, "s": -1},
    "erg/s/cm2": {"erg": 1, "s": -1, "cm": -2},
    "W/m2/sr": {"W": 1, "m": -2, "sr": -1},
    "Jy/beam": {"Jy": 1, "beam": -1},
    "sqrt(erg/pixel/s/GHz)": {
        "erg": Fraction(1, 2), "pix": -Fraction(1, 2), "s": -Fraction(1, 2), "GHz": -Fraction(1, 2)
    },
    "m(3/2)": {"m": Fraction(3, 2)},
    "m**(1.5)": {"m": Fraction(3, 2)},
    "m^2": {"m": 2},
    "(m/s)**2": {"m": 2, "s": -2},
    "s/s": {},
    "daN": {"daN": 1},
    "": {},
}  # fmt: skip
REFUSED = {
    "sec": "it writes 's'",
    "degree": "it writes 'deg'",
    "furlong": "no unit",
    "mdeg": "no unit",
    "kkg": "no unit",
    "1/min": "write '/min'",
    "103 m": "power of ten",
    "5 m": "power of ten",
    "m//s": "no meaning",
    "(m/s": "not closed",
    "m/": "has to follow",
    "m**": "no meaning",
    " m": "blank",
    "%": "no unit",
    "m(1/0)": "zero",
    "log(m)2": "over the whole",
}


@pytest.mark.parametrize(("text", "factors"), READ.items())
def test_read(text, factors):
    assert parse_unit(text).factors == factors


@pytest.mark.parametrize(("text", "scale"), {"10**3 J": 3, "10^-17erg": -17, "10-7 m": -7}.items())
def test_powers_of_ten(text, scale):
    assert parse_unit(text).scale == scale


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_refused(text, why):
    with pytest.raises(UnitError, match=why):
        parse_unit(text)


@given(st.text("mskgd10()/*. -+^lognexpsqrt%", max_size=12))
def test_never_anything_but_a_unit_or_an_error(text):
    try:
        assert isinstance(parse_unit(text), Unit)
    except UnitError as error:
        assert 1 <= error.column <= len(text) + 1


def test_common_spellings():
    assert standardise_unit("sec") == "s"
    assert standardise_unit("ADU/sec") == "adu/s"
    assert standardise_unit("m/s") is None
    assert standardise_unit("furlong") is None


def test_two_ways_to_write_one_unit():
    assert is_same_unit("m/s", "m s**-1")
    assert is_same_unit("sec", "s")
    assert is_same_unit("pixel", "pix")
    assert not is_same_unit("m", "km")
    assert is_same_unit("grooves", "grooves")
    assert not is_same_unit("grooves", "lines")
