"""Correlations of a scene as the array would record them, with gains that are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from fitslint.pipeline.norh.antennas import ANTENNAS
from fitslint.pipeline.norh.clock import format_ut
from fitslint.pipeline.norh.constants import FULL_CORRELATION, RADIO_RADIUS_FACTOR
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.sun import compute_ephemeris
from fitslint.pipeline.norh.synthesis.array import BASELINES, FIRST, PLACES, SECOND, Complexes
from fitslint.pipeline.norh.synthesis.pointing import shift_phases
from fitslint.pipeline.norh.synthesis.raw import LIMIT, RawFrames, list_receivers
from fitslint.pipeline.norh.synthesis.scene import Disk, Scene
from fitslint.pipeline.norh.synthesis.visibility import (
    build_projection,
    see_disk,
    see_sources,
)


@dataclass(frozen=True, slots=True)
class ArraySimulation:
    """Simulated correlations and what they are of.

    Parameters
    ----------
    raw : RawFrames
        the correlations.
    gains : array of complex, shape (84,)
        of the antennas; 0 where one is bad.
    clipped : int
        numbers that were beyond a full correlation.
    """

    raw: RawFrames
    gains: Complexes
    clipped: int


def simulate_frames(scene: Scene) -> ArraySimulation:
    """What the array records of a scene: the same seed gives the same numbers.

    Raises
    ------
    NorhError
        when the Sun is below the horizon of Nobeyama.
    """
    random = np.random.default_rng(scene.seed)
    gains = _draw_gains(scene, random)
    product = gains[FIRST] * gains[SECOND].conj()
    receivers = list_receivers(scene.frequency)
    records = {name: np.zeros((scene.frames, 2, len(FIRST)), np.int16) for name in receivers}
    clipped = 0
    for frame in range(scene.frames):
        seen = _see_frame(scene, frame)
        for name, sign in receivers.items():
            noise = random.standard_normal((2, len(FIRST))) * scene.noise / np.sqrt(2)
            value = product * (seen[0] + sign * seen[1]) + noise[0] + 1j * noise[1]
            value = np.where(product != 0, value, 0)
            level = np.rint(np.stack([value.real, value.imag]) * FULL_CORRELATION)
            clipped += int((abs(level) > LIMIT).sum())
            records[name][frame] = np.clip(level, -LIMIT, LIMIT)
    numbers = scene.first + scene.step * np.arange(scene.frames)
    raw = RawFrames(
        scene.frequency, scene.start, scene.first, numbers, records, is_event=scene.event
    )
    return ArraySimulation(raw, gains, clipped)


def _draw_gains(scene: Scene, random: np.random.Generator) -> Complexes:
    """Gains by lot; a gradient of phase along both arms puts the disk where the scene says."""
    size = len(ANTENNAS)
    amplitude = np.exp(scene.gain_amplitude * random.standard_normal(size))
    phase = np.radians(scene.gain_phase) * random.standard_normal(size)
    gains: Complexes = amplitude * np.exp(1j * phase) * shift_phases(-PLACES, *scene.offset)
    gains[list(scene.bad)] = 0
    return gains


def _see_frame(scene: Scene, frame: int) -> tuple[Complexes, Complexes]:
    """Visibilities of I and V, by the zero spacing of I."""
    time = scene.start + (scene.step * frame + 0.5) * timedelta(seconds=scene.integration)
    sun = compute_ephemeris(time)
    if sun.describe_doubt():
        raise NorhError(f"{format_ut(time)}: {sun.describe_doubt()}; choose another start")
    projection = build_projection(scene.frequency, sun)
    disk = Disk(scene.temperature, sun.radius * RADIO_RADIUS_FACTOR)
    sources = [source.observe(scene.frequency, frame) for source in scene.sources]
    polarised = [replace(one, temperature=one.temperature * one.polarisation) for one in sources]
    total = disk.flux + sum(source.flux for source in sources)
    if not total > 0:
        raise NorhError("the scene has no flux: its disk and sources add up to nothing")
    intensity, circular = (
        see_sources(projection, BASELINES, some, second_order=scene.second_order) / total
        for some in (sources, polarised)
    )
    return intensity + see_disk(projection, BASELINES, disk) / total, circular


def list_simulation(scene: Scene) -> list[str]:
    """Lines of HISTORY that say what was simulated."""
    x, y = scene.offset
    lines = [
        f"simulated, seed {scene.seed}, noise {scene.noise:g} of the zero spacing",
        f"gains by lot: {scene.gain_amplitude:g} rms in amplitude, {scene.gain_phase:g} deg rms",
        f"disk of {scene.temperature:g} K, {x:g}, {y:g} dirty pixels off",
        "places of antennas are reconstructed: their table is not published",
    ]
    lines += [
        f"source ({source.x:g}, {source.y:g}) arcsec, {source.temperature:g} K at 17 GHz, "
        f"{source.fwhm:g} arcsec FWHM, V/I {source.polarisation:g}, alpha {source.alpha:g}"
        for source in scene.sources
    ]
    return lines
