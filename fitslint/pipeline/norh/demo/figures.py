"""The figures of the demonstration: what was simulated beside what was found."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import PowerNorm

from fitslint.pipeline.norh.image import SolarImage
from fitslint.pipeline.norh.plots import draw_limb, show_pixels
from fitslint.pipeline.norh.synthesis.array import Floats
from fitslint.pipeline.page.figures import Picture, create_figure, render_png

_THREE_PANELS = (13.5, 4.6)


def draw_synthesis(name: str, image: SolarImage, truth: Floats, caption: str) -> Picture:
    """The truth under the beam, the image, and what is left between them."""
    figure = create_figure(_THREE_PANELS)
    panels = figure.subplots(1, 3)
    high = float(truth.max())
    norm = PowerNorm(0.4, vmin=0, vmax=high)
    for axes, values, title in zip(panels, (truth, image.values), ("truth", "image"), strict=False):
        shown = show_pixels(axes, image, values, cmap="inferno", norm=norm)
        figure.colorbar(shown, ax=axes, shrink=0.8, label="K")
        axes.set_title(f"{title}, {image.frequency} {image.kind[1].upper()}", fontsize=10)
        draw_limb(axes, image)
    rest = image.values - truth
    top = float(np.percentile(np.abs(rest), 99.5)) or 1.0
    shown = show_pixels(panels[2], image, rest, cmap="PuOr", vmin=-top, vmax=top)
    figure.colorbar(shown, ax=panels[2], shrink=0.8, label="K", extend="both")
    draw_limb(panels[2], image)
    panels[2].set_title("image less truth", fontsize=10)
    alternative = (
        f"Three maps at {image.frequency}: the simulated brightness, the synthesized image, and "
        "their difference of some thousand kelvin."
    )
    return Picture(name, caption, alternative, render_png(figure), b"")


def draw_light_curve(
    seconds: Floats, found: dict[str, Floats], truth: dict[str, Floats], caption: str
) -> Picture:
    """Fluxes of the box, points over the lines of what was simulated."""
    figure = create_figure((8.5, 4.2))
    axes = figure.add_subplot()
    for column, colour in (("F17I", "#31688e"), ("F17V", "#35b779"), ("F34", "#d62728")):
        axes.plot(seconds, truth[column], color=colour, lw=1.3, label=f"{column}, simulated")
        axes.plot(seconds, found[column], "o", color=colour, ms=6, mfc="none", label="found")
    axes.set_xlabel("seconds from the first frame")
    axes.set_ylabel("flux density (SFU)")
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8, ncols=3)
    alternative = "Flux against time at 17 GHz in I and V and at 34 GHz; points on their lines."
    return Picture("curve", caption, alternative, render_png(figure), b"")
