"""What was solved for a CCD, read from its files: where pixels are and what counts are worth."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.pipeline.hsc.apply.header import require_whole
from fitslint.pipeline.hsc.apply.lsst_archive import MOSAIC_MODULE, read_flux_scale, read_wcs
from fitslint.pipeline.hsc.apply.surface import FluxSurface, build_surface
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.output import NANOJANSKY_ZERO
from fitslint.pipeline.hsc.joint.plane import to_positions
from fitslint.pipeline.hsc.joint.polynomial import to_square
from fitslint.pipeline.hsc.joint.sip import ChipPolynomial, express_wcs
from fitslint.pipeline.table_file import CardRow
from fitslint.products.digest import compute_sha256
from fitslint.source.files import read_file
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

Array = NDArray[np.float64]
_FACTS = ("VISIT", "CCD", "TRACT", "FILTER", "ALGO")


@dataclass(frozen=True)
class CcdSolution:
    """A CCD of a joint solution.

    Attributes
    ----------
    facts : dict of str to object
        VISIT, CCD, TRACT, FILTER and ALGO.
    flux_zero : (float, float)
        FLUXMAG0 and its error, counts.
    rms : float, optional
        mmag of measurements, where it is told.
    digests : dict of str to str
        SHA-256 of the files by keyword.
    area : {"plane", "sphere", "none"}
        where J compares areas of pixels: on the plane, on the sky as LSST's mosaic does, or not at
        all, where the surface holds it.
    """

    facts: dict[str, Any]
    wcs: ChipPolynomial
    surface: FluxSurface
    flux_zero: tuple[float, float]
    rms: float | None
    digests: dict[str, str]
    area: Literal["plane", "sphere", "none"] = "plane"

    def scale_grid(self, rows: Array) -> Array:
        """Factors of counts, 10^(−0.4 F) J, at all pixels of some rows that count from 0."""
        columns = np.arange(self.surface.shape[0]) - self.wcs.crpix[0]
        down = rows - self.wcs.crpix[1]
        high, wide = (polynomial.polyvander(part, self.wcs.order) for part in (down, columns))
        area = self._find_area(
            lambda part: high[:, : part.shape[1]] @ part.T @ wide[:, : part.shape[0]].T
        )
        return area * _to_factor(self.surface.evaluate_grid(rows))

    def scale(self, x: Array, y: Array) -> Array:
        """Factors of counts at positions counted from 0."""
        place = x - self.wcs.crpix[0], y - self.wcs.crpix[1]
        area = self._find_area(lambda part: np.asarray(polynomial.polyval2d(*place, part)))
        return area * _to_factor(self.surface.evaluate(x, y))

    def _find_area(self, evaluate: Callable[[Array], Array]) -> Array:
        """J, the area of a pixel as part of that at the tangent point.

        ``evaluate`` gives the values of a polynomial by its coefficients.
        """
        if self.area == "none":
            return np.ones(1)
        squares = [to_square(part, self.wcs.order) for part in self.wcs.forward.T]
        (xi_x, xi_y), (eta_x, eta_y) = (
            [evaluate(np.asarray(polynomial.polyder(square, axis=axis))) for axis in (0, 1)]
            for square in squares
        )
        det = np.linalg.det(self.wcs.forward[1:3])
        area: Array = np.abs((xi_x * eta_y - xi_y * eta_x) / det)
        if self.area == "sphere":
            xi, eta = (np.radians(evaluate(square)) for square in squares)
            area = area * (1 + xi**2 + eta**2) ** -1.5
        return area

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
            *([] if self.rms is None else [("PHTRMSI", self.rms, "[mmag] rms of measurements")]),
            *((key, value, "") for key, value in self.digests.items()),
        ]


def _to_factor(magnitudes: Array) -> Array:
    return np.asarray(np.exp((-0.4 * np.log(10)) * magnitudes))


def read_solution(
    wcs_path: Path, calibration_path: Path, assumed: dict[str, Any] | None = None
) -> CcdSolution:
    """The solution of a CCD in ``jointcal_wcs`` and ``jointcal_photoCalib``.

    Parameters
    ----------
    assumed : dict of str to object, optional
        VISIT, CCD, TRACT and FILTER of files of hscPipe, which do not tell them.

    Raises
    ------
    HscError
        when one is missing, cannot be read, is of another program, or both are of different CCDs.
    """
    digests = {"WCSSHA": _hash(wcs_path), "FLUXSHA": _hash(calibration_path)}
    header, primary = _read_primary(wcs_path), _read_primary(calibration_path)
    if assumed is not None and "PRODUCT" not in header and "PRODUCT" not in primary:
        return _read_archived(wcs_path, calibration_path, assumed, digests)
    _require(wcs_path, header, "hsc-wcs")
    zero, surface = read_flux_surface(calibration_path)
    facts = {key: header.value(key) for key in _FACTS}
    for key, value in facts.items():
        if value is None or primary.value(key) != value:
            raise HscError(f"{calibration_path}: is of {key} {primary.value(key)}, not {value}")
    error = primary.number("FLUXMG0E")
    if surface is None or error is None:
        raise HscError(f"{calibration_path}: has no FLUXMG0E, or no surface FLUXFIT")
    try:
        wcs = express_wcs(Wcs.from_header(header))
    except (WcsError, ValueError) as problem:
        raise HscError(f"{wcs_path}: its coordinates cannot be used: {problem}") from None
    return CcdSolution(facts, wcs, surface, (zero, error), primary.number("PHTRMSI"), digests)


def read_flux_surface(path: Path) -> tuple[float, FluxSurface | None]:
    """FLUXMAG0, and the surface where there is one, of ``jointcal_photoCalib`` of fitslint.

    Raises
    ------
    HscError
        when it cannot be read, is of another program, or lacks what it needs.
    """
    from astropy.io import fits

    header = _read_primary(path)
    _require(path, header, "hsc-photocalib")
    zero = header.number("FLUXMAG0")
    if zero is None or not 0 < zero < math.inf:
        raise HscError(f"{path}: has no FLUXMAG0 that can be used")
    try:
        with fits.open(path, memmap=False) as hdus:
            table = hdus["FLUXFIT"].data if "FLUXFIT" in hdus else None
            return zero, None if table is None else _read_surface(table[0])
    except (OSError, ValueError, TypeError, KeyError, IndexError) as problem:
        raise HscError(f"{path}: has no surface FLUXFIT that can be used: {problem}") from None


def _read_archived(
    wcs_path: Path, calibration_path: Path, assumed: dict[str, Any], digests: dict[str, str]
) -> CcdSolution:
    """A solution that hscPipe has written."""
    try:
        scale = read_flux_scale(str(calibration_path))
        wcs = read_wcs(str(wcs_path)).express(scale.surface.shape, str(wcs_path))
        algorithm = "mosaic" if scale.module.startswith(MOSAIC_MODULE) else "jointcal"
        zero = NANOJANSKY_ZERO / scale.mean
        return CcdSolution(
            {**assumed, "ALGO": algorithm}, wcs, scale.surface,
            (zero, zero * scale.error / scale.mean), None, digests,
            "none" if scale.wcs is None else "sphere",
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, ZeroDivisionError, np.linalg.LinAlgError) as error:
        raise HscError(f"{wcs_path}: the solution of hscPipe cannot be used: {error}") from None


def _hash(path: Path) -> str:
    try:
        return compute_sha256(str(path))
    except FileNotFoundError:
        raise HscError(f"{path}: there is no such solution") from None
    except OSError as error:
        raise HscError(f"{path}: cannot be read: {error.strerror or error}") from None


def _read_primary(path: Path) -> Header:
    file = read_file(str(path))
    require_whole(path, file)
    return file.hdus[0].header


def _require(path: Path, header: Header, product: str) -> None:
    if header.string("PRODUCT") != product:
        raise HscError(
            f"{path}: is no solution of fitslint hsc mosaic or jointcal ({product}), nor of hscPipe"
        )


def _read_surface(row: Any) -> FluxSurface:
    terms = np.atleast_1d(np.asarray(row["COEF"], dtype=np.float64))
    first_x, first_y, last_x, last_y = (int(part) for part in row["BBOX"])
    if first_x or first_y:
        raise ValueError("FLUXFIT begins at another pixel")
    return build_surface(
        terms, is_chebyshev=bool(row["CHEB"]), offset=(float(row["X0"]), float(row["Y0"])),
        scale=(float(row["UMAX"]), float(row["VMAX"])), quarter=int(row["NQUARTER"]),
        shape=(last_x + 1, last_y + 1),
    )  # fmt: skip
