"""The grism equation: wavelength against distance on a detector behind a grating and a prism."""

from __future__ import annotations

import math

from fitslint.model.records import dataclass
from fitslint.wcs.keywords import HeaderValues, KeywordError, read_real
from fitslint.wcs.maths import DEGREE_RADIANS, SCALAR, Maths, T

_DEFAULTS = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
"""PVi_0 to PVi_6: G, m, alpha, n_r, n'_r, epsilon, theta (Paper III, table 5)."""


@dataclass(frozen=True, slots=True)
class Grism:
    """A grism (Paper III, section 5); wavelengths are in m, angles in radians.

    Attributes
    ----------
    turn : float
        beta_r + theta: the angle of the dispersed ray at the reference and the tilt.
    tilt : float
        theta.
    offset : float
        (n_r - n'_r lambda_r) sin alpha.
    ruling : float
        G m / cos epsilon - n'_r sin alpha, in 1/m.
    rate : float
        derivative of the grism parameter by wavelength at the reference, in 1/m.
    """

    turn: float
    tilt: float
    offset: float
    ruling: float
    rate: float

    @classmethod
    def from_values(cls, values: HeaderValues, axis: int, version: str, reference: float) -> Grism:
        """The grism that PVi_0 to PVi_6 tell, for a wavelength in m at the reference.

        Raises
        ------
        KeywordError
            where they disperse nothing, or no ray leaves the grism at the reference.
        """
        names = [f"PV{axis}_{term}{version}" for term in range(len(_DEFAULTS))]
        told = [read_real(values, name) for name in names]
        density, order, alpha, index, index_slope, epsilon, theta = (
            default if number is None else number
            for number, default in zip(told, _DEFAULTS, strict=True)
        )
        sine = math.sin(alpha * DEGREE_RADIANS)
        ruling = SCALAR.divide(density * order, math.cos(epsilon * DEGREE_RADIANS))
        beta = SCALAR.asin(ruling * reference - index * sine)
        ruling -= index_slope * sine
        tilt = theta * DEGREE_RADIANS
        width = math.cos(beta) * math.cos(tilt) ** 2
        offset = (index - index_slope * reference) * sine
        rate = SCALAR.divide(ruling, width)
        if not (ruling and width and math.isfinite(rate) and math.isfinite(offset)):
            reason = "to PVi_6 are no grism that sends light of the reference wavelength anywhere"
            raise KeywordError(names[0], reason)
        return cls(beta + tilt, tilt, offset, ruling, rate)

    def to_wavelength(self, maths: Maths[T], shift: T) -> T:
        """Wavelength of a shift of the grism parameter from the reference (equations 74 to 79)."""
        parameter = shift - math.tan(self.tilt)
        angle = maths.atan(parameter) + self.turn
        return (maths.sin(angle) + self.offset) / self.ruling

    def to_shift(self, maths: Maths[T], wavelength: T) -> T:
        """Shift of the grism parameter of a wavelength; NaN where no ray leaves the grism.

        Of two rays of one wavelength the one within 90 degrees of the normal.
        """
        angle = maths.asin(wavelength * self.ruling - self.offset)
        return maths.tan(angle - self.turn) + math.tan(self.tilt)
