"""Profiles made of the lenses of a model, each with the D_ls/D_s of its plane."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from fitslint.cosmology.model import Cosmology
from fitslint.lenstool.profiles import MASS_PROFILES, describe_profile
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import choose_convention
from fitslint.pipeline.kappa.model import MAX_REDSHIFT, Lens
from fitslint.pipeline.kappa.profiles.base import LensPlane, LensProfile
from fitslint.pipeline.kappa.profiles.dpie import Dpie
from fitslint.pipeline.kappa.profiles.isothermal import Piemd
from fitslint.pipeline.kappa.profiles.nfw import NavarroFrenkWhite
from fitslint.pipeline.kappa.profiles.radial import SingularIsothermal
from fitslint.pipeline.kappa.profiles.shear import ExternalShear

PROFILE_BY_NUMBER: Mapping[int, type[LensProfile]] = {
    1: SingularIsothermal,
    8: Piemd,
    12: NavarroFrenkWhite,
    14: ExternalShear,
    81: Dpie,
}


def build_profiles(
    lenses: Sequence[Lens],
    cosmology: Cosmology,
    *,
    z_source: float | None,
    z_lens: float | None,
    parity: bool,
) -> list[LensProfile]:
    """The profiles that count for a source, checked; see :func:`evaluate_lenses`.

    Raises
    ------
    PipelineError
        for a lens that cannot be evaluated, or a source or cosmology without D_ls/D_s.
    """
    kept = [lens for lens in lenses if z_lens is None or lens.z == z_lens]
    for lens in kept:
        check_lens(lens)
    convention = choose_convention(parity)
    planes = {
        z: LensPlane(compute_distance_ratio(cosmology, z, z_source), convention, cosmology)
        for z in {lens.z for lens in kept}
    }
    return [
        PROFILE_BY_NUMBER[lens.profile].from_lens(lens, planes[lens.z])
        for lens in kept
        if planes[lens.z].distance_ratio != 0
    ]


def check_lens(lens: Lens) -> None:
    """Stop at a lens that cannot be evaluated.

    Raises
    ------
    PipelineError
        which names the lens, its file and line, and what to change.
    """
    profile = PROFILE_BY_NUMBER.get(lens.profile)
    if profile is None:
        able = ", ".join(f"{number} ({MASS_PROFILES[number]})" for number in PROFILE_BY_NUMBER)
        fault = f"{describe_profile(lens.profile)} is not supported; supported are {able}"
    else:
        fault = profile.find_fault(lens) or ""
    if fault:
        raise PipelineError(f"lens {lens.name}: {fault}", path=lens.path or None, line=lens.line)


def compute_distance_ratio(cosmology: Cosmology, z_lens: float, z_source: float | None) -> float:
    """D_ls/D_s of a plane: 0 when it is not in front of the source, 1 for no source.

    Raises
    ------
    PipelineError
        for a source redshift, or a cosmology, that has none.
    """
    if z_source is None:
        return 1.0
    if not z_source <= MAX_REDSHIFT:
        raise PipelineError(
            f"z_source {z_source:g} is no redshift; at most {MAX_REDSHIFT:g} is possible"
        )
    ratio = cosmology.distance_ratio(z_lens, z_source)
    if not math.isfinite(ratio):
        raise PipelineError(
            f"{cosmology.name} has no D_ls/D_s for z_lens {z_lens:g} and z_source {z_source:g}"
        )
    return ratio
