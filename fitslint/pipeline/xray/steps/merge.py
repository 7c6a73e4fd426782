"""Step 4: observations on one tangent plane: events, counts, exposure and flux."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.acis.bands import Band
from fitslint.pipeline.xray.acis.geometry import CHIP_SIZE
from fitslint.pipeline.xray.errors import XrayError, explain_writing
from fitslint.pipeline.xray.events.cards import EVENT_KEYWORDS, read_observation
from fitslint.pipeline.xray.events.event_file import Chunk
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.events.writer import EventWriter, write_events
from fitslint.pipeline.xray.images import ImageFrame, write_flux_images
from fitslint.pipeline.xray.merge_keywords import MERGED, merge_cards, unite_good_time
from fitslint.pipeline.xray.regions.shapes import Shape
from fitslint.pipeline.xray.regions.write import format_regions
from fitslint.pipeline.xray.sky import SkyBox, SkyPlane
from fitslint.pipeline.xray.steps.observation import (
    ObservationFiles,
    ObservedField,
    describe_exposure,
    open_observation,
)
from fitslint.pipeline.xray.steps.reprocess import describe_event_list, list_event_columns
from fitslint.pipeline.xray.steps.result import StepResult
from fitslint.products.result import ConformResult

SAME_PLANE = 0.05 / 3600
"""Degrees between tangent points up to which nothing is reprojected."""
_APART_MAX = 1.0
"""Degrees between an observation and the middle of the mosaic that are still one field."""
_EDGE_POINTS = np.array([0.5, CHIP_SIZE + 0.5])


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """What is merged, and how.

    Attributes
    ----------
    observations : tuple of ObservationFiles
        of step 3.
    output : Path
        folder.
    band : Band
    bin_size : float
        sky pixels of a pixel.
    reference : (float, float), optional
        tangent point in degrees; by default the mean of the nominal positions.
    facts : mapping
        redshift, cosmology and the like, as for :func:`fitslint.conform`.
    has_events : bool
        whether the merged events and the outlines are written as well.
    """

    observations: tuple[ObservationFiles, ...]
    output: Path
    band: Band
    bin_size: float = 1.0
    reference: tuple[float, float] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    has_events: bool = True


def merge_observations(request: MergeRequest, progress: Progress | None = None) -> StepResult:
    """Write the merged events, and counts, exposure and flux of all observations together.

    Raises
    ------
    XrayError
        when an observation cannot be read, they are far apart or at the same time, nothing is in
        the band, or a file cannot be written.
    ProductError
        when a header would contradict itself.
    """
    if not request.observations:
        raise XrayError("no observation is given")
    with ExitStack() as stack:
        observed = [
            stack.enter_context(open_observation(files, request.band))
            for files in request.observations
        ]
        mosaic = _Mosaic(request, observed)
        counts = mosaic.count_events(progress)
        maps = mosaic.write_maps(counts)
        fov = request.output / "merged_fov.reg"
        if request.has_events:
            with explain_writing(fov):
                write_atomic(fov, format_regions(mosaic.list_outlines()).encode())
        paths = tuple(Path(one.path) for one in maps)
        if request.has_events:
            paths = (mosaic.events_path, *paths, fov)
        notes = [note for one in observed for note in one.notes] + list(mosaic.notes)
        return StepResult(paths, maps, tuple(notes), mosaic.numbers)


def choose_plane(
    planes: Sequence[SkyPlane], reference: tuple[float, float] | None = None
) -> SkyPlane:
    """The tangent plane of a mosaic.

    It is that of the first observation where all are within 0.05 arcsec.

    Raises
    ------
    XrayError
        when an observation is farther from it than a field is wide.
    """
    if reference is None and all(one.measure_distance(planes[0]) < SAME_PLANE for one in planes):
        return planes[0]
    if reference is None:
        mean = np.mean([one.axes[0] for one in planes], axis=0)
        length = float(np.linalg.norm(mean))
        if not length > 0:
            raise XrayError("the observations are on opposite sides of the sky")
        ra, dec = np.degrees([np.arctan2(mean[1], mean[0]), np.arcsin(mean[2] / length)])
        plane = SkyPlane(float(ra) % 360, float(dec))
    else:
        plane = SkyPlane(reference[0] % 360, reference[1])
    apart = max(one.measure_distance(plane) for one in planes)
    if apart > _APART_MAX:
        raise XrayError(
            f"an observation is {apart:.2f} degrees from the middle of the mosaic at "
            f"{plane.ra:.4f}, {plane.dec:.4f}; up to {_APART_MAX:g} degree makes one image"
        )
    return plane


class _Mosaic:
    """The field that several observations make."""

    def __init__(self, request: MergeRequest, observed: Sequence[ObservedField]) -> None:
        self._request = request
        self._observed = observed
        self._plane = choose_plane([one.model.plane for one in observed], request.reference)
        good = [one.events.good for one in observed]
        self._good: Intervals = unite_good_time(good)
        several = [read_observation(one.events.header, EVENT_KEYWORDS) for one in observed]
        live = [one.model.live_fraction for one in observed]
        self._cards: dict[str, Any] = merge_cards(several, good, live) | {
            "RA_NOM": self._plane.ra,
            "DEC_NOM": self._plane.dec,
        }
        self._box = self._find_box()
        self.events_path = request.output / "merged_evt.fits"
        self.numbers: dict[str, float] = {}
        self.notes: list[str] = []
        if len({one.array for one in observed}) > 1:
            self.notes.append(
                "the observations are of ACIS-I and of ACIS-S; each gives its own chips"
            )

    def _find_box(self) -> SkyBox:
        """The smallest image that holds all observations."""
        size = self._request.bin_size
        boxes = [one.model.find_box(self._plane, size) for one in self._observed]
        x_low, y_low = min(one.x_low for one in boxes), min(one.y_low for one in boxes)
        x_high = max(one.x_low + one.columns * size for one in boxes)
        y_high = max(one.y_low + one.rows * size for one in boxes)
        columns, rows = round((x_high - x_low) / size), round((y_high - y_low) / size)
        return SkyBox(x_low, y_low, columns, rows, size)

    def count_events(self, progress: Progress | None) -> NDArray[np.int64]:
        """The counts of every pixel; the events are written on the common plane."""
        counts = np.zeros(self._box.shape, np.int64)
        read, in_band = 0, 0
        total = sum(one.events.table.rows for one in self._observed)
        with self._open_writer() if self._request.has_events else nullcontext() as writer:
            for chunk in chain.from_iterable(map(self._iterate, self._observed)):
                if writer is not None:
                    writer.append(chunk)
                kept = self._request.band.select(chunk["ENERGY"])
                counts += self._box.count(chunk["X"][kept], chunk["Y"][kept])
                in_band += int(np.count_nonzero(kept))
                read += len(kept)
                if progress is not None:
                    progress(min(read, total), total)
            if not counts.any():
                raise XrayError("no event is in the band", path=self._observed[0].events.path)
        self.numbers |= {"events": read, "in_band": in_band}
        return counts

    def _open_writer(self) -> AbstractContextManager[EventWriter]:
        has_chips = all(one.events.has_chip_pixels for one in self._observed)
        columns = list_event_columns(self._plane, has_chips=has_chips)
        cards = {**self._cards, **describe_event_list(self._good, self._cards["DTCOR"])}
        return write_events(self.events_path, columns, cards, self._good)

    def _iterate(self, one: ObservedField) -> Iterator[Chunk]:
        """The events of an observation on its array, on the common plane."""
        for chunk in one.events.iterate("CHIPX", "CHIPY", "PI", "GRADE", "STATUS"):
            kept = np.isin(chunk["CCD_ID"], one.chips) & one.events.good.select(chunk["TIME"])
            chosen = {name: values[kept] for name, values in chunk.items()}
            chosen["X"], chosen["Y"] = one.model.plane.reproject(
                chosen["X"].astype(np.float64), chosen["Y"].astype(np.float64), self._plane
            )
            yield chosen

    def write_maps(self, counts: NDArray[np.int64]) -> tuple[ConformResult, ...]:
        """Counts, exposure and flux where the exposure is more than `EXPOSURE_CUT`."""
        exposure = np.zeros(self._box.shape)
        for one in self._observed:
            exposure += one.model.compute(self._box, self._plane)
        told = [describe_exposure(one) for one in self._observed]
        shared = {
            name: value if all(one[name] == value for one in told) else MERGED
            for name, value in told[0].items()
        }
        chips = tuple(sorted({chip for one in self._observed for chip in one.chips}))
        request = self._request
        frame = ImageFrame(
            self._box, self._plane, request.band, self._cards, self._good, chips, request.facts
        )
        made = write_flux_images(
            request.output, request.band.name, counts, exposure, frame, **shared
        )
        self.numbers |= made.numbers
        return made.files

    def list_outlines(self) -> Iterator[Shape]:
        """The edges of all chips as polygons."""
        column, row = np.meshgrid(_EDGE_POINTS, _EDGE_POINTS)
        for one in self._observed:
            for placement in one.model.placements.values():
                sky = placement.find_sky(column.ravel(), row.ravel())
                x, y = one.model.plane.reproject(*sky, self._plane)
                order = (0, 1, 3, 2)
                numbers = [float(value) for at in order for value in (x[at], y[at])]
                yield Shape("polygon", tuple(round(number, 3) for number in numbers))
