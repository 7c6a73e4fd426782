"""Maps of a synthetic lens, made once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tests.pipeline.kappa.qc import sky


@pytest.fixture(scope="session")
def maps(tmp_path_factory):
    """An honest set of maps at z_s = 2, and the one at D_ls/D_s = 1."""
    folder = tmp_path_factory.mktemp("maps")
    unity, shear = sky.lens()
    kappa, gamma = unity * sky.RATIO, shear * sky.RATIO
    mu = 1 / ((1 - kappa) ** 2 - np.abs(gamma) ** 2)
    frame = {"frame": "pixel"}
    return SimpleNamespace(
        folder=folder,
        kappa=sky.write(folder / "kappa.fits", kappa),
        unity=sky.write(folder / "unity.fits", unity, normalisation="unity"),
        gamma1=sky.write(folder / "gamma1.fits", gamma.real, "gamma1", **frame),
        gamma2=sky.write(folder / "gamma2.fits", gamma.imag, "gamma2", **frame),
        gamma=sky.plain(folder / "gamma.fits", np.abs(gamma), sky.cards()),
        magnification=sky.plain(folder / "mu.fits", mu, sky.cards()),
        members=sky.catalogue(folder / "members.cat"),
        data=kappa,
    )


@pytest.fixture(scope="session")
def beside(maps):
    """The maps that a convergence map is compared with."""
    names = ("unity", "gamma1", "gamma2", "gamma", "magnification")
    return {name: getattr(maps, name) for name in names}
