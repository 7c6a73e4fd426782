"""The figures of the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap, PowerNorm
from matplotlib.lines import Line2D

from fitslint.pipeline.page.figures import Picture, create_figure, draw_legend, render_figure
from fitslint.pipeline.page.peaks import average_blocks, smooth_image
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.qc.peaks import SMOOTHING, Peaks, measure_scale
from fitslint.pipeline.xray.qc.products import Products, Values
from fitslint.pipeline.xray.qc.sources import SourceMatch
from fitslint.pipeline.xray.regions.frames import ImageGrid

_PEAK, _CENTROID, _MASS = "#ff5a5f", "#ffd166", "#5ef0c0"
_CURVE_INCHES = 1.9
_CURVES_MAX = 8
"""Light curves that are drawn."""
_CONTOURS = 6
_SHOWN_MAX = 700
"""Pixels on the longer side of what is drawn."""
_TWO_PANELS = (10.4, 4.9)


def draw_xray_figures(
    products: Products, match: SourceMatch | None, peaks: Peaks
) -> Iterator[Picture]:
    """All figures that can be drawn of what there is."""
    yield _draw_mosaic(products, match)
    yield _draw_bins(products)
    if any(observation.curve for observation in products.observations):
        yield _draw_curves(products)
    yield _draw_peaks(products, peaks)


def _show(axes: Any, data: Values, grid: ImageGrid, title: str, **how: Any) -> Any:
    """An image in arcmin from its middle, east to the left."""
    return _show_thinned(axes, data, average_blocks(data, _find_step(data)), grid, title, **how)


def _show_nearest(axes: Any, data: Values, grid: ImageGrid, title: str, **how: Any) -> Any:
    """Pixels that cannot be averaged."""
    step = _find_step(data)
    return _show_thinned(axes, data, data[::step, ::step], grid, title, **how)


def _find_step(data: Values) -> int:
    return max(1, -(-int(max(data.shape)) // _SHOWN_MAX))


def _show_thinned(
    axes: Any, data: Values, thinned: Values, grid: ImageGrid, title: str, **how: Any
) -> Any:
    half = measure_scale(grid) / 120
    rows, columns = (length * half for length in data.shape)
    shown = axes.imshow(thinned, origin="lower", extent=(columns, -columns, -rows, rows),
                        interpolation="nearest", **how)  # fmt: skip
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("east (arcmin)")
    axes.set_ylabel("north (arcmin)")
    return shown


def _place(grid: ImageGrid, shape: tuple[int, ...], place: tuple[float, ...]) -> Any:
    """Where a position of the sky is on the axes of `_show`."""
    x, y = grid.find_pixel(place[0], place[1], grid.frame)
    scale = measure_scale(grid) / 60
    return ((shape[1] + 1) / 2 - x) * scale, (y - (shape[0] + 1) / 2) * scale


def _build_norm(data: Values) -> Any:
    known = data[np.isfinite(data) & (data > 0)]
    high = float(np.percentile(known, 99.7)) if len(known) else 1.0
    return PowerNorm(0.5, vmin=0.0, vmax=high, clip=True)


def _list_ticks(norm: Any) -> Any:
    """Values that stand at equal distances on the bar of a norm of roots."""
    return norm.vmax * np.linspace(0, 1, 5) ** 2


def _draw_mosaic(products: Products, match: SourceMatch | None) -> Picture:
    figure = create_figure((10.4, 3.2))
    grid, exposure = products.grid, products.exposure
    counts = products.counts.values
    smoothed = smooth_image(counts, 4.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        flux = np.where(exposure > 0.015 * np.nanmax(exposure), smoothed / exposure, np.nan)
    panels = ((smoothed, "counts", "magma"), (exposure, "exposure", "viridis"),
              (flux, "flux", "magma"))  # fmt: skip
    for axes, (data, name, colours) in zip(figure.subplots(1, 3), panels, strict=True):
        norm = None if name == "exposure" else _build_norm(data)
        shown = _show(axes, data, grid, name, cmap=colours, norm=norm)
        ticks = None if norm is None else _list_ticks(norm)
        figure.colorbar(shown, ax=axes, shrink=0.6, format="%.2g", ticks=ticks)
        if name == "counts":
            _mark_sources(axes, products, match)
    handles = [Line2D([], [], color="#7fd6ff", marker="o", fillstyle="none", linestyle="",
                      label="taken out")]  # fmt: skip
    if match is not None:
        handles.append(Line2D([], [], color="white", marker="+", linestyle="", label="known"))
    draw_legend(figure, handles)
    return Picture(
        "mosaic",
        "The mosaic: photons and flux smoothed by 4 pixels, and the exposure. Circles are sources "
        "that were taken out" + ("; crosses are known ones." if match else "."),
        "Three maps of the same field: counts, exposure and flux.", *render_figure(figure),
    )  # fmt: skip


def _mark_sources(axes: Any, products: Products, match: SourceMatch | None) -> None:
    grid, shape = products.grid, products.counts.values.shape
    places = [
        _place(grid, shape, grid.convert(one, grid.frame).numbers[:2])
        for one in products.sources if one.numbers
    ]  # fmt: skip
    if places:
        axes.plot(*zip(*places, strict=True), "o", color="#7fd6ff", fillstyle="none", ms=5, mew=0.7)
    if match is not None and match.known:
        known = [_place(grid, shape, place) for place in match.known]
        axes.plot(*zip(*known, strict=True), "+", color="white", ms=5, mew=0.7)


def _draw_bins(products: Products) -> Picture:
    figure = create_figure(_TWO_PANELS)
    left, right = figure.subplots(1, 2)
    numbers, grid = products.numbers, products.bin_grid
    many = int(numbers.max()) + 1
    colours = np.random.default_rng(2006).permutation(many) / max(many, 1)
    shuffled = np.where(numbers >= 0, colours[numbers], np.nan)
    _show_nearest(left, shuffled, grid, f"{many} bins", cmap="turbo")
    sn = np.where(numbers >= 0, products.measure_true_sn()[numbers], np.nan)
    shown = _show_nearest(right, sn, grid, "signal to noise of the photons", cmap="viridis")
    figure.colorbar(shown, ax=right, shrink=0.8)
    return Picture(
        "bins",
        "The bins, in colours that tell neighbours apart, and the signal to noise of the photons "
        f"of each. {products.config.sn:g} was asked for of the scaled image.",
        f"A map of {many} bins and a map of their signal to noise.", *render_figure(figure),
    )  # fmt: skip


def _draw_curves(products: Products) -> Picture:
    drawn = [one for one in products.observations if one.curve][:_CURVES_MAX]
    figure = create_figure((10.4, 0.7 + _CURVE_INCHES * len(drawn)))
    for axes, one in zip(np.atleast_1d(figure.subplots(len(drawn), 1)), drawn, strict=True):
        curve, quiet = one.curve, one.is_quiet
        hours = (curve["TIME"] - curve["TIME"][0]) / 1000 if len(quiet) else curve["TIME"]
        for mask, colour, name in ((quiet, "#1f5fa8", "kept"), (~quiet, "#c62f2d", "taken out")):
            axes.errorbar(hours[mask], curve["COUNT_RATE"][mask], curve["COUNT_RATE_ERR"][mask],
                          fmt=".", ms=4, lw=0.8, color=colour, label=name)  # fmt: skip
        axes.set_ylabel("counts / s")
        axes.set_title(f"observation {one.obs_id}", fontsize=10, loc="left")
        axes.legend(fontsize=8, loc="upper right", framealpha=0.8)
        axes.margins(x=0.01)
    axes.set_xlabel("time (ks)")
    return Picture(
        "lightcurve",
        "Light curves without point sources; red bins are flares, which were taken out.",
        f"Light curves of {len(drawn)} observations: counts a second in bins of time.",
        *render_figure(figure),
    )  # fmt: skip


def _draw_peaks(products: Products, peaks: Peaks) -> Picture:
    figure = create_figure((7.4, 6.4))
    axes = figure.subplots()
    grid, shape = products.bin_grid, products.flux.values.shape
    data = np.where(products.mask > 0, products.flux.values, np.nan)
    smoothed = smooth_image(data, SMOOTHING / measure_scale(grid))
    norm = _build_norm(smoothed)
    shown = _show(axes, smoothed, grid, "", cmap="magma", norm=norm)
    figure.colorbar(
        shown, ax=axes, shrink=0.8, label="flux, scaled to counts", format="%.2g",
        ticks=_list_ticks(norm),
    )  # fmt: skip
    marks = [("x", _PEAK, "peak of the gas", peaks.peak),
             ("o", _CENTROID, "centroid of the gas", peaks.centroid)]  # fmt: skip
    if peaks.kappa is not None:
        _draw_mass(axes, products)
        marks.append(("+", _MASS, "peak of the mass", peaks.kappa))
    for sign, colour, name, place in marks:
        axes.plot(*_place(grid, shape, place), sign, color=colour, ms=9, mew=1.6,
                  fillstyle="none", label=name, linestyle="")  # fmt: skip
    draw_legend(figure, axes.get_legend_handles_labels()[0])
    mass = "; the contours are the convergence" if peaks.kappa is not None else ""
    return Picture(
        "peaks", f"The flux smoothed by {SMOOTHING:g} arcsec, its peak and centroid{mass}.",
        "A map of the smoothed flux in which its peak and its centroid are marked.",
        *render_figure(figure),
    )  # fmt: skip


def _draw_mass(axes: Any, products: Products) -> None:
    """Contours of the convergence, each pixel put where it is on the sky."""
    image = read_pixels(str(products.config.kappa))
    theirs, ours = ImageGrid(image.header), products.bin_grid
    shape, thin = products.flux.values.shape, max(1, max(image.values.shape) // 120)
    data = average_blocks(image.values, thin)
    rows, columns = data.shape
    x, y = np.empty(data.shape), np.empty(data.shape)
    for row in range(rows):
        for column in range(columns):
            middle = ((column + 0.5) * thin + 0.5, (row + 0.5) * thin + 0.5)
            place = theirs.find_position(*middle, theirs.frame)
            x[row, column], y[row, column] = _place(ours, shape, place)
    limits = axes.get_xlim(), axes.get_ylim()
    levels = np.quantile(data[np.isfinite(data)], np.linspace(0.5, 0.99, _CONTOURS))
    axes.contour(x, y, data, levels=np.unique(levels), cmap=ListedColormap([_MASS]), linewidths=0.8)
    axes.set_xlim(*limits[0])
    axes.set_ylim(*limits[1])
