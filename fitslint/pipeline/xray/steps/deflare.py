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
from fitslint.pipeline.xray.acis.bands import EV_PER_KEV, PARTICLE_BAND, Band
from fitslint.pipeline.xray.acis.response import SIGMA_FRACTION
from fitslint.pipeline.xray.blank_sky import open_blank_sky, project_blank_sky
from fitslint.pipeline.xray.detection.files import (
    draw_source_mask,
    write_source_regions,
    write_sources,
)
from fitslint.pipeline.xray.detection.sources import Detection, detect_sources
from fitslint.pipeline.xray.detection.wavelets import SCALES, SIGNIFICANCE
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.cards import read_observation
from fitslint.pipeline.xray.events.event_file import Chunk
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.events.writer import (
    START_STOP,
    ColumnSpec,
    build_gti_hdu,
    pack_product,
)
from fitslint.pipeline.xray.images import ImageFrame, write_image
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
from fitslint.pipeline.xray.steps.reprocess import (
    GOOD_GRADES,
    describe_event_list,
    open_event_writer,
    pick_time_cards,
)
from fitslint.pipeline.xray.steps.result import StepResult
from fitslint.products.result import ConformResult

Map = NDArray[Any]
EXPOSURE_CUT = 0.015
"""Part of the largest exposure under which a pixel is left out."""
PSF_FRACTION = 0.9
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
            try:
                stage()
            except OSError as error:
                said = f"cannot be written: {error.strerror or error}"
                raise XrayError(said, path=error.filename or str(request.output)) from None
            if progress is not None:
                progress(at, len(stages))
        return StepResult(
            tuple(work.paths), tuple(work.maps), (*observed.notes, *work.notes), work.numbers
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
            {**read_observation(events.header), **_describe_time(events.good, model.live_fraction)},
            events.good, observed.chips, request.facts,
        )  # fmt: skip
        self.paths: list[Path] = []
        self.maps: list[ConformResult] = []
        self.notes: list[str] = []
        self.numbers: dict[str, float] = {}

    def write_images(self) -> None:
        """Counts, exposure, flux and size of the PSF."""
        frame, model = self._frame, self._observed.model
        self._exposure = model.compute(frame.box, frame.plane)
        counts = np.zeros(frame.box.rows * frame.box.columns, np.int64)
        for chunk in self._iterate(self._request.band):
            place, _ = frame.box.find_index(chunk["X"], chunk["Y"])
            counts += np.bincount(place, minlength=len(counts))
        if not counts.any():
            raise XrayError(
                f"no event is between {frame.band.low:g} and {frame.band.high:g} keV",
                path=self._observed.events.path,
            )
        seen = select_exposed(self._exposure)
        self._counts = np.where(seen, counts.reshape(frame.box.shape), 0)
        self._exposure = np.where(seen, self._exposure, 0)
        self.numbers |= {"counts": int(self._counts.sum()), "counts_cut": int(counts.sum()
                         - self._counts.sum())}  # fmt: skip
        told = describe_exposure(self._observed)
        psf = model.compute_psf_size(frame.box, frame.plane, PSF_FRACTION)
        self._write(f"{self._stem}_thresh.img", self._counts, "xray-counts")
        self._write(f"{self._stem}_thresh.expmap", self._exposure, "xray-exposure", **told)
        flux = divide_exposed(self._counts, self._exposure)
        self._write(f"{self._stem}_flux.img", flux, "xray-flux", EXPCUT=EXPOSURE_CUT,
                    unit="photon cm**-2 s**-1")  # fmt: skip
        self._write(f"{self._stem}.psf", psf, "xray-psf", PSFECF=PSF_FRACTION,
                    PSFMODEL="quadratic")  # fmt: skip

    def write_sources(self) -> None:
        """The sources of the image, and its background."""
        frame, stem = self._frame, self._observed.events.obs_id
        pixel = SKY_PIXEL * frame.box.bin_size
        size = self._observed.model.compute_psf_size(frame.box, frame.plane, SIGMA_FRACTION)
        scales = [scale for scale in SCALES if scale < min(frame.box.shape) / 10] or [1.0]
        found: Detection = detect_sources(
            self._counts, self._exposure, size / pixel, scales, SIGNIFICANCE
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
        cards = self._frame.cards
        rows = {"START": self._quiet.edges[:, 0], "STOP": self._quiet.edges[:, 1]}
        of_gti = {**cards, "HDUCLASS": "OGIP", "HDUCLAS1": "GTI", "HDUCLAS2": "ALL"}
        for name, table in (
            (f"{self._stem}.lc", _build_curve(curve, quiet, cards)),
            (f"{self._stem}.gti", pack_product(START_STOP, rows, "GTI", "xray-gti", of_gti)),
        ):
            path = self._request.output / name
            write_atomic(path, table)
            self.paths.append(path)
        self.numbers |= {"good_time": self._good.total, "quiet_time": self._quiet.total}

    def write_events(self) -> None:
        """The events of the quiet time."""
        events = self._observed.events
        has_chips = {"CHIPX", "CHIPY"} <= set(events.table.names)
        cards = describe_event_list(self._quiet, events.live_fraction)
        path = self._request.output / f"acisf{events.obs_id}_clean_evt.fits"
        particles = 0
        with open_event_writer(path, events, cards, has_chips=has_chips) as writer:
            for chunk in events.iterate("CHIPX", "CHIPY", "PI", "GRADE", "STATUS"):
                kept = self._quiet.select(chunk["TIME"])
                chosen = {name: values[kept] for name, values in chunk.items()}
                writer.append(chosen)
                particles += int(np.count_nonzero(self._select(chosen, PARTICLE_BAND)))
            writer.set_tail(build_gti_hdu(self._quiet, pick_time_cards(cards)))
            self.numbers["events"] = writer.rows
        self.numbers["particles"] = particles
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
        image = np.zeros(frame.box.rows * frame.box.columns)
        particles = 0
        cards = describe_event_list(self._quiet, events.live_fraction) | {"OBJECT": "BACKGROUND"}
        with (
            open_blank_sky(blank) as table,
            open_event_writer(path, events, cards, has_chips=True) as writer,
        ):
            for chunk in project_blank_sky(table, model, GOOD_GRADES):
                writer.append(chunk)
                particles += int(np.count_nonzero(self._select(chunk, PARTICLE_BAND)))
                kept = self._select(chunk, frame.band)
                place, _ = frame.box.find_index(chunk["X"][kept], chunk["Y"][kept])
                image += np.bincount(place, minlength=len(image))
            if not particles:
                raise XrayError("the blank-sky list has no event from 9 to 12 keV", path=str(blank))
            writer.set_tail(build_gti_hdu(self._quiet, pick_time_cards(cards)))
        scale = self.numbers["particles"] / particles
        self.paths.append(path)
        self.numbers["background_scale"] = scale
        if scale > 0:
            # The image of counts has all good time, the background only the quiet one.
            scaled = scale * image.reshape(frame.box.shape)
            self._write(f"{events.obs_id}_blank_{frame.band.label}.img", scaled, "xray-counts",
                        BKGSCALE=scale)  # fmt: skip

    def _iterate(self, band: Band) -> Iterator[Chunk]:
        """Events of a band on the chips of the array, in good time."""
        for chunk in self._observed.events.iterate():
            kept = self._select(chunk, band) & self._good.select(chunk["TIME"])
            yield {name: values[kept] for name, values in chunk.items()}

    def _select(self, chunk: Chunk, band: Band) -> NDArray[np.bool_]:
        return select_band(chunk, band) & np.isin(chunk["CCD_ID"], self._observed.chips)

    def _write(self, name: str, pixels: Map, kind: str, **facts: Any) -> None:
        path = self._request.output / name
        self.maps.append(write_image(path, pixels, kind, self._frame, **facts))
        self.paths.append(path)


def select_band(chunk: Chunk, band: Band) -> NDArray[np.bool_]:
    """Events of a band, its lower limit included and its upper not."""
    energy = chunk["ENERGY"]
    return (energy >= band.low * EV_PER_KEV) & (energy < band.high * EV_PER_KEV)


def select_exposed(exposure: Map) -> NDArray[np.bool_]:
    """Pixels with more than `EXPOSURE_CUT` of the largest exposure.

    Raises
    ------
    XrayError
        when there is no exposure at all.
    """
    largest = float(exposure.max(initial=0.0))
    if not largest > 0:
        raise XrayError("the exposure is zero everywhere")
    return np.asarray(exposure > EXPOSURE_CUT * largest)


def divide_exposed(counts: Map, exposure: Map) -> NDArray[np.float64]:
    """Counts by exposure; zero where there is none."""
    return np.divide(counts, exposure, out=np.zeros(counts.shape), where=exposure > 0)


def _describe_time(good: Intervals, live: float) -> dict[str, Any]:
    total = good.total
    return {"ONTIME": total, "LIVETIME": total * live, "EXPOSURE": total * live, "DTCOR": live}


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
