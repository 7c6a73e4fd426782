"""A card that lacks its value indicator has no value, for the quick look at columns as well."""

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes

LIMITS = Settings().limits
CARDS = [
    "SIMPLE  =                    T",
    "BITPIX  =                    8",
    "NAXIS   =                    2",
    "NAXIS1  =                    1",
    "NAXIS2  =                    1",
    "CTYPE1  = 'RA---TAN'",
    "CTYPE2  = 'DEC--TAN'",
    "CRVAL1  =                150.0",
    "CRVAL2  =                  2.0",
    "CRPIX1  =                  1.0",
    "CRPIX2  =                  1.0",
    "CD1_1   =           -4.8113E-5",
    "CD1_2   =           -2.7778E-5",
    "CD2_1   =           -2.7778E-5",
    "CD2_2   =            4.8113E-5",
    "EQUINOX =               2000.0",
    "RADESYS = 'FK5     '",
    "DATE-OBS= '2002-11-04T10:11:12'",
    "MJD-OBS =       52582.42444444",
    "END",
]
NUMBERED = ("CRVAL1", "CRPIX1", "CD1_1", "CD2_1", "EQUINOX", "MJD-OBS", "DATE-OBS")


def make_file(cards):
    return "".join(card.ljust(80) for card in cards).ljust(2880).encode() + bytes(2880)


@pytest.mark.parametrize("keyword", NUMBERED)
@pytest.mark.parametrize("indicator", ["/ ", "=1", "=-", "  "])
def test_what_is_remembered_of_a_header_is_not_said_of_one_without_a_value(keyword, indicator):
    bad = [
        card[:8] + indicator + card[10:] if card.startswith(keyword.ljust(8)) else card
        for card in CARDS
    ]
    assert bad != CARDS
    remembering, forgetting = Linter(Settings()), Linter(Settings(), memo=False)
    for cards in (CARDS, bad, CARDS):
        data = make_file(cards)
        reports = [
            linter.lint(read_bytes(data, "one.fits", LIMITS))
            for linter in (remembering, forgetting)
        ]
        assert reports[0].findings == reports[1].findings
    assert forgetting.lint(read_bytes(make_file(bad), "one.fits", LIMITS)).findings
