"""What emits in a pixel, by the chart of the manual.

The chart itself (figure 5) survives as a picture only; this follows its text: strongly polarised
sources are gyroresonance above a spot; brighter than 1 MK at 17 GHz with alpha below 0, thin
gyrosynchrotron; fainter with alpha near 0, gyrosynchrotron or thermal free-free, which soft X-rays
decide; alpha above 0, thick. How strong and how near is not said there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.image import (
    KELVIN,
    SolarImage,
    read_solar_image,
    require_same_place,
    require_same_time,
)
from fitslint.source.image import ImageError
from fitslint.source.image import read_image as read_fits_image
from fitslint.text import phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.pipeline.norh.image import Floats
    from fitslint.pipeline.norh.ratios import Mask

CLASSES = (
    phrase("not told"), phrase("gyroresonance candidate"), phrase("thin gyrosynchrotron"),
    phrase("gyrosynchrotron or free-free"), phrase("thick"),
)  # fmt: skip
"""By number."""
BRIGHT = 1e6
"""K at 17 GHz from which emission is not thermal (manual, 4.6.7)."""


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """What the text does not say in numbers; the defaults are assumed.

    Parameters
    ----------
    polarised : float
        degree of polarisation that is strong.
    flat : float
        how far from 0 an alpha near 0 may be.
    """

    polarised: float = 0.3
    flat: float = 0.5


def classify_images(
    image: SolarImage, alpha: str, polarisation: str | None, limits: ClassLimits
) -> NDArray[np.int32]:
    """The classes of an image at 17 GHz by the products that tell alpha and r_c.

    Raises
    ------
    NorhError
        when they are none, or of another place or time.
    """
    if image.unit != KELVIN or image.frequency != "17GHz":
        raise NorhError("the classes go by brightness in K at 17GHz", path=image.path)
    index = _read_ratio(image, alpha, "spectral_index")
    degree = None
    if polarisation is not None:
        degree = _read_ratio(image, polarisation, "circular_polarization")
    return classify_emission(image.values, index, degree, limits)


def _read_ratio(image: SolarImage, path: str, kind: str) -> tuple[Floats, Mask]:
    """The pixels of a product and its mask."""
    ratio = read_solar_image(path)
    if ratio.text("DATA-TYP") != kind:
        raise NorhError(f"DATA-TYP is {ratio.text('DATA-TYP')!r}, not {kind!r}", path=path)
    require_same_time(image, ratio)
    require_same_place(image, ratio)
    try:
        mask = read_fits_image(path, axes=2, max_pixels=ratio.values.size, hdu="MVD").values
    except ImageError as error:
        raise NorhError(f"its mask MVD {error}", path=path) from None
    if mask.shape != ratio.values.shape:
        raise NorhError("its mask MVD has another shape than its pixels", path=path)
    return ratio.values, mask == 1


def classify_emission(
    brightness: Floats,
    alpha: tuple[Floats, Mask],
    polarisation: tuple[Floats, Mask] | None,
    limits: ClassLimits,
) -> NDArray[np.int32]:
    """Numbers of :data:`CLASSES` by pixel, 0 where nothing valid tells.

    Parameters
    ----------
    brightness : ndarray
        K at 17 GHz.
    alpha, polarisation : (ndarray, ndarray of bool)
        values and where they are valid.
    """
    index, known = alpha
    found = np.zeros(brightness.shape, np.int32)
    with np.errstate(invalid="ignore"):
        bright = brightness > BRIGHT
        found[known & ~bright & (np.abs(index) <= limits.flat)] = 3
        found[known & (index > np.where(bright, 0.0, limits.flat))] = 4
        found[known & bright & (index < 0)] = 2
        if polarisation is not None:
            strong = polarisation[1] & (np.abs(polarisation[0]) >= limits.polarised)
            found[strong & ~bright] = 1
    return found
