"""The antennas as arrays: where they are, and their pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.norh.antennas import ANTENNAS, ARM_SIZE, load_places

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Mask = NDArray[np.bool_]

ARMS = {"north": slice(0, ARM_SIZE), "east-west": slice(ARM_SIZE, 3 * ARM_SIZE)}
PLACES: Floats = np.array(load_places(), float)
"""(west, north) of every antenna, in unit spacings."""
FIRST, SECOND = np.triu_indices(len(ANTENNAS), 1)
"""The antennas of every pair."""
BASELINES: Floats = PLACES[SECOND] - PLACES[FIRST]
"""From the first to the second antenna of every pair, in unit spacings."""
