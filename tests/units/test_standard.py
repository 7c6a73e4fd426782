"""Units as the tables of the standard have them (FITS 4.0, Tables 3 to 6 and 34)."""

import pytest

from fitslint.rules.units.flags import COMMON_UNITS
from fitslint.units.faults import judge_unit
from fitslint.units.names import find_unit_name, load_other_words, load_units
from fitslint.units.unit import UnitError, measure, parse_unit

TABLE_3 = [
    "m",
    "kg",
    "g",
    "s",
    "rad",
    "sr",
    "K",
    "A",
    "mol",
    "cd",
    "Hz",
    "J",
    "W",
    "V",
    "N",
    "Pa",
    "C",
    "Ohm",
    "S",
    "F",
    "Wb",
    "T",
    "H",
    "lm",
    "lx",
]
TABLE_4 = [
    "deg",
    "arcmin",
    "arcsec",
    "mas",
    "min",
    "h",
    "d",
    "a",
    "yr",
    "eV",
    "erg",
    "Ry",
    "solMass",
    "u",
    "solLum",
    "Angstrom",
    "solRad",
    "AU",
    "lyr",
    "pc",
    "count",
    "ct",
    "photon",
    "ph",
    "Jy",
    "mag",
    "R",
    "G",
    "pixel",
    "pix",
    "barn",
    "D",
    "Sun",
    "chan",
    "bin",
    "voxel",
    "bit",
    "byte",
    "adu",
    "beam",
]
TAKE_PREFIXES = ["a", "yr", "eV", "pc", "Jy", "mag", "R", "G", "barn", "bit", "byte"]
"""Of Table 4, the units with a dagger."""
TABLE_5 = [
    "d",
    "c",
    "m",
    "u",
    "n",
    "p",
    "f",
    "a",
    "z",
    "y",
    "da",
    "h",
    "k",
    "M",
    "G",
    "T",
    "P",
    "E",
    "Z",
    "Y",
]
TABLE_34 = ["s", "d", "a", "cy", "min", "h", "yr", "ta", "Ba"]
SQUARES = ("m**(2)", "m**+2", "m+2", "m2", "m^2", "m^(+2)")
CUBES = ("m**-3", "m-3", "m^(-3)", "/m3")
THREE_HALVES = ("m(1.5)", "m^(1.5)", "m**(1.5)", "m(3/2)", "m**(3/2)", "m^(3/2)")


@pytest.mark.parametrize("unit", [*TABLE_3, *TABLE_4, *TABLE_34])
def test_every_unit_is_known(unit):
    assert parse_unit(unit).factors
    assert {fault.kind for fault in judge_unit(unit)} <= {"deprecated", "ambiguous"}


@pytest.mark.parametrize("prefix", TABLE_5)
def test_prefixes_stand_where_they_may(prefix):
    for unit in {*TABLE_3, *TABLE_4} - {"kg"}:
        if (word := prefix + unit) in load_units():  # min, mas, Pa of the tables themselves
            continue
        if unit in TABLE_3 or unit in TAKE_PREFIXES:
            assert parse_unit(word)
        elif find_unit_name(word) is None:
            with pytest.raises(UnitError):
                parse_unit(word)
            kinds = ["spelling", "community", "ambiguous"]
            kinds.append("prefix" if prefix in "mukMG" and len(unit) > 2 else "unknown")
            assert judge_unit(word)[0].kind in kinds


def test_the_year_that_is_a_pascal():
    assert parse_unit("Pa") == parse_unit("Pa")
    assert measure(parse_unit("Pa")).powers != measure(parse_unit("Ma")).powers


@pytest.mark.parametrize(
    ("texts", "power"), [(SQUARES, 2), (CUBES, -3), (THREE_HALVES, 1.5)], ids=["2", "-3", "1.5"]
)
def test_powers_of_the_section(texts, power):
    assert {float(parse_unit(text).factors["m"]) for text in texts} == {power}
    assert not any(judge_unit(text) for text in texts)


@pytest.mark.parametrize("text", ["m^3/2", "m1.5", "m**3/2"])
def test_powers_that_are_none(text):
    with pytest.raises(UnitError):
        parse_unit(text)
    (fault,) = judge_unit(text)
    assert (fault.kind, fault.new) in (("power", "**(3/2)"), ("power", "**(1.5)"))


@pytest.mark.parametrize("text", ["10**3 J", "10^3 J", "10+3 J", "10(3)J", "10(+3) J", "10**(3).J"])
def test_multipliers_of_the_section(text):
    assert parse_unit(text).scale == 3
    assert judge_unit(text) == ()


def test_operators_of_table_6():
    assert parse_unit("J s") == parse_unit("J*s") == parse_unit("J.s") == parse_unit("J / s**-1")
    assert parse_unit("log(Hz)").function == "log"
    assert parse_unit("ln(Hz)").function == "ln"
    assert parse_unit("exp(Hz)").function == "exp"
    assert parse_unit("sqrt(Hz2)") == parse_unit("Hz")


def test_a_slash_divides_by_one_unit():
    assert parse_unit("J/m2 s") == parse_unit("J s m-2")
    assert parse_unit("J/(m2 s)") == parse_unit("J/m2/s")


def test_common_units_are_right():
    assert [
        unit
        for unit in COMMON_UNITS
        if {one.kind for one in judge_unit(unit)} - {"deprecated", "slashes"}
    ] == []
    assert {unit for unit in COMMON_UNITS if judge_unit(unit)} == set()


def test_other_words_lead_to_units_and_are_none():
    for word, other in load_other_words().items():
        assert find_unit_name(word) is None, word
        assert not other.unit or parse_unit(other.unit).factors
