"""Line b.parity: whether the map, or its mirror image, fits the model or the member galaxies."""

from __future__ import annotations

import numpy as np

from fitslint.pipeline.kappa.qc.check import (
    FAIL,
    PASS,
    Judgement,
    NotJudgedError,
    check,
    require_map,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.kappa.qc.registration import Registration
from fitslint.pipeline.page.peaks import smooth_image
from fitslint.wcs.map_frame import Floats

_GALAXY, _AROUND = 2.0, 10.0
"""Arcsec: widths of a galaxy and of what is around it."""
_MIN_GALAXIES = 5
"""Galaxies that a verdict needs."""


@check("b.parity", "Parity", needs=(require_map,))
def _check_parity(inputs: QcInputs, registration: Registration | None) -> Judgement:
    """The line, by the model where there is one, else by the galaxies."""
    if registration is not None:
        return _check_by_model(registration)
    return _check_by_members(inputs)


def _check_by_model(registration: Registration) -> Judgement:
    facts = {
        "residual": registration.upright.residual,
        "mirrored_residual": registration.mirrored.residual,
    }
    if registration.is_symmetric:
        said = "model and map are symmetric: the mirror image fits as well"
        raise NotJudgedError(said, **facts)
    numbers = _describe_residuals(registration)
    if registration.is_mirrored:
        said = (
            f"the mirror image, the map {registration.mirrored.orientation}, fits the model "
            f"better: {numbers}"
        )
        return Judgement(FAIL, said, details=facts)
    if registration.is_turned:
        said = f"only the map {registration.turned.orientation} fits the model: {numbers}"
        raise NotJudgedError(said, **facts)
    if registration.upright.residual < 0.5 * registration.mirrored.residual:
        said = f"the map fits the model, its mirror image does not: {numbers}"
        return Judgement(PASS, said, details=facts)
    said = f"neither the map nor its mirror image fits the model better: {numbers}"
    raise NotJudgedError(said, **facts)


def _describe_residuals(registration: Registration) -> str:
    return (
        f"residual {registration.upright.residual:.3g}, "
        f"of the mirror image {registration.mirrored.residual:.3g}"
    )


def _check_by_members(inputs: QcInputs) -> Judgement:
    """Convergence above its surroundings at the galaxies, and at their mirror images."""
    members, frame = inputs.members, inputs.kappa.frame
    if members is None or not frame.is_on_sky:
        raise NotJudgedError("neither a model nor galaxies were given (--model, --members)")
    columns, rows = frame.to_pixel(members.ra, members.dec)
    other = frame.shape[1] - 1 - columns
    both = frame.is_inside(columns, rows)
    if np.count_nonzero(both) < _MIN_GALAXIES:
        raise NotJudgedError(f"fewer than {_MIN_GALAXIES} member galaxies lie on the map")
    data = inputs.kappa.data
    excess = smooth_image(data, _GALAXY / frame.pixel_scale) - smooth_image(
        data, _AROUND / frame.pixel_scale
    )
    here, there = (_sample_pixels(excess, across[both], rows[both]) for across in (columns, other))
    known = np.isfinite(here) & np.isfinite(there)
    gain = here[known] - there[known]
    if gain.size < _MIN_GALAXIES:
        raise NotJudgedError("the pixels of the member galaxies have no value")
    error = float(np.std(gain)) / np.sqrt(gain.size)
    significance = float(np.mean(gain)) / error if error > 0 else 0.0
    limit = inputs.thresholds["parity_significance"]
    facts = {"galaxies": int(gain.size), "significance_sigma": significance}
    if abs(significance) < limit.value:
        said = "galaxies lie as well on the map as on its mirror image"
        raise NotJudgedError(said, **facts)
    fits = significance > 0
    which = "the map" if fits else "the mirror image of the map"
    said = f"{gain.size} member galaxies lie on maxima of {which} ({abs(significance):.1f} sigma)"
    return Judgement(PASS if fits else FAIL, said, significance, limit.unit, limit, facts
    )  # fmt: skip


def _sample_pixels(data: Floats, columns: Floats, rows: Floats) -> Floats:
    """Values of the pixels that positions fall on."""
    return np.asarray(data[np.rint(rows).astype(int), np.rint(columns).astype(int)])
