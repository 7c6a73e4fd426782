"""Making the maps of a lens model as products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.kappa.maps.batches import evaluate_batches
from fitslint.pipeline.kappa.maps.facts import build_header_facts, find_lens_redshift
from fitslint.pipeline.kappa.maps.plan import Folder, MapJob, MapPlan, plan_maps
from fitslint.pipeline.kappa.maps.spec import MapSpec, build_product_specs
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.progress import Progress
from fitslint.products.result import ConformResult
from fitslint.products.write import write_product
from fitslint.wcs.grid import Grid

Map = NDArray[Any]


@dataclass(frozen=True, slots=True)
class MapResult:
    """A map that was made.

    Attributes
    ----------
    path : str
        the file.
    product : str
        kind of product.
    conformed : ConformResult or None
        what the header was given and the check said; None where nothing could be written.
    maximum, minimum : float
        of the finite pixels.
    shape : (int, int)
        rows and columns.
    problems : tuple of str
        why the map is of no use; empty when it is of use.
    """

    path: str
    product: str
    conformed: ConformResult | None
    minimum: float
    maximum: float
    shape: tuple[int, int]
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the map is of use and its header conforms."""
        return not self.problems and self.conformed is not None and self.conformed.ok


def make_maps(
    model: LensModel,
    products: Sequence[str],
    grid: Grid,
    *,
    z_source: float | None,
    folder: Folder,
    parity: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    name: str = "",
    form: str = "signed",
    unit: str = "gcm2",
    overwrite: bool = False,
    allow_large: bool = False,
) -> list[MapResult]:
    """Make maps of a model on a grid.

    Parameters
    ----------
    model : LensModel
        the model.
    products : sequence of str
        kappa, gamma1, gamma2, gamma, ellipticity, magnification, surface-density, and deflection,
        which is two maps.
    grid : Grid
        the pixels.
    z_source : float or None
        redshift of the source; None is D_ls/D_s = 1.
    folder : str or path
        where they are written, as ``kappa_obs_lenstool_zs1p0.fits`` and so on.
    parity : bool
        take Lenstool's constants and conventions.
    workers : int, optional
        threads.
    progress : callable, optional
        called with the rows done and all rows of all maps.
    name : str
        OBJECT; by default that of the cluster at this place, or of the model's file.
    form : {"signed", "absolute", "magnitude"}
        of a magnification.
    unit : {"gcm2", "msunpixel", "msunkpc2"}
        of a surface density.
    overwrite : bool
        whether existing files may go.
    allow_large : bool
        whether a field that needs much memory is meant.

    Returns
    -------
    list of MapResult
        in the order of ``products``.

    Raises
    ------
    ProductError
        when something cannot be made; nothing was written then, but for maps before it.
    """
    wanted = build_product_specs(products, z_source, form=form, unit=unit)
    plan = plan_maps(model, wanted, lambda _: grid, folder, name)
    return run_map_plan(
        plan, parity=parity, workers=workers, progress=progress, overwrite=overwrite,
        allow_large=allow_large,
    )  # fmt: skip


def run_map_plan(
    plan: MapPlan,
    *,
    parity: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    overwrite: bool = False,
    allow_large: bool = False,
) -> list[MapResult]:
    """Evaluate and write maps, those of one grid, source and plane together.

    Raises
    ------
    ProductError
        as :func:`make_maps`.
    """
    found = evaluate_batches(
        plan, parity=parity, workers=workers, progress=progress, overwrite=overwrite,
        allow_large=allow_large,
    )  # fmt: skip
    made = {job.path: write_map(plan, job, values, overwrite=overwrite) for job, values in found}
    return [made[job.path] for job in plan.jobs]


def write_map(plan: MapPlan, job: MapJob, values: Map, *, overwrite: bool) -> MapResult:
    """Write a map; one that no source can see is told and not written."""
    if (none := skip_foreground_source(plan.model, job, values)) is not None:
        return none
    done = write_product(
        job.path, values, job.spec.product, overwrite=overwrite,
        grid_cards=job.grid.cards(),
        **build_header_facts(plan.model, job.spec, plan.object_name),
    )  # fmt: skip
    return build_map_result(plan.model, job, values, done)


def skip_foreground_source(model: LensModel, job: MapJob, values: Map) -> MapResult | None:
    """A map for a source that is not behind the lens, for which there is no header."""
    wanted = job.spec
    zlens = find_lens_redshift(model, wanted)
    if wanted.z_source is None or wanted.z_source > zlens:
        return None
    ends = _measure_range(values)
    why = "so that the map is zero" if ends == (0.0, 0.0) else "which its header would have to say"
    said = (
        f"the source at redshift {wanted.z_source:g} is not behind the lens at {zlens:g}, {why}; "
        "it is not written"
    )
    return MapResult(str(job.path), wanted.product, None, *ends, values.shape, (said,))


def build_map_result(model: LensModel, job: MapJob, values: Map, done: ConformResult) -> MapResult:
    """A map that was written, and why it is of no use where it is not."""
    wanted, why = job.spec, tuple(map(str, done.problems))
    if why and (reason := _explain_empty_map(model, wanted)):
        why = (*why, reason)
    return MapResult(
        str(job.path), wanted.product, done, *_measure_range(values), values.shape, why
    )


def _measure_range(values: Map) -> tuple[float, float]:
    """Least and largest finite value; NaN where there is none."""
    low = np.min(values, initial=np.inf, where=np.isfinite(values))
    high = np.max(values, initial=-np.inf, where=np.isfinite(values))
    return (float(low), float(high)) if low <= high else (np.nan, np.nan)


def _explain_empty_map(model: LensModel, wanted: MapSpec) -> str:
    """Why a map has nothing in it, where the model tells."""
    if wanted.z_lens is None or wanted.z_lens in model.planes:
        return ""
    near = min(model.planes, key=lambda z: abs(z - (wanted.z_lens or 0)))
    place = f"line {wanted.output.line}" if wanted.output else "the map"
    return (
        f"{place} asks for lenses at redshift {wanted.z_lens:g} exactly and the nearest are at "
        f"{near:g}; write {near:g}, or 0 for every plane"
    )
