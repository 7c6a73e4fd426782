"""Profiles against forms that they do not rest on: the literature's, limits and quadrature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from fitslint.pipeline.kappa.constants import EXACT
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import WorkArrays
from fitslint.pipeline.kappa.profiles.isothermal import compute_flattening
from fitslint.pipeline.kappa.profiles.nfw import SERIES_WIDTH, CircularNfw
from tests.pipeline.kappa.oracle import COSMOLOGY, lensing

X, Y = (grid.ravel() for grid in np.meshgrid([-80.0, -3.0, 0.2, 9.0, 150.0], [-60.0, 0.4, 5.0, 33]))
R = np.hypot(X, Y)


def b0(velocity, factor=6):
    """pi/c^2 in arcsec by (km/s)^2, from first principles."""
    return factor * np.degrees(np.pi) * 3600 * (velocity / 299792.458) ** 2


def complex_logarithm(x, y, eps, core):
    """I' of Kassiola & Kovner (1993, equation 4.1.2), by b0."""
    root, q = np.sqrt(eps), (1 - eps) / (1 + eps)
    radius = np.sqrt(core**2 + (x / (1 + eps)) ** 2 + (y / (1 - eps)) ** 2)
    above = q * x + 1j * (2 * root * radius - y / q)
    below = x + 1j * (2 * root * core - y)
    return -0.5j * (1 - eps**2) / root * np.log(above / below)


@given(ellipticity=st.floats(0.01, 0.95), core=st.floats(0, 20), more=st.floats(0.1, 500))
@settings(max_examples=60)
def test_dpie_and_piemd_have_the_deflection_of_kassiola_and_kovner(ellipticity, core, more):
    eps, cut = compute_flattening(ellipticity), core + more
    inner, outer = (complex_logarithm(X, Y, eps, radius) for radius in (core, cut))
    piemd = lensing(Lens("L", 8, 0, 0, 0.3, ellipticity, 0, core, velocity=800), X, Y)
    np.testing.assert_allclose(
        piemd["alpha_x"] + 1j * piemd["alpha_y"], b0(800) * inner, rtol=1e-7, atol=1e-9
    )
    dpie = lensing(Lens("L", 81, 0, 0, 0.3, ellipticity, 0, core, cut, 800), X, Y)
    wanted = b0(800) * cut / (cut - core) * (inner - outer)
    np.testing.assert_allclose(
        dpie["alpha_x"] + 1j * dpie["alpha_y"], wanted, rtol=1e-6, atol=1e-8 * cut / more
    )


def test_a_circular_dpie_has_the_closed_form():
    core, cut = 4.0, 70.0
    made = lensing(Lens("L", 81, 0, 0, 0.3, 0.0, 12.0, core, cut, 900), X, Y)
    factor = b0(900) * cut / (cut - core)
    bent = factor * (np.hypot(core, R) - core - np.hypot(cut, R) + cut) / R
    kappa = factor / 2 * (1 / np.hypot(core, R) - 1 / np.hypot(cut, R))
    np.testing.assert_allclose(made["alpha_x"], bent * X / R, rtol=1e-12)
    np.testing.assert_allclose(made["alpha_y"], bent * Y / R, rtol=1e-12)
    np.testing.assert_allclose(made["kappa"], kappa, rtol=1e-12)
    gamma = (kappa - bent / R) * np.exp(2j * np.arctan2(Y, X))
    np.testing.assert_allclose(made["gamma1"] + 1j * made["gamma2"], gamma, rtol=1e-9)


@pytest.mark.parametrize("profile", [1, 8, 12, 81])
@pytest.mark.parametrize("small", [1e-4, 1e-8, 1e-15, 1e-200])
def test_the_circular_lens_is_the_limit_of_elliptical_ones(profile, small):
    options = {"core": 2.0, "cut": 60.0, "velocity": 900.0, "scale": 50.0, "concentration": 5.0}
    circular = lensing(Lens("L", profile, 0, 0, 0.3, 0.0, 40.0, **options), X, Y)
    nearly = lensing(Lens("L", profile, 0, 0, 0.3, small, 40.0, **options), X, Y)
    for quantity, values in circular.items():
        size = np.abs(values).max()
        np.testing.assert_allclose(
            nearly[quantity], values, rtol=3 * small + 1e-13, atol=10 * small * size
        )


def test_a_dpie_of_endless_cut_radius_is_a_piemd():
    dpie = lensing(Lens("L", 81, 0, 0, 0.3, 0.5, 30.0, 3.0, 1e9, 900), X, Y)
    piemd = lensing(Lens("L", 8, 0, 0, 0.3, 0.5, 30.0, 3.0, velocity=900), X, Y)
    sheet = b0(900) / 1e9  # what the cut radius takes away, by arcsec of deflection
    for quantity, values in piemd.items():
        atol = sheet * (200 if quantity.startswith("alpha") else 1)
        np.testing.assert_allclose(dpie[quantity], values, rtol=1e-8, atol=atol)


@pytest.mark.parametrize("ellipticity", [0.0, 0.3, 0.9])
def test_far_away_a_dpie_is_its_total_mass_at_one_point(ellipticity):
    core, cut, far = 2.0, 30.0, 3e8
    made = lensing(Lens("L", 81, 0, 0, 0.3, ellipticity, 25.0, core, cut, 900), far, 0.0)
    mass = b0(900) * cut * (1 - compute_flattening(ellipticity) ** 2)
    assert made["alpha_x"] == pytest.approx(mass / far, rel=1e-6)
    assert made["gamma1"] == pytest.approx(-mass / far**2, rel=1e-6)
    assert 0 < made["kappa"] < 1e-6 * mass / far**2


def test_the_mass_of_a_dpie_is_the_flux_of_its_deflection():
    lens = Lens("L", 81, 0, 0, 0.3, 0.7, 25.0, 2.0, 30.0, 900)
    around = np.linspace(0, 2 * np.pi, 721)[:-1]
    radii, weights = np.polynomial.legendre.leggauss(200)
    radii, weights = 20 * (radii + 1), 20 * weights
    x, y = radii[:, None] * np.cos(around), radii[:, None] * np.sin(around)
    mass = (lensing(lens, x, y)["kappa"].mean(axis=1) * 2 * np.pi * radii) @ weights
    edge = lensing(lens, 40 * np.cos(around), 40 * np.sin(around))
    outward = edge["alpha_x"] * np.cos(around) + edge["alpha_y"] * np.sin(around)
    assert mass == pytest.approx(np.pi * 40 * outward.mean(), rel=1e-7)


@pytest.mark.parametrize("profile", [1, 8])
def test_a_singular_circular_lens_bends_by_one_einstein_radius(profile):
    made = lensing(Lens("L", profile, 0, 0, 0.3, velocity=700.0), X, Y)
    radius = b0(700, 4 if profile == 1 else 6)
    np.testing.assert_allclose(np.hypot(made["alpha_x"], made["alpha_y"]), radius, rtol=1e-6)
    np.testing.assert_allclose(made["kappa"], radius / (2 * R), rtol=1e-6)


def test_the_elliptical_potential_of_an_sie():
    lens = Lens("L", 1, 0, 0, 0.3, 0.6, 0.0, velocity=700.0)
    e, made = 0.2, lensing(lens, X, Y)
    u = np.sqrt((1 - e) * X**2 + (1 + e) * Y**2)
    factor = b0(700, 4) * (1 - e**2) / u**3
    np.testing.assert_allclose(made["kappa"], factor * R**2 / 2, rtol=1e-11)
    np.testing.assert_allclose(made["gamma1"], factor * (Y**2 - X**2) / 2, rtol=1e-11)
    np.testing.assert_allclose(made["gamma2"], -factor * X * Y, rtol=1e-11)


def test_external_shear():
    made = lensing(Lens("L", 14, 1.0, 2.0, 0.3, 0.05, 30.0), X, Y)
    np.testing.assert_allclose(made["gamma1"], 0.05 * np.cos(np.radians(60)), rtol=1e-13)
    np.testing.assert_allclose(made["gamma2"], 0.05 * np.sin(np.radians(60)), rtol=1e-13)
    assert not made["kappa"].any()
    bent = 0.05 * np.exp(1j * np.radians(60)) * np.conj((X - 1) + 1j * (Y - 2))
    np.testing.assert_allclose(made["alpha_x"] + 1j * made["alpha_y"], bent, atol=1e-12)


def projected(t):
    """The NFW density projected by quadrature, by 2 rho_s r_s."""

    def density(length):
        radius = np.hypot(t, length)
        return 1 / (radius * (1 + radius) ** 2)

    near, _ = quad(density, 0, 1, epsabs=0, epsrel=1e-12, limit=500, points=[min(t, 0.5)])
    far, _ = quad(density, 1, np.inf, epsabs=0, epsrel=1e-12, limit=500)
    return near + far


SCALED = [1e-3, 0.03, 0.4, 0.97, 0.975, 0.999, 1 - 1e-6, 1 - 1e-12, 1.0, 1 + 1e-12, 1 + 1e-6, 1.001]
SCALED += [1.02, 1.03, 3.0, 40.0]


@pytest.mark.parametrize("t", SCALED)
def test_nfw_against_quadrature(t):
    mean, shear = CircularNfw(2.0, 1.0).compute_mean_and_shear(np.array([t]), WorkArrays())
    assert (mean - shear)[0] == pytest.approx(projected(t), rel=1e-9)


def test_the_mean_of_an_nfw_against_quadrature():
    halo = CircularNfw(2.0, 1.0)

    def ring(t):
        mean, shear = halo.compute_mean_and_shear(np.array([t]), WorkArrays())
        return 2 * t * (mean - shear)[0]

    for t in (1e-4, 0.3, 0.99, 1.0, 1.01, 7.0):
        inside, _ = quad(ring, 0, t, epsabs=0, epsrel=1e-11, limit=200)
        mean, _ = halo.compute_mean_and_shear(np.array([t]), WorkArrays())
        assert mean[0] == pytest.approx(inside / t**2, rel=1e-8)


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_series_of_an_nfw_meets_its_closed_forms(sign):
    edge = np.sqrt(1 + sign * SERIES_WIDTH)
    t = edge * (1 + np.array([-1e-9, 1e-9]))
    for values in CircularNfw(2.0, 1.0).compute_mean_and_shear(t, WorkArrays()):
        assert values[0] == pytest.approx(values[1], rel=1e-8)
        assert values[0] != values[1]


def test_the_mass_of_an_nfw_within_r200_follows_from_its_concentration():
    c, scale, z = 5.0, 80.0, 0.3
    lens = Lens("L", 12, 0, 0, z, scale=scale, concentration=c)
    far = 1e5 * scale
    # The mass of an NFW grows as ln(r/r_s) + ln(1/2), projected, and as m(c) within r200.
    bent = float(lensing(lens, far, 0.0)["alpha_x"])
    kpc = COSMOLOGY.kpc_per_arcsec(z)
    m200 = 800 * np.pi / 3 * COSMOLOGY.critical_density(z) * (c * scale * kpc) ** 3
    grown = np.log(far / scale / 2) / (np.log1p(c) - c / (1 + c))
    # 4 G/c^2 in kpc by solar mass.
    wanted = 4 * 4.785e-17 * m200 * grown / (far * kpc) * 206264.806 / kpc
    wanted *= COSMOLOGY.angular_diameter_distance(z) * 1000 / 206264.806
    assert bent == pytest.approx(wanted, rel=2e-4)


def test_an_nfw_given_by_its_velocity():
    lens = Lens("L", 12, 0, 0, 0.3, velocity=1500.0, scale=60.0)
    mean, _ = CircularNfw(b0(1500) / 60, 60.0).compute_mean_and_shear(
        np.array([20.0]), WorkArrays()
    )
    assert lensing(lens, 20.0, 0.0)["alpha_x"] == pytest.approx(20 * mean[0], rel=1e-12)


def test_the_exact_constant():
    assert pytest.approx(7.2099724e-6, rel=1e-8) == EXACT.bending
