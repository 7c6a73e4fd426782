"""The figure of the model band: median, relative width and profile."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.band import ModelBand
from fitslint.pipeline.kappa.qc.figures.drawing import (
    THREE_PANELS,
    Picture,
    View,
    build_colour_scale,
    create_figure,
    render_figure,
)
from fitslint.pipeline.kappa.qc.figures.overlays import draw_scale_bar, draw_title
from fitslint.wcs.map_frame import Floats

_MAX_PIXELS = 300
"""Pixels on the longer side of each map."""


def draw_band(assessment: QcReport) -> Picture | None:
    """Maps of the median and of the relative width, and the profile with its band."""
    found = assessment.measurements.band
    if isinstance(found, str):
        return None
    drawn = create_figure(THREE_PANELS)
    left, middle, right = drawn.subplots(1, 3)
    thin = max(1, -(-max(found.median.shape) // _MAX_PIXELS))
    sight = View(found.frame, found.stride * thin)
    median = found.median[::thin, ::thin]
    width = np.where(found.median > 0.01, found.relative_width, np.nan)[::thin, ::thin]
    finite = width[np.isfinite(width)]
    top = float(np.percentile(finite, 99)) if finite.size else 1.0
    shown = sight.show_pixels(left, median, cmap="cividis", norm=build_colour_scale(median))
    drawn.colorbar(shown, ax=left, label=r"median of $\kappa$", extend="max", shrink=0.75)
    shown = sight.show_pixels(middle, width, cmap="viridis", vmin=0, vmax=top or 1.0)
    drawn.colorbar(
        shown, ax=middle, label="(p84 - p16) / (2 median)", extend="max", shrink=0.75
    )  # fmt: skip
    _draw_profile(right, found, assessment)
    draw_scale_bar(left, sight, assessment.inputs)
    draw_title(drawn, assessment)
    return Picture(
        "band",
        f"Band over {found.model_count} models ({found.source}): median, relative width, and azimuthal "
        "mean of median and of 16 and 84 % around the peak.",
        "Left: map of the median convergence of the models. Middle: map of the relative width of "
        "the band. Right: profile of convergence against radius with the band between 16 and 84 "
        "percent.",
        *render_figure(drawn),
    )


def _draw_profile(axes: Any, found: ModelBand, assessment: QcReport) -> None:
    top = assessment.measurements.clumps[0].maximum
    rows, columns = np.ogrid[: found.median.shape[0], : found.median.shape[1]]
    step = found.frame.pixel_scale * found.stride
    radius = np.hypot(
        columns - top.column / found.stride, rows - top.row / found.stride
    ) * step  # fmt: skip
    edges = np.linspace(0, min(found.median.shape) * step / 2, 33)
    bins = np.digitize(radius.ravel(), edges)
    middle = (edges[1:] + edges[:-1]) / 2
    edge = (found.low, found.median, found.high)
    low, median, high = (np.array(list(_compute_means(one, bins, edges.size))) for one in edge)
    axes.fill_between(middle, low, high, color="#31688e", alpha=0.35, lw=0, label="16 to 84 %")
    axes.plot(middle, median, color="#31688e", lw=1.8, label="median")
    own = assessment.inputs.kappa.data[:: found.stride, :: found.stride]
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
