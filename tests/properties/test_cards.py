"""Cards: the grammar is total, forms are what the fold says, writing is reading's inverse."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.model.card import Card
from fitslint.model.value import unquote
from fitslint.syntax import cards as memo
from fitslint.syntax.cards import fold_card, parse_card
from fitslint.syntax.write_cards import join_card, split_card, write_card
from tests import strategies as fits

TWINS = [
    ("DATE    = '2024-02-30'", "DATE    = '2024-02-28'"),
    ("BITPIX  =                   12", "BITPIX  =                   16"),
    ("XTENSION= 'BINTABLE'", "XTENSION= 'BINTABEL'"),
    ("RADESYS = 'ICRS    '", "RADESYS = 'ICRX    '"),
    ("TFORM1  = '1J      '", "TFORM1  = '1Y      '"),
    ("TUNIT1  = 'km/s    '", "TUNIT1  = 'kn/s    '"),
    ("EXPTIME =              1.5e+02", "EXPTIME =              1.5x+02"),
    ("EXPTIME =              1.5E+02", "EXPTIME =              1.5G+02"),
    ("EXTEND  =                 TRUE", "EXTEND  =                 TALE"),
    ("END", "EMD"),
    ("CRPIX10 =                  1.0", "CRPIX01 =                  1.0"),
    ("NAXIS   =                    0", "BLANK   =                    0"),
    ("HIERARCH ESO DET = 1", "HIERARCH ESO DEt = 1"),
    ("OBJECT  =   2004-01-02T03:04:05", "OBJECT  =   2004-01-02R03:04:05"),
    ("GAIN    =                 0x1F", "GAIN    =                 0y1F"),
    ("GAIN    =                  NaN", "GAIN    =                  Abc"),
]
"""Pairs that fold alike, or nearly, and mean different things."""


def fresh(raw):
    memo._forms_by_key.clear()
    memo._legal_forms.clear()
    return parse_card(raw)


@given(fits.any_cards)
def test_any_80_bytes_have_a_form(raw):
    form = parse_card(raw)
    spans = [span for span in (form.name, form.value, form.comment, form.fault_span) if span]
    assert all(0 <= start <= end <= 80 for start, end in spans)
    card = Card(raw, form)
    assert isinstance(card.keyword, str)
    assert isinstance(card.value, str | int | float | complex | bool | None)
    assert form.legal == (form.fault_span is None)


@given(st.lists(fits.any_cards, min_size=2, max_size=6))
def test_a_form_does_not_depend_on_what_came_before(images):
    alone = [fresh(raw) for raw in images]
    memo._forms_by_key.clear()
    memo._legal_forms.clear()
    assert [parse_card(raw) for raw in images] == alone


@pytest.mark.parametrize(("first", "second"), TWINS)
def test_twins_are_told_apart(first, second):
    images = fits.padded(first), fits.padded(second)
    alone = [fresh(raw) for raw in images]
    for order in (images, images[::-1]):
        memo._forms_by_key.clear()
        memo._legal_forms.clear()
        found = {raw: parse_card(raw) for raw in order}
        assert [found[raw] for raw in images] == alone


@given(fits.any_cards)
def test_folding_changes_neither_legality_nor_columns(raw):
    form = fresh(raw)
    if form.legal:
        assert fresh(fold_card(raw)) == form


@given(fits.legal_cards)
def test_folding_is_idempotent(raw):
    assert fold_card(fold_card(raw)) == fold_card(raw)


@given(fits.any_cards)
def test_reading_then_writing_keeps_every_byte(raw):
    assert join_card(split_card(raw)) == raw


@given(fits.keywords, fits.values, st.text(fits.PRINTABLE, max_size=30))
def test_reading_is_the_inverse_of_writing(keyword, value, comment):
    images = write_card(keyword, value, comment)
    assert all(len(image) == 80 for image in images)
    forms = [parse_card(image) for image in images]
    assert all(form.legal for form in forms)
    card = Card(images[0], forms[0])
    assert card.keyword == keyword
    read = card.value
    for image, form in zip(images[1:], forms[1:], strict=True):
        if form.kind == "continue":
            assert isinstance(read, str)
            assert read.endswith("&")
            read = read[:-1] + unquote(Card(image, form).text)
    if isinstance(value, str):
        assert isinstance(read, str)
        assert read.rstrip(" ") == value.rstrip(" ")
    else:
        assert type(read) is type(value)
        assert read == value


@given(fits.floats)
def test_written_reals_are_exact(value):
    read = Card(raw := write_card("VALUE", value)[0], parse_card(raw)).value
    assert isinstance(read, float)
    assert math.copysign(1, read) == math.copysign(1, value)
    assert read == value
