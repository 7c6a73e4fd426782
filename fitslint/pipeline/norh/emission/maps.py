"""The sources behind the pixels of images, which have one beam, one grid and one time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.constants import ARCSEC
from fitslint.pipeline.norh.curve import KINDS
from fitslint.pipeline.norh.emission.inversion import Reason, Sources
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.flux import FluxMethod, convert_to_intensity
from fitslint.pipeline.norh.ratios import Ratio, compute_polarization, compute_spectral_index

if TYPE_CHECKING:
    from fitslint.pipeline.norh.image import Floats, SolarImage

Solve = Callable[["Floats", "Floats", "Floats"], Sources]
"""The sources of I at 17 and 34 GHz and V at 17 GHz, SFU in arrays of shape (n,)."""


def sort_images(images: list[SolarImage], *, with_34: bool) -> dict[str, SolarImage]:
    """Images by F17I, F17V and F34.

    Raises
    ------
    NorhError
        when one is missing, given twice, or of another kind.
    """
    wanted = [name for name in KINDS.values() if with_34 or name != "F34"]
    found: dict[str, SolarImage] = {}
    for image in images:
        frequency, polarisation = image.kind
        name = KINDS.get((frequency, polarisation.lower()))
        if name not in wanted or name in found:
            raise NorhError(
                f"is {frequency} {polarisation}; images of 17 GHz R+L and R-L"
                f"{' and of 34 GHz' * with_34} are inverted, one of each",
                path=image.path,
            )
        found[name] = image
    if missing := [name for name in wanted if name not in found]:
        raise NorhError(f"no image gives {' and '.join(missing)}; say --image for each")
    return found


def invert_images(
    images: Mapping[str, SolarImage], solve: Solve, noise: tuple[float, ...], method: FluxMethod
) -> tuple[Sources, Ratio]:
    """The sources of all pixels, and the polarisation with its mask.

    Pixels are looked at where polarisation and spectral index are valid.

    Parameters
    ----------
    noise : tuple of float
        as of :func:`~fitslint.pipeline.norh.ratios.find_noises`.

    Raises
    ------
    NorhError
        when the images do not go together, or their noise is not known.
    """
    total, polarised = images["F17I"], images["F17V"]
    ratio = compute_polarization(total, polarised, noise)
    bright = ratio.valid
    if "F34" in images:
        bright = bright & compute_spectral_index(total, images["F34"], method, noise).valid
    scale = total.pixel_area * ARCSEC**2
    low, circular, high = (
        convert_to_intensity(images.get(name, total), method).values[bright] * scale
        for name in ("F17I", "F17V", "F34")
    )
    found = solve(low, high, circular)
    facts = {}
    for name, values in found.facts.items():
        facts[name] = np.full(bright.shape, np.nan)
        facts[name][bright] = values
    reasons = np.full(bright.shape, int(Reason.NOISE))
    reasons[bright] = found.reasons
    return Sources(facts, reasons), ratio
