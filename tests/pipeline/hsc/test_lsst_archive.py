"""Real solutions of hscPipe: what meas_mosaic ships as the data of its tests."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from fitslint.pipeline.hsc.apply.lsst_archive import read_archive, read_flux_scale, read_wcs
from fitslint.pipeline.hsc.apply.solution import read_solution
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.output import NANOJANSKY_ZERO
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions
from tests.pipeline.hsc import lsst_files as files

VALUES = {
    49: (35.96635147, -3.80703960, 0.998344, 0.000592, 0.3542522, 0.353473),
    50: (35.76667208, -3.80726915, 0.997794, -0.001709, None, 0.354346),
    101: (35.21031714, -4.24161363, 0.853795, -0.047273, None, 0.315182),
    102: (36.52326367, -3.37169279, 0.858757, -0.030772, None, 0.307648),
}
"""By CCD at its middle: RA, Dec, area, surface, mean and calibration."""


@pytest.fixture(scope="module")
def folder(shared):
    found = shared / "corpus" / "HyperSuprime-Cam+meas_mosaic" / "tests" / "data"
    if not found.is_dir():
        pytest.skip("the data of meas_mosaic are not there")
    return found


@pytest.mark.parametrize("ccd", VALUES)
def test_positions_and_flux_scales_of_real_files(folder, ccd):
    pytest.importorskip("starlink.Ast")
    ra, dec, area, surface, mean, calibration = VALUES[ccd]
    x, y = np.array([1023.5]), np.array([2087.5])
    found = read_wcs(str(folder / f"jointcal_wcs-0011506-{ccd:03d}.fits")).locate(x, y)
    assert found[0][0] == pytest.approx(ra, abs=1e-8)
    assert found[1][0] == pytest.approx(dec, abs=1e-8)
    scale = read_flux_scale(str(folder / f"jointcal_photoCalib-0011506-{ccd:03d}.fits"))
    assert scale.surface.evaluate(x, y)[0] == pytest.approx(surface, abs=1e-6)
    assert mean is None or scale.mean == pytest.approx(mean, abs=1e-7)
    axis = scale.wcs.find_axis()
    part = float((scale.wcs.find_area(x, y) / scale.wcs.find_area(axis[:1], axis[1:]))[0])
    assert part == pytest.approx(area, abs=1e-6)
    value = scale.mean * 10 ** (-0.4 * surface) * part
    assert value == pytest.approx(calibration, abs=1e-6)


@pytest.mark.parametrize("ccd", VALUES)
def test_solutions_of_hscpipe_are_applied_as_they_are(folder, ccd):
    pytest.importorskip("starlink.Ast")
    *_, calibration = VALUES[ccd]
    paths = [folder / f"jointcal_{kind}-0011506-{ccd:03d}.fits" for kind in ("wcs", "photoCalib")]
    facts = {"VISIT": 11506, "CCD": ccd, "FILTER": "HSC-I", "TRACT": 8766}
    found = read_solution(*paths, facts)
    x, y = (part.ravel() for part in np.meshgrid([0.0, 900.0, 2047.0], [0.0, 2087.5, 4175.0]))
    off = to_directions(*found.locate(x, y)) - to_directions(*read_wcs(str(paths[0])).locate(x, y))
    assert np.degrees(np.abs(off).max()) * 3.6e6 < 1e-3  # mas
    assert found.wcs.measure_inverse() < 0.1
    middle = np.array([1023.5]), np.array([2087.5])
    value = NANOJANSKY_ZERO / found.flux_zero[0] * found.scale(*middle)[0]
    assert value == pytest.approx(calibration, abs=1e-6)
    row, column = np.array([2000.0]), np.array([700.0])
    assert found.scale_grid(row)[0, 700] == pytest.approx(found.scale(column, row)[0], rel=1e-12)
    assert found.facts["ALGO"] == "mosaic"


def test_a_file_that_holds_no_archive(tmp_path):
    path = tmp_path / "plain.fits"
    fits.PrimaryHDU().writeto(path)
    with pytest.raises(HscError, match="no archive of LSST"):
        read_archive(str(path))


@pytest.fixture(scope="module")
def ast():
    return pytest.importorskip("starlink.Ast")


@pytest.mark.parametrize("by_magnitude", [True, False])
def test_flux_scales_of_jointcal_are_what_their_transform_says(ast, tmp_path, by_magnitude):
    square = files.make_terms()
    square[0, 0] += 0 if by_magnitude else 1
    wcs, photo = (tmp_path / f"jointcal_{kind}-0011506-049.fits" for kind in ("wcs", "photoCalib"))
    files.write_wcs(wcs, ast)
    files.write_calibration(photo, files.list_transform(ast, square, by_magnitude=by_magnitude))
    facts = {"VISIT": 11506, "CCD": 49, "FILTER": "HSC-I", "TRACT": 8766}
    found = read_solution(wcs, photo, facts)
    assert (found.facts["ALGO"], found.area) == ("jointcal", "none")
    x, y = (part.ravel() for part in np.meshgrid([0.0, 900.0, 2047.0], [0.0, 2087.5, 4175.0]))
    wanted = files.evaluate(square, x, y)
    wanted = 10 ** (-0.4 * wanted) if by_magnitude else wanted
    assert found.scale(x, y) == pytest.approx(wanted, rel=1e-6)
    rows = np.array([0.0, 4175.0])
    grid = found.scale_grid(rows)
    assert grid.shape == (2, 2048)
    assert grid[1, 900] == pytest.approx(found.scale(np.array([900.0]), rows[1:])[0], rel=1e-12)
    assert NANOJANSKY_ZERO / found.flux_zero[0] == pytest.approx(files.MEAN)
    assert found.flux_zero[1] == pytest.approx(0.01 * found.flux_zero[0])
    there = TangentPlane.touch(*files.CENTRE)
    flat = there.project(to_directions(*found.locate(x, y)))
    assert flat == pytest.approx(np.stack([-(x + 2000), y - 1000], axis=1) * files.SCALE, abs=1e-9)


def test_constants_and_surfaces_of_pixels(tmp_path):
    columns = [
        *files.list_box(), fits.Column("order_x", "J", array=[1]),
        fits.Column("coefficients", "4D", array=[[0.35, 0.035, 0.0, 0.0]]),
    ]  # fmt: skip
    x, y = np.array([-0.5, 1023.5, 2047.5]), np.zeros(3)
    for name, is_constant, wanted in (("a", True, [1, 1, 1]), ("b", False, [0.9, 1, 1.1])):
        path = tmp_path / f"{name}.fits"
        files.write_calibration(path, ("ChebyshevBoundedField", columns), is_constant=is_constant)
        scale = read_flux_scale(str(path))
        assert scale.wcs is None
        assert 10 ** (-0.4 * scale.surface.evaluate(x, y)) == pytest.approx(wanted, rel=1e-5)
    # A constant may come without a box.
    nowhere = [*files.list_box(-1, -1), *columns[4:]]
    files.write_calibration(
        tmp_path / "c.fits", ("ChebyshevBoundedField", nowhere), is_constant=True
    )
    assert read_flux_scale(str(tmp_path / "c.fits")).surface.shape == (2048, 4176)


def test_the_product_of_fgcm_is_surface_and_area_of_pixels(ast, tmp_path):
    surface = [
        *files.list_box(), fits.Column("order_x", "J", array=[1]),
        fits.Column("coefficients", "4D", array=[[0.35, 0.035, 0.0, 0.0]]),
    ]  # fmt: skip
    area = [
        *files.list_box(), fits.Column("wcs", "J", array=[5]),
        fits.Column("scaling", "D", array=[1 / np.radians(files.SCALE) ** 2]),
    ]  # fmt: skip
    more = [
        ("ChebyshevBoundedField", surface), ("PixelAreaBoundedField", area),
        ("SkyWcs", files.list_wcs(ast)),
    ]  # fmt: skip
    product = ("ProductBoundedField", [fits.Column("id", "J", array=[3, 4])])
    files.write_calibration(tmp_path / "p.fits", product, more=more)
    found = read_flux_scale(str(tmp_path / "p.fits"))
    assert found.wcs is None
    assert found.surface.shape == (2048, 4176)
    x, y = np.array([-0.5, 1023.5, 2047.5, 300.0]), np.array([0.0, 2000.0, 4175.0, 17.0])
    # A gnomonic plane: a pixel has cos^3 of the distance of what it has at the tangent point.
    away = np.radians(np.hypot(x + 2000, y - 1000) * files.SCALE)
    wanted = (1 + 0.1 * (2 * x - 2047) / 2048) * np.cos(np.arctan(away)) ** 3
    assert 10 ** (-0.4 * found.surface.evaluate(x, y)) == pytest.approx(wanted, rel=1e-6)


def test_flux_scales_that_are_none(ast, tmp_path):
    negative = files.make_terms() - 1
    cases = {
        "no polynomial": {"field": files.list_transform(ast, negative, by_magnitude=False)},
        "version 0, in maggies": {"version": 0},
        "worth 0 nJy": {"mean": 0.0},
        "no flux scale of mosaic or jointcal: it has PhotoCalib, PixelScaleBoundedField": {
            "field": ("PixelScaleBoundedField", files.list_box())
        },
        "a factor of its flux scale is a ProductBoundedField, which is not read": {
            "field": ("ProductBoundedField", [fits.Column("id", "J", array=[2])])
        },
        "no archive of LSST that can be read": {
            "field": ("ProductBoundedField", [fits.Column("id", "J", array=[9])])
        },
        "AST cannot read": {"field": ("TransformBoundedField", [
            *files.list_box(), fits.Column("frameSet", "11B", array=[list(b"1 x Begin F")]),
        ])},
    }  # fmt: skip
    whole = {"field": files.list_transform(ast, files.make_terms())}
    for at, (sentence, given) in enumerate(cases.items()):
        path = tmp_path / f"{at}.fits"
        files.write_calibration(path, **{**whole, **given})
        with pytest.raises(HscError, match=sentence):
            read_flux_scale(str(path))
