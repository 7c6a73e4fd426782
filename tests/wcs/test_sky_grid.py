"""Grids on the sky, against astropy.wcs."""

import os

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from fitslint.wcs.errors import GridError
from fitslint.wcs.linear import convert_linear_to_sky, convert_sky_to_linear
from fitslint.wcs.sky_grid import SkyGrid


def header(ctype=("RA---TAN", "DEC--TAN"), angle=0.0, mirror=-1, **more):
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    step = 0.4 / 3600
    return fits.Header({
        "CTYPE1": ctype[0], "CTYPE2": ctype[1], "CRVAL1": 40.0, "CRVAL2": 60.0,
        "CRPIX1": 20.0, "CRPIX2": 11.0, "CUNIT1": "deg", "CUNIT2": "deg",
        "CD1_1": mirror * step * cosine, "CD1_2": step * sine,
        "CD2_1": -mirror * step * sine, "CD2_2": step * cosine,
    } | more)  # fmt: skip


def image(folder, cards, shape=(30, 50), kind=fits.PrimaryHDU):
    path = folder / "image.fits"
    hdu = kind(np.zeros(shape, ">f4"), header=cards)
    hdus = [hdu] if kind is fits.PrimaryHDU else [fits.PrimaryHDU(), hdu]
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return path


def apart(grid, wcs):
    """Largest mas between the positions of a grid and those that astropy.wcs has of a header."""
    rows, columns = grid.shape
    across, up = np.meshgrid(np.arange(columns), np.arange(rows))
    told = wcs.pixel_to_world(across, up)
    if told.frame.name == "fk5":  # taken as it is: a model does not tell which it is in
        told = SkyCoord(told.ra, told.dec)
    told = told.icrs
    ours = SkyCoord(*convert_linear_to_sky(*grid.block(0, rows), grid.reference), unit="deg")
    return told.separation(ours).max().to_value(u.mas)


REFERENCES = {
    "north up": header(),
    "rotated": header(angle=33.0),
    "mirrored": header(mirror=1, angle=200.0),
    "sine": header(("RA---SIN", "DEC--SIN"), angle=10.0),
    "distorted": header(
        ("RA---TAN-SIP", "DEC--TAN-SIP"), A_ORDER=2, A_2_0=1e-4, B_ORDER=2, B_1_1=-2e-4
    ),
    "galactic": header(("GLON-TAN", "GLAT-TAN"), CRVAL1=134.4, CRVAL2=0.0),
    "latitude first": header(("DEC--TAN", "RA---TAN"), CRVAL1=60.0, CRVAL2=40.0),
    "polynomial": header(("RA---ZPN", "DEC--ZPN"), PV2_1=1.0, PV2_3=20.0),
    "degenerate axes": header(
        NAXIS=4, CTYPE3="FREQ", CTYPE4="STOKES", CRPIX3=1.0, CRVAL3=1e9, CDELT3=1e6, CD3_3=1e6,
        CD4_4=1.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFERENCES)
def test_a_grid_has_the_positions_of_its_image(tmp_path, name):
    cards = REFERENCES[name]
    shape = (1, 1, 30, 50) if name == "degenerate axes" else (30, 50)
    path = image(tmp_path, cards, shape)
    wcs = WCS(fits.getheader(path)).celestial
    middle = wcs.pixel_to_world(25, 15).icrs
    grid = SkyGrid.like(path, (middle.ra.deg, middle.dec.deg + 0.01))
    assert grid.shape == (30, 50)
    assert apart(grid, wcs) < 0.01
    again = WCS(fits.Header(grid.cards()))
    assert apart(grid, again) < 0.01


@pytest.mark.parametrize("kind", [fits.ImageHDU, fits.CompImageHDU])
def test_images_in_extensions(tmp_path, kind):
    path = image(tmp_path, header(angle=5.0), kind=kind)
    for hdu in (None, "2", 2):
        assert SkyGrid.like(path, (40.0, 60.0), hdu).shape == (30, 50)


def test_a_rotated_image_of_the_corpus(corpus):
    path = corpus / "VeraPatricio+FRApy/Demo_data/A370_map_metallicity.fits"
    grid = SkyGrid.like(path, (39.97134, -1.5822597))
    assert grid.shape == (89, 139)
    assert grid.pixel == pytest.approx((0.2, 0.2))
    assert apart(grid, WCS(fits.getheader(path))) < 0.01
    assert apart(grid, WCS(fits.Header(grid.cards()))) < 0.01


@given(
    st.floats(0, 359), st.floats(-88, 88), st.floats(-170, 170), st.floats(-170, 170),
    st.sampled_from([0.05, 0.5, 2.0]),
)  # fmt: skip
def test_a_galaxy_is_where_the_map_has_it(ra, dec, x, y, pixel):
    reference = (ra, dec)
    grid = SkyGrid.build_gnomonic(reference, pixel, (40, 60))
    wcs = WCS(fits.Header(grid.cards()))
    column, row = wcs.all_world2pix(*convert_linear_to_sky(x, y, reference), 0)
    there = convert_sky_to_linear(*wcs.all_pix2world(column, row, 0), reference)
    assert there == pytest.approx((x, y), abs=1e-3 if abs(dec) > 80 else 2e-4)


def test_offsets_cross_the_first_meridian():
    grid = SkyGrid.build_gnomonic((0.001, 10.0), 1.0, (40, 60), reference=(359.999, 10.0))
    x, y = grid.block(0, 40)
    assert np.abs(x).max() < 60
    assert np.abs(np.diff(x, axis=1) - 1).max() < 0.01
    assert np.abs(y).max() < 30


@pytest.mark.parametrize("angle", [0.0, 30.0, 117.0, -90.0])
def test_axes_turn_with_the_image(tmp_path, angle):
    grid = SkyGrid.like(image(tmp_path, header(angle=angle)), (40.0, 60.0))
    turn = grid.turn(0, 30)
    x, y = grid.block(0, 30)
    along = np.arctan2(np.diff(y, axis=1), np.diff(x, axis=1))[10, 19]
    assert turn.handedness == 1
    assert np.arctan2(turn.sine, turn.cosine)[10, 19] == pytest.approx(along, abs=1e-4)
    mirrored = SkyGrid.like(image(tmp_path, header(angle=angle, mirror=1)), (40.0, 60.0))
    assert mirrored.turn(0, 30).handedness == -1


def test_meridians_converge():
    grid = SkyGrid.build_gnomonic((40.0, 60.0), 1.0, (201, 301))
    turn = grid.turn(100, 101)
    angle = np.degrees(np.arctan2(turn.sine, turn.cosine))[0]
    assert abs(angle[150]) < 1e-6
    # 150 arcsec along the parallel at 60 degrees: 150" tan(60 deg)
    assert abs(angle[0]) == pytest.approx(150 / 3600 * np.tan(np.radians(60)), rel=0.01)
    assert angle[0] == pytest.approx(-angle[-1], rel=1e-6)


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        (fits.Header(), "no celestial world coordinates"),
        (header(("HPLN-TAN", "HPLT-TAN")), "not on the sky of the stars"),
        (header(CRVAL1=220.0), "another field"),
        (header(CUNIT1="furlong"), "world coordinates"),
        (header(CD1_1=1e-4, CD1_2=1e-4, CD2_1=1e-4, CD2_2=1e-4), "a matrix without inverse"),
        (header(CRPIX1="NaN"), "world coordinates cannot be used: CRPIX1 = 'NaN' is no number"),
        (header(CD1_1=1e300, CD2_2=1e-300), "no image of the sky"),
    ],
)
def test_images_that_give_no_grid(tmp_path, cards, said):
    path = image(tmp_path, cards)
    with pytest.raises(GridError, match=said) as error:
        SkyGrid.like(path, (40.0, 60.0))
    assert str(error.value).startswith(str(path))


@pytest.mark.parametrize("content", [b"", b"\x00" * 2880, b"SIMPLE  =                    T" * 99])
def test_files_that_are_none(tmp_path, content):
    path = tmp_path / "image.fits"
    path.write_bytes(content)
    with pytest.raises(GridError):
        SkyGrid.like(path, (40.0, 60.0))
    with pytest.raises(GridError, match="no such file"):
        SkyGrid.like(tmp_path / "none.fits", (40.0, 60.0))


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.fits")
    for path in (tmp_path / "pipe.fits", "/dev/zero", tmp_path):
        with pytest.raises(GridError, match="not a file"):
            SkyGrid.like(path, (40.0, 60.0))


@pytest.mark.parametrize("pixel", [0.0, -1.0, float("nan"), float("inf")])
def test_pixels_without_a_size(pixel):
    with pytest.raises(GridError):
        SkyGrid.build_gnomonic((40.0, 60.0), pixel, (30, 30))


def test_an_image_that_lonpole_turns_keeps_its_place(tmp_path):
    header = fits.Header(
        {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 266.4, "CRVAL2": -28.9,
         "CRPIX1": 20.0, "CRPIX2": 21.5, "CDELT1": -0.002, "CDELT2": 0.002, "LONPOLE": 0.0}
    )  # fmt: skip
    image = tmp_path / "image.fits"
    fits.writeto(image, np.zeros((43, 43), np.float32), header)
    cards = fits.Header(SkyGrid.like(image, (266.4, -28.9)).cards())
    corner = WCS(cards).all_pix2world(0, 0, 0)
    assert np.allclose(corner, WCS(header).all_pix2world(0, 0, 0), rtol=0, atol=1e-9)
