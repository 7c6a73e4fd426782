"""Signal to noise of counts."""

from __future__ import annotations

import math

NOISE_FLOOR = 1e-7
"""A noise squared below it gives as much signal to noise squared."""


def estimate_variance(counts: float) -> float:
    """The squared error of a number of counts (Gehrels 1986, ApJ 303, 336, equation 7).

    NaN where there are fewer than -3/4 of them, as when a background was taken off before.
    """
    shifted = counts + 0.75
    root = 1.0 + math.sqrt(shifted) if shifted >= 0 else math.nan
    return root * root  # a power differs in the last digit


class SignalSums:
    """What the pixels of a bin add up to, in the order in which they came."""

    __slots__ = ("background", "counts", "pixels", "ratio_squares", "scaled", "variance")

    def __init__(self) -> None:
        self.pixels = 0
        self.counts = 0.0
        self.background = 0.0
        self.scaled = 0.0
        """The background as it is in the image: times the ratio of the exposures."""
        self.ratio_squares = 0.0
        self.variance: float | None = None
        """Of a noise map; None where the noise is that of the counts."""

    @property
    def signal(self) -> float:
        """Counts less background."""
        return self.counts - self.scaled

    def measure_sn_squared(self, *, has_background: bool) -> float:
        """Signal to noise, squared; NaN where counts are too negative to have an error."""
        if self.variance is not None:
            noise = self.variance
        else:
            noise = estimate_variance(self.counts)
            if has_background:
                mean = self.ratio_squares / self.pixels if self.pixels else math.nan
                noise += mean * estimate_variance(self.background)
        if noise < NOISE_FLOOR:
            return NOISE_FLOOR
        return self.signal * self.signal / noise
