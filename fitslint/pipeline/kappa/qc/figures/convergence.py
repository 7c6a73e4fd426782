"""The figure of the convergence: contours, member galaxies, peak and published centre."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from fitslint.pipeline.kappa.qc.assess import Assessment
from fitslint.pipeline.kappa.qc.contours import LEVELS
from fitslint.pipeline.kappa.qc.figures.drawing import (
    SQUARE,
    Picture,
    View,
    figure,
    legend,
    render,
    stretch,
    view,
)
from fitslint.pipeline.kappa.qc.figures.overlays import (
    draw_critical_curve,
    draw_scale_bar,
    entitle,
)
from fitslint.pipeline.kappa.qc.frame import Floats
from fitslint.pipeline.kappa.qc.image import smooth

_GALAXIES = 2000
"""Member galaxies that are drawn."""
_LINE = {0.5: "white", 1.0: "#ff7f50"}


def draw(assessment: Assessment) -> Picture:
    """The convergence in its own colours, with what is held against it."""
    kappa = assessment.evidence.kappa
    sight = view(kappa.frame)
    data = sight.thin(kappa.data)
    drawn = figure(SQUARE)
    axes = drawn.add_subplot()
    shown = sight.show(axes, data, cmap="cividis", norm=stretch(data))
    drawn.colorbar(
        shown, ax=axes, label=r"convergence $\kappa$ (dimensionless)", extend="max", shrink=0.8
    )
    handles = _contours(axes, sight, smooth(data, 1.5), LEVELS)
    handles += draw_critical_curve(axes, sight, assessment)
    handles += _marks(axes, assessment, sight)
    draw_scale_bar(axes, sight, assessment.evidence)
    legend(drawn, handles)
    entitle(drawn, assessment)
    return Picture(
        "kappa",
        "Convergence with contours, the critical curve, member galaxies, the peak of the smoothed "
        "map and the published centre. The colour scale ends at 99.5 % of the pixels.",
        f"Map of convergence, {kappa.frame.shape[1]} by {kappa.frame.shape[0]} pixels, north up "
        "and east to the left, with contours at 0.5 and 1.",
        *render(drawn),
    )


def _contours(axes: Any, sight: View, data: Floats, levels: tuple[float, ...]) -> list[Any]:
    """Draw contours of convergence; handles for the legend."""
    east, north = sight.axes()
    handles = []
    for level in levels:
        if not np.nanmin(data) < level < np.nanmax(data):
            continue
        colour = _LINE.get(level, "white")
        axes.contour(east, north, data, levels=[level], colors=[colour], linewidths=1.3)
        handles.append(Line2D([], [], color=colour, lw=1.3, label=f"$\\kappa$ = {level:g}"))
    return handles


def _marks(axes: Any, assessment: Assessment, sight: View) -> list[Any]:
    """Published centre, peak and member galaxies; handles for the legend."""
    evidence, clumps = assessment.evidence, assessment.measured.clumps
    handles: list[Any] = []
    members = evidence.members
    if members is not None and sight.frame.on_sky:
        there = sight.frame.inside(*sight.frame.to_pixel(members.ra, members.dec))
        east, north = sight.sky(members.ra[there][:_GALAXIES], members.dec[there][:_GALAXIES])
        handles += axes.plot(
            east, north, "o", ms=3.5, mfc="none", mec="#7fdfff", mew=0.7, label="member galaxies"
        )
    for one in clumps[:1]:
        east, north = sight.place(one.maximum.column, one.maximum.row)
        handles += axes.plot(
            east, north, "x", ms=8, mew=1.8, color="#d62728", label="peak of the smoothed map"
        )
    if evidence.centres and sight.frame.on_sky:
        ra, dec = np.array([(one.ra, one.dec) for one in evidence.centres]).T
        east, north = sight.sky(ra, dec)
        handles += axes.plot(
            east, north, "+", ms=11, mew=1.6, color="#ff4fd8", label="published centre"
        )
    return handles
