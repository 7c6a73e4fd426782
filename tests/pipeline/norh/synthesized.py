"""Scenes of which images are made in tests, and what is measured in those."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np

from fitslint.pipeline.norh.constants import BANDS, CLEAN_BEAM_WIDTH, RADIO_RADIUS_FACTOR
from fitslint.pipeline.norh.sun import compute_ephemeris
from fitslint.pipeline.norh.synthesis.array import ARMS, PLACES
from fitslint.pipeline.norh.synthesis.imager import CleanOptions, Imager
from fitslint.pipeline.norh.synthesis.restore import SkyPixels
from fitslint.pipeline.norh.synthesis.scene import Scene, Source
from fitslint.pipeline.norh.synthesis.simulate import simulate_frames
from fitslint.pipeline.norh.synthesis.visibility import build_projection

START = datetime(1998, 5, 9, 3, 20, 21, 254000)
"""Of the second header that the manual prints."""
FLARE = Source(-431, 54, 2e6, 12, 0.3)
SOURCES = (FLARE, Source(300, -200, 5e4, 40), Source(500, 420, 3e4, 25))
USUAL = CleanOptions()
WHOLE = SkyPixels(512, 0.0, 0.0, 4.91106)


class Fit(NamedTuple):
    """Flux by truth and distance in arcsec of the components near a source."""

    flux: float
    distance: float


@cache
def simulate(scene):
    """The simulation of a scene, the imager for it and the calibration that it finds."""
    made = simulate_frames(scene)
    sun = compute_ephemeris(scene.start + timedelta(seconds=0.5))
    projection = build_projection(scene.frequency, sun)
    raw, radius = made.raw, sun.radius * RADIO_RADIUS_FACTOR
    imager = Imager(projection, radius, made.gains != 0, raw.find_saturated(raw.first, 1))
    return made, imager, imager.calibrate(raw.average(raw.first, 1)["r+l"])


@cache
def synthesize(scene, options=USUAL, sky=WHOLE, polarisation="r+l"):
    """An image of the first frame of a scene."""
    made, imager, calibration = simulate(scene)
    seen = made.raw.average(made.raw.first, 1)[polarisation]
    return imager.make_image(seen, calibration, sky, options, has_disk=polarisation == "r+l")


def measure_distance(beam, x, y):
    """Arcsec of offsets in the plane of the array, where the beam is always 16 arcsec round."""
    if beam is None:
        return np.hypot(x, y)
    (a, b), (_, c) = beam.form * (CLEAN_BEAM_WIDTH * BANDS["17GHz"].dirty_pixel) ** 2
    return np.sqrt(a * x * x + 2 * b * x * y + c * y * y)


def fit(image, source, beam=None):
    """What the components of an image say of a source; with a beam in the plane of the array."""
    x, y, flux = image.components
    near = measure_distance(beam, x - source.x, y - source.y) < max(30, 1.5 * source.fwhm)
    total = flux[near].sum()
    west, north = ((flux[near] * at[near]).sum() / total for at in (x, y))
    away = measure_distance(beam, west - source.x, north - source.y)
    return Fit(total / source.flux, float(away))


def find_quiet(image, sources, beam=None):
    """Pixels of the disk without sources."""
    x, y = image.sky.west[None, :], image.sky.north[:, None]
    quiet = np.hypot(x, y) < 900
    for source in sources:
        away = measure_distance(beam, x - source.x, y - source.y)
        quiet &= away > 60 + 2 * source.fwhm
    return image.pixels[quiet]


def compare_gains(made, calibration, offset):
    """Rms of amplitude (relative) and phase (deg) of each arm, without offset and gradient."""
    for arm in ARMS.values():
        used = made.gains[arm] != 0
        ratio = (calibration.gains[arm] / np.where(used, made.gains[arm], 1))[used]
        ratio = ratio * np.exp(2j * np.pi / 512 * (PLACES[arm][used] @ np.array(offset)))
        places = PLACES[arm][used].sum(axis=1)
        phase = np.angle(ratio / ratio.mean())
        rest = phase - np.polyval(np.polyfit(places, phase, 1), places)
        yield abs(ratio).std() / abs(ratio).mean(), np.degrees(rest.std())


def draw_scene(seed, frequency="17GHz"):
    """A scene by lot: a flare and up to three extended sources, at any time of three decades."""
    random = np.random.default_rng(seed)
    sources = []
    for number in range(random.integers(1, 5)):
        radius, angle = 930 * np.sqrt(random.random()), 2 * np.pi * random.random()
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        if all(np.hypot(x - one.x, y - one.y) > 120 for one in sources):
            bright = (
                10 ** random.uniform(6.3, 7),
                random.uniform(9, 18),
                random.uniform(-0.5, 0.5),
            )
            extended = (10 ** random.uniform(4.3, 5), random.uniform(15, 45))
            sources.append(Source(x, y, *(extended if number else bright)))
    days, hours = int(random.integers(0, 10_000)), float(random.uniform(0, 5.5))
    return Scene(
        datetime(1992, 7, 1) + timedelta(days=days, hours=hours), frequency, tuple(sources),
        seed=seed, offset=tuple(random.uniform(-14, 14, 2)),
    )  # fmt: skip


def draw_low_scene(seed):
    """The same scene with the Sun 8 to 30 deg high, in the hours of observation."""
    scene, random = draw_scene(seed), np.random.default_rng(seed + 10**6)
    midnight = scene.start.replace(hour=0, minute=0, second=0, microsecond=0)
    for hours in random.uniform(-2.5, 8.5, 200):
        start = midnight + timedelta(hours=float(hours))
        sun = compute_ephemeris(start)
        if 8 < sun.true_horizon.altitude < 30 and not sun.describe_doubt():
            return replace(scene, start=start)
    raise ValueError(f"seed {seed}: the Sun is never low")
