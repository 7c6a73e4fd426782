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
    Judgement,
    NotJudgedError,
    Verdict,
    check,
    require_map,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.pipeline.kappa.qc.peak import Clump
from fitslint.pipeline.kappa.qc.skymap import SkyMap
from fitslint.pipeline.kappa.qc.thresholds import Threshold
from fitslint.pipeline.page.peaks import (
    average_blocks,
    compute_centroid,
    find_highest,
    smooth_image,
)
from fitslint.wcs.map_frame import Floats, MapFrame, compute_separation

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
            first + (pixel + 0.5) * self.factor - 0.5
            for first, pixel in zip(self.origin, place, strict=True)
        ]
        ra, dec = self.frame.to_sky(*at)
        return float(ra), float(dec)


def measure_gas(inputs: QcInputs, near: Clump) -> GasPositions | str:
    """Peak and centroid of the X-ray image around a clump; why there are none otherwise."""
    image = inputs.maps["xray"]
    if image.unusable_reason:
        return f"{shorten_path(image.path)}: {image.unusable_reason}"
    if not image.frame.is_on_sky or not inputs.kappa.frame.is_on_sky:
        return "the map or the X-ray image has no place on the sky"
    part = _cut_part(inputs, image, near)
    if part is None or not np.any(part.data > 0):
        return "the X-ray image holds nothing around the peak of the map"
    counts = _has_counts(image)
    places = _find_positions(inputs, part.data, part.scale)
    scatter = _bootstrap_errors(inputs, part) if counts else (part.scale / math.sqrt(12),) * 2
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


def _cut_part(inputs: QcInputs, image: SkyMap, near: Clump) -> _ImagePart | None:
    """Square of the X-ray image, 2.5 times the radius of the centroid on each side."""
    frame = image.frame
    column, row = (float(pixel) for pixel in frame.to_pixel(near.ra, near.dec))
    if not np.isfinite(column + row) or not frame.is_inside(column, row):
        return None
    half = math.ceil(2.5 * inputs.thresholds.get_value("centroid_radius") / frame.pixel_scale)
    left, low = max(0, round(column) - half), max(0, round(row) - half)
    right, high = round(column) + half + 1, round(row) + half + 1
    factor = max(1, -(-2 * half // _MAX_SIDE))
    cut = image.data[low:high, left:right]
    if min(cut.shape) < 3 * factor:
        return None
    cut = np.where(np.isfinite(cut), cut, 0.0)
    return _ImagePart(average_blocks(cut, factor) * factor**2, frame, (left, low), factor)


def _find_positions(
    inputs: QcInputs, data: Floats, scale: float
) -> tuple[PixelPosition, PixelPosition]:
    """Columns and rows of the peak of the smoothed image and of the centroid around it."""
    top = find_highest(smooth_image(data, inputs.smoothing_fwhm / scale))
    radius = inputs.thresholds.get_value("centroid_radius") / scale
    background = float(np.percentile(data, 10))
    middle = compute_centroid(data - background, top.column, top.row, radius)
    return (top.column, top.row), middle


def _bootstrap_errors(inputs: QcInputs, part: _ImagePart) -> tuple[float, float]:
    """Scatter in arcsec per axis of peak and centroid over Poisson realisations."""
    chance = np.random.default_rng(_SEED)
    count = int(inputs.thresholds.get_value("bootstraps"))
    drawn = np.array(
        [_find_positions(inputs, chance.poisson(part.data).astype(float), part.scale)
         for _ in range(count)]
    )  # fmt: skip
    spread = np.sqrt(drawn.var(axis=0).mean(axis=1)) * part.scale
    return float(spread[0]), float(spread[1])


@check("g.peak", "Peak against the X-ray peak", needs=(require_map,))
def _check_peak(inputs: QcInputs, clumps: list[Clump], gas: GasPositions | str | None) -> Judgement:
    top, positions = _require_positions(clumps, gas)
    mass = Position(top.ra, top.dec, inputs.kappa.frame.pixel_scale / math.sqrt(12))
    return _compare_positions(inputs, mass, positions.peak, counts=positions.has_counts)


@check("g.centroid", "Centroid against the X-ray centroid", needs=(require_map,))
def _check_centroid(
    inputs: QcInputs, clumps: list[Clump], gas: GasPositions | str | None
) -> Judgement:
    top, positions = _require_positions(clumps, gas)
    frame = inputs.kappa.frame
    radius = inputs.thresholds.get_value("centroid_radius") / frame.pixel_scale
    place = compute_centroid(inputs.kappa.data, top.maximum.column, top.maximum.row, radius)
    ra, dec = map(float, frame.to_sky(*place))
    mass = Position(ra, dec, frame.pixel_scale / math.sqrt(12))
    return _compare_positions(inputs, mass, positions.centroid, counts=positions.has_counts)


def _require_positions(
    clumps: list[Clump], gas: GasPositions | str | None
) -> tuple[Clump, GasPositions]:
    """The highest clump and the positions of the gas.

    Raises
    ------
    NotJudgedError
        when one of them is missing.
    """
    if not clumps:
        raise NotJudgedError("the map has no maximum")
    if gas is None:
        raise NotJudgedError("no X-ray image was given (--xray)")
    if isinstance(gas, str):
        raise NotJudgedError(gas)
    return clumps[0], gas


def _compare_positions(
    inputs: QcInputs, mass: Position, gas: Position, *, counts: bool
) -> Judgement:
    kpc = inputs.kpc_per_arcsec
    away = compute_separation(mass.ra, mass.dec, gas.ra, gas.dec)
    error = math.hypot(mass.error, gas.error)
    limit = inputs.thresholds["xray_offset"]
    in_kpc = f" ({away * kpc:.1f} +- {error * kpc:.1f} kpc)" if kpc else ""
    told = f"{away:.2f} +- {error:.2f} arcsec{in_kpc} from the X-ray"
    said = (
        f"{told}; the error is of Poisson realisations"
        if counts
        else f"{told}; the image holds no counts, the error is that of a pixel"
    )
    facts = {
        "kappa_ra_deg": mass.ra, "kappa_dec_deg": mass.dec,
        "xray_ra_deg": gas.ra, "xray_dec_deg": gas.dec, "error_arcsec": error,
        "offset_kpc": away * kpc if kpc else None,
        "error_kpc": error * kpc if kpc else None, "poisson": counts,
    }  # fmt: skip
    verdict, why = _judge_offset(inputs, away, limit)
    return Judgement(verdict, f"{said}{why}", away, "arcsec", limit, facts)


def _judge_offset(inputs: QcInputs, away: float, limit: Threshold) -> tuple[Verdict, str]:
    contested = inputs.cluster.describe_dispute() if inputs.cluster else ""
    if contested:
        return UNJUDGED, f"; {contested}"
    return (PASS if away <= limit.value else FAIL), ""
