"""Lines d: shear, magnification and surface density against convergence, pixel by pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.kappa.qc.check import (
    Judgement,
    NotJudgedError,
    Requirement,
    check,
    compare_to_limit,
    require_map,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.pipeline.kappa.qc.kaiser_squires import ShearComparison, compare_shear
from fitslint.pipeline.kappa.qc.skymap import SkyMap
from fitslint.pipeline.page.peaks import average_blocks
from fitslint.wcs.map_frame import Floats

_NO_PIXEL = "no pixel has a value in all maps"
_MAX_SIDE = 1024
"""Pixels on the longer side of the maps that are transformed."""
_MAX_BLANK_SHARE = 0.01
"""Part of the pixels that may have no value."""


def _require_maps(*names: str, with_kappa: bool = False, may_be_empty: bool = False) -> Requirement:
    """Maps with the same pixels, those of the convergence among them where it takes part."""

    def require(inputs: QcInputs) -> None:
        if missing := [name for name in names if name not in inputs.maps]:
            raise NotJudgedError(f"not given: {', '.join(f'--{name}' for name in missing)}")
        if with_kappa:
            require_map(inputs)
        maps = [inputs.maps[name] for name in names] + ([inputs.kappa] if with_kappa else [])
        for sky_map in maps:
            name = shorten_path(sky_map.path)
            if sky_map.unusable_reason and not may_be_empty:
                raise NotJudgedError(f"{name}: {sky_map.unusable_reason}")
            if not sky_map.frame.has_same_pixels(maps[0].frame):
                first = shorten_path(maps[0].path)
                raise NotJudgedError(f"{name} and {first} do not have the same pixels")

    return require


_require_shear = _require_maps("gamma1", "gamma2", with_kappa=True)


def _match_normalisation(inputs: QcInputs, sky_map: SkyMap) -> float:
    """The factor that brings a map to the normalisation of the convergence, where recorded."""
    mine, its = inputs.kappa.normalisation_factor, sky_map.normalisation_factor
    return mine / its if mine and its else 1.0


def compute_complex_shear(inputs: QcInputs, factor: int = 1) -> NDArray[np.complex128]:
    """gamma1 + i gamma2 along columns and rows, in the normalisation of the convergence.

    Means of ``factor`` times ``factor`` pixels.
    """
    first, second = inputs.maps["gamma1"], inputs.maps["gamma2"]
    sign = 1.0
    if second.get_text("SHEARFRM") == "sky" and inputs.kappa.frame.determinant < 0:
        sign = -1.0  # east and north against columns that grow to the west
    gamma1 = average_blocks(fill_blanks(first.data), factor) * _match_normalisation(inputs, first)
    gamma2 = average_blocks(fill_blanks(second.data), factor) * _match_normalisation(inputs, second)
    return gamma1 + 1j * sign * gamma2


def compare_shear_maps(inputs: QcInputs) -> ShearComparison | None:
    """Shear maps against the convergence; None where the check says what is missing."""
    try:
        _require_shear(inputs)
    except NotJudgedError:
        return None
    maps = (inputs.kappa, inputs.maps["gamma1"], inputs.maps["gamma2"])
    if any(np.mean(~np.isfinite(sky_map.data)) > _MAX_BLANK_SHARE for sky_map in maps):
        return None
    return compare_shear(*_prepare_transform(inputs))


def _prepare_transform(inputs: QcInputs) -> tuple[Floats, NDArray[np.complex128]]:
    """Convergence and shear in as many pixels as are transformed."""
    factor = max(1, max(inputs.kappa.data.shape) // _MAX_SIDE)
    kappa = average_blocks(fill_blanks(inputs.kappa.data), factor)
    return kappa, compute_complex_shear(inputs, factor)


def fill_blanks(data: Floats) -> Floats:
    """``data`` with the median where there is no value."""
    return np.where(np.isfinite(data), data, np.nanmedian(data))


@check("d.shear", "Shear of the convergence (Kaiser-Squires)", needs=(_require_shear,))
def _check_shear(inputs: QcInputs, shear: ShearComparison | None) -> Judgement:
    if shear is None:
        said = f"more than {_MAX_BLANK_SHARE:.0%} of the pixels have no value"
        raise NotJudgedError(said)
    said = (
        f"in the inner half of the field the median residual is {shear.median:.2g} of the "
        f"median shear; the shear is {shear.slope:.4f} times that of the convergence"
    )
    said += _explain_residual(inputs, shear)
    return compare_to_limit(shear.median, inputs.thresholds["shear_residual"], said,
        slope=shear.slope,
    )  # fmt: skip


def _explain_residual(inputs: QcInputs, compared: ShearComparison) -> str:
    """What a residual comes from when gamma2 has the other sign."""
    limit = inputs.thresholds.get_value("shear_residual")
    if compared.median <= limit:
        return ""
    kappa, given = _prepare_transform(inputs)
    other = compare_shear(kappa, np.conj(given))
    if other.median <= limit:
        return "; with the other sign of gamma2 it fits: the frame of the components is wrong"
    return ""


@check(
    "d.modulus",
    "|gamma| = hypot(gamma1, gamma2)",
    needs=(_require_maps("gamma", "gamma1", "gamma2"),),
)
def _check_modulus(inputs: QcInputs) -> Judgement:
    gamma = inputs.maps["gamma"]
    given = gamma.data * _match_normalisation(inputs, gamma)
    made = np.abs(compute_complex_shear(inputs))
    worst = _find_largest(np.abs(given - made) / np.nanmax(made))
    if worst is None:
        raise NotJudgedError(_NO_PIXEL)
    said = f"the maps differ by at most {worst:.2g} of the largest shear"
    return compare_to_limit(worst, inputs.thresholds["shear_modulus"], said)


@check(
    "d.magnification",
    "mu = 1/((1 - kappa)^2 - gamma^2)",
    needs=(_require_maps("magnification", "gamma1", "gamma2", with_kappa=True),),
)
def _check_magnification(inputs: QcInputs) -> Judgement:
    mu = inputs.maps["magnification"].data
    inverse = (1 - inputs.kappa.data) ** 2
    square = np.abs(compute_complex_shear(inputs)) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(mu != 0, 1 / mu, np.nan)
    wanted = inverse - square
    if np.nanmin(mu) >= 0 and np.nanmin(wanted) < 0:
        wanted, kind = np.abs(wanted), "|mu|"
    else:
        kind = "mu"
    worst = _find_largest(np.abs(found - wanted) / np.maximum(inverse + square, 1))
    if worst is None:
        raise NotJudgedError(_NO_PIXEL)
    said = f"1/{kind} differs by at most {worst:.2g} of its largest term"
    return compare_to_limit(worst, inputs.thresholds["magnification"], said, holds=kind
    )  # fmt: skip


def _find_largest(data: Floats) -> float | None:
    """The largest value; None where no pixel has one."""
    finite = data[np.isfinite(data)]
    return float(finite.max()) if finite.size else None


@check(
    "d.mass",
    "Enclosed mass of the two Sigma maps",
    needs=(_require_maps("sigma3", "sigma4", may_be_empty=True),),
)
def _check_mass(inputs: QcInputs) -> Judgement:
    """Sum over pixels of 10^12 Msun against that of 10^12 Msun/kpc^2 times the area of a pixel."""
    if inputs.plane_count > 1:
        said = f"the mass lies in {inputs.plane_count} planes, whose kpc per arcsec differ"
        raise NotJudgedError(said)
    if inputs.kpc_per_arcsec is None:
        said = "kpc per arcsec are not known (ZLENS and the cosmology)"
        raise NotJudgedError(said)
    by_pixel, by_area = inputs.maps["sigma3"], inputs.maps["sigma4"]
    area = abs(by_area.frame.determinant) * inputs.kpc_per_arcsec**2
    first, second = float(np.nansum(by_pixel.data)), float(np.nansum(by_area.data)) * area
    if not first > 0 or not second > 0:
        raise NotJudgedError("one of the maps encloses no mass")
    said = f"the field holds {first:.5g}e12 Msun by pixel and {second:.5g}e12 Msun by area"
    return compare_to_limit(abs(second / first - 1), inputs.thresholds["enclosed_mass"], said,
        by_pixel_1e12msun=first, by_area_1e12msun=second,
    )  # fmt: skip
