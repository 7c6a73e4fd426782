"""Light curves of a box: fluxes, polarisation and spectral index of images that follow each other.

The fluxes of a box are summed first and divided then. The noise of a sum is that of a pixel times
the pixels of a beam, since pixels of one beam are not independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.beam import compute_beam
from fitslint.pipeline.norh.constants import ARCSEC, BANDS
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.flux import FluxMethod, find_arcsec_box, measure_flux
from fitslint.pipeline.norh.image import SolarImage
from fitslint.pipeline.norh.ratios import LEAST_SIGNAL, divide_polarised, divide_spectra
from fitslint.pipeline.norh.stack import read_images

if TYPE_CHECKING:
    from fitslint.pipeline.norh.image import Floats

KINDS = {("17GHz", "r+l"): "F17I", ("17GHz", "r-l"): "F17V", ("34GHz", "r+l"): "F34"}
"""Columns by what an image is of."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The flux of a box in one image.

    Attributes
    ----------
    flux, noise : float
        SFU; the noise is NaN where no sky is in the image.
    """

    time: datetime
    exposure: float
    flux: float
    noise: float
    skipped: int


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What a box did.

    Attributes
    ----------
    times : list of datetime
        middles of the integrations, UT.
    columns : dict of str to ndarray
        F17I, F17V, F34 in SFU and RC, MVDP, ALPHA, MVDA, as far as there are images for them.
    images : tuple of SolarImage
        the first and the last, for the header.
    noise_known : bool
    skipped : int
    """

    times: list[datetime]
    columns: dict[str, Floats]
    images: tuple[SolarImage, SolarImage]
    noise_known: bool
    skipped: int


def measure_curves(
    paths: Sequence[str],
    abox: tuple[float, ...],
    method: FluxMethod,
    *,
    force: bool = False,
    skip_nan: bool = False,
    sigma: float | None = None,
) -> Curves:
    """The curves of a box in images of any order and kind, which their headers tell.

    Parameters
    ----------
    abox : tuple of float
        x0, x1, y0, y1 in arcsec.
    sigma : float, optional
        noise of a pixel in K instead of that off the limb.

    Raises
    ------
    NorhError
        when an image cannot be used, or images of one time are missing.
    """
    found: dict[str, list[Sample]] = {}
    first = last = None
    for image in (image for path in paths for image in read_images(path, force=force)):
        frequency, polarisation = image.kind
        name = KINDS.get((frequency, polarisation.lower()))
        if name is None:
            raise NorhError(
                f"{frequency} with POLARIZ {polarisation!r} is no part of a light curve",
                path=image.path,
            )
        found.setdefault(name, []).append(
            _measure_sample(image, abox, method, skip_nan=skip_nan, sigma=sigma)
        )
        first = image if first is None or image.middle < first.middle else first
        last = image if last is None or image.middle > last.middle else last
    if first is None or last is None:
        raise NorhError("name the images of a light curve")
    for samples in found.values():
        samples.sort(key=lambda sample: sample.time)
        for one, two in pairwise(samples):
            if one.time == two.time:
                raise NorhError(f"two images of one kind are of {one.time:%Y-%m-%d %H:%M:%S}")
    _require_same_times(found)
    columns = {name: _collect(found[name]) for name in KINDS.values() if name in found}
    noises = {name: np.array([sample.noise for sample in found[name]]) for name in found}
    columns |= _divide(columns, noises, method)
    samples = [sample for group in found.values() for sample in group]
    known = all(math.isfinite(sample.noise) for sample in samples)
    times = [sample.time for sample in next(iter(found.values()))]
    return Curves(times, columns, (first, last), known, sum(each.skipped for each in samples))


def _measure_sample(
    image: SolarImage,
    abox: tuple[float, ...],
    method: FluxMethod,
    *,
    skip_nan: bool,
    sigma: float | None,
) -> Sample:
    box = find_arcsec_box(image, abox)
    flux = measure_flux(image, method, box, skip_nan=skip_nan)
    noise = image.measure_noise() if sigma is None else sigma
    if noise is not None:
        correlated = max(1.0, compute_beam(image).solid_angle / image.pixel_area)
        factor = method.compute_factor(method.find_frequency(image)) if image.unit == "K" else 1.0
        noise *= factor * image.pixel_area * ARCSEC**2 * math.sqrt(flux.count * correlated)
    return Sample(
        image.middle, image.exposure, flux.value, math.nan if noise is None else noise, flux.skipped
    )


def _collect(samples: Iterable[Sample]) -> Floats:
    return np.array([sample.flux for sample in samples])


def _require_same_times(found: dict[str, list[Sample]]) -> None:
    """Refuse series whose times differ by more than half of an integration."""
    (name, first), *others = found.items()
    for other, samples in others:
        for one, two in zip(first, samples, strict=False):
            limit = max(one.exposure, two.exposure, 0.05) / 2 + 1e-6
            if abs((one.time - two.time).total_seconds()) > limit:
                raise NorhError(
                    f"{name} has an image of {one.time:%Y-%m-%d %H:%M:%S}, and the next of {other} "
                    f"is of {two.time:%H:%M:%S}; the images of a light curve go together in time"
                )
        if len(first) != len(samples):
            raise NorhError(
                f"there are {len(first)} images of {name} and {len(samples)} of {other}; the "
                "images of a light curve go together in time"
            )


def _divide(
    columns: dict[str, Floats], noises: dict[str, Floats], method: FluxMethod
) -> dict[str, Floats]:
    """Polarisation and spectral index of the sums."""
    made: dict[str, Floats] = {}
    total = columns.get("F17I")
    if total is not None and "F17V" in columns:
        pair = (noises["F17I"], noises["F17V"])
        values, valid, _ = divide_polarised(total, columns["F17V"], pair, LEAST_SIGNAL)
        made |= {"RC": values, "MVDP": valid.astype(np.float64)}
    if total is not None and "F34" in columns:
        low, high = BANDS["17GHz"], BANDS["34GHz"]
        ratio = (high.true if method.use_true_frequency else high.nominal) / low.nominal
        pair = (noises["F17I"], noises["F34"])
        values, valid, _ = divide_spectra(total, columns["F34"], pair, ratio, LEAST_SIGNAL)
        made |= {"ALPHA": values, "MVDA": valid.astype(np.float64)}
    return made
