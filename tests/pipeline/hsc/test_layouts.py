"""Joint solutions on parts of the focal plane, of few visits and few stars, with the defaults."""

from __future__ import annotations

import re

import numpy as np
import pytest
from astropy.io import fits

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.camera import list_chip_pixels, load_chips
from fitslint.pipeline.hsc.joint.plane import to_directions
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis
from fitslint.pipeline.hsc.joint.settings import parse_settings
from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, simulate
from fitslint.pipeline.hsc.joint.simulation_files import write_simulation
from fitslint.pipeline.hsc.joint.solve import describe_low_orders, solve_jointly
from fitslint.pipeline.hsc.joint.terms import ChipTerms
from tests.pipeline.hsc.test_joint_files import run
from tests.pipeline.hsc.truth import list_central, locate_by, measure_truth, measure_zero

LAYOUTS = {
    "one": (50,), "pair": (49, 50), "column": tuple(range(48, 52)), "edge": (0, 1, 2, 3),
    "ten": tuple(range(46, 56)), "far": (3, 30, 50, 77, 100), "strip": tuple(range(40, 60)),
    "middle": list_central(20), "wide": tuple(range(20, 60)), "all": (),
}  # fmt: skip
LIMITS = {40: (9, 80, 16), 150: (6.5, 60, 12), 400: (5, 40, 9)}
"""Of rms along an axis in mas, the worst pixel in mas and rms of zero points in mmag, by stars."""


def check_limits(name, visits, stars, seed, words=()):
    simulation = simulate(SimulationPlan(visits, stars, LAYOUTS[name], seed=seed))
    settings = parse_settings("mosaic", words)
    solution = solve_jointly(simulation.exposures, simulation.reference, settings)
    off = measure_truth(
        simulation, locate_by(solution.positions), [m.plane for m in solution.positions.models]
    )
    rms, worst, zero = LIMITS[stars]
    assert len(solution.exposures.visits) == visits
    assert np.sqrt(np.mean(off**2)) < rms
    assert np.hypot(*off.T).max() < worst
    assert np.sqrt(np.mean(measure_zero(simulation, solution) ** 2)) < zero
    assert 0.6 < solution.positions.chi2 < 1.5
    return solution


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in ("wide", "all")])
@pytest.mark.parametrize(("visits", "stars", "seed"), [(2, 40, 7), (3, 150, 1), (5, 150, 77)])
def test_parts_of_the_plane_are_solved(name, visits, stars, seed):
    check_limits(name, visits, stars, seed)


@pytest.mark.long
@pytest.mark.parametrize(("name", "visits", "stars", "seed"), [
    *((name, 2, 150, 11) for name in LAYOUTS),
    *((name, 5, 40, 12) for name, chips in LAYOUTS.items() if 0 < len(chips) < 20),
    # One wrong star in a corner took the good ones of it along.
    ("far", 5, 150, 11),
])  # fmt: skip
def test_more_parts_of_the_plane_are_solved(name, visits, stars, seed):
    check_limits(name, visits, stars, seed)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(("visits", "stars"), [(1, 3), (2, 5), (3, 8), (1, 40)])
@pytest.mark.parametrize("algorithm", ["mosaic", "jointcal"])
def test_few_stars_end_with_a_solution_or_a_true_sentence(name, visits, stars, algorithm):
    simulation = simulate(SimulationPlan(visits, stars, LAYOUTS[name], seed=9))
    settings = parse_settings(algorithm, [])
    try:
        solution = solve_jointly(simulation.exposures, simulation.reference, settings)
    except HscError as error:
        assert re.match(r"no visit is left to fit: visit 208\d\d: \d+ of \d+ stars are", str(error))
        assert "10 are needed: take more stars" in str(error)
        return
    assert np.isfinite(solution.positions.residuals).all()
    assert any("positions" in said for said in describe_low_orders(solution)) or name == "all"


@pytest.mark.parametrize(("name", "visits", "stars", "seed"), [
    ("pair", 2, 10, 21), ("column", 3, 5, 21), ("strip", 2, 3, 21), ("far", 2, 8, 21),
    ("far", 5, 150, 33), ("ten", 2, 8, 21), ("edge", 1, 8, 22),
])  # fmt: skip
def test_what_is_far_off_was_said_to_be_uncertain(name, visits, stars, seed):
    simulation = simulate(SimulationPlan(visits, stars, LAYOUTS[name], seed=seed))
    solution = solve_jointly(
        simulation.exposures, simulation.reference, parse_settings("mosaic", ())
    )
    (x, y), positions, ratios = list_chip_pixels(5), solution.positions, []
    for visit, chip in solution.list_ccds():
        plane = positions.models[visit].plane
        numbers = simulation.exposures.visits
        ra, dec, _ = simulation.locate(numbers.index(solution.exposures.visits[visit]), chip, x, y)
        there = plane.project(to_directions(ra, dec))
        off = plane.project(positions.locate(visit, np.full(len(x), chip), x, y)) - there
        ratios.append(np.abs(off).max() / positions.errors[visit, chip])
        if np.abs(off).max() * 3.6e6 > 100:
            said = [each for each in solution.problems if "uncertain" in each or "chi-sq" in each]
            assert said
    # The largest of fifty errors, in units of one, where chi-square tells nothing else.
    assert positions.chi2 > 4 or np.median(ratios) < 2.5


def test_too_low_an_order_is_said_where_stars_are_few():
    """Few stars: their means tell nothing, but those of the edge are thrown out."""
    simulation = simulate(SimulationPlan(2, 40, LAYOUTS["wide"], seed=12))
    for algorithm, is_low in (("jointcal", True), ("mosaic", False)):
        settings = parse_settings(algorithm, ())
        solution = solve_jointly(simulation.exposures, simulation.reference, settings)
        said = [each for each in solution.problems if "the polynomial does not follow" in each]
        assert len(said) == is_low


STRIP = ("--visits", 5, "--ccds", "40..59", "--stars", 150, "--seed", 77)
COLUMN = ("--visits", 3, "--ccds", "48..51", "--stars", 100)


@pytest.mark.parametrize("words", [pytest.param(STRIP, marks=pytest.mark.long), COLUMN])
@pytest.mark.parametrize("algorithm", ["mosaic", "jointcal"])
def test_the_commands_end_and_jobs_change_no_byte(algorithm, words, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert run("hsc", "simulate", tmp_path / "HSC", *words) == 0
    made = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        code = run(
            "hsc", algorithm, tmp_path / "HSC", "--rerun", "test", "--reference",
            tmp_path / "HSC/reference.fits", "--outdir", out, "-j", jobs,
        )  # fmt: skip
        # Order 7 is too low for a strip that reaches from edge to edge, which is said.
        is_low = "order 7 is too low" in capfd.readouterr().err
        assert code == is_low
        assert not is_low or algorithm == "jointcal"
        made.append({path.name: path.read_bytes() for path in out.rglob("*.fits")})
    assert len(made[0]) >= 2 * words[1]
    assert made[0] == made[1]


def test_inverse_polynomials_are_good_on_chips_at_the_edge(tmp_path, capfd):
    root = tmp_path / "HSC"
    simulation = simulate(SimulationPlan(2, 150, LAYOUTS["edge"], seed=4))
    write_simulation(simulation, root, "test")
    assert (
        run("hsc", "mosaic", root, "--rerun", "test", "--reference", root / "reference.fits") == 0
    )
    paths = [*root.rglob("jointcal_wcs-*.fits")]
    assert len(paths) == 8
    assert max(fits.getheader(path)["HSCINVER"] for path in paths) < 0.01


def test_terms_of_a_chip_far_from_the_axis_are_independent():
    chips = load_chips()
    u, v = chips.list_points(np.array([0]))
    terms = ChipTerms.from_points(evaluate_basis(u / 19000, v / 19000, 9), 9)
    gram = terms.there.T @ terms.there / len(u)
    seen = terms.matrix.any(axis=0)
    assert 15 < seen.sum() < 55
    assert gram[np.ix_(seen, seen)] == pytest.approx(np.eye(seen.sum()), abs=1e-5)
    # A polynomial of degree four is in them, and three stars carry none but a shift.
    assert seen[:15].all()
    assert terms.find_order(evaluate_basis(u[:3] / 19000, v[:3] / 19000, 9)) == 0
