"""Headers of solved fields: clean, and read as the programs meant them."""

import shutil
import warnings

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from fitslint import check
from fitslint.wcs.summary import summarize_header
from fitslint.wcs.wcs import Wcs
from tests.wcs.simulated_field import (
    COLUMNS,
    ROWS,
    find_true_positions,
    refine_solution,
    resample_image,
    solve_field,
    write_field,
)

CLOSE = 1e-9
"""Degrees between two programs that read one header."""
PIXELS = np.stack(np.meshgrid(np.linspace(1, COLUMNS, 12), np.linspace(1, ROWS, 12)), -1)
PIXELS = PIXELS.reshape(-1, 2)


def require_programs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The field as astrometry.net solves it, and its stars."""
    require_programs("solve-field", "build-astrometry-index")
    folder = tmp_path_factory.mktemp("field")
    stars = write_field(folder)
    solve_field(folder)
    return folder, stars


@pytest.fixture(scope="module")
def refined(solved):
    """The same with the solution of SCAMP."""
    require_programs("source-extractor", "scamp")
    refine_solution(*solved)
    return solved[0]


@pytest.fixture(scope="module")
def resampled(refined):
    """The same with the image of SWarp."""
    require_programs("SWarp")
    resample_image(refined)
    return refined


def read_positions(path, pixels=PIXELS):
    """Positions in degrees by us, held against those of astropy."""
    lines = path.read_bytes()
    if path.suffix == ".head":
        text = lines.decode("latin-1").replace("\xc3\xa9", "e").replace("\xe9", "e")
        header = fits.Header.fromstring(text, sep="\n")
    else:
        header = fits.getheader(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = WCS(header).all_pix2world(pixels, 1)
    ours = np.array(Wcs.from_header(dict(header)).pixel_to_world(*pixels.T)).T
    assert measure(ours, theirs).max() < CLOSE
    return ours


def measure(one, other):
    """Degrees between positions."""

    def to_vectors(positions):
        ra, dec = np.radians(positions).T
        return np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])

    return np.degrees(np.linalg.norm(to_vectors(one) - to_vectors(other), axis=0))


def find_codes(path):
    report = check(str(path))
    assert report.status == "ok"
    return {one.code for one in report.findings if one.severity != "info"}


def test_a_solution_of_astrometry_net(solved):
    folder, _ = solved
    assert find_codes(folder / "field.new") == set()
    assert find_codes(folder / "field.wcs") == set()
    positions = read_positions(folder / "field.new")
    assert measure(positions, find_true_positions(PIXELS)).max() * 3600 < 0.5
    assert (positions == read_positions(folder / "field.wcs")).all()


def test_a_solution_of_scamp(refined):
    path = refined / "field.head"
    # the é of its author's university, and polynomials under a name that has none
    assert find_codes(path) == {"CD103", "WD104"}
    positions = read_positions(path)
    assert measure(positions, find_true_positions(PIXELS)).max() * 3600 < 0.1


def test_an_image_of_swarp(resampled):
    path = resampled / "coadd.fits"
    assert find_codes(path) == set()
    header = fits.getheader(path)
    shape = header["NAXIS1"], header["NAXIS2"]
    grid = np.stack(np.meshgrid(*(np.linspace(1, size, 12) for size in shape)), -1)
    read_positions(path, grid.reshape(-1, 2))
    # the brightest pixels of the image it made are stars of the catalogue
    image = fits.getdata(path)
    row, column = np.unravel_index(np.argmax(image), image.shape)
    stars = fits.getdata(resampled / "cat.fits")
    there = np.array(Wcs.from_header(dict(header)).pixel_to_world(column + 1.0, row + 1.0))
    away = measure(there[np.newaxis], np.column_stack([stars["RA"], stars["DEC"]]))
    assert away.min() * 3600 < 2.0  # a pixel


def test_every_solution_is_one_description(resampled):
    from fitslint.source.files import read_file

    for name in ("field.new", "coadd.fits"):
        (hdu,) = read_file(str(resampled / name)).hdus
        summary = summarize_header(hdu.header)
        assert [one.form for one in summary.descriptions] == ["CDi_j"]
        assert summary.disagreements == []
        assert summary.descriptions[0].scale == pytest.approx((2, 2), rel=1e-3)
