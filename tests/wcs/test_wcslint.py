"""What the validator of astropy (wcslint) passes or breaks down over is a finding here."""

import io
import warnings

import pytest
from astropy.io import fits as fits_io
from astropy.wcs import validate

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from tests.wcs.test_conversions import COORDINATES, STRAIGHT, fits

GOOD = {**COORDINATES, **STRAIGHT}
STEPS = {"CDELT1": -0.02, "CDELT2": 0.02}
SIP = {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "A_2_0": 0.0001}
TAB = {"CTYPE3": "WAVE-TAB", "CRVAL3": 1.0, "CRPIX3": 1.0, "CDELT3": 1.0}
NO_ISSUES, BREAKS = "No issues.", ""


def ask_wcslint(data: bytes) -> str:
    """What it says of a file; empty where it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return repr(validate(fits_io.open(io.BytesIO(data))))
        except (KeyError, ValueError, MemoryError):
            return BREAKS


@pytest.mark.parametrize(
    ("cards", "theirs", "code"),
    [
        ({"PC1_1": 1.0, "PC2_2": 1.0, **STEPS}, NO_ISSUES, "WC106"),
        ({"PC1_1": 0.5, "PC2_2": 0.5, **STEPS}, NO_ISSUES, "WC106"),
        ({"PC1_1": 0.5, "PC2_2": 0.5, **STEPS}, NO_ISSUES, "WC208"),
        ({"CTYPE1": "RA--TAN", "CTYPE2": "DEC-TAN"}, NO_ISSUES, "WC111"),
        ({"RADESYS": "J2000"}, NO_ISSUES, "WC118"),
        ({"RADESYS": "XYZ"}, NO_ISSUES, "WC118"),
        ({"WCSAXES": 2}, NO_ISSUES, "WC101"),
        (SIP, BREAKS, "WD101"),
        (TAB, BREAKS, "WC136"),
        ({**TAB, "PS3_0": "TABLE", "PS3_1": "COLUMN"}, BREAKS, "WC137"),
    ],
)  # fmt: skip
def test_what_wcslint_does_not_tell_is_a_finding(cards, theirs, code):
    data = fits({**GOOD, **cards})
    said = ask_wcslint(data)
    assert theirs in said and bool(theirs) == bool(said)
    found = Linter(Settings()).lint(read_bytes(data, "a.fits")).findings
    assert code in {one.code for one in found if one.severity != "info"}


def test_a_good_header_is_one_for_both():
    data = fits(GOOD)
    assert NO_ISSUES in ask_wcslint(data)
    found = Linter(Settings()).lint(read_bytes(data, "a.fits")).findings
    assert not [one for one in found if one.code.startswith(("WC", "WD"))]
