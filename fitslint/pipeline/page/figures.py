"""Figures as they stand in a page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_DPI = 200
_UNDATED: dict[str, dict[str, None]] = {
    "png": {"Software": None}, "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None},
}  # fmt: skip
"""What matplotlib would write of the moment and itself."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of the page."""

    name: str
    caption: str
    alternative: str
    """What it shows, in words, for those who do not see it."""
    png: bytes
    svg: bytes


def create_figure(size: tuple[float, float], dpi: float = _DPI) -> Figure:
    """An empty figure of ``size`` inches, without a window."""
    figure = Figure(figsize=size, dpi=dpi, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def render_plot(figure: Figure, form: str) -> bytes:
    """The figure as a file of a form (png, svg, pdf), which is the same every time."""
    stream = io.BytesIO()
    with rc_context({"svg.hashsalt": "fitslint", "svg.fonttype": "path"}):
        figure.savefig(stream, format=form, metadata=_UNDATED[form])
    return stream.getvalue()


def render_png(figure: Figure) -> bytes:
    """The figure as a PNG file, which is the same every time."""
    return render_plot(figure, "png")


def render_figure(figure: Figure) -> tuple[bytes, bytes]:
    """The figure as a PNG and as an SVG file, which are the same every time."""
    return render_png(figure), render_plot(figure, "svg")


def draw_legend(figure: Figure, handles: list[Any]) -> None:
    """A legend below maps, on a ground on which white signs are seen."""
    if handles:
        figure.legend(
            handles=handles, loc="outside lower center", ncols=3, fontsize=8, facecolor="#303040",
            labelcolor="white", edgecolor="none", framealpha=1.0,
        )  # fmt: skip
