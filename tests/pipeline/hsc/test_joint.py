"""Joint solutions against the truth of simulations, and against SCAMP on the same stars."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import associate
from fitslint.pipeline.hsc.joint.astrometry import (
    AstrometryOptions,
    ConvergenceError,
    solve_astrometry,
)
from fitslint.pipeline.hsc.joint.camera import distort
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions, to_positions
from fitslint.pipeline.hsc.joint.polynomial import (
    evaluate_basis,
    evaluate_monomials,
    list_terms,
    substitute,
    to_monomials,
)
from fitslint.pipeline.hsc.joint.reject import find_outliers
from fitslint.pipeline.hsc.joint.scamp import PROGRAM, measure_difference, run_scamp
from fitslint.pipeline.hsc.joint.settings import parse_settings
from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, list_truth_pixels, simulate
from fitslint.pipeline.hsc.joint.solve import describe_links, solve_jointly
from tests.pipeline.hsc.truth import list_central, locate_by, measure_truth, measure_zero

MOSAIC_5 = parse_settings("mosaic", ["fittingOrder=5", "fluxFitOrder=5", "nStarPerCell=0"])


@pytest.fixture(scope="module")
def five():
    """Five visits of the twenty chips in the middle."""
    simulation = simulate(SimulationPlan(5, 300, list_central(20), seed=11))
    return simulation, solve_jointly(simulation.exposures, simulation.reference, MOSAIC_5)


def test_positions_and_zero_points_are_those_that_were_put_in(five):
    simulation, solution = five
    planes = [model.plane for model in solution.positions.models]
    off = measure_truth(simulation, locate_by(solution.positions), planes)
    assert np.sqrt(np.mean(off**2)) < 1.5
    assert np.percentile(np.hypot(*off.T), 99) < 5
    zero = measure_zero(simulation, solution)
    assert np.sqrt(np.mean(zero**2)) < 3
    assert 0.9 < solution.positions.chi2 < 1.1
    assert solution.problems == ()


def test_chips_are_found_where_they_are(five):
    simulation, solution = five
    found, true = solution.positions.chips, simulation.chips
    turn = np.mean(found.yaw - true.yaw)
    assert np.std(found.yaw - true.yaw) < 5e-6
    about = turn * np.stack([-true.centre[:, 1], true.centre[:, 0]], axis=1)
    assert np.std(found.centre - true.centre - about, axis=0).max() < 0.02


def test_wrong_measurements_go_and_good_ones_stay(five):
    simulation, solution = five
    spoilt = simulation.is_outlier[solution.links.rows]
    gone = ~solution.positions.good
    assert np.mean(gone[spoilt]) > 0.97
    assert np.mean(gone[~spoilt]) < 0.01


def test_scamp_is_at_least_twice_as_far_from_the_truth(five, tmp_path):
    if shutil.which(PROGRAM) is None:
        pytest.skip("scamp is not on PATH")
    simulation, solution = five
    theirs = run_scamp(simulation.exposures, simulation.reference, tmp_path)
    planes = [model.plane for model in solution.positions.models]
    ours = measure_truth(simulation, locate_by(solution.positions), planes)
    other = measure_truth(simulation, theirs.locate, planes)
    assert np.sqrt(np.mean(ours**2)) <= 0.5 * np.sqrt(np.mean(other**2))
    rms, worst = measure_difference(solution.positions, theirs)
    assert rms < 10
    assert worst >= rms
    assert all(0.5 < scale < 2 for scale in theirs.flux_scales.values())


@pytest.mark.long
def test_the_whole_camera_is_solved_as_well():
    simulation = simulate(SimulationPlan(7, 200, seed=5))
    settings = parse_settings("mosaic", ["nStarPerCell=0"])
    solution = solve_jointly(simulation.exposures, simulation.reference, settings)
    planes = [model.plane for model in solution.positions.models]
    off = measure_truth(simulation, locate_by(solution.positions), planes)
    assert np.sqrt(np.mean(off**2)) < 1.5
    assert np.percentile(np.hypot(*off.T), 99) < 5
    assert np.hypot(*off.T).max() < 25
    zero = measure_zero(simulation, solution)
    assert np.sqrt(np.mean(zero**2)) < 2.5
    spoilt = simulation.is_outlier[solution.links.rows]
    assert np.mean(~solution.positions.good[spoilt]) > 0.97
    assert np.mean(~solution.positions.good[~spoilt]) < 0.01


SMALL = SimulationPlan(3, 80, (41, 42, 49, 50, 57, 58), seed=3)
MOSAIC_3 = parse_settings("mosaic", ["fittingOrder=3", "fluxFitOrder=2", "nStarPerCell=0"])


@pytest.fixture(scope="module")
def small():
    return simulate(SMALL)


@settings(max_examples=5, deadline=None)
@given(
    st.integers(0, 2**31),
    st.sampled_from([(0.001, 0.0), (359.99, 89.9), (200.0, -89.9), (175.8, 58.4)]),
)
def test_any_place_on_the_sky_and_any_seed(seed, centre):
    simulation = simulate(replace(SMALL, seed=seed, centre=centre))
    solution = solve_jointly(simulation.exposures, simulation.reference, MOSAIC_3)
    planes = [model.plane for model in solution.positions.models]
    off = measure_truth(simulation, locate_by(solution.positions), planes)
    assert np.sqrt(np.mean(off**2)) < 12


def test_the_order_of_stars_does_not_matter(small):
    first = solve_jointly(small.exposures, small.reference, MOSAIC_3)
    rows = np.random.default_rng(1).permutation(len(small.reference.ra))
    again = solve_jointly(small.exposures, small.reference.take(rows), MOSAIC_3)
    x, y = list_truth_pixels()
    for visit in range(3):
        here = first.positions.locate(visit, np.zeros(96, dtype=int), x, y)
        there = again.positions.locate(visit, np.zeros(96, dtype=int), x, y)
        assert np.degrees(np.abs(here - there).max()) < 1e-9


def test_a_fixed_catalogue_is_where_its_stars_stay(small):
    options = parse_settings("mosaic", ["fittingOrder=3", "fluxFitOrder=2"], "fixed")
    solution = solve_jointly(small.exposures, small.reference, options)
    used = solution.positions.reference_good
    assert np.abs(solution.positions.reference_residuals[used]).max() < 1e-9
    assert solution.positions.chi2 < 2


@pytest.mark.parametrize("chips", ["True", "False"])
def test_fluxes_without_magnitudes_of_a_catalogue(small, chips):
    words = ["fittingOrder=3", "fluxFitOrder=2", "fluxFitAbsolute=False", f"chipFlux={chips}"]
    solution = solve_jointly(small.exposures, small.reference, parse_settings("mosaic", words))
    fluxes = solution.fluxes
    assert fluxes.zero[0] == 0
    assert np.abs(fluxes.surfaces[:, 1:3]).max() == 0
    assert np.abs(fluxes.chip_zero).max() > 0 if chips == "True" else not fluxes.chip_zero.any()
    assert fluxes.rms < 0.06
    true = np.array([sky.zero_point for sky in small.truth])
    assert np.std(fluxes.zero - true) < 0.02
    assert np.isnan(fluxes.reference_rms)


def test_a_visit_of_another_place_is_left_out_by_name(small):
    grid = small.exposures.grid
    moved = replace(grid, dec=grid.dec + np.where(grid.visit == 1, 30 / 3600, 0.0))
    solution = solve_jointly(replace(small.exposures, grid=moved), small.reference, MOSAIC_3)
    assert solution.exposures.visits == (20878, 20882)
    assert any("visit 20880" in problem and "left out" in problem for problem in solution.problems)


def test_a_catalogue_of_another_place_is_refused_with_both_places(small):
    moved = replace(small.reference, dec=small.reference.dec - 20)
    with pytest.raises(HscError, match=r"Dec 58\.\d+ .*the catalogue at RA .* Dec 38\.\d+"):
        solve_jointly(small.exposures, moved, MOSAIC_3)


def test_a_ccd_without_stars_in_common_is_named(small):
    stars = small.exposures.stars
    off = np.where((stars.visit == 2) & (stars.chip == 1), 300.0, 0.0)
    moved = replace(stars, x=np.clip(stars.x + off, 0, 2047), y=stars.y[::1] + off)
    solution = solve_jointly(replace(small.exposures, stars=moved), small.reference, MOSAIC_3)
    assert any("visit 20882 ccd 42" in problem for problem in solution.problems)
    assert (2, 1) not in set(solution.list_ccds())


def test_a_single_visit_is_fitted_to_the_catalogue():
    simulation = simulate(replace(SMALL, visits=1, stars=150))
    solution = solve_jointly(simulation.exposures, simulation.reference, MOSAIC_3)
    off = measure_truth(
        simulation, locate_by(solution.positions), [solution.positions.models[0].plane]
    )
    assert np.sqrt(np.mean(off**2)) < 12
    assert list(describe_links(solution)) == [
        "visit 20878 is alone: it is fitted to the catalogue, and nothing else tells"
    ]


def test_visits_that_do_not_overlap_are_said_to_hang_on_the_catalogue():
    near, far = (
        simulate(replace(SMALL, visits=1, stars=150, centre=centre, first_visit=first))
        for centre, first in (((175.8, 58.4), 20878), ((178.5, 58.4), 20880))
    )
    both = join_simulations(near, far)
    solution = solve_jointly(*both, MOSAIC_3)
    (said,) = describe_links(solution)
    assert said.startswith(
        "2 groups of visits have no star in common: those of visits 20878, 20880"
    )
    assert 0.6 < solution.positions.chi2 < 1.5


def join_simulations(first, second):
    """The exposures of two simulations of a visit each, and their catalogues."""
    parts = [first.exposures, second.exposures]
    joined = {}
    for name in ("stars", "grid"):
        pair = [getattr(part, name) for part in parts]
        pair[1] = replace(pair[1], visit=pair[1].visit + 1)
        joined[name] = concatenate_fields(pair)
    visits = (*parts[0].visits, *parts[1].visits)
    exposures = replace(parts[0], visits=visits, **joined)
    return exposures, concatenate_fields([first.reference, second.reference])


def concatenate_fields(pair):
    names = pair[0].__dataclass_fields__
    return replace(
        pair[0], **{name: np.concatenate([getattr(part, name) for part in pair]) for name in names}
    )


def test_errors_that_are_too_small_are_not_taken_for_a_distortion(small):
    stars = small.exposures.stars
    random = np.random.default_rng(3)
    noisy = replace(
        stars, x=stars.x + random.normal(0, 1, len(stars.x)),
        y=stars.y + random.normal(0, 1, len(stars.y)),
    )  # fmt: skip
    solution = solve_jointly(replace(small.exposures, stars=noisy), small.reference, MOSAIC_3)
    said, uncertain = solution.problems
    assert said.startswith("chi-square per degree of freedom of positions is ")
    assert uncertain.startswith("positions of 18 CCDs are uncertain by more than 30 mas")


def test_too_low_an_order_is_said(five):
    simulation, solution = five
    assert not any("too low" in problem for problem in solution.problems)
    options = parse_settings("mosaic", ["fittingOrder=3", "fluxFitOrder=2", "nStarPerCell=0"])
    solution = solve_jointly(simulation.exposures, simulation.reference, options)
    said = [problem for problem in solution.problems if "order 3 is too low" in problem]
    assert len(said) == 1
    assert said[0].endswith("try order 5")


def test_a_fit_that_runs_away_ends_with_a_sentence(small):
    links = associate(small.exposures, small.reference, 3)
    broken = replace(
        links, models=tuple(replace(m, coefficients=m.coefficients * np.nan) for m in links.models)
    )
    with np.errstate(invalid="ignore"), pytest.raises(ConvergenceError, match="runs away"):
        solve_astrometry(small.exposures, small.reference, broken, AstrometryOptions(order=3))


def test_distortion_shrinks_pixels_as_it_was_measured():
    """J at 5000, 10000, 15000 and 17000 pixels from the axis of the real camera."""
    u, zero = np.array([0, 5000, 10000, 15000, 17000.0]), np.zeros(5)
    by_u = np.subtract(distort(u + 1, zero), distort(u - 1, zero))
    by_v = np.subtract(distort(u, zero + 1), distort(u, zero - 1))
    area = by_u[0] * by_v[1] - by_u[1] * by_v[0]
    assert area / area[0] == pytest.approx([1, 0.9893, 0.9567, 0.8972, 0.8626], abs=1e-4)


@given(st.integers(0, 9), st.integers(0, 2**31))
def test_a_polynomial_is_the_same_in_every_form(order, seed):
    draw = np.random.default_rng(seed)
    terms = draw.normal(size=len(list_terms(order)))
    u, v = draw.uniform(-1, 1, (2, 8))
    plain = to_monomials(terms, order, 3.0)
    wanted = evaluate_basis(u / 3, v / 3, order) @ terms
    assert evaluate_monomials(u, v, plain, order) == pytest.approx(wanted, abs=1e-9)
    angle = draw.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    x, y = turn.T @ [u, v]
    turned = substitute(plain, order, turn)
    assert evaluate_monomials(x, y, turned, order) == pytest.approx(wanted, abs=1e-9)


@given(st.floats(0, 360), st.floats(-90, 90), st.integers(0, 2**31))
def test_planes_lead_back_to_the_sky(ra, dec, seed):
    flat = np.random.default_rng(seed).uniform(-1, 1, (5, 2))
    plane = TangentPlane.touch(ra, dec)
    other = plane.carry_to(plane.unproject(flat[:1])[0])
    assert plane.project(plane.unproject(flat)) == pytest.approx(flat, abs=1e-9)
    placed, _ = plane.differentiate(other, flat)
    assert other.project(plane.unproject(flat)) == pytest.approx(placed, abs=1e-9)
    assert to_directions(*to_positions(plane.unproject(flat))) == pytest.approx(
        plane.unproject(flat), abs=1e-12
    )


def test_one_bad_measurement_does_not_take_the_others_of_its_star_along():
    star = np.repeat(np.arange(50), 4)
    values = np.random.default_rng(4).normal(0, 1.0, (200, 2))
    values[0] += 30
    mean = np.stack([np.bincount(star, part) / 4 for part in values.T], axis=1)
    wrong, reference, _ = find_outliers(
        star, values - mean[star], np.ones(200), np.ones(200, dtype=bool),
        reference=np.zeros((50, 2)), reference_weight=np.zeros(50),
        reference_good=np.zeros(50, dtype=bool), sigmas=5.0,
    )  # fmt: skip
    assert np.flatnonzero(wrong).tolist() == [0]
    assert not reference.any()


def test_of_two_things_that_contradict_each_other_neither_counts():
    star = np.array([0, 0, 1, 1, *np.repeat(np.arange(2, 60), 2)])
    known = np.zeros(60, dtype=bool)
    values = np.zeros((len(star), 2))
    values[0], values[2] = 5, 30  # of a pair, and of a star that the catalogue has
    weight, known[1] = np.ones(len(star)), True
    mean = np.stack([np.bincount(star, part) / (2 + known) for part in values.T], axis=1)
    wrong, reference, _ = find_outliers(
        star, values - mean[star], weight, np.ones(len(star), dtype=bool),
        reference=-mean, reference_weight=known.astype(float), reference_good=known, sigmas=5.0,
    )  # fmt: skip
    assert np.flatnonzero(wrong).tolist() == [2]
    off = values - mean[star]
    off[2:4], known[1] = 0, False
    wrong, reference, _ = find_outliers(
        star, off, weight, np.ones(len(star), dtype=bool), reference=-mean,
        reference_weight=np.zeros(60), reference_good=known, sigmas=5.0,
    )  # fmt: skip
    assert np.flatnonzero(wrong).tolist() == [0, 1]
    assert not reference.any()
