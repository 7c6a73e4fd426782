"""The figure of X-ray contours over the convergence."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.figures.drawing import (
    ONE_PANEL,
    Picture,
    View,
    build_colour_scale,
    build_view,
    create_figure,
    draw_legend,
    render_figure,
)
from fitslint.pipeline.kappa.qc.figures.overlays import draw_scale_bar, draw_title
from fitslint.pipeline.kappa.qc.image import average_blocks, smooth_image
from fitslint.wcs.map_frame import Floats, MapFrame


def draw_xray(assessment: QcReport) -> Picture | None:
    """X-ray contours over the convergence, each in its own frame."""
    image = assessment.inputs.maps.get("xray")
    kappa = assessment.inputs.kappa
    usable = (
        image is not None
        and not image.unusable_reason
        and image.frame.is_on_sky
        and kappa.frame.is_on_sky
    )
    if image is None or not usable:
        return None
    sight = build_view(kappa.frame)
    gas = _resample_image(sight, image.data, image.frame, assessment.inputs.smoothing_fwhm)
    if gas is None:
        return None
    drawn = create_figure(ONE_PANEL)
    axes = drawn.add_subplot()
    data = sight.subsample(kappa.data)
    shown = sight.show_pixels(axes, data, cmap="cividis", norm=build_colour_scale(data))
    drawn.colorbar(
        shown, ax=axes, label=r"convergence $\kappa$ (dimensionless)", extend="max", shrink=0.8
    )
    handles = _draw_gas(axes, sight, gas, assessment)
    draw_scale_bar(axes, sight, assessment.inputs)
    draw_legend(drawn, handles)
    draw_title(drawn, assessment)
    return Picture(
        "xray",
        "X-ray surface brightness (smoothed; contours at 10, 20, 40, 60, 80 and 95 % from "
        "background to peak) over the convergence.",
        "Contours of the X-ray image over the map of convergence, north up and east to the left.",
        *render_figure(drawn),
    )


def _resample_image(sight: View, data: Floats, frame: MapFrame, fwhm: float) -> Floats | None:
    """An image on the pixels that are drawn, by its nearest pixels after smoothing."""
    rows, columns = sight.frame.shape
    row, column = np.mgrid[0 : rows : sight.stride, 0 : columns : sight.stride].astype(float)
    there = frame.to_pixel(*sight.frame.to_sky(column, row))
    inside = frame.is_inside(*there) & np.isfinite(there[0])
    if not np.any(inside):
        return None
    coarse = min(max(1, int(fwhm / frame.pixel_scale / 4)), *data.shape)
    smoothed = smooth_image(average_blocks(data, coarse), 2 * fwhm / frame.pixel_scale / coarse)
    taken = np.full(inside.shape, np.nan)
    at = [(one[inside] + 0.5) // coarse for one in (there[1], there[0])]
    row_at, column_at = (
        np.clip(one.astype(int), 0, size - 1) for one, size in zip(at, smoothed.shape, strict=True)
    )
    taken[inside] = smoothed[row_at, column_at]
    return taken if np.nanmin(taken) < np.nanmax(taken) else None


def _draw_gas(axes: Any, sight: View, gas: Floats, assessment: QcReport) -> list[Any]:
    east, north = sight.compute_axes()
    low, high = float(np.nanpercentile(gas, 10)), float(np.nanmax(gas))
    levels = [low + part * (high - low) for part in (0.1, 0.2, 0.4, 0.6, 0.8, 0.95)]
    if low < high:
        axes.contour(east, north, gas, levels=levels, colors="white", linewidths=1.0)
    handles: list[Any] = [Line2D([], [], color="white", lw=1.0, label="X-ray")]
    found = assessment.measurements.gas
    if found is not None and not isinstance(found, str):
        for one, sign, name in ((found.peak, "^", "peak"), (found.centroid, "s", "centroid")):
            x, y = sight.locate_sky(one.ra, one.dec)
            handles += axes.plot(
                x, y, sign, ms=7, mfc="none", mec="#ff7f50", mew=1.6, label=f"X-ray {name}"
            )
    return handles + _draw_mass_peak(axes, assessment, sight)


def _draw_mass_peak(axes: Any, assessment: QcReport, sight: View) -> list[Any]:
    top = assessment.measurements.clumps[0].maximum
    x, y = sight.locate_pixel(top.column, top.row)
    return list(axes.plot(x, y, "x", ms=8, mew=1.8, color="#d62728", label=r"peak of $\kappa$"))
