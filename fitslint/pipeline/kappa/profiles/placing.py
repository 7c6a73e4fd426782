"""Where a lens is and how it is turned."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.block import ALPHA, GAMMA, Block
from fitslint.pipeline.kappa.profiles.scratch import Floats


@dataclass(frozen=True, slots=True)
class Offsets:
    """Arcsec from the centre of a lens to the pixels of a block, along x and y."""

    dx: Floats
    dy: Floats
    block: Block

    def columns(self, factor: Floats | float) -> Floats:
        """``dx`` times ``factor``, in a working array."""
        return np.multiply(self.dx, factor, out=self.block.scratch("columns", self.dx.shape))

    def rows(self, factor: Floats | float) -> Floats:
        """``dy`` times ``factor``, in a working array."""
        return np.multiply(self.dy, factor, out=self.block.scratch("rows", self.dy.shape))


@dataclass(frozen=True, slots=True)
class Placing:
    """The centre of a lens in arcsec, and the angle of its major axis from +x."""

    x: float
    y: float
    cos: float
    sin: float

    @classmethod
    def of(cls, lens: Lens) -> Placing:
        """The placing of a lens of a model."""
        angle = math.radians(lens.angle % 360)
        return cls(lens.x, lens.y, math.cos(angle), math.sin(angle))

    @property
    def twice(self) -> tuple[float, float]:
        """Cosine and sine of twice the angle."""
        return (self.cos - self.sin) * (self.cos + self.sin), 2 * self.cos * self.sin

    def offsets(self, block: Block) -> Offsets:
        """The pixels counted from the centre of the lens."""
        dx = np.subtract(block.x, self.x, out=block.scratch("dx", block.x.shape))
        dy = np.subtract(block.y, self.y, out=block.scratch("dy", block.y.shape))
        return Offsets(dx, dy, block)

    def axes(self, at: Offsets) -> tuple[Floats, Floats]:
        """Coordinates along the major and the minor axis."""
        major = np.add(at.columns(self.cos), at.rows(self.sin), out=at.block.array("major"))
        minor = np.add(at.columns(-self.sin), at.rows(self.cos), out=at.block.array("minor"))
        return major, minor

    def add_deflection(self, block: Block, major: Floats, minor: Floats) -> None:
        """Add a deflection given along the axes of the lens."""
        block.add_turned(ALPHA, major, minor, (self.cos, self.sin))

    def add_shear(self, block: Block, one: Floats, two: Floats) -> None:
        """Add a shear whose components are given along the axes of the lens."""
        block.add_turned(GAMMA, one, two, self.twice)
