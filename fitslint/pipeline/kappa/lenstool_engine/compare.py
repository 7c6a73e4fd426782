"""Holding a map of Lenstool against that of the embedded engine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.kappa.maps.plan import MapJob
from fitslint.pipeline.kappa.model import Lens, LensModel
from fitslint.wcs.grid import Grid

Map = NDArray[Any]
MAX_DEVIATION = 1e-6
"""Of the larger of the value and 1e-3 of the map's maximum."""
MAX_DEVIATION_NEAR_SCALE = 1e-4
"""For pixels within 1e-3 of the scale radius of an NFW halo, where Lenstool loses digits."""
_NFW, _SHEAR = 12, 14


@dataclass(frozen=True, slots=True)
class MapComparison:
    """How two maps compare.

    Attributes
    ----------
    path : str
        the file of Lenstool's map.
    deviation : float
        the largest, of the larger of the value and 1e-3 of the map's maximum.
    relative_deviation : float
        the largest one by its limit; above 1 the maps differ.
    known_reason : str
        why Lenstool is known to be wrong there; empty where it is not.
    """

    path: str
    deviation: float
    relative_deviation: float
    known_reason: str

    @property
    def ok(self) -> bool:
        """Whether they agree, or are known not to."""
        return self.relative_deviation <= 1 or bool(self.known_reason)

    @property
    def sentence(self) -> str:
        """The comparison in a line."""
        said = f"{self.path}: lenstool and embedded differ by at most {self.deviation:.2e}"
        if self.relative_deviation <= 1:
            return f"{said}, they agree"
        return f"{said}: {self.known_reason or f'more than {MAX_DEVIATION:g}'}"


def compare_maps(model: LensModel, order: MapJob, theirs: Map, ours: Map) -> MapComparison:
    """Compare the map of an order; both of one shape.

    Magnifications are compared by their inverse, which is finite on a critical curve.
    """
    if order.spec.product == "magnification":
        theirs, ours = _invert_magnification(order, theirs), _invert_magnification(order, ours)
    with np.errstate(invalid="ignore"):
        found = np.abs(np.asarray(theirs, np.float64) - ours)
        scale = np.abs(ours)
        floor = 1e-3 * float(np.nanmax(np.where(np.isfinite(scale), scale, 0)))
        found /= np.maximum(scale, floor or 1.0)
    found = np.where(
        _find_equal_pixels(theirs, ours), 0.0, np.where(np.isnan(found), math.inf, found)
    )
    limits = np.where(
        _find_scale_pixels(model.lenses, order.grid), MAX_DEVIATION_NEAR_SCALE, MAX_DEVIATION
    )
    worst, limited = float(found.max()), float((found / limits).max())
    return MapComparison(str(order.path), worst, limited, explain_difference(model, order))


def _find_equal_pixels(theirs: Map, ours: Map) -> NDArray[np.bool_]:
    """Where both are the same infinity, or both nothing."""
    same: NDArray[np.bool_] = (theirs == ours) | (np.isnan(theirs) & np.isnan(ours))
    return same


def _invert_magnification(order: MapJob, values: Map) -> Map:
    with np.errstate(divide="ignore"):
        if order.spec.form == "magnitude":
            return np.power(10.0, np.asarray(values, np.float64) / -2.5)
        return 1 / np.asarray(values, np.float64)


def _find_scale_pixels(lenses: tuple[Lens, ...], grid: Grid) -> NDArray[np.bool_]:
    """Pixels whose elliptical radius is within 1e-3 of the scale radius of a halo."""
    found = np.zeros(grid.shape, np.bool_)
    x, y = grid.block(0, grid.shape[0])
    for lens in (lens for lens in lenses if lens.profile == _NFW and lens.scale > 0):
        angle = math.radians(lens.angle)
        cosine, sine = math.cos(angle), math.sin(angle)
        along = (x - lens.x) * cosine + (y - lens.y) * sine
        across = (y - lens.y) * cosine - (x - lens.x) * sine
        radius = np.sqrt((1 - lens.ellipticity) * along**2 + (1 + lens.ellipticity) * across**2)
        found |= np.abs(radius / lens.scale - 1) < 1e-3
    return found


def explain_difference(model: LensModel, order: MapJob) -> str:
    """Where Lenstool 6.8 is known to be wrong, in words; empty where it is not."""
    wanted = order.spec
    if wanted.product == "deflection":
        if len(model.planes) > 1:
            return "Lenstool takes D_ls/D_s of the first lens for every plane"
        if any(lens.profile == _SHEAR for lens in model.lenses):
            return "Lenstool leaves out the external shear"
    several = len(model.planes) > 1 and wanted.z_lens is None
    if several and wanted.z_source is None:
        return "Lenstool normalises every plane by the redshift of the first lens"
    return ""
