"""Components made of the lenses of a model, each with the D_ls/D_s of its plane."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import choose_convention
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.check import MAX_REDSHIFT, check_lens
from fitslint.pipeline.kappa.profiles.component import LensPlane, LensProfile
from fitslint.pipeline.kappa.profiles.dpie import Dpie
from fitslint.pipeline.kappa.profiles.nfw import build_nfw
from fitslint.pipeline.kappa.profiles.piemd import Piemd
from fitslint.pipeline.kappa.profiles.shear import ExternalShear
from fitslint.pipeline.kappa.profiles.sie import build_sie

PROFILE_BY_NUMBER: dict[int, Callable[[Lens, LensPlane], LensProfile]] = {
    1: build_sie,
    8: Piemd.from_lens,
    12: build_nfw,
    14: ExternalShear.from_lens,
    81: Dpie.from_lens,
}


def build_profiles(
    lenses: Sequence[Lens],
    cosmology: Cosmology,
    *,
    z_source: float | None,
    z_lens: float | None,
    parity: bool,
) -> list[LensProfile]:
    """The components that count for a source, checked; see :func:`evaluate`."""
    kept = [lens for lens in lenses if z_lens is None or lens.z == z_lens]
    for lens in kept:
        check_lens(lens)
    rules = choose_convention(parity)
    planes = {
        z: LensPlane(compute_distance_ratio(cosmology, z, z_source), rules, cosmology)
        for z in {lens.z for lens in kept}
    }
    return [
        PROFILE_BY_NUMBER[lens.profile](lens, planes[lens.z])
        for lens in kept
        if planes[lens.z].distance_ratio != 0
    ]


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
