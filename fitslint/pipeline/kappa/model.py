"""A lens model with everything resolved: angles in arcsec, redshifts, planes, scaled members."""

from __future__ import annotations

from dataclasses import dataclass

from fitslint.cosmology.model import Cosmology

MAX_REDSHIFT = 1e4
"""Largest redshift of a lens or source; the surface of last scattering is at 1090."""


@dataclass(frozen=True, slots=True)
class Lens:
    """One component of mass.

    Offsets, core, cut and scale radii are in arcsec, x to the west and y to the north of the
    reference; angles in degrees counter-clockwise from +x; velocities in km/s.
    """

    name: str
    profile: int
    """Lenstool's number: 81 dPIE, 8 PIEMD, 1 SIE, 12 NFW, 14 external shear, or one that is not
    supported."""
    x: float
    y: float
    z: float
    ellipticity: float = 0.0
    """As the file has it: (a^2 - b^2)/(a^2 + b^2); for profile 14 the strength of the shear."""
    angle: float = 0.0
    core: float = 0.0
    cut: float = 0.0
    velocity: float = 0.0
    """v_disp as the file has it; no profile's own factor is applied."""
    scale: float = 0.0
    """NFW: r_s in arcsec."""
    concentration: float = 0.0
    """NFW: r_200/r_s, 200 times the critical density at z."""
    is_member: bool = False
    """Whether it is a galaxy of a catalogue."""
    magnitude: float | None = None
    path: str = ""
    line: int = 0
    """Where it is defined, for messages."""


@dataclass(frozen=True, slots=True)
class RunmodeOutput:
    """A line of ``runmode`` that writes maps: ``mass 1 512 0.183 kappa.fits``."""

    kind: str
    """``mass``, ``shear``, ``ampli`` or ``dpl``."""
    mode: int
    size: int
    redshift: float
    """z_lens of a ``mass`` line (0: every plane), z_source of the others."""
    files: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Field:
    """The field in arcsec, x to the west."""

    xmin: float
    xmax: float
    ymin: float
    ymax: float


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that a product rests on."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LensModel:
    """A model as it is evaluated, and what was assumed where the file is silent."""

    path: str
    reference: tuple[float, float] | None
    """Right ascension and declination in degrees; None when the file has no ``reference``."""
    cosmology: Cosmology
    field: Field
    z_source: float
    lenses: tuple[Lens, ...]
    outputs: tuple[RunmodeOutput, ...]
    inputs: tuple[InputFile, ...]
    """The parameter file first, then its catalogues."""
    notes: tuple[str, ...] = ()
    """What was assumed or left out, each a sentence: a default cosmology, lenses beyond nlens."""

    @property
    def planes(self) -> tuple[float, ...]:
        """The redshifts of the lenses, in order and each once."""
        return tuple(sorted({lens.z for lens in self.lenses}))

    @property
    def sha256(self) -> str:
        """The digest of the parameter file."""
        return self.inputs[0].sha256
