"""Gnomonic planes on the sky, for arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def to_directions(ra: Array, dec: Array) -> Array:
    """Unit vectors, (..., 3), of positions in degrees."""
    ra, dec = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)


def to_positions(directions: Array) -> tuple[Array, Array]:
    """Right ascension from 0 to 360 and declination, degrees, of vectors (..., 3)."""
    x, y, z = np.moveaxis(directions, -1, 0)
    return np.degrees(np.arctan2(y, x)) % 360.0, np.degrees(np.arctan2(z, np.hypot(x, y)))


@dataclass(frozen=True)
class TangentPlane:
    """A gnomonic plane.

    Attributes
    ----------
    axes : array, (3, 3)
        unit vectors of its first and second axis and of the tangent point.
    """

    axes: Array

    @classmethod
    def touch(cls, ra: float, dec: float) -> TangentPlane:
        """The plane of standard coordinates: its axes point east and north."""
        a, d = np.radians(ra), np.radians(dec)
        east = (-np.sin(a), np.cos(a), 0.0)
        north = (-np.sin(d) * np.cos(a), -np.sin(d) * np.sin(a), np.cos(d))
        return cls(
            np.array([east, north, (*(np.cos(d) * np.array([np.cos(a), np.sin(a)])), np.sin(d))])
        )

    @property
    def centre(self) -> tuple[float, float]:
        """The tangent point in degrees."""
        ra, dec = to_positions(self.axes[2])
        return float(ra), float(dec)

    def carry_to(self, direction: Array) -> TangentPlane:
        """This plane, turned by the shortest way so that it touches the sky elsewhere."""
        start, end = self.axes[2], direction / np.linalg.norm(direction)
        normal, cos = np.cross(start, end), float(start @ end)
        skew = np.array(
            [[0, -normal[2], normal[1]], [normal[2], 0, -normal[0]], [-normal[1], normal[0], 0]]
        )
        turn = np.eye(3) + skew + skew @ skew / (1 + cos)
        return TangentPlane(self.axes @ turn.T)

    def project(self, directions: Array) -> Array:
        """Plane coordinates in degrees, (n, 2), of unit vectors (n, 3); nan behind the sky."""
        turned = directions @ self.axes.T
        with np.errstate(invalid="ignore", divide="ignore"):
            flat = np.degrees(turned[:, :2] / turned[:, 2:])
        flat[turned[:, 2] <= 0] = np.nan
        return np.asarray(flat)

    def unproject(self, flat: Array) -> Array:
        """Unit vectors (n, 3) of plane coordinates in degrees (n, 2)."""
        part = np.radians(flat)
        found = part @ self.axes[:2] + self.axes[2]
        return np.asarray(found / np.linalg.norm(found, axis=-1, keepdims=True))

    def differentiate(self, other: TangentPlane, flat: Array) -> tuple[Array, Array]:
        """Where points of this plane are on another, (n, 2), and the derivatives, (n, 2, 2)."""
        turn = self.axes @ other.axes.T
        whole = np.radians(flat) @ turn[:2] + turn[2]
        placed = whole[:, :2] / whole[:, 2:]
        slopes = (turn[:2, :2].T - placed[:, :, None] * turn[None, None, :2, 2]) / whole[
            :, 2:, None
        ]
        return np.degrees(placed), slopes
