"""Potentials: from the statements of a section to one resolved lens."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NoReturn

from fitslint.cosmology.model import Cosmology
from fitslint.lenstool.document import Section, Statement
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import LENSTOOL
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.reading.frame import Frame
from fitslint.pipeline.kappa.reading.halo import Halo, resolve
from fitslint.pipeline.kappa.reading.values import integer_of, real_of

DPIE, PIEMD, SIE, SIS, NFW, SHEAR = 81, 8, 1, 0, 12, 14
_WORDS = {"nid"}
"""Keywords whose argument is no number."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the lenses of a model share, and where the notes go."""

    path: str
    cosmology: Cosmology
    frame: Frame | None
    notes: list[str] = field(default_factory=list)
    parity: bool = False
    """Whether a mass is turned to a radius by Lenstool's constants."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The numbers of one potential, as the file has them, and their lines."""

    name: str
    profile: int
    line: int
    values: Mapping[str, float]
    lines: Mapping[str, int]
    member: bool = False

    def get(self, key: str) -> float:
        """A value; 0 when the file does not give it, as in Lenstool."""
        return self.values.get(key, 0.0)


def parameters_of(
    section: Section, number: int, context: Context, changes: Mapping[str, float] | None = None
) -> Parameters:
    """The numbers of a potential; of a repeated keyword the last one wins.

    ``changes`` replace values by keyword; a radius in arcsec then wins over one in kpc.

    Raises
    ------
    PipelineError
        when an argument is no finite number, or the profile is missing.
    """
    path = context.path
    values: dict[str, float] = {}
    lines: dict[str, int] = {}
    name = section.label.text if section.label else f"O{number}"
    for statement in section.statements:
        if statement.key is None:
            continue
        if statement.key in _WORDS:
            name = statement.arguments[0].text if statement.arguments else name
            continue
        key, value = _placed(statement, real_of(path, statement), context)
        values[key], lines[key] = value, statement.line
    profile = section.last("profil")
    if profile is None:
        sentence = f"the potential {name[:40]} has no `profil`"
        raise PipelineError(sentence, path=path, line=section.word.line)
    kind = integer_of(path, profile)
    for key, value in (changes or {}).items():
        values[key] = value
        values.pop(f"{key}_kpc", None)
    return Parameters(name, kind, section.word.line, values, lines)


def _placed(statement: Statement, value: float, context: Context) -> tuple[str, float]:
    """A keyword and its value, with a position in degrees turned into arcsec."""
    key = statement.key or ""
    if not key.endswith("_wcs"):
        return key, value
    if context.frame is None:
        sentence = f"`{statement.word.text}` needs `reference 3 ra dec` in runmode"
        raise PipelineError(sentence, path=context.path, line=statement.line)
    turn = context.frame.west if key == "x_centre_wcs" else context.frame.north
    return key.removesuffix("_wcs"), turn(value)


def lens_of(given: Parameters, context: Context) -> Lens:
    """One resolved lens.

    Raises
    ------
    PipelineError
        when it has no redshift, or its parameters are none of its profile.
    """
    z = given.get("z_lens")
    if z <= 0:
        has = f"the redshift {z:g}" if "z_lens" in given.values else "no `z_lens`"
        _refuse(given, context, f"has {has}; a lens needs one above 0", "z_lens")
    base = Lens(
        name=given.name,
        profile=SIE if given.profile == SIS else given.profile,
        x=given.get("x_centre"),
        y=given.get("y_centre"),
        z=z,
        ellipticity=_ellipticity(given, context),
        angle=given.get("angle_pos"),
        core=_radius(given, "core_radius", context),
        cut=_radius(given, "cut_radius", context),
        velocity=given.get("v_disp"),
        member=given.member,
        magnitude=given.values.get("mag"),
        path=context.path,
        line=given.line,
    )
    finish = _PROFILES.get(base.profile)
    return finish(base, given, context) if finish else base


def _radius(given: Parameters, key: str, context: Context) -> float:
    """A radius in arcsec; one in kpc wins, 0 when there is none."""
    kpc = given.get(f"{key}_kpc")
    if kpc:
        return kpc / kpc_per_arcsec(context.cosmology, given.get("z_lens"))
    return given.get(key)


@lru_cache(maxsize=256)
def kpc_per_arcsec(cosmology: Cosmology, z: float) -> float:
    """Kpc per arcsec as Lenstool has it, 1.4e-7 above the exact value: a length in kpc in a
    parameter file means what Lenstool makes of it."""
    return LENSTOOL.kpc_per_arcsec(cosmology, z)


def _ellipticity(given: Parameters, context: Context) -> float:
    value, potential = given.get("ellipticite"), given.get("ellip_pot")
    if given.profile == SHEAR:
        return value or 3 * potential
    if given.profile == SIS:
        if value or potential:
            context.notes.append(
                f"{given.name}: profile 0 is circular; its ellipticity is ignored."
            )
        return 0.0
    key = "ellipticite"
    if value == 0 and potential:
        key = "ellip_pot"
        cored = given.profile == PIEMD or 81 <= given.profile <= 89
        value = 2 * potential / (1 + potential**2) if cored else 3 * potential
    if not 0 <= value < 1:
        _refuse(given, context, f"has the ellipticity {value:g}; it must be in [0, 1)", key)
    return value


def _truncated(lens: Lens, given: Parameters, context: Context) -> Lens:
    lens = _cored(lens, given, context)
    if lens.cut <= 0:
        _refuse(given, context, "has no `cut_radius` or `cut_radius_kpc`", "cut_radius")
    if lens.cut <= lens.core:
        sentence = f'has the cut radius {lens.cut:g}" inside its core radius {lens.core:g}"'
        _refuse(given, context, sentence, "cut_radius_kpc", "cut_radius")
    return lens


def _cored(lens: Lens, given: Parameters, context: Context) -> Lens:
    if lens.core < 0:
        sentence = f'has the core radius {lens.core:g}"'
        _refuse(given, context, sentence, "core_radius_kpc", "core_radius")
    if "v_disp" not in given.values or lens.velocity < 0:
        has = f"{lens.velocity:g} km/s" if "v_disp" in given.values else "none"
        _refuse(given, context, f"needs a `v_disp` and has {has}", "v_disp")
    return lens


def _halo(lens: Lens, given: Parameters, context: Context) -> Lens:
    slope = given.get("alpha")
    if slope not in {0.0, 1.0}:
        sentence = f"is a generalised NFW of slope {slope:g}, which is not supported; 1 is NFW"
        _refuse(given, context, sentence, "alpha")
    halo = Halo(
        z=lens.z,
        concentration=given.get("concentration"),
        scale=lens.core,
        r200=lens.cut,
        m200=given.get("m200"),
        velocity=lens.velocity,
    )
    found = resolve(halo, context.cosmology, parity=context.parity)
    if found is None:
        sentence = "needs two of concentration, scale_radius, r200 and m200"
        _refuse(given, context, sentence, "concentration")
    if not (_positive(found.scale) and _positive(found.concentration)):
        sentence = f"has the scale radius {found.scale:g} and concentration {found.concentration:g}"
        _refuse(given, context, sentence, "concentration")
    if found.note:
        context.notes.append(f"{given.name} (line {given.line}): {found.note}.")
    return replace(lens, scale=found.scale, concentration=found.concentration, core=0.0, cut=0.0)


def _sheared(lens: Lens, given: Parameters, context: Context) -> Lens:
    if given.get("kappa"):
        _refuse(given, context, "has an external convergence, which is not supported", "kappa")
    return lens


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0


def _refuse(given: Parameters, context: Context, sentence: str, *keys: str) -> NoReturn:
    line = next((given.lines[key] for key in keys if key in given.lines), given.line)
    raise PipelineError(f"lens {given.name[:40]} {sentence}", path=context.path, line=line)


_PROFILES: dict[int, Callable[[Lens, Parameters, Context], Lens]] = {
    DPIE: _truncated,
    PIEMD: _cored,
    SIE: _cored,
    NFW: _halo,
    SHEAR: _sheared,
}
