"""A spectral axis: from the offset behind the matrix to frequency, wavelength or velocity."""

from __future__ import annotations

import math

from fitslint.model.records import dataclass, replace
from fitslint.text import phrase
from fitslint.wcs.keywords import (
    HeaderValues,
    KeywordError,
    read_real,
    read_string,
    require_real,
    show_value,
)
from fitslint.wcs.maths import SCALAR, Maths, T
from fitslint.wcs.spectral.grism import Grism
from fitslint.wcs.spectral.units import find_spectral_factor
from fitslint.wcs.spectral.variables import (
    LIGHT_SPEED,
    SPECTRAL_TYPES,
    STANDARD_CONSTANTS,
    SpectralConstants,
    SpectralConversion,
    SpectralType,
)

_GRISMS = {"GRI": "W", "GRA": "A"}
_VARIABLES = "FWAV"
_CTYPE = 8
REST_TOLERANCE = 1e-6
"""Relative difference up to which RESTFRQ and RESTWAV tell one line."""


def is_spectral(ctype: str) -> bool:
    """Whether a type begins as one of the spectral types does."""
    return ctype[:4] in SPECTRAL_TYPES and (len(ctype) < 5 or ctype[4] in " -")


@dataclass(frozen=True, slots=True)
class SpectralAxis:
    """A spectral axis (Paper III, section 3).

    Attributes
    ----------
    kind : SpectralType
    algorithm : str
        blank where the axis is linear, else F2W and its like, LOG, GRI or GRA.
    sampled : str
        F, W, A or V: the basic variable in which pixels are of one length; that of ``kind`` where
        the axis is linear or logarithmic.
    reference, factor : float
        CRVALi in SI units, and how many of them CUNITi is.
    conversion : SpectralConversion
    sampled_reference, sampled_slope : float
        the sampled variable at the reference, and its derivative by ``kind`` there.
    grism : Grism, optional
    notes : tuple of (str, str)
        a keyword and what was taken for granted of it.
    """

    kind: SpectralType
    algorithm: str
    sampled: str
    reference: float
    factor: float
    conversion: SpectralConversion
    sampled_reference: float
    sampled_slope: float
    grism: Grism | None = None
    notes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_values(
        cls,
        values: HeaderValues,
        axis: int,
        version: str = "",
        constants: SpectralConstants = STANDARD_CONSTANTS,
    ) -> SpectralAxis:
        """The spectral axis that a header tells.

        Raises
        ------
        KeywordError
            where the type, its unit, its reference or its line at rest make no axis; where it is
            looked up in a table.
        """
        name = f"CTYPE{axis}{version}"
        kind, algorithm, sampled = parse_spectral_type(read_string(values, name) or "", name)
        if algorithm == "TAB":
            raise KeywordError(name, "is looked up in a table and not told by the header")
        unit = read_string(values, f"CUNIT{axis}{version}") or ""
        factor = find_spectral_factor(unit, kind.unit, f"CUNIT{axis}{version}")
        told = read_real(values, f"CRVAL{axis}{version}")
        reference = (0.0 if told is None else told) * factor
        rest, notes = _read_rest(values, version, kind, algorithm, sampled)
        conversion = SpectralConversion(rest, constants)
        made = cls(
            kind, algorithm, sampled, reference, factor, conversion, reference, 1.0, None, notes
        )
        if algorithm == "LOG":
            if not reference > 0:
                raise KeywordError(f"CRVAL{axis}{version}", "is not above 0 on a logarithmic axis")
            return made
        return made if not algorithm else _complete(made, values, axis, version)

    @property
    def unit(self) -> str:
        """The SI unit of the world coordinate."""
        return self.kind.unit

    def to_world(self, maths: Maths[T], offset: T) -> T:
        """The spectral coordinate in SI units of an offset from CRVALi in CUNITi."""
        along = offset * self.factor
        if not self.algorithm:
            return along + self.reference
        if self.algorithm == "LOG":
            return maths.exp(along / self.reference) * self.reference
        basic = along * self.sampled_slope
        if self.grism is not None:
            basic = self.grism.to_wavelength(maths, basic * self.grism.rate)
        else:
            basic = basic + self.sampled_reference
        frequency = self.conversion.to_frequency(maths, self.sampled, basic)
        if self.kind.variable != self.sampled:
            basic = self.conversion.from_frequency(maths, self.kind.variable, frequency)
        return self.conversion.from_basic(maths, self.kind.code, basic)

    def to_offset(self, maths: Maths[T], world: T) -> T:
        """The offset from CRVALi in CUNITi of a spectral coordinate in SI units; NaN where none."""
        if not self.algorithm:
            return (world - self.reference) / self.factor
        if self.algorithm == "LOG":
            ratio = maths.log(world / self.reference)
            return ratio * (self.reference / self.factor)
        basic = self.conversion.to_basic(maths, self.kind.code, world)
        if self.kind.variable != self.sampled:
            frequency = self.conversion.to_frequency(maths, self.kind.variable, basic)
            basic = self.conversion.from_frequency(maths, self.sampled, frequency)
        if self.grism is not None:
            shift = self.grism.to_shift(maths, basic) / self.grism.rate
        else:
            shift = basic - self.sampled_reference
        return shift / (self.sampled_slope * self.factor)


def parse_spectral_type(ctype: str, keyword: str) -> tuple[SpectralType, str, str]:
    """The type, the algorithm and the sampled variable that CTYPEi tells.

    Raises
    ------
    KeywordError
        by ``keyword``, where it is no spectral type or algorithm of Paper III.
    """
    text = ctype.rstrip(" ")
    kind = SPECTRAL_TYPES.get(text[:4])
    if kind is None:
        raise KeywordError(keyword, f"= {show_value(ctype)} is no spectral type")
    algorithm = text[5:]
    if len(text) == 4:
        return kind, "", kind.variable
    if text[4] != "-" or len(text) != _CTYPE:
        reason = f"= {show_value(ctype)} has no algorithm of three letters behind a hyphen"
        raise KeywordError(keyword, reason)
    if algorithm in ("LOG", "TAB"):
        return kind, algorithm, kind.variable
    if algorithm in _GRISMS:
        return kind, algorithm, _GRISMS[algorithm]
    if algorithm[0] not in _VARIABLES or algorithm[1] != "2" or algorithm[2] not in _VARIABLES:
        raise KeywordError(keyword, f"= {show_value(ctype)} has no algorithm of spectral axes")
    if algorithm[2] != kind.variable:
        reason = f"= {show_value(ctype)} ends in {algorithm[2]}, where {kind.code} goes with"
        raise KeywordError(keyword, f"{reason} {kind.variable}")
    return kind, "" if algorithm[0] == algorithm[2] else algorithm, algorithm[0]


def _complete(made: SpectralAxis, values: HeaderValues, axis: int, version: str) -> SpectralAxis:
    """The axis with its sampled variable at the reference, and its grism."""
    conversion, variable = made.conversion, made.kind.variable
    name = f"CRVAL{axis}{version}"
    require_real(values, name)
    basic = conversion.to_basic(SCALAR, made.kind.code, made.reference)
    frequency = conversion.to_frequency(SCALAR, variable, basic)
    sampled = conversion.from_frequency(SCALAR, made.sampled, frequency)
    slope = SCALAR.divide(
        conversion.compute_slope(SCALAR, made.sampled, frequency),
        conversion.compute_slope(SCALAR, variable, frequency),
    )
    slope *= conversion.compute_basic_slope(made.kind.code)
    if made.sampled == variable:
        sampled, slope = basic, conversion.compute_basic_slope(made.kind.code)
    if not (math.isfinite(sampled) and math.isfinite(slope) and slope):
        raise KeywordError(name, f"= {made.reference!r} in SI units has no {made.sampled} to it")
    grism = None
    if made.algorithm in _GRISMS:
        grism = Grism.from_values(values, axis, version, sampled)
    return replace(made, sampled_reference=sampled, sampled_slope=slope, grism=grism)


def _read_rest(
    values: HeaderValues, version: str, kind: SpectralType, algorithm: str, sampled: str
) -> tuple[float | None, tuple[tuple[str, str], ...]]:
    """The frequency in Hz of the line at rest, and notes; RESTFRQ goes before RESTWAV."""
    names = f"RESTFRQ{version}", f"RESTWAV{version}"
    numbers = [read_real(values, name) or None for name in names]
    for name, number in zip(names, numbers, strict=True):
        if number is not None and number < 0:
            raise KeywordError(name, f"= {number!r} is negative")
    frequency, wavelength = numbers
    if frequency is None and wavelength is None:
        # A velocity of a line on an axis that is sampled in velocity is told without the line.
        crosses = (kind.variable == "V") != (sampled == "V")
        if algorithm not in ("", "LOG") and kind.has_line != crosses:
            raise KeywordError(names[0], f"is absent (or {names[1]}), which {kind.code} needs")
        return None, ()
    notes: tuple[tuple[str, str], ...] = ()
    if frequency and wavelength and abs(frequency * wavelength / LIGHT_SPEED - 1) > REST_TOLERANCE:
        template = "tells another line than {other}; {used} is used"
        reason = phrase(template, other=names[1], used=names[0])
        notes = ((names[0], reason),)
    rest = frequency or LIGHT_SPEED / (wavelength or 1.0)
    if not 0 < rest < math.inf:
        raise KeywordError(names[0] if frequency else names[1], "is beyond the range of numbers")
    return rest, notes
