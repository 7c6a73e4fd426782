"""Maps against those that Lenstool 6.8 made, and against published ones."""

import numpy as np
import pytest
from astropy.io import fits

from fitslint.pipeline.kappa.derive import compute_critical_density
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.reading import load_model
from tests.pipeline.kappa.oracle import Positions, Square, departure, published

FILES = {"ampli5": "ampli5", "mass1": "mass1", "mass4": "mass4", "shear3": "shear3"}
FILES |= {"shear4": "shear4", "dpl": "dplx"}
QUANTITY = {"shear3": "gamma1", "shear4": "gamma2", "dpl": "alpha_x"}
MODELS = ("t81_ell", "t8_piemd", "a1689like", "t12_nfw_c_rs")
NFW = "t12_nfw_c_rs"


def made(path, product):
    """The map of a parameter file in parity with Lenstool."""
    model = load_model(str(path))
    grid = Square(512, model.field.xmax)
    source = None if product in ("ampli5", "mass4") else model.z_source
    quantity = QUANTITY.get(product, "kappa")
    options = {"z_source": source, "parity": True}
    values = evaluate_lenses(model.lenses, model.cosmology, grid, [quantity], **options)[quantity]
    if product != "mass4":
        return model, grid, values
    unit = "10**12 solMass kpc**-2"
    critical = compute_critical_density(model.cosmology, model.planes[0], unit, parity=True)
    return model, grid, values * critical


@pytest.mark.parametrize("product", FILES)
@pytest.mark.parametrize("name", MODELS)
def test_parity_with_lenstool(shared, name, product):
    folder = shared / "oracle" / "lenstool" / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    model, grid, values = made(folder / f"{product}.par", product)
    off = departure(values, published(folder / f"{FILES[product]}.fits.gz"))
    limit = np.full(off.shape, 1e-6)
    if name == NFW:
        # Lenstool's closed forms lose digits where the elliptical radius is r_s.
        halo = model.lenses[0]
        angle = np.radians(halo.angle)
        x, y = grid.block(0, 512)
        major, minor = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        u = np.sqrt((1 - halo.ellipticity) * major**2 + (1 + halo.ellipticity) * minor**2)
        limit[np.abs(u / halo.scale - 1) < 1e-3] = 1e-4
    assert (off <= limit).all()
    assert np.median(off) < 1e-7


@pytest.fixture(scope="module")
def a370(corpus):
    """Deflections of A370 for z = 0.725 that FRApy ships, and the model of Lenstool-HPC there.

    Both are of the same group and of Lenstool; the maps are of 2016, the model of November 2017.
    """
    maps = [corpus / "VeraPatricio+FRApy" / "Demo_data" / f"A370_dpl{axis}.fits" for axis in "xy"]
    place = corpus / "cerschae+Lenstool-HPC" / "Benchmarks" / "ConfigFiles" / "hff_slmodels"
    if not (all(path.is_file() for path in maps) and place.is_dir()):
        pytest.skip("the maps of A370, or the model of it, are not there")
    model = load_model(str(place / "A370" / "best.par"))
    with fits.open(maps[0]) as one, fits.open(maps[1]) as other:
        header = one[0].header
        seen = np.array([one[0].data[::10, ::10], other[0].data[::10, ::10]], float)
    assert (header["CRVAL1"], header["CRVAL2"]) == pytest.approx(model.reference)
    along = np.arange(1000)[::10] + 1
    x = (along - header["CRPIX1"]) * -header["CDELT1"] * 3600
    y = (along - header["CRPIX2"]) * header["CDELT2"] * 3600
    return model, Positions(*np.meshgrid(x, y)), seen


def test_published_deflections_of_a370(a370):
    model, grid, seen = a370
    wanted = ("alpha_x", "alpha_y")
    maps = evaluate_lenses(model.lenses, model.cosmology, grid, wanted, z_source=0.725, parity=True)
    off = seen - np.array([maps[quantity] for quantity in wanted])
    # Lensing cannot tell a uniform deflection, and the two versions of the model differ by one.
    uniform = off.mean(axis=(1, 2))
    assert np.hypot(*uniform) == pytest.approx(3.6, abs=0.2)
    rest = np.sqrt((off - uniform[:, None, None])[0] ** 2 + (off - uniform[:, None, None])[1] ** 2)
    assert np.sqrt((rest**2).mean()) < 0.38
    assert rest.max() < 1.5
    assert np.sqrt((seen**2).sum(axis=0).mean()) == pytest.approx(17.5, abs=0.1)


def test_the_published_deflections_have_the_ratio_of_their_redshift(a370):
    model, grid, seen = a370
    wanted = ("alpha_x", "alpha_y")
    front = [lens for lens in model.lenses if lens.z < 0.725]
    assert 0 < len(front) < len(model.lenses)
    maps = evaluate_lenses(front, model.cosmology, grid, wanted, z_source=None, parity=True)
    unity = np.array([maps[quantity] for quantity in wanted])
    seen, unity = (each - each.mean(axis=(1, 2), keepdims=True) for each in (seen, unity))
    ratio = (seen * unity).sum() / (unity**2).sum()
    assert ratio == pytest.approx(model.cosmology.distance_ratio(0.375, 0.725), rel=0.01)
