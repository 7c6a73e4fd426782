"""A solution in files: where pixels of a CCD are on the sky, and what counts of them are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.camera import CHIP_SHAPE
from fitslint.pipeline.hsc.joint.photometry import PhotometrySolution
from fitslint.pipeline.hsc.joint.polynomial import list_terms
from fitslint.pipeline.hsc.joint.positions import AstrometrySolution
from fitslint.pipeline.hsc.joint.sip import (
    ChipPolynomial,
    VisitPolynomial,
    express_chip,
    express_visit,
    list_sip_cards,
)
from fitslint.pipeline.table_file import CardRow, build_columns_table, build_primary_hdu

Array = NDArray[np.float64]
NANOJANSKY_ZERO = 3.6307805477e12
"""Nanojansky of magnitude 0."""


@dataclass(frozen=True)
class SolutionFacts:
    """What all files of a solution say of it.

    Attributes
    ----------
    algorithm : str
        mosaic or jointcal.
    catalogue : str
        name of the reference catalogue.
    counts : mapping of str to int
        visits, stars, stars of the catalogue and measurements thrown out, by keyword.
    rms : (float, float)
        mas per axis, of measurements and against the catalogue.
    """

    algorithm: str
    filter: str
    tract: int
    catalogue: str
    counts: Mapping[str, int]
    rms: tuple[float, float]
    chi2: float

    @classmethod
    def from_solution(
        cls, positions: AstrometrySolution, algorithm: str, band: str, tract: int, catalogue: str
    ) -> SolutionFacts:
        """Count and measure."""
        used = positions.reference_good
        counts = {
            "NVISFIT": len(positions.models),
            "NSTARFIT": len(positions.places),
            "NREFFIT": int(used.sum()),
            "NREJECT": int((~positions.good).sum()),
        }
        rms = tuple(
            float(np.sqrt(np.mean(part**2))) * 3.6e6 if len(part) else 0.0
            for part in (positions.residuals[positions.good], positions.reference_residuals[used])
        )
        return cls(algorithm, band, tract, catalogue, counts, (rms[0], rms[1]), positions.chi2)

    def list_cards(self, product: str, ccd: tuple[int, int] | None = None) -> list[CardRow]:
        """The cards of a file, which may be one of a CCD of a visit."""
        comments = {
            "NVISFIT": "visits of the solution", "NSTARFIT": "stars of the solution",
            "NREFFIT": "stars of the catalogue in it", "NREJECT": "measurements thrown out",
        }  # fmt: skip
        of_ccd: list[CardRow] = [] if ccd is None else [
            ("VISIT", ccd[0], "number of the visit"), ("CCD", ccd[1], "number of the CCD"),
        ]  # fmt: skip
        return [
            ("PRODUCT", product, "kind of product"),
            *of_ccd,
            ("TRACT", self.tract, "number of the tract"),
            ("FILTER", self.filter, "filter of the visits"),
            ("REFCAT", self.catalogue, "reference catalogue"),
            ("ALGO", self.algorithm, "whose defaults were used"),
            *((key, value, comments[key]) for key, value in self.counts.items()),
            ("ASTRMSI", self.rms[0], "[mas] rms of measurements, an axis"),
            ("ASTRMSR", self.rms[1], "[mas] rms against the catalogue, an axis"),
            ("CHI2NDOF", self.chi2, "chi-square per degree of freedom"),
        ]


class SolutionFiles:
    """Builds the files of every visit and CCD of a solution."""

    def __init__(
        self,
        facts: SolutionFacts,
        visits: tuple[int, ...],
        positions: AstrometrySolution,
        fluxes: PhotometrySolution | None,
    ) -> None:
        self.facts, self._visits = facts, visits
        self._positions, self._fluxes = positions, fluxes
        self._polynomials: dict[int, VisitPolynomial] = {}

    def express(self, visit: int) -> VisitPolynomial:
        """The polynomial of a visit."""
        if visit not in self._polynomials:
            self._polynomials[visit] = express_visit(self._positions, visit)
        return self._polynomials[visit]

    def express_ccd(self, visit: int, chip: int) -> ChipPolynomial:
        """The polynomial of a CCD."""
        chips = self._positions.chips
        return express_chip(self.express(visit), chips.centre[chip], float(chips.yaw[chip]))

    def _list_cards(self, product: str, visit: int, chip: int) -> list[CardRow]:
        ccd = int(self._positions.chips.numbers[chip])
        return self.facts.list_cards(product, (self._visits[visit], ccd))

    def build_wcs(self, visit: int, chip: int) -> bytes:
        """``jointcal_wcs-VISIT-CCD.fits``; visit and chip by their places."""
        chips, ccd = self._positions.chips, self.express_ccd(visit, chip)
        cards = [
            *list_sip_cards(ccd),
            *self._list_cards("hsc-wcs", visit, chip),
            (
                "ASTRERR",
                self._find_error(visit, chip),
                "[mas] expected at the worst pixel, an axis",
            ),
            ("HSCINVER", ccd.measure_inverse(), "[pixel] there and back, at most"),
        ]
        (u, v), yaw = chips.centre[chip], chips.yaw[chip]
        place = {"U0": (u, "pixel"), "V0": (v, "pixel"), "YAW": (yaw, "rad"),
                 "NQUARTER": (chips.quarters[chip], "")}  # fmt: skip
        chip_table = build_columns_table("CHIP", 1, place, {"NQUARTER": "i4"})
        return build_primary_hdu(cards) + chip_table + self._build_polynomial(visit)

    def _find_error(self, visit: int, chip: int) -> float:
        return float(self._positions.errors[visit, chip]) * 3.6e6

    def _build_polynomial(self, visit: int) -> bytes:
        """Terms of the visit, degrees over powers of focal-plane pixels; AP and BP in pixels."""
        found = self.express(visit)
        order = max(found.order, found.inverse_order)
        terms = np.zeros((len(list_terms(order)), 4))
        terms[: len(found.forward), :2] = found.forward
        terms[: len(found.inverse), 2:] = found.inverse
        i, j = np.array(list_terms(order)).T
        columns = {"I": (i, ""), "J": (j, ""), "A": (terms[:, 0], ""), "B": (terms[:, 1], ""),
                   "AP": (terms[:, 2], ""), "BP": (terms[:, 3], "")}  # fmt: skip
        cards: list[CardRow] = [
            ("A0", found.plane.centre[0], "[deg] right ascension of the tangent point"),
            ("D0", found.plane.centre[1], "[deg] declination of the tangent point"),
            ("X0", float(found.origin[0]), "[pixel] u of the tangent point"),
            ("Y0", float(found.origin[1]), "[pixel] v of the tangent point"),
        ]
        kinds = {"I": "i4", "J": "i4"}
        return build_columns_table("VISITPOLY", len(terms), columns, kinds, cards)

    def find_flux_zero(self, visit: int, chip: int) -> tuple[float, float]:
        """FLUXMAG0 and its error, counts."""
        fluxes = self._require_fluxes()
        zero = float(10 ** (0.4 * (fluxes.zero[visit] + fluxes.chip_zero[chip])))
        error = zero * 0.4 * float(np.log(10) * np.nan_to_num(fluxes.reference_rms))
        return zero, error

    def _require_fluxes(self) -> PhotometrySolution:
        if self._fluxes is None:
            raise ValueError("this solution has no flux scales")
        return self._fluxes

    def find_offset(self, chip: int) -> tuple[float, float]:
        """u and v of the first pixel of a chip that is turned upright."""
        chips = self._positions.chips
        wide = CHIP_SHAPE if chips.quarters[chip] % 2 == 0 else CHIP_SHAPE[::-1]
        u, v = (
            float(middle) - (size - 1) / 2
            for middle, size in zip(chips.centre[chip], wide, strict=True)
        )
        return u, v

    def build_calibration(self, visit: int, chip: int) -> bytes:
        """``jointcal_photoCalib-VISIT-CCD.fits``."""
        fluxes = self._require_fluxes()
        zero, error = self.find_flux_zero(visit, chip)
        cards = [
            *self._list_cards("hsc-photocalib", visit, chip),
            ("PHTRMSI", fluxes.rms * 1e3, "[mmag] rms of measurements"),
            (
                "PHTRMSR",
                float(np.nan_to_num(fluxes.reference_rms)) * 1e3,
                "[mmag] rms against the catalogue",
            ),
            ("FLUXMAG0", zero, "[count] counts of magnitude 0"),
            ("FLUXMG0E", error, "[count] its error"),
        ]
        mean = NANOJANSKY_ZERO / zero
        scales = {
            "CALIBMEAN": (mean, "nJy/count"), "CALIBERR": (mean * error / zero, "nJy/count"),
            "ISCONST": (False, ""), "F_EXP": (10 ** (-0.4 * fluxes.zero[visit]), ""),
            "F_CHIP": (10 ** (-0.4 * fluxes.chip_zero[chip]), ""),
        }  # fmt: skip
        return (
            build_primary_hdu(cards)
            + build_columns_table("PHOTOCALIB", 1, scales, {"ISCONST": "?"})
            + self._build_surface(visit, chip)
        )

    def _build_surface(self, visit: int, chip: int) -> bytes:
        fluxes = self._require_fluxes()
        (x0, y0), terms = self.find_offset(chip), fluxes.surfaces[visit]
        right, top = CHIP_SHAPE
        surface = {
            "ORDER": (fluxes.order, ""), "CHEB": (True, ""), "X0": (x0, "pixel"),
            "Y0": (y0, "pixel"), "UMAX": (fluxes.scale, "pixel"), "VMAX": (fluxes.scale, "pixel"),
            "COEF": (terms, "mag"),
            "ZEROPT": (2.5 * np.log10(self.find_flux_zero(visit, chip)[0]), "mag"),
            "NQUARTER": (self._positions.chips.quarters[chip], ""),
            "BBOX": ((0, 0, right - 1, top - 1), "pixel"),
        }  # fmt: skip
        kinds = {"ORDER": "i4", "CHEB": "?", "COEF": f"({len(terms)},)f8", "NQUARTER": "i4",
                 "BBOX": "(4,)i4"}  # fmt: skip
        return build_columns_table("FLUXFIT", 1, surface, kinds)

    def build_old_wcs(self, visit: int, chip: int) -> bytes:
        """``wcs-VISIT-CCD.fits``, as mosaic wrote before jointcal: coordinates alone."""
        coordinates = list_sip_cards(self.express_ccd(visit, chip))
        return build_primary_hdu([*coordinates, *self._list_cards("hsc-mosaic-wcs", visit, chip)])

    def build_old_surface(self, visit: int, chip: int) -> bytes:
        """``fcr-VISIT-CCD.fits``: the surface and FLUXMAG0 in a primary header."""
        fluxes = self._require_fluxes()
        zero, error = self.find_flux_zero(visit, chip)
        x0, y0 = self.find_offset(chip)
        surface = fluxes.surfaces[visit]
        cards: list[CardRow] = [
            *self._list_cards("hsc-mosaic-flux", visit, chip),
            ("ORDER", fluxes.order, "degree of the surface"),
            (
                "ABSOLUTE",
                bool(np.isfinite(fluxes.reference_rms)),
                "whether a catalogue ties it down",
            ),
            ("HIERARCH CHEBYSHEV", True, "whether terms are Chebyshev's"),
            ("NCOEFF", len(surface), "number of terms"),
            ("U_MAX", fluxes.scale, "[pixel] u that is 1"),
            ("V_MAX", fluxes.scale, "[pixel] v that is 1"),
            ("X0", x0, "[pixel] u of the first pixel"),
            ("Y0", y0, "[pixel] v of the first pixel"),
            *(
                (f"C_{i}_{j}", float(value), "[mag]")
                for (i, j), value in zip(list_terms(fluxes.order), surface, strict=True)
            ),
            ("FLUXMAG0", zero, "[count] counts of magnitude 0"),
            ("HIERARCH FLUXMAG0ERR", error, "[count] its error"),
        ]
        return build_primary_hdu(cards)
