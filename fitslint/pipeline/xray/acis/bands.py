"""Energy bands: those that CIAO names, and ``Emin:Emax:Eeff`` in keV."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.errors import XrayError

EV_PER_KEV = 1000.0


@dataclass(frozen=True, slots=True)
class Band:
    """A band in keV; ``effective`` is the energy for which its exposure maps are made."""

    low: float
    high: float
    effective: float

    @property
    def label(self) -> str:
        """What the names of files say of it: ``0.5-7``."""
        return f"{self.low:g}-{self.high:g}"

    @property
    def name(self) -> str:
        """The name that CIAO has for it, or else the label."""
        return next((name for name, one in NAMED_BANDS.items() if one == self), self.label)

    @property
    def numbers(self) -> tuple[float, float, float]:
        """The limits and the effective energy."""
        return self.low, self.high, self.effective

    def select(self, energy: NDArray[Any]) -> NDArray[np.bool_]:
        """Which energies in eV are in it, its lower limit included and its upper not."""
        return np.asarray((energy >= self.low * EV_PER_KEV) & (energy < self.high * EV_PER_KEV))


NAMED_BANDS = {
    "broad": Band(0.5, 7.0, 2.3), "soft": Band(0.5, 1.2, 0.92), "medium": Band(1.2, 2.0, 1.56),
    "hard": Band(2.0, 7.0, 3.8), "ultrasoft": Band(0.2, 0.5, 0.4), "csc": Band(0.5, 7.0, 2.3),
}  # fmt: skip
"""The bands of CIAO's fluximage and merge_obs (Chandra Source Catalog, Evans et al. 2010)."""
PARTICLE_BAND = Band(9.0, 12.0, 10.0)
"""Where the mirrors reflect nothing: all counts are background (Hickox & Markevitch 2006)."""


def parse_band(text: str) -> Band:
    """The band of a name, of ``Emin:Emax:Eeff`` or of ``Emin-Emax``.

    Without Eeff the band is taken at the mean of its limits in the logarithm.

    Raises
    ------
    XrayError
        when there is no such band, or its energies are in the wrong order.

    Examples
    --------
    >>> parse_band("0.5:7:2.3")
    Band(low=0.5, high=7.0, effective=2.3)
    >>> parse_band("0.5-2").label
    '0.5-2'
    """
    if text in NAMED_BANDS:
        return NAMED_BANDS[text]
    words = text.split(":") if ":" in text else text.split("-")
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3) or not all(map(math.isfinite, numbers)):
        raise XrayError(
            f"there is no band {text[:40]!r}; write Emin:Emax:Eeff in keV, or one of "
            f"{', '.join(NAMED_BANDS)}"
        )
    low, high = numbers[:2]
    if not 0 <= low < high:
        raise XrayError(
            f"the band {text[:40]!r} goes from {low:g} to {high:g} keV; the lower comes first"
        )
    middle = numbers[2] if len(numbers) == 3 else round(math.sqrt(max(low, 0.1) * high), 3)
    if not low <= middle <= high:
        raise XrayError(f"the effective energy {middle:g} keV is not in the band {text[:40]!r}")
    return Band(low, high, middle)
