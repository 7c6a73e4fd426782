"""What emits in a pixel, by the chart of the manual.

The chart itself (figure 5) survives as a picture only; this follows its text: strongly polarised
sources are gyroresonance above a spot; brighter than 1 MK at 17 GHz with alpha below 0, thin
gyrosynchrotron; fainter with alpha near 0, gyrosynchrotron or thermal free-free, which soft X-rays
decide; alpha above 0, thick. How strong and how near is not said there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.errors import NorhError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.pipeline.norh.image import Floats
    from fitslint.pipeline.norh.ratios import Mask

CLASSES = (
    "not told", "gyroresonance candidate", "thin gyrosynchrotron",
    "gyrosynchrotron or free-free", "thick",
)  # fmt: skip
"""By number."""
BRIGHT = 1e6
"""K at 17 GHz from which emission is not thermal (manual, 4.6.7)."""


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """What the text does not say in numbers.

    Parameters
    ----------
    polarised : float
        degree of polarisation that is strong.
    flat : float
        how far from 0 an alpha near 0 may be.
    """

    polarised: float = 0.3
    flat: float = 0.5

    def __post_init__(self) -> None:
        if not (0 < self.polarised <= 1 and 0 < self.flat < 10):
            raise NorhError("--polarised is above 0 to 1, and --flat above 0")


def classify_emission(
    brightness: Floats,
    alpha: tuple[Floats, Mask],
    polarisation: tuple[Floats, Mask] | None,
    limits: ClassLimits,
) -> NDArray[np.int32]:
    """Numbers of :data:`CLASSES` by pixel, 0 where nothing valid tells.

    Parameters
    ----------
    brightness : ndarray
        K at 17 GHz.
    alpha, polarisation : (ndarray, ndarray of bool)
        values and where they are valid.
    """
    index, known = alpha
    found = np.zeros(brightness.shape, np.int32)
    with np.errstate(invalid="ignore"):
        bright = brightness > BRIGHT
        found[known & ~bright & (np.abs(index) <= limits.flat)] = 3
        found[known & (index > np.where(bright, 0.0, limits.flat))] = 4
        found[known & bright & (index < 0)] = 2
        if polarisation is not None:
            strong = polarisation[1] & (np.abs(polarisation[0]) >= limits.polarised)
            found[strong & ~bright] = 1
    return found
