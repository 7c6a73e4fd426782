"""The files of an observation, and what they tell together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.bands import Band
from fitslint.pipeline.xray.acis.geometry import choose_array, fit_placements, place_chips
from fitslint.pipeline.xray.acis.pixels import read_chip_masks
from fitslint.pipeline.xray.acis.response import AREA_MODEL, Vignetting
from fitslint.pipeline.xray.aspect import (
    HEADER_ASPECT,
    AspectSolution,
    assume_aspect,
    read_aspect,
)
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.event_file import EventFile, open_events
from fitslint.pipeline.xray.exposure import ExposureModel

_SUFFIXES = ("", ".gz")
_PLACED_MAX = 200_000
"""Events from which the places of chips are found."""


@dataclass(frozen=True, slots=True)
class ObservationFiles:
    """The files of an observation; all but the events may be missing."""

    events: Path
    aspect: tuple[Path, ...] = ()
    bad_pixels: Path | None = None
    window: Path | None = None
    blank_sky: Path | None = None


_EVENT_NAMES = {"clean": "*_clean_evt.fits", "repro": "*_repro_evt2.fits", "raw": "*evt2.fits"}
"""Names of the events after step 3, after step 2, and of the archive."""


def find_observation(folder: Path, *stages: str) -> ObservationFiles:
    """The files below a folder, by the names that the archive and this pipeline give them.

    Parameters
    ----------
    folder : Path
    *stages : {"clean", "repro", "raw"}
        which events are wanted, the best first; by default all in this order.

    Raises
    ------
    XrayError
        when there is no list of events, or more than one.
    """
    if not folder.is_dir():
        raise XrayError("there is no such folder", path=str(folder))
    kinds = [_EVENT_NAMES[stage] for stage in stages or _EVENT_NAMES]
    events = next(filter(None, (_list_files(folder, kind) for kind in kinds)), [])
    if stages == ("raw",):
        events = [path for path in events if "_repro_" not in path.name]
    if len(events) != 1:
        said = f"{len(events)} lists of events" if events else "no list of events (*evt2.fits)"
        raise XrayError(f"holds {said}; one is wanted", path=str(folder))
    bad = _list_files(folder, "*_repro_bpix1.fits") or _list_files(folder, "*bpix1.fits")
    window, blank = _list_files(folder, "*msk1.fits"), _list_files(folder, "*blanksky*.fits")
    return ObservationFiles(
        events[0], tuple(_list_files(folder, "*asol1.fits")), bad[0] if bad else None,
        window[0] if window else None, blank[0] if blank else None,
    )  # fmt: skip


def _list_files(folder: Path, pattern: str) -> list[Path]:
    return sorted(
        path
        for suffix in _SUFFIXES
        for path in folder.rglob(pattern + suffix)
        if path.is_file() and not path.name.startswith(".")
    )


@dataclass(frozen=True)
class ObservedField:
    """An observation that is open.

    Attributes
    ----------
    events : EventFile
    aspect : AspectSolution
    model : ExposureModel
        of its exposure.
    array : str
        ``ACIS-I`` or ``ACIS-S``.
    notes : tuple of str
        what had to be assumed.
    """

    events: EventFile
    aspect: AspectSolution
    model: ExposureModel
    array: str
    notes: tuple[str, ...]

    @property
    def chips(self) -> tuple[int, ...]:
        """The chips of the array that were read."""
        return tuple(self.model.placements)


@contextmanager
def open_observation(files: ObservationFiles, band: Band) -> Iterator[ObservedField]:
    """An observation with all that its exposure needs.

    Parameters
    ----------
    files : ObservationFiles
    band : Band
        whose effective energy is that of area and vignetting.

    Raises
    ------
    XrayError
        when a file cannot be read or they contradict each other.
    """
    with open_events(str(files.events)) as events:
        notes: list[str] = []
        if files.aspect:
            aspect = read_aspect(files.aspect)
        else:
            aspect = assume_aspect(events)
            notes.append(
                f"{events.path}: there is no aspect solution; the mean pointing of the header "
                "stands for all time, and the exposure map has no dither"
            )
        array, chips = choose_array(events.chips)
        if not chips:
            raise XrayError("DETNAM names no chip", path=events.path)
        plane, good = events.plane, events.good
        pose = aspect.average_pose(plane, good, events.header)
        placements = place_chips(chips, pose)
        if events.has_chip_pixels and aspect.source != HEADER_ASPECT:
            sample = _read_sample(events)
            offset = aspect.find_offset(plane, sample["TIME"], good)
            placements = fit_placements(
                sample, sample["X"] - offset[0], sample["Y"] - offset[1], placements
            )
        else:
            notes.append(
                f"{events.path}: the places of the chips are those of the drawings, to about 15 "
                "arcsec"
            )
        model = ExposureModel(
            plane, placements,
            read_chip_masks(chips, events.header, files.bad_pixels, files.window),
            (pose.x, pose.y), aspect, good, events.live_fraction, band.effective,
            Vignetting.from_energy(band.effective),
        )  # fmt: skip
        yield ObservedField(events, aspect, model, array, tuple(notes))


def _read_sample(events: EventFile) -> dict[str, NDArray[Any]]:
    """Events of the first chunks, and of all parts of the observation where they are few."""
    chunks, count = [], 0
    for chunk in events.iterate("CHIPX", "CHIPY"):
        chunks.append(chunk)
        count += len(chunk["TIME"])
        if count >= _PLACED_MAX:
            break
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}


def describe_exposure(observed: ObservedField) -> dict[str, Any]:
    """What the header of an exposure map says of its making."""
    model = observed.model
    return {
        "unit": "cm**2 s", "EEFF": model.energy, "AREAMODL": AREA_MODEL,
        "VIGMODEL": model.vignetting.name, "VIGPAR1": model.vignetting.loss,
        "ASPSRC": observed.aspect.source,
    }  # fmt: skip
