"""A solution, measurement by measurement: what tables and pictures of it show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.output import SolutionFiles
from fitslint.pipeline.hsc.joint.solve import JointSolution

Array = NDArray[np.float64]


@dataclass(frozen=True)
class MeasurementTable:
    """Every measurement against its star.

    Attributes
    ----------
    visit, chip, star : int arrays, (n,)
        places in the solution.
    is_matched : bool array
        whether the star is in the catalogue.
    u, v : arrays
        focal-plane pixels.
    fitted, wanted : arrays, (n, 2)
        standard coordinates of the visit in degrees: of the pixel, and of its star; of the star of
        the catalogue where there is one.
    mag, star_mag, catalogue_mag : arrays
        corrected magnitude, that of the star, and of the catalogue (nan).
    good, flux_good : bool arrays
        what was not thrown out.
    """

    visit: NDArray[np.int64]
    chip: NDArray[np.int64]
    star: NDArray[np.int64]
    is_matched: NDArray[np.bool_]
    u: Array
    v: Array
    fitted: Array
    wanted: Array
    mag: Array
    star_mag: Array
    catalogue_mag: Array
    good: NDArray[np.bool_]
    flux_good: NDArray[np.bool_]

    @property
    def offsets(self) -> Array:
        """Fitted less wanted, arcsec, (n, 2)."""
        return (self.fitted - self.wanted) * 3600

    @property
    def flux_offsets(self) -> Array:
        """Corrected magnitudes less those of stars; of the catalogue where it has one."""
        known = np.isfinite(self.catalogue_mag)
        return self.mag - np.where(known, self.catalogue_mag, self.star_mag)


def compare_measurements(solution: JointSolution, files: SolutionFiles) -> MeasurementTable:
    """The table of a solution."""
    positions, links, fluxes = solution.positions, solution.links, solution.fluxes
    stars = solution.exposures.stars.take(links.rows)
    u, v = positions.chips.project(stars.chip, stars.x, stars.y)
    matched = positions.reference_good[links.star]
    place = positions.places.copy()
    used = positions.reference_good
    place[used] += positions.reference_residuals[used]
    sky = positions.common.unproject(place)
    fitted, wanted = np.empty((len(u), 2)), np.empty((len(u), 2))
    for number in range(len(positions.models)):
        rows = stars.visit == number
        plane = files.express(number).plane
        pixels = positions.locate(number, stars.chip[rows], stars.x[rows], stars.y[rows])
        fitted[rows] = plane.project(pixels)
        wanted[rows] = plane.project(sky[links.star[rows]])
    missing = np.full(len(u), np.nan)
    return MeasurementTable(
        stars.visit, stars.chip, links.star, matched, u, v, fitted, wanted,
        missing if fluxes is None else fluxes.corrected,
        missing if fluxes is None else fluxes.mags[links.star],
        missing if fluxes is None else fluxes.catalogue[links.star],
        positions.good, positions.good if fluxes is None else fluxes.good,
    )  # fmt: skip
