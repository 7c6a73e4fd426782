"""Line b.parity: whether the map, or its mirror image, fits the model or the member galaxies."""

from __future__ import annotations

import numpy as np

from fitslint.pipeline.kappa.qc.evidence import Evidence
from fitslint.pipeline.kappa.qc.frame import Floats
from fitslint.pipeline.kappa.qc.image import smooth
from fitslint.pipeline.kappa.qc.line import FAIL, PASS, Line, unjudged
from fitslint.pipeline.kappa.qc.registration import Registration

CODE, TITLE = "b.parity", "Parity"
_GALAXY, _AROUND = 2.0, 10.0
"""Arcsec: widths of a galaxy and of what is around it."""
_LEAST = 5
"""Galaxies that a verdict needs."""


def line(evidence: Evidence, registration: Registration | None) -> Line:
    """The line, by the model where there is one, else by the galaxies."""
    if evidence.fault:
        return unjudged(CODE, TITLE, evidence.fault)
    if registration is not None:
        return _by_model(registration)
    return _by_members(evidence)


def _by_model(registration: Registration) -> Line:
    facts = {
        "residual": registration.upright.residual,
        "mirrored_residual": registration.mirrored.residual,
    }
    if registration.is_symmetric:
        said = "model and map are symmetric: the mirror image fits as well"
        return unjudged(CODE, TITLE, said, **facts)
    numbers = (
        f"residual {registration.upright.residual:.3g}, "
        f"of the mirror image {registration.mirrored.residual:.3g}"
    )
    if registration.is_mirrored:
        said = (
            f"the mirror image, the map {registration.mirrored.orientation}, fits the model "
            f"better: {numbers}"
        )
        return Line(CODE, TITLE, FAIL, said, details=facts)
    if registration.is_turned:
        said = f"only the map {registration.turned.orientation} fits the model: {numbers}"
        return unjudged(CODE, TITLE, said, **facts)
    if registration.upright.residual < 0.5 * registration.mirrored.residual:
        said = f"the map fits the model, its mirror image does not: {numbers}"
        return Line(CODE, TITLE, PASS, said, details=facts)
    said = f"neither the map nor its mirror image fits the model better: {numbers}"
    return unjudged(CODE, TITLE, said, **facts)


def _by_members(evidence: Evidence) -> Line:
    """Convergence above its surroundings at the galaxies, and at their mirror images."""
    members, frame = evidence.members, evidence.kappa.frame
    if members is None or not frame.on_sky:
        return unjudged(CODE, TITLE, "neither a model nor galaxies were given (--model, --members)")
    columns, rows = frame.to_pixel(members.ra, members.dec)
    other = frame.shape[1] - 1 - columns
    both = frame.inside(columns, rows)
    if np.count_nonzero(both) < _LEAST:
        return unjudged(CODE, TITLE, f"fewer than {_LEAST} member galaxies lie on the map")
    data = evidence.kappa.data
    excess = smooth(data, _GALAXY / frame.scale) - smooth(data, _AROUND / frame.scale)
    here, there = (_at(excess, one[both], rows[both]) for one in (columns, other))
    known = np.isfinite(here) & np.isfinite(there)
    gain = here[known] - there[known]
    if gain.size < _LEAST:
        return unjudged(CODE, TITLE, "the pixels of the member galaxies have no value")
    error = float(np.std(gain)) / np.sqrt(gain.size)
    significance = float(np.mean(gain)) / error if error > 0 else 0.0
    limit = evidence.criteria["parity_significance"]
    facts = {"galaxies": int(gain.size), "significance_sigma": significance}
    if abs(significance) < limit.value:
        said = "galaxies lie as well on the map as on its mirror image"
        return unjudged(CODE, TITLE, said, **facts)
    fits = significance > 0
    which = "the map" if fits else "the mirror image of the map"
    said = f"{gain.size} member galaxies lie on maxima of {which} ({abs(significance):.1f} sigma)"
    return Line(
        CODE, TITLE, PASS if fits else FAIL, said, significance, limit.unit, limit, facts
    )  # fmt: skip


def _at(data: Floats, columns: Floats, rows: Floats) -> Floats:
    """Values of the pixels that positions fall on."""
    return np.asarray(data[np.rint(rows).astype(int), np.rint(columns).astype(int)])
