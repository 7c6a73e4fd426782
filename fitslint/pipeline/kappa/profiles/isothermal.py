"""Profile 8, the pseudo-isothermal elliptical mass distribution of Kassiola & Kovner (1993).

Its softened isothermal ellipse is what profile 81 rests on as well.

They write the surface density with R^2 = x^2/(1 + eps)^2 + y^2/(1 - eps)^2 along the axes of the
lens. With q = (1 - eps)/(1 + eps) and s = (1 + eps) r_core the same density is
kappa = b q/(2 psi), psi^2 = q^2 (s^2 + x^2) + y^2, b = b0 (1 + eps), for which Keeton (2001,
astro-ph/0102341, section 3.2.3) has real functions in place of the complex logarithm I'.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.constants import MIN_RADIUS
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import (
    ALPHA,
    GAMMA,
    KAPPA,
    Floats,
    LensPlane,
    LensProfile,
    RowBlock,
)
from fitslint.pipeline.kappa.profiles.orientation import BlockOffsets, Orientation


def compute_flattening(ellipticity: float) -> float:
    """(a - b)/(a + b) of (a^2 - b^2)/(a^2 + b^2), finite at 0."""
    return ellipticity / (1 + math.sqrt((1 - ellipticity) * (1 + ellipticity)))


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Similar ellipses around the centre of a lens: axis ratio ``q``, ``f`` = sqrt(1 - q^2)."""

    orientation: Orientation
    stretch: float
    """1 + eps, by which the radii of a model are multiplied."""
    q: float
    f: float

    @classmethod
    def from_lens(cls, lens: Lens, eps: float) -> Ellipse:
        """The ellipses of a lens of flattening ``eps`` = (a - b)/(a + b)."""
        stretch = 1 + eps
        return cls(
            Orientation.from_lens(lens), stretch, (1 - eps) / stretch, 2 * math.sqrt(eps) / stretch
        )

    def convert_radius(self, radius: float) -> float:
        """The radius s of a core or cut radius."""
        return self.stretch * max(radius, MIN_RADIUS)

    def compute_psi_square(self, at: BlockOffsets, s: float, name: str) -> Floats:
        """psi^2, as a sum of squares so that no digits are lost."""
        q2, cos, sin = self.q**2, self.orientation.cos, self.orientation.sin
        along = math.hypot(self.q * cos, sin)
        skew = (q2 - 1) * cos * sin / along
        square = np.add(at.scale_columns(along), at.scale_rows(skew), out=at.block.get_array(name))
        np.square(square, out=square)
        rows = at.scale_rows(self.q / along)
        np.square(rows, out=rows)
        rows += q2 * s**2
        return np.add(square, rows, out=square)

    def compute_shear_weight(
        self, at: BlockOffsets, s: float, psi: Floats, strength: float, name: str
    ) -> Floats:
        """w = strength/(2 psi D), D = x^2 + y^2 + (1 + q^2) s^2 + 2 s psi."""
        weight = np.multiply(psi, 2 * s, out=at.block.get_array(name))
        weight += at.scale_columns(at.dx)
        rows = at.scale_rows(at.dy)
        rows += (1 + self.q**2) * s**2
        weight += rows
        weight *= psi
        return np.divide(strength / 2, weight, out=weight)

    def add_shear(self, at: BlockOffsets, weight: Floats, s: float) -> None:
        """Add gamma1 + i gamma2 = -w [(dx + i dy)^2 + f^2 s^2 e^(2 i angle)]."""
        sums, part = at.block.sums, at.block.get_array("shear")
        cos2, sin2 = self.orientation.double_angle
        if "gamma1" in sums:
            columns = at.scale_columns(at.dx)
            columns += (self.f * s) ** 2 * cos2
            np.subtract(at.scale_rows(at.dy), columns, out=part)
            sums["gamma1"] += np.multiply(part, weight, out=part)
        if "gamma2" in sums:
            np.multiply(at.scale_columns(-2), at.dy, out=part)
            part -= (self.f * s) ** 2 * sin2
            sums["gamma2"] += np.multiply(part, weight, out=part)

    def add_axis_shear(self, at: BlockOffsets, weight: Floats, factor: float) -> None:
        """Add the shear gamma1 + i gamma2 = factor w f^2 e^(2 i angle) along the lens."""
        part = at.block.get_array("shear")
        for quantity, turn in zip(GAMMA, self.orientation.double_angle, strict=True):
            if self.f and quantity in at.block.sums:
                along = factor * self.f**2 * turn
                at.block.sums[quantity] += np.multiply(weight, along, out=part)

    def apply_arctan(self, ratio: Floats, function: np.ufunc, strength: float) -> None:
        """strength/f times arctan or arctanh of f ``ratio``, in place; its limit where f is 0."""
        if self.f:
            np.multiply(ratio, self.f, out=ratio)
            function(ratio, out=ratio)
        np.multiply(ratio, strength / (self.f or 1), out=ratio)


@dataclass(frozen=True, slots=True)
class Piemd(LensProfile):
    """A PIEMD: ``strength`` is b q D_ls/D_s in arcsec, ``core`` the radius s of the
    ellipse."""

    PARAMETERS = ("core", "velocity")

    ellipse: Ellipse
    strength: float
    core: float

    @classmethod
    def from_lens(cls, lens: Lens, plane: LensPlane) -> Piemd:
        """The PIEMD of a lens."""
        eps = compute_flattening(lens.ellipticity) or plane.convention.min_flattening
        ellipse = Ellipse.from_lens(lens, eps)
        b0 = 6 * plane.convention.bending * lens.velocity**2 * plane.distance_ratio
        return cls(ellipse, b0 * ellipse.stretch * ellipse.q, ellipse.convert_radius(lens.core))

    def add(self, block: RowBlock) -> None:
        """Add this lens to the sums of the block."""
        at = self.ellipse.orientation.compute_offsets(block)
        psi = self.ellipse.compute_psi_square(at, self.core, "psi")
        np.sqrt(psi, out=psi)
        if block.has_any(KAPPA):
            part = block.get_array("convergence")
            block.sums[KAPPA] += np.divide(self.strength / 2, psi, out=part)
        if block.has_any(*GAMMA):
            weight = self.ellipse.compute_shear_weight(at, self.core, psi, self.strength, "weight")
            self.ellipse.add_shear(at, weight, self.core)
        if block.has_any(*ALPHA):
            self._add_deflection(at, psi)

    def _add_deflection(self, at: BlockOffsets, psi: Floats) -> None:
        """Add strength/f (arctan f x/(psi + s), arctanh f y/(psi + q^2 s)); psi is overwritten."""
        ellipse = self.ellipse
        major, minor = ellipse.orientation.compute_axes(at)
        psi += self.core
        ellipse.apply_arctan(np.divide(major, psi, out=major), np.arctan, self.strength)
        psi -= ellipse.f**2 * self.core
        ellipse.apply_arctan(np.divide(minor, psi, out=minor), np.arctanh, self.strength)
        ellipse.orientation.add_deflection(at.block, major, minor)
