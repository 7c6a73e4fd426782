"""The figures of a report.

``convergence.py`` and ``comparison.py`` draw them, on what ``drawing.py`` (axes on the sky,
colours) and ``overlays.py`` (title, bar, critical curve) have in common.
"""

from __future__ import annotations

from collections.abc import Callable

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.figures import comparison, convergence
from fitslint.pipeline.page.figures import Picture

_FIGURES: tuple[Callable[[QcReport], Picture | None], ...] = (
    convergence.draw_convergence,
    convergence.draw_xray,
    comparison.draw_band,
    comparison.draw_residuals,
)


def draw_pictures(report: QcReport) -> list[Picture]:
    """The figures that can be drawn of what was given."""
    if report.inputs.unusable_reason or not report.measurements.clumps:
        return []
    return [picture for draw in _FIGURES if (picture := draw(report)) is not None]
