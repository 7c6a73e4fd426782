"""What the array sees: visibilities of a disk, of Gaussians and of points.

A visibility is in K arcsec2, the integral of brightness times a phase. Baselines are (west, north)
in unit spacings and whole numbers; a place (x, y) on the sky, in arcsec to the west and north of
the centre of the Sun, has the phase -2 pi u.(A (x, y))/period, with A from the sky to the ground.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.norh.beam import Beam, find_beam_width
from fitslint.pipeline.norh.constants import (
    ARCSEC,
    BANDS,
    NORTH_SPACING_RATIO,
    FrequencyBand,
)
from fitslint.pipeline.norh.sun import Ephemeris
from fitslint.pipeline.norh.synthesis.array import Complexes, Floats
from fitslint.pipeline.norh.synthesis.scene import Disk, Source
from fitslint.rules.norh.sun import LATITUDE


@dataclass(frozen=True, slots=True)
class ArrayProjection:
    """How the sky lies over the ground at one moment and frequency.

    Parameters
    ----------
    matrix : array of shape (2, 2)
        arcsec west and north on the ground by arcsec west and north on the Sun.
    centre : pair of float
        direction cosines of the centre of the Sun to the west and north of the ground.
    frequency : str
        ``17GHz`` or ``34GHz``.
    """

    matrix: Floats
    centre: tuple[float, float]
    frequency: str

    def compute_beam(self, cell: int = 0) -> Beam:
        """The clean beam on the sky, by the cell of weights (Fujiki)."""
        lengths = self.matrix / (find_beam_width(cell) * self.band.dirty_pixel)
        return Beam(lengths.T @ lengths)

    @property
    def band(self) -> FrequencyBand:
        """The constants of the frequency."""
        return BANDS[self.frequency]

    def to_ground(
        self, x: Floats, y: Floats, *, second_order: bool = False
    ) -> tuple[Floats, Floats]:
        """Dirty pixels to the west and north of the centre, of places in arcsec."""
        a, step = self.matrix, self.band.dirty_pixel
        west, north = a[0, 0] * x + a[0, 1] * y, a[1, 0] * x + a[1, 1] * y
        if second_order:
            sag = (x * x + y * y) * ARCSEC / 2
            west, north = west - self.centre[0] * sag, north - self.centre[1] * sag
        return west / step, north / step

    def to_sky(self, west: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Arcsec west and north on the Sun, of dirty pixels."""
        b = np.linalg.inv(self.matrix) * self.band.dirty_pixel
        return b[0, 0] * west + b[0, 1] * north, b[1, 0] * west + b[1, 1] * north

    def straighten(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Where a source is that the curvature of the sky displaces to (x, y), in arcsec."""
        shift = np.linalg.inv(self.matrix) @ np.array(self.centre)
        sag = (x * x + y * y) * ARCSEC / 2
        return x + shift[0] * sag, y + shift[1] * sag


def build_projection(frequency: str, sun: Ephemeris) -> ArrayProjection:
    """The projection at a frequency (OBS-FREQ) and a moment."""
    p1, p2, p3, p4 = sun.projection
    angle = math.radians(sun.pole_angle)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    stretch = np.array([[1.0], [NORTH_SPACING_RATIO]])
    hour, declination, latitude = (
        math.radians(degrees) for degrees in (sun.hour_angle / 240, sun.declination, LATITUDE)
    )
    west = math.cos(declination) * math.sin(hour)
    north = math.sin(declination) * math.cos(latitude)
    north -= math.cos(declination) * math.sin(latitude) * math.cos(hour)
    return ArrayProjection(
        stretch * (np.array([[p1, p3], [p2, p4]]) @ turn),
        (west, north * NORTH_SPACING_RATIO), frequency,
    )  # fmt: skip


def see_disk(projection: ArrayProjection, baselines: Floats, disk: Disk) -> Complexes:
    """Visibilities of a uniform disk, at baselines of shape (n, 2)."""
    from scipy.special import j1

    west, north = _compute_frequencies(projection, baselines)
    argument = 2 * math.pi * disk.radius * np.hypot(west, north)
    safe = np.where(argument > 1e-9, argument, 1.0)
    shape = np.where(argument > 1e-9, 2 * j1(safe) / safe, 1.0)
    return np.asarray(disk.flux * shape, complex)


def see_sources(
    projection: ArrayProjection, baselines: Floats, sources: Iterable[Source], *,
    second_order: bool = False,
) -> Complexes:  # fmt: skip
    """Visibilities of the sum of Gaussian sources, at baselines of shape (n, 2)."""
    west, north = _compute_frequencies(projection, baselines)
    square = west * west + north * north
    total: Complexes = np.zeros(len(baselines), complex)
    for source in sources:
        x, y = np.array(source.x), np.array(source.y)
        place = projection.to_ground(x, y, second_order=second_order)
        phase = -2j * math.pi / 512 * (baselines @ np.array(place))
        width = (math.pi * source.fwhm) ** 2 / (4 * math.log(2))
        total += source.flux * np.exp(phase - width * square)
    return total


def _compute_frequencies(projection: ArrayProjection, baselines: Floats) -> tuple[Floats, Floats]:
    """Cycles an arcsec on the sky, to the west and north."""
    found = baselines @ projection.matrix / projection.band.period
    return found[:, 0], found[:, 1]
