"""Which file is which, and what ``--id`` means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.hscpipe.identity import DataId, standardise_filter
from fitslint.pipeline.hsc.errors import SelectionError
from fitslint.pipeline.hsc.selection import parse_selection, select
from fitslint.source.files import read_file
from tests.pipeline.hsc.ccds import write_ccd


def read_identity(tmp_path, **cards):
    path = write_ccd(tmp_path / "x.fits", 1, 1, (10.0, 0.0), (0, 0), **cards)
    return DataId.from_header(read_file(str(path)).hdus[0].header)


def test_a_real_header_of_the_camera(shared):
    path = shared / "corpus" / "derived" / "fitsheader-hsc-HSCA04090107.fits.gz"
    found = DataId.from_header(read_file(str(path)).hdus[0].header)
    assert (found.visit, found.ccd, found.filter) == (40900, 37, "HSC-R")
    assert (found.field, found.pointing) == ("SSP_WIDE", 1378)


@pytest.mark.parametrize(
    ("cards", "visit"),
    [
        ({"EXP-ID": "HSCE00020878"}, 20878),
        ({"EXP-ID": "HSCA02087800"}, 20878),
        ({"EXP-ID": "HSCC00001200"}, 2_000_012),
        ({"EXP-ID": "HSCE00000000", "FRAMEID": "HSCA04090107"}, 40900),
        ({"EXP-ID": "", "FRAMEID": "HSCA04090307"}, 40902),
        ({"EXP-ID": "SUPE01234567", "FRAMEID": "none"}, None),
    ],
)
def test_visits(tmp_path, cards, visit):
    assert read_identity(tmp_path, **cards).visit == visit


def test_filters_of_two_generations_are_different():
    assert standardise_filter("W-S-I+") == "HSC-I"
    assert standardise_filter("hsc-i2") == "HSC-I2"


def test_ranges_are_inclusive_and_have_strides():
    assert parse_selection(["visit=20878..20890:2"]).values["visit"] == tuple(
        range(20878, 20891, 2)
    )
    chosen = parse_selection(["ccd=0..8^10..103"])
    assert chosen.size is None
    assert parse_selection(["visit=20878..20890:2", "ccd=0..8^10..103"]).size == 7 * 103
    assert 9 not in chosen.values["ccd"]


def test_words_are_a_cross_product_and_several_ids_a_union():
    selections = [parse_selection(["visit=1^3", "ccd=5"]), parse_selection(["filter=hsc-g"])]
    assert select(selections, DataId(visit=3, ccd=5))
    assert not select(selections, DataId(visit=3, ccd=6))
    assert select(selections, DataId(visit=9, filter="HSC-G"))
    assert select([], DataId())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ccd=9..3"], "3 is less than 9"),
        (["visit=1..5:0"], "the stride is 0"),
        (["vist=1"], "did you mean 'visit'"),
        (["ccd=1", "ccd=2"], "ccd stands twice"),
        (["ccd=a..b"], "ccd is a number"),
        (["visit"], "KEY=VALUE"),
        (["visit=1..9999999"], "more than 1000000"),
        (["field="], "KEY=VALUE"),
    ],
)
def test_words_without_meaning_are_named(words, sentence):
    with pytest.raises(SelectionError, match=sentence) as error:
        parse_selection(words)
    assert any(word in str(error.value) for word in words)
    assert "\n" not in str(error.value)


@given(st.lists(st.text(max_size=20), max_size=3))
def test_any_words_are_read_or_refused(words):
    try:
        parse_selection(words)
    except SelectionError as error:
        assert "--id" in str(error)
