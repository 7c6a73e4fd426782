"""What was solved for a CCD, read from its files: where pixels are and what counts are worth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from numpy.typing import NDArray

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_positions
from fitslint.pipeline.hsc.joint.polynomial import list_terms, to_square
from fitslint.pipeline.hsc.joint.sip import ChipPolynomial
from fitslint.pipeline.table_file import CardRow
from fitslint.products.digest import compute_sha256

Array = NDArray[np.float64]
_FACTS = ("VISIT", "CCD", "TRACT", "FILTER", "ALGO")


@dataclass(frozen=True)
class FluxSurface:
    """F of a CCD: magnitudes by which counts are corrected.

    Attributes
    ----------
    square : array, (order + 1, order + 1)
        Chebyshev's coefficients of u / u_max and v / v_max.
    offset, scale : (float, float)
        u and v of the first pixel of the chip turned upright; those that are 1.
    quarter : int
        right angles by which the chip is turned.
    shape : (int, int)
        pixels along x and y.
    """

    square: Array
    offset: tuple[float, float]
    scale: tuple[float, float]
    quarter: int
    shape: tuple[int, int]

    def evaluate_grid(self, rows: Array) -> Array:
        """F at all pixels of some rows, (rows, columns); rows count from 0."""
        x = np.arange(self.shape[0], dtype=np.float64)
        if self.quarter % 2:
            u, v = self._place(x[:1], rows)[0], self._place(x, rows[:1])[1]
        else:
            u, v = self._place(x, rows[:1])[0], self._place(x[:1], rows)[1]
        in_u, in_v = (chebyshev.chebvander(part, len(self.square) - 1) for part in (u, v))
        grid = in_u @ self.square @ in_v.T
        return np.asarray(grid if self.quarter % 2 else grid.T)

    def evaluate(self, x: Array, y: Array) -> Array:
        """F at positions counted from 0."""
        return np.asarray(chebyshev.chebval2d(*self._place(x, y), self.square))

    def _place(self, x: Array, y: Array) -> tuple[Array, Array]:
        right, top = self.shape[0] - 1, self.shape[1] - 1
        turned = {0: (x, y), 1: (top - y, x), 2: (right - x, top - y), 3: (y, right - x)}
        u, v = turned[self.quarter]
        return (u + self.offset[0]) / self.scale[0], (v + self.offset[1]) / self.scale[1]


@dataclass(frozen=True)
class CcdSolution:
    """A CCD of a joint solution.

    Attributes
    ----------
    facts : dict of str to object
        VISIT, CCD, TRACT, FILTER and ALGO.
    flux_zero : (float, float)
        FLUXMAG0 and its error, counts.
    digests : dict of str to str
        SHA-256 of the files by keyword.
    """

    facts: dict[str, Any]
    wcs: ChipPolynomial
    surface: FluxSurface
    flux_zero: tuple[float, float]
    rms: float
    digests: dict[str, str]

    def scale_grid(self, rows: Array) -> Array:
        """Factors of counts, 10^(−0.4 F) J, at all pixels of some rows that count from 0."""
        columns = np.arange(self.surface.shape[0]) - self.wcs.crpix[0]
        by_x, by_y = self._list_slopes()
        down = rows - self.wcs.crpix[1]
        high, wide = (polynomial.polyvander(part, self.wcs.order) for part in (down, columns))
        slopes = [
            high[:, : part.shape[1]] @ part.T @ wide[:, : part.shape[0]].T
            for part in (*by_x, *by_y)
        ]
        return self._join(slopes, self.surface.evaluate_grid(rows))

    def scale(self, x: Array, y: Array) -> Array:
        """Factors of counts at positions counted from 0."""
        by_x, by_y = self._list_slopes()
        place = x - self.wcs.crpix[0], y - self.wcs.crpix[1]
        slopes = [polynomial.polyval2d(*place, part) for part in (*by_x, *by_y)]
        return self._join(slopes, self.surface.evaluate(x, y))

    def _list_slopes(self) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        """Coefficients of the derivatives of both standard coordinates by x and by y."""
        squares = [to_square(part, self.wcs.order) for part in self.wcs.forward.T]
        return (
            [np.asarray(polynomial.polyder(square, axis=0)) for square in squares],
            [np.asarray(polynomial.polyder(square, axis=1)) for square in squares],
        )

    def _join(self, slopes: list[NDArray[Any]], surface: Array) -> Array:
        """J, the area of a pixel as part of that at the tangent point, with the surface."""
        xi_x, eta_x, xi_y, eta_y = slopes
        area = np.abs((xi_x * eta_y - xi_y * eta_x) / np.linalg.det(self.wcs.forward[1:3]))
        return np.asarray(area * np.exp((-0.4 * np.log(10)) * surface))

    def locate(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Right ascension and declination in degrees, ICRS, of positions counted from 0."""
        return to_positions(self.wcs.plane.unproject(self.wcs.project(x, y)))

    def list_cards(self, product: str) -> list[CardRow]:
        """What a file says that this was applied to."""
        return [
            ("PRODUCT", product, "kind of product"),
            ("VISIT", self.facts["VISIT"], "number of the visit"),
            ("CCD", self.facts["CCD"], "number of the CCD"),
            ("TRACT", self.facts["TRACT"], "number of the tract"),
            ("FILTER", self.facts["FILTER"], "filter of the visit"),
            ("ALGO", self.facts["ALGO"], "program whose defaults the solution has"),
            ("HSCMOSAP", 1, "the joint solution is applied"),
            ("FLUXMAG0", self.flux_zero[0], "[count] counts of magnitude 0"),
            ("FLUXMG0E", self.flux_zero[1], "[count] its error"),
            ("PHTRMSI", self.rms, "[mmag] rms of measurements"),
            *((key, value, "") for key, value in self.digests.items()),
        ]


def read_solution(wcs_path: Path, calibration_path: Path) -> CcdSolution:
    """The solution of a CCD in ``jointcal_wcs`` and ``jointcal_photoCalib`` of fitslint.

    Raises
    ------
    HscError
        when one is missing, cannot be read, is not of fitslint, or both are of different CCDs.
    """
    header, _ = _read(wcs_path, "hsc-wcs")
    primary, tables = _read(calibration_path, "hsc-photocalib")
    try:
        facts = {key: header[key] for key in _FACTS}
        for key, value in facts.items():
            if primary[key] != value:
                raise HscError(f"{calibration_path}: is of {key} {primary[key]}, not {value}")
        return CcdSolution(
            facts, _read_polynomial(header), _read_surface(tables["FLUXFIT"][0]),
            (float(primary["FLUXMAG0"]), float(primary["FLUXMG0E"])), float(primary["PHTRMSI"]),
            {"WCSSHA": _hash(wcs_path), "FLUXSHA": _hash(calibration_path)},
        )  # fmt: skip
    except (KeyError, IndexError, ValueError, TypeError, np.linalg.LinAlgError) as error:
        raise HscError(f"{wcs_path}: the solution lacks something that it needs: {error}") from None


def _hash(path: Path) -> str:
    return compute_sha256(str(path))


def _read(path: Path, product: str) -> tuple[Any, dict[str, Any]]:
    from astropy.io import fits

    try:
        with fits.open(path, memmap=False) as hdus:
            header = hdus[0].header.copy()
            tables = {hdu.name: hdu.data for hdu in hdus[1:] if hdu.data is not None}
    except FileNotFoundError:
        raise HscError(f"{path}: there is no such solution") from None
    except (OSError, ValueError, TypeError, KeyError, IndexError) as error:
        raise HscError(f"{path}: cannot be read: {error}") from None
    if header.get("PRODUCT") != product:
        raise HscError(f"{path}: is not a solution of fitslint hsc mosaic or jointcal ({product})")
    return header, tables


def _read_polynomial(header: Any) -> ChipPolynomial:
    order = max(int(header.get("A_ORDER", 1)), int(header.get("B_ORDER", 1)))
    linear = np.array([[header[f"CD{i}_{j}"] for j in (1, 2)] for i in (1, 2)])
    added = np.array([
        [header.get(f"{name}_{i}_{j}", 0.0) if i + j > 1 else 0.0 for name in "AB"]
        for i, j in list_terms(order)
    ])  # fmt: skip
    added[1:3] += np.eye(2)
    back = max(int(header.get("AP_ORDER", 0)), int(header.get("BP_ORDER", 0)))
    inverse = np.array([
        [header.get(f"{name}_{i}_{j}", 0.0) for name in ("AP", "BP")] for i, j in list_terms(back)
    ])  # fmt: skip
    crpix = np.array([header["CRPIX1"], header["CRPIX2"]]) - 1
    plane = TangentPlane.touch(float(header["CRVAL1"]), float(header["CRVAL2"]))
    return ChipPolynomial(plane, crpix, order, added @ linear.T, back, inverse)


def _read_surface(row: Any) -> FluxSurface:
    terms = np.atleast_1d(np.asarray(row["COEF"], dtype=np.float64))
    first_x, first_y, last_x, last_y = (int(part) for part in row["BBOX"])
    if first_x or first_y or not row["CHEB"]:
        raise ValueError("FLUXFIT begins at another pixel, or is not Chebyshev's")
    return FluxSurface(
        to_square(terms, int(row["ORDER"])), (float(row["X0"]), float(row["Y0"])),
        (float(row["UMAX"]), float(row["VMAX"])), int(row["NQUARTER"]) % 4,
        (last_x + 1, last_y + 1),
    )  # fmt: skip
