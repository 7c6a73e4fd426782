"""What may be plugged into the chain from pixels to world coordinates.

pixel offsets ─ :class:`PlaneStage` ``pixel`` ─ matrix ─ :class:`PlaneStage` ``plane`` ─ projection
and rotation for the celestial pair; :class:`AxisStage` for a spectral or other non-linear axis.
"""

from __future__ import annotations

from typing import Literal, Protocol

from fitslint.wcs.maths import Maths, T


class PlaneStage(Protocol):
    """A correction of two coordinates, as SIP, TPV, TNX and ZPX have it.

    ``pixel``: offsets from CRPIX in pixels, axis 1 and axis 2, before the matrix. ``plane``:
    intermediate world coordinates in degrees, longitude first, after it.
    """

    @property
    def place(self) -> Literal["pixel", "plane"]:
        """Where in the chain it stands."""

    def correct(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """On the way to the sky."""

    def undo(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """On the way back; NaN where no iteration comes to an end."""


class AxisStage(Protocol):
    """The world coordinate of one axis that is not linear."""

    @property
    def unit(self) -> str:
        """Of the world coordinate: the SI unit that the standard demands."""

    def to_world(self, maths: Maths[T], offset: T) -> T:
        """World coordinate of an intermediate one: the offset from CRVAL in the unit of CUNIT."""

    def to_offset(self, maths: Maths[T], world: T) -> T:
        """Intermediate world coordinate; NaN where there is none."""
