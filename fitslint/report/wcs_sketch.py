"""The footprints that descriptions of coordinates give, over each other."""

from __future__ import annotations

import io
import math
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from fitslint.model.records import dataclass
from fitslint.report.escape import escape_text
from fitslint.report.wcs_report import FileCoordinates, WcsQuery
from fitslint.text import shorten
from fitslint.wcs.axes import WEST_SYSTEMS
from fitslint.wcs.compare import list_sample_pixels
from fitslint.wcs.summary import (
    STEPS_FORM,
    ImageDescription,
    Point,
    WcsSummary,
    list_outline,
    locate_icrs,
    name_description,
)

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_STYLES = ("-", "--", ":", "-.")
_FOOTPRINTS_MAX = 1000
_LEGEND_MAX = 14
_LABEL_MAX = 80
_DPI = 160
_TO_ICRS = ("RA", "G")
"""Systems that are brought to ICRS."""
_SCALES = (("deg", 1.0), ("arcmin", 60.0), ("arcsec", 3600.0))


@dataclass(frozen=True, slots=True)
class Footprint:
    """An outline on the sky: positions in degrees, None where it has none."""

    label: str
    outline: list[Point | None]
    first: Point | None
    """The corner of the first pixel."""
    system: str = ""
    """Of coordinates that cannot be brought to ICRS; empty for the others."""

    @property
    def runs_west(self) -> bool:
        """Whether its longitudes increase to the west."""
        return self.system in WEST_SYSTEMS


@dataclass(frozen=True, slots=True)
class SkyMark:
    """A position that is stated or asked for."""

    label: str
    position: Point


class WcsSketch:
    """Collects footprints of files, and draws them in one picture.

    Parameters
    ----------
    form : {"png", "svg"}
    """

    def __init__(self, form: str) -> None:
        self.form = form
        self.footprints: list[Footprint] = []
        self.marks: list[SkyMark] = []
        self.omitted = 0

    def add_file(self, file: FileCoordinates, query: WcsQuery) -> None:
        """Add what the headers of a file describe."""
        base = file.path.rpartition("/")[2] or file.path
        named = Counter(hdu.extname for hdu in file.hdus)
        for hdu in file.hdus:
            # one name may stand for several extensions
            several = f" ({hdu.number})" if named[hdu.extname] > 1 else ""
            name = f"{base} {hdu.extname}{several}" if hdu.extname else f"{base} {hdu.number}"
            for description in hdu.summary.descriptions:
                self._add_footprint(name, description, hdu.summary)
            for stated in hdu.summary.positions:
                self._add_mark(", ".join(stated.keywords), stated.position)
        for position in query.positions:
            if len(position) == 2 and abs(position[1]) <= 90:
                self._add_mark(f"{position[0]:.5f}, {position[1]:.5f}", position)

    def _add_footprint(self, name: str, description: ImageDescription, summary: WcsSummary) -> None:
        # what only CFITSIO takes is often 1 degree a pixel, beside which nothing else is seen
        is_step = description.form == STEPS_FORM and not description.holds
        outline = [] if is_step else list_outline(description)
        if not any(outline):
            return
        system = description.wcs.system if description.wcs else ""
        system = "" if system in _TO_ICRS else system
        # Images on the Sun and on the sky have no common frame: the first one is drawn.
        other = bool(self.footprints) and self.footprints[0].system != system
        if other or len(self.footprints) == _FOOTPRINTS_MAX:
            self.omitted += 1
            return
        label = f"{name}: {name_description(description)}"
        for pair in summary.disagreements:
            if pair.second == name_description(description):
                label += f" ({pair.distance.arcsec:.5g}″ from {pair.first})"
        corner = locate_icrs(description, list_sample_pixels(description.shape or (1, 1))[1])
        self.footprints.append(Footprint(_clean_label(label), outline, corner, system))

    def _add_mark(self, label: str, position: Point) -> None:
        if len(self.marks) < _LEGEND_MAX and all(mark.position != position for mark in self.marks):
            self.marks.append(SkyMark(_clean_label(label), position))

    def draw(self) -> bytes:
        """The picture; north is up and east to the left, also of the Sun."""
        plane = _SkyPlane(self.footprints)
        quiet: Any = {"svg.hashsalt": "fitslint", "svg.fonttype": "none", "text.parse_math": False}
        with rc_context(quiet), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a glyph that the font has not is no news
            figure = Figure(figsize=(7.2, 7.6), layout="constrained")
            FigureCanvasAgg(figure)
            axes = figure.add_subplot()
            for number, footprint in enumerate(self.footprints):
                _draw_footprint(axes, plane, footprint, number)
            # what headers state is on the sky
            for number, mark in enumerate(() if self.footprints[0].system else self.marks):
                _draw_mark(axes, plane, mark, number)
            self._finish(figure, axes, plane)
            stream = io.BytesIO()
            is_svg = self.form == "svg"
            metadata = {"Date": None, "Creator": None} if is_svg else {"Software": None}
            figure.savefig(stream, format=self.form, dpi=_DPI, metadata=metadata)
        return stream.getvalue()

    def _finish(self, figure: Figure, axes: Any, plane: _SkyPlane) -> None:
        axes.set_aspect("equal", adjustable="datalim")
        ra, dec = plane.centre
        if self.footprints[0].runs_west:
            axes.set_xlabel(f"longitude from {ra:.6f} deg, to the west ({plane.unit})")
        else:
            axes.invert_xaxis()
            axes.set_xlabel(f"east of {ra:.6f} deg ({plane.unit})")
        axes.set_ylabel(f"north of {dec:+.6f} deg ({plane.unit})")
        axes.grid(color="0.9", linewidth=0.6)
        axes.set_axisbelow(True)
        handles, labels = axes.get_legend_handles_labels()
        rest = max(0, len(handles) - _LEGEND_MAX) + self.omitted
        if rest > 0:
            what = "not named" if not self.omitted else "not named or drawn"
            axes.set_title(f"{rest} more are {what}", fontsize="small")
        figure.legend(
            handles[:_LEGEND_MAX], labels[:_LEGEND_MAX], loc="outside lower center",
            fontsize="small", frameon=False,
        )  # fmt: skip


class _SkyPlane:
    """Distance and direction from a centre as a plane: zenithal equidistant, for the whole sky."""

    def __init__(self, footprints: Sequence[Footprint]) -> None:
        points = [point for footprint in footprints for point in footprint.outline if point]
        vectors = [_to_vector(point) for point in points[:: max(1, len(points) // 2000)]]
        sums = [sum(parts) for parts in zip(*vectors, strict=True)]
        middle = sums if math.hypot(*sums) > 1e-6 * len(vectors) else list(vectors[0])
        self.centre = (
            math.degrees(math.atan2(middle[1], middle[0])) % 360.0,
            math.degrees(math.atan2(middle[2], math.hypot(middle[0], middle[1]))),
        )
        reach = max(math.hypot(*self._compute_offsets(point)) for point in points)
        self.unit, self._factor = next(
            (scale for scale in _SCALES if reach * scale[1] >= 2), _SCALES[-1]
        )

    def _compute_offsets(self, point: Point) -> tuple[float, float]:
        ra, dec = math.radians(point[0] - self.centre[0]), math.radians(point[1])
        up = math.radians(self.centre[1])
        east = math.cos(dec) * math.sin(ra)
        north = math.sin(dec) * math.cos(up) - math.cos(dec) * math.sin(up) * math.cos(ra)
        ahead = math.sin(dec) * math.sin(up) + math.cos(dec) * math.cos(up) * math.cos(ra)
        size = math.hypot(east, north)
        far = math.degrees(math.atan2(size, ahead)) / size if size else 0.0
        return east * far, north * far

    def project(self, point: Point) -> tuple[float, float]:
        """East and north of the centre, in :attr:`unit`."""
        x, y = self._compute_offsets(point)
        return x * self._factor, y * self._factor


def _to_vector(point: Point) -> tuple[float, float, float]:
    ra, dec = math.radians(point[0]), math.radians(point[1])
    return math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)


def _clean_label(text: str) -> str:
    # matplotlib leaves out of a legend what begins with an underscore
    return shorten(escape_text(text), _LABEL_MAX).lstrip("_")


def _split_runs(outline: Sequence[Point | None]) -> Iterator[list[Point]]:
    """The stretches of an outline that have positions."""
    run: list[Point] = []
    for point in (*outline, None):
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []


def _draw_footprint(axes: Any, plane: _SkyPlane, footprint: Footprint, number: int) -> None:
    how = {
        "color": _COLOURS[number % len(_COLOURS)],
        "linestyle": _STYLES[number % len(_STYLES)],
        "linewidth": 1.6,
    }
    label: str | None = footprint.label
    for run in _split_runs(footprint.outline):
        points = [plane.project(point) for point in run]
        axes.plot([x for x, _ in points], [y for _, y in points], label=label, **how)
        label = None
    if footprint.first is not None:
        x, y = plane.project(footprint.first)
        axes.plot([x], [y], marker="o", markersize=5, color=how["color"])


def _draw_mark(axes: Any, plane: _SkyPlane, mark: SkyMark, number: int) -> None:
    x, y = plane.project(mark.position)
    colour = _COLOURS[-1 - number % len(_COLOURS)]
    axes.plot([x], [y], marker="+", markersize=10, linestyle="none", color=colour, label=mark.label)
