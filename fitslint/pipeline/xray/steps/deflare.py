"""Step 3: image, exposure and sources of an observation, and its events without flares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.acis.bands import PARTICLE_BAND, Band
from fitslint.pipeline.xray.acis.response import SIGMA_FRACTION
from fitslint.pipeline.xray.blank_sky import open_blank_sky, project_blank_sky
from fitslint.pipeline.xray.detection.files import (
    draw_source_mask,
    write_source_regions,
    write_sources,
)
from fitslint.pipeline.xray.detection.sources import Detection, detect_sources
from fitslint.pipeline.xray.detection.wavelets import SCALES, SIGNIFICANCE
from fitslint.pipeline.xray.errors import XrayError, explain_writing
from fitslint.pipeline.xray.events.cards import describe_good_time, read_observation
from fitslint.pipeline.xray.events.event_file import Chunk
from fitslint.pipeline.xray.events.writer import (
    ColumnSpec,
    build_gti_hdu,
    build_primary,
    pack_product,
)
from fitslint.pipeline.xray.images import ImageFrame, write_flux_images, write_image
from fitslint.pipeline.xray.lightcurve import (
    BIN_SECONDS,
    FRAMES,
    LightCurve,
    LightCurveBuilder,
    build_quiet_intervals,
    find_least_flare,
    select_quiet,
)
from fitslint.pipeline.xray.sky import SKY_PIXEL
from fitslint.pipeline.xray.steps.observation import (
    ObservationFiles,
    ObservedField,
    describe_exposure,
    open_observation,
)
from fitslint.pipeline.xray.steps.reprocess import GOOD_GRADES, copy_event_list
from fitslint.pipeline.xray.steps.result import StepResult
from fitslint.products.result import ConformResult

Map = NDArray[Any]
PSF_FRACTION = 0.9
MUCH_LOST = 0.3
"""Of the good time; what flares of usual observations take is less."""
_CURVE_COLUMNS = (
    ColumnSpec("TIME_BIN", "1J", "", "number of the bin"),
    ColumnSpec("TIME_MIN", "1D", "s"), ColumnSpec("TIME", "1D", "s", "middle of the bin"),
    ColumnSpec("TIME_MAX", "1D", "s"), ColumnSpec("COUNTS", "1J", "count"),
    ColumnSpec("EXPOSURE", "1D", "s", "good time in the bin"),
    ColumnSpec("COUNT_RATE", "1D", "count/s"), ColumnSpec("COUNT_RATE_ERR", "1D", "count/s"),
    ColumnSpec("QUIET", "1I", "", "1 where all of the bin is kept"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeflareRequest:
    """What step 3 works on, and how.

    Attributes
    ----------
    files : ObservationFiles
        of step 2.
    output : Path
        folder.
    band : Band
    method : {"refined", "clean", "sigma"}
        how flares are found.
    bin_size : float
        sky pixels of a pixel.
    facts : mapping
        redshift and cosmology, as for :func:`fitslint.conform`.
    """

    files: ObservationFiles
    output: Path
    band: Band
    method: str = "refined"
    bin_size: float = 1.0
    facts: dict[str, Any] = field(default_factory=dict)


def deflare_observation(request: DeflareRequest, progress: Progress | None = None) -> StepResult:
    """Write images, sources and light curve of an observation, and its events in quiet time.

    Raises
    ------
    XrayError
        when a file cannot be read or written, there is no event in the band, no exposure, or no
        quiet time.
    ProductError
        when a header would contradict itself.
    """
    with open_observation(request.files, request.band) as observed:
        work = _Deflaring(request, observed)
        stages = (
            work.write_images, work.write_sources, work.write_curve, work.write_events,
            work.write_background,
        )  # fmt: skip
        for at, stage in enumerate(stages, 1):
            with explain_writing(request.output):
                stage()
            if progress is not None:
                progress(at, len(stages))
        notes = (*_describe_filters(observed.events.path), *observed.notes, *work.notes)
        return StepResult(tuple(work.paths), tuple(work.maps), notes, work.numbers)


def _describe_filters(path: str) -> Iterator[str]:
    """A sentence where the events are not those of step 2."""
    if "_repro_" not in Path(path).name:
        yield (
            f"{path}: these events are as the archive has them; bad grades, status and pixels are "
            "taken out by fitslint xray reprocess"
        )


def describe_loss(good: float, quiet: float, curve: str) -> str:
    """A sentence where flares take so much of the good time (s) that somebody should look."""
    share = 1 - quiet / good
    if share <= MUCH_LOST:
        return ""
    return (
        f"{100 * share:.0f} % of the good time is taken for flares; look at {curve}, and where few "
        "photons make it, find flares in a wider band or by --method sigma"
    )


class _Deflaring:
    """The work of the step, stage by stage."""

    def __init__(self, request: DeflareRequest, observed: ObservedField) -> None:
        self._request = request
        self._observed = observed
        events, model = observed.events, observed.model
        self._stem = f"{events.obs_id}_{request.band.label}"
        self._good = events.good
        self._frame = ImageFrame(
            model.find_box(events.plane, request.bin_size), events.plane, request.band,
            {**read_observation(events.header),
             **describe_good_time(events.good, model.live_fraction)},
            events.good, observed.chips, request.facts,
        )  # fmt: skip
        self.paths: list[Path] = []
        self.maps: list[ConformResult] = []
        self.notes: list[str] = []
        self.numbers: dict[str, float] = {}

    def write_images(self) -> None:
        """Counts, exposure, flux and size of the PSF."""
        frame, model = self._frame, self._observed.model
        counts = np.zeros(frame.box.shape, np.int64)
        for chunk in self._iterate(self._request.band):
            counts += frame.box.count(chunk["X"], chunk["Y"])
        if not counts.any():
            raise XrayError(
                f"no event is between {frame.band.low:g} and {frame.band.high:g} keV",
                path=self._observed.events.path,
            )
        self._images = write_flux_images(
            self._request.output, self._stem, counts, model.compute(frame.box, frame.plane), frame,
            **describe_exposure(self._observed),
        )  # fmt: skip
        self.numbers |= self._images.numbers
        self.maps += self._images.files
        self.paths += (Path(one.path) for one in self._images.files)
        psf = model.compute_psf_size(frame.box, frame.plane, PSF_FRACTION)
        self._write(f"{self._stem}.psf", psf, "xray-psf", PSFECF=PSF_FRACTION,
                    PSFMODEL="quadratic")  # fmt: skip

    def write_sources(self) -> None:
        """The sources of the image, and its background."""
        frame, stem = self._frame, self._observed.events.obs_id
        pixel = SKY_PIXEL * frame.box.bin_size
        size = self._observed.model.compute_psf_size(frame.box, frame.plane, SIGMA_FRACTION)
        scales = [scale for scale in SCALES if scale < min(frame.box.shape) / 10] or [1.0]
        found: Detection = detect_sources(
            self._images.counts, self._images.exposure, size / pixel, scales, SIGNIFICANCE
        )
        self._mask = draw_source_mask(found.sources, frame.box.shape)
        label, folder = frame.band.label, self._request.output
        table = folder / f"{stem}_src_{label}.fits"
        region = folder / f"{stem}_src_{label}-noem.reg"
        write_sources(table, found.sources, frame.box, frame.plane, frame.cards)
        write_source_regions(region, found.sources, frame.box)
        self.paths += [table, region]
        self._write(f"{stem}_defnbkg_{label}.fits", found.background, "xray-counts")
        self.numbers["sources"] = len(found.sources)

    def write_curve(self) -> None:
        """The light curve beside sources, and its quiet time."""
        builder = LightCurveBuilder(self._good, BIN_SECONDS / FRAMES)
        for chunk in self._iterate(self._request.band):
            place, inside = self._frame.box.find_index(chunk["X"], chunk["Y"])
            builder.add(chunk["TIME"][inside][~self._mask.ravel()[place]])
        frames = builder.build()
        curve = frames.sum_parts(FRAMES)
        if self._request.method == "refined":
            kept = select_quiet(frames, "refined")
            self._quiet = build_quiet_intervals(frames, kept, self._good)
            whole = self._quiet.measure_overlap(curve.edges) >= curve.seconds * (1 - 1e-9)
            quiet = whole & (curve.seconds > 0)
            self.numbers["least_flare"] = find_least_flare(frames, kept)
        else:
            quiet = select_quiet(curve, self._request.method)
            self._quiet = build_quiet_intervals(curve, quiet, self._good)
        self._write_table(f"{self._stem}.lc", _build_curve(curve, quiet, self._frame.cards))
        told = {**self._frame.cards, "CREATOR": "fitslint", "PRODUCT": "xray-gti"}
        self._write_table(
            f"{self._stem}.gti", build_primary(told) + build_gti_hdu(self._quiet, told)
        )
        self.numbers |= {"good_time": self._good.total, "quiet_time": self._quiet.total}
        if loss := describe_loss(self._good.total, self._quiet.total, f"{self._stem}.lc"):
            self.notes.append(loss)

    def write_events(self) -> None:
        """The events of the quiet time."""
        events = self._observed.events
        path = self._request.output / f"acisf{events.obs_id}_clean_evt.fits"
        particles = 0
        with copy_event_list(path, events, self._quiet) as writer:
            for chunk in events.iterate("CHIPX", "CHIPY", "PI", "GRADE", "STATUS"):
                kept = self._quiet.select(chunk["TIME"])
                chosen = {name: values[kept] for name, values in chunk.items()}
                writer.append(chosen)
                particles += int(np.count_nonzero(self._select(chosen, PARTICLE_BAND)))
        self.numbers |= {"events": writer.rows, "particles": particles}
        self.paths.append(path)

    def write_background(self) -> None:
        """The blank-sky list on the sky of the observation, and its image in counts."""
        blank = self._request.files.blank_sky
        if blank is None:
            return
        observed, frame = self._observed, self._frame
        model = replace(observed.model, good=self._quiet)
        events = observed.events
        path = self._request.output / f"{events.obs_id}_background_clean.evt"
        image = np.zeros(frame.box.shape)
        particles = 0
        with (
            open_blank_sky(blank) as table,
            copy_event_list(
                path, events, self._quiet, has_chips=True, OBJECT="BACKGROUND"
            ) as writer,
        ):
            for chunk in project_blank_sky(table, model, GOOD_GRADES):
                writer.append(chunk)
                particles += int(np.count_nonzero(self._select(chunk, PARTICLE_BAND)))
                kept = self._select(chunk, frame.band)
                image += frame.box.count(chunk["X"][kept], chunk["Y"][kept])
            if not particles:
                raise XrayError("the blank-sky list has no event from 9 to 12 keV", path=str(blank))
        scale = self.numbers["particles"] / particles
        self.paths.append(path)
        self.numbers["background_scale"] = scale
        if scale > 0:
            # The image of counts has all good time, the background only the quiet one.
            self._write(f"{events.obs_id}_blank_{frame.band.label}.img", scale * image,
                        "xray-counts", BKGSCALE=scale)  # fmt: skip

    def _iterate(self, band: Band) -> Iterator[Chunk]:
        """Events of a band on the chips of the array, in good time."""
        for chunk in self._observed.events.iterate():
            kept = self._select(chunk, band) & self._good.select(chunk["TIME"])
            yield {name: values[kept] for name, values in chunk.items()}

    def _select(self, chunk: Chunk, band: Band) -> NDArray[np.bool_]:
        return band.select(chunk["ENERGY"]) & np.isin(chunk["CCD_ID"], self._observed.chips)

    def _write_table(self, name: str, table: bytes) -> None:
        path = self._request.output / name
        write_atomic(path, table)
        self.paths.append(path)

    def _write(self, name: str, pixels: Map, kind: str, **facts: Any) -> None:
        path = self._request.output / name
        self.maps.append(write_image(path, pixels, kind, self._frame, **facts))
        self.paths.append(path)


def _build_curve(curve: LightCurve, quiet: NDArray[np.bool_], cards: Any) -> bytes:
    low, high = curve.edges[:-1], curve.edges[1:]
    values = {
        "TIME_BIN": np.arange(1, len(low) + 1), "TIME_MIN": low, "TIME": (low + high) / 2,
        "TIME_MAX": high, "COUNTS": curve.counts, "EXPOSURE": curve.seconds,
        "COUNT_RATE": curve.rate, "COUNT_RATE_ERR": curve.error, "QUIET": quiet.astype(int),
    }  # fmt: skip
    kept = {name: value for name, value in cards.items() if name != "EXPOSURE"}
    own = {**kept, "CONTENT": "LIGHTCURVE", "HDUCLASS": "OGIP", "HDUCLAS1": "LIGHTCURVE"}
    return pack_product(_CURVE_COLUMNS, values, "LIGHTCURVE", "xray-lightcurve", own)
