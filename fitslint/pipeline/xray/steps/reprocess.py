"""Step 2: the events that are kept: good time, good pixels, good grades, good status."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.model.value import Value
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.acis.pixels import read_chip_masks, select_good_pixels
from fitslint.pipeline.xray.errors import XrayError, explain_writing
from fitslint.pipeline.xray.events.cards import (
    EVENT_KEYWORDS,
    SKY_CARDS,
    TIME_FILTER,
    Cards,
    describe_good_time,
    read_observation,
)
from fitslint.pipeline.xray.events.event_file import PI_CHANNEL, Chunk, EventFile, open_events
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.events.writer import (
    ColumnSpec,
    EventWriter,
    build_sky_columns,
    write_events,
)
from fitslint.pipeline.xray.sky import SkyPlane
from fitslint.pipeline.xray.steps.observation import ObservationFiles
from fitslint.pipeline.xray.steps.result import StepResult

GOOD_GRADES = (0, 2, 3, 4, 6)
"""The grades of ASCA that photons have."""
VETO_BYTE, VETO_BIT = 1, 0x80
"""Bit 23 of STATUS: vetoed by the outer pixels of VFAINT."""
_OPTIONAL = ("CHIPX", "CHIPY", "PI", "GRADE", "STATUS")
_NOMINAL_REACH = 0.5
"""Degrees; the field of ACIS is smaller."""
_NO_BITS = np.zeros(4, np.uint8)


@dataclass(frozen=True, slots=True)
class ReprocessRequest:
    """What is reprocessed.

    Attributes
    ----------
    files : ObservationFiles
    output : Path
        folder of what is kept.
    screens_vfaint : bool
        whether events that the outer pixels of VFAINT veto go.
    """

    files: ObservationFiles
    output: Path
    screens_vfaint: bool = True


def reprocess_observation(
    request: ReprocessRequest, progress: Progress | None = None
) -> StepResult:
    """Write the events of an observation that are good, and the files that go with them.

    ``acisf{obs}_repro_evt2.fits`` has TIME, CCD_ID, CHIPX, CHIPY, X, Y, ENERGY, PI, GRADE and
    STATUS of the events, of all energies, and one table of good time; bad pixels, aspect
    solution, windows and blank-sky list are copied beside it.

    Raises
    ------
    XrayError
        when a file cannot be read or written, or no event is left.
    """
    with open_events(str(request.files.events)) as events:
        screen = EventScreen(events, request.files, screens_vfaint=request.screens_vfaint)
        path = request.output / f"acisf{events.obs_id}_repro_evt2.fits"
        _refuse_overwriting(events.path, path)
        with copy_event_list(path, events, events.good) as writer:
            for done, kept in screen.iterate():
                writer.append(kept)
                if progress is not None:
                    progress(done, events.table.rows)
            if not writer.rows:
                raise XrayError("no event is left after the filters", path=events.path)
        numbers = {
            "events": events.table.rows, "kept": writer.rows, "good_time": events.good.total,
            "lost_time": events.lost_time,
        }  # fmt: skip
        copied = tuple(_copy_companions(request, events.obs_id))
        return StepResult((path,), (), tuple(screen.describe()), numbers, copied)


class EventScreen:
    """The filters of step 2.

    Parameters
    ----------
    events : EventFile
    files : ObservationFiles
    screens_vfaint : bool
    """

    def __init__(self, events: EventFile, files: ObservationFiles, *, screens_vfaint: bool) -> None:
        self._events = events
        self._screens_vfaint = screens_vfaint
        self._masks = (
            read_chip_masks(events.chips, events.header, files.bad_pixels, files.window)
            if events.has_chip_pixels and (files.bad_pixels or files.window)
            else None
        )

    def iterate(self) -> Iterator[tuple[int, Chunk]]:
        """Chunks of events that are kept, with the events that were looked at so far."""
        done = 0
        for chunk in self._events.iterate(*_OPTIONAL):
            count = len(chunk["TIME"])
            chunk.setdefault("GRADE", np.zeros(count, np.int16))
            chunk.setdefault("STATUS", np.broadcast_to(_NO_BITS, (count, 4)))
            if "PI" not in chunk:
                chunk["PI"] = (chunk["ENERGY"] / PI_CHANNEL).astype(np.int32) + 1
            kept = self._select(chunk)
            done += count
            yield done, {name: values[kept] for name, values in chunk.items()}

    def _select(self, chunk: Chunk) -> NDArray[np.bool_]:
        bits = chunk["STATUS"].reshape(len(chunk["TIME"]), -1)
        if not self._screens_vfaint and bits.shape[1] == 4:
            bits = bits.copy()
            bits[:, VETO_BYTE] &= ~np.uint8(VETO_BIT)
        kept = self._events.good.select(chunk["TIME"])
        kept &= np.isin(chunk["GRADE"], GOOD_GRADES) & ~bits.any(axis=1)
        kept &= np.isfinite(chunk["X"]) & np.isfinite(chunk["Y"]) & np.isfinite(chunk["ENERGY"])
        if self._masks is not None:
            kept &= select_good_pixels(self._masks, chunk["CCD_ID"], chunk["CHIPX"], chunk["CHIPY"])
        return kept

    def describe(self) -> Iterator[str]:
        """What could not be filtered, and what was lost."""
        path, names = self._events.path, set(self._events.table.names)
        for name in ("GRADE", "STATUS"):
            if name not in names:
                yield f"{path}: there is no {name}; all events are taken to be good in it"
        if "ENERGY" not in names:
            yield f"{path}: there is no ENERGY; it is taken from PI, {PI_CHANNEL} eV a channel"
        away = self._events.measure_nominal_distance()
        if away > _NOMINAL_REACH:
            yield f"{path}: RA_NOM and DEC_NOM are {away:.1f} degrees from TCRVL of X and Y, which \
is taken"
        if self._masks is None:
            yield f"{path}: bad pixels were not taken out (no bad pixel file, or no CHIPX, CHIPY)"
        if self._events.lost_time > 1:
            lost = self._events.lost_time
            yield f"{path}: {lost:.1f} s are good on some chips only, and left out"


def list_event_columns(plane: SkyPlane, *, has_chips: bool) -> list[ColumnSpec]:
    """The columns of a list of events that is written, with the place of X and Y on the sky."""
    chips = [ColumnSpec(name, "1I", "pixel", "chip coordinates") for name in ("CHIPX", "CHIPY")]
    return [
        ColumnSpec("TIME", "1D", "s", "mission time of the frame"),
        ColumnSpec("CCD_ID", "1I", "", "chip"),
        *(chips if has_chips else ()),
        *build_sky_columns(plane),
        ColumnSpec("ENERGY", "1E", "eV", "nominal energy"),
        ColumnSpec("PI", "1J", "chan", "pulse invariant energy"),
        ColumnSpec("GRADE", "1I", "", "binned event grade"),
        ColumnSpec("STATUS", "32X", "", "status bits"),
    ]


def copy_event_list(
    path: Path, events: EventFile, good: Intervals, *, has_chips: bool | None = None, **cards: Value
) -> AbstractContextManager[EventWriter]:
    """A writer of events of a list in its good time or in part of it, with the cards of the list.

    Parameters
    ----------
    has_chips : bool, optional
        whether their pixels on chips are known; as in the list, unless it is said.
    **cards
        those that are other ones.
    """
    known = events.has_chip_pixels if has_chips is None else has_chips
    own = read_observation(events.header, EVENT_KEYWORDS)
    told = {**own, **describe_event_list(good, events.live_fraction), **cards}
    return write_events(path, list_event_columns(events.plane, has_chips=known), told, good)


def describe_event_list(good: Intervals, live: float) -> Cards:
    """What is computed again of a list whose good time is another one, and the DM subspace."""
    return {
        "CONTENT": "EVT2", "HDUCLASS": "OGIP", "HDUCLAS1": "EVENTS", "HDUCLAS2": "ACCEPTED",
        "CREATOR": "fitslint", "PRODUCT": "xray-events", **SKY_CARDS, **TIME_FILTER,
        "DSTYP2": "grade", "DSFORM2": "I",
        "DSVAL2": ",".join(f"{grade}:{grade}" for grade in GOOD_GRADES),
        **describe_good_time(good, live),
    }  # fmt: skip


def _refuse_overwriting(source: str, path: Path) -> None:
    if path.exists() and Path(source).samefile(path):
        raise XrayError("the output would take the place of the input", path=source)


def _copy_companions(request: ReprocessRequest, obs_id: str) -> Iterator[Path]:
    """Copy what goes with the events, each under the name by which it is found again."""
    files = request.files
    named = [(path, path.name) for path in files.aspect]
    if files.bad_pixels is not None:
        suffix = ".gz" if files.bad_pixels.suffix == ".gz" else ""
        named.append((files.bad_pixels, f"acisf{obs_id}_repro_bpix1.fits{suffix}"))
    named += [(path, path.name) for path in (files.window, files.blank_sky) if path is not None]
    for source, name in named:
        target = request.output / name
        part = target.with_name(f".{name}.part")
        with explain_writing(target):
            try:
                shutil.copyfile(source, part)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        yield target
