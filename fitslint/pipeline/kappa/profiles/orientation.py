"""Where a lens is and how it is turned."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import ALPHA, GAMMA, Floats, RowBlock


@dataclass(frozen=True, slots=True)
class BlockOffsets:
    """Arcsec from the centre of a lens to the pixels of a block, along x and y."""

    dx: Floats
    dy: Floats
    block: RowBlock

    def scale_columns(self, factor: Floats | float) -> Floats:
        """``dx`` times ``factor``, in a working array."""
        return np.multiply(self.dx, factor, out=self.block.scratch("columns", self.dx.shape))

    def scale_rows(self, factor: Floats | float) -> Floats:
        """``dy`` times ``factor``, in a working array."""
        return np.multiply(self.dy, factor, out=self.block.scratch("rows", self.dy.shape))


@dataclass(frozen=True, slots=True)
class Orientation:
    """The centre of a lens in arcsec, and the angle of its major axis from +x."""

    x: float
    y: float
    cos: float
    sin: float

    @classmethod
    def from_lens(cls, lens: Lens) -> Orientation:
        """The orientation of a lens of a model."""
        angle = math.radians(lens.angle % 360)
        return cls(lens.x, lens.y, math.cos(angle), math.sin(angle))

    @property
    def double_angle(self) -> tuple[float, float]:
        """Cosine and sine of twice the angle."""
        return (self.cos - self.sin) * (self.cos + self.sin), 2 * self.cos * self.sin

    def compute_offsets(self, block: RowBlock) -> BlockOffsets:
        """The pixels counted from the centre of the lens."""
        dx = np.subtract(block.x, self.x, out=block.scratch("dx", block.x.shape))
        dy = np.subtract(block.y, self.y, out=block.scratch("dy", block.y.shape))
        return BlockOffsets(dx, dy, block)

    def compute_axes(self, at: BlockOffsets) -> tuple[Floats, Floats]:
        """Coordinates along the major and the minor axis."""
        major = np.add(
            at.scale_columns(self.cos), at.scale_rows(self.sin), out=at.block.get_array("major")
        )
        minor = np.add(
            at.scale_columns(-self.sin), at.scale_rows(self.cos), out=at.block.get_array("minor")
        )
        return major, minor

    def add_deflection(self, block: RowBlock, major: Floats, minor: Floats) -> None:
        """Add a deflection given along the axes of the lens."""
        block.rotate_and_add(ALPHA, major, minor, (self.cos, self.sin))

    def add_shear(self, block: RowBlock, first: Floats, second: Floats) -> None:
        """Add a shear whose components are given along the axes of the lens."""
        block.rotate_and_add(GAMMA, first, second, self.double_angle)
