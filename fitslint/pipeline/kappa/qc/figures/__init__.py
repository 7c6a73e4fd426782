"""The figures of a report."""

from __future__ import annotations

from collections.abc import Callable

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.figures import band, convergence, residuals, xray
from fitslint.pipeline.kappa.qc.figures.drawing import Picture

_FIGURES: tuple[Callable[[QcReport], Picture | None], ...] = (
    convergence.draw_convergence,
    xray.draw_xray,
    band.draw_band,
    residuals.draw_residuals,
)


def draw_pictures(assessment: QcReport) -> list[Picture]:
    """The figures that can be drawn of what was given."""
    if assessment.inputs.unusable_reason or not assessment.measurements.clumps:
        return []
    return [one for one in (draw(assessment) for draw in _FIGURES) if one is not None]
