"""Lines h: the header by the rules of products, the length of a pixel, and the pixels as such."""

from __future__ import annotations

from collections import Counter

import numpy as np

from fitslint.pipeline.kappa.qc.evidence import Evidence
from fitslint.pipeline.kappa.qc.line import FAIL, PASS, Line, unjudged, within

_CHECK, _PIXKPC, _DATA = "h.header", "h.pixkpc", "h.data"
_TITLES = {
    _CHECK: "Header by the FITS standard and the product dictionaries",
    _PIXKPC: "Kpc per pixel",
    _DATA: "Pixels",
}
_SHOWN = 20


def lines(evidence: Evidence) -> list[Line]:
    """The lines of this group."""
    return [_check(evidence), _pixkpc(evidence), _data(evidence)]


def _check(evidence: Evidence) -> Line:
    from fitslint.api import check

    report = check(evidence.kappa.path, profile="standard,products")
    counts = Counter(one.severity for one in report.findings)
    shown = [
        {"rule": one.code, "severity": one.severity, "message": one.message}
        for one in report.findings[:_SHOWN]
    ]
    facts = {"findings": shown, **{name: counts[name] for name in ("error", "warning", "info")}}
    if report.verdict == "undetermined":
        said = report.reason or f"the header could not be judged to its end ({report.status})"
        return unjudged(_CHECK, _TITLES[_CHECK], said, **facts)
    said = f"errors found by fitslint check: {counts['error']}, warnings: {counts['warning']}"
    if report.errors:
        first = report.errors[0]
        said += f"; the first is {first.code}: {first.message}"
    verdict = FAIL if report.errors else PASS
    return Line(_CHECK, _TITLES[_CHECK], verdict, said, float(counts["error"]), "", None, facts)


def _pixkpc(evidence: Evidence) -> Line:
    title, kappa = _TITLES[_PIXKPC], evidence.kappa
    told = kappa.number("PIXKPC")
    if told is None:
        return unjudged(_PIXKPC, title, "the header has no PIXKPC")
    redshift = kappa.redshift("ZLENS")
    if kappa.cosmology is None or redshift is None:
        said = "the header lacks ZLENS or the cosmology (H0, OMEGAM, OMEGAL)"
        return unjudged(_PIXKPC, title, said, recorded_kpc=told)
    (a, _), (c, _) = kappa.frame.matrix
    wanted = kappa.cosmology.kpc_per_arcsec(redshift) * float(np.hypot(a, c))
    if not wanted > 0:
        return unjudged(_PIXKPC, title, "the cosmology of the header has no distance to ZLENS")
    said = f"PIXKPC is {told:.8g} kpc; redshift, cosmology and pixel size give {wanted:.8g}"
    return within(
        _PIXKPC, title, abs(told / wanted - 1), evidence.criteria["pixkpc"], said,
        recorded_kpc=told, expected_kpc=wanted,
    )  # fmt: skip


def _data(evidence: Evidence) -> Line:
    data = evidence.kappa.data
    blank = int(np.count_nonzero(~np.isfinite(data)))
    facts: dict[str, float] = {"pixels": data.size, "without_value": blank}
    if evidence.fault:
        return Line(_DATA, _TITLES[_DATA], FAIL, evidence.fault, details=facts)
    low, high = float(np.nanmin(data)), float(np.nanmax(data))
    said = f"{data.size} pixels from {low:.4g} to {high:.4g}"
    if blank:
        said += f", {blank} of them without a value"
    facts |= {"minimum": low, "maximum": high}
    return Line(_DATA, _TITLES[_DATA], PASS, said, blank / data.size, "", None, facts)
