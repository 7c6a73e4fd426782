"""Pictures of images, ratios and curves of the Radioheliograph, west to the right."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.norh.beam import Beam, compute_beam
from fitslint.pipeline.norh.classify import CLASSES
from fitslint.pipeline.norh.errors import OutputError
from fitslint.pipeline.norh.heliographic import trace_grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fitslint.pipeline.norh.curve import Curves
    from fitslint.pipeline.norh.image import Floats, SolarImage
    from fitslint.pipeline.norh.ratios import Ratio
    from fitslint.pipeline.norh.series import CorrelationSeries

_SIZE = (7.2, 6.0)
_DPI = 150
_PICTURES = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
_CLASS_COLOURS = ("#303030", "#4c78a8", "#e45756", "#eeca3b", "#54a24b")
_PANELS = {
    "F17I": "flux (SFU)", "F17V": "flux (SFU)", "F34": "flux (SFU)", "RC": "polarisation r_c",
    "ALPHA": "spectral index",
}  # fmt: skip


def find_picture_form(path: str) -> str:
    """The form of a picture by its name.

    Raises
    ------
    OutputError
        when it is none of PNG, SVG and PDF.
    """
    form = _PICTURES.get(Path(path).suffix.lower())
    if form is None:
        raise OutputError("a picture ends in .png, .svg or .pdf", path=path)
    return form


def save_figure(figure: Figure, path: str) -> None:
    """Write a figure; the file is there completely or not at all.

    Raises
    ------
    OutputError
        when it cannot be written.
    """
    from fitslint.pipeline.page.figures import render_plot

    data = render_plot(figure, find_picture_form(path))
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(Path(path), data)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", path=path) from None


def _create_figure(size: tuple[float, float] = _SIZE) -> Figure:
    # matplotlib takes a second to load, and most commands draw nothing.
    from fitslint.pipeline.page.figures import create_figure

    return create_figure(size, _DPI)


def draw_brightness(image: SolarImage) -> Figure:
    """The image, the optical limb and the half-power contour of its beam."""
    figure = _create_figure()
    axes = figure.add_subplot()
    low = min(0.0, float(np.nanpercentile(image.values, 1)))
    high = float(np.nanmax(image.values))
    # Flares are a hundred times as bright as the disk: equal steps of the root show both.
    shown = show_pixels(
        axes, image, image.values, cmap="inferno", norm=_build_root_scale(low, high)
    )
    label = "brightness temperature (K)" if image.unit == "K" else f"{image.unit or 'ratio'}"
    figure.colorbar(shown, ax=axes, label=label, shrink=0.85)
    _finish(axes, image)
    _draw_beam_contour(axes, image, compute_beam(image))
    return figure


def draw_ratio(image: SolarImage, ratio: Ratio, name: str, limits: tuple[float, float]) -> Figure:
    """A ratio where it is valid, over contours of the image's brightness."""
    figure = _create_figure()
    axes = figure.add_subplot()
    axes.set_facecolor("#e4e4e4")
    colours = "RdBu_r" if limits[0] == -limits[1] else "viridis"
    masked = np.where(ratio.valid, ratio.values, np.nan)
    shown = show_pixels(axes, image, masked, cmap=colours, vmin=limits[0], vmax=limits[1])
    figure.colorbar(shown, ax=axes, label=name, extend="both", shrink=0.85)
    top = float(np.nanmax(image.values))
    if top > 0:
        axes.contour(
            image.x.coordinates, image.y.coordinates, image.values,
            levels=[top * part for part in (0.05, 0.2, 0.5, 0.8)], colors="black", linewidths=0.6,
        )  # fmt: skip
    _finish(axes, image)
    return figure


def draw_classes(image: SolarImage, classes: Any) -> Figure:
    """The classes of emission in a colour each."""
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    figure = _create_figure()
    axes = figure.add_subplot()
    norm = BoundaryNorm(np.arange(len(CLASSES) + 1) - 0.5, len(CLASSES))
    show_pixels(axes, image, classes, cmap=ListedColormap(_CLASS_COLOURS), norm=norm)
    _finish(axes, image)
    handles = [
        Patch(color=colour, label=name)
        for colour, name in zip(_CLASS_COLOURS, CLASSES, strict=True)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=8)
    return figure


def draw_beam_picture(beam: Beam, values: Floats, step: float, title: str) -> Figure:
    """A beam with its half-power contour."""
    figure = _create_figure()
    axes = figure.add_subplot()
    half = values.shape[0] / 2 * step
    extent = (-half, half, -half, half)
    shown = axes.imshow(values, origin="lower", extent=extent, cmap="cividis", vmin=0, vmax=1)
    _draw_half_power(axes, beam, (0.0, 0.0))
    figure.colorbar(shown, ax=axes, label="beam; half power in white", shrink=0.85)
    major, minor = beam.axes
    axes.set_title(
        f"{title}: {major:.2f} x {minor:.2f} arcsec, PA {beam.position_angle:.1f} deg", fontsize=9
    )
    axes.set_xlabel("west (arcsec)")
    axes.set_ylabel("north (arcsec)")
    return figure


def draw_grid(image: SolarImage, step: float, *, orthographic: bool = False) -> Figure:
    """The image with the meridians and parallels of the Sun."""
    figure = draw_brightness(image)
    axes = figure.axes[0]
    tilt = image.number("SOLB") or 0.0
    limits = axes.get_xlim(), axes.get_ylim()
    for name, at, _, _, x, y in trace_grid(image.radius, tilt, step, orthographic=orthographic):
        axes.plot(x, y, color="#7fd4ff", linewidth=1.2 if at == 0 else 0.5, alpha=0.8)
        label = f"{'W' if at > 0 else 'E'}{abs(at):g}" if name == "meridian" else f"{at:+g}"
        with np.errstate(invalid="ignore"):
            seen = (limits[0][0] < x) & (x < limits[0][1]) & (limits[1][0] < y) & (y < limits[1][1])
        inside = np.flatnonzero(seen)
        if inside.size and at:
            middle = int(inside[inside.size // 2])
            axes.text(x[middle], y[middle], label, color="#7fd4ff", fontsize=6)
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])
    return figure


def draw_curves(curves: Curves) -> Figure:
    """Fluxes, polarisation and spectral index in time; hollow where they are not valid."""
    names = [name for name in _PANELS if name in curves.columns]
    labels = list(dict.fromkeys(_PANELS[name] for name in names))
    figure = _create_figure((7.2, 1.2 + 2.0 * len(labels)))
    panels: Any = figure.subplots(len(labels), 1, sharex=True, squeeze=False)[:, 0]
    times: Any = curves.times
    for name in names:
        axes = panels[labels.index(_PANELS[name])]
        values = curves.columns[name]
        axes.plot(times, values, marker="o", markersize=3, fillstyle="none", linewidth=0.8,
                  label=name)  # fmt: skip
        flag = {"RC": "MVDP", "ALPHA": "MVDA"}.get(name)
        if flag is not None:
            good = np.where(curves.columns[flag].astype(bool), values, np.nan)
            axes.plot(times, good, "o", markersize=3, color=axes.lines[-1].get_color())
    for axes, label in zip(panels, labels, strict=True):
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
        if len(axes.get_legend_handles_labels()[1]) > 1:
            axes.legend(fontsize=8)
    _label_times(panels[-1])
    return figure


def draw_series(series: CorrelationSeries) -> Figure:
    """Correlations over time with a logarithmic axis; a line is not drawn across gaps."""
    from matplotlib import dates

    from fitslint.pipeline.norh.series import break_gaps

    seconds, values = break_gaps(series)
    zero = dates.date2num(series.start)  # type: ignore[no-untyped-call]
    figure = _create_figure((8, 4.5))
    axes = figure.add_subplot()
    for channel, line in zip(series.channels, values, strict=True):
        axes.plot(zero + seconds / 86400, np.where(line > 0, line, np.nan), lw=0.8, label=channel)
    axes.set_yscale("log")
    _label_times(axes)
    axes.set_ylabel("mean correlation")
    axes.set_title(f"NoRH {series.frequency}, {series.start:%Y-%m-%d}")
    axes.legend()
    return figure


def _label_times(axes: Any) -> None:
    from matplotlib import dates

    clock: Any = dates
    locator = clock.AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(clock.ConciseDateFormatter(locator))
    axes.set_xlabel("UT")


def _build_root_scale(low: float, high: float) -> Any:
    from matplotlib.colors import PowerNorm

    return PowerNorm(0.4, vmin=low, vmax=high if high > low else low + 1)


def show_pixels(axes: Any, image: SolarImage, values: Any, **how: Any) -> Any:
    """Draw pixels on their edges, west to the right and north up."""
    x, y = image.x, image.y
    extent = (
        float(x.locate(-0.5)), float(x.locate(x.size - 0.5)),
        float(y.locate(-0.5)), float(y.locate(y.size - 0.5)),
    )  # fmt: skip
    shown = axes.imshow(values, origin="lower", extent=extent, interpolation="nearest", **how)
    axes.set_xlim(min(extent[:2]), max(extent[:2]))
    axes.set_ylim(min(extent[2:]), max(extent[2:]))
    axes.set_xlabel("west (arcsec)")
    axes.set_ylabel("north (arcsec)")
    return shown


def _finish(axes: Any, image: SolarImage) -> None:
    """The limb of the Sun, and what the image is of."""
    draw_limb(axes, image)
    frequency, polarisation = image.kind
    axes.set_title(f"NoRH {frequency} {polarisation}  {image.middle:%Y-%m-%d %H:%M:%S} UT",
                   fontsize=10)  # fmt: skip


def draw_limb(axes: Any, image: SolarImage) -> None:
    """The limb of the Sun, where the header tells its radius."""
    radius = image.number("SOLR")
    if radius is not None:
        turn = np.linspace(0, 2 * math.pi, 721)
        axes.plot(
            radius * np.cos(turn), radius * np.sin(turn), color="#7fd4ff", linewidth=0.8,
            scalex=False, scaley=False,
        )  # fmt: skip


def _draw_beam_contour(axes: Any, image: SolarImage, beam: Beam) -> None:
    """The half-power ellipse in the lower left corner."""
    x, y = (min(axis.coordinates[[0, -1]]) + beam.axes[0] for axis in (image.x, image.y))
    _draw_half_power(axes, beam, (x, y))


def _draw_half_power(axes: Any, beam: Beam, centre: tuple[float, float]) -> None:
    from matplotlib.patches import Ellipse

    shape = Ellipse(
        centre, *beam.axes, angle=beam.angle, fill=False, edgecolor="white", linewidth=1.0
    )
    axes.add_patch(shape)
