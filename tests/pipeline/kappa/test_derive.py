"""Magnification, ellipticity and surface density."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa import derive
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.model import Lens
from tests.pipeline.kappa.oracle import COSMOLOGY, Square

UNITS = ("g cm**-2", "10**12 solMass pixel**-1", "10**12 solMass kpc**-2")
values = st.floats(-3, 3)


@given(kappa=values, gamma1=values, gamma2=values)
def test_magnification_is_that_of_the_matrix(kappa, gamma1, gamma2):
    matrix = np.array([[1 - kappa - gamma1, -gamma2], [-gamma2, 1 - kappa + gamma1]])
    mu = derive.compute_magnification(*(np.array([value]) for value in (kappa, gamma1, gamma2)))[0]
    assert 1 / mu == pytest.approx(np.linalg.det(matrix), abs=1e-12)


def test_magnification_on_a_critical_curve_is_infinite():
    mu = derive.compute_magnification(np.array([0.5]), np.array([-0.5]), np.array([0.0]))
    assert np.isinf(mu[0])
    assert derive.compute_magnification(np.array([1.0]), np.array([0.5]), np.array([0.0]))[0] == -4


def test_magnitudes():
    np.testing.assert_allclose(
        derive.compute_magnitudes(np.array([-10.0, 1.0, 100.0])), [2.5, 0, 5]
    )


@given(kappa=values, gamma1=values, gamma2=values)
def test_ellipticity_is_that_of_the_eigenvalues(kappa, gamma1, gamma2):
    matrix = np.array([[1 - kappa - gamma1, -gamma2], [-gamma2, 1 - kappa + gamma1]])
    one, other = np.linalg.eigvalsh(matrix)
    arrays = [np.array([value]) for value in (kappa, gamma1, gamma2)]
    made = derive.compute_ellipticity(*arrays)[0]
    assert 0 <= made <= 1
    if one**2 + other**2 > 1e-12:
        wanted = abs(one**2 - other**2) / (one**2 + other**2)
        assert made == pytest.approx(wanted, abs=1e-9)


def test_ellipticity_where_nothing_is_left():
    none = np.zeros(2)
    np.testing.assert_array_equal(
        derive.compute_ellipticity(np.array([1.0, 0.0]), none, none), [0, 0]
    )
    assert derive.compute_ellipticity(np.array([0.5]), np.array([0.5]), np.zeros(1))[0] == 1


def test_shear_modulus():
    np.testing.assert_allclose(derive.compute_shear_modulus(np.array([-3.0]), np.array([4.0])), [5])


def test_what_is_given_is_not_changed_and_keeps_its_precision():
    arrays = [np.full((4, 5), value, np.float32) for value in (0.4, 0.1, -0.2)]
    before = [array.copy() for array in arrays]
    for made in (
        derive.compute_magnification(*arrays),
        derive.compute_ellipticity(*arrays),
        derive.compute_magnitudes(arrays[0]),
    ):
        assert made.shape == (4, 5)
        assert made.dtype == np.float32
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_critical_density_in_three_units():
    pixel = (0.5, 0.4)
    grams, by_pixel, by_kpc = (
        derive.compute_critical_density(COSMOLOGY, 0.183, unit, pixel=pixel) for unit in UNITS
    )
    # 0.347 g/cm^2 at 1 Gpc (Narayan & Bartelmann 1996, equation 45).
    gpc = COSMOLOGY.angular_diameter_distance(0.183) / 1000
    assert grams * gpc == pytest.approx(0.347, rel=2e-3)
    assert by_kpc * 1.98841e33 / 3.0856776e21**2 * 1e12 == pytest.approx(grams, rel=1e-5)
    kpc = COSMOLOGY.kpc_per_arcsec(0.183)
    assert by_pixel == pytest.approx(by_kpc * kpc**2 * 0.2, rel=1e-12)


@pytest.mark.parametrize("unit", UNITS)
def test_lenstools_constants_are_close_to_todays(unit):
    exact, parity = (
        derive.compute_critical_density(COSMOLOGY, 0.3, unit, pixel=(1, 1), parity=parity)
        for parity in (False, True)
    )
    assert parity == pytest.approx(exact, rel=3e-4)
    assert parity != exact


def test_the_mass_of_a_dpie_in_solar_masses():
    """pi sigma^2 r_cut/G times 3/2 (Elíasdóttir et al. 2007, equation A30, for v_disp)."""
    z, cut, velocity = 0.3, 10.0, 400.0
    lens = Lens("L", 81, 0, 0, z, core=1.0, cut=cut, velocity=velocity)
    grid = Square(1200, 600.0)
    kappa = evaluate_lenses([lens], COSMOLOGY, grid, ["kappa"], z_source=None)["kappa"]
    critical = derive.compute_critical_density(COSMOLOGY, z, UNITS[1], pixel=grid.pixel) * 1e12
    mass = kappa.sum() * critical
    kpc = cut * COSMOLOGY.kpc_per_arcsec(z)
    total = 1.5 * np.pi * velocity**2 * kpc / 4.30091e-6
    # Beyond R lies (r_core + r_cut)/(2 R) of it, 0.8 % for the square's mean radius.
    assert mass == pytest.approx(0.992 * total, rel=3e-3)


def test_what_has_no_critical_density():
    with pytest.raises(PipelineError, match="redshift 0 has no critical density"):
        derive.compute_critical_density(COSMOLOGY, 0.0, UNITS[0])
    with pytest.raises(PipelineError, match="redshift nan"):
        derive.compute_critical_density(COSMOLOGY, float("nan"), UNITS[0])
    with pytest.raises(ValueError, match="needs the size of a pixel"):
        derive.compute_critical_density(COSMOLOGY, 0.3, UNITS[1])
    with pytest.raises(ValueError, match="is not one of"):
        derive.compute_critical_density(COSMOLOGY, 0.3, "kg")
