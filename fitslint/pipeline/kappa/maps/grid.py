"""The pixels of maps that are not Lenstool's: a gnomonic field, or those of an image."""

from __future__ import annotations

import math
import os

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import LensModel
from fitslint.wcs.errors import GridError
from fitslint.wcs.linear import Position, convert_linear_to_sky
from fitslint.wcs.sky_grid import SkyGrid

_DEFAULT_COLUMNS = 512
"""Of a map whose model names no size."""
_MAX_SIZE = 2**31
"""More pixels along an axis than any map has."""


def build_grid_like(
    model: LensModel, path: str | os.PathLike[str], hdu: int | str | None = None
) -> SkyGrid:
    """The pixels of an image.

    Raises
    ------
    PipelineError
        when it has no place on the sky, or shows another field.
    """
    try:
        return SkyGrid.like(path, _require_reference(model), hdu)
    except GridError as error:
        raise PipelineError(str(error)) from None


def build_gnomonic_grid(
    model: LensModel,
    *,
    pixel: float | None = None,
    size: tuple[int, int] | None = None,
    extent: tuple[float, float] | None = None,
) -> SkyGrid:
    """A gnomonic field, north up, around the middle of the model's field.

    Parameters
    ----------
    pixel : float, optional
        size of a pixel in arcsec.
    size : (int, int), optional
        columns and rows.
    extent : (float, float), optional
        width and height in arcsec, edge to edge; by default the field of the model.

    Raises
    ------
    PipelineError
        when they contradict each other or make no map.
    """
    field = model.field
    if extent is None and not (pixel and size):
        extent = (field.xmax - field.xmin, field.ymax - field.ymin)
    elif extent is not None and pixel and size:
        raise PipelineError("pixel, size and field say one thing too many; give two of them")
    middle = convert_linear_to_sky(
        (field.xmin + field.xmax) / 2, (field.ymin + field.ymax) / 2, _require_reference(model)
    )
    try:
        step, shape = _compute_grid_shape(extent, pixel, size or _choose_size(model, pixel))
        center = float(middle[0]), float(middle[1])
        return SkyGrid.build_gnomonic(center, step, shape, _require_reference(model))
    except GridError as error:
        raise PipelineError(str(error)) from None


def _compute_grid_shape(
    extent: tuple[float, float] | None, pixel: float | None, size: tuple[int, int] | None
) -> tuple[float, tuple[int, int]]:
    """Size of a pixel in arcsec, rows and columns."""
    if pixel is not None and not 0 < pixel < math.inf:
        raise GridError(f"a pixel of {pixel:g} arcsec makes no map")
    if extent is None and size is not None:
        return pixel or 0.0, (size[1], size[0])
    width, height = extent or (0.0, 0.0)
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise GridError(f"a field of {width:g} by {height:g} arcsec has no area")
    step = pixel or width / (size[0] if size else _DEFAULT_COLUMNS)
    columns, rows = (max(1, round(min(length / step, _MAX_SIZE))) for length in (width, height))
    return step, (rows, columns)


def _choose_size(model: LensModel, pixel: float | None) -> tuple[int, int] | None:
    """Columns and rows of the model's own first map, where no size of a pixel is given."""
    if pixel is not None:
        return None
    columns = model.outputs[0].size if model.outputs else _DEFAULT_COLUMNS
    return columns, columns


def _require_reference(model: LensModel) -> Position:
    if model.reference is None:
        raise PipelineError(
            "the model has no `reference` in runmode, so that its maps have no place on the sky; "
            "write one (reference 3 RA DEC), or say --lenstool-grid for offsets in arcsec",
            path=model.path,
        )
    return model.reference
