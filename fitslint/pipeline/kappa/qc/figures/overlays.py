"""What is laid over or beside the maps of a report: title, bar of a length, critical curve."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.consistency import compute_complex_shear, fill_blanks
from fitslint.pipeline.kappa.qc.figures.drawing import View
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.pipeline.kappa.qc.kaiser_squires import compute_shear
from fitslint.report.escape import escape_text
from fitslint.wcs.map_frame import Floats

CRITICAL_COLOUR = "#3dfc7a"
_BAR_LENGTHS = (100.0, 50.0, 20.0, 10.0, 1000.0)
"""Kpc of the bar: the first one that fits."""
_PART = 0.6
"""Part of the width that a bar takes at most."""
_LEAST = 0.03
_NORMALISATIONS = {
    "unity": r"$D_{ls}/D_s = 1$",
    "source": r"$\kappa(z_s)$, times $D_{ls}/D_s$",
    None: "normalisation not recorded",
}


def draw_title(figure: Figure, report: QcReport) -> None:
    """Write cluster, redshifts and normalisation over a figure."""
    inputs = report.inputs
    kappa, cluster = inputs.kappa, inputs.cluster
    name = kappa.get_text("OBJECT") or (cluster.name if cluster else shorten_path(kappa.path))
    # A name is no formula, whatever signs it has.
    parts = [escape_text(name)[:60].replace("$", r"\$")]
    if inputs.z_lens is not None:
        parts.append(f"$z_l$ = {inputs.z_lens:g}")
    source = kappa.get_redshift("ZSRC")
    if source is not None and kappa.normalisation != "unity":
        parts.append(f"$z_s$ = {source:g}")
    parts.append(_NORMALISATIONS[kappa.normalisation])
    figure.suptitle("   ".join(parts), fontsize=10)


def draw_scale_bar(axes: Any, view: View, inputs: QcInputs) -> None:
    """Draw the length of 100 kpc at the lens, where that is known."""
    if not inputs.kpc_per_arcsec:
        return
    east, north = view.compute_axes()
    width, height = (abs(float(axis[-1] - axis[0])) for axis in (east, north))
    fits = [
        kpc for kpc in _BAR_LENGTHS if _LEAST * width < kpc / inputs.kpc_per_arcsec < _PART * width
    ]
    if not fits:
        return
    length = fits[0] / inputs.kpc_per_arcsec
    left, low = max(float(east[0]), float(east[-1])), min(float(north[0]), float(north[-1]))
    start, level = left - 0.05 * width, low + 0.05 * height
    edge = [withStroke(linewidth=4, foreground="#202028")]
    axes.plot(
        [start, start - length], [level, level], color="white", lw=2, solid_capstyle="butt",
        path_effects=edge,
    )  # fmt: skip
    axes.text(
        start - length / 2, level + 0.015 * height, f"{fits[0]:g} kpc = {length:.3g}″",
        color="white", ha="center", va="bottom", fontsize=8,
        path_effects=[withStroke(linewidth=2.5, foreground="#202028")],
    )  # fmt: skip


def draw_critical_curve(axes: Any, view: View, report: QcReport) -> list[Any]:
    """Draw where (1 - kappa)^2 = |gamma|^2, and give the handles of the legend.

    The shear is that of the maps where these are given and fit, else that of the convergence by
    Kaiser & Squires (1993).
    """
    inputs = report.inputs
    convergence = fill_blanks(inputs.kappa.data)
    given = report.measurements.shear is not None
    gamma = compute_complex_shear(inputs) if given else compute_shear(convergence)
    inverse = view.subsample((1 - convergence) ** 2 - abs(gamma) ** 2)
    if not inverse.min() < 0 < inverse.max():
        return []
    east, north = view.compute_axes()
    axes.contour(east, north, inverse, levels=[0.0], colors=[CRITICAL_COLOUR], linewidths=1.1)
    source = inputs.kappa.get_redshift("ZSRC")
    if inputs.kappa.normalisation == "unity":
        where = r" ($D_{ls}/D_s = 1$)"
    else:
        where = "" if source is None else f" ($z_s$ = {source:g})"
    how = "" if given else ", Kaiser-Squires"
    return [Line2D([], [], color=CRITICAL_COLOUR, lw=1.3, label=f"critical curve{where}{how}")]


def smooth_residual(data: Floats) -> Floats:
    """A residual smoothed by a pixel: the edge of the kernel in Fourier space leaves stripes.

    Waves of the shortest length that pixels hold have either sign (l and -l are one there), so
    that a galaxy smaller than a pixel leaves a stripe of alternate signs along its row and column.
    A Gaussian with a sigma of one pixel leaves a hundredth of it.
    """
    from fitslint.pipeline.page.peaks import smooth_image

    return smooth_image(data, 2.3548)
