"""What decides the values of Lenstool's maps: which plane, which grid, which normalisation.

Expectations are closed forms in an Einstein-de Sitter universe, where
D_ls/D_s = 1 - [1 - (1 + z_l)^(-1/2)]/[1 - (1 + z_s)^(-1/2)]: most of the isothermal sphere,
kappa = |gamma| = b/(2 r) with b = 4 pi (sigma/c)^2 in arcsec.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from fitslint import check
from fitslint.pipeline.kappa.maps import run_map_plan
from fitslint.pipeline.kappa.maps.plan import plan_runmode_maps
from fitslint.pipeline.kappa.reading import load_model
from tests.pipeline.kappa import pars

BENDING = 7.209970e-6
"""pi/c^2 in arcsec by (km/s)^2, as Lenstool rounds it."""
UNIVERSE = pars.section("cosmologie", "H0 70", "omegaM 1", "omegaX 0")
FIELD = {"xmin": -30.0, "xmax": 51.0, "ymin": -20.0, "ymax": 33.0}
TOLERANCE = 1e-6


def sphere(number: int, x: float, z: float, velocity: float) -> str:
    """An isothermal sphere at (x, 2)."""
    return pars.section(
        f"potentiel O{number}", "profil 1", f"x_centre {x}", "y_centre 2",
        f"v_disp {velocity}", f"z_lens {z}",
    )  # fmt: skip


def made(folder: Path, line: str, *parts: str) -> dict[str, np.ndarray]:
    """The maps of a line of ``runmode``, by the names of their files."""
    field = pars.section("champ", *(f"{key} {value}" for key, value in FIELD.items()))
    rest = UNIVERSE + pars.section("grille", "nlens 9") + field
    rest += pars.section("source", "z_source 2") + "fini\n"
    runmode = pars.section("runmode", "reference 3 150 30", line)
    model = load_model(pars.write(folder, *parts, runmode=runmode, rest=rest), parity=True)
    done = run_map_plan(plan_runmode_maps(model, folder), parity=True)
    assert all(one.ok and not check(one.path, profile="products").findings for one in done)
    return {Path(one.path).name: fits.getdata(one.path).astype(float) for one in done}


def offsets(shape: tuple[int, int], x: float) -> tuple[np.ndarray, np.ndarray]:
    """Arcsec from (x, 2) to the pixels, whose centres lie on the edges of the field."""
    columns = np.linspace(FIELD["xmin"], FIELD["xmax"], shape[1]) - x
    rows = np.linspace(FIELD["ymin"], FIELD["ymax"], shape[0]) - 2
    return columns[np.newaxis, :], rows[:, np.newaxis]


def distance(z: float) -> float:
    """Comoving distance by c/H0."""
    return 2 * (1 - 1 / math.sqrt(1 + z))


def ratio(lens: float, source: float) -> float:
    """D_ls/D_s."""
    return max(0.0, 1 - distance(lens) / distance(source))


def kappa(shape: tuple[int, int], x: float, velocity: float) -> np.ndarray:
    """Convergence at D_ls/D_s = 1."""
    return 2 * BENDING * velocity**2 / np.hypot(*offsets(shape, x))


TWO = (sphere(1, 0.3, 0.3, 800), sphere(2, 21.7, 0.9, 500))


def total(shape: tuple[int, int], source: float) -> np.ndarray:
    """Convergence of TWO for a source."""
    near, far = (kappa(shape, 0.3, 800), kappa(shape, 21.7, 500))
    return near * ratio(0.3, source) + far * ratio(0.9, source)


def test_rows_of_a_field_that_is_no_square(tmp_path: Path) -> None:
    # 40 columns of 81" leave 26.17 rows for 53"; maps other than mass have as many as columns.
    for line, shape in (("mass 1 40 0 m.fits", (26, 40)), ("shear 1 40 2 m.fits", (40, 40))):
        folder = tmp_path / line[:4]
        folder.mkdir()
        found = made(folder, line, sphere(1, 0.3, 0.3, 800))["m.fits"]
        assert found.shape == shape
        expected = kappa(shape, 0.3, 800) * ratio(0.3, 2)
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE)


@pytest.mark.parametrize(
    ("zlens", "plane"), [("0.3", (0.3, 0.3, 800)), ("0.90", (0.9, 21.7, 500)), ("0", None)]
)
def test_planes_of_mass_1(
    tmp_path: Path, zlens: str, plane: tuple[float, float, float] | None
) -> None:
    found = made(tmp_path, f"mass 1 40 {zlens} m.fits", *TWO)["m.fits"]
    expected = total(found.shape, 2)
    if plane is not None:
        expected = kappa(found.shape, *plane[1:]) * ratio(plane[0], 2)
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE)


@pytest.mark.parametrize(("first", "source"), [(0.3, 0.6), (0.3, 1.4), (0.9, 1.4)])
def test_unity_of_several_planes_is_that_of_the_first_lens(
    tmp_path: Path, first: float, source: float
) -> None:
    lenses = TWO if first == 0.3 else TWO[::-1]
    found = made(tmp_path, f"ampli 5 31 {source} a.fits", *lenses)["a.fits"]
    expected = total(found.shape, source) / ratio(first, source)
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE)


def density(mode: int, shape: tuple[int, int], z: float) -> float:
    """Critical density at D_ls/D_s = 1, of Lenstool's cH4piG, MCRIT12 and cH0_4piG at H0 = 50."""
    width, height = 81 / (shape[1] - 1), 53 / (shape[0] - 1)
    far = distance(z) / (1 + z)
    pixel = 0.2343165 / 1.4 * width * height * far
    return {2: 0.057929405 * 1.4 / far, 3: pixel, 4: 2.7730112e-4 * 1.4 / far}[mode]


@pytest.mark.parametrize("mode", [2, 3, 4])
@pytest.mark.parametrize("z", [0, 0.9])
def test_surface_density_of_all_planes_is_of_the_first_lens(
    tmp_path: Path, mode: int, z: float
) -> None:
    found = made(tmp_path, f"mass {mode} 40 {z} m.fits", *TWO)["m.fits"]
    expected = total(found.shape, 2) / ratio(0.3, 2) if z == 0 else kappa(found.shape, 21.7, 500)
    expected *= density(mode, found.shape, z or 0.3)
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE)


def test_a_first_lens_behind_the_source_hides_none_of_the_others(tmp_path: Path) -> None:
    found = made(tmp_path, "shear 1 30 0.6 s.fits", *TWO[::-1])["s.fits"]
    np.testing.assert_allclose(found, total(found.shape, 0.6), rtol=TOLERANCE)


@pytest.mark.parametrize("words", [("gamma 0.06",), ("ellip_pot 0.02",), ("ellipticity 0.06",)])
def test_signs_of_shear_and_deflection(tmp_path: Path, words: tuple[str, ...]) -> None:
    shear = pars.section("potentiel O2", "profil 14", *words, "angle_pos 25", "z_lens 0.3")
    turns = {"shear 3": math.cos(math.radians(50)), "shear 4": math.sin(math.radians(50))}
    for line, turn in turns.items():
        found = made(tmp_path, f"{line} 30 2 {line[-1]}.fits", sphere(1, 0.3, 0.3, 800), shear)
        values = found[f"{line[-1]}.fits"]
        x, y = offsets(values.shape, 0.3)
        local = {"shear 3": y**2 - x**2, "shear 4": -2 * x * y}[line] / (x**2 + y**2)
        whole = (kappa(values.shape, 0.3, 800) * local + 0.06 * turn) * ratio(0.3, 2)
        np.testing.assert_allclose(values, whole, rtol=TOLERANCE, atol=1e-7)
    found = made(tmp_path, "dpl 1 30 2 x.fits y.fits", sphere(1, 0.3, 0.3, 800))
    x, y = offsets((30, 30), 0.3)
    strength = 4 * BENDING * 800**2 * ratio(0.3, 2) / np.hypot(x, y)
    np.testing.assert_allclose(found["x.fits"], strength * x, rtol=TOLERANCE)
    np.testing.assert_allclose(found["y.fits"], strength * y, rtol=TOLERANCE)


def test_a_halo_of_concentration_and_mass(tmp_path: Path) -> None:
    c, mass, z = 5.5, 1.2e15, 0.3
    halo = pars.section(
        "potentiel O1", "profil 12", "x_centre 0.3", "y_centre 2", f"concentration {c}",
        f"m200 {mass}", f"z_lens {z}",
    )  # fmt: skip
    found = made(tmp_path, "mass 1 40 0.3 m.fits", halo)["m.fits"]
    # Lenstool's 1/G, root and length; G is gone from the velocity of Golse & Kneib (2002).
    hubble = 70 * (1 + z) ** 1.5
    critical = 3 * hubble**2 / (8 * math.pi) * 2.325968e8
    scale = (3 * mass / (800 * math.pi * critical)) ** 0.333333 / c
    square = 200 / (3 * math.pi) * c**3 / (math.log(1 + c) - c / (1 + c)) * (hubble * scale) ** 2
    arcsec = scale * 1000 / (29.068701 / 1.4 * distance(z) / (1 + z))
    t = np.hypot(*offsets(found.shape, 0.3)) / arcsec
    assert t.max() < 1
    form = (1 - np.arccosh(1 / t) / np.sqrt(1 - t**2)) / (t**2 - 1)
    expected = 3 * BENDING * square / arcsec * form * ratio(z, 2)
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE)
