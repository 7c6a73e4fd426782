"""Profile 81: the dual pseudo-isothermal elliptical mass distribution.

Limousin et al. (2005), Elíasdóttir et al. (2007, appendix A): the difference of two isothermal
ellipses with the radii r_core and r_cut, times r_cut/(r_cut - r_core). Differences of the two are
formed before they are computed, so that no digits are lost far outside.
"""

from __future__ import annotations

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
from fitslint.pipeline.kappa.profiles.isothermal import Ellipse, compute_flattening
from fitslint.pipeline.kappa.profiles.orientation import BlockOffsets


@dataclass(frozen=True, slots=True)
class Dpie(LensProfile):
    """A dPIE: ``strength`` is b q r_cut/(r_cut - r_core) D_ls/D_s in arcsec, ``core`` and ``cut``
    are the radii s of :mod:`fitslint.pipeline.kappa.profiles.isothermal`."""

    PARAMETERS = ("core", "cut", "velocity")

    ellipse: Ellipse
    strength: float
    core: float
    cut: float

    @classmethod
    def from_lens(cls, lens: Lens, plane: LensPlane) -> Dpie:
        """The dPIE of a lens."""
        eps = compute_flattening(lens.ellipticity)
        ellipse = Ellipse.from_lens(lens, eps if eps > plane.convention.circular_below else 0.0)
        core, cut = (
            ellipse.convert_radius(lens.core),
            ellipse.convert_radius(max(lens.cut, 2 * MIN_RADIUS)),
        )
        b0 = 6 * plane.convention.bending * lens.velocity**2 * plane.distance_ratio
        return cls(ellipse, b0 * ellipse.stretch * ellipse.q * cut / (cut - core), core, cut)

    @classmethod
    def find_bad_radii(cls, lens: Lens) -> str | None:
        """Whether the cut is inside the core."""
        if lens.core * (1 + 1e-12) < lens.cut:
            return None
        return (
            f"core_radius {lens.core:g} arcsec is not smaller than cut_radius {lens.cut:g} arcsec"
        )

    @property
    def _radius_step(self) -> float:
        """Difference of the squared radii."""
        return (self.cut - self.core) * (self.cut + self.core)

    def add(self, block: RowBlock) -> None:
        """Add this lens to the sums of the block."""
        at = self.ellipse.orientation.compute_offsets(block)
        step = self.ellipse.q**2 * self._radius_step
        inner = self.ellipse.compute_psi_square(at, self.core, "inner")
        outer = np.add(inner, step, out=block.get_array("outer"))
        np.sqrt(inner, out=inner)
        np.sqrt(outer, out=outer)
        both = np.add(inner, outer, out=block.get_array("both"))
        if block.has_any(KAPPA):
            # 1/psi - 1/psi' = step/[psi psi' (psi + psi')]
            part = np.multiply(inner, outer, out=block.get_array("convergence"))
            part *= both
            block.sums[KAPPA] += np.divide(self.strength * step / 2, part, out=part)
        if block.has_any(*GAMMA):
            self._add_shear(at, inner, outer)
        if block.has_any(*ALPHA):
            self._add_deflection(at, inner, outer, np.divide(step, both, out=both))

    def _add_shear(self, at: BlockOffsets, inner: Floats, outer: Floats) -> None:
        """Add the shear of the core less that of the cut, w and s being of core and cut:

        gamma = -(w - w') [z^2 + f^2 s^2 e^(2 i angle)] + w' f^2 (s'^2 - s^2) e^(2 i angle)
        """
        ellipse, strength = self.ellipse, self.strength
        near = ellipse.compute_shear_weight(at, self.core, inner, strength, "weight of core")
        far = ellipse.compute_shear_weight(at, self.cut, outer, strength, "weight of cut")
        ellipse.add_axis_shear(at, far, self._radius_step)
        ellipse.add_shear(at, np.subtract(near, far, out=near), self.core)

    def _add_deflection(self, at: BlockOffsets, inner: Floats, outer: Floats, gap: Floats) -> None:
        """Add strength/f (arctan f x/(psi + s), arctanh f y/(psi + q^2 s)), core less cut.

        The difference of two arcs is the arc of (a - b)/(1 +- a b). ``inner``, ``outer`` and
        ``gap`` are overwritten.
        """
        f2 = self.ellipse.f**2
        axes = self.ellipse.orientation.compute_axes(at)
        shifts = ((inner, self.core), (outer, self.cut), (gap, self.cut - self.core))
        # psi + s first, then psi + s - f^2 s = psi + q^2 s.
        cases = ((np.arctan, 1.0, f2), (np.arctanh, -f2, -f2))
        for axis, (function, factor, sign) in zip(axes, cases, strict=True):
            for term, shift in shifts:
                np.add(term, factor * shift, out=term)
            below = np.multiply(inner, outer, out=at.block.get_array("below"))
            if f2:
                square = np.square(axis, out=at.block.get_array("square"))
                below += np.multiply(square, sign, out=square)
            np.multiply(axis, gap, out=axis)
            np.divide(axis, below, out=axis)
            self.ellipse.apply_arctan(axis, function, self.strength)
        self.ellipse.orientation.add_deflection(at.block, *axes)
