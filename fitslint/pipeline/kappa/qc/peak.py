"""Lines c: the maxima of the smoothed map against published centres, and the highest pixel.

A pixel whose centre falls into the core of a galaxy that is smaller than the pixel holds many times
the mean over its area: 0.001 arcsec from a galaxy of 100 km/s without a core kappa is 216, and 3
after smoothing by 4 arcsec. Such spikes are cut first, to 3 times the median of their neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fitslint.pipeline.kappa.clusters import Centre
from fitslint.pipeline.kappa.qc.evidence import Evidence
from fitslint.pipeline.kappa.qc.frame import separation
from fitslint.pipeline.kappa.qc.image import (
    Maximum,
    block_mean,
    highest,
    maxima,
    smooth,
    without_spikes,
)
from fitslint.pipeline.kappa.qc.line import PASS, Line, unjudged, within

_PEAK, _RAW = "c.peak", "c.raw"
_PEAK_TITLE, _RAW_TITLE = "Peak against the published centre", "Highest pixel"
_FINE = 8.0
"""Pixels of the smoothing width that are enough: finer maps are taken together before it."""
_ON_GALAXY = 1.5
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


def clumps(evidence: Evidence) -> list[Clump]:
    """The maxima of the smoothed map that count, highest first; none where it holds no map."""
    if evidence.fault:
        return []
    wanted, frame = evidence.criteria, evidence.kappa.frame
    factor = max(1, int(evidence.smoothing / frame.scale / _FINE))
    factor = min(factor, *frame.shape)
    scale = frame.scale * factor
    data = without_spikes(block_mean(evidence.kappa.data, factor))
    smoothed = smooth(data, evidence.smoothing / scale)
    if not np.any(np.isfinite(smoothed)):
        return []
    top = highest(smoothed)
    found = maxima(
        smoothed, apart=wanted.value("clump_distance") / scale,
        least=top.value * wanted.value("clump_height") if top.value > 0 else top.value,
    )  # fmt: skip
    return [_on_sky(evidence, one, factor) for one in found]


def _on_sky(evidence: Evidence, maximum: Maximum, factor: int) -> Clump:
    column, row = ((one + 0.5) * factor - 0.5 for one in (maximum.column, maximum.row))
    maximum = Maximum(column, row, maximum.value)
    ra, dec = evidence.kappa.frame.to_sky(maximum.column, maximum.row)
    return Clump(maximum, float(ra), float(dec))


def lines(evidence: Evidence, found: list[Clump]) -> list[Line]:
    """The lines of this group; ``found`` is what :func:`clumps` gave."""
    if evidence.fault:
        return [
            unjudged(_PEAK, _PEAK_TITLE, evidence.fault),
            unjudged(_RAW, _RAW_TITLE, evidence.fault),
        ]
    return [*_peaks(evidence, found), _raw(evidence)]


def _peaks(evidence: Evidence, found: list[Clump]) -> list[Line]:
    """A line for every clump that has a published centre."""
    if not evidence.kappa.frame.on_sky:
        return [unjudged(_PEAK, _PEAK_TITLE, "the map has no place on the sky")]
    if not found:
        return [unjudged(_PEAK, _PEAK_TITLE, "the map has no maximum")]
    every = [one.to_dict() for one in found]
    if not evidence.centres:
        said = "no centre is known: name the cluster (--cluster) or a position (--centre)"
        return [unjudged(_PEAK, _PEAK_TITLE, said, clumps=every)]
    several = len(evidence.centres) > 1
    made = []
    for number, one in enumerate(evidence.centres, 1):
        code = f"{_PEAK}.{number}" if several else _PEAK
        made.append(_peak(evidence, one, found, code, every))
    return made


def _peak(
    evidence: Evidence, centre: Centre, found: list[Clump], code: str, every: list[Any]
) -> Line:
    frame = evidence.kappa.frame
    column, row = frame.to_pixel(centre.ra, centre.dec)
    if not frame.inside(column, row):
        said = f"the published centre is not on the map ({centre.source})"
        return unjudged(code, _PEAK_TITLE, said, clumps=every)
    near = min(found, key=lambda one: separation(one.ra, one.dec, centre.ra, centre.dec))
    away = separation(near.ra, near.dec, centre.ra, centre.dec)
    said = (
        f"the maximum of the map smoothed by {evidence.criteria.value('smoothing'):.3g} arcsec is "
        f"{away:.2f} arcsec from the centre ({centre.source})"
    )
    if len(found) > 1:
        place = found.index(near) + 1
        said += f"; of {len(found)} clumps it is number {place} by height"
    facts = {
        "peak_ra_deg": near.ra, "peak_dec_deg": near.dec, "kappa": near.maximum.value,
        "centre_ra_deg": centre.ra, "centre_dec_deg": centre.dec, "centre_source": centre.source,
        "centre_bibcode": centre.bibcode, "clump": centre.clump, "clumps": every,
        "offset_kpc": away * evidence.kpc if evidence.kpc else None,
    }  # fmt: skip
    return within(code, _PEAK_TITLE, away, evidence.criteria["peak_offset"], said, **facts)


def _raw(evidence: Evidence) -> Line:
    """Where the highest pixel is; a galaxy may hold it, so it is told and not judged."""
    frame = evidence.kappa.frame
    top = highest(evidence.kappa.data)
    facts: dict[str, Any] = {"kappa": top.value, "column": top.column + 1, "row": top.row + 1}
    said = f"kappa is highest at {top.value:.3f}"
    if not frame.on_sky:
        return Line(_RAW, _RAW_TITLE, PASS, said, top.value, "", None, facts)
    ra, dec = (float(one) for one in frame.to_sky(top.column, top.row))
    facts |= {"ra_deg": ra, "dec_deg": dec}
    if evidence.centres:
        centre = evidence.centres[0]
        away = separation(ra, dec, centre.ra, centre.dec)
        facts["offset_arcsec"] = away
        said += f", {away:.1f} arcsec from the centre"
    name, distance = _nearest(evidence, ra, dec)
    if name is None:
        return Line(_RAW, _RAW_TITLE, PASS, said, top.value, "", None, facts)
    facts |= {"galaxy": name, "galaxy_arcsec": distance}
    on = distance <= max(_ON_GALAXY, frame.scale)
    said += f", {'on' if on else f'{distance:.1f} arcsec from'} the member galaxy {name}"
    return Line(_RAW, _RAW_TITLE, PASS, said, top.value, "", None, facts)


def _nearest(evidence: Evidence, ra: float, dec: float) -> tuple[str | None, float]:
    members = evidence.members
    if members is None or not len(members):
        return None, 0.0
    rough = (members.dec - dec) ** 2
    rough = rough + ((members.ra - ra + 180) % 360 - 180) ** 2 * np.cos(np.radians(dec)) ** 2
    place = int(np.argmin(rough))
    away = separation(ra, dec, float(members.ra[place]), float(members.dec[place]))
    return members.names[place], away
