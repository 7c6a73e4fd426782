"""Unit strings as fitslint, astropy and WCSLIB read them; where they differ, who is right and why.

``disagreements.toml`` explains every difference on the unit strings of real files, on the examples
of the standard, and on strings that are made of its grammar.
"""

from __future__ import annotations

import math
import re
import tomllib
import warnings
from functools import cache
from pathlib import Path

import astropy.units
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.source.files import read_file
from fitslint.units.faults import judge_unit
from fitslint.units.names import load_other_words, load_units
from fitslint.units.parts import replace_parts
from fitslint.units.unit import UnitError, measure, parse_unit
from tests.units.wcslib_units import read_unit, translate_unit

EXPLAINED = tomllib.loads((Path(__file__).parent / "disagreements.toml").read_text("utf-8"))
KEYWORD = re.compile(r"BUNIT|TUNIT[0-9]+|CUNIT[0-9]+[A-Z]?|TCUNI[0-9]+|TIMEUNIT")
# Constants have been measured better since: Table 4 is of 2002, and WCSLIB rounds it.
CLOSE = 2e-3
READERS = ("astropy", "wcslib")
BASES = {"vox": "voxel", "b": "bit"}
"""Names of astropy for base units of ours."""


@cache
def read_by_astropy(text, form="fits"):
    """The unit, None where astropy refuses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return astropy.units.Unit(text, format=form)
        except (ValueError, TypeError):
            return None


def read_by_us(text):
    try:
        return parse_unit(text)
    except UnitError:
        return None


def explain(text, reader):
    """The reason of the table for a difference; None where there is none."""
    refused = (read_by_astropy if reader == "astropy" else read_unit)(text) is None
    for table in EXPLAINED["difference"]:
        holds = refused or not table.get("refuses")
        if table["reader"] == reader and holds and re.fullmatch(table["pattern"], text):
            return table["why"]
    return None


def differs(text, reader):
    """Whether a reader takes what we refuse, refuses what we take, or sees another unit."""
    ours = read_by_us(text)
    theirs = (read_by_astropy if reader == "astropy" else read_unit)(text)
    if ours is None or theirs is None:
        return (ours is None) != (theirs is None)
    try:
        measure(ours)
    except OverflowError:  # no number can tell
        return False
    if reader == "wcslib":
        return not math.isclose(_size_in_wcslib(ours), theirs.size, rel_tol=CLOSE)
    if ours.function:
        return True
    measured, base = measure(ours), theirs.decompose()
    powers = {
        BASES.get(one.name, one.name): float(power)
        for one, power in zip(base.bases, base.powers, strict=True)
    }
    same = powers == {name: float(power) for name, power in measured.powers.items()}
    return not same or not math.isclose(measured.size, base.scale, rel_tol=CLOSE)


def _size_in_wcslib(unit):
    """The size where plane angles are in degrees, as WCSLIB counts them."""
    measured = measure(unit)
    angle = sum(float(power) for name, power in unit.factors.items() if is_angle(name))
    return measured.size * math.degrees(1) ** angle


def is_angle(name):
    return dict(measure(parse_unit(name)).powers) == {"rad": 1}


def assert_explained(texts):
    bare = [
        (text, reader)
        for text in texts
        for reader in READERS
        if differs(text, reader) and explain(text, reader) is None
    ]
    assert bare == []


@pytest.fixture(scope="module")
def corpus_units(corpus):
    """Every unit string of the files of the corpus."""
    found = set()
    for path in sorted(corpus.rglob("*")):
        if path.is_file():
            for hdu in read_file(str(path)).hdus:
                cards = (card for card in hdu.header.cards if KEYWORD.fullmatch(card.keyword))
                found |= {str(card.value).strip(" ") for card in cards if card.value is not None}
    assert len(found) > 100
    return sorted(found - {""})


def test_every_difference_on_real_files_is_explained(corpus_units):
    assert_explained(corpus_units)


def test_every_unit_of_the_tables_is_read_alike():
    assert_explained(load_units())


UNITS = st.sampled_from(sorted(load_units()))
PREFIXED = st.builds(
    "".join,
    st.tuples(st.sampled_from(["", "k", "m", "u", "G", "da"]), st.sampled_from("mgsJVWTNK")),
)
POWERS = st.sampled_from(["", "2", "-1", "**2", "**-3", "^2", "+2", "**(1.5)", "(3/2)", "^(-1/2)"])
WORDS = st.builds("".join, st.tuples(UNITS | PREFIXED, POWERS))
SIGNS = st.sampled_from([" ", "*", ".", "/", " / ", " * "])
PRODUCTS = st.recursive(
    WORDS,
    lambda inner: (
        st.builds("".join, st.tuples(inner, SIGNS, inner))
        | st.builds("({}){}".format, inner, POWERS)
        | st.builds("sqrt({})".format, inner)
    ),
    max_leaves=4,
)
MULTIPLIERS = st.sampled_from(["", "10**3 ", "10**-7", "10^2 ", "10+3 ", "10**(4)*"])
STRINGS = st.builds("".join, st.tuples(MULTIPLIERS, PRODUCTS))


@given(STRINGS)
def test_every_difference_on_strings_of_the_grammar_is_explained(text):
    assert read_by_us(text) is not None
    assert_explained([text])


def test_explanations_are_all_used(corpus_units):
    """Each stands for something that was seen: its examples."""
    for table in EXPLAINED["difference"]:
        assert table["why"]
        assert table["right"] in ("fitslint", "reader", "both")
        for text in table["examples"]:
            assert re.fullmatch(table["pattern"], text)
            assert differs(text, table["reader"]), (text, table["reader"])


SPELLINGS = sorted(word for word, other in load_other_words().items() if other.kind == "spelling")


@pytest.mark.parametrize("form", ["fits", "generic", "ogip", "cds", "vounit"])
def test_a_safe_spelling_is_no_other_unit_to_astropy(form):
    """Whoever reads the word reads the same unit after the repair."""
    changed = []
    for word in SPELLINGS:
        before = read_by_astropy(word, form)
        after = read_by_astropy(load_other_words()[word].unit, "fits")
        if before is not None and before != after:
            changed.append((word, str(before), str(after)))
    assert changed == []


def test_a_safe_spelling_is_no_other_unit_to_wcslib():
    changed = []
    for word in SPELLINGS:
        before, after = read_unit(translate_unit(word)), read_unit(load_other_words()[word].unit)
        if before is not None and before != after:
            changed.append((word, before, after))
    assert changed == []


@pytest.mark.parametrize(
    "text",
    [
        "1e-17 J",
        "100 m",
        "0.001 Jy",
        "1/s",
        "1/sec",
        "1/cm3",
        "1 ct",
        "1.0*Jy",
        "V/Hz**0.5",
        "cm^{-2}",
        "m**-2.",
        "Hz^-1/2",
    ],
)
def test_a_safe_repair_of_a_number_is_no_other_unit(text):
    """As far as readers take the string as it is: astropy in its own form, and WCSLIB."""
    repaired = replace_parts(text, judge_unit(text))
    ours = read_by_us(repaired)
    assert ours is not None
    for before, after in (
        (read_by_astropy(text, "generic"), read_by_astropy(repaired)),
        (read_by_astropy(text), read_by_astropy(repaired)),
        (read_unit(text), read_unit(repaired)),
    ):
        assert before is None or before == after
