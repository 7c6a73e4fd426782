"""Shear of a convergence map against shear that is known."""

import numpy as np
import pytest

from fitslint.pipeline.kappa.qc.kaiser_squires import compare_shear, compute_shear
from tests.pipeline.kappa.qc import sky


def smooth_lens(core=15.0, west=10.0, north=-20.0, size=200):
    x, y = sky.offsets(size)
    return sky.circular(x - west, y - north, core, 400.0, 1.0)


def test_a_resolved_lens_that_the_field_cuts_agrees_to_1e_5():
    kappa, gamma = smooth_lens()
    found = compare_shear(kappa, gamma)
    assert found.median < 1e-5
    assert found.slope == pytest.approx(1, abs=1e-4)


def test_a_mass_sheet_and_external_shear_do_not_matter():
    kappa, gamma = smooth_lens()
    assert compare_shear(kappa + 0.3, gamma + 0.05 - 0.02j).median < 1e-4


@pytest.mark.parametrize("change", [np.conj, np.negative, lambda one: 1j * one])
def test_a_wrong_sign_or_angle_is_seen(change):
    kappa, gamma = smooth_lens()
    assert compare_shear(kappa, change(gamma)).median > 0.3


def test_the_slope_tells_a_wrong_scale():
    kappa, gamma = smooth_lens()
    found = compare_shear(kappa * 0.855, gamma)
    assert found.slope == pytest.approx(1 / 0.855, rel=1e-3)
    assert found.median > 0.1


def test_no_mass_has_no_shear():
    assert np.all(compute_shear(np.zeros((20, 30))) == 0)


def test_a_wave_has_the_shear_of_its_direction():
    x = np.tile(np.arange(64), (64, 1))
    wave = np.cos(2 * np.pi * x / 8)
    inner = (slice(20, 44), slice(20, 44))
    assert np.allclose(compute_shear(wave)[inner].real, wave[inner], atol=0.1)
    turned = compute_shear(wave.T)[inner].real
    assert np.allclose(turned, -wave.T[inner], atol=0.1)
