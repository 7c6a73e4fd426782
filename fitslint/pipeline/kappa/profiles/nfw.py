"""Profile 12: Navarro, Frenk & White with an elliptical potential.

The circular lens is that of Bartelmann (1996) and Wright & Brainerd (2000): with t = r/r_s,
w = 1 - t^2 and G(w) = arctanh(sqrt w)/sqrt w = sum of w^k/(2k + 1), which goes on as arctan beyond
r_s, the convergence is kappa_s (G - 1)/w and its mean inside t is 2 kappa_s (ln(t/2) + G)/t^2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import Floats, LensPlane, WorkArrays
from fitslint.pipeline.kappa.profiles.orientation import Orientation
from fitslint.pipeline.kappa.profiles.radial import EllipticalPotential

SERIES_WIDTH = 0.05
"""|w| within which the closed forms lose digits and the series is taken."""
SERIES_TERMS = 12
"""Terms of the series: 0.05^12 is below the rounding of a double."""
MeanAndLocal = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class CircularNfw:
    """The circular lens: ``strength`` is 2 kappa_s, ``scale`` is r_s in arcsec."""

    strength: float
    scale: float

    def compute_mean_and_shear(self, radius: Floats, scratch: WorkArrays) -> tuple[Floats, Floats]:
        """Mean convergence inside the radius, and that less the convergence."""
        t = np.divide(radius, self.scale, out=scratch("t", radius.shape))
        mean, shear = scratch("mean", t.shape), scratch("tangential", t.shape)
        w = (1 - t) * (1 + t)
        near = np.abs(w) < SERIES_WIDTH
        for part, form in (
            (near, _evaluate_series),
            (~near & (w > 0), _evaluate_inside),
            (~near & (w < 0), _evaluate_outside),
        ):
            if part.any():
                inner, local = form(t[part], w[part])
                mean[part] = inner
                shear[part] = inner - local / 2
        mean *= self.strength
        shear *= self.strength
        return mean, shear


class NavarroFrenkWhite(EllipticalPotential):
    """Profile 12, given by r_s and the concentration or by r_s and the velocity."""

    __slots__ = ()
    PARAMETERS = ("scale", "concentration", "velocity")

    @classmethod
    def from_lens(cls, lens: Lens, plane: LensPlane) -> NavarroFrenkWhite:
        """The profile of a lens."""
        square = lens.velocity**2
        if lens.concentration:
            square = _compute_velocity_square(lens, plane)
        b0 = 6 * plane.convention.bending * square * plane.distance_ratio
        circular = CircularNfw(b0 / lens.scale, lens.scale)
        return cls(Orientation.from_lens(lens), lens.ellipticity, circular)

    @classmethod
    def find_bad_radii(cls, lens: Lens) -> str | None:
        """Whether something is missing that scales the mass."""
        if lens.scale == 0:
            return "an NFW profile needs a scale_radius above 0"
        if lens.concentration == lens.velocity == 0:
            return "an NFW profile needs a concentration or a v_disp above 0"
        if lens.concentration and lens.z == 0:
            return "an NFW profile given by its concentration needs a z_lens above 0"
        return None


def _compute_velocity_square(lens: Lens, plane: LensPlane) -> float:
    """8/3 G r_s^2 rho_s in (km/s)^2, by which Lenstool normalises the profile.

    rho_s = 200/3 c^3/(ln(1 + c) - c/(1 + c)) times the critical density at the lens.
    """
    from astropy.constants import G

    c = lens.concentration
    kpc = lens.scale * plane.convention.kpc_per_arcsec(plane.cosmology, lens.z)
    contrast = 200 / 3 * c**3 / (math.log1p(c) - c / (1 + c))
    density = contrast * plane.cosmology.critical_density(lens.z)
    return float(8 / 3 * G.to_value("km2 kpc / (s2 solMass)") * density * kpc**2)


def _evaluate_series(t: Floats, w: Floats) -> MeanAndLocal:
    """The series around r_s, for (ln(t/2) + G)/t^2 and (G - 1)/w."""
    local = np.zeros_like(w)
    for k in range(SERIES_TERMS, 0, -1):
        local = local * w + 1 / (2 * k + 1)
    return (np.log(t / 2) + 1 + w * local) / t**2, local


def _evaluate_inside(t: Floats, w: Floats) -> MeanAndLocal:
    """G = ln((1 + sqrt w)/t)/sqrt w, with the logarithms that cancel at small t taken together."""
    root = np.sqrt(w)
    log = np.log(2 / t)
    v = t**2 / (2 * (1 + root))
    mean = (log + np.log1p(-v) / (2 * v)) / (root * (1 + root))
    return mean, (t**2 * mean + log - 1) / w


def _evaluate_outside(t: Floats, w: Floats) -> MeanAndLocal:
    """G = arctan(sqrt -w)/sqrt -w."""
    root = np.sqrt(-w)
    g = np.arctan(root) / root
    return (np.log(t / 2) + g) / t**2, (g - 1) / w
