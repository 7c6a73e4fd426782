"""Lines h: the header by the rules of products, the length of a pixel, and the pixels as such."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from fitslint.pipeline.kappa.qc.check import FAIL, PASS, QcResult, compare_to_limit, skip_check
from fitslint.pipeline.kappa.qc.hot_pixels import (
    RESOLVED_FLOOR,
    UNRESOLVED_FLOOR,
    HotPixel,
    find_hot_pixels,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.products.errors import ProductError
from fitslint.products.header_facts import compute_datasum
from fitslint.repair.model import RepairError

_CHECK, _PIXKPC, _DATA = "h.header", "h.pixkpc", "h.data"
_BLANK, _HOT, _SUM = "h.blank", "h.hot", "h.datasum"
_TITLES = {
    _CHECK: "Header by the FITS standard and the product dictionaries",
    _PIXKPC: "Kpc per pixel",
    _DATA: "Pixels",
    _BLANK: "Pixels without a value",
    _HOT: "Single hot pixels",
    _SUM: "DATASUM of the pixels",
}
_MAX_EXAMPLES = 20
_RESOLVING_PIXEL = 1.0
"""Arcsec of a pixel that resolves galaxies of a cluster, whose cut radii are some arcsec."""
_MEMBER_DISTANCE = 1.5
"""Pixels from a galaxy within which a high pixel is its core."""


def check_header_and_data(evidence: QcInputs) -> list[QcResult]:
    """The lines of this group."""
    return [
        _check_cards(evidence), _check_pixkpc(evidence), _check_data(evidence), _check_blank(evidence), _check_hot_pixels(evidence),
        _check_datasum(evidence),
    ]  # fmt: skip


def _check_cards(evidence: QcInputs) -> QcResult:
    from fitslint.api.check import check

    report = check(evidence.kappa.path, profile="standard,products")
    counts = Counter(one.severity for one in report.findings)
    shown = [
        {"rule": one.code, "severity": one.severity, "message": one.message}
        for one in report.findings[:_MAX_EXAMPLES]
    ]
    facts = {"findings": shown, **{name: counts[name] for name in ("error", "warning", "info")}}
    if report.verdict == "undetermined":
        said = report.reason or f"the header could not be judged to its end ({report.status})"
        return skip_check(_CHECK, _TITLES[_CHECK], said, **facts)
    said = f"errors found by fitslint check: {counts['error']}, warnings: {counts['warning']}"
    if report.errors:
        first = report.errors[0]
        said += f"; the first is {first.code}: {first.message}"
    verdict = FAIL if report.errors else PASS
    return QcResult(_CHECK, _TITLES[_CHECK], verdict, said, float(counts["error"]), "", None, facts)


def _check_pixkpc(evidence: QcInputs) -> QcResult:
    title, kappa = _TITLES[_PIXKPC], evidence.kappa
    told = kappa.get_number("PIXKPC")
    if told is None:
        return skip_check(_PIXKPC, title, "the header has no PIXKPC")
    redshift = kappa.get_redshift("ZLENS")
    if kappa.cosmology is None or redshift is None:
        said = "the header lacks ZLENS or the cosmology (H0, OMEGAM, OMEGAL)"
        return skip_check(_PIXKPC, title, said, recorded_kpc=told)
    (a, _), (c, _) = kappa.frame.matrix
    wanted = kappa.cosmology.kpc_per_arcsec(redshift) * float(np.hypot(a, c))
    if not wanted > 0:
        return skip_check(_PIXKPC, title, "the cosmology of the header has no distance to ZLENS")
    said = f"PIXKPC is {told:.8g} kpc; redshift, cosmology and pixel size give {wanted:.8g}"
    return compare_to_limit(
        _PIXKPC, title, abs(told / wanted - 1), evidence.thresholds["pixkpc"], said,
        recorded_kpc=told, expected_kpc=wanted,
    )  # fmt: skip


def _check_data(evidence: QcInputs) -> QcResult:
    data = evidence.kappa.data
    blank = int(np.count_nonzero(~np.isfinite(data)))
    facts: dict[str, float] = {"pixels": data.size, "without_value": blank}
    if evidence.unusable_reason:
        return QcResult(_DATA, _TITLES[_DATA], FAIL, evidence.unusable_reason, details=facts)
    low, high = float(np.nanmin(data)), float(np.nanmax(data))
    said = f"{data.size} pixels from {low:.4g} to {high:.4g}"
    if blank:
        said += f", {blank} of them without a value"
    facts |= {"minimum": low, "maximum": high}
    return QcResult(_DATA, _TITLES[_DATA], PASS, said, blank / data.size, "", None, facts)


def _check_blank(evidence: QcInputs) -> QcResult:
    title, data = _TITLES[_BLANK], evidence.kappa.data
    if evidence.unusable_reason:
        return skip_check(_BLANK, title, evidence.unusable_reason)
    blank = int(np.count_nonzero(~np.isfinite(data)))
    share = blank / data.size
    said = f"{blank} of {data.size} pixels ({share:.2%}) have no value"
    return compare_to_limit(_BLANK, title, share, evidence.thresholds["blank_share"], said)


def _check_hot_pixels(evidence: QcInputs) -> QcResult:
    title = _TITLES[_HOT]
    if evidence.unusable_reason:
        return skip_check(_HOT, title, evidence.unusable_reason)
    limit = evidence.thresholds["hot_pixel"]
    fine = evidence.members is not None or evidence.kappa.frame.pixel_scale <= _RESOLVING_PIXEL
    floor = RESOLVED_FLOOR if fine else UNRESOLVED_FLOOR
    found = find_hot_pixels(evidence.kappa.data, limit.value, floor)
    found = [one for one in found if one.excess < 0 or not _is_on_member(evidence, one)]
    shown = [
        {"column": one.column + 1, "row": one.row + 1, "value": one.value, "excess": one.excess}
        for one in found[:_MAX_EXAMPLES]
    ]
    facts: dict[str, Any] = {"pixels": shown, "count": len(found)}
    if not found:
        said = "no single pixel stands out of its surroundings as no mass does"
        return QcResult(_HOT, title, PASS, said, 0.0, "pixel", None, facts)
    first = found[0]
    said = (
        f"{len(found)} {'pixel stands' if len(found) == 1 else 'pixels stand'} out of a flat "
        f"surrounding; the farthest at column {first.column + 1}, row {first.row + 1} with "
        f"{first.value:.4g}, {abs(first.excess):.4g} {'above' if first.excess > 0 else 'below'} "
        "its neighbours"
    )
    return QcResult(_HOT, title, FAIL, said, float(len(found)), "pixel", None, facts)


def _is_on_member(evidence: QcInputs, pixel: HotPixel) -> bool:
    """Whether a member galaxy lies on a pixel or at its edge."""
    members, frame = evidence.members, evidence.kappa.frame
    if members is None or not frame.is_on_sky:
        return False
    columns, rows = frame.to_pixel(members.ra, members.dec)
    away = np.hypot(columns - pixel.column, rows - pixel.row)
    return bool(np.any(away < _MEMBER_DISTANCE))


def _check_datasum(evidence: QcInputs) -> QcResult:
    title = _TITLES[_SUM]
    told = evidence.kappa.header.get("DATASUM")
    if told is None:
        return skip_check(_SUM, title, "the header has no DATASUM")
    try:
        found = compute_datasum(evidence.kappa.path)
    except (ProductError, RepairError) as error:
        return skip_check(_SUM, title, f"the data unit cannot be summed: {error}")
    facts = {"recorded": str(told), "found": found}
    if str(told).strip() == found:
        return QcResult(_SUM, title, PASS, f"the pixels sum to {found} as recorded", details=facts)
    said = f"DATASUM is {str(told)[:20]} and the pixels sum to {found}: they have been changed"
    return QcResult(_SUM, title, FAIL, said, details=facts)
