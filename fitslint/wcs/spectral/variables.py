"""The spectral variables, and what one is in terms of another.

Greisen et al. 2006 (Paper III), tables 1 and 3. Everything is in SI units; the four basic variables
are frequency F, vacuum wavelength W, air wavelength A and apparent radial velocity V.
"""

from __future__ import annotations

from collections.abc import Mapping

from fitslint.model.records import dataclass, field
from fitslint.wcs.maths import Maths, T

LIGHT_SPEED = 299792458.0
"""The speed of light in m/s."""
PLANCK = 6.62607015e-34
"""Planck's constant in J s, exact since 2019 (Paper III has 6.6260755e-34 of 1986)."""
_MICRON = 1e-6
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class SpectralType:
    """One of the types that CTYPEi begins with.

    Attributes
    ----------
    code : str
    variable : str
        F, W, A or V: the basic variable that the type is linear in.
    unit : str
        of SI.
    has_line : bool
        whether it is a velocity or a redshift, of a line at rest.
    """

    code: str
    variable: str
    unit: str
    has_line: bool = False


SPECTRAL_TYPES: Mapping[str, SpectralType] = {
    entry.code: entry
    for entry in (
        SpectralType("FREQ", "F", "Hz"),
        SpectralType("ENER", "F", "J"),
        SpectralType("WAVN", "F", "m-1"),
        SpectralType("VRAD", "F", "m/s", has_line=True),
        SpectralType("WAVE", "W", "m"),
        SpectralType("VOPT", "W", "m/s", has_line=True),
        SpectralType("ZOPT", "W", "", has_line=True),
        SpectralType("AWAV", "A", "m"),
        SpectralType("VELO", "V", "m/s"),
        SpectralType("BETA", "V", ""),
    )
}
"""FITS 4.0, table 25. VELO and BETA need a line at rest only to be told from another variable."""


class Air:
    """Dry air as Paper III has it, in equation 65, from IUGG (1999).

    It is air of 0 degrees Celsius: vacuum wavelengths come out 1.5e-5 (4.6 km/s) longer than with
    the air of 15 degrees that spectroscopists mean, see :class:`EdlenAir`. It holds at optical
    wavelengths; in the far ultraviolet its index grows without bound.
    """

    def compute_index(self, maths: Maths[T], air: T) -> T:
        """The index of refraction at an air wavelength in m."""
        square = maths.divide(_MICRON, air) * maths.divide(_MICRON, air)
        return square * square * 0.01360e-6 + square * 1.62887e-6 + (1 + 287.6155e-6)

    def compute_slope(self, maths: Maths[T], air: T) -> T:
        """The derivative of vacuum by air wavelength, equation 66."""
        square = maths.divide(_MICRON, air) * maths.divide(_MICRON, air)
        return square * square * (-3 * 0.01360e-6) - square * 1.62887e-6 + (1 + 287.6155e-6)

    def to_vacuum(self, maths: Maths[T], air: T) -> T:
        """Vacuum wavelength in m of an air wavelength in m."""
        return air * self.compute_index(maths, air)

    def to_air(self, maths: Maths[T], vacuum: T) -> T:
        """Air wavelength in m of a vacuum wavelength in m; the iteration gains 4 digits a round."""
        air = vacuum
        for _ in range(_ROUNDS):
            air = maths.divide(vacuum, self.compute_index(maths, air))
        return air


class EdlenAir(Air):
    """Air of 15 degrees Celsius, as WCSLIB has it, by the formula of Edlén (1953)."""

    def compute_index(self, maths: Maths[T], air: T) -> T:
        """The index of refraction at an air wavelength in m."""
        waves = maths.divide(1.0, air) * maths.divide(1.0, air)
        near, far = maths.fill(air, 0.41e14) - waves, maths.fill(air, 1.46e14) - waves
        return maths.divide(2.554e8, near) + maths.divide(294.981e8, far) + 1.000064328

    def compute_slope(self, maths: Maths[T], air: T) -> T:
        """The derivative of vacuum by air wavelength."""
        waves = maths.divide(1.0, air) * maths.divide(1.0, air)
        near, far = maths.fill(air, 0.41e14) - waves, maths.fill(air, 1.46e14) - waves
        slope = maths.divide(2.554e8, near * near) + maths.divide(294.981e8, far * far)
        return self.compute_index(maths, air) - waves * slope * 2


@dataclass(frozen=True, slots=True)
class SpectralConstants:
    """What conversions depend on beside the line at rest.

    Attributes
    ----------
    air : Air
        the formula of air.
    planck : float
        in J s.
    """

    air: Air = field(default_factory=Air)
    planck: float = PLANCK


STANDARD_CONSTANTS = SpectralConstants()


@dataclass(frozen=True, slots=True)
class SpectralConversion:
    """Conversions between spectral variables.

    Attributes
    ----------
    rest : float, optional
        frequency in Hz of the line at rest; without it velocities are not converted.
    constants : SpectralConstants
    """

    rest: float | None = None
    constants: SpectralConstants = STANDARD_CONSTANTS

    def to_frequency(self, maths: Maths[T], variable: str, value: T) -> T:
        """Frequency in Hz of a basic variable F, W, A or V."""
        if variable == "F":
            return value
        if variable == "W":
            return maths.divide(LIGHT_SPEED, value)
        if variable == "A":
            return maths.divide(LIGHT_SPEED, self.constants.air.to_vacuum(maths, value))
        ratio = maths.divide(maths.fill(value, LIGHT_SPEED) - value, value + LIGHT_SPEED)
        return maths.sqrt(ratio) * (self.rest or 1.0)

    def from_frequency(self, maths: Maths[T], variable: str, frequency: T) -> T:
        """A basic variable F, W, A or V of a frequency in Hz."""
        if variable == "F":
            return frequency
        if variable == "V":
            ratio = frequency / (self.rest or 1.0)
            square = ratio * ratio
            return maths.divide(maths.fill(square, 1.0) - square, square + 1.0) * LIGHT_SPEED
        vacuum = maths.divide(LIGHT_SPEED, frequency)
        return vacuum if variable == "W" else self.constants.air.to_air(maths, vacuum)

    def compute_slope(self, maths: Maths[T], variable: str, frequency: T) -> T:
        """The derivative of a basic variable by frequency, at a frequency in Hz."""
        if variable == "F":
            return maths.fill(frequency, 1.0)
        if variable == "V":
            rest = self.rest or 1.0
            ratio = frequency / rest
            sum_square = (ratio * ratio + 1.0) * (ratio * ratio + 1.0)
            return maths.divide(ratio * (-4 * LIGHT_SPEED / rest), sum_square)
        vacuum = maths.divide(LIGHT_SPEED, frequency)
        along = maths.divide(vacuum * -1.0, frequency)
        if variable == "W":
            return along
        air = self.constants.air.to_air(maths, vacuum)
        return maths.divide(along, self.constants.air.compute_slope(maths, air))

    def to_basic(self, maths: Maths[T], code: str, value: T) -> T:
        """The basic variable that a spectral type is linear in."""
        rest = self.rest or 1.0
        if code == "ENER":
            return value / self.constants.planck
        if code == "WAVN":
            return value * LIGHT_SPEED
        if code == "VRAD":
            return (maths.fill(value, LIGHT_SPEED) - value) / LIGHT_SPEED * rest
        if code == "VOPT":
            return (value + LIGHT_SPEED) / rest
        if code == "ZOPT":
            return (value + 1.0) * (LIGHT_SPEED / rest)
        return value * LIGHT_SPEED if code == "BETA" else value

    def from_basic(self, maths: Maths[T], code: str, value: T) -> T:
        """A spectral type of the basic variable that it is linear in."""
        rest = self.rest or 1.0
        if code == "ENER":
            return value * self.constants.planck
        if code == "WAVN":
            return value / LIGHT_SPEED
        if code == "VRAD":
            return (maths.fill(value, rest) - value) / rest * LIGHT_SPEED
        if code == "VOPT":
            return value * rest - LIGHT_SPEED
        if code == "ZOPT":
            return value * (rest / LIGHT_SPEED) - 1.0
        return value / LIGHT_SPEED if code == "BETA" else value

    def compute_basic_slope(self, code: str) -> float:
        """The derivative of the basic variable by the spectral type, which is constant."""
        rest = self.rest or 1.0
        slopes = {
            "ENER": 1 / self.constants.planck, "WAVN": LIGHT_SPEED, "VRAD": -rest / LIGHT_SPEED,
            "VOPT": 1 / rest, "ZOPT": LIGHT_SPEED / rest, "BETA": LIGHT_SPEED,
        }  # fmt: skip
        return slopes.get(code, 1.0)

    def convert(self, maths: Maths[T], value: T, source: str, target: str) -> T:
        """A value of one spectral type as another, in SI units: FREQ to VELO, AWAV to ENER.

        NaN or infinite where there is none. Without a frequency at rest only the types that are
        no velocities are told from each other, and the velocities among themselves.
        """
        one, other = SPECTRAL_TYPES[source], SPECTRAL_TYPES[target]
        basic = self.to_basic(maths, source, value)
        if one.variable != other.variable:
            frequency = self.to_frequency(maths, one.variable, basic)
            basic = self.from_frequency(maths, other.variable, frequency)
        return self.from_basic(maths, target, basic)
