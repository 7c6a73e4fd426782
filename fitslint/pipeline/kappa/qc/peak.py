"""Lines c: the maxima of the smoothed map against published centres, and the highest pixel.

A pixel whose centre falls into the core of a galaxy that is smaller than the pixel holds many times
the mean over its area: 0.001 arcsec from a galaxy of 100 km/s without a core kappa is 216, and 3
after smoothing by 4 arcsec. Such spikes are cut first, to 3 times the median of their neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from fitslint.pipeline.kappa.clusters import Centre
from fitslint.pipeline.kappa.qc.check import (
    PASS,
    Judgement,
    NotJudgedError,
    check,
    compare_to_limit,
    judge,
    require_map,
    require_sky,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.page.peaks import (
    Maximum,
    average_blocks,
    clip_spikes,
    find_highest,
    find_maxima,
    smooth_image,
)
from fitslint.wcs.map_frame import compute_separation

_SMOOTHING_PIXELS = 8.0
"""Pixels of the smoothing width that are enough: finer maps are taken together before it."""
_GALAXY_DISTANCE = 1.5
"""Arcsec, or pixels where they are larger, within which a maximum sits on a galaxy."""


@dataclass(frozen=True, slots=True)
class Clump:
    """A maximum of the smoothed map on the sky."""

    maximum: Maximum
    ra: float
    dec: float

    def to_dict(self) -> dict[str, float]:
        """Plain data."""
        return {"ra_deg": self.ra, "dec_deg": self.dec, "kappa": self.maximum.value}


def find_clumps(inputs: QcInputs) -> list[Clump]:
    """The maxima of the smoothed map that count, highest first; none where it holds no map."""
    if inputs.unusable_reason:
        return []
    wanted, frame = inputs.thresholds, inputs.kappa.frame
    factor = max(1, int(inputs.smoothing_fwhm / frame.pixel_scale / _SMOOTHING_PIXELS))
    factor = min(factor, *frame.shape)
    scale = frame.pixel_scale * factor
    data = clip_spikes(average_blocks(inputs.kappa.data, factor))
    smoothed = smooth_image(data, inputs.smoothing_fwhm / scale)
    if not np.any(np.isfinite(smoothed)):
        return []
    top = find_highest(smoothed)
    found = find_maxima(
        smoothed, min_distance=wanted.get_value("clump_distance") / scale,
        min_height=top.value * wanted.get_value("clump_height") if top.value > 0 else top.value,
    )  # fmt: skip
    return [_locate_clump(inputs, maximum, factor) for maximum in found]


def _locate_clump(inputs: QcInputs, maximum: Maximum, factor: int) -> Clump:
    column, row = ((place + 0.5) * factor - 0.5 for place in (maximum.column, maximum.row))
    maximum = Maximum(column, row, maximum.value)
    ra, dec = inputs.kappa.frame.to_sky(maximum.column, maximum.row)
    return Clump(maximum, float(ra), float(dec))


@check("c.peak", "Peak against the published centre", needs=(require_map, require_sky))
def _compare_clumps(inputs: QcInputs, clumps: list[Clump]) -> list[Judgement]:
    """A line for every clump that has a published centre."""
    if not clumps:
        raise NotJudgedError("the map has no maximum")
    facts = [clump.to_dict() for clump in clumps]
    if not inputs.centres:
        said = "no centre is known: name the cluster (--cluster) or a position (--centre)"
        raise NotJudgedError(said, clumps=facts)
    return [judge(partial(_compare_centre, inputs, each, clumps, facts)) for each in inputs.centres]


def _compare_centre(
    inputs: QcInputs, centre: Centre, clumps: list[Clump], every: list[Any]
) -> Judgement:
    frame = inputs.kappa.frame
    column, row = frame.to_pixel(centre.ra, centre.dec)
    if not frame.is_inside(column, row):
        said = f"the published centre is not on the map ({centre.source})"
        raise NotJudgedError(said, clumps=every)
    near = min(
        clumps, key=lambda clump: compute_separation(clump.ra, clump.dec, centre.ra, centre.dec)
    )
    away = compute_separation(near.ra, near.dec, centre.ra, centre.dec)
    place = clumps.index(near) + 1
    said = (
        f"the maximum of the map smoothed by {inputs.thresholds.get_value('smoothing'):.3g} arcsec "
        f"is {away:.2f} arcsec from the centre ({centre.source})"
        f"{f'; of {len(clumps)} clumps it is number {place} by height' if clumps[1:] else ''}"
    )
    facts = {
        "peak_ra_deg": near.ra, "peak_dec_deg": near.dec, "kappa": near.maximum.value,
        "centre_ra_deg": centre.ra, "centre_dec_deg": centre.dec, "centre_source": centre.source,
        "centre_bibcode": centre.bibcode, "clump": centre.clump, "clumps": every,
        "offset_kpc": away * inputs.kpc_per_arcsec if inputs.kpc_per_arcsec else None,
    }  # fmt: skip
    return compare_to_limit(away, inputs.thresholds["peak_offset"], said, **facts)


@check("c.raw", "Highest pixel", needs=(require_map,))
def _describe_highest_pixel(inputs: QcInputs) -> Judgement:
    """Where the highest pixel is; a galaxy may hold it, so it is told and not judged."""
    frame = inputs.kappa.frame
    top = find_highest(inputs.kappa.data)
    facts: dict[str, Any] = {"kappa": top.value, "column": top.column + 1, "row": top.row + 1}
    said = f"kappa is highest at {top.value:.3f}"
    if not frame.is_on_sky:
        return Judgement(PASS, said, top.value, "", None, facts)
    ra, dec = (float(angle) for angle in frame.to_sky(top.column, top.row))
    facts |= {"ra_deg": ra, "dec_deg": dec}
    if inputs.centres:
        centre = inputs.centres[0]
        away = compute_separation(ra, dec, centre.ra, centre.dec)
        facts["offset_arcsec"] = away
        said = _describe_distance(said, away)
    name, distance = _find_nearest_member(inputs, ra, dec)
    if name is None:
        return Judgement(PASS, said, top.value, "", None, facts)
    facts |= {"galaxy": name, "galaxy_arcsec": distance}
    on = distance <= max(_GALAXY_DISTANCE, frame.pixel_scale)
    said = _describe_galaxy(said, name, None if on else distance)
    return Judgement(PASS, said, top.value, "", None, facts)


def _describe_distance(said: str, away: float) -> str:
    return f"{said}, {away:.1f} arcsec from the centre"


def _describe_galaxy(said: str, name: str, distance: float | None) -> str:
    if distance is None:
        return f"{said}, on the member galaxy {name}"
    return f"{said}, {distance:.1f} arcsec from the member galaxy {name}"


def _find_nearest_member(inputs: QcInputs, ra: float, dec: float) -> tuple[str | None, float]:
    members = inputs.members
    if members is None or not len(members):
        return None, 0.0
    rough = (members.dec - dec) ** 2
    rough = rough + ((members.ra - ra + 180) % 360 - 180) ** 2 * np.cos(np.radians(dec)) ** 2
    place = int(np.argmin(rough))
    away = compute_separation(ra, dec, float(members.ra[place]), float(members.dec[place]))
    return members.names[place], away
