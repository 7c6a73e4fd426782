"""The figures of the convergence with what lies over it: contours, galaxies, X-ray."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.contours import LEVELS
from fitslint.pipeline.kappa.qc.figures.drawing import (
    ONE_PANEL,
    View,
    build_colour_scale,
    build_view,
)
from fitslint.pipeline.kappa.qc.figures.overlays import (
    draw_critical_curve,
    draw_scale_bar,
    draw_title,
)
from fitslint.pipeline.page.figures import Picture, create_figure, draw_legend, render_figure
from fitslint.pipeline.page.peaks import average_blocks, smooth_image
from fitslint.wcs.map_frame import Floats, MapFrame

_MAX_GALAXIES = 2000
"""Member galaxies that are figure."""
_CONTOUR_COLOURS = {0.5: "white", 1.0: "#ff7f50"}


def draw_convergence(report: QcReport) -> Picture:
    """The convergence in its own colours, with what is held against it."""
    kappa = report.inputs.kappa
    view = build_view(kappa.frame)
    data = view.subsample(kappa.data)
    figure = create_figure(ONE_PANEL)
    axes = figure.add_subplot()
    shown = view.show_pixels(axes, data, cmap="cividis", norm=build_colour_scale(data))
    figure.colorbar(
        shown, ax=axes, label=r"convergence $\kappa$ (dimensionless)", extend="max", shrink=0.8
    )
    handles = _draw_contours(axes, view, smooth_image(data, 1.5), LEVELS)
    handles += draw_critical_curve(axes, view, report)
    handles += _draw_marks(axes, report, view)
    draw_scale_bar(axes, view, report.inputs)
    draw_legend(figure, handles)
    draw_title(figure, report)
    return Picture(
        "kappa",
        "Convergence with contours, the critical curve, member galaxies, the peak of the smoothed "
        "map and the published centre. The colour scale ends at 99.5 % of the pixels.",
        f"Map of convergence, {kappa.frame.shape[1]} by {kappa.frame.shape[0]} pixels, north up "
        "and east to the left, with contours at 0.5 and 1.",
        *render_figure(figure),
    )


def _draw_contours(axes: Any, view: View, data: Floats, levels: tuple[float, ...]) -> list[Any]:
    """Draw contours of convergence; handles for the legend."""
    east, north = view.compute_axes()
    handles = []
    for level in levels:
        if not np.nanmin(data) < level < np.nanmax(data):
            continue
        colour = _CONTOUR_COLOURS.get(level, "white")
        axes.contour(east, north, data, levels=[level], colors=[colour], linewidths=1.3)
        handles.append(Line2D([], [], color=colour, lw=1.3, label=f"$\\kappa$ = {level:g}"))
    return handles


def _draw_marks(axes: Any, report: QcReport, view: View) -> list[Any]:
    """Published centre, peak and member galaxies; handles for the legend."""
    inputs, clumps = report.inputs, report.measurements.clumps
    handles: list[Any] = []
    members = inputs.members
    if members is not None and view.frame.is_on_sky:
        there = view.frame.is_inside(*view.frame.to_pixel(members.ra, members.dec))
        east, north = view.locate_sky(
            members.ra[there][:_MAX_GALAXIES], members.dec[there][:_MAX_GALAXIES]
        )
        handles += axes.plot(
            east, north, "o", ms=3.5, mfc="none", mec="#7fdfff", mew=0.7, label="member galaxies"
        )
    for clump in clumps[:1]:
        east, north = view.locate_pixel(clump.maximum.column, clump.maximum.row)
        handles += axes.plot(
            east, north, "x", ms=8, mew=1.8, color="#d62728", label="peak of the smoothed map"
        )
    if inputs.centres and view.frame.is_on_sky:
        ra, dec = np.array([(centre.ra, centre.dec) for centre in inputs.centres]).T
        east, north = view.locate_sky(ra, dec)
        handles += axes.plot(
            east, north, "+", ms=11, mew=1.6, color="#ff4fd8", label="published centre"
        )
    return handles


def draw_xray(report: QcReport) -> Picture | None:
    """X-ray contours over the convergence, each in its own frame."""
    image = report.inputs.maps.get("xray")
    kappa = report.inputs.kappa
    usable = (
        image is not None
        and not image.unusable_reason
        and image.frame.is_on_sky
        and kappa.frame.is_on_sky
    )
    if image is None or not usable:
        return None
    view = build_view(kappa.frame)
    gas = _resample_image(view, image.data, image.frame, report.inputs.smoothing_fwhm)
    if gas is None:
        return None
    figure = create_figure(ONE_PANEL)
    axes = figure.add_subplot()
    data = view.subsample(kappa.data)
    shown = view.show_pixels(axes, data, cmap="cividis", norm=build_colour_scale(data))
    figure.colorbar(
        shown, ax=axes, label=r"convergence $\kappa$ (dimensionless)", extend="max", shrink=0.8
    )
    handles = _draw_gas(axes, view, gas, report)
    draw_scale_bar(axes, view, report.inputs)
    draw_legend(figure, handles)
    draw_title(figure, report)
    return Picture(
        "xray",
        "X-ray surface brightness (smoothed; contours at 10, 20, 40, 60, 80 and 95 % from "
        "background to peak) over the convergence.",
        "Contours of the X-ray image over the map of convergence, north up and east to the left.",
        *render_figure(figure),
    )


def _resample_image(view: View, data: Floats, frame: MapFrame, fwhm: float) -> Floats | None:
    """An image on the pixels that are figure, by its nearest pixels after smoothing."""
    rows, columns = view.frame.shape
    row, column = np.mgrid[0 : rows : view.stride, 0 : columns : view.stride].astype(float)
    there = frame.to_pixel(*view.frame.to_sky(column, row))
    inside = frame.is_inside(*there) & np.isfinite(there[0])
    if not np.any(inside):
        return None
    coarse = min(max(1, int(fwhm / frame.pixel_scale / 4)), *data.shape)
    smoothed = smooth_image(average_blocks(data, coarse), 2 * fwhm / frame.pixel_scale / coarse)
    taken = np.full(inside.shape, np.nan)
    at = [(pixels[inside] + 0.5) // coarse for pixels in (there[1], there[0])]
    row_at, column_at = (
        np.clip(pixels.astype(int), 0, size - 1)
        for pixels, size in zip(at, smoothed.shape, strict=True)
    )
    taken[inside] = smoothed[row_at, column_at]
    return taken if np.nanmin(taken) < np.nanmax(taken) else None


def _draw_gas(axes: Any, view: View, gas: Floats, report: QcReport) -> list[Any]:
    east, north = view.compute_axes()
    low, high = float(np.nanpercentile(gas, 10)), float(np.nanmax(gas))
    levels = [low + part * (high - low) for part in (0.1, 0.2, 0.4, 0.6, 0.8, 0.95)]
    if low < high:
        axes.contour(east, north, gas, levels=levels, colors="white", linewidths=1.0)
    handles: list[Any] = [Line2D([], [], color="white", lw=1.0, label="X-ray")]
    found = report.measurements.gas
    if found is not None and not isinstance(found, str):
        for position, sign, name in ((found.peak, "^", "peak"), (found.centroid, "s", "centroid")):
            x, y = view.locate_sky(position.ra, position.dec)
            handles += axes.plot(
                x, y, sign, ms=7, mfc="none", mec="#ff7f50", mew=1.6, label=f"X-ray {name}"
            )
    return handles + _draw_mass_peak(axes, report, view)


def _draw_mass_peak(axes: Any, report: QcReport, view: View) -> list[Any]:
    top = report.measurements.clumps[0].maximum
    x, y = view.locate_pixel(top.column, top.row)
    return list(axes.plot(x, y, "x", ms=8, mew=1.8, color="#d62728", label=r"peak of $\kappa$"))
