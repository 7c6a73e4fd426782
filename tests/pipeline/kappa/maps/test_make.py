"""Maps of models as products, against Lenstool's own and against astropy.wcs."""

import math
import warnings
from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from fitslint.pipeline.kappa.maps import grid as maps_grid
from fitslint.pipeline.kappa.maps import make_maps, run_map_plan
from fitslint.pipeline.kappa.maps.plan import build_lenstool_grid, plan_runmode_maps
from fitslint.pipeline.kappa.maps.spec import DEFAULT_PRODUCTS, DENSITY_UNITS, MapSpec
from fitslint.pipeline.kappa.reading import load_model
from fitslint.wcs.linear import convert_linear_to_sky, measure_linear_error, measure_offset_error
from tests.pipeline.kappa.maps.sample import POTENTIAL, clean, departure, par, published, two_planes


def oracle_lines(shared):
    return sorted((shared / "oracle/lenstool").glob("*/*.par"))


def most(differences):
    """The difference that 9 of 10 pixels stay below: those in cores are too steep for steps."""
    return np.quantile(np.abs(differences[1:-1, 1:-1]), 0.9)


@pytest.mark.long
@pytest.mark.parametrize("cluster", ["a1689like", "t12_nfw_c_rs", "t81_ell", "t8_piemd"])
def test_lines_of_runmode_give_the_maps_of_lenstool(shared, tmp_path, cluster):
    folder = shared / "oracle/lenstool" / cluster
    compared = 0
    for path in sorted(folder.glob("*.par")):
        model = load_model(path)
        for made in run_map_plan(plan_runmode_maps(model, tmp_path), parity=True):
            assert made.ok
            clean(made.path)
            theirs = folder / f"{Path(made.path).name}.gz"
            if not theirs.exists():  # dply
                continue
            compared += 1
            off = departure(fits.getdata(made.path).astype(float), published(theirs))
            if cluster == "t12_nfw_c_rs":  # near the scale radius Lenstool loses digits
                assert off.max() < 1e-4
                assert np.count_nonzero(off > 1e-6) < 40
            else:
                assert off.max() < 1e-6
    assert compared == 6


def test_headers_are_right_where_lenstool_is_wrong(shared, tmp_path):
    folder = shared / "oracle/lenstool/t81_ell"
    orders = plan_runmode_maps(load_model(folder / "mass1.par"), tmp_path, name="t81")
    (made,) = run_map_plan(orders, parity=True)
    theirs = fits.getheader(folder / "mass1.fits.gz")
    ours = fits.getheader(made.path)
    for keyword in ("CTYPE1", "CRVAL1", "CRPIX1", "CDELT1", "CRVAL2", "CRPIX2", "CDELT2"):
        close = theirs[keyword]
        assert ours[keyword] == (close if isinstance(close, str) else pytest.approx(close))
    assert "RADECSYS" not in ours
    told = {
        "RADESYS": "ICRS", "GRIDCONV": "linear", "BUNIT": "", "LENSNORM": "source", "ZLENS": 0.183,
        "ZSRC": 2.0, "H0": 70.0, "OMEGAM": 0.3, "MODEL": "mass1.par", "OBJECT": "t81",
    }  # fmt: skip
    assert {keyword: ours[keyword] for keyword in told} == told
    assert ours["PIXKPC"] == pytest.approx(3.07554 * 0.500978, rel=1e-5)
    assert ours["DLSDS"] == pytest.approx(0.85511857, rel=1e-7)


def test_products_without_runmode(tmp_path):
    model = load_model(par(tmp_path))
    grid = maps_grid.build_gnomonic_grid(model, pixel=1.0)
    made = make_maps(model, DEFAULT_PRODUCTS, grid, z_source=1.0, folder=tmp_path / "out")
    assert [Path(one.path).name for one in made] == [
        "kappa_obs_lenstool_zs1p0.fits",
        "gamma1_obs_lenstool_zs1p0.fits",
        "gamma2_obs_lenstool_zs1p0.fits",
        "deflectionx_obs_lenstool_zs1p0.fits",
        "deflectiony_obs_lenstool_zs1p0.fits",
    ]
    for one in made:
        assert one.ok
        assert one.shape == (60, 60)
        clean(one.path)


def test_every_product_conforms_and_follows_from_the_others(tmp_path):
    model = load_model(par(tmp_path))
    grid = build_lenstool_grid(model, MapSpec("kappa"), 41)
    names = (*DEFAULT_PRODUCTS, "gamma", "ellipticity", "magnification", "surface-density")
    made = make_maps(model, names, grid, z_source=2.0, folder=tmp_path)
    for one in made:
        clean(one.path)
    maps = {Path(one.path).name.split("_")[0]: fits.getdata(one.path) for one in made}
    kappa, g1, g2 = maps["kappa"], maps["gamma1"], maps["gamma2"]
    np.testing.assert_allclose(maps["gamma"], np.hypot(g1, g2), rtol=1e-6)
    inverse = (1 - kappa.astype(float)) ** 2 - g1.astype(float) ** 2 - g2.astype(float) ** 2
    np.testing.assert_allclose(1 / maps["magnification"], inverse, rtol=1e-4, atol=1e-6)
    ratio = model.cosmology.distance_ratio(0.3, 2.0)
    per_pixel = maps["surfacedensity"] / kappa * ratio
    assert np.ptp(per_pixel) / per_pixel.mean() < 1e-5


@pytest.mark.parametrize("unit", DENSITY_UNITS)
def test_units_of_surface_density(tmp_path, unit):
    model = load_model(par(tmp_path))
    grid = build_lenstool_grid(model, MapSpec("kappa"), 31)
    (made,) = make_maps(
        model, ["surface-density"], grid, z_source=None, folder=tmp_path, unit=unit
    )  # fmt: skip
    clean(made.path)
    assert fits.getheader(made.path)["BUNIT"] == DENSITY_UNITS[unit]
    assert f"_{unit}.fits" in made.path


@pytest.mark.parametrize("form", ["signed", "absolute", "magnitude"])
def test_forms_of_magnification(tmp_path, form):
    model = load_model(par(tmp_path))
    grid = build_lenstool_grid(model, MapSpec("kappa"), 31)
    (made,) = make_maps(model, ["magnification"], grid, z_source=2.0, folder=tmp_path, form=form)
    clean(made.path)
    header = fits.getheader(made.path)
    unit = "mag" if form == "magnitude" else ""
    assert (header["MAGFORM"], header["BUNIT"]) == (form, unit)
    assert (made.minimum < 0) == (form != "absolute")


@pytest.mark.parametrize("dec", [-1.3, 38.0, 60.0])
def test_a_member_galaxy_is_where_astropy_has_it(tmp_path, dec):
    # A small lens of its own at a position on the sky: the peak of the map is there.
    ra = 150.0
    reference = f"reference 3 {ra} {dec}"
    potential = POTENTIAL.format(name="G1", x=101.25, y=87.5, z=0.3).replace(
        "ellipticite 0.3", "ellipticite 0"
    )
    path = par(tmp_path, reference=reference, potentials=potential, field="dmax 150")
    model = load_model(path)
    galaxy = SkyCoord(*convert_linear_to_sky(101.25, 87.5, (ra, dec)), unit="deg")
    grid = maps_grid.build_gnomonic_grid(model, pixel=0.5)
    (made,) = make_maps(model, ["kappa"], grid, z_source=2.0, folder=tmp_path)
    found = _peak(made.path, galaxy)
    assert found.separation(galaxy).to_value(u.mas) < 1
    own = build_lenstool_grid(model, MapSpec("kappa"), 601)
    (made,) = make_maps(model, ["kappa"], own, z_source=2.0, folder=tmp_path / "linear")
    off = _peak(made.path, galaxy).separation(galaxy).to_value(u.mas)
    stated = float(measure_offset_error(101.25, 87.5, (ra, dec)))
    assert off == pytest.approx(stated, abs=1)
    assert measure_linear_error(model.reference, model.field) > stated


def _peak(path, near):
    """Where astropy.wcs has the centre of the dPIE that fits the pixels around a position."""
    from scipy.optimize import least_squares

    data, header = fits.getdata(path).astype(float), fits.getheader(path)
    wcs = WCS(header)
    column, row = (round(float(one)) for one in wcs.world_to_pixel(near))
    window = data[row - 4 : row + 5, column - 4 : column + 5]
    y, x = np.mgrid[-4:5, -4:5]

    def model(p):
        height, core, e1, e2, dx, dy = p
        u1, u2 = x - dx, y - dy
        square = u1**2 * (1 + e1) + u2**2 * (1 - e1) + e2 * u1 * u2
        return height * (1 / np.sqrt(core**2 + square) - 1 / np.sqrt((50 * core) ** 2 + square))

    start = [4 * window.max(), 4.0, 0.0, 0.0, 0.0, 0.0]
    found = least_squares(lambda p: (model(p) - window).ravel(), start, xtol=1e-14, ftol=1e-14).x
    return wcs.pixel_to_world(column + found[4], row + found[5])


def test_pixels_of_a_rotated_image_of_the_corpus(shared, corpus, tmp_path):
    from fitslint.pipeline.kappa.evaluate import evaluate_lenses

    image = corpus / "VeraPatricio+FRApy/Demo_data/A370_map_metallicity.fits"
    folder = corpus / "cerschae+Lenstool-HPC/Benchmarks/ConfigFiles/hff_slmodels/A370"
    model = load_model(folder / "best.par")
    grid = maps_grid.build_grid_like(model, image)
    made = make_maps(model, DEFAULT_PRODUCTS, grid, z_source=1.5, folder=tmp_path)
    for one in made:
        assert one.ok
        clean(one.path)
        np.testing.assert_allclose(
            WCS(fits.getheader(one.path)).all_pix2world([[0, 0], [138, 88]], 0),
            WCS(fits.getheader(image)).all_pix2world([[0, 0], [138, 88]], 0), rtol=0, atol=1e-10,
        )  # fmt: skip
    kappa, g1, g2, ax, ay = (fits.getdata(one.path).astype(float) for one in made)
    # The components are along the pixels: they follow from differences of the deflection.
    step = grid.pixel[0]
    xx, yy = np.gradient(ax, step, axis=1), np.gradient(ay, step, axis=0)
    xy, yx = np.gradient(ax, step, axis=0), np.gradient(ay, step, axis=1)
    assert most(xx + yy - 2 * kappa) < 0.02
    assert most(xx - yy - 2 * g1) < 0.02
    assert most(xy - g2) < 0.02
    assert most(xy - yx) < 0.02
    straight = evaluate_lenses(model.lenses, model.cosmology, grid, ("gamma1",), z_source=1.5)[
        "gamma1"
    ]
    assert np.abs(straight - g1).max() > 0.1


@pytest.mark.parametrize(("angle", "mirror"), [(0, -1), (40, -1), (200, 1), (0, 1)])
def test_shear_along_the_axes_of_turned_and_mirrored_images(tmp_path, angle, mirror):
    cosine, sine, step = math.cos(math.radians(angle)), math.sin(math.radians(angle)), 0.3 / 3600
    cards = fits.Header({
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 60.0,
        "CRPIX1": 40.5, "CRPIX2": 30.5, "CD1_1": mirror * step * cosine, "CD1_2": step * sine,
        "CD2_1": -mirror * step * sine, "CD2_2": step * cosine,
    })  # fmt: skip
    image = tmp_path / "image.fits"
    fits.PrimaryHDU(np.zeros((60, 80), ">f4"), cards).writeto(image)
    model = load_model(par(tmp_path))
    grid = maps_grid.build_grid_like(model, image)
    made = make_maps(model, DEFAULT_PRODUCTS, grid, z_source=2.0, folder=tmp_path)
    _, g1, g2, ax, ay = (fits.getdata(one.path).astype(float) for one in made)
    xx, yy = np.gradient(ax, 0.3, axis=1), np.gradient(ay, 0.3, axis=0)
    assert most(xx - yy - 2 * g1) < 0.02
    assert most(np.gradient(ax, 0.3, axis=0) - g2) < 0.02
    assert np.abs(g1).max() > 0.1


def test_planes_and_shear_are_right_where_lenstool_is_not(tmp_path):
    model = load_model(two_planes(tmp_path, "  dpl 1 41 2.0 x.fits y.fits\n  mass 1 41 0 k.fits"))
    orders = plan_runmode_maps(model, tmp_path)
    said = " ".join(orders.notes)
    assert "its own D_ls/D_s" in said
    assert "external shear is in it" in said
    maps = {Path(one.path).name: one for one in run_map_plan(orders, parity=True)}
    kappa, ax, ay = (fits.getdata(maps[name].path) for name in ("k.fits", "x.fits", "y.fits"))
    step = 60 / 40
    divergence = np.gradient(ax, step, axis=1) + np.gradient(ay, step, axis=0)
    far = np.hypot(*np.meshgrid(np.arange(-20, 21), np.arange(-20, 21))) > 12
    assert np.abs(divergence / 2 - kappa)[far & (kappa > 0)][1:].max() < 0.05
    assert "each times its own D_ls/D_s" in str(fits.getheader(maps["k.fits"].path)["HISTORY"])
    for one in maps.values():
        clean(one.path)


def test_lenses_behind_the_source_count_for_nothing_and_are_told(tmp_path):
    model = load_model(two_planes(tmp_path, "  shear 1 21 0.4 g.fits"))
    orders = plan_runmode_maps(model, tmp_path)
    assert any("not behind 1 of 3 lenses" in note for note in orders.notes)
    (made,) = run_map_plan(orders, parity=True)
    assert made.ok
    assert made.maximum > 0
    clean(made.path)


def test_a_source_in_front_of_the_lens(tmp_path):
    model = load_model(par(tmp_path), z_source=0.2)
    grid = build_lenstool_grid(model, MapSpec("kappa"), 21)
    (made,) = make_maps(model, ["kappa"], grid, z_source=0.2, folder=tmp_path / "out")
    assert not made.ok
    assert (made.minimum, made.maximum) == (0, 0)
    assert "not behind the lens at 0.3, so that the map is zero" in made.problems[0]
    assert not Path(made.path).exists()


def test_the_line_that_gives_nothing_but_zeros(tmp_path):
    potential = POTENTIAL.format(name="P1", x=0, y=0, z=0.308)
    path = par(tmp_path, "  mass 1 21 0.3 k.fits", potentials=potential)
    (made,) = run_map_plan(plan_runmode_maps(load_model(path), tmp_path))
    assert not made.ok
    said = " ".join(made.problems)
    assert "all-zero" in said
    assert "line 3 asks for lenses at redshift 0.3 exactly and the nearest are at 0.308" in said


def test_progress_counts_all_rows(tmp_path):
    model = load_model(two_planes(tmp_path))
    told = []
    make_maps(
        model, ["kappa", "surface-density"], build_lenstool_grid(model, MapSpec("kappa"), 31),
        z_source=2.0, folder=tmp_path, progress=lambda *pair: told.append(pair),
    )  # fmt: skip
    rows = 31 * (1 + 2)
    assert told[-1] == (rows, rows)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_nothing_is_said_on_the_way(tmp_path, capfd):
    model = load_model(par(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grid = maps_grid.build_gnomonic_grid(model, size=(21, 11), pixel=1.0)
        make_maps(model, DEFAULT_PRODUCTS, grid, z_source=2.0, folder=tmp_path)
    assert capfd.readouterr() == ("", "")
