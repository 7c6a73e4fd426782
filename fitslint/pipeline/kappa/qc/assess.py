"""The report on a convergence map: every line, and the verdict on the whole."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from fitslint._version import __version__
from fitslint.pipeline.kappa.qc import (
    band,
    consistency,
    contours,
    geometry,
    header,
    normalisation,
    parity,
    peak,
    registration,
    xray,
)
from fitslint.pipeline.kappa.qc.check import FAIL, PASS, UNJUDGED, QcResult, Verdict, list_checks
from fitslint.pipeline.kappa.qc.inputs import QcInputs, QcRequest, read_inputs
from fitslint.pipeline.kappa.qc.kaiser_squires import ShearComparison
from fitslint.pipeline.page.report_files import convert_to_json

SCHEMA = "urn:fitslint:kappa-qc:1.0.0"
_CHECK_MODULES = (
    normalisation, geometry, parity, peak, consistency, contours, band, xray, header
)  # fmt: skip
"""In the order of the report; each registers its checks."""


@dataclass(frozen=True)
class Measurements:
    """What several lines and the pictures rest on."""

    registration: registration.Registration | None
    clumps: list[peak.Clump]
    shear: ShearComparison | None
    band: band.ModelBand | str
    gas: xray.GasPositions | str | None


@dataclass(frozen=True)
class QcReport:
    """The lines of a report and what they were made of."""

    results: tuple[QcResult, ...]
    inputs: QcInputs
    measurements: Measurements
    products: tuple[str, ...] = field(default=())
    """Files that were written with the report."""

    @property
    def verdict(self) -> Verdict:
        """``fail`` when a line fails; ``pass`` when none does and one passes."""
        verdicts = {result.verdict for result in self.results}
        if FAIL in verdicts:
            return FAIL
        return PASS if PASS in verdicts else UNJUDGED

    @property
    def counts(self) -> dict[str, int]:
        """Lines by verdict."""
        found = Counter(result.verdict for result in self.results)
        return {verdict: found[verdict] for verdict in (PASS, FAIL, UNJUDGED)}

    @property
    def headline(self) -> str:
        """The verdict, and how much of the report it rests on."""
        counts, total = self.counts, len(self.results)
        judged = total - counts[UNJUDGED]
        return (
            f"{judged} of {total} lines judged: {counts[PASS]} pass, {counts[FAIL]} fail; "
            f"{counts[UNJUDGED]} not judged"
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, by ``schemas/kappa-qc-1.0.0.json``."""
        kappa, cluster = self.inputs.kappa, self.inputs.cluster
        return {
            "schema": SCHEMA,
            "fitslint": __version__,
            "verdict": self.verdict,
            "counts": self.counts,
            "map": {
                "path": kappa.path,
                "object": kappa.get_text("OBJECT") or None,
                "normalisation": kappa.normalisation,
                "zlens": self.inputs.z_lens,
                "zsource": kappa.get_number("ZSRC"),
                "pixel_arcsec": kappa.frame.pixel_scale,
                "convention": kappa.frame.convention,
                "cluster": cluster.name if cluster else None,
                "contested": cluster.dispute if cluster else None,
            },
            "lines": [_dump_result(result) for result in self.results],
            "inputs": self.inputs.list_files(),
            "products": list(self.products),
        }


def _dump_result(result: QcResult) -> dict[str, Any]:
    limit = result.threshold
    return {
        "code": result.code,
        "title": result.title,
        "verdict": result.verdict,
        "reason": result.reason,
        "value": convert_to_json(result.value),
        "unit": result.unit,
        "threshold": None if limit is None else {
            "name": limit.name, "value": limit.value, "unit": limit.unit, "source": limit.source,
        },
        "details": convert_to_json(dict(result.details)),
    }  # fmt: skip


def run_checks(request: QcRequest) -> QcReport:
    """Judge a convergence map by everything that is given with it.

    Parameters
    ----------
    request : QcRequest
        the files.

    Returns
    -------
    QcReport

    Raises
    ------
    PipelineError
        when a file cannot be read or used.
    """
    # What comes of numbers that make no sense is judged; numpy and scipy need not warn as well.
    with warnings.catch_warnings(action="ignore"):
        inputs = read_inputs(request)
        measured = _run_measurements(inputs)
        checks = chain.from_iterable(list_checks(module.__name__) for module in _CHECK_MODULES)
        results = chain.from_iterable(check.run(inputs, measured) for check in checks)
        return QcReport(tuple(results), inputs, measured)


def _run_measurements(inputs: QcInputs) -> Measurements:
    clumps = peak.find_clumps(inputs)
    gas = xray.measure_gas(inputs, clumps[0]) if clumps and "xray" in inputs.maps else None
    return Measurements(
        registration.align_with_model(inputs), clumps, consistency.compare_shear_maps(inputs),
        band.compute_band(inputs), gas,
    )  # fmt: skip
