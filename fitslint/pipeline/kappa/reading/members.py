"""Galaxies of a catalogue as lenses that scale with their luminosity: ``potfile``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fitslint.lenstool import catalogue
from fitslint.lenstool.catalogue import Galaxy, GalaxyCatalogue
from fitslint.lenstool.errors import LenstoolError
from fitslint.lenstool.files import decode_file_name
from fitslint.lenstool.parameter_file import Section, Statement
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.reading.frame import ReferencePoint
from fitslint.pipeline.kappa.reading.lenses import (
    LensContext,
    LensParameters,
    build_lens,
    compute_kpc_per_arcsec,
)
from fitslint.pipeline.kappa.reading.values import (
    parse_integer_value,
    parse_real_value,
    require_argument,
)

_FORMATS = (1, 3)
_PLAIN_KEYS = ("mag0", "core", "corekpc", "zlens")
_OPTIMISED_KEYS = ("cut", "cutkpc", "sigma", "slope", "vdslope")
"""Keywords whose first argument says how they are optimised and whose second is the value."""
_MAX_VELOCITY = 1000.0
"""km/s that no galaxy has."""
_SCATTER_KEYS = ("vdscatter", "rcutscatter")


@dataclass(frozen=True, slots=True)
class MemberCatalogue:
    """A ``potfile`` section and its catalogue."""

    section: Section
    format: int
    profile: int
    values: Mapping[str, float]
    catalogue: GalaxyCatalogue
    filein_line: int
    """Of ``filein``."""


@dataclass(frozen=True, slots=True)
class ScalingRelation:
    """The galaxy of magnitude ``magnitude``, and the slopes of the scaling (Natarajan & Kneib
    1997; Limousin et al. 2005): L^(1/2) for the core, L^(2/slope) for the cut, L^(1/vdslope)
    for v_disp. Radii in arcsec, velocity in km/s."""

    reference_magnitude: float
    core: float
    cut: float
    velocity: float
    slope: float
    vdslope: float

    def scale_galaxy(self, magnitude: float) -> dict[str, float]:
        """Core, cut and v_disp of a galaxy.

        One of magnitude 0 is not scaled: Lenstool leaves its v_disp at 0, so it has no mass.
        """
        if magnitude == 0:
            return {"core_radius": self.core, "cut_radius": self.cut, "v_disp": 0.0}
        exponent = 0.4 * (self.reference_magnitude - magnitude)
        return {
            "core_radius": self.core * 10 ** (exponent / 2),
            "cut_radius": self.cut * 10 ** (exponent * 2 / self.slope),
            "v_disp": self.velocity * 10 ** (exponent / self.vdslope),
        }


def read_members(section: Section, path: str, notes: list[str]) -> MemberCatalogue | None:
    """A ``potfile`` with its catalogue; None when it names none or is switched off (format 0).

    The catalogue is looked for beside the parameter file.

    Raises
    ------
    PipelineError
        when the catalogue cannot be read, or its format is not supported.
    """
    source = section.find_statement("filein")
    if source is None or (kind := parse_integer_value(path, source, 0, "format")) == 0:
        return None
    if kind not in _FORMATS:
        sentence = f"catalogues of format {kind} are not supported; 1 and 3 are"
        raise PipelineError(sentence, path=path, line=source.line)
    name = decode_file_name(require_argument(path, source, 1, "catalogue").text)
    read = _read_catalogue(Path(path).parent / name, path, source)
    type_ = section.find_statement("type")
    profile = parse_integer_value(path, type_) if type_ is not None else 81
    for key in _SCATTER_KEYS:
        scatter = section.find_statement(key)
        if scatter is not None and parse_integer_value(path, scatter) != 0:
            notes.append(f"Line {scatter.line}: the random `{key}` is left out.")
    return MemberCatalogue(section, kind, profile, _read_values(section, path), read, source.line)


def _read_catalogue(place: Path, path: str, source: Statement) -> GalaxyCatalogue:
    try:
        return catalogue.read_catalogue(place)
    except LenstoolError as error:
        if error.line is not None:
            raise PipelineError(error.sentence, path=error.path, line=error.line) from error
        sentence = f"the catalogue {error.path} {error.sentence}"
        raise PipelineError(sentence, path=path, line=source.line) from error


def _read_values(section: Section, path: str) -> dict[str, float]:
    places = [(key, 0) for key in _PLAIN_KEYS] + [(key, 1) for key in _OPTIMISED_KEYS]
    found = ((key, index, section.find_statement(key)) for key, index in places)
    return {
        key: parse_real_value(path, statement, index)
        for key, index, statement in found
        if statement is not None
    }


def build_member_lenses(
    members: MemberCatalogue, context: LensContext, overrides: Mapping[str, float] | None = None
) -> Iterator[Lens]:
    """The galaxies as lenses, in the order of the catalogue; ``changes`` replace values.

    Raises
    ------
    PipelineError
        when the scaling is not defined, a position cannot be placed, or a galaxy is no lens.
    """
    z = members.values.get("zlens", 0.0)
    if z <= 0:
        sentence = "a potfile needs a `zlens` above 0"
        raise PipelineError(sentence, path=context.path, line=members.section.word.line)
    relation = _build_relation(members, z, context, overrides or {})
    if members.format == 1 and any(
        galaxy.reference and not galaxy.reference.relative for galaxy in members.catalogue.galaxies
    ):
        context.notes.append(
            f"{members.catalogue.path}: positions after `#REFERENCE 0` are arcsec in format 1, as "
            "Lenstool has them; write `filein 3` if they are degrees."
        )
    if members.catalogue.has_unread_line:
        context.notes.append(
            f"{members.catalogue.path}: the last line has no newline; Lenstool does not read this "
            "galaxy, which counts here."
        )
    plain = sum(galaxy.magnitude == 0 for galaxy in members.catalogue.galaxies)
    if plain:
        context.notes.append(
            f"{members.catalogue.path}: {plain} galaxies of magnitude 0 are not scaled, "
            "and Lenstool gives them no mass."
        )
    fastest = 0.0
    for galaxy in members.catalogue.galaxies:
        lens = _build_member(galaxy, members, relation, z, context)
        fastest = max(fastest, lens.velocity)
        yield lens
    if fastest > _MAX_VELOCITY:
        context.notes.append(
            f"{members.catalogue.path}: galaxies get a v_disp of up to {fastest:.5g} km/s; "
            "check that column 7 is the magnitude and that "
            f"mag0 = {relation.reference_magnitude:g} fits it."
        )


def _build_relation(
    members: MemberCatalogue, z: float, context: LensContext, changes: Mapping[str, float]
) -> ScalingRelation:
    values = {"mag0": 17.0, "slope": 4.0, "vdslope": 4.0} | dict(members.values)
    scale = compute_kpc_per_arcsec(context.cosmology, z)
    line = members.section.word.line
    if "mag0" not in members.values:
        context.notes.append(f"Line {line}: no `mag0` is given: Lenstool takes 17.")
    # Here, unlike in a potential, arcsec win over kpc.
    for key in ("core", "cut"):
        if key not in values and f"{key}kpc" in values:
            values[key] = values[f"{key}kpc"] / scale
    values |= changes
    if "cutkpc" in changes:
        values["cut"] = changes["cutkpc"] / scale
    for key in ("core", "cut", "sigma"):
        if key not in values:
            sentence = f"a potfile needs `{key}`" + ("" if key == "sigma" else f" or `{key}kpc`")
            raise PipelineError(sentence, path=context.path, line=line)
    if values["slope"] == 0 or values["vdslope"] == 0:
        raise PipelineError("a slope of 0 scales nothing", path=context.path, line=line)
    return ScalingRelation(
        values["mag0"],
        values["core"],
        values["cut"],
        values["sigma"],
        values["slope"],
        values["vdslope"],
    )


def _build_member(
    galaxy: Galaxy,
    members: MemberCatalogue,
    relation: ScalingRelation,
    z: float,
    context: LensContext,
) -> Lens:
    place = members.catalogue.path
    try:
        scaled = relation.scale_galaxy(galaxy.magnitude)
    except OverflowError:
        scaled = {"cut_radius": math.inf}
    if not all(map(math.isfinite, scaled.values())):
        sentence = f"magnitude {galaxy.magnitude:g} scales beyond every number"
        raise PipelineError(sentence, path=place, line=galaxy.line)
    x, y = _find_position(galaxy, members, context)
    values = scaled | {
        "x_centre": x,
        "y_centre": y,
        "z_lens": z,
        "ellipticite": galaxy.ellipticity,
        "angle_pos": galaxy.theta,
        "mag": galaxy.magnitude,
    }
    given = LensParameters(galaxy.name, members.profile, galaxy.line, values, {}, is_member=True)
    return build_lens(given, replace(context, path=place))


def _find_position(
    galaxy: Galaxy, members: MemberCatalogue, context: LensContext
) -> tuple[float, float]:
    """Arcsec west and north of the model's reference.

    Without a ``#REFERENCE``, or with ``#REFERENCE 0``, format 1 means arcsec from the model's
    reference and 3 degrees.
    """
    reference = galaxy.reference
    if members.format == 1 and (reference is None or not reference.relative):
        return galaxy.x, galaxy.y
    if context.reference is None:
        sentence = "positions on the sky need `reference 3 ra dec` in runmode of the model"
        raise PipelineError(sentence, path=members.catalogue.path, line=galaxy.line)
    ra, dec = galaxy.x, galaxy.y
    if reference is not None and reference.relative:
        own = ReferencePoint(reference.ra, reference.dec)
        ra, dec = own.compute_ra(galaxy.x), own.compute_dec(galaxy.y)
    return context.reference.compute_west(ra), context.reference.compute_north(dec)
