"""The figure of the model band: median, relative width and profile."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from fitslint.pipeline.kappa.qc.assess import Assessment
from fitslint.pipeline.kappa.qc.band import Band
from fitslint.pipeline.kappa.qc.figures.drawing import WIDER, Picture, View, figure, render, stretch
from fitslint.pipeline.kappa.qc.figures.overlays import draw_scale_bar, entitle
from fitslint.pipeline.kappa.qc.frame import Floats

_DRAWN = 300
"""Pixels on the longer side of each map."""


def draw(assessment: Assessment) -> Picture | None:
    """Maps of the median and of the relative width, and the profile with its band."""
    found = assessment.measured.band
    if isinstance(found, str):
        return None
    drawn = figure(WIDER)
    left, middle, right = drawn.subplots(1, 3)
    thin = max(1, -(-max(found.median.shape) // _DRAWN))
    sight = View(found.frame, found.stride * thin)
    median = found.median[::thin, ::thin]
    width = np.where(found.median > 0.01, found.relative_width, np.nan)[::thin, ::thin]
    finite = width[np.isfinite(width)]
    top = float(np.percentile(finite, 99)) if finite.size else 1.0
    shown = sight.show(left, median, cmap="cividis", norm=stretch(median))
    drawn.colorbar(shown, ax=left, label=r"median of $\kappa$", extend="max", shrink=0.75)
    shown = sight.show(middle, width, cmap="viridis", vmin=0, vmax=top or 1.0)
    drawn.colorbar(
        shown, ax=middle, label="(p84 - p16) / (2 median)", extend="max", shrink=0.75
    )  # fmt: skip
    _profile(right, found, assessment)
    draw_scale_bar(left, sight, assessment.evidence)
    entitle(drawn, assessment)
    return Picture(
        "band",
        f"Band over {found.models} models ({found.source}): median, relative width, and azimuthal "
        "mean of median and of 16 and 84 % around the peak.",
        "Left: map of the median convergence of the models. Middle: map of the relative width of "
        "the band. Right: profile of convergence against radius with the band between 16 and 84 "
        "percent.",
        *render(drawn),
    )


def _profile(axes: Any, found: Band, assessment: Assessment) -> None:
    top = assessment.measured.clumps[0].maximum
    rows, columns = np.ogrid[: found.median.shape[0], : found.median.shape[1]]
    step = found.frame.scale * found.stride
    radius = np.hypot(
        columns - top.column / found.stride, rows - top.row / found.stride
    ) * step  # fmt: skip
    edges = np.linspace(0, min(found.median.shape) * step / 2, 33)
    bins = np.digitize(radius.ravel(), edges)
    middle = (edges[1:] + edges[:-1]) / 2
    edge = (found.low, found.median, found.high)
    low, median, high = (np.array(list(_means(one, bins, edges.size))) for one in edge)
    axes.fill_between(middle, low, high, color="#31688e", alpha=0.35, lw=0, label="16 to 84 %")
    axes.plot(middle, median, color="#31688e", lw=1.8, label="median")
    own = assessment.evidence.kappa.data[:: found.stride, :: found.stride]
    axes.plot(
        middle, list(_means(own, bins, edges.size)), "--", color="#d62728", lw=1.3, label="this map"
    )
    if np.nanmin(low) > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("radius from the peak (arcsec)")
    axes.set_ylabel(r"azimuthal mean of $\kappa$")
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8)


def _means(data: Floats, bins: Any, count: int) -> Iterator[float]:
    flat = data.ravel()
    for number in range(1, count):
        values = flat[(bins == number) & np.isfinite(flat)]
        yield float(values.mean()) if values.size else math.nan
