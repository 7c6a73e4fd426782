"""The report on a convergence map: every line, and the verdict on the whole."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass, field
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
from fitslint.pipeline.kappa.qc.evidence import Evidence, Request, gather
from fitslint.pipeline.kappa.qc.jsonable import plain
from fitslint.pipeline.kappa.qc.kaiser_squires import Comparison
from fitslint.pipeline.kappa.qc.line import FAIL, PASS, UNJUDGED, Line, Verdict

SCHEMA = "urn:fitslint:kappa-qc:1.0.0"


@dataclass(frozen=True)
class Measured:
    """What several lines and the pictures rest on."""

    registration: registration.Registration | None
    clumps: list[peak.Clump]
    shear: Comparison | None
    band: band.Band | str
    gas: xray.Gas | str | None


@dataclass(frozen=True)
class Assessment:
    """The lines of a report and what they were made of."""

    lines: tuple[Line, ...]
    evidence: Evidence
    measured: Measured
    products: tuple[str, ...] = field(default=())
    """Files that were written with the report."""

    @property
    def verdict(self) -> Verdict:
        """``fail`` when a line fails; ``pass`` when none does and one passes."""
        verdicts = {one.verdict for one in self.lines}
        if FAIL in verdicts:
            return FAIL
        return PASS if PASS in verdicts else UNJUDGED

    @property
    def counts(self) -> dict[str, int]:
        """Lines by verdict."""
        found = Counter(one.verdict for one in self.lines)
        return {one: found[one] for one in (PASS, FAIL, UNJUDGED)}

    @property
    def headline(self) -> str:
        """The verdict, and how much of the report it rests on."""
        counts, total = self.counts, len(self.lines)
        judged = total - counts[UNJUDGED]
        said = f"{judged} of {total} lines judged: {counts[PASS]} pass, {counts[FAIL]} fail"
        return f"{said}; {counts[UNJUDGED]} not judged"

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, by ``schemas/kappa-qc-1.0.0.json``."""
        kappa, cluster = self.evidence.kappa, self.evidence.cluster
        return {
            "schema": SCHEMA,
            "fitslint": __version__,
            "verdict": self.verdict,
            "counts": self.counts,
            "map": {
                "path": kappa.path,
                "object": kappa.text("OBJECT") or None,
                "normalisation": kappa.normalisation,
                "zlens": self.evidence.z_lens,
                "zsource": kappa.number("ZSRC"),
                "pixel_arcsec": kappa.frame.scale,
                "convention": kappa.frame.convention,
                "cluster": cluster.name if cluster else None,
                "contested": cluster.contested if cluster else None,
            },
            "lines": [_line(one) for one in self.lines],
            "inputs": self.evidence.inputs(),
            "products": list(self.products),
        }


def _line(one: Line) -> dict[str, Any]:
    limit = one.threshold
    return {
        "code": one.code,
        "title": one.title,
        "verdict": one.verdict,
        "reason": one.reason,
        "value": plain(one.value),
        "unit": one.unit,
        "threshold": None if limit is None else {
            "name": limit.name, "value": limit.value, "unit": limit.unit, "source": limit.source,
        },
        "details": plain(dict(one.details)),
    }  # fmt: skip


def assess(request: Request) -> Assessment:
    """Judge a convergence map by everything that is given with it.

    Parameters
    ----------
    request : Request
        the files.

    Returns
    -------
    Assessment

    Raises
    ------
    PipelineError
        when a file cannot be read or used.
    """
    # What comes of numbers that make no sense is judged; numpy and scipy need not warn as well.
    with warnings.catch_warnings(action="ignore"):
        evidence = gather(request)
        measured = _measure(evidence)
        return Assessment(tuple(_lines(evidence, measured)), evidence, measured)


def _measure(evidence: Evidence) -> Measured:
    clumps = peak.clumps(evidence)
    gas = xray.measure(evidence, clumps[0]) if clumps and "xray" in evidence.maps else None
    return Measured(
        registration.register(evidence), clumps, consistency.comparison(evidence),
        band.band(evidence), gas,
    )  # fmt: skip


def _lines(evidence: Evidence, measured: Measured) -> list[Line]:
    return [
        *normalisation.lines(evidence, measured.registration),
        *geometry.lines(evidence, measured.registration),
        parity.line(evidence, measured.registration),
        *peak.lines(evidence, measured.clumps),
        *consistency.lines(evidence, measured.shear),
        *contours.lines(evidence, measured.clumps),
        band.line(evidence, measured.band),
        *xray.lines(evidence, measured.clumps, measured.gas),
        *header.lines(evidence),
    ]
