"""Positions that headers state, in degrees and in ICRS."""

from __future__ import annotations

import pytest

from fitslint.wcs.compare import measure_arc
from fitslint.wcs.pointing import convert_to_icrs, list_positions
from tests.wcs.sky_headers import read_cards

RA, DEC = 150.2, -10.5


@pytest.mark.parametrize(
    ("cards", "unit"),
    [
        ("RA      =  150.2\nDEC     = -10.5\n", "deg"),
        ("RA      =  150.2 / [deg] pointing\nDEC     = -10.5 / [deg]\n", "deg"),
        ("RA      = '10:00:48.0'\nDEC     = '-10:30:00'\n", "sexagesimal"),
        ("RA      = '10 00 48.0'\nDEC     = '-10 30 00'\n", "sexagesimal"),
        ("RA      = '150:12:00.0'\nDEC     = '-10:30:00'\n", "sexagesimal"),
        ("RA      = 10.013333333 / [h] pointing\nDEC     = -10.5\n", "h"),
        ("RA2000  = '10:00:48.0'\nDEC2000 = '-10:30:00'\n", "sexagesimal"),
        ("OBJCTRA = '10 00 48'\nOBJCTDEC= '-10 30 00'\n", "sexagesimal"),
    ],
)
def test_positions_are_read_by_their_form(cards, unit):
    (found,) = list_positions(read_cards(cards))
    assert found.unit == unit
    assert found.position == pytest.approx((RA, DEC), abs=1e-6)
    assert found.icrs is not None
    assert measure_arc(found.icrs, (RA, DEC)) < 0.1


def test_the_equinox_holds_for_the_position():
    plain = "RA      =  150.2\nDEC     = -10.5\n"
    (old,) = list_positions(read_cards(plain + "EQUINOX = 1950.0\n"))
    assert (old.system, old.equinox) == ("FK4", 1950.0)
    assert old.icrs == pytest.approx((150.814896, -10.742330), abs=3e-5)
    (fixed,) = list_positions(
        read_cards("RA2000  = '10:00:48.0'\nDEC2000 = '-10:30:00'\nEQUINOX = 1950.0\n")
    )
    assert fixed.icrs == pytest.approx((RA, DEC))
    (own,) = list_positions(
        read_cards("TELRA   = 150.2\nTELDEC  = -10.5\nTELEQUIN= 2000.0\nEPOCH = 1950.0\n")
    )
    assert (own.system, own.equinox) == ("FK5", 2000.0)


@pytest.mark.parametrize(
    ("comment", "header", "frame"),
    [
        ("right ascension (J2000)", "EQUINOX = 1950.0", ("FK5", 2000.0)),
        ("B1950 right ascension", "EQUINOX = 2000.0", ("FK4", 1950.0)),
        ("from B1950 to J2000", "EQUINOX = 1950.0", ("FK4", 1950.0)),
        ("right ascension J20001", "EQUINOX = 1950.0", ("FK4", 1950.0)),
        ("right ascension (J2000)", "RADESYS = 'ICRS'", ("ICRS", None)),
    ],
)
def test_the_comment_tells_the_equinox(comment, header, frame):
    cards = f"RA      = 150.2 / {comment}\nDEC     = -10.5\n{header}\n"
    (found,) = list_positions(read_cards(cards))
    assert (found.system, found.equinox) == frame


@pytest.mark.parametrize(
    "cards",
    [
        "RA      = 0.0\nDEC     = 0.0\n",
        "RA      = 999.0\nDEC     = -99.0\n",
        "RA      = 'N/A'\nDEC     = 'N/A'\n",
        "RA      = '10:61:00'\nDEC     = '1:00:00'\n",
        "RA      = 10.0\n",
    ],
)
def test_what_is_no_position_is_left_out(cards):
    assert list_positions(read_cards(cards)) == []


def test_galactic_centre():
    found = convert_to_icrs((0.0, 0.0), "GALACTIC", None)
    assert found == pytest.approx((266.40499, -28.93617), abs=1e-4)
    assert convert_to_icrs((0.0, 0.0), "GEOCENTRIC", 2000.0) is None
