"""A telescope that looks at the sky of a model: what its chips record."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.geometry import (
    AIMPOINT_SIM_Z,
    CHIP_SIZE,
    ChipPlacement,
    ChipPose,
    place_chips,
    turn_to_sky,
)
from fitslint.pipeline.xray.acis.response import Vignetting, compute_area, compute_psf_radius
from fitslint.pipeline.xray.aspect import AspectSolution
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.simulate.model import (
    PARTICLE_LIMITS,
    SkyModel,
    draw_energies,
)
from fitslint.pipeline.xray.sky import SKY_CENTRE, SKY_PIXEL, SkyPlane

Numbers = NDArray[Any]
Photons = dict[str, Numbers]
FRAME_TIME = 3.24104
"""Seconds of a frame of ACIS."""
LIVE_FRACTION = 0.987
SIMULATED_ENERGY = 2.3
"""keV whose area and vignetting all photons have."""
VETOED_FRACTION = 0.25
"""Part of the particles that leave a trace in the outer pixels of VFAINT."""
BAD_GRADE_FRACTION = 0.1
TEMPERATURE = 6.0
_DITHER = ((8.0, 1000.0), (8.0, 707.1))
"""Amplitude in arcsec and period in seconds, in yaw and in pitch."""


FLARE_LEVEL = 0.4
"""Part of the particles over which a flare is one; what is left of it under that is not."""


@dataclass(frozen=True, slots=True)
class Flare:
    """A flare of the background: begin, seconds of its decay, and its height over the quiet."""

    start: float
    decay: float
    height: float

    @property
    def stop(self) -> float:
        """When it has come down to `FLARE_LEVEL` of the quiet background."""
        return self.start + self.decay * math.log(self.height / FLARE_LEVEL)


@dataclass(frozen=True)
class Observation:
    """An observation before it is made.

    Attributes
    ----------
    obs_id : int
    ra, dec, roll : float
        nominal pointing in degrees.
    start, exposure : float
        mission time and seconds.
    flares : tuple of Flare
    masks : mapping of int to ndarray
        pixels that count, by chip.
    aspect_step : float
        seconds between rows of the aspect solution.
    """

    obs_id: int
    ra: float
    dec: float
    roll: float
    start: float
    exposure: float
    flares: tuple[Flare, ...]
    masks: dict[int, NDArray[np.bool_]]
    aspect_step: float

    @property
    def plane(self) -> SkyPlane:
        """The tangent plane."""
        return SkyPlane(self.ra, self.dec)

    @property
    def good(self) -> Intervals:
        """Two intervals of whole frames with a pause of about five minutes between them."""
        frames = round(self.exposure / FRAME_TIME)
        first, pause = round(0.4 * frames), round(300.0 / FRAME_TIME)
        edges = np.array([(0, first), (first + pause, frames + pause)])
        return Intervals.from_pairs(self.start + FRAME_TIME * edges)

    def build_aspect(self) -> AspectSolution:
        """The dither about the nominal pointing."""
        begin, end = self.good.span
        time = np.arange(begin - 1.0, end + 1.0 + self.aspect_step, self.aspect_step)
        yaw, pitch = (
            size / SKY_PIXEL * np.sin(2 * math.pi * (time - begin) / period)
            for size, period in _DITHER
        )
        x, y = turn_to_sky(yaw, pitch, self.roll)
        ra, dec = self.plane.find_position(SKY_CENTRE + x, SKY_CENTRE + y)
        return AspectSolution(time, ra, dec, np.full(len(time), self.roll))

    def place_chips(self) -> dict[int, ChipPlacement]:
        """The chips at the nominal pointing."""
        pose = ChipPose(SKY_CENTRE, SKY_CENTRE, self.roll, 0.0, AIMPOINT_SIM_Z["ACIS-I"])
        return place_chips(tuple(self.masks), pose)


class Telescope:
    """Makes the events of one observation.

    Parameters
    ----------
    observation : Observation
    random : numpy.random.Generator
    """

    def __init__(self, observation: Observation, random: np.random.Generator) -> None:
        self.observation = observation
        self.aspect = observation.build_aspect()
        self._random = random
        self._placed = observation.place_chips()
        self._axis = self.aspect.find_pointing(observation.plane)
        self._vignetting = Vignetting.from_energy(SIMULATED_ENERGY)

    def observe(self, model: SkyModel) -> Photons:
        """All events of the observation in the order of time."""
        plane, area = self.observation.plane, compute_area(SIMULATED_ENERGY, 0)
        exposure = area * self.observation.good.total * LIVE_FRACTION
        cluster = model.cluster
        west, north = cluster.draw(exposure, self._random)
        around = SkyPlane(cluster.ra, cluster.dec)
        parts = [
            self._record_sky(*around.reproject(
                SKY_CENTRE + west / SKY_PIXEL, SKY_CENTRE + north / SKY_PIXEL, plane
            ))
        ]  # fmt: skip
        for source in model.sources:
            count = self._random.poisson(source.flux * exposure)
            x, y = plane.find_pixel(source.ra, source.dec)
            parts.append(self._record_sky(np.full(count, float(x)), np.full(count, float(y))))
        parts += [self._record_particles(model), self._record_flares(model)]
        events = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        order = np.argsort(events["time"], kind="stable")
        return {name: values[order] for name, values in events.items()}

    def _draw_times(self, count: int) -> Numbers:
        """Middles of frames, anywhere in the good time."""
        edges = self.observation.good.edges
        reach = np.concatenate([[0.0], np.cumsum(edges[:, 1] - edges[:, 0])])
        drawn = self._random.uniform(0, reach[-1], count)
        at = np.searchsorted(reach, drawn, side="right") - 1
        return self._round_to_frames(edges[at, 0] + drawn - reach[at])

    def _round_to_frames(self, time: Numbers) -> Numbers:
        start = self.observation.start
        return start + (np.floor((time - start) / FRAME_TIME) + 0.5) * FRAME_TIME

    def _find_axis(self, time: Numbers) -> tuple[Numbers, Numbers]:
        x, y = (np.interp(time, self.aspect.time, place) for place in self._axis)
        return x, y

    def _record_sky(self, x: Numbers, y: Numbers) -> Photons:
        """Photons of sky pixels: vignetted, blurred by the mirrors, on a chip or lost."""
        time = self._draw_times(len(x))
        axis_x, axis_y = self._find_axis(time)
        theta = np.hypot(x - axis_x, y - axis_y) * SKY_PIXEL / 60
        kept = self._random.uniform(0, 1, len(x)) < self._vignetting.compute(theta)
        time, theta = time[kept], theta[kept]
        part, turn = self._random.uniform(0, 1, (2, len(time)))
        radius = compute_psf_radius(theta, part) / SKY_PIXEL
        x = x[kept] + radius * np.cos(2 * math.pi * turn)
        y = y[kept] + radius * np.sin(2 * math.pi * turn)
        energy = draw_energies(len(time), TEMPERATURE, self._random)
        return self._record(time, x, y, energy, is_photon=True)

    def _record(
        self, time: Numbers, x: Numbers, y: Numbers, energy: Numbers, *, is_photon: bool
    ) -> Photons:
        """The pixel under every photon; those beside the chips and on bad pixels are lost."""
        axis_x, axis_y = self._find_axis(time)
        steady_x, steady_y = x - (axis_x - SKY_CENTRE), y - (axis_y - SKY_CENTRE)
        chip = np.full(len(time), -1)
        columns, rows = np.zeros(len(time), int), np.zeros(len(time), int)
        for number, placement in self._placed.items():
            column, row = (np.rint(place) for place in placement.find_chip(steady_x, steady_y))
            inside = (column >= 1) & (column <= CHIP_SIZE) & (row >= 1) & (row <= CHIP_SIZE)
            at = np.flatnonzero(inside)
            at = at[self.observation.masks[number][row[at].astype(int) - 1,
                                                    column[at].astype(int) - 1]]  # fmt: skip
            chip[at], columns[at], rows[at] = number, column[at], row[at]
        kept = chip >= 0
        return {
            "time": time[kept], "ccd_id": chip[kept], "chipx": columns[kept], "chipy": rows[kept],
            "x": x[kept], "y": y[kept], "axis_x": axis_x[kept], "axis_y": axis_y[kept],
            "energy": energy[kept] * 1000, **self._grade(int(kept.sum()), is_photon=is_photon),
        }  # fmt: skip

    def _grade(self, count: int, *, is_photon: bool) -> Photons:
        """Grades and whether VFAINT vetoes: photons are good, some particles are not."""
        grade = self._random.choice([0, 2, 3, 4, 6], count, p=[0.55, 0.2, 0.08, 0.08, 0.09])
        if is_photon:
            return {"grade": grade, "vetoed": np.zeros(count, bool)}
        bad = self._random.uniform(0, 1, count) < BAD_GRADE_FRACTION
        grade[bad] = self._random.choice([1, 5, 7], int(bad.sum()))
        return {"grade": grade, "vetoed": self._random.uniform(0, 1, count) < VETOED_FRACTION}

    def _spread_on_chips(self, time: Numbers, energy: Numbers) -> Photons:
        """Events at any place of the chips at given times."""
        count = len(time)
        chip = self._random.choice(list(self._placed), count)
        place = self._random.uniform(0.5, CHIP_SIZE + 0.5, (2, count))
        axis_x, axis_y = self._find_axis(time)
        x, y = np.empty(count), np.empty(count)
        for number, placement in self._placed.items():
            own = chip == number
            x[own], y[own] = placement.find_sky(place[0][own], place[1][own])
        x, y = x + axis_x - SKY_CENTRE, y + axis_y - SKY_CENTRE
        return self._record(time, x, y, energy, is_photon=False)

    def _record_particles(self, model: SkyModel) -> Photons:
        live = self.observation.good.total * LIVE_FRACTION
        count = self._random.poisson(model.particle_rate * len(self._placed) * live)
        energy = self._random.uniform(*PARTICLE_LIMITS, count)
        return self._spread_on_chips(self._draw_times(count), energy)

    def _record_flares(self, model: SkyModel) -> Photons:
        """Soft protons, on top of the particles, in the good time only."""
        times, energies = [np.empty(0)], [np.empty(0)]
        for flare in self.observation.flares:
            mean = flare.height * flare.decay * model.particle_rate * len(self._placed)
            count = self._random.poisson(mean * LIVE_FRACTION)
            time = self._round_to_frames(flare.start + self._random.exponential(flare.decay, count))
            energy = 0.5 + self._random.exponential(2.5, count)
            kept = self.observation.good.select(time) & (energy < PARTICLE_LIMITS[1])
            times.append(time[kept])
            energies.append(energy[kept])
        return self._spread_on_chips(np.concatenate(times), np.concatenate(energies))

    def draw_blank_sky(self, model: SkyModel, exposure: float) -> Photons:
        """Particles alone, as a blank-sky list has them: on chips, at no time."""
        count = self._random.poisson(model.particle_rate * len(self._placed) * exposure)
        chip = self._random.choice(list(self._placed), count)
        place = self._random.integers(1, CHIP_SIZE + 1, (2, count))
        good = np.zeros(count, bool)
        for number, mask in self.observation.masks.items():
            own = chip == number
            good[own] = mask[place[1][own] - 1, place[0][own] - 1]
        energy = self._random.uniform(*PARTICLE_LIMITS, count) * 1000
        events = {"ccd_id": chip, "chipx": place[0], "chipy": place[1], "energy": energy}
        events |= self._grade(count, is_photon=False)
        return {name: values[good] for name, values in events.items()}
