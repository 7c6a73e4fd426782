"""Pixels and the sky, against astropy."""

import math

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io.fits import Header
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.kappa.qc.frame_cards import read_map_frame
from fitslint.pipeline.kappa.qc.geometry import measure_edge_error
from fitslint.wcs.linear import (
    convert_linear_to_sky,
    convert_sky_to_linear,
    convert_sky_to_tangent,
    convert_tangent_to_sky,
)
from fitslint.wcs.map_frame import compute_separation
from tests.pipeline.kappa.qc import sky

angles = st.floats(0, 359.9)
heights = st.floats(-88, 88)
near = st.floats(-600, 600)


@given(angles, heights, near, near)
def test_the_tangent_plane_and_linear_offsets_return(ra, dec, east, north):
    for there, back in (
        (convert_tangent_to_sky, convert_sky_to_tangent),
        (convert_linear_to_sky, convert_sky_to_linear),
    ):
        x, y = back(*there(east, north, (ra, dec)), (ra, dec))
        assert float(x) == pytest.approx(east, abs=1e-6)
        assert float(y) == pytest.approx(north, abs=1e-6)


@given(angles, st.floats(-80, 80), st.floats(0, 360), st.floats(1e-3, 3), st.floats(0, 359))
def test_frames_agree_with_astropy_to_a_microarcsec(ra, dec, turn, pixel, pole):
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    header = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg", "CUNIT2": "deg",
        "CRVAL1": ra, "CRVAL2": dec, "CRPIX1": 50.5, "CRPIX2": 41.0,
        "CD1_1": -pixel * cosine / 3600, "CD1_2": pixel * sine / 3600,
        "CD2_1": pixel * sine / 3600, "CD2_2": pixel * cosine / 3600,
        "LONPOLE": pole,
    }  # fmt: skip
    frame = read_map_frame(header, (90, 110), "x")
    columns, rows = np.array([0.0, 109, 30]), np.array([0.0, 89, 70])
    mine = frame.to_sky(columns, rows)
    its = WCS(Header(header)).wcs_pix2world(columns, rows, 0)
    for place in zip(*mine, *its, strict=True):
        assert compute_separation(*map(float, place)) < 1e-6
    assert np.allclose(frame.to_pixel(*mine), (columns, rows), atol=1e-6)
    assert frame.determinant < 0


@given(angles, heights, angles, heights)
def test_separation_agrees_with_astropy(ra, dec, other_ra, other_dec):
    first = SkyCoord(ra * u.deg, dec * u.deg)
    second = SkyCoord(other_ra * u.deg, other_dec * u.deg)
    expected = first.separation(second).arcsec
    assert compute_separation(ra, dec, other_ra, other_dec) == pytest.approx(
        expected, rel=1e-9, abs=1e-6
    )


@pytest.mark.parametrize(("dec", "error"), [(38.0, 0.049), (60.0, 0.109)])
def test_linear_positions_are_off_as_is_known(dec, error):
    """At 150 arcsec along an edge, by Lenstool's own grids."""
    frame = read_map_frame(sky.cards(301, CRVAL2=dec), (301, 301), "x")
    edge, corner = measure_edge_error(frame)
    assert edge <= corner
    assert edge == pytest.approx(error, abs=0.06)
    assert corner == pytest.approx(2 * error, rel=0.15)


def test_offsets_count_x_to_the_west():
    header = {
        "CTYPE1": "LINEAR", "CUNIT1": "arcsec", "CRVAL1": -10.0, "CRVAL2": -20.0,
        "CRPIX1": 1.0, "CRPIX2": 1.0, "CDELT1": 0.5, "CDELT2": 0.5,
    }  # fmt: skip
    frame = read_map_frame(header, (81, 41), "x")
    east, north = frame.compute_offsets(0, 0)
    assert (float(east), float(north)) == (10.0, -20.0)
    assert not frame.is_on_sky


def test_frames_are_alike_to_a_hundredth_of_a_pixel():
    one = read_map_frame(sky.cards(), (256, 256), "x")
    assert one.has_same_pixels(read_map_frame(sky.cards(CRPIX1=128.505), (256, 256), "x"))
    assert not one.has_same_pixels(read_map_frame(sky.cards(CRPIX1=128.6), (256, 256), "x"))
    assert not one.has_same_pixels(read_map_frame(sky.cards(), (256, 255), "x"))
