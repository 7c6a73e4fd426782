"""Lines g: peak and centroid of the convergence against those of the X-ray image.

Errors of the X-ray positions are the scatter over Poisson realisations of the image where it holds
counts; else, and for the convergence, the 1/sqrt(12) of a pixel on each axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.qc.check import (
    FAIL,
    PASS,
    UNJUDGED,
    QcResult,
    Threshold,
    Verdict,
    skip_check,
)
from fitslint.pipeline.kappa.qc.image import (
    average_blocks,
    compute_centroid,
    find_highest,
    smooth_image,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.pipeline.kappa.qc.peak import Clump
from fitslint.pipeline.kappa.qc.skymap import SkyMap
from fitslint.wcs.map_frame import Floats, MapFrame, compute_separation

_CODES = {"peak": "g.peak", "centroid": "g.centroid"}
_TITLES = {"peak": "Peak against the X-ray peak", "centroid": "Centroid against the X-ray centroid"}
_MAX_SIDE = 512
"""Pixels on a side of the part of the X-ray image that is measured."""
_SEED = 1689
_COUNTS = ("", "count", "counts", "ct", "photon")
"""Units of pixels that are counted photons."""
_MOST_COUNTS = 1e9
"""Counts of a pixel beyond which it holds something else."""
PixelPosition = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Position:
    """A position on the sky with the error of each axis in arcsec."""

    ra: float
    dec: float
    error: float


@dataclass(frozen=True, slots=True)
class GasPositions:
    """Peak and centroid of an X-ray image."""

    peak: Position
    centroid: Position
    has_counts: bool
    """Whether the errors are of Poisson realisations."""


@dataclass(frozen=True)
class _ImagePart:
    """The part of the image around the cluster, in pixels not finer than the smoothing needs."""

    data: Floats
    frame: MapFrame
    origin: PixelPosition
    factor: int

    @property
    def scale(self) -> float:
        return self.frame.pixel_scale * self.factor

    def convert_to_sky(self, place: PixelPosition) -> PixelPosition:
        """Position of a column and row of the part."""
        at = [
            first + (one + 0.5) * self.factor - 0.5
            for first, one in zip(self.origin, place, strict=True)
        ]
        ra, dec = self.frame.to_sky(*at)
        return float(ra), float(dec)


def measure_gas(evidence: QcInputs, near: Clump) -> GasPositions | str:
    """Peak and centroid of the X-ray image around a clump; why there are none otherwise."""
    image = evidence.maps["xray"]
    if image.unusable_reason:
        return f"{shorten_path(image.path)}: {image.unusable_reason}"
    if not image.frame.is_on_sky or not evidence.kappa.frame.is_on_sky:
        return "the map or the X-ray image has no place on the sky"
    part = _cut_part(evidence, image, near)
    if part is None or not np.any(part.data > 0):
        return "the X-ray image holds nothing around the peak of the map"
    counts = _has_counts(image)
    places = _find_positions(evidence, part.data, part.scale)
    scatter = _bootstrap_errors(evidence, part) if counts else (part.scale / math.sqrt(12),) * 2
    peak, middle = (
        Position(*part.convert_to_sky(place), error)
        for place, error in zip(places, scatter, strict=True)
    )
    return GasPositions(peak, middle, counts)


def _has_counts(image: SkyMap) -> bool:
    """Whether the pixels are counted photons."""
    finite = image.data[np.isfinite(image.data)]
    whole = bool(np.all(finite >= 0) and np.all(finite == np.rint(finite)))
    unit = image.get_text("BUNIT").lower()
    return whole and float(finite.max()) < _MOST_COUNTS and unit in _COUNTS


def _cut_part(evidence: QcInputs, image: SkyMap, near: Clump) -> _ImagePart | None:
    """Square of the X-ray image, 2.5 times the radius of the centroid on each side."""
    frame = image.frame
    column, row = (float(one) for one in frame.to_pixel(near.ra, near.dec))
    if not np.isfinite(column + row) or not frame.is_inside(column, row):
        return None
    half = math.ceil(2.5 * evidence.thresholds.get_value("centroid_radius") / frame.pixel_scale)
    left, low = max(0, round(column) - half), max(0, round(row) - half)
    right, high = round(column) + half + 1, round(row) + half + 1
    factor = max(1, -(-2 * half // _MAX_SIDE))
    cut = image.data[low:high, left:right]
    if min(cut.shape) < 3 * factor:
        return None
    cut = np.where(np.isfinite(cut), cut, 0.0)
    return _ImagePart(average_blocks(cut, factor) * factor**2, frame, (left, low), factor)


def _find_positions(
    evidence: QcInputs, data: Floats, scale: float
) -> tuple[PixelPosition, PixelPosition]:
    """Columns and rows of the peak of the smoothed image and of the centroid around it."""
    top = find_highest(smooth_image(data, evidence.smoothing_fwhm / scale))
    radius = evidence.thresholds.get_value("centroid_radius") / scale
    background = float(np.percentile(data, 10))
    middle = compute_centroid(data - background, top.column, top.row, radius)
    return (top.column, top.row), middle


def _bootstrap_errors(evidence: QcInputs, part: _ImagePart) -> tuple[float, float]:
    """Scatter in arcsec per axis of peak and centroid over Poisson realisations."""
    chance = np.random.default_rng(_SEED)
    count = int(evidence.thresholds.get_value("bootstraps"))
    drawn = np.array(
        [_find_positions(evidence, chance.poisson(part.data).astype(float), part.scale)
         for _ in range(count)]
    )  # fmt: skip
    spread = np.sqrt(drawn.var(axis=0).mean(axis=1)) * part.scale
    return float(spread[0]), float(spread[1])


def check_xray(
    evidence: QcInputs, clumps: list[Clump], gas: GasPositions | str | None
) -> list[QcResult]:
    """The lines of this group; ``gas`` is what :func:`measure` gave, None without an image."""
    if evidence.unusable_reason or not clumps:
        return _skip_checks(evidence.unusable_reason or "the map has no maximum")
    if gas is None:
        return _skip_checks("no X-ray image was given (--xray)")
    if isinstance(gas, str):
        return _skip_checks(gas)
    frame, top = evidence.kappa.frame, clumps[0]
    error = frame.pixel_scale / math.sqrt(12)
    radius = evidence.thresholds.get_value("centroid_radius") / frame.pixel_scale
    column, row = compute_centroid(evidence.kappa.data, top.maximum.column, top.maximum.row, radius)
    ra, dec = frame.to_sky(column, row)
    mass = {
        "peak": Position(top.ra, top.dec, error),
        "centroid": Position(float(ra), float(dec), error),
    }
    return [
        _compare_positions(evidence, name, mass[name], other, counts=gas.has_counts)
        for name, other in (("peak", gas.peak), ("centroid", gas.centroid))
    ]


def _skip_checks(said: str) -> list[QcResult]:
    return [skip_check(_CODES[name], _TITLES[name], said) for name in _CODES]


def _compare_positions(
    evidence: QcInputs, name: str, mass: Position, gas: Position, *, counts: bool
) -> QcResult:
    away = compute_separation(mass.ra, mass.dec, gas.ra, gas.dec)
    error = math.hypot(mass.error, gas.error)
    limit = evidence.thresholds["xray_offset"]
    said = f"{away:.2f} +- {error:.2f} arcsec"
    if evidence.kpc_per_arcsec:
        said += (
            f" ({away * evidence.kpc_per_arcsec:.1f} +- {error * evidence.kpc_per_arcsec:.1f} kpc)"
        )
    said += " from the X-ray; " + (
        "the error is of Poisson realisations" if counts else "the image holds no counts, "
        "the error is that of a pixel"
    )  # fmt: skip
    facts = {
        "kappa_ra_deg": mass.ra, "kappa_dec_deg": mass.dec,
        "xray_ra_deg": gas.ra, "xray_dec_deg": gas.dec, "error_arcsec": error,
        "offset_kpc": away * evidence.kpc_per_arcsec if evidence.kpc_per_arcsec else None,
        "error_kpc": error * evidence.kpc_per_arcsec if evidence.kpc_per_arcsec else None, "poisson": counts,
    }  # fmt: skip
    verdict, why = _judge_offset(evidence, away, limit)
    return QcResult(_CODES[name], _TITLES[name], verdict, said + why, away, "arcsec", limit, facts)


def _judge_offset(evidence: QcInputs, away: float, limit: Threshold) -> tuple[Verdict, str]:
    contested = evidence.cluster.dispute if evidence.cluster else None
    if contested:
        return UNJUDGED, f". Contested: {contested}"
    return (PASS if away <= limit.value else FAIL), ""
