"""The pixels of maps: the quantities of a model, and the products that follow from them.

A model has its components along west (x) and north (y). On a map the first is along axis 1 of the
pixels and the second along axis 2, which SHEARFRM tells as ``pixel``. They are the same on the
grid of Lenstool; on a gnomonic one they differ by the convergence of the meridians, and on the grid
of a rotated image by its rotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.kappa import derive
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.maps.spec import MapSpec
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.progress import Progress
from fitslint.wcs.grid import Grid
from fitslint.wcs.sky_grid import SkyGrid, Turn

Map = NDArray[Any]
_DEFLECTION = ("alpha_x", "alpha_y")
_SHEAR = ("gamma1", "gamma2")
_BLOCK_PIXELS = 1 << 18
"""Pixels of a block: what is worked on beside the maps stays below a few megabytes."""
_DIRECT_PRODUCTS = frozenset(("kappa", "gamma1", "gamma2", "deflection"))


@dataclass(frozen=True, slots=True)
class Evaluator:
    """How a model is evaluated: Lenstool's constants or exact ones, threads."""

    model: LensModel
    parity: bool = False
    workers: int | None = None


def evaluate_quantities(
    evaluator: Evaluator, specs: Iterable[MapSpec], grid: Grid, progress: Progress | None = None
) -> dict[str, Map]:
    """What the products of one normalisation and plane are made of, along the axes of the pixels.

    float32 where the products are the quantities themselves; float64 where they follow from them,
    since a magnification has more digits than its shear near a critical curve.
    """
    specs = tuple(specs)
    first = specs[0]
    needed = _add_partner_components(
        frozenset(name for spec in specs for name in spec.quantities), grid
    )
    maps = evaluate_lenses(
        evaluator.model.lenses, evaluator.model.cosmology, grid, sorted(needed),
        z_source=first.summed_for_source or first.z_source, z_lens=first.z_lens,
        parity=evaluator.parity, workers=evaluator.workers, progress=progress,
        dtype=np.dtype(choose_precision(specs)),
    )  # fmt: skip
    _rotate_to_pixel_axes(maps, grid)
    if first.summed_for_source is not None:
        ratio = evaluator.model.cosmology.distance_ratio(
            evaluator.model.lenses[0].z, first.summed_for_source
        )
        for values in maps.values():
            np.divide(values, ratio, out=values)
    return maps


def choose_precision(specs: Iterable[MapSpec]) -> str:
    """float32, or float64 for products that are derived."""
    return "f4" if all(spec.product in _DIRECT_PRODUCTS for spec in specs) else "f8"


def compute_product(spec: MapSpec, maps: Mapping[str, Map]) -> Map:
    """A product of its quantities; one that follows from several is float32, made in blocks."""
    parts = [maps[name] for name in spec.quantities]
    if spec.product in _DIRECT_PRODUCTS:
        return parts[0]
    rows, columns = parts[0].shape
    product = np.empty((rows, columns), np.float32)
    for start, stop in _iterate_blocks((rows, columns)):
        block = slice(start, stop)
        with np.errstate(over="ignore"):
            product[block] = _derive_product(spec, [part[block] for part in parts])
    return product


def _derive_product(spec: MapSpec, parts: list[Map]) -> Map:
    if spec.product == "gamma":
        return derive.compute_shear_modulus(*parts)
    if spec.product == "ellipticity":
        return derive.compute_ellipticity(*parts)
    magnification = derive.compute_magnification(*parts)
    if spec.form == "magnitude":
        return derive.compute_magnitudes(magnification)
    if spec.form == "absolute":
        np.abs(magnification, out=magnification)
    return magnification


def compute_surface_density(
    evaluator: Evaluator, spec: MapSpec, grid: Grid, progress: Progress | None = None
) -> Map:
    """The surface density of all planes, or of the one that is requested.

    Each plane is taken at D_ls/D_s = 1 times its own critical density. Where Lenstool's sum is
    requested (``summed_for_source``) it is that of the first lens for all.
    """
    model = evaluator.model
    if spec.summed_for_source is not None:
        total = evaluate_quantities(evaluator, (spec,), grid, progress)["kappa"]
        total *= _compute_density(evaluator, spec, grid, model.lenses[0].z)
        return total
    total = np.zeros(grid.shape)
    planes = [z for z in model.planes if spec.z_lens in (None, z)]
    for redshift in planes:
        kappa = evaluate_lenses(
            model.lenses, model.cosmology, grid, ("kappa",), z_source=None, z_lens=redshift,
            parity=evaluator.parity, workers=evaluator.workers, progress=progress,
        )["kappa"]  # fmt: skip
        kappa *= _compute_density(evaluator, spec, grid, redshift)
        total += kappa
    return total


def _compute_density(evaluator: Evaluator, spec: MapSpec, grid: Grid, redshift: float) -> float:
    """Critical surface density of a plane in the unit of its map."""
    return derive.compute_critical_density(
        evaluator.model.cosmology, redshift, cast(derive.DensityUnit, spec.unit),
        pixel=grid.pixel, parity=evaluator.parity,
    )  # fmt: skip


def _add_partner_components(quantities: frozenset[str], grid: Grid) -> frozenset[str]:
    """``quantities`` with the second component of each whose first one is turned into it."""
    if not isinstance(grid, SkyGrid):
        return quantities
    for pair in (_DEFLECTION, _SHEAR):
        if quantities & set(pair):
            quantities |= frozenset(pair)
    return quantities


def _rotate_to_pixel_axes(maps: Mapping[str, Map], grid: Grid) -> None:
    """Turn the components in ``maps`` to the axes of the pixels, in place."""
    if not isinstance(grid, SkyGrid) or not ("alpha_x" in maps or "gamma1" in maps):
        return
    for start, stop in _iterate_blocks(grid.shape):
        turn = grid.turn(start, stop)
        if "alpha_x" in maps:
            _rotate_pair([maps[name][start:stop] for name in _DEFLECTION], turn)
        if "gamma1" in maps:
            _rotate_pair([maps[name][start:stop] for name in _SHEAR], _double_turn(turn))


def _double_turn(turn: Turn) -> Turn:
    """Twice the angle: a shear comes back to itself after half a turn."""
    cosine = np.square(turn.cosine) - np.square(turn.sine)
    return Turn(cosine, 2 * turn.sine * turn.cosine, turn.handedness)


def _rotate_pair(pair: list[Map], turn: Turn) -> None:
    first, second = pair
    turned = first * turn.cosine + second * turn.sine
    second[...] = turn.handedness * (second * turn.cosine - first * turn.sine)
    first[...] = turned


def _iterate_blocks(shape: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """First row of each block, and the one behind its last, of a map of rows and columns."""
    rows, columns = shape
    step = max(1, _BLOCK_PIXELS // columns)
    return ((start, min(start + step, rows)) for start in range(0, rows, step))
