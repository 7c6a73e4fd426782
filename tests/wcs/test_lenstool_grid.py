"""Lenstool's own grid."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from fitslint.pipeline.kappa.model import Field
from fitslint.wcs.errors import GridError
from fitslint.wcs.lenstool_grid import LenstoolGrid

FIELD = Field(-128.0, 128.0, -128.0, 128.0)


def test_cards_are_those_of_lenstool(shared):
    theirs = fits.getheader(shared / "oracle/lenstool/t81_ell/mass1.fits.gz")
    ours = LenstoolGrid(FIELD, 512, (197.873, -1.341)).cards()
    for keyword, value in ours.items():
        if keyword in ("GRIDCONV", "RADESYS"):
            continue
        close = value if isinstance(value, str) else pytest.approx(value, rel=1e-14)
        assert theirs[keyword] == close
    assert ours["GRIDCONV"] == "linear"
    assert (theirs["RADECSYS"], ours["RADESYS"]) == ("FK5", "ICRS")


def test_pixel_centres_lie_on_the_edges():
    grid = LenstoolGrid(FIELD, 512, None)
    x, y = grid.block(0, 512)
    assert (x[0, 0], x[0, -1], y[0, 0], y[-1, 0]) == pytest.approx((-128, 128, -128, 128))
    assert grid.pixel == pytest.approx((0.500978, 0.500978), abs=1e-6)


def test_rows_of_a_field_that_is_no_square():
    field = Field(-50.0, 100.0, -20.0, 30.0)
    mass = LenstoolGrid(field, 200, None)
    assert mass.shape == (66, 200)  # 66.67 rows, cut
    assert LenstoolGrid(field, 200, None, 200).shape == (200, 200)
    x, y = mass.block(0, 66)
    assert (x[0, -1], y[-1, 0]) == pytest.approx((100, 30))


def test_without_a_reference_axes_are_offsets_to_the_west_and_north():
    grid = LenstoolGrid(Field(-50.0, 100.0, -20.0, 30.0), 201, None)
    wcs = WCS(fits.Header(grid.cards()))
    x, y = grid.block(0, grid.shape[0])
    there = wcs.wcs_pix2world(np.arange(201), np.zeros(201), 0)
    assert there[0] == pytest.approx(x[0], abs=1e-9)
    assert there[1] == pytest.approx(y[0, 0], abs=1e-9)


@pytest.mark.parametrize(
    ("field", "size"),
    [
        (FIELD, 1),
        (FIELD, 0),
        (FIELD, -5),
        (FIELD, 10**12),
        (Field(0.0, 1e-300, -1e300, 1e300), 9),
        (Field(0.0, 0.0, -1.0, 1.0), 9),
        (Field(1.0, -1.0, -1.0, 1.0), 9),
        (Field(-1.0, 1.0, 0.0, 0.01), 9),
        (Field(float("nan"), 1.0, 0.0, 1.0), 9),
    ],
)
def test_no_grid(field, size):
    with pytest.raises(GridError):
        LenstoolGrid(field, size, None)
