"""Where the chips of ACIS are: from a pixel of a chip to the tangent plane of an observation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.sky import SKY_PIXEL

Numbers = NDArray[Any]
CHIP_SIZE = 1024
"""Pixels of a chip along an axis; they count from 1."""
IMAGING_CHIPS = (0, 1, 2, 3)
SPECTROSCOPY_CHIPS = (4, 5, 6, 7, 8, 9)
BACK_ILLUMINATED = (5, 7)
FOCAL_LENGTH = 10070.0
"""Millimetres, FOC_LEN of event lists."""
AIMPOINT_SIM_Z = {"ACIS-I": -233.587, "ACIS-S": -190.143}
"""SIM_Z in millimetres with the array in the focus."""
_ORIGIN_Y, _ORIGIN_Z = 0.750, 236.552
"""Millimetres from the origin of the translation table to that of ACIS."""
_CORNERS = {
    0: ((-26.484, 23.088), (-26.546, -1.458), (-1.939, 23.088)),
    1: ((23.086, -1.458), (23.024, 23.088), (-1.459, -1.458)),
    2: ((-26.546, -1.997), (-26.484, -26.543), (-2.001, -1.997)),
    3: ((23.024, -26.543), (23.086, -1.997), (-1.521, -26.543)),
    4: ((-81.051, -59.170), (-56.478, -59.170), (-81.051, -34.590)),
    5: ((-56.047, -59.170), (-31.473, -59.170), (-56.047, -34.590)),
    6: ((-31.042, -59.170), (-6.466, -59.170), (-31.042, -34.590)),
    7: ((-6.035, -59.170), (18.541, -59.170), (-6.035, -34.590)),
    8: ((18.962, -59.170), (43.538, -59.170), (18.962, -34.590)),
    9: ((43.963, -59.170), (68.535, -59.170), (43.963, -34.590)),
}
"""Y and Z in millimetres of the corners of chips: first pixel, end of row, end of column
(McDowell, ASC coordinates rev. 5.0, table of ACIS corners)."""


@dataclass(frozen=True, slots=True)
class ChipPlacement:
    """Where a chip is in the sky pixels of an observation, at its mean pointing.

    Attributes
    ----------
    matrix : ndarray, shape (2, 3)
        ``(x, y) = matrix @ (chipx, chipy, 1)``.
    """

    matrix: NDArray[np.float64]

    def find_sky(self, chipx: Numbers, chipy: Numbers) -> tuple[Numbers, Numbers]:
        """Sky pixels of the pixels of the chip."""
        (a, b, c), (d, e, f) = self.matrix
        return a * chipx + b * chipy + c, d * chipx + e * chipy + f

    def find_chip(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        """Pixels of the chip under sky pixels."""
        inverse = np.linalg.inv(self.matrix[:, :2])
        dx, dy = x - self.matrix[0, 2], y - self.matrix[1, 2]
        return inverse[0, 0] * dx + inverse[0, 1] * dy, inverse[1, 0] * dx + inverse[1, 1] * dy


@dataclass(frozen=True, slots=True)
class ChipPose:
    """How the telescope stood: what takes a chip to the sky.

    Attributes
    ----------
    x, y : float
        sky pixel of the optical axis.
    roll : float
        degrees.
    sim_y, sim_z : float
        place of the table with the detectors in millimetres, its drift included.
    """

    x: float
    y: float
    roll: float
    sim_y: float
    sim_z: float


def place_chips(chips: tuple[int, ...], pose: ChipPose) -> dict[int, ChipPlacement]:
    """The placement of chips by the drawings of the camera, flat in the focal plane."""
    scale = 1 / (FOCAL_LENGTH * math.radians(SKY_PIXEL / 3600))
    placed = {}
    for chip in chips:
        y, z = np.array(_CORNERS[chip]).T
        # DETX runs with Y and DETY against Z: held against the sky positions of a subarray of
        # ObsID 10027, to the drift of the table.
        turned = turn_to_sky((y + pose.sim_y + _ORIGIN_Y) * scale,
                             -(z + pose.sim_z + _ORIGIN_Z) * scale, pose.roll)  # fmt: skip
        first, along_x, along_y = np.column_stack(turned) + np.array([pose.x, pose.y])
        # The corners are the outer edges of the pixels 1 and 1024.
        step_x, step_y = (along_x - first) / CHIP_SIZE, (along_y - first) / CHIP_SIZE
        placed[chip] = ChipPlacement(
            np.column_stack([step_x, step_y, first - 0.5 * (step_x + step_y)])
        )
    return placed


def turn_to_sky(right: Numbers, up: Numbers, roll: float) -> tuple[Numbers, Numbers]:
    """From directions of the detector to those of sky pixels, by a roll in degrees."""
    angle = math.radians(roll)
    return (
        right * math.cos(angle) + up * math.sin(angle),
        -right * math.sin(angle) + up * math.cos(angle),
    )


_FIT_MIN = 100
"""Events from which the place of a chip is found."""


def fit_placements(
    events: Mapping[str, Numbers], x: Numbers, y: Numbers, drawn: Mapping[int, ChipPlacement]
) -> dict[int, ChipPlacement]:
    """The placement of chips as events tell it, whose pixels and sky positions are both known.

    Parameters
    ----------
    events : mapping of str to ndarray
        CCD_ID, CHIPX and CHIPY.
    x, y : ndarray
        their sky pixels, the dither taken off.
    drawn : mapping
        what stands for chips with too few events.
    """
    found = dict(drawn)
    for number in drawn:
        own = events["CCD_ID"] == number
        count = int(np.count_nonzero(own))
        if count < _FIT_MIN:
            continue
        terms = np.column_stack([events["CHIPX"][own], events["CHIPY"][own], np.ones(count)])
        solution, _, rank, _ = np.linalg.lstsq(terms, np.column_stack([x[own], y[own]]), rcond=None)
        if rank == 3:
            found[number] = ChipPlacement(np.ascontiguousarray(solution.T))
    return found


def parse_chips(detnam: str) -> tuple[int, ...]:
    """The chips that DETNAM names.

    Raises
    ------
    XrayError
        when it is not of the form ``ACIS-0123``.

    Examples
    --------
    >>> parse_chips("ACIS-01236")
    (0, 1, 2, 3, 6)
    """
    head, _, digits = detnam.strip().partition("-")
    if head != "ACIS" or not digits.isdigit():
        raise XrayError(f"DETNAM is {detnam[:20]!r}, which names no chips of ACIS (ACIS-0123)")
    return tuple(sorted({int(digit) for digit in digits}))


def choose_array(chips: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """The array that was in use, ``ACIS-I`` or ``ACIS-S``, and its chips among ``chips``.

    It is that with three chips of ACIS-I and more, else that with more chips.

    Examples
    --------
    >>> choose_array((0, 1, 2, 3, 6))
    ('ACIS-I', (0, 1, 2, 3))
    >>> choose_array((2, 3, 5, 6, 7, 8))
    ('ACIS-S', (5, 6, 7, 8))
    """
    imaging = tuple(chip for chip in chips if chip in IMAGING_CHIPS)
    others = tuple(chip for chip in chips if chip in SPECTROSCOPY_CHIPS)
    if len(imaging) >= 3 or len(imaging) > len(others):
        return "ACIS-I", imaging
    return "ACIS-S", others
