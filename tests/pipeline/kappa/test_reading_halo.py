"""NFW haloes by any two of their numbers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.cosmology.model import build_cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.reading import load_model
from fitslint.pipeline.kappa.reading.halo import LENSTOOL_INVERSE_G, Halo, resolve_nfw
from tests.pipeline.kappa.pars import section, write

FLAT = build_cosmology(70, 0.3, 0.7)
CONCENTRATIONS = st.floats(1, 30)
MASSES = st.floats(1e12, 1e16)
REDSHIFTS = st.floats(0.05, 1.5)


def _load(folder: Path, *lines: str, parity: bool = False) -> tuple[float, float, tuple[str, ...]]:
    words = ["profil 12", "ellipticite 0.2", "z_lens 0.183", *lines]
    model = load_model(write(folder, section("potentiel", *words)), parity=parity)
    (lens,) = model.lenses
    assert lens.core == lens.cut == 0
    return lens.scale, lens.concentration, model.notes


def test_concentration_and_scale_radius(tmp_path: Path) -> None:
    scale, concentration, notes = _load(tmp_path, "scale_radius_kpc 350", "concentration 6")
    assert scale == pytest.approx(350 / FLAT.kpc_per_arcsec(0.183))
    assert (concentration, notes) == (6, ())


def test_concentration_and_mass(tmp_path: Path) -> None:
    # r200 = (3 M / 800 pi rho_crit)^(1/3); Lenstool's G is 3.8e-4 off, its cube root 1e-6.
    scale, concentration, _ = _load(tmp_path, "c 6", "m200 1e15")
    density = FLAT.critical_density(0.183)
    exact = (3e15 / (800 * math.pi * density)) ** (1 / 3) / FLAT.kpc_per_arcsec(0.183)
    assert concentration == 6
    assert scale * 6 == pytest.approx(exact, rel=1e-12)
    scale, _, _ = _load(tmp_path, "c 6", "m200 1e15", parity=True)
    assert scale * 6 == pytest.approx(
        exact * (2.3250910e8 / LENSTOOL_INVERSE_G) ** (1 / 3), rel=2e-6
    )


@given(CONCENTRATIONS, MASSES, REDSHIFTS)
def test_every_pair_is_the_same_halo(c: float, mass: float, z: float) -> None:
    whole = resolve_nfw(Halo(z, concentration=c, m200=mass), FLAT)
    assert whole is not None
    r200 = whole.scale * whole.concentration
    pairs = [
        Halo(z, concentration=c, r200=r200),
        Halo(z, concentration=c, scale=whole.scale),
        Halo(z, scale=whole.scale, m200=mass),
        Halo(z, scale=whole.scale, r200=r200),
    ]
    for pair in pairs:
        found = resolve_nfw(pair, FLAT)
        assert found is not None
        assert (found.scale, found.concentration) == pytest.approx((whole.scale, c), rel=1e-12)


@given(CONCENTRATIONS, st.floats(10, 200), REDSHIFTS)
def test_scale_radius_and_velocity(c: float, scale: float, z: float) -> None:
    # sigma^2 = (8/3) G r_s^2 rho_s (Golse & Kneib 2002), rho_s of 200 rho_crit
    length = scale * FLAT.kpc_per_arcsec(z)
    contrast = 200 / 3 * c**3 / (math.log(1 + c) - c / (1 + c))
    gravity = 4.30091727e-6  # kpc (km/s)^2 per solar mass
    velocity = math.sqrt(8 / 3 * gravity * length**2 * contrast * FLAT.critical_density(z))
    found = resolve_nfw(Halo(z, scale=scale, velocity=velocity), FLAT)
    assert found is not None
    assert found.concentration == pytest.approx(c, rel=1e-6)


def test_lenstools_order_of_pairs(tmp_path: Path) -> None:
    by_mass = _load(tmp_path, "c 6", "m200 1e15")
    for more in (["r200 600"], ["scale_radius 50"], ["scale_radius 50", "r200 600", "v_disp 900"]):
        assert _load(tmp_path, "c 6", "m200 1e15", *more) == by_mass
    assert _load(tmp_path, "c 6", "r200 600", "scale_radius 50")[0] == 100


def test_scale_radius_and_mass_is_done_right_and_told(tmp_path: Path) -> None:
    _, _, notes = _load(tmp_path, "scale_radius_kpc 350", "m200 1e15")
    assert any("6.8" in note for note in notes)


def test_a_mass_alone_gets_the_concentration_of_maccio(tmp_path: Path) -> None:
    _, concentration, notes = _load(tmp_path, "virial_mass 1e15")
    assert concentration == pytest.approx(10**0.536)
    assert any("Maccio" in note for note in notes)


@pytest.mark.parametrize(
    "lines",
    [
        ["c 6"],
        ["scale_radius 50"],
        ["r200 600"],
        ["c -6", "scale_radius 3"],
        ["c 5", "m200 -1"],
        ["c 5", "scale_radius 9", "alpha 1.2"],
        ["scale_radius 1e-9", "v_disp 1e9"],
        [],
    ],
)
def test_too_little_or_impossible(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(PipelineError):
        _load(tmp_path, *lines)
