"""What a default fix leaves to a person, each seen to change what a reader had."""

import pytest

from tests.repair.laws import applied, planner
from tests.strategies import ARRAY, BLOCK, PRIMARY, TABLE, file_of, padded

FIRST = "CRVAL1  = 83.0"


def fix(*cards: str, head=PRIMARY, data: int = 0) -> list[str]:
    """The cards as the default fix leaves them."""
    before = file_of(map(padded, (*head, *cards))) + bytes(data)
    if head is TABLE:
        before = file_of(map(padded, PRIMARY)) + before
    after = applied(before, planner().plan(before))
    start = after.index(padded(head[-1])) + 80
    images = [after[at : at + 80].decode("latin-1") for at in range(start, len(after), 80)]
    return [" ".join(image.split()) for image in images[: len(cards)]]


def is_left(*cards: str, **place) -> bool:
    return fix(*cards, **place) == [" ".join(card.split()) for card in cards]


@pytest.mark.parametrize(
    "second",
    [
        "CRVAL1  =83.8",
        "CRVAL1=83.8",
        "CRVAL1  = 83.8d0",
        "CRVAL1  = 83.8 centre",
        "crval1  = 83.8",
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_no_second_value_for_a_keyword(second, turned):
    cards = (second, FIRST) if turned else (FIRST, second)
    assert is_left(*cards)
    assert not is_left(second)


@pytest.mark.parametrize("turned", [False, True])
def test_no_second_value_out_of_quotes(turned):
    cards = ("BZERO   = 83.0", "BZERO   = '83.8'")
    assert is_left(*(cards[::-1] if turned else cards), head=ARRAY, data=BLOCK)
    assert not is_left(cards[1], head=ARRAY, data=BLOCK)


def test_an_equal_second_value_is_fine():
    assert fix(FIRST, "CRVAL1  =83.0") != [FIRST, "CRVAL1  =83.0"]


@pytest.mark.parametrize("scale", ["TAI", "TT", "LOCAL", "tai"])
def test_utc_beside_another_scale_is_kept(scale):
    assert fix("DATE-OBS= '2004-01-02T03:04:05Z'", f"TIMESYS = '{scale}'")[0].endswith("Z'")


@pytest.mark.parametrize("scale", ["UTC", "utc", "UTC(NIST)"])
def test_utc_beside_utc_may_go(scale):
    cards = fix("DATE-OBS= '2004-01-02T03:04:05Z'", f"TIMESYS = '{scale}'")
    assert cards[0] == "DATE-OBS= '2004-01-02T03:04:05'"


def test_dots_do_not_tell_day_from_month():
    assert is_left("DATE-OBS= '02.01.2004'")
    assert fix("DATE-OBS= '22.01.2004'") == ["DATE-OBS= '2004-01-22'"]


@pytest.mark.parametrize("number", ["1e400", "1E-400", "-1D+310"])
def test_no_number_that_cfitsio_refuses(number):
    assert is_left(f"CRVAL1  = '{number}'")


def test_a_real_that_underflows_is_not_0():
    assert is_left("EXTVER  = 1E-400")


def test_a_name_with_a_slash_is_no_number():
    assert is_left("OBJECT  = 67/P")
    assert fix("OBJECT  = 67 / P") == ["OBJECT = '67 ' / P"]


def test_a_tab_within_a_long_string_is_kept():
    cards = ("OBJECT  = 'one &'", "CONTINUE  'two\tthree'")
    before = file_of(map(padded, (*PRIMARY, *cards)))
    assert padded(cards[1]) in applied(before, planner().plan(before))


def test_an_epoch_in_quotes_is_no_equinox():
    assert is_left("EPOCH   = '2004.5'")
    assert is_left("EQUINOX = '1950'", "EPOCH   = 2000.0")


@pytest.mark.parametrize("form", ["{:<8}=2", "{}=2", "{:<8}= 2\t", " {} = 2", "{:<8}= 2d0"])
@pytest.mark.parametrize("name", ["BSCALE", "BZERO"])
def test_pixels_stay_as_they_are_read(form, name):
    card = form.format(name)
    assert padded(card).split() == padded(fix(card, head=ARRAY, data=BLOCK)[0]).split()


@pytest.mark.parametrize(
    "card",
    ["TSCAL1  = '2.0'", "TZERO1  = '10'", "tscal1  = 2.0", "tnull1  = 5", "TSCAL1  = 2d0"],
)
def test_cells_stay_as_they_are_read(card):
    assert is_left(card, head=TABLE)


def test_what_gives_the_same_numbers_is_mended():
    assert fix("BZERO   = '32768'", head=ARRAY, data=BLOCK) == ["BZERO = 32768"]
    assert fix("TSCAL1  = 2.0 x", head=TABLE) == ["TSCAL1 = 2.0 / x"]


@pytest.mark.parametrize("tail", ["CONTINUE  'b'", "CONTINUE 'b'"])
def test_a_string_that_is_continued_stays_one(tail):
    assert is_left("BZERO   = '83.8'", tail, head=ARRAY, data=BLOCK)
    beside = fix("BZERO   = '83.8'", f"OBJECT  = '{tail[10:11]}'", head=ARRAY, data=BLOCK)
    assert beside[0] == "BZERO = 83.8"


@pytest.mark.parametrize("twin", ["OBJECT  = 'M31'", "EPOCH   = 1950.0"])
def test_a_false_end_stays_in_its_block(twin):
    fill = [f"K{number:<7}= {number}" for number in range(30)]
    assert is_left(twin, twin, "END     = 5", *fill)


def test_no_string_gets_the_continuation_of_another_card():
    cards = ("GAIN    = 5", "OBJECT  = 'a&'", "GAIN    = 5", "CONTINUE  'b'")
    assert is_left(*cards)
    assert not is_left(*cards[:3], "FILTER  = 'b'")
