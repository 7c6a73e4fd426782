"""Sums that a repair writes: they hold, together with all else that it changes."""

from __future__ import annotations

import io
import warnings

import pytest
from astropy.io import fits

from fitslint.repair.options import FixOptions
from fitslint.syntax.checksum import add_words
from fitslint.testing.examples import build_example
from tests.repair.laws import SAFE, STYLE, UNSAFE, applied, planner

MODULUS = 2**32 - 1


def fix(block: str, options: FixOptions = SAFE, kind: str = "primary") -> bytes:
    data = build_example(block, kind).data
    return applied(data, planner().plan(data, options, "x.fits"))


def verified(data: bytes) -> bool:
    """Whether astropy finds both sums in every HDU, and no fault with them."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with fits.open(io.BytesIO(data), checksum=True) as hdus:
            sums = [hdu.header.get(name) for hdu in hdus for name in ("CHECKSUM", "DATASUM")]
    return all(sums) and not [one for one in told if "verification failed" in str(one.message)]


STALE = "OBJECT  = 'M 33    '\nCHECKSUM= 'hcHjjc9ghcEghc9g'\nDATASUM = '0       '"


@pytest.mark.parametrize("more", ["", "\nKEY = 5", "\nexptime = 1.5d2\nDATE-OBS= '24/12/96'"])
def test_a_stale_sum_is_renewed_when_asked(more):
    stale = fix(STALE + more)
    assert not verified(stale)
    assert verified(fix(STALE + more, UNSAFE))


@pytest.mark.parametrize("more", ["", "\nKEY = 5", "\nexptime = 1.5d2\n@repeat 29 HISTORY {n}"])
def test_a_missing_sum_that_the_header_tells_is_added(more):
    assert verified(fix(f"DATASUM = '0       '{more}"))
    sealed = "@seal\nCHECKSUM= '0000000000000000'\nDATASUM = '0       '"
    alone = build_example(f"{sealed}{more}").data.replace(
        b"DATASUM = '0       '", b"DATASUX = '0       '"
    )
    assert not verified(alone)


def test_sums_of_data_are_left_to_those_who_read_them():
    block = "NAXIS   =                    1\nNAXIS1  =                   10\nCHECKSUM= ''"
    assert b"DATASUM" not in fix(block, UNSAFE)


def test_headers_without_data_get_both_where_others_have_them():
    block = ("OBJECT  = 'M 31    '\n@hdu image\n@seal\nCHECKSUM= '0000000000000000'\n"
             "DATASUM = '0       '")  # fmt: skip
    assert not verified(fix(block))
    assert verified(fix(block, STYLE))


def test_a_sum_is_moved_into_its_columns_where_it_holds_there():
    good = build_example("@seal\nCHECKSUM= '0000000000000000'\nDATASUM = '0       '").data
    at = good.index(b"CHECKSUM= ")
    card = good[at : at + 80]
    moved = card[:10] + b" " + card[10:79]
    data = good.replace(card, moved)
    mended = applied(data, planner().plan(data, SAFE, "x.fits"))
    assert mended == good
    other = data.replace(b"SIMPLE  =                    T   ", b"SIMPLE  =                    T /x")
    assert moved in applied(other, planner().plan(other, SAFE, "x.fits"))


def test_words_of_a_renewed_header_add_up():
    data = fix(STALE, UNSAFE)
    assert add_words(data) % MODULUS == 0
