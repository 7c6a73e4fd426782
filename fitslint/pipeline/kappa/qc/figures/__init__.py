"""The figures of a report."""

from __future__ import annotations

from collections.abc import Callable

from fitslint.pipeline.kappa.qc.assess import Assessment
from fitslint.pipeline.kappa.qc.figures import band, convergence, residuals, xray
from fitslint.pipeline.kappa.qc.figures.drawing import Picture

_DRAWN: tuple[Callable[[Assessment], Picture | None], ...] = (
    convergence.draw,
    xray.draw,
    band.draw,
    residuals.draw,
)


def pictures(assessment: Assessment) -> list[Picture]:
    """The figures that can be drawn of what was given."""
    if assessment.evidence.fault or not assessment.measured.clumps:
        return []
    return [one for one in (draw(assessment) for draw in _DRAWN) if one is not None]
