"""Maps in other projections than TAN: positions and lengths are those on the sky."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from fitslint.pipeline.kappa.qc.assess import run_checks
from fitslint.pipeline.kappa.qc.band_width_map import write_band_width
from fitslint.pipeline.kappa.qc.inputs import QcRequest
from fitslint.wcs.linear import convert_sky_to_tangent
from tests.pipeline.kappa.qc import sky

AWAY = 20.0
"""Degrees from the reference to the lens, where no plane has the lengths of the sky."""


def cards(code, **more):
    """A map around the lens whose reference point lies far to the south."""
    header = sky.cards() | {
        "CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}", "CRVAL2": sky.CENTRE[1] - AWAY, **more,
    }  # fmt: skip
    del header["GRIDCONV"]
    header |= {"CRPIX1": 0.0, "CRPIX2": 0.0}
    column, row = WCS(fits.Header(header)).all_world2pix(*sky.CENTRE, 1)
    middle = (sky.SIZE + 1) / 2
    return header | {"CRPIX1": middle - float(column), "CRPIX2": middle - float(row)}


def lens(header):
    """The convergence of the lens on the pixels of a header, where astropy puts them."""
    rows, columns = np.mgrid[: sky.SIZE, : sky.SIZE]
    position = WCS(fits.Header(header)).all_pix2world(columns, rows, 0)
    west, north = convert_sky_to_tangent(*position, sky.CENTRE)
    return sum(sky.circular(west - x, north - y, *more)[0] for x, y, *more in sky.CLUMPS)


def write(folder, header, name="k.fits", factor=1.0):
    return sky.write(folder / name, lens(header) * sky.RATIO * factor, grid=header)


@pytest.fixture(scope="module")
def tangent(tmp_path_factory):
    """The same lens in the middle of a gnomonic map."""
    return sky.judged(write(tmp_path_factory.mktemp("tangent"), sky.cards()))


@pytest.mark.parametrize("code", ["ZEA", "SIN", "STG", "ARC", "CAR"])
def test_what_is_measured_is_that_of_a_tangent_plane(tmp_path, tangent, code):
    made = sky.judged(write(tmp_path, cards(code)))
    failed, passed = sky.verdicts(made)
    assert not failed - sky.verdicts(tangent)[0]
    assert passed >= {"b.roundtrip", "b.projection", "b.handedness", "c.peak"}
    assert sky.line(made, "c.peak").value == pytest.approx(0.0, abs=0.1)
    assert f"positions are {code} as the header says" in sky.line(made, "b.projection").reason
    for level in ("e.contour-0.5", "e.contour-1"):
        ours, theirs = (sky.line(one, level).details["area_arcsec2"] for one in (made, tangent))
        assert ours == pytest.approx(theirs, rel=0.01)


def test_pixels_have_their_size_on_the_sky(tmp_path):
    made = sky.judged(write(tmp_path, cards("SIN")))
    cosine = np.cos(np.radians(AWAY))
    assert made.inputs.kappa.frame.pixel_scale == pytest.approx(np.sqrt(1 / cosine), rel=1e-4)
    (a, b), (c, d) = made.inputs.kappa.frame.matrix
    assert (a, d) == pytest.approx((-1, 1 / cosine), rel=1e-3)
    assert (b, c) == pytest.approx((0, 0), abs=1e-3)
    clumps = sky.line(made, "c.peak").details["clumps"]
    assert clumps[1]["ra_deg"] == pytest.approx(197.8648, abs=3e-4)
    assert clumps[1]["dec_deg"] == pytest.approx(-1.33498, abs=3e-4)


def test_maps_in_two_projections_do_not_have_the_same_pixels(tmp_path):
    first = write(tmp_path, cards("ZEA"), "zea.fits")
    second = write(tmp_path, cards("SIN"), "sin.fits", factor=1 / sky.RATIO)
    same = write(tmp_path, cards("ZEA"), "same.fits")
    frames = [sky.judged(path).inputs.kappa.frame for path in (first, second, same)]
    assert not frames[0].has_same_pixels(frames[1])
    assert frames[0].has_same_pixels(frames[2])


@pytest.mark.parametrize(
    "header",
    [
        cards("ZEA"),
        cards("SIN", LONPOLE=160.0),
        cards("CAR"),
        sky.cards() | {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2,
                       "A_2_0": 1e-5, "B_ORDER": 2, "B_1_1": 1e-5},
    ],
    ids=["ZEA", "SIN", "CAR", "SIP"],
)  # fmt: skip
def test_the_width_of_a_band_stands_where_its_map_does(tmp_path, header):
    path, other = (write(tmp_path, header, f"{name}.fits", factor) for name, factor in
                   (("a", 1.0), ("b", 1.1)))  # fmt: skip
    made = run_checks(QcRequest(path, {}, also=(other,)))
    written = write_band_width(made, tmp_path)
    band = made.measurements.band
    found = WCS(fits.getheader(written))
    pixels = np.array([[0.0, 0.0], [10.0, 5.0], [40.0, 60.0]])
    expected = WCS(fits.Header(header)).all_pix2world(pixels * band.stride, 0)
    assert np.allclose(found.all_pix2world(pixels, 0), expected, rtol=0, atol=1e-8)
