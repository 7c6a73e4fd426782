"""The figures of several maps: the band of models, and shear less that of the convergence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.band import ModelBand
from fitslint.pipeline.kappa.qc.figures.drawing import (
    THREE_PANELS,
    TWO_PANELS,
    View,
    build_colour_scale,
)
from fitslint.pipeline.kappa.qc.figures.overlays import (
    draw_scale_bar,
    draw_title,
    smooth_residual,
)
from fitslint.pipeline.page.figures import Picture, create_figure, render_figure
from fitslint.wcs.map_frame import Floats

_MAX_PIXELS = 300
"""Pixels on the longer side of each map."""


def draw_band(report: QcReport) -> Picture | None:
    """Maps of the median and of the relative width, and the profile with its band."""
    found = report.measurements.band
    if isinstance(found, str):
        return None
    figure = create_figure(THREE_PANELS)
    left, middle, right = figure.subplots(1, 3)
    thin = max(1, -(-max(found.median.shape) // _MAX_PIXELS))
    view = View(found.frame, found.stride * thin)
    median = found.median[::thin, ::thin]
    width = np.where(found.median > 0.01, found.relative_width, np.nan)[::thin, ::thin]
    finite = width[np.isfinite(width)]
    top = float(np.percentile(finite, 99)) if finite.size else 1.0
    shown = view.show_pixels(left, median, cmap="cividis", norm=build_colour_scale(median))
    figure.colorbar(shown, ax=left, label=r"median of $\kappa$", extend="max", shrink=0.75)
    shown = view.show_pixels(middle, width, cmap="viridis", vmin=0, vmax=top or 1.0)
    figure.colorbar(
        shown, ax=middle, label="(p84 - p16) / (2 median)", extend="max", shrink=0.75
    )  # fmt: skip
    _draw_profile(right, found, report)
    draw_scale_bar(left, view, report.inputs)
    draw_title(figure, report)
    return Picture(
        "band",
        f"Band over {found.model_count} models ({found.source}): median, relative width, and "
        "azimuthal mean of median and of 16 and 84 % around the peak.",
        "Left: map of the median convergence of the models. Middle: map of the relative width of "
        "the band. Right: profile of convergence against radius with the band between 16 and 84 "
        "percent.",
        *render_figure(figure),
    )


def _draw_profile(axes: Any, found: ModelBand, report: QcReport) -> None:
    top = report.measurements.clumps[0].maximum
    rows, columns = np.ogrid[: found.median.shape[0], : found.median.shape[1]]
    step = found.frame.pixel_scale * found.stride
    radius = np.hypot(
        columns - top.column / found.stride, rows - top.row / found.stride
    ) * step  # fmt: skip
    edges = np.linspace(0, min(found.median.shape) * step / 2, 33)
    bins = np.digitize(radius.ravel(), edges)
    middle = (edges[1:] + edges[:-1]) / 2
    edge = (found.low, found.median, found.high)
    low, median, high = (np.array(list(_compute_means(data, bins, edges.size))) for data in edge)
    axes.fill_between(middle, low, high, color="#31688e", alpha=0.35, lw=0, label="16 to 84 %")
    axes.plot(middle, median, color="#31688e", lw=1.8, label="median")
    own = report.inputs.kappa.data[:: found.stride, :: found.stride]
    axes.plot(
        middle,
        list(_compute_means(own, bins, edges.size)),
        "--",
        color="#d62728",
        lw=1.3,
        label="this map",
    )
    if np.nanmin(low) > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("radius from the peak (arcsec)")
    axes.set_ylabel(r"azimuthal mean of $\kappa$")
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8)


def _compute_means(data: Floats, bins: Any, count: int) -> Iterator[float]:
    flat = data.ravel()
    for number in range(1, count):
        values = flat[(bins == number) & np.isfinite(flat)]
        yield float(values.mean()) if values.size else math.nan


def draw_residuals(report: QcReport) -> Picture | None:
    """Shear less that of the convergence, both components, in the circle that is judged."""
    compared = report.measurements.shear
    if compared is None:
        return None
    frame = report.inputs.kappa.frame
    rows, columns = (
        slice(pixels.min(), pixels.max() + 1) for pixels in np.nonzero(compared.inside)
    )
    inside = compared.inside[rows, columns]
    residual = compared.residual[rows, columns]
    parts = [
        np.where(inside, smooth_residual(component), np.nan)
        for component in (residual.real, residual.imag)
    ]
    step = frame.pixel_scale * (frame.shape[0] // compared.residual.shape[0])
    half = inside.shape[1] * step / 2, inside.shape[0] * step / 2
    size = float(np.nanpercentile(np.abs(parts), 98)) or 1.0
    figure = create_figure(TWO_PANELS)
    panels = zip(figure.subplots(1, 2), parts, strict=True)
    for number, (axes, data) in enumerate(panels, 1):
        shown = axes.imshow(
            data, origin="lower", extent=(-half[0], half[0], -half[1], half[1]),
            interpolation="nearest", cmap="PuOr", vmin=-size, vmax=size,
        )  # fmt: skip
        name = rf"$\gamma_{number}$"
        figure.colorbar(shown, ax=axes, label=f"{name} residual", extend="both", shrink=0.8)
        axes.set_title(rf"{name} - Kaiser-Squires($\kappa$)", fontsize=10)
        axes.set_xlabel("along the rows of pixels (arcsec)")
        axes.set_ylabel("along the columns (arcsec)")
    draw_title(figure, report)
    return Picture(
        "residuals",
        "Shear less the shear of the convergence and of the mass outside the field, in the circle "
        "that is judged, along the axes of the pixels, smoothed by a pixel (Gaussian with a sigma "
        "of one). Galaxies smaller than a pixel leave dots.",
        "Two maps of the difference between the given shear and that of the convergence, for "
        "gamma1 and gamma2.",
        *render_figure(figure),
    )
