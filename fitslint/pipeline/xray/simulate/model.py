"""The sky that is observed: how bright it is, and photons drawn from it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.response import compute_area

Numbers = NDArray[Any]
SOURCE_BAND = (0.5, 7.0)
"""keV within which all photons of the sky are."""
_RADIUS_MAX = 600.0
_GRID = np.concatenate([[0.0], np.geomspace(0.05, _RADIUS_MAX, 2000)])


@dataclass(frozen=True, slots=True)
class ClusterModel:
    """A beta model with a dark cavity and a cold front.

    Attributes
    ----------
    ra, dec : float
        centre in degrees.
    redshift : float
    brightness : float
        of the centre in photons/cm2/s/arcsec2.
    core : float
        arcsec.
    beta : float
    cavity : (float, float, float, float)
        place to the west and to the north, radius in arcsec, part of the light that is missing.
    front : (float, float, float, float)
        first and last position angle from west to north in degrees, radius in arcsec, and by how
        much the light inside of it is brighter.
    """

    ra: float = 197.8725
    dec: float = -1.3412
    redshift: float = 0.183
    brightness: float = 2.4e-7
    core: float = 25.0
    beta: float = 0.65
    cavity: tuple[float, float, float, float] = (22.0, 14.0, 9.0, 0.6)
    front: tuple[float, float, float, float] = (190.0, 290.0, 55.0, 1.5)

    def compute_brightness(self, west: Numbers, north: Numbers) -> Numbers:
        """Photons/cm2/s/arcsec2 at places in arcsec from the centre."""
        radius = np.hypot(west, north)
        smooth = (1 + (radius / self.core) ** 2) ** (0.5 - 3 * self.beta)
        found = self.brightness * smooth * self._modify(west, north)
        return np.where(radius <= _RADIUS_MAX, found, 0.0)

    def _modify(self, west: Numbers, north: Numbers) -> Numbers:
        x, y, size, depth = self.cavity
        first, last, radius, jump = self.front
        angle = np.degrees(np.arctan2(north, west)) % 360
        in_front = (angle >= first) & (angle < last) & (np.hypot(west, north) < radius)
        in_cavity = np.hypot(west - x, north - y) < size
        return np.where(in_front, jump, 1.0) * np.where(in_cavity, 1 - depth, 1.0)

    def draw(self, exposure: float, random: np.random.Generator) -> tuple[Numbers, Numbers]:
        """Photons of an exposure in cm2 s, as arcsec to the west and to the north."""
        smooth = (1 + (_GRID / self.core) ** 2) ** (0.5 - 3 * self.beta)
        rings = 0.5 * (smooth[1:] * _GRID[1:] + smooth[:-1] * _GRID[:-1]) * np.diff(_GRID)
        reach = np.concatenate([[0.0], np.cumsum(2 * math.pi * rings)])
        most = max(self.front[3], 1.0)
        count = random.poisson(self.brightness * reach[-1] * most * exposure)
        radius = np.interp(random.uniform(0, reach[-1], count), reach, _GRID)
        angle = random.uniform(0, 2 * math.pi, count)
        west, north = radius * np.cos(angle), radius * np.sin(angle)
        kept = random.uniform(0, most, count) < self._modify(west, north)
        return west[kept], north[kept]


@dataclass(frozen=True, slots=True)
class PointSource:
    """A point source: degrees, and photons/cm2/s in `SOURCE_BAND`."""

    ra: float
    dec: float
    flux: float


@dataclass(frozen=True, slots=True)
class SkyModel:
    """The cluster, the point sources, and the background of particles.

    Attributes
    ----------
    particle_rate : float
        counts/s of a chip within `PARTICLE_LIMITS`, before any filter.
    """

    cluster: ClusterModel
    sources: tuple[PointSource, ...]
    particle_rate: float = 0.5

    def describe(self) -> dict[str, Any]:
        """All of it as JSON takes it."""
        return asdict(self)


PARTICLE_LIMITS = (0.3, 12.0)
"""keV between which the background of particles is flat."""


def draw_sources(
    cluster: ClusterModel, count: int, exposure: float, random: np.random.Generator
) -> tuple[PointSource, ...]:
    """Point sources around a cluster, a fifth of them bright and near, none near another.

    Fluxes are those of 15 to 1500 photons in an ``exposure`` in cm2 s, and of 400 to 1500 for the
    bright ones.
    """
    places: list[complex] = []
    while len(places) < count:
        is_bright = len(places) < max(count // 5, 1)
        reach = 170.0 if is_bright else 420.0
        place = complex(*random.uniform(-reach, reach, 2))
        if abs(place) > 75.0 and all(abs(place - other) > 25.0 for other in places):
            places.append(place)
    found = []
    for at, place in enumerate(places):
        low = 400.0 if at < max(count // 5, 1) else 15.0
        photons = low * (1500.0 / low) ** (random.uniform() ** 2)
        ra = cluster.ra - place.real / 3600 / math.cos(math.radians(cluster.dec))
        found.append(PointSource(ra, cluster.dec + place.imag / 3600, photons / exposure))
    return tuple(found)


def draw_energies(count: int, temperature: float, random: np.random.Generator) -> Numbers:
    """Energies in keV of photons that were seen: a thermal continuum behind mirrors and chips."""
    energies, total = _build_spectrum(temperature)
    return np.interp(random.uniform(0, 1, count), total, energies)


def measure_band_fraction(low: float, high: float, temperature: float) -> float:
    """The part of the photons of `draw_energies` between two energies in keV."""
    energies, total = _build_spectrum(temperature)
    return float(np.diff(np.interp([low, high], energies, total))[0])


def _build_spectrum(temperature: float) -> tuple[Numbers, Numbers]:
    energies = np.linspace(*SOURCE_BAND, 1301)
    seen = energies**-1.4 * np.exp(-energies / temperature)
    seen = seen * np.array([compute_area(energy, 0) for energy in energies])
    total = np.concatenate([[0.0], np.cumsum(0.5 * (seen[1:] + seen[:-1]))])
    return energies, total / total[-1]
