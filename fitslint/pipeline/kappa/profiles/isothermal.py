"""The softened isothermal ellipse of Kassiola & Kovner (1993), which profiles 8 and 81 rest on.

They write the surface density with R^2 = x^2/(1 + eps)^2 + y^2/(1 - eps)^2 along the axes of the
lens. With q = (1 - eps)/(1 + eps) and s = (1 + eps) r_core the same density is
kappa = b q/(2 psi), psi^2 = q^2 (s^2 + x^2) + y^2, b = b0 (1 + eps), for which Keeton (2001,
astro-ph/0102341, section 3.2.3) has real functions in place of the complex logarithm I'.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.constants import FLOOR
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.block import GAMMA
from fitslint.pipeline.kappa.profiles.placing import Offsets, Placing
from fitslint.pipeline.kappa.profiles.scratch import Floats


def flattening(ellipticity: float) -> float:
    """(a - b)/(a + b) of (a^2 - b^2)/(a^2 + b^2), finite at 0."""
    return ellipticity / (1 + math.sqrt((1 - ellipticity) * (1 + ellipticity)))


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Similar ellipses around the centre of a lens: axis ratio ``q``, ``f`` = sqrt(1 - q^2)."""

    placing: Placing
    stretch: float
    """1 + eps, by which the radii of a model are multiplied."""
    q: float
    f: float

    @classmethod
    def of(cls, lens: Lens, eps: float) -> Ellipse:
        """The ellipses of a lens of flattening ``eps`` = (a - b)/(a + b)."""
        stretch = 1 + eps
        return cls(Placing.of(lens), stretch, (1 - eps) / stretch, 2 * math.sqrt(eps) / stretch)

    def radius(self, given: float) -> float:
        """The radius s of a core or cut radius."""
        return self.stretch * max(given, FLOOR)

    def square(self, at: Offsets, s: float, name: str) -> Floats:
        """psi^2, as a sum of squares so that no digits are lost."""
        q2, cos, sin = self.q**2, self.placing.cos, self.placing.sin
        along = math.hypot(self.q * cos, sin)
        skew = (q2 - 1) * cos * sin / along
        square = np.add(at.columns(along), at.rows(skew), out=at.block.array(name))
        np.square(square, out=square)
        rows = at.rows(self.q / along)
        np.square(rows, out=rows)
        rows += q2 * s**2
        return np.add(square, rows, out=square)

    def shear_weight(
        self, at: Offsets, s: float, psi: Floats, strength: float, name: str
    ) -> Floats:
        """w = strength/(2 psi D), D = x^2 + y^2 + (1 + q^2) s^2 + 2 s psi."""
        weight = np.multiply(psi, 2 * s, out=at.block.array(name))
        weight += at.columns(at.dx)
        rows = at.rows(at.dy)
        rows += (1 + self.q**2) * s**2
        weight += rows
        weight *= psi
        return np.divide(strength / 2, weight, out=weight)

    def add_shear(self, at: Offsets, weight: Floats, s: float) -> None:
        """Add gamma1 + i gamma2 = -w [(dx + i dy)^2 + f^2 s^2 e^(2 i angle)]."""
        sums, part = at.block.sums, at.block.array("shear")
        cos2, sin2 = self.placing.twice
        if "gamma1" in sums:
            columns = at.columns(at.dx)
            columns += (self.f * s) ** 2 * cos2
            np.subtract(at.rows(at.dy), columns, out=part)
            sums["gamma1"] += np.multiply(part, weight, out=part)
        if "gamma2" in sums:
            np.multiply(at.columns(-2), at.dy, out=part)
            part -= (self.f * s) ** 2 * sin2
            sums["gamma2"] += np.multiply(part, weight, out=part)

    def add_turned(self, at: Offsets, weight: Floats, factor: float) -> None:
        """Add the shear gamma1 + i gamma2 = factor w f^2 e^(2 i angle) along the lens."""
        part = at.block.array("shear")
        for quantity, turn in zip(GAMMA, self.placing.twice, strict=True):
            if self.f and quantity in at.block.sums:
                along = factor * self.f**2 * turn
                at.block.sums[quantity] += np.multiply(weight, along, out=part)

    def arc(self, ratio: Floats, function: np.ufunc, strength: float) -> None:
        """strength/f times arctan or arctanh of f ``ratio``, in place; its limit where f is 0."""
        if self.f:
            np.multiply(ratio, self.f, out=ratio)
            function(ratio, out=ratio)
        np.multiply(ratio, strength / (self.f or 1), out=ratio)
