"""Working arrays that are used again for each lens, so that a block stays in the cache."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shape = tuple[int, ...]


class WorkArrays:
    """Arrays by name; each thread has its own."""

    def __init__(self) -> None:
        self._arrays: dict[str, Floats] = {}

    def __call__(self, name: str, shape: Shape) -> Floats:
        """The array of that name in the wanted shape; what it holds is not defined."""
        size = math.prod(shape)
        array = self._arrays.get(name)
        if array is None or array.size < size:
            array = self._arrays[name] = np.empty(size)
        return array[:size].reshape(shape)
