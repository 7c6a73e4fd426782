"""Laws that every profile obeys: one potential, and the symmetries of space."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.pipeline.kappa.model import Lens
from tests.pipeline.kappa.oracle import lensing

SUPPORTED = (1, 8, 12, 14, 81)
ellipticities = st.one_of(st.just(0.0), st.floats(1e-9, 0.95))
angles = st.floats(-720, 720)
places = st.floats(-100, 100)


@st.composite
def lenses(draw, profile):
    core = draw(st.one_of(st.sampled_from([0.0, 1e-6]), st.floats(1e-3, 30)))
    return Lens(
        "L",
        profile,
        draw(places),
        draw(places),
        0.3,
        ellipticity=draw(ellipticities),
        angle=draw(angles),
        core=core,
        cut=core + draw(st.floats(1e-2, 1000)),
        velocity=draw(st.floats(10, 2000)),
        scale=draw(st.floats(1, 300)),
        concentration=draw(st.floats(1, 15)),
    )


def gradient(lens, x, y, step):
    """Matrix of the derivatives of the deflection, by central differences of fourth order."""
    weights = np.array([1, -8, 8, -1]) / 12
    shifts = np.array([-2, -1, 1, 2]) * step
    zero = np.zeros(4)
    made = lensing(lens, x + np.array([shifts, zero]), y + np.array([zero, shifts]))
    return [
        [made[alpha][row] @ weights / step for row in (0, 1)] for alpha in ("alpha_x", "alpha_y")
    ]


@pytest.mark.parametrize("profile", SUPPORTED)
@given(data=st.data())
@settings(max_examples=60)
def test_convergence_and_shear_are_derivatives_of_the_deflection(profile, data):
    lens = data.draw(lenses(profile))
    distance, direction = data.draw(st.floats(0.5, 300)), data.draw(st.floats(0, 2 * np.pi))
    x, y = lens.x + distance * np.cos(direction), lens.y + distance * np.sin(direction)
    (xx, xy), (yx, yy) = gradient(lens, x, y, 1e-4 * distance)
    value = {name: float(array) for name, array in lensing(lens, x, y).items()}
    size = abs(value["kappa"]) + np.hypot(value["gamma1"], value["gamma2"])
    size += np.hypot(value["alpha_x"], value["alpha_y"]) / distance
    assert (xx + yy) / 2 == pytest.approx(value["kappa"], abs=1e-8 * size)
    assert (xx - yy) / 2 == pytest.approx(value["gamma1"], abs=1e-8 * size)
    assert xy == pytest.approx(value["gamma2"], abs=1e-8 * size)
    assert yx == pytest.approx(xy, abs=1e-8 * size)


@pytest.mark.parametrize("profile", SUPPORTED)
@given(data=st.data(), turn=angles)
@settings(max_examples=25)
def test_a_turned_lens_turns_its_lensing(profile, data, turn):
    lens = replace(data.draw(lenses(profile)), x=0.0, y=0.0)
    x, y = np.array([3.0, -40.0]), np.array([7.0, 0.5])
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    plain = lensing(lens, x, y)
    turned = lensing(replace(lens, angle=lens.angle + turn), c * x - s * y, s * x + c * y)
    alpha = (plain["alpha_x"] + 1j * plain["alpha_y"]) * (c + 1j * s)
    gamma = (plain["gamma1"] + 1j * plain["gamma2"]) * (c + 1j * s) ** 2
    np.testing.assert_allclose(turned["kappa"], plain["kappa"], rtol=1e-9, atol=1e-18)
    np.testing.assert_allclose(turned["alpha_x"] + 1j * turned["alpha_y"], alpha, rtol=1e-9)
    np.testing.assert_allclose(turned["gamma1"] + 1j * turned["gamma2"], gamma, rtol=1e-8)


@pytest.mark.parametrize("profile", SUPPORTED)
@given(data=st.data(), shift=st.tuples(places, places))
@settings(max_examples=15)
def test_a_moved_lens_moves_its_lensing(profile, data, shift):
    lens = replace(data.draw(lenses(profile)), x=1.5, y=-2.5)
    x, y = np.array([3.0, -40.0]), np.array([7.0, 0.5])
    moved = replace(lens, x=lens.x + shift[0], y=lens.y + shift[1])
    before, after = lensing(lens, x, y), lensing(moved, x + shift[0], y + shift[1])
    for quantity, values in before.items():
        np.testing.assert_allclose(after[quantity], values, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("profile", SUPPORTED)
@pytest.mark.parametrize("ellipticity", [0.0, 0.4, 0.95])
@pytest.mark.parametrize("core", [0.0, 1e-6, 1.0])
@pytest.mark.parametrize("parity", [False, True])
def test_the_centre_of_a_lens_is_finite(profile, ellipticity, core, parity):
    lens = Lens(
        "L",
        profile,
        2.0,
        3.0,
        0.3,
        ellipticity,
        20.0,
        core,
        50.0,
        900.0,
        scale=60.0,
        concentration=5,
    )
    made = lensing(lens, 2.0, 3.0, parity=parity)
    assert all(np.isfinite(value) for value in made.values())
    assert made["alpha_x"] == made["alpha_y"] == 0
    assert profile == 14 or made["kappa"] > 0


@pytest.mark.parametrize("profile", [1, 8, 12, 81])
@given(data=st.data())
@settings(max_examples=20)
def test_extremes_stay_finite(profile, data):
    radii = st.sampled_from([0.0, 1e-300, 1e-12, 1e-6, 1.0, 1e6, 1e8])
    lens = replace(
        data.draw(lenses(profile)),
        core=data.draw(radii),
        cut=data.draw(st.sampled_from([1e9, 1.0000001e8])),
        scale=data.draw(st.sampled_from([1e-6, 1.0, 1e8])),
        ellipticity=data.draw(st.sampled_from([0.0, 1e-300, 1e-16, 0.999999])),
    )
    far = np.array([0.0, 1e-9, 1e-3, 1.0, 1e3, 1e6])
    for made in (lensing(lens, lens.x + far, lens.y), lensing(lens, lens.x, lens.y - far)):
        assert all(np.isfinite(values).all() for values in made.values())


@pytest.mark.parametrize("cut", [5e-324, 1e-12, 1.5e-8, 3e-8])
def test_a_dpie_smaller_than_any_pixel_is_finite(cut):
    made = lensing(Lens("L", 81, 0, 0, 0.3, 0.4, 20, 0.0, cut, 900.0), [0.0, 1e-9, 1.0], 0.0)
    assert all(np.isfinite(values).all() for values in made.values())
    assert 0 < made["alpha_x"][2] < 2e-6


@pytest.mark.parametrize("profile", SUPPORTED)
def test_a_quantity_alone_is_what_it_is_among_the_others(profile):
    from fitslint.pipeline.kappa.evaluate import evaluate_lenses
    from tests.pipeline.kappa.oracle import COSMOLOGY, Square

    lens = Lens("L", profile, 2, 3, 0.3, 0.4, 20, 1.5, 50, 900, scale=60.0, concentration=5.0)
    grid = Square(33, 40)
    together = evaluate_lenses(
        [lens], COSMOLOGY, grid, ["kappa", "gamma1", "gamma2", "alpha_x", "alpha_y"], z_source=2.0
    )
    for quantity, values in together.items():
        alone = evaluate_lenses([lens], COSMOLOGY, grid, [quantity], z_source=2.0)
        assert list(alone) == [quantity]
        np.testing.assert_array_equal(alone[quantity], values)
