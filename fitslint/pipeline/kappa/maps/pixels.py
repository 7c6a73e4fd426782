"""The pixels of maps: the quantities of a model, and the products that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.kappa import derive
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.maps.axes import add_partner_components, rotate_to_pixel_axes
from fitslint.pipeline.kappa.maps.blocks import iterate_blocks
from fitslint.pipeline.kappa.maps.spec import MapSpec
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.progress import Progress
from fitslint.wcs.grid import Grid

Map = NDArray[Any]
_DIRECT_PRODUCTS = frozenset(("kappa", "gamma1", "gamma2", "deflection"))


@dataclass(frozen=True, slots=True)
class Evaluator:
    """How a model is evaluated: Lenstool's constants or exact ones, threads."""

    model: LensModel
    parity: bool = False
    workers: int | None = None


def evaluate_quantities(
    engine: Evaluator, wanted: Iterable[MapSpec], grid: Grid, progress: Progress | None = None
) -> dict[str, Map]:
    """What the products of one normalisation and plane are made of, along the axes of the pixels.

    float32 where the products are the quantities themselves; float64 where they follow from them,
    since a magnification has more digits than its shear near a critical curve.
    """
    orders = list(wanted)
    one = orders[0]
    needed = add_partner_components(
        frozenset(name for each in orders for name in each.quantities), grid
    )
    maps = evaluate_lenses(
        engine.model.lenses, engine.model.cosmology, grid, sorted(needed),
        z_source=one.summed_for_source or one.z_source, z_lens=one.z_lens, parity=engine.parity,
        workers=engine.workers, progress=progress, dtype=np.dtype(choose_precision(orders)),
    )  # fmt: skip
    rotate_to_pixel_axes(maps, grid)
    if one.summed_for_source is not None:
        ratio = engine.model.cosmology.distance_ratio(
            engine.model.lenses[0].z, one.summed_for_source
        )
        for each in maps.values():
            np.divide(each, ratio, out=each)
    return maps


def choose_precision(wanted: Iterable[MapSpec]) -> str:
    """float32, or float64 for products that are derived."""
    return "f4" if all(one.product in _DIRECT_PRODUCTS for one in wanted) else "f8"


def compute_product(wanted: MapSpec, maps: Mapping[str, Map]) -> Map:
    """A product of its quantities; one that follows from several is float32, made in blocks."""
    parts = [maps[name] for name in wanted.quantities]
    if wanted.product in _DIRECT_PRODUCTS:
        return parts[0]
    rows, columns = parts[0].shape
    found = np.empty((rows, columns), np.float32)
    for start, stop in iterate_blocks((rows, columns)):
        block = slice(start, stop)
        with np.errstate(over="ignore"):
            found[block] = _derive_product(wanted, [part[block] for part in parts])
    return found


def _derive_product(wanted: MapSpec, parts: list[Map]) -> Map:
    if wanted.product == "gamma":
        return derive.compute_shear_modulus(*parts)
    if wanted.product == "ellipticity":
        return derive.compute_ellipticity(*parts)
    found = derive.compute_magnification(*parts)
    if wanted.form == "magnitude":
        return derive.compute_magnitudes(found)
    return np.abs(found, out=found) if wanted.form == "absolute" else found


def compute_surface_density(
    engine: Evaluator, wanted: MapSpec, grid: Grid, progress: Progress | None = None
) -> Map:
    """The surface density of all planes, or of the one that is wanted.

    Each plane is taken at D_ls/D_s = 1 times its own critical density. Where Lenstool's sum is
    wanted (``through``) it is that of the first lens for all.
    """
    model = engine.model
    if wanted.summed_for_source is not None:
        total = evaluate_quantities(engine, (wanted,), grid, progress)["kappa"]
        total *= _compute_density(engine, wanted, grid, model.lenses[0].z)
        return total
    total = np.zeros(grid.shape)
    planes = [z for z in model.planes if wanted.z_lens in (None, z)]
    for redshift in planes:
        kappa = evaluate_lenses(
            model.lenses, model.cosmology, grid, ("kappa",), z_source=None, z_lens=redshift,
            parity=engine.parity, workers=engine.workers, progress=progress,
        )["kappa"]  # fmt: skip
        kappa *= _compute_density(engine, wanted, grid, redshift)
        total += kappa
    return total


def _compute_density(engine: Evaluator, wanted: MapSpec, grid: Grid, redshift: float) -> float:
    """Critical surface density of a plane in the unit that is wanted."""
    return derive.compute_critical_density(
        engine.model.cosmology, redshift, cast(derive.DensityUnit, wanted.unit),
        pixel=grid.pixel, parity=engine.parity,
    )  # fmt: skip
