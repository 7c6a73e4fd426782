"""Potentials: from the statements of a section to one resolved lens."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NoReturn

from fitslint.cosmology.model import Cosmology
from fitslint.lenstool.parameter_file import Section, Statement
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import LENSTOOL
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.reading.frame import ReferencePoint
from fitslint.pipeline.kappa.reading.halo import Halo, resolve_nfw
from fitslint.pipeline.kappa.reading.values import parse_integer_value, parse_real_value

DPIE, PIEMD, SIE, SIS, NFW, SHEAR = 81, 8, 1, 0, 12, 14
_NAME_KEYWORDS = {"nid"}
"""Keywords whose argument is no number."""


@dataclass(frozen=True, slots=True)
class LensContext:
    """What the lenses of a model share, and where the notes go."""

    path: str
    cosmology: Cosmology
    reference: ReferencePoint | None
    notes: list[str] = field(default_factory=list)
    parity: bool = False
    """Whether a mass is turned to a radius by Lenstool's constants."""


@dataclass(frozen=True, slots=True)
class LensParameters:
    """The numbers of one potential, as the file has them, and their lines."""

    name: str
    profile: int
    line: int
    values: Mapping[str, float]
    lines: Mapping[str, int]
    is_member: bool = False

    def get(self, key: str) -> float:
        """A value; 0 when the file does not give it, as in Lenstool."""
        return self.values.get(key, 0.0)


def read_parameters(
    section: Section,
    number: int,
    context: LensContext,
    overrides: Mapping[str, float] | None = None,
) -> LensParameters:
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
        if statement.key in _NAME_KEYWORDS:
            name = statement.arguments[0].text if statement.arguments else name
            continue
        key, value = _convert_position(statement, parse_real_value(path, statement), context)
        values[key], lines[key] = value, statement.line
    profile = section.find_statement("profil")
    if profile is None:
        sentence = f"the potential {name[:40]} has no `profil`"
        raise PipelineError(sentence, path=path, line=section.word.line)
    kind = parse_integer_value(path, profile)
    for key, value in (overrides or {}).items():
        values[key] = value
        values.pop(f"{key}_kpc", None)
    return LensParameters(name, kind, section.word.line, values, lines)


def _convert_position(
    statement: Statement, value: float, context: LensContext
) -> tuple[str, float]:
    """A keyword and its value, with a position in degrees turned into arcsec."""
    key = statement.key or ""
    if not key.endswith("_wcs"):
        return key, value
    if context.reference is None:
        sentence = f"`{statement.word.text}` needs `reference 3 ra dec` in runmode"
        raise PipelineError(sentence, path=context.path, line=statement.line)
    turn = (
        context.reference.compute_west if key == "x_centre_wcs" else context.reference.compute_north
    )
    return key.removesuffix("_wcs"), turn(value)


def build_lens(given: LensParameters, context: LensContext) -> Lens:
    """One resolved lens.

    Raises
    ------
    PipelineError
        when it has no redshift, or its parameters are none of its profile.
    """
    z = given.get("z_lens")
    if z <= 0:
        has = f"has the redshift {z:g}" if "z_lens" in given.values else "has no `z_lens`"
        _refuse_lens(given, context, f"{has}; a lens needs a redshift above 0", "z_lens")
    base = Lens(
        name=given.name,
        profile=SIE if given.profile == SIS else given.profile,
        x=given.get("x_centre"),
        y=given.get("y_centre"),
        z=z,
        ellipticity=_resolve_ellipticity(given, context),
        angle=given.get("angle_pos"),
        core=_resolve_radius(given, "core_radius", context),
        cut=_resolve_radius(given, "cut_radius", context),
        velocity=given.get("v_disp"),
        is_member=given.is_member,
        magnitude=given.values.get("mag"),
        path=context.path,
        line=given.line,
    )
    finish = _FINISH_BY_PROFILE.get(base.profile)
    return finish(base, given, context) if finish else base


def _resolve_radius(given: LensParameters, key: str, context: LensContext) -> float:
    """A radius in arcsec; one in kpc wins, 0 when there is none."""
    kpc = given.get(f"{key}_kpc")
    if kpc:
        return kpc / compute_kpc_per_arcsec(context.cosmology, given.get("z_lens"))
    return given.get(key)


@lru_cache(maxsize=256)
def compute_kpc_per_arcsec(cosmology: Cosmology, z: float) -> float:
    """Kpc per arcsec as Lenstool has it, 1.4e-7 above the exact value: a length in kpc in a
    parameter file means what Lenstool makes of it."""
    return LENSTOOL.kpc_per_arcsec(cosmology, z)


def _resolve_ellipticity(given: LensParameters, context: LensContext) -> float:
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
        _refuse_lens(given, context, f"has the ellipticity {value:g}; it must be in [0, 1)", key)
    return value


def _finish_dpie(lens: Lens, given: LensParameters, context: LensContext) -> Lens:
    lens = _finish_isothermal(lens, given, context)
    if lens.cut <= 0:
        _refuse_lens(given, context, "has no `cut_radius` or `cut_radius_kpc`", "cut_radius")
    if lens.cut <= lens.core:
        sentence = f'has the cut radius {lens.cut:g}" inside its core radius {lens.core:g}"'
        _refuse_lens(given, context, sentence, "cut_radius_kpc", "cut_radius")
    return lens


def _finish_isothermal(lens: Lens, given: LensParameters, context: LensContext) -> Lens:
    if lens.core < 0:
        sentence = f'has the core radius {lens.core:g}"'
        _refuse_lens(given, context, sentence, "core_radius_kpc", "core_radius")
    if "v_disp" not in given.values or lens.velocity < 0:
        _refuse_lens(
            given, context,
            f"needs a `v_disp` and has {lens.velocity:g} km/s" if "v_disp" in given.values
            else "needs a `v_disp` and has none",
            "v_disp",
        )  # fmt: skip
    return lens


def _finish_nfw(lens: Lens, given: LensParameters, context: LensContext) -> Lens:
    slope = given.get("alpha")
    if slope not in {0.0, 1.0}:
        sentence = f"is a generalised NFW of slope {slope:g}, which is not supported; 1 is NFW"
        _refuse_lens(given, context, sentence, "alpha")
    halo = Halo(
        z=lens.z,
        concentration=given.get("concentration"),
        scale=lens.core,
        r200=lens.cut,
        m200=given.get("m200"),
        velocity=lens.velocity,
    )
    found = resolve_nfw(halo, context.cosmology, parity=context.parity)
    if found is None:
        sentence = "needs two of concentration, scale_radius, r200 and m200"
        _refuse_lens(given, context, sentence, "concentration")
    if not (_is_positive(found.scale) and _is_positive(found.concentration)):
        sentence = f"has the scale radius {found.scale:g} and concentration {found.concentration:g}"
        _refuse_lens(given, context, sentence, "concentration")
    if found.note:
        context.notes.append(f"{given.name} (line {given.line}): {found.note}.")
    return replace(lens, scale=found.scale, concentration=found.concentration, core=0.0, cut=0.0)


def _finish_shear(lens: Lens, given: LensParameters, context: LensContext) -> Lens:
    if given.get("kappa"):
        _refuse_lens(given, context, "has an external convergence, which is not supported", "kappa")
    return lens


def _is_positive(value: float) -> bool:
    return math.isfinite(value) and value > 0


def _refuse_lens(
    given: LensParameters, context: LensContext, sentence: str, *keys: str
) -> NoReturn:
    line = next((given.lines[key] for key in keys if key in given.lines), given.line)
    raise PipelineError(f"lens {given.name[:40]}: {sentence}", path=context.path, line=line)


_FINISH_BY_PROFILE: dict[int, Callable[[Lens, LensParameters, LensContext], Lens]] = {
    DPIE: _finish_dpie,
    PIEMD: _finish_isothermal,
    SIE: _finish_isothermal,
    NFW: _finish_nfw,
    SHEAR: _finish_shear,
}
