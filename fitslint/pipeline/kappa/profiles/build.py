"""Components made of the lenses of a model, each with the D_ls/D_s of its plane."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import convention
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.check import FARTHEST, check
from fitslint.pipeline.kappa.profiles.component import Component, Setting
from fitslint.pipeline.kappa.profiles.dpie import Dpie
from fitslint.pipeline.kappa.profiles.nfw import nfw
from fitslint.pipeline.kappa.profiles.piemd import Piemd
from fitslint.pipeline.kappa.profiles.shear import Shear
from fitslint.pipeline.kappa.profiles.sie import sie

PROFILES: dict[int, Callable[[Lens, Setting], Component]] = {
    1: sie,
    8: Piemd.of,
    12: nfw,
    14: Shear.of,
    81: Dpie.of,
}


def components(
    lenses: Sequence[Lens],
    cosmology: Cosmology,
    *,
    z_source: float | None,
    z_lens: float | None,
    parity: bool,
) -> list[Component]:
    """The components that count for a source, checked; see :func:`evaluate`."""
    kept = [lens for lens in lenses if z_lens is None or lens.z == z_lens]
    for lens in kept:
        check(lens)
    rules = convention(parity)
    planes = {
        z: Setting(distance_ratio(cosmology, z, z_source), rules, cosmology)
        for z in {lens.z for lens in kept}
    }
    return [
        PROFILES[lens.profile](lens, planes[lens.z]) for lens in kept if planes[lens.z].weight != 0
    ]


def distance_ratio(cosmology: Cosmology, z_lens: float, z_source: float | None) -> float:
    """D_ls/D_s of a plane: 0 when it is not in front of the source, 1 for no source.

    Raises
    ------
    PipelineError
        for a source redshift, or a cosmology, that has none.
    """
    if z_source is None:
        return 1.0
    if not z_source <= FARTHEST:
        raise PipelineError(
            f"z_source {z_source:g} is no redshift; at most {FARTHEST:g} is possible"
        )
    ratio = cosmology.distance_ratio(z_lens, z_source)
    if not math.isfinite(ratio):
        raise PipelineError(
            f"{cosmology.name} has no D_ls/D_s for z_lens {z_lens:g} and z_source {z_source:g}"
        )
    return ratio
