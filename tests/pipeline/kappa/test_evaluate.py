"""Evaluation of whole models: planes, blocks, threads, memory."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from fitslint.pipeline.kappa import evaluate as module
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import QUANTITIES
from tests.pipeline.kappa.oracle import COSMOLOGY, Positions, Square, lensing

HALO = Lens("halo", 81, 3.0, -5.0, 0.3, 0.4, 30.0, 5.0, 200.0, 1000.0)
MEMBER = Lens("member", 81, -20.0, 8.0, 0.3, 0.2, 110.0, 0.1, 9.0, 180.0)
BEHIND = Lens("behind", 8, 12.0, 9.0, 0.8, 0.3, 70.0, 1.0, 0.0, 300.0)
HALOS = (
    HALO,
    MEMBER,
    BEHIND,
    Lens("nfw", 12, 0.0, 1.0, 0.3, 0.1, 5.0, scale=70.0, concentration=5.0),
    Lens("sie", 1, 0.5, 1.5, 0.3, 0.2, 5.0, velocity=200.0),
    Lens("shear", 14, 0.0, 0.0, 0.3, 0.03, 40.0),
)
GRID = Square(41, 50.0)


def test_each_plane_counts_with_its_own_distance_ratio():
    both = evaluate_lenses([HALO, BEHIND], COSMOLOGY, GRID, QUANTITIES, z_source=2.0)
    for quantity, values in both.items():
        wanted = sum(
            COSMOLOGY.distance_ratio(lens.z, 2.0)
            * evaluate_lenses([lens], COSMOLOGY, GRID, [quantity], z_source=None)[quantity]
            for lens in (HALO, BEHIND)
        )
        np.testing.assert_allclose(values, wanted, rtol=1e-12, atol=1e-14)


def test_two_ratios_are_those_of_astropy():
    from astropy.cosmology import FlatLambdaCDM

    universe = FlatLambdaCDM(H0=70, Om0=0.3, Tcmb0=0)
    unity = evaluate_lenses([BEHIND], COSMOLOGY, GRID, ["kappa"], z_source=None)["kappa"]
    scaled = evaluate_lenses([BEHIND], COSMOLOGY, GRID, ["kappa"], z_source=1.7)["kappa"]
    ratio = universe.angular_diameter_distance(0.8, 1.7) / universe.angular_diameter_distance(1.7)
    np.testing.assert_allclose(scaled / unity, float(ratio), rtol=1e-8)


@pytest.mark.parametrize("z_source", [0.8, 0.5, 0.3, 0.1, 0.0])
def test_a_plane_that_is_not_in_front_of_the_source_counts_nothing(z_source):
    both = evaluate_lenses([HALO, BEHIND], COSMOLOGY, GRID, QUANTITIES, z_source=z_source)
    front = evaluate_lenses([HALO], COSMOLOGY, GRID, QUANTITIES, z_source=z_source)
    for quantity, values in both.items():
        np.testing.assert_array_equal(values, front[quantity])
        assert values.any() == (z_source > 0.3)


def test_one_plane_is_chosen_by_its_exact_redshift():
    chosen = evaluate_lenses(HALOS, COSMOLOGY, GRID, ["kappa"], z_source=2.0, z_lens=0.8)["kappa"]
    alone = evaluate_lenses([BEHIND], COSMOLOGY, GRID, ["kappa"], z_source=2.0)["kappa"]
    np.testing.assert_array_equal(chosen, alone)
    none = evaluate_lenses(HALOS, COSMOLOGY, GRID, ["kappa"], z_source=2.0, z_lens=0.8000001)[
        "kappa"
    ]
    assert not none.any()


def test_a_model_is_the_sum_of_its_lenses():
    together = evaluate_lenses(HALOS, COSMOLOGY, GRID, QUANTITIES, z_source=3.0)
    for quantity, values in together.items():
        apart = sum(
            evaluate_lenses([lens], COSMOLOGY, GRID, [quantity], z_source=3.0)[quantity]
            for lens in HALOS
        )
        np.testing.assert_allclose(values, apart, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("pixels", "workers"), [(1, 1), (41, 2), (100, 3), (10**6, 1), (500, 7)])
def test_blocks_and_threads_do_not_matter(monkeypatch, pixels, workers):
    whole = evaluate_lenses(HALOS, COSMOLOGY, GRID, QUANTITIES, z_source=2.0, workers=1)
    monkeypatch.setattr(module, "PIXELS", pixels)
    parts = evaluate_lenses(HALOS, COSMOLOGY, GRID, QUANTITIES, z_source=2.0, workers=workers)
    for quantity, values in whole.items():
        np.testing.assert_array_equal(parts[quantity], values)


def test_a_grid_that_is_not_separable_gives_the_same():
    x, y = np.meshgrid(GRID.along, GRID.along)
    separable = evaluate_lenses(HALOS, COSMOLOGY, GRID, QUANTITIES, z_source=2.0)
    general = evaluate_lenses(HALOS, COSMOLOGY, Positions(x, y), QUANTITIES, z_source=2.0)
    for quantity, values in separable.items():
        np.testing.assert_allclose(general[quantity], values, rtol=1e-13)


def test_a_map_has_the_rows_of_the_grid_from_south_to_north():
    grid = Positions(*np.meshgrid(np.linspace(-10, 10, 7), np.linspace(-4, 4, 5)))
    made = evaluate_lenses(
        [replace(HALO, x=10.0, y=4.0)], COSMOLOGY, grid, ["kappa"], z_source=None
    )
    assert made["kappa"].shape == (5, 7)
    assert np.unravel_index(made["kappa"].argmax(), (5, 7)) == (4, 6)


def test_results_in_single_precision_are_rounded_sums():
    double = evaluate_lenses(HALOS, COSMOLOGY, GRID, QUANTITIES, z_source=2.0)
    single = evaluate_lenses(HALOS, COSMOLOGY, GRID, QUANTITIES, z_source=2.0, dtype=np.float32)
    for quantity, values in double.items():
        assert values.dtype == np.float64
        np.testing.assert_array_equal(single[quantity], values.astype(np.float32))


def test_progress_is_told_in_rows_to_the_end(monkeypatch):
    monkeypatch.setattr(module, "PIXELS", 300)
    told = []
    evaluate_lenses(
        HALOS,
        COSMOLOGY,
        GRID,
        ["kappa"],
        z_source=2.0,
        workers=2,
        progress=lambda *at: told.append(at),
    )
    assert told == sorted(told)
    assert told[-1] == (41, 41)
    assert len(told) > 1


def test_what_a_caller_raises_in_progress_ends_the_evaluation(monkeypatch):
    monkeypatch.setattr(module, "PIXELS", 41)
    seen = []

    def stop(done, rows):
        seen.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate_lenses(HALOS, COSMOLOGY, GRID, ["kappa"], z_source=2.0, workers=1, progress=stop)
    assert len(seen) == 1


def test_no_lenses_make_maps_of_nothing():
    made = evaluate_lenses([], COSMOLOGY, GRID, ["kappa", "gamma1"], z_source=2.0)
    assert set(made) == {"kappa", "gamma1"}
    assert not made["kappa"].any()


def test_a_quantity_that_is_not_known_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="'mu' is not one of kappa, gamma1"):
        evaluate_lenses([HALO], COSMOLOGY, GRID, ["kappa", "mu"], z_source=2.0)


def test_memory_beyond_the_maps_does_not_grow_with_them():
    grid = Square(2048, 50.0)
    tracemalloc.start()
    made = evaluate_lenses(HALOS, COSMOLOGY, grid, ["kappa", "gamma1"], z_source=2.0, workers=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    maps = sum(values.nbytes for values in made.values())
    assert maps > 67e6
    assert peak - maps < 20e6


def test_parity_takes_the_constants_of_lenstool():
    exact, parity = (lensing(HALO, 10.0, 20.0, parity=parity)["kappa"] for parity in (False, True))
    assert parity / exact == pytest.approx(7.209970e-6 / 7.2099723e-6, rel=1e-7)


def test_parity_takes_a_nearly_circular_dpie_to_be_circular():
    nearly = replace(HALO, ellipticity=3e-4)
    at = (10.0, 20.0)
    circular = lensing(replace(HALO, ellipticity=0.0), *at, parity=True)["kappa"]
    assert lensing(nearly, *at, parity=True)["kappa"] == circular
    assert lensing(nearly, *at)["kappa"] != lensing(replace(HALO, ellipticity=0.0), *at)["kappa"]


def test_parity_takes_a_circular_piemd_to_be_barely_elliptical():
    circular = replace(BEHIND, ellipticity=0.0, angle=0.0)
    exact = lensing(circular, np.array([20.0, 12.0]), np.array([9.0, 17.0]))["kappa"]
    parity = lensing(circular, np.array([20.0, 12.0]), np.array([9.0, 17.0]), parity=True)["kappa"]
    assert exact[0] == pytest.approx(exact[1], rel=1e-12)
    assert parity[0] / parity[1] == pytest.approx(1 + 2e-5, abs=1e-6)
