"""Units that comments state, each in its own way."""

import pytest

from fitslint.rules.dictionary.comments import find_comment_unit


@pytest.mark.parametrize(
    ("comment", "unit", "found"),
    [
        ("[K] detector temperature", "K", "K"),
        ("Detector temperature (K)", "K", "K"),
        ("CCD temperature [celsius degree]", "K", ""),
        ("AD conversion factor (electron/ADU)", "e/ADU", "e/ADU"),
        ("AD conversion factor [electrons/adu]", "e/ADU", "e/ADU"),
        ("AD conversion factor", "e/ADU", ""),
        ("Modified Julian Date at typical time", "day", "day"),
        ("MJD at start of exposure", "days", "days"),
        ("Relative X pos (mm)", "arcsec", "mm"),
    ],
)
def test_stated(comment, unit, found):
    assert find_comment_unit(comment, unit) == found
