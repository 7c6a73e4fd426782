"""Solutions held against what a simulation put in."""

from __future__ import annotations

import numpy as np

from fitslint.pipeline.hsc.joint.camera import load_chips
from fitslint.pipeline.hsc.joint.plane import to_directions
from fitslint.pipeline.hsc.joint.simulate import list_truth_pixels


def list_central(count):
    """The chips that are nearest to the axis."""
    chips = load_chips()
    nearest = np.argsort(np.hypot(*chips.centre.T), kind="stable")[:count]
    return tuple(int(number) for number in chips.numbers[nearest])


def measure_truth(simulation, locate, planes):
    """Offsets from the truth in mas, (n, 2), at 96 pixels of every CCD."""
    x, y = list_truth_pixels()
    found = []
    for visit, plane in enumerate(planes):
        for chip in range(len(simulation.chips.numbers)):
            ra, dec, _ = simulation.locate(visit, chip, x, y)
            there = plane.project(to_directions(ra, dec))
            found.append(plane.project(locate(visit, chip, x, y)) - there)
    return np.concatenate(found) * 3.6e6


def measure_zero(simulation, solution):
    """Offsets of zero points from the truth in mmag."""
    x, y = list_truth_pixels()
    found = []
    for visit in range(len(simulation.truth)):
        for chip in range(len(simulation.chips.numbers)):
            places = np.full(len(x), chip)
            zero = solution.fluxes.find_zero(solution.positions, visit, places, x, y)
            found.append(zero - simulation.locate(visit, chip, x, y)[2])
    return np.concatenate(found) * 1e3


def locate_by(positions):
    return lambda visit, chip, x, y: positions.locate(visit, np.full(len(x), chip), x, y)
