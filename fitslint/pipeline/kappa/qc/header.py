"""Lines h: the header by the rules of products, the length of a pixel, and the pixels as such."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from fitslint.model.finding import Finding
from fitslint.pipeline.kappa.qc.check import (
    FAIL,
    PASS,
    Judgement,
    NotJudgedError,
    check,
    compare_to_limit,
    require_map,
)
from fitslint.pipeline.kappa.qc.hot_pixels import (
    RESOLVED_FLOOR,
    UNRESOLVED_FLOOR,
    HotPixel,
    find_hot_pixels,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.products.errors import ProductError
from fitslint.products.header_facts import compute_datasum
from fitslint.wcs.map_wcs import measure_pixels

_MAX_EXAMPLES = 20
_RESOLVING_PIXEL = 1.0
"""Arcsec of a pixel that resolves galaxies of a cluster, whose cut radii are some arcsec."""
_MEMBER_DISTANCE = 1.5
"""Pixels from a galaxy within which a high pixel is its core."""


@check("h.header", "Header by the FITS standard and the product dictionaries")
def _check_cards(inputs: QcInputs) -> Judgement:
    from fitslint.api.check import check as check_file

    report = check_file(inputs.kappa.path, profile="standard,products")
    counts = Counter(finding.severity for finding in report.findings)
    shown = [
        {"rule": finding.code, "severity": finding.severity, "message": finding.message}
        for finding in report.findings[:_MAX_EXAMPLES]
    ]
    facts = {"findings": shown, **{name: counts[name] for name in ("error", "warning", "info")}}
    if report.verdict == "undetermined":
        said = report.reason or f"the header could not be judged to its end ({report.status})"
        raise NotJudgedError(said, **facts)
    said = f"errors found by fitslint check: {counts['error']}, warnings: {counts['warning']}"
    if report.errors:
        first = report.errors[0]
        said += f"; {_describe_finding(first)}"
    verdict = FAIL if report.errors else PASS
    return Judgement(verdict, said, float(counts["error"]), "", None, facts)


def _describe_finding(first: Finding) -> str:
    return f"the first is {first.code}: {first.message}"


@check("h.pixkpc", "Kpc per pixel")
def _check_pixkpc(inputs: QcInputs) -> Judgement:
    kappa = inputs.kappa
    told = kappa.get_number("PIXKPC")
    if told is None:
        raise NotJudgedError("the header has no PIXKPC")
    redshift = kappa.get_redshift("ZLENS")
    if kappa.cosmology is None or redshift is None:
        said = "the header lacks ZLENS or the cosmology (H0, OMEGAM, OMEGAL)"
        raise NotJudgedError(said, recorded_kpc=told)
    (a, _), (c, _) = kappa.frame.matrix
    # As products have it: at the reference point of the header, wherever the map lies.
    size = measure_pixels(kappa.frame.wcs)[0] if kappa.frame.wcs else float(np.hypot(a, c))
    wanted = kappa.cosmology.kpc_per_arcsec(redshift) * size
    if not wanted > 0:
        raise NotJudgedError("the cosmology of the header has no distance to ZLENS")
    said = f"PIXKPC is {told:.8g} kpc; redshift, cosmology and pixel size give {wanted:.8g}"
    return compare_to_limit(abs(told / wanted - 1), inputs.thresholds["pixkpc"], said,
        recorded_kpc=told, expected_kpc=wanted,
    )  # fmt: skip


@check("h.data", "Pixels")
def _check_data(inputs: QcInputs) -> Judgement:
    data = inputs.kappa.data
    blank = int(np.count_nonzero(~np.isfinite(data)))
    facts: dict[str, float] = {"pixels": data.size, "without_value": blank}
    if inputs.unusable_reason:
        return Judgement(FAIL, inputs.unusable_reason, details=facts)
    low, high = float(np.nanmin(data)), float(np.nanmax(data))
    said = f"{data.size} pixels from {low:.4g} to {high:.4g}"
    if blank:
        said += f", {blank} of them without a value"
    facts |= {"minimum": low, "maximum": high}
    return Judgement(PASS, said, blank / data.size, "", None, facts)


@check("h.blank", "Pixels without a value", needs=(require_map,))
def _check_blank(inputs: QcInputs) -> Judgement:
    data = inputs.kappa.data
    blank = int(np.count_nonzero(~np.isfinite(data)))
    share = blank / data.size
    said = f"{blank} of {data.size} pixels ({share:.2%}) have no value"
    return compare_to_limit(share, inputs.thresholds["blank_share"], said)


@check("h.hot", "Single hot pixels", needs=(require_map,))
def _check_hot_pixels(inputs: QcInputs) -> Judgement:
    limit = inputs.thresholds["hot_pixel"]
    fine = inputs.members is not None or inputs.kappa.frame.pixel_scale <= _RESOLVING_PIXEL
    floor = RESOLVED_FLOOR if fine else UNRESOLVED_FLOOR
    found = find_hot_pixels(inputs.kappa.data, limit.value, floor)
    found = [pixel for pixel in found if pixel.excess < 0 or not _is_on_member(inputs, pixel)]
    shown = [
        {
            "column": pixel.column + 1,
            "row": pixel.row + 1,
            "value": pixel.value,
            "excess": pixel.excess,
        }
        for pixel in found[:_MAX_EXAMPLES]
    ]
    facts: dict[str, Any] = {"pixels": shown, "count": len(found)}
    if not found:
        said = "no single pixel stands out of its surroundings as no mass does"
        return Judgement(PASS, said, 0.0, "pixel", None, facts)
    first = found[0]
    said = (
        f"{len(found)} {'pixel stands' if len(found) == 1 else 'pixels stand'} out of a flat "
        f"surrounding; the farthest at column {first.column + 1}, row {first.row + 1} with "
        f"{first.value:.4g}, {abs(first.excess):.4g} {'above' if first.excess > 0 else 'below'} "
        "its neighbours"
    )
    return Judgement(FAIL, said, float(len(found)), "pixel", None, facts)


def _is_on_member(inputs: QcInputs, pixel: HotPixel) -> bool:
    """Whether a member galaxy lies on a pixel or at its edge."""
    members, frame = inputs.members, inputs.kappa.frame
    if members is None or not frame.is_on_sky:
        return False
    columns, rows = frame.to_pixel(members.ra, members.dec)
    away = np.hypot(columns - pixel.column, rows - pixel.row)
    return bool(np.any(away < _MEMBER_DISTANCE))


@check("h.datasum", "DATASUM of the pixels")
def _check_datasum(inputs: QcInputs) -> Judgement:
    told = inputs.kappa.header.get("DATASUM")
    if told is None:
        raise NotJudgedError("the header has no DATASUM")
    try:
        found = compute_datasum(inputs.kappa.path)
    except ProductError as error:
        raise NotJudgedError(f"the data unit cannot be summed: {error}") from None
    facts = {"recorded": str(told), "found": found}
    if str(told).strip() == found:
        return Judgement(PASS, f"the pixels sum to {found} as recorded", details=facts)
    said = f"DATASUM is {str(told)[:20]} and the pixels sum to {found}: they have been changed"
    return Judgement(FAIL, said, details=facts)
