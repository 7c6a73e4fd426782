"""The figure of the convergence: contours, member galaxies, peak and published centre."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.contours import LEVELS
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
from fitslint.pipeline.kappa.qc.figures.overlays import (
    draw_critical_curve,
    draw_scale_bar,
    draw_title,
)
from fitslint.pipeline.kappa.qc.image import smooth_image
from fitslint.wcs.map_frame import Floats

_MAX_GALAXIES = 2000
"""Member galaxies that are drawn."""
_CONTOUR_COLOURS = {0.5: "white", 1.0: "#ff7f50"}


def draw_convergence(assessment: QcReport) -> Picture:
    """The convergence in its own colours, with what is held against it."""
    kappa = assessment.inputs.kappa
    sight = build_view(kappa.frame)
    data = sight.subsample(kappa.data)
    drawn = create_figure(ONE_PANEL)
    axes = drawn.add_subplot()
    shown = sight.show_pixels(axes, data, cmap="cividis", norm=build_colour_scale(data))
    drawn.colorbar(
        shown, ax=axes, label=r"convergence $\kappa$ (dimensionless)", extend="max", shrink=0.8
    )
    handles = _draw_contours(axes, sight, smooth_image(data, 1.5), LEVELS)
    handles += draw_critical_curve(axes, sight, assessment)
    handles += _draw_marks(axes, assessment, sight)
    draw_scale_bar(axes, sight, assessment.inputs)
    draw_legend(drawn, handles)
    draw_title(drawn, assessment)
    return Picture(
        "kappa",
        "Convergence with contours, the critical curve, member galaxies, the peak of the smoothed "
        "map and the published centre. The colour scale ends at 99.5 % of the pixels.",
        f"Map of convergence, {kappa.frame.shape[1]} by {kappa.frame.shape[0]} pixels, north up "
        "and east to the left, with contours at 0.5 and 1.",
        *render_figure(drawn),
    )


def _draw_contours(axes: Any, sight: View, data: Floats, levels: tuple[float, ...]) -> list[Any]:
    """Draw contours of convergence; handles for the legend."""
    east, north = sight.compute_axes()
    handles = []
    for level in levels:
        if not np.nanmin(data) < level < np.nanmax(data):
            continue
        colour = _CONTOUR_COLOURS.get(level, "white")
        axes.contour(east, north, data, levels=[level], colors=[colour], linewidths=1.3)
        handles.append(Line2D([], [], color=colour, lw=1.3, label=f"$\\kappa$ = {level:g}"))
    return handles


def _draw_marks(axes: Any, assessment: QcReport, sight: View) -> list[Any]:
    """Published centre, peak and member galaxies; handles for the legend."""
    evidence, clumps = assessment.inputs, assessment.measurements.clumps
    handles: list[Any] = []
    members = evidence.members
    if members is not None and sight.frame.is_on_sky:
        there = sight.frame.is_inside(*sight.frame.to_pixel(members.ra, members.dec))
        east, north = sight.locate_sky(
            members.ra[there][:_MAX_GALAXIES], members.dec[there][:_MAX_GALAXIES]
        )
        handles += axes.plot(
            east, north, "o", ms=3.5, mfc="none", mec="#7fdfff", mew=0.7, label="member galaxies"
        )
    for one in clumps[:1]:
        east, north = sight.locate_pixel(one.maximum.column, one.maximum.row)
        handles += axes.plot(
            east, north, "x", ms=8, mew=1.8, color="#d62728", label="peak of the smoothed map"
        )
    if evidence.centres and sight.frame.is_on_sky:
        ra, dec = np.array([(one.ra, one.dec) for one in evidence.centres]).T
        east, north = sight.locate_sky(ra, dec)
        handles += axes.plot(
            east, north, "+", ms=11, mew=1.6, color="#ff4fd8", label="published centre"
        )
    return handles
