"""What a simulated array looks at, and how well it does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from fitslint.pipeline.norh.antennas import find_antenna
from fitslint.pipeline.norh.clock import find_japanese_day, parse_time
from fitslint.pipeline.norh.constants import BANDS, QUIET_SUN
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.schedules import get_frame_step
from fitslint.pipeline.toml_file import read_toml

MAX_FRAMES = 600
"""Frames of a file of raw data."""
_MAX_SOURCES = 1000
_SCHEDULE_START = datetime(2000, 1, 1, 22, 45)
"""07:45 in Japan, when the observation of a day began, on any day."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The quiet Sun.

    Parameters
    ----------
    temperature : float
        brightness in K.
    radius : float
        arcsec.
    """

    temperature: float
    radius: float

    @property
    def flux(self) -> float:
        """K arcsec2."""
        return self.temperature * math.pi * self.radius**2


@dataclass(frozen=True, slots=True)
class Source:
    """A Gaussian source.

    Parameters
    ----------
    x, y : float
        arcsec to the west and north of the centre of the Sun.
    temperature : float
        peak brightness at 17 GHz in K, above the disk.
    fwhm : float
        arcsec.
    polarisation : float
        V/I, -1 to 1.
    alpha : float
        spectral index of flux between 17 and 34 GHz.
    curve : tuple of float
        factors of brightness by frame; the last one holds for those behind it.
    """

    x: float
    y: float
    temperature: float
    fwhm: float
    polarisation: float = 0.0
    alpha: float = 2.0
    curve: tuple[float, ...] = ()

    @property
    def flux(self) -> float:
        """K arcsec2."""
        return self.temperature * math.pi * self.fwhm**2 / (4 * math.log(2))

    def observe(self, frequency: str, frame: int) -> Source:
        """The source at a frequency, in a frame by its place from 0."""
        factor = self.curve[min(frame, len(self.curve) - 1)] if self.curve else 1.0
        ratio = BANDS[frequency].nominal / BANDS["17GHz"].nominal
        factor *= ratio ** (self.alpha - 2)
        return replace(self, temperature=self.temperature * factor)


@dataclass(frozen=True, slots=True)
class Scene:
    """A simulated observation; every number has its own default.

    Parameters
    ----------
    start : datetime
        UT, of the first frame.
    frequency : str
        ``17GHz`` or ``34GHz``.
    sources : tuple of Source
        what stands on the disk.
    temperature : float
        of the disk in K.
    first_frame, frames, step : int
        number of the first frame (0: that of a schedule from 22:45 UT), how many there are, and
        the step from one to the next, all by the integration of a frame.
    event : bool
        whether it is event mode: frames of 0.1 s, 0.05 s before October 1995.
    seed : int
        of the random numbers.
    noise : float
        rms of a correlation by that of the zero spacing; with one bit and a second it is 1.2e-4.
    gain_amplitude, gain_phase : float
        rms of the logarithm of gains, and of their phases in degrees.
    offset : pair of float
        where the disk is on the dirty map, in its pixels to the west and north.
    second_order : bool
        whether the curvature of the sky displaces sources.
    bad : tuple of int
        antennas without signal.
    """

    start: datetime
    frequency: str = "17GHz"
    sources: tuple[Source, ...] = ()
    temperature: float = QUIET_SUN
    first_frame: int = 0
    frames: int = 1
    step: int = 1
    seed: int = 1
    noise: float = 2e-4
    gain_amplitude: float = 0.1
    gain_phase: float = 25.0
    offset: tuple[float, float] = (0.0, 0.0)
    second_order: bool = False
    event: bool = False
    bad: tuple[int, ...] = field(default=())

    @property
    def first(self) -> int:
        """Number of the first frame; an event begins with its own."""
        if self.event:
            return self.first_frame or 1
        since = (self.start - _SCHEDULE_START) % timedelta(days=1)
        return self.first_frame or 1 + int(since.total_seconds())

    @property
    def integration(self) -> float:
        """Seconds of a frame."""
        return get_frame_step(find_japanese_day(self.start), is_event=self.event)


_RANGES = {
    "temperature": (0, 1e7), "first_frame": (0, 100_000), "frames": (1, MAX_FRAMES),
    "step": (1, 3600), "seed": (0, 2**31), "noise": (0, 1), "gain_amplitude": (0, 1),
    "gain_phase": (0, 60),
}  # fmt: skip
_SOURCE_RANGES = {
    "x": (-1300, 1300), "y": (-1300, 1300), "temperature": (-1e10, 1e10), "fwhm": (0.1, 1000),
    "polarisation": (-1, 1), "alpha": (-10, 10),
}  # fmt: skip


def read_scene(path: str) -> Scene:
    """The scene of a TOML file.

    Raises
    ------
    PipelineError
        when it cannot be read, or says something that makes no sense.
    """
    table = read_toml(path)
    try:
        return _build_scene(table)
    except NorhError as error:
        raise NorhError(str(error), path=path) from None


def _build_scene(table: Mapping[str, Any]) -> Scene:
    known = {*_RANGES, "start", "frequency", "offset", "second_order", "event", "bad", "source"}
    _refuse_unknown(table, known, "a scene")
    facts: dict[str, Any] = dict(_read_numbers(table, _RANGES))
    frequency = table.get("frequency", "17GHz")
    if frequency not in BANDS:
        raise NorhError(f"frequency is one of {', '.join(BANDS)}, not {frequency!r}")
    if "start" not in table:
        raise NorhError("start is missing: the time of the first frame in UT")
    offset = table.get("offset", [0.0, 0.0])
    if not _is_list(offset, 2) or not all(abs(number) <= 256 for number in offset):
        raise NorhError("offset is two numbers of dirty pixels, -256 to 256")
    bad = table.get("bad", [])
    sources = table.get("source", [])
    if not isinstance(bad, list) or not isinstance(sources, list) or len(sources) > _MAX_SOURCES:
        raise NorhError(
            f"bad is a list of antennas, source a list of at most {_MAX_SOURCES} tables"
        )
    return Scene(
        start=parse_time(str(table["start"])), frequency=frequency,
        offset=(float(offset[0]), float(offset[1])),
        second_order=table.get("second_order") is True, event=table.get("event") is True,
        bad=tuple(find_antenna(str(word)) for word in bad),
        sources=tuple(_build_source(source, number) for number, source in enumerate(sources, 1)),
        **facts,
    )  # fmt: skip


def _build_source(table: Any, number: int) -> Source:
    name = f"source {number}"
    if not isinstance(table, dict):
        raise NorhError(f"{name} is no table; write [[source]]")
    _refuse_unknown(table, {*_SOURCE_RANGES, "curve"}, name)
    facts: dict[str, Any] = dict(_read_numbers(table, _SOURCE_RANGES, name))
    for needed in ("x", "y", "temperature", "fwhm"):
        if needed not in facts:
            raise NorhError(f"{name} has no {needed}")
    curve = table.get("curve", [])
    if not _is_list(curve, None) or len(curve) > MAX_FRAMES:
        raise NorhError(f"{name}: curve is a list of factors, one of each frame")
    return Source(curve=tuple(map(float, curve)), **facts)


def _read_numbers(
    table: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]], where: str = ""
) -> Iterator[tuple[str, float]]:
    for name, (low, high) in ranges.items():
        if name not in table:
            continue
        value = table[name]
        if not _is_number(value) or not low <= value <= high:
            said = f"{where}: {name}" if where else name
            raise NorhError(f"{said} is a number from {low:g} to {high:g}, not {value!r:.40}")
        is_whole = name in ("first_frame", "frames", "step", "seed")
        if is_whole and value != int(value):
            raise NorhError(f"{name} is a whole number, not {value!r:.40}")
        yield name, int(value) if is_whole else float(value)


def _refuse_unknown(table: Mapping[str, Any], known: set[str], where: str) -> None:
    from fitslint.text import suggest

    for name in table:
        if name not in known:
            raise NorhError(f"{where} has no {name[:40]!r}{suggest(name, sorted(known))}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_list(value: object, length: int | None) -> bool:
    return isinstance(value, list) and all(map(_is_number, value)) and length in (None, len(value))
