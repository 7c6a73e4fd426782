"""Lines d: shear, magnification and surface density against convergence, pixel by pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.kappa.qc.check import QcResult, compare_to_limit, skip_check
from fitslint.pipeline.kappa.qc.image import average_blocks
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.pipeline.kappa.qc.kaiser_squires import ShearComparison, compare_shear
from fitslint.pipeline.kappa.qc.skymap import SkyMap
from fitslint.wcs.map_frame import Floats

_SHEAR, _MODULUS, _MU, _MASS = "d.shear", "d.modulus", "d.magnification", "d.mass"
_TITLES = {
    _SHEAR: "Shear of the convergence (Kaiser-Squires)",
    _MODULUS: "|gamma| = hypot(gamma1, gamma2)",
    _MU: "mu = 1/((1 - kappa)^2 - gamma^2)",
    _MASS: "Enclosed mass of the two Sigma maps",
}
_REQUIRED_MAPS = {
    _SHEAR: ("gamma1", "gamma2"),
    _MODULUS: ("gamma", "gamma1", "gamma2"),
    _MU: ("magnification", "gamma1", "gamma2"),
    _MASS: ("sigma3", "sigma4"),
}
_NO_PIXEL = "no pixel has a value in all maps"
_MAX_SIDE = 1024
"""Pixels on the longer side of the maps that are transformed."""
_MAX_BLANK_SHARE = 0.01
"""Part of the pixels that may have no value."""


def check_consistency(evidence: QcInputs, compared: ShearComparison | None) -> list[QcResult]:
    """The lines of this group; ``compared`` is what :func:`comparison` gave."""
    return [
        _check_shear(evidence, compared), _check_modulus(evidence), _check_magnification(evidence), _check_mass(evidence)
    ]  # fmt: skip


def _explain_missing(evidence: QcInputs, code: str) -> QcResult | None:
    """The line that says why nothing can be compared; None when it can."""
    title, lacking = (
        _TITLES[code],
        [one for one in _REQUIRED_MAPS[code] if one not in evidence.maps],
    )
    if lacking:
        return skip_check(code, title, f"not given: {', '.join(f'--{one}' for one in lacking)}")
    own = code in (_SHEAR, _MU)
    if own and evidence.unusable_reason:
        return skip_check(code, title, evidence.unusable_reason)
    maps = [evidence.maps[one] for one in _REQUIRED_MAPS[code]] + ([evidence.kappa] if own else [])
    for one in maps:
        if one.unusable_reason and code != _MASS:
            return skip_check(code, title, f"{shorten_path(one.path)}: {one.unusable_reason}")
        if not one.frame.has_same_pixels(maps[0].frame):
            said = f"{shorten_path(one.path)} and {shorten_path(maps[0].path)} do not have the same pixels"
            return skip_check(code, title, said)
    return None


def _match_normalisation(evidence: QcInputs, one: SkyMap) -> float:
    """The factor that brings a map to the normalisation of the convergence, where recorded."""
    mine, its = evidence.kappa.normalisation_factor, one.normalisation_factor
    return mine / its if mine and its else 1.0


def compute_complex_shear(evidence: QcInputs, factor: int = 1) -> NDArray[np.complex128]:
    """gamma1 + i gamma2 along columns and rows, in the normalisation of the convergence.

    Means of ``factor`` times ``factor`` pixels.
    """
    first, second = evidence.maps["gamma1"], evidence.maps["gamma2"]
    sign = 1.0
    if second.get_text("SHEARFRM") == "sky" and evidence.kappa.frame.determinant < 0:
        sign = -1.0  # east and north against columns that grow to the west
    gamma1 = average_blocks(fill_blanks(first.data), factor) * _match_normalisation(evidence, first)
    gamma2 = average_blocks(fill_blanks(second.data), factor) * _match_normalisation(
        evidence, second
    )
    return gamma1 + 1j * sign * gamma2


def compare_shear_maps(evidence: QcInputs) -> ShearComparison | None:
    """Shear maps against the convergence; None where :func:`lines` says what is missing."""
    if _explain_missing(evidence, _SHEAR) is not None:
        return None
    maps = (evidence.kappa, evidence.maps["gamma1"], evidence.maps["gamma2"])
    if any(np.mean(~np.isfinite(one.data)) > _MAX_BLANK_SHARE for one in maps):
        return None
    return compare_shear(*_prepare_transform(evidence))


def _prepare_transform(evidence: QcInputs) -> tuple[Floats, NDArray[np.complex128]]:
    """Convergence and shear in as many pixels as are transformed."""
    factor = max(1, max(evidence.kappa.data.shape) // _MAX_SIDE)
    kappa = average_blocks(fill_blanks(evidence.kappa.data), factor)
    return kappa, compute_complex_shear(evidence, factor)


def fill_blanks(data: Floats) -> Floats:
    """``data`` with the median where there is no value."""
    return np.where(np.isfinite(data), data, np.nanmedian(data))


def _check_shear(evidence: QcInputs, compared: ShearComparison | None) -> QcResult:
    title = _TITLES[_SHEAR]
    missing = _explain_missing(evidence, _SHEAR)
    if missing is not None:
        return missing
    if compared is None:
        said = f"more than {_MAX_BLANK_SHARE:.0%} of the pixels have no value"
        return skip_check(_SHEAR, title, said)
    said = (
        f"in the inner half of the field the median residual is {compared.median:.2g} of the "
        f"median shear; the shear is {compared.slope:.4f} times that of the convergence"
    )
    said += _explain_residual(evidence, compared)
    return compare_to_limit(
        _SHEAR, title, compared.median, evidence.thresholds["shear_residual"], said,
        slope=compared.slope,
    )  # fmt: skip


def _explain_residual(evidence: QcInputs, compared: ShearComparison) -> str:
    """What a residual comes from when gamma2 has the other sign."""
    limit = evidence.thresholds.get_value("shear_residual")
    if compared.median <= limit:
        return ""
    kappa, given = _prepare_transform(evidence)
    other = compare_shear(kappa, np.conj(given))
    if other.median <= limit:
        return "; with the other sign of gamma2 it fits: the frame of the components is wrong"
    return ""


def _check_modulus(evidence: QcInputs) -> QcResult:
    missing = _explain_missing(evidence, _MODULUS)
    if missing is not None:
        return missing
    gamma = evidence.maps["gamma"]
    given = gamma.data * _match_normalisation(evidence, gamma)
    made = np.abs(compute_complex_shear(evidence))
    worst = _find_largest(np.abs(given - made) / np.nanmax(made))
    if worst is None:
        return skip_check(_MODULUS, _TITLES[_MODULUS], _NO_PIXEL)
    said = f"the maps differ by at most {worst:.2g} of the largest shear"
    return compare_to_limit(
        _MODULUS, _TITLES[_MODULUS], worst, evidence.thresholds["shear_modulus"], said
    )


def _check_magnification(evidence: QcInputs) -> QcResult:
    missing = _explain_missing(evidence, _MU)
    if missing is not None:
        return missing
    mu = evidence.maps["magnification"].data
    inverse = (1 - evidence.kappa.data) ** 2
    square = np.abs(compute_complex_shear(evidence)) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(mu != 0, 1 / mu, np.nan)
    wanted = inverse - square
    if np.nanmin(mu) >= 0 and np.nanmin(wanted) < 0:
        wanted, kind = np.abs(wanted), "|mu|"
    else:
        kind = "mu"
    worst = _find_largest(np.abs(found - wanted) / np.maximum(inverse + square, 1))
    if worst is None:
        return skip_check(_MU, _TITLES[_MU], _NO_PIXEL)
    said = f"1/{kind} differs by at most {worst:.2g} of its largest term"
    return compare_to_limit(
        _MU, _TITLES[_MU], worst, evidence.thresholds["magnification"], said, holds=kind
    )  # fmt: skip


def _find_largest(data: Floats) -> float | None:
    """The largest value; None where no pixel has one."""
    finite = data[np.isfinite(data)]
    return float(finite.max()) if finite.size else None


def _check_mass(evidence: QcInputs) -> QcResult:
    """Sum over pixels of 10^12 Msun against that of 10^12 Msun/kpc^2 times the area of a pixel."""
    missing = _explain_missing(evidence, _MASS)
    if missing is not None:
        return missing
    if evidence.plane_count > 1:
        said = f"the mass lies in {evidence.plane_count} planes, whose kpc per arcsec differ"
        return skip_check(_MASS, _TITLES[_MASS], said)
    if evidence.kpc_per_arcsec is None:
        said = "kpc per arcsec are not known (ZLENS and the cosmology)"
        return skip_check(_MASS, _TITLES[_MASS], said)
    by_pixel, by_area = evidence.maps["sigma3"], evidence.maps["sigma4"]
    area = abs(by_area.frame.determinant) * evidence.kpc_per_arcsec**2
    first, second = float(np.nansum(by_pixel.data)), float(np.nansum(by_area.data)) * area
    if not first > 0 or not second > 0:
        return skip_check(_MASS, _TITLES[_MASS], "one of the maps encloses no mass")
    said = f"the field holds {first:.5g}e12 Msun by pixel and {second:.5g}e12 Msun by area"
    return compare_to_limit(
        _MASS, _TITLES[_MASS], abs(second / first - 1), evidence.thresholds["enclosed_mass"], said,
        by_pixel_1e12msun=first, by_area_1e12msun=second,
    )  # fmt: skip
