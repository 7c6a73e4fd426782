"""The figure of the shear less that of the convergence."""

from __future__ import annotations

import numpy as np

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.figures.drawing import (
    TWO_PANELS,
    Picture,
    create_figure,
    render_figure,
)
from fitslint.pipeline.kappa.qc.figures.overlays import draw_title, smooth_residual


def draw_residuals(assessment: QcReport) -> Picture | None:
    """Shear less that of the convergence, both components, in the circle that is judged."""
    compared = assessment.measurements.shear
    if compared is None:
        return None
    frame = assessment.inputs.kappa.frame
    rows, columns = (slice(one.min(), one.max() + 1) for one in np.nonzero(compared.inside))
    inside = compared.inside[rows, columns]
    residual = compared.residual[rows, columns]
    parts = [
        np.where(inside, smooth_residual(one), np.nan) for one in (residual.real, residual.imag)
    ]
    step = frame.pixel_scale * (frame.shape[0] // compared.residual.shape[0])
    half = inside.shape[1] * step / 2, inside.shape[0] * step / 2
    size = float(np.nanpercentile(np.abs(parts), 98)) or 1.0
    drawn = create_figure(TWO_PANELS)
    panels = zip(drawn.subplots(1, 2), parts, strict=True)
    for number, (axes, data) in enumerate(panels, 1):
        shown = axes.imshow(
            data, origin="lower", extent=(-half[0], half[0], -half[1], half[1]),
            interpolation="nearest", cmap="PuOr", vmin=-size, vmax=size,
        )  # fmt: skip
        name = rf"$\gamma_{number}$"
        drawn.colorbar(shown, ax=axes, label=f"{name} residual", extend="both", shrink=0.8)
        axes.set_title(rf"{name} - Kaiser-Squires($\kappa$)", fontsize=10)
        axes.set_xlabel("along the rows of pixels (arcsec)")
        axes.set_ylabel("along the columns (arcsec)")
    draw_title(drawn, assessment)
    return Picture(
        "residuals",
        "Shear less the shear of the convergence and of the mass outside the field, in the circle "
        "that is judged, along the axes of the pixels, smoothed by a pixel (Gaussian with a sigma "
        "of one). Galaxies smaller than a pixel leave dots.",
        "Two maps of the difference between the given shear and that of the convergence, for "
        "gamma1 and gamma2.",
        *render_figure(drawn),
    )
