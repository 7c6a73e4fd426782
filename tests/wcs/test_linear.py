"""Lenstool's linear positions and their error under a gnomonic header."""

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io.fits import Header
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.kappa.model import Field
from fitslint.wcs.lenstool_grid import LenstoolGrid
from fitslint.wcs.linear import (
    convert_linear_to_sky,
    convert_sky_to_linear,
    convert_tangent_to_sky,
    measure_linear_error,
    measure_offset_error,
)

reference = st.tuples(st.floats(0, 360, exclude_max=True), st.floats(-85, 85))
offset = st.floats(-600, 600)


def measured(grid, x, y, reference):
    """mas between where astropy.wcs puts an offset of the map and where it was evaluated."""
    wcs = WCS(Header(grid.cards()))
    cards = grid.cards()
    column = cards["CRPIX1"] + x / grid.pixel[0]
    row = cards["CRPIX2"] + y / grid.pixel[1]
    told = SkyCoord(*wcs.all_pix2world(column, row, 1), unit="deg")
    true = SkyCoord(*convert_linear_to_sky(x, y, reference), unit="deg")
    return told.separation(true).to_value(u.mas)


@given(reference, offset, offset)
def test_linear_positions_make_the_round_trip(reference, x, y):
    again = convert_sky_to_linear(*convert_linear_to_sky(x, y, reference), reference)
    assert again == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize("dec", [-1.341, 38.0, 60.0, -75.0, 0.0])
def test_the_stated_error_is_what_astropy_measures(dec):
    place = (197.873, dec)
    field = Field(-150.0, 150.0, -150.0, 150.0)
    grid = LenstoolGrid(field, 301, place)
    x, y = np.meshgrid(np.linspace(-150, 150, 21), np.linspace(-150, 150, 21))
    by_astropy = measured(grid, x, y, place)
    assert measure_offset_error(x, y, place) == pytest.approx(by_astropy, abs=0.002)
    assert measure_linear_error(place, field) == pytest.approx(by_astropy.max(), abs=0.002)


@pytest.mark.parametrize(("dec", "arcsec"), [(38.0, 0.049), (60.0, 0.109)])
def test_known_errors_at_150_arcsec(dec, arcsec):
    circle = np.radians(np.arange(0, 360, 3))
    along, up = 150 * np.cos(circle), 150 * np.sin(circle)
    assert measure_offset_error(along, up, (40.0, dec)).max() / 1000 == pytest.approx(
        arcsec, rel=0.25
    )


@given(reference, offset, offset)
def test_the_tangent_plane_is_that_of_astropy(reference, x, y):
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.crval = ["RA---TAN", "DEC--TAN"], reference
    wcs.wcs.cdelt, wcs.wcs.crpix = [-1 / 3600, 1 / 3600], [1, 1]
    told = SkyCoord(*wcs.wcs_pix2world(x, y, 0), unit="deg")
    ours = SkyCoord(*convert_tangent_to_sky(x, y, reference), unit="deg")
    assert told.separation(ours).to_value(u.mas) < 0.01
