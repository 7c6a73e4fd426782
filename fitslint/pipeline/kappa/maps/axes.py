"""Shear and deflection along the axes of the pixels, on maps that are rotated or mirrored.

A model has its components along west (x) and north (y). On a map the first is along axis 1 of the
pixels and the second along axis 2, which SHEARFRM tells as ``pixel``. They are the same on the
grid of Lenstool; on a gnomonic one they differ by the convergence of the meridians, and on the grid
of a rotated image by its rotation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.kappa.maps.blocks import iterate_blocks
from fitslint.wcs.grid import Grid
from fitslint.wcs.sky_grid import SkyGrid, Turn

Maps = Mapping[str, NDArray[Any]]
_DEFLECTION = ("alpha_x", "alpha_y")
_SHEAR = ("gamma1", "gamma2")


def add_partner_components(quantities: frozenset[str], grid: Grid) -> frozenset[str]:
    """``quantities`` with the second component of each whose first one is turned into it."""
    if not isinstance(grid, SkyGrid):
        return quantities
    for pair in (_DEFLECTION, _SHEAR):
        if quantities & set(pair):
            quantities |= frozenset(pair)
    return quantities


def rotate_to_pixel_axes(maps: Maps, grid: Grid) -> None:
    """Turn the components in ``maps`` to the axes of the pixels, in place."""
    if not isinstance(grid, SkyGrid) or not ("alpha_x" in maps or "gamma1" in maps):
        return
    for start, stop in iterate_blocks(grid.shape):
        turn = grid.turn(start, stop)
        if "alpha_x" in maps:
            _rotate_pair([maps[name][start:stop] for name in _DEFLECTION], turn)
        if "gamma1" in maps:
            _rotate_pair([maps[name][start:stop] for name in _SHEAR], _double_angle(turn))


def _double_angle(turn: Turn) -> Turn:
    """Twice the angle: a shear comes back to itself after half a turn."""
    cosine = np.square(turn.cosine) - np.square(turn.sine)
    return Turn(cosine, 2 * turn.sine * turn.cosine, turn.handedness)


def _rotate_pair(pair: list[NDArray[Any]], turn: Turn) -> None:
    first, second = pair
    turned = first * turn.cosine + second * turn.sine
    second[...] = turn.handedness * (second * turn.cosine - first * turn.sine)
    first[...] = turned
