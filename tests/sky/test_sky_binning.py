"""Pixel sizes with and without binning, against the scale."""

import math

import pytest

from fitslint.rules.sky.binning import read_binning
from fitslint.source.files import read_bytes
from tests.sky.__main__ import judge_bytes
from tests.sky.test_sky_evidence import list_found
from tests.sky.test_sky_reference_pixel import STEP, write

LENGTH = 9e-3 / math.radians(STEP)
"""The focal length in mm at which 9 microns are one pixel of the example."""


def list_scales(factor, **cards):
    """Findings of an image whose pixels are so many times those of the optics."""
    return list_found("WC201", FOCALLEN=round(LENGTH * factor, 1), XPIXSZ=9.0, **cards)


@pytest.mark.parametrize("factor", [1, 1.5, 2, 3])
def test_binning_that_is_not_told(factor):
    assert list_scales(factor) == []


@pytest.mark.parametrize(
    ("factor", "binning", "is_told"),
    [(1, 1, False), (1.5, 1, False), (0.66, 1, False), (2, 1, False), (3, 1, False),
     (4, 1, True), (0.25, 1, True), (2, 2, False), (4, 2, False), (8, 2, True), (0.2, 4, True),
     (4, 4, False), (12, 4, False)],
)  # fmt: skip
def test_binning_that_is_told(factor, binning, is_told):
    assert bool(list_scales(factor, XBINNING=binning, YBINNING=binning)) == is_told


@pytest.mark.parametrize(
    ("cards", "binning"),
    [({}, None), ({"XBINNING": 2}, 2.0), ({"XBINNING": 2, "YBINNING": 8}, 4.0),
     ({"CCDSUM": "2 2"}, 2.0), ({"BINNING": "3x3"}, 3.0), ({"CCDSUM": "1 1", "XBINNING": 2}, None),
     ({"XBINNING": 0}, None), ({"XBINNING": 1.5}, None), ({"XBINNING": "2"}, None),
     ({"CCDSUM": "two"}, None), ({"BIN-FCT1": 2, "BIN-FCT2": 2, "CCDSUM": "2 2"}, 2.0),
     ({"BIN-FCT1": 1234567}, None),
     ({"CCDSUM": "1 1", "LTM1_1": 0.25, "LTM2_2": 0.25}, 4.0),
     ({"CCDSUM": "2 2", "LTM1_1": 0.5, "LTM2_2": 0.5}, 4.0), ({"LTM1_1": 0.25}, None),
     ({"CCDSUM": "1 1", "LTM1_1": -1.0, "LTM2_2": 0.0}, 1.0)],
)  # fmt: skip
def test_keywords_of_binning(cards, binning):
    assert read_binning(read_bytes(write(**cards), "x.fits").hdus[0].header) == binning


@pytest.mark.parametrize(("binning", "factor", "is_told"), [
    (None, 5, False), (1, 5, True), (2, 5, False), (1, 2, False), (1, 0.2, True),
])  # fmt: skip
def test_the_scale_of_an_instrument_by_binning(binning, factor, is_told):
    step = 0.0377 * factor / 3600
    cards = {"CDELT1": -step, "CDELT2": step, "INSTRUME": "ACS"}
    if binning:
        cards["BIN-FCT1"] = binning
    assert bool(list_found("WC201", **cards)) == is_told


def test_an_image_that_iraf_averaged_keeps_the_binning_of_its_detector():
    step = 0.263 * 4 / 3600
    cards = {"CDELT1": -step, "CDELT2": step, "INSTRUME": "DECam", "CCDSUM": "1 1"}
    assert len(list_found("WC201", **cards)) == 1
    assert list_found("WC201", **cards, LTM1_1=0.25, LTM2_2=0.25) == []


@pytest.mark.parametrize(
    ("scale", "is_told"), [(0.6, False), (0.75, False), (0.9, False), (1.22, False), (0.01, True)]
)
def test_mosaics_of_spitzer_keep_the_scale_of_the_detector(scale, is_told):
    """0.75 arcsec are those of S4G and SINGS, whose headers have the PXSCAL1 of a frame."""
    cards = {"CDELT1": -scale / 3600, "CDELT2": scale / 3600}
    assert bool(list_found("WC201", **cards, PXSCAL1=-1.2233, PXSCAL2=1.2233)) == is_told


@pytest.mark.parametrize(
    ("comment", "is_told"),
    [
        ("[arcsec] of a pixel", True),
        ("arcsec/pixel", True),
        ("", True),
        ("[mas/pix]", False),
        ("degrees", False),
        ("pixel size in microns", False),
        ("[um]", False),
        ("[kpc]", False),
    ],
)
def test_a_scale_whose_comment_has_another_unit(comment, is_told):
    raw = write(PIXSCALE=9.95)
    at = raw.index(b"PIXSCALE=")
    raw = raw[: at + 30] + f" / {comment}".encode().ljust(50) + raw[at + 80 :]
    told = [one.code for one in judge_bytes(raw).findings if one.code == "WC201"]
    assert bool(told) == is_told
