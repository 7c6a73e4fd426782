"""What was solved for a CCD, read from its files: where pixels are and what counts are worth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from fitslint.pipeline.hsc.apply.lsst_archive import MOSAIC_MODULE, read_flux_scale, read_wcs
from fitslint.pipeline.hsc.apply.surface import FluxSurface
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.output import NANOJANSKY_ZERO
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_positions
from fitslint.pipeline.hsc.joint.polynomial import list_terms, to_square
from fitslint.pipeline.hsc.joint.sip import ChipPolynomial
from fitslint.pipeline.table_file import CardRow
from fitslint.products.digest import compute_sha256

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
    on_sphere : bool
        whether J compares areas on the sky, as LSST's software does, and not on the plane.
    """

    facts: dict[str, Any]
    wcs: ChipPolynomial
    surface: FluxSurface
    flux_zero: tuple[float, float]
    rms: float | None
    digests: dict[str, str]
    on_sphere: bool = False

    def scale_grid(self, rows: Array) -> Array:
        """Factors of counts, 10^(−0.4 F) J, at all pixels of some rows that count from 0."""
        columns = np.arange(self.surface.shape[0]) - self.wcs.crpix[0]
        by_x, by_y = self._list_slopes()
        down = rows - self.wcs.crpix[1]
        high, wide = (polynomial.polyvander(part, self.wcs.order) for part in (down, columns))
        slopes, flat = (
            [high[:, : part.shape[1]] @ part.T @ wide[:, : part.shape[0]].T for part in parts]
            for parts in ((*by_x, *by_y), self._list_squares() if self.on_sphere else ())
        )
        return self._join(slopes, flat, self.surface.evaluate_grid(rows))

    def scale(self, x: Array, y: Array) -> Array:
        """Factors of counts at positions counted from 0."""
        by_x, by_y = self._list_slopes()
        place = x - self.wcs.crpix[0], y - self.wcs.crpix[1]
        slopes, flat = (
            [np.asarray(polynomial.polyval2d(*place, part)) for part in parts]
            for parts in ((*by_x, *by_y), self._list_squares() if self.on_sphere else ())
        )
        return self._join(slopes, flat, self.surface.evaluate(x, y))

    def _list_slopes(self) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        """Coefficients of the derivatives of both standard coordinates by x and by y."""
        squares = self._list_squares()
        return (
            [np.asarray(polynomial.polyder(square, axis=0)) for square in squares],
            [np.asarray(polynomial.polyder(square, axis=1)) for square in squares],
        )

    def _list_squares(self) -> list[Array]:
        """Coefficients of both standard coordinates."""
        return [to_square(part, self.wcs.order) for part in self.wcs.forward.T]

    def _join(self, slopes: list[Array], flat: list[Array], surface: Array) -> Array:
        """J, the area of a pixel as part of that at the tangent point, with the surface."""
        xi_x, eta_x, xi_y, eta_y = slopes
        area = np.abs((xi_x * eta_y - xi_y * eta_x) / np.linalg.det(self.wcs.forward[1:3]))
        if flat:
            area = area * (1 + np.radians(flat[0]) ** 2 + np.radians(flat[1]) ** 2) ** -1.5
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
            *([] if self.rms is None else [("PHTRMSI", self.rms, "[mmag] rms of measurements")]),
            *((key, value, "") for key, value in self.digests.items()),
        ]


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
    header, _ = _read(wcs_path)
    primary, others = _read(calibration_path)
    if assumed is not None and "PRODUCT" not in header and "PRODUCT" not in primary:
        return _read_archived(wcs_path, calibration_path, assumed, digests)
    _require(wcs_path, header, "hsc-wcs")
    _require(calibration_path, primary, "hsc-photocalib")
    try:
        facts = {key: header[key] for key in _FACTS}
        for key, value in facts.items():
            if primary[key] != value:
                raise HscError(f"{calibration_path}: is of {key} {primary[key]}, not {value}")
        return CcdSolution(
            facts, _read_polynomial(header), _read_surface(others["FLUXFIT"][0]),
            (float(primary["FLUXMAG0"]), float(primary["FLUXMG0E"])), float(primary["PHTRMSI"]),
            digests,
        )  # fmt: skip
    except (KeyError, IndexError, ValueError, TypeError, np.linalg.LinAlgError) as error:
        raise HscError(f"{wcs_path}: the solution lacks something that it needs: {error}") from None


def read_flux_surface(path: Path) -> tuple[float, FluxSurface | None]:
    """FLUXMAG0 and the surface of ``jointcal_photoCalib`` of fitslint.

    Raises
    ------
    HscError
        when it cannot be read or is of another program.
    KeyError, ValueError
        when it lacks what it needs.
    """
    header, tables = _read(path)
    _require(path, header, "hsc-photocalib")
    surface = _read_surface(tables["FLUXFIT"][0]) if "FLUXFIT" in tables else None
    return float(header["FLUXMAG0"]), surface


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
            (zero, zero * scale.error / scale.mean), None, digests, on_sphere=True,
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


def _read(path: Path) -> tuple[Any, dict[str, Any]]:
    from astropy.io import fits

    try:
        with fits.open(path, memmap=False) as hdus:
            header = hdus[0].header.copy()
            return header, {hdu.name: hdu.data for hdu in hdus[1:] if hdu.data is not None}
    except (OSError, ValueError, TypeError, KeyError, IndexError) as error:
        raise HscError(f"{path}: cannot be read: {error}") from None


def _require(path: Path, header: Any, product: str) -> None:
    if header.get("PRODUCT") != product:
        raise HscError(
            f"{path}: is no solution of fitslint hsc mosaic or jointcal ({product}), nor of hscPipe"
        )


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
