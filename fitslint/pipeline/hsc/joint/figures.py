"""The eight pictures of a solution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.camera import CHIP_SHAPE
from fitslint.pipeline.hsc.joint.comparison import MeasurementTable
from fitslint.pipeline.hsc.joint.solve import JointSolution
from fitslint.pipeline.page.figures import create_figure, render_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
_ARROWS_MAX = 2500
_POINTS_MAX = 60_000
_GRID = 160
_EXTERNAL, _INTERNAL = "tab:green", "tab:red"
_LIMIT = 0.1
"""Arcsec that scatter plots reach."""
_DPI = 80


def draw_solution(solution: JointSolution, table: MeasurementTable) -> Iterator[tuple[str, bytes]]:
    """Names and PNG images: three of every visit, five of all."""
    for at, visit in enumerate(solution.exposures.visits):
        yield f"ResPosArrow2D_{visit}", _draw_arrows(solution, table, at)
        if solution.fluxes is not None:
            yield f"fcont_{visit}", _draw_surface(solution, at)
        yield f"jcont_{visit}", _draw_area(solution, at)
    yield "ResPosScatter", _draw_scatter(table)
    yield "PosDPos", _draw_trends(table)
    if solution.fluxes is not None:
        yield "MdM", _draw_magnitudes(table)
        yield "ResFlux", _draw_fluxes(solution, table)
        yield "DFlux2D", _draw_flux_map(table)


def _open(width: float = 8, height: float = 8) -> Figure:
    return create_figure((width, height), _DPI)


def _thin(rows: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """At most so many of the rows, evenly."""
    found = np.flatnonzero(rows)
    return found[:: max(1, -(-len(found) // most))]


def _outline_chips(axes: Axes, solution: JointSolution) -> None:
    from matplotlib.collections import PolyCollection

    chips = solution.positions.chips
    x = np.array([-0.5, CHIP_SHAPE[0] - 0.5, CHIP_SHAPE[0] - 0.5, -0.5])
    y = np.array([-0.5, -0.5, CHIP_SHAPE[1] - 0.5, CHIP_SHAPE[1] - 0.5])
    outlines = []
    for at, number in enumerate(chips.numbers):
        u, v = chips.project(np.full(4, at), x, y)
        outlines.append(np.stack([u, v], axis=1))
        u0, v0 = chips.centre[at]
        axes.text(u0, v0, str(number), ha="center", va="center", fontsize=6, color="0.5")
    drawn = PolyCollection(outlines, facecolors="none", edgecolors="0.75", linewidths=0.5)
    axes.add_collection(drawn)
    reach = solution.positions.scale * 1.02
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.set(xlabel="u [pixel]", ylabel="v [pixel]")


def _draw_arrows(solution: JointSolution, table: MeasurementTable, at: int) -> bytes:
    figure = _open()
    axes = figure.subplots()
    _outline_chips(axes, solution)
    reach, arrows = solution.positions.scale, None
    for matched, color in ((True, _EXTERNAL), (False, _INTERNAL)):
        rows = _thin((table.visit == at) & table.good & (table.is_matched == matched), _ARROWS_MAX)
        xi, eta = table.offsets[rows].T
        scale = _LIMIT / (reach * 0.08)
        drawn = axes.quiver(
            table.u[rows], table.v[rows], xi, eta, color=color, angles="uv", scale=scale,
            scale_units="x", width=0.001,
        )  # fmt: skip
        arrows = drawn if arrows is None else arrows
    if arrows is not None:
        axes.quiverkey(arrows, 0.9, 0.97, _LIMIT, f"{_LIMIT} arcsec", labelpos="W")
    axes.set_title(f"visit {solution.exposures.visits[at]}: green catalogue, red other visits")
    return render_png(figure)


def _make_grid(solution: JointSolution) -> tuple[Array, Array, NDArray[np.bool_]]:
    reach = solution.positions.scale
    u, v = np.meshgrid(*[np.linspace(-reach, reach, _GRID)] * 2)
    centre = solution.positions.chips.centre
    farthest = np.max(np.hypot(*centre.T)) + np.hypot(*CHIP_SHAPE) / 2
    return u, v, np.hypot(u, v) <= min(farthest, reach)


def _draw_contours(solution: JointSolution, values: Array, levels: Array, title: str) -> bytes:
    u, v, inside = _make_grid(solution)
    figure = _open(9, 8)
    axes = figure.subplots()
    shown = np.ma.masked_where(~inside, values.reshape(u.shape))
    filled = axes.contourf(u, v, shown, levels=levels, extend="both")
    figure.colorbar(filled, ax=axes)
    _outline_chips(axes, solution)
    axes.set_title(title)
    return render_png(figure)


def _draw_surface(solution: JointSolution, at: int) -> bytes:
    u, v, _ = _make_grid(solution)
    fluxes, limit = solution.fluxes, 1.0
    if fluxes is None:
        return b""
    inside = [np.clip(part.ravel(), -fluxes.scale * limit, fluxes.scale * limit) for part in (u, v)]
    values = 10 ** (-0.4 * fluxes.evaluate(at, *inside))
    title = f"visit {solution.exposures.visits[at]}: flux correction"
    return _draw_contours(solution, values, np.linspace(0.75, 1.25, 41), title)


def _draw_area(solution: JointSolution, at: int) -> bytes:
    u, v, _ = _make_grid(solution)
    values = solution.positions.find_area(at, u.ravel(), v.ravel())
    title = f"visit {solution.exposures.visits[at]}: area of pixels"
    return _draw_contours(solution, values, np.linspace(0.81, 1.02, 36), title)


def _draw_scatter(table: MeasurementTable) -> bytes:
    figure = _open()
    grid = figure.add_gridspec(2, 2, width_ratios=(3, 1), height_ratios=(1, 3))
    axes = figure.add_subplot(grid[1, 0])
    top, side = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 1])
    words = []
    bins = np.linspace(-_LIMIT, _LIMIT, 81).tolist()
    everything = np.ones_like(table.is_matched)
    groups: list[tuple[str, NDArray[np.bool_], str]] = [
        ("all", everything, "0.3"), ("catalogue", table.is_matched, _EXTERNAL),
        ("internal", ~table.is_matched, _INTERNAL),
    ]  # fmt: skip
    for name, chosen, color in groups:
        rows = chosen & table.good
        xi, eta = table.offsets[rows].T
        if not len(xi):
            continue
        words.append(f"{name}: {np.std(xi) * 1e3:.1f}, {np.std(eta) * 1e3:.1f} mas")
        if name != "all":
            few = _thin(rows, _POINTS_MAX)
            axes.plot(*table.offsets[few].T, ",", color=color, rasterized=True)
        top.hist(xi, bins, histtype="step", color=color)
        side.hist(eta, bins, histtype="step", color=color, orientation="horizontal")
    axes.set(xlim=(-_LIMIT, _LIMIT), ylim=(-_LIMIT, _LIMIT))
    axes.set(xlabel="xi: measured - star [arcsec]", ylabel="eta: measured - star [arcsec]")
    figure.suptitle("standard deviations, " + "; ".join(words), fontsize=9)
    return render_png(figure)


def _draw_trends(table: MeasurementTable) -> bytes:
    figure = _open(10, 8)
    panels = figure.subplots(2, 2)
    rows = _thin(table.good, _POINTS_MAX)
    for row, name in enumerate(("xi", "eta")):
        for column, along in enumerate(("xi", "eta")):
            axes = panels[row, column]
            axes.plot(table.fitted[rows, column], table.offsets[rows, row], ",", color="tab:blue")
            axes.axhline(0, color="0.5", linewidth=0.5)
            axes.set(xlabel=f"{along} [deg]", ylabel=f"residual in {name} [arcsec]")
            axes.set_ylim(-_LIMIT, _LIMIT)
    return render_png(figure)


def _draw_magnitudes(table: MeasurementTable) -> bytes:
    figure = _open(9, 6)
    axes = figure.subplots()
    for matched, color, name in (
        (False, _INTERNAL, "not matched, about their mean"), (True, _EXTERNAL, "catalogue"),
    ):  # fmt: skip
        known = np.isfinite(table.catalogue_mag) == matched
        rows = _thin(known & table.flux_good & np.isfinite(table.mag), _POINTS_MAX)
        axes.plot(table.mag[rows], table.flux_offsets[rows], ",", color=color)
        axes.plot([], [], "s", color=color, label=name)
    axes.set(xlabel="magnitude", ylabel="measured - star [mag]", ylim=(-0.3, 0.3))
    axes.legend(loc="upper left")
    return render_png(figure)


def _draw_fluxes(solution: JointSolution, table: MeasurementTable) -> bytes:
    figure = _open(10, 8)
    panels = figure.subplots(2, 2)
    rows = table.flux_good & np.isfinite(table.flux_offsets)
    off = table.flux_offsets[rows]
    panels[0, 0].hist(off, np.linspace(-0.2, 0.2, 81).tolist(), histtype="step")
    panels[0, 0].set(xlabel="measured - star [mag]", ylabel="measurements")
    panels[0, 0].set_title(f"standard deviation {np.std(off) * 1e3:.1f} mmag", fontsize=9)
    chips = solution.positions.chips
    by_chip = _average(table.chip[rows], off, len(chips.numbers))
    by_visit = _average(table.visit[rows], off, len(solution.exposures.visits))
    panels[0, 1].plot(np.hypot(*chips.centre.T), by_chip, "o", markersize=3)
    panels[0, 1].set(xlabel="radius [pixel]", ylabel="mean of a chip [mag]")
    panels[1, 0].plot(range(len(by_visit)), by_visit, "o")
    panels[1, 0].set(xlabel="visit, in their order", ylabel="mean of a visit [mag]")
    panels[1, 1].plot(chips.numbers, by_chip, "o", markersize=3)
    panels[1, 1].set(xlabel="chip", ylabel="mean of a chip [mag]")
    return render_png(figure)


def _average(groups: NDArray[np.int64], values: Array, count: int) -> Array:
    sums = np.bincount(groups, values, count)
    return np.asarray(sums / np.maximum(np.bincount(groups, minlength=count), 1))


def _draw_flux_map(table: MeasurementTable) -> bytes:
    figure = _open()
    axes = figure.subplots()
    off = table.flux_offsets
    rows = _thin(table.flux_good & np.isfinite(off), _POINTS_MAX // 3)
    colors: Any = np.where(off[rows] > 0, "tab:blue", "tab:red")
    size = np.abs(off[rows]) * 300
    axes.scatter(table.u[rows], table.v[rows], s=size, c=colors, alpha=0.4, linewidths=0)
    axes.set(xlabel="u [pixel]", ylabel="v [pixel]", aspect="equal")
    axes.set_title("blue: fainter than the star, red: brighter; area by how much")
    return render_png(figure)
