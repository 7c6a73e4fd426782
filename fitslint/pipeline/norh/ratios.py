"""Degree of circular polarisation and spectral index, and where they are valid.

IDL's thresholds of validity are not published. Here a value is valid where what it is divided by is
five times its noise or more, and a polarisation no more than noise over one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.beam import compute_beam
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.flux import FluxMethod, convert_to_intensity
from fitslint.pipeline.norh.image import SolarImage, require_same_place, require_same_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.pipeline.norh.image import Floats

    Mask = NDArray[np.bool_]

LEAST_SIGNAL = 5.0
"""Noise from which a value counts."""
_FREEDOM = 3.0
"""Noise by which polarised flux may be over all flux."""
_BEAM_TOLERANCE = 2e-3


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """A ratio of two images or series.

    Attributes
    ----------
    values : ndarray
        also where they are not valid, as in IDL; NaN where there is none.
    valid : ndarray of bool
    errors : ndarray
        one sigma; NaN where it is not told.
    noises : tuple of float
        of the inputs in their unit.
    is_measured : bool
        whether the noises were measured off the limb.
    """

    values: Floats
    valid: Mask
    errors: Floats
    noises: tuple[float, float]
    is_measured: bool = True


def find_noises(
    images: tuple[SolarImage, SolarImage], given: tuple[float, ...]
) -> tuple[float, float]:
    """The noise of two images: what is given, else that off the limb.

    Raises
    ------
    NorhError
        when an image has no sky, and nothing is given; or what is given is no noise.
    """
    if given:
        pair = given * 2 if len(given) == 1 else given
        if len(pair) != 2 or not all(0 < sigma < math.inf for sigma in pair):
            raise NorhError("--sigma is one number above 0 in the unit of the images, or two")
        return pair[0], pair[1]
    found = [image.measure_noise() for image in images]
    for image, noise in zip(images, found, strict=True):
        if noise is None or noise == 0:
            raise NorhError(
                "no sky beyond 1.06 radii is in the image to measure its noise; say --sigma",
                path=image.path,
            )
    return float(found[0] or 0), float(found[1] or 0)


def require_polarisation(total: SolarImage, polarised: SolarImage) -> None:
    """Refuse what is no pair of R+L and R-L of one frequency.

    Raises
    ------
    NorhError
        when it is none.
    """
    for image, wanted in ((total, "r+l"), (polarised, "r-l")):
        if image.kind[1].lower() != wanted:
            raise NorhError(f"POLARIZ is {image.kind[1]!r}, not {wanted!r}", path=image.path)
    if total.frequency != polarised.frequency:
        raise NorhError(
            f"OBS-FREQ is {polarised.frequency}, that of {total.path} {total.frequency}",
            path=polarised.path,
        )
    if total.unit != polarised.unit:
        raise NorhError(
            f"BUNIT is {polarised.unit!r}, that of {total.path} {total.unit!r}", path=polarised.path
        )


def compute_polarization(
    total: SolarImage,
    polarised: SolarImage,
    given: tuple[float, ...] = (),
    signal: float = LEAST_SIGNAL,
) -> Ratio:
    """r_c = V/I of images of R-L and R+L: -1 all left, +1 all right.

    Raises
    ------
    NorhError
        when they are no pair of one time and place, or the noise is not known.
    """
    require_polarisation(total, polarised)
    require_same_time(total, polarised)
    require_same_place(total, polarised)
    require_same_beam(total, polarised)
    noises = find_noises((total, polarised), given)
    found = divide_polarised(total.values, polarised.values, noises, signal)
    return Ratio(*found, noises, not given)


def count_overpolarized(total: SolarImage, ratio: Ratio, signal: float) -> int:
    """Pixels that are bright enough and more polarised than they can be."""
    bright = total.values >= signal * ratio.noises[0]
    return int((bright & np.isfinite(ratio.values) & ~ratio.valid).sum())


def divide_polarised(
    total: Floats, polarised: Floats, noises: tuple[float, float] | tuple[Floats, Floats],
    signal: float = LEAST_SIGNAL,
) -> tuple[Floats, Mask, Floats]:  # fmt: skip
    """V/I, where it is valid, and its error."""
    with np.errstate(all="ignore"):
        values = np.where(total != 0, polarised / total, np.nan)
        errors = np.hypot(noises[1] / total, values * noises[0] / total)
        valid = total >= signal * noises[0]
        valid &= np.abs(polarised) <= total + _FREEDOM * noises[1]
    return values, valid & np.isfinite(values), np.abs(errors)


def compute_spectral_index(
    low: SolarImage,
    high: SolarImage,
    method: FluxMethod,
    given: tuple[float, ...] = (),
    signal: float = LEAST_SIGNAL,
) -> Ratio:
    """alpha of F ~ nu^alpha from 17 to 34 GHz, of images with one beam on one grid.

    Raises
    ------
    NorhError
        when frequencies, times, pixels or beams do not go together, or the noise is not known.
    """
    if (low.frequency, high.frequency) != ("17GHz", "34GHz"):
        raise NorhError(
            f"a spectral index is of 17GHz and 34GHz, not of {low.frequency} and {high.frequency}"
        )
    require_same_time(low, high)
    require_same_beam(low, high)
    require_same_place(low, high)
    noises = find_noises((low, high), given)
    factors = [
        1.0 if image.unit != "K" else method.compute_factor(method.find_frequency(image))
        for image in (low, high)
    ]
    pair = [convert_to_intensity(image, method).values for image in (low, high)]
    scaled = (noises[0] * factors[0], noises[1] * factors[1])
    ratio = method.find_frequency(high) / method.find_frequency(low)
    return Ratio(*divide_spectra(pair[0], pair[1], scaled, ratio, signal), noises, not given)


def divide_spectra(
    low: Floats, high: Floats, noises: tuple[float, float] | tuple[Floats, Floats],
    frequencies: float, signal: float = LEAST_SIGNAL,
) -> tuple[Floats, Mask, Floats]:  # fmt: skip
    """alpha of two fluxes and the ratio of their frequencies, where it is valid, and its error."""
    span = math.log(frequencies)
    with np.errstate(all="ignore"):
        values = np.where((low > 0) & (high > 0), np.log(high / low) / span, np.nan)
        errors = np.hypot(noises[0] / low, noises[1] / high) / span
        valid = (low >= signal * noises[0]) & (high >= signal * noises[1])
    return values, valid & np.isfinite(values), np.where(np.isfinite(values), errors, np.nan)


def require_same_beam(first: SolarImage, second: SolarImage) -> None:
    """Refuse images whose beams differ.

    Raises
    ------
    NorhError
        when they do; ``fitslint norh match`` brings them together.
    """
    one, other = compute_beam(first), compute_beam(second)
    if np.abs(one.form - other.form).max() > _BEAM_TOLERANCE * np.abs(one.form).max():
        sizes = [f"{beam.axes[0]:.2f} x {beam.axes[1]:.2f}" for beam in (one, other)]
        raise NorhError(
            f"its beam is {sizes[1]} arcsec, that of {first.path} {sizes[0]}; run fitslint norh "
            "match first",
            path=second.path,
        )
