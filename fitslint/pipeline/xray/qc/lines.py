"""The lines of the report: what is measured, what has to hold, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.xray.qc.peaks import Peaks
from fitslint.pipeline.xray.qc.products import Products
from fitslint.pipeline.xray.qc.sources import SourceMatch
from fitslint.pipeline.xray.regions.files import read_regions
from fitslint.pipeline.xray.run import paths
from fitslint.text import count_noun

PASS, FAIL, UNJUDGED = "pass", "fail", "cannot be judged"
GROUPS = {
    "a": "Observations", "b": "Mosaic", "c": "Point sources", "d": "Bins and regions",
    "e": "Position of the gas",
}  # fmt: skip
_PLACE_MAX = 0.01
"""Arcsec by which a region may move to the sky and back."""
_REGION_FILES_MAX = 500
"""Region files that are looked at; of more, evenly spread ones."""


@dataclass(frozen=True, slots=True)
class QcLine:
    """A line of the report."""

    code: str
    title: str
    verdict: str
    reason: str
    value: float | None = None
    unit: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def _hold(code: str, title: str, holds: bool, reason: str, **more: Any) -> QcLine:
    return QcLine(code, title, PASS if holds else FAIL, reason, **more)


def judge_run(products: Products, match: SourceMatch | None, peaks: Peaks) -> tuple[QcLine, ...]:
    """All lines.

    Parameters
    ----------
    products : Products
    match : SourceMatch, optional
        the sources held against known ones.
    peaks : Peaks
    """
    return (
        *_judge_observations(products), *_judge_mosaic(products),
        *_judge_sources(products, match), *_judge_bins(products), *_judge_regions(products),
        *_judge_peaks(peaks),
    )  # fmt: skip


def _judge_observations(products: Products) -> Iterator[QcLine]:
    for observation in products.observations:
        code = f"a.{observation.obs_id}"
        title = f"Flares of {observation.obs_id}"
        if not observation.curve:
            yield QcLine(code, title, UNJUDGED, "there is no light curve")
            continue
        quiet = observation.is_quiet
        rate = observation.curve["COUNT_RATE"]
        lost = 1 - float(quiet.mean()) if len(quiet) else 0.0
        mean = float(rate[quiet].mean()) if quiet.any() else math.nan
        yield _hold(
            code, title, bool(quiet.any()),
            f"{lost:.1%} of {count_noun(len(quiet), 'bin')} of the light curve taken out; the rest "
            f"has {mean:.4g} counts a second",
            value=100 * lost, unit="%", details=dict(observation.numbers),
        )  # fmt: skip


def _judge_mosaic(products: Products) -> Iterator[QcLine]:
    counts, exposure = products.counts.values, products.exposure
    total, exposed = float(np.nansum(counts)), exposure > 0
    yield _hold("b.counts", "Photons in the mosaic", total > 0, f"{total:.0f} photons",
                value=total, unit="count")  # fmt: skip
    outside = float(np.nansum(counts[~exposed]))
    yield _hold(
        "b.exposure", "Photons where nothing is exposed", outside <= 1e-3 * total,
        f"{outside:.0f} photons are in pixels without exposure; {exposed.mean():.1%} of the pixels "
        "are exposed",
        value=outside, unit="count",
    )  # fmt: skip


def _judge_sources(products: Products, match: SourceMatch | None) -> Iterator[QcLine]:
    many = len(products.sources)
    if match is None:
        yield QcLine("c.sources", "Detected against known sources", UNJUDGED,
                     f"{count_noun(many, 'source')} taken out; no catalogue was given",
                     value=float(many))  # fmt: skip
        return
    known, matched = len(match.known), match.matched
    yield QcLine(
        "c.sources", "Detected against known sources", UNJUDGED,
        f"{matched} of {count_noun(known, 'known source')} in the field are found; "
        f"{many - matched} of {many} detected ones are not known",
        value=100 * matched / known if known else None, unit="%",
        details={"known": known, "matched": matched, "detected": many, "unknown": many - matched},
    )  # fmt: skip
    if matched:
        yield QcLine("c.places", "Distance to known sources", UNJUDGED,
                     f"the median distance is {match.distance:.2f} arcsec",
                     value=match.distance, unit="arcsec")  # fmt: skip


def _judge_bins(products: Products) -> Iterator[QcLine]:
    numbers, inside = products.numbers, products.mask > 0
    is_whole = bool(((numbers >= 0) == inside).all())
    yield _hold(
        "d.cover", "Every pixel in one bin", is_whole,
        f"{count_noun(int(inside.sum()), 'pixel')} in {count_noun(int(numbers.max()) + 1, 'bin')}"
        if is_whole else
        f"{int(((numbers >= 0) != inside).sum())} pixels are in a bin and masked, or in none",
        value=float(numbers.max() + 1),
    )  # fmt: skip
    sn = products.measure_true_sn()
    low, middle, high = (float(np.quantile(sn, part)) for part in (0, 0.5, 1))
    yield QcLine(
        "d.sn", "True signal to noise", UNJUDGED,
        f"the photons of a bin have a signal to noise of {low:.1f} to {high:.1f}, median "
        f"{middle:.1f}; {products.config.sn:g} was asked for of the scaled image",
        value=middle, details={"minimum": low, "median": middle, "maximum": high},
    )  # fmt: skip


def _judge_regions(products: Products) -> Iterator[QcLine]:
    folder = paths.find_binmap(products.config).parent / paths.REGIONS_FOLDER
    pixels = np.bincount(products.numbers[products.numbers >= 0])
    step = max(1, len(pixels) // _REGION_FILES_MAX)
    size = products.bin_grid.physical.matrix[0][0] ** 2
    wrong, moved = 0, 0.0
    for number in range(0, len(pixels), step):
        shapes = read_regions(folder / f"xaf_{number}.reg")
        area = sum(shape.numbers[2] * shape.numbers[3] for shape in shapes)
        wrong += abs(area - pixels[number] * size) > 1e-6 * area
        moved = max(moved, _measure_move(products, folder / "sex" / f"xaf_{number}_sex.reg",
                                         folder / f"xaf_{number}.reg"))  # fmt: skip
    looked = len(range(0, len(pixels), step))
    yield _hold("d.area", "Area of regions and bins", wrong == 0,
                f"{wrong} of {count_noun(looked, 'region file')} have another area than their bin",
                value=float(wrong))  # fmt: skip
    yield _hold(
        "d.sky",
        "Regions to the sky and back",
        moved <= _PLACE_MAX,
        f"regions come back within {moved:.4f} arcsec",
        value=moved,
        unit="arcsec",
    )


def _measure_move(products: Products, on_sky: Path, physical: Path) -> float:
    """Arcsec between the centres of regions and those of their sky versions."""
    grid = products.bin_grid
    scales = grid.sky.pixel_scale((1.0, 1.0))
    arcsec = 3600 * (scales[0] * scales[1]) ** 0.5 if scales else math.nan
    worst = 0.0
    for one, other in zip(read_regions(on_sky), read_regions(physical), strict=True):
        here = grid.convert(one, "image").numbers[:2]
        there = grid.convert(other, "image").numbers[:2]
        worst = max(worst, math.dist(here, there) * arcsec)
    return worst


def _judge_peaks(peaks: Peaks) -> Iterator[QcLine]:
    yield QcLine(
        "e.centroid", "Peak against centroid", UNJUDGED,
        f"the peak of the gas is at {peaks.peak[0]:.5f}, {peaks.peak[1]:+.5f}, "
        f"{peaks.offset:.1f} arcsec from its centroid",
        value=peaks.offset, unit="arcsec",
    )  # fmt: skip
    if peaks.kappa is None:
        yield QcLine("e.kappa", "Peak of the mass", UNJUDGED, peaks.reason)
        return
    kpc = f" ({peaks.kappa_offset * peaks.kpc:.1f} kpc)" if peaks.kpc else ""
    yield QcLine(
        "e.kappa", "Peak of the mass against that of the gas", UNJUDGED,
        f"the convergence peaks at {peaks.kappa[0]:.5f}, {peaks.kappa[1]:+.5f}, "
        f"{peaks.kappa_offset:.1f} arcsec{kpc} from the peak of the gas and "
        f"{peaks.kappa_centroid_offset:.1f} arcsec from its centroid",
        value=peaks.kappa_offset, unit="arcsec",
    )  # fmt: skip
