"""Brightness temperature to intensity and flux density, of whole images and of boxes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.constants import (
    ARCSEC,
    BOLTZMANN,
    PARITY_BOLTZMANN,
    PARITY_SPEED_OF_LIGHT,
    SFU,
    SPEED_OF_LIGHT,
)
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.image import INTENSITY, KELVIN, LIMB_MARGIN, SolarImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.pipeline.norh.image import Axis

_RING = 1.2
"""Outer edge of the ring of sky in radii of the Sun."""


@dataclass(frozen=True, slots=True)
class FluxMethod:
    """How kelvin become flux.

    Parameters
    ----------
    use_true_frequency : bool
        33.8 GHz instead of the nominal 34; which of them IDL takes is not published.
    parity : bool
        with Boltzmann's constant and the speed of light rounded as in IDL (-0.185 %).
    """

    use_true_frequency: bool = False
    parity: bool = False

    def find_frequency(self, image: SolarImage) -> float:
        """Hz."""
        return image.band.true if self.use_true_frequency else image.band.nominal

    def compute_factor(self, frequency: float) -> float:
        """SFU/(sr K) by the law of Rayleigh and Jeans, good to 4e-5 at 10⁴ K."""
        k, c = BOLTZMANN, SPEED_OF_LIGHT
        if self.parity:
            k, c = PARITY_BOLTZMANN, PARITY_SPEED_OF_LIGHT
        return 2 * k * frequency**2 / (c * c * SFU)


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels ``x0`` to ``x1`` and ``y0`` to ``y1`` from 0, ends included."""

    x0: int
    x1: int
    y0: int
    y1: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.y0, self.y1 + 1), slice(self.x0, self.x1 + 1)


@dataclass(frozen=True, slots=True)
class Flux:
    """A flux density in SFU, of how many pixels, and how many had no value."""

    value: float
    count: int
    skipped: int


def find_box(image: SolarImage, numbers: tuple[float, ...]) -> Box:
    """The box of pixel numbers from 0.

    Raises
    ------
    NorhError
        when it is reversed, outside of the image, or none of whole numbers.
    """
    said = ",".join(f"{number:g}" for number in numbers)
    if any(number != int(number) for number in numbers):
        raise NorhError(f"the box {said} is of pixels, which are whole numbers from 0")
    x0, x1, y0, y1 = (int(number) for number in numbers)
    if x0 > x1 or y0 > y1:
        raise NorhError(f"the box {said} is reversed; it is x0,x1,y0,y1")
    if x0 < 0 or y0 < 0 or x1 >= image.x.size or y1 >= image.y.size:
        raise NorhError(
            f"the box {said} is not inside of 0,{image.x.size - 1},0,{image.y.size - 1}",
            path=image.path,
        )
    return Box(x0, x1, y0, y1)


def find_arcsec_box(image: SolarImage, numbers: tuple[float, ...]) -> Box:
    """The pixels whose centres are in a box of arcsec from the centre of the Sun, ends included.

    Raises
    ------
    NorhError
        when it is reversed or reaches out of the image, or no pixel is in it.
    """
    said = ",".join(f"{number:g}" for number in numbers)
    x0, x1, y0, y1 = numbers
    if not (x0 <= x1 and y0 <= y1):
        raise NorhError(f"the box {said} is reversed; it is x0,x1,y0,y1 in arcsec")
    ends = [
        _find_range(image, axis, low, high, said)
        for axis, low, high in ((image.x, x0, x1), (image.y, y0, y1))
    ]
    return Box(*ends[0], *ends[1])


def _find_range(
    image: SolarImage, axis: Axis, low: float, high: float, said: str
) -> tuple[int, int]:
    places = axis.coordinates
    first, last = sorted((float(places[0]), float(places[-1])))
    if not (first <= low + abs(axis.step) and high - abs(axis.step) <= last):
        raise NorhError(
            f"the box {said} reaches out of the image, which is from {first:.1f} to {last:.1f} "
            f"arcsec {'west' if axis is image.x else 'north'}",
            path=image.path,
        )
    inside = np.flatnonzero((places >= low) & (places <= high))
    if not inside.size:
        raise NorhError(f"no pixel centre is in the box {said}", path=image.path)
    return int(inside[0]), int(inside[-1])


def convert_to_intensity(image: SolarImage, method: FluxMethod) -> SolarImage:
    """The same image in SFU/sr; one that is in it already stays.

    Raises
    ------
    NorhError
        when it is in another unit.
    """
    if image.unit == INTENSITY:
        return image
    _require_kelvin(image)
    factor = method.compute_factor(method.find_frequency(image))
    return replace(image, values=image.values * factor, unit=INTENSITY)


def _require_kelvin(image: SolarImage) -> None:
    if image.unit != KELVIN:
        raise NorhError(
            f"BUNIT is {image.unit!r}; fluxes are computed of K and of {INTENSITY}", path=image.path
        )


def measure_flux(
    image: SolarImage, method: FluxMethod, box: Box | None = None, *, skip_nan: bool = False
) -> Flux:
    """The flux density of an image or of a box of it.

    Raises
    ------
    NorhError
        when pixels have no value and may not be left out, or the unit is none of K and SFU/sr.
    """
    values = image.values if box is None else image.values[box.slices]
    total, skipped = float(values.sum()), 0
    if not math.isfinite(total):
        known = values[np.isfinite(values)]
        total, skipped = float(known.sum()), values.size - known.size
        if not skip_nan:
            raise NorhError(
                f"{skipped} of {values.size} pixels have no value; --skip-nan sums the others",
                path=image.path,
            )
    factor = 1.0
    if image.unit != INTENSITY:
        _require_kelvin(image)
        factor = method.compute_factor(method.find_frequency(image))
    return Flux(total * factor * image.pixel_area * ARCSEC**2, values.size, skipped)


def subtract_background(image: SolarImage, area: Box | None) -> tuple[SolarImage, float]:
    """The image less the median of a box, or of the ring of sky around the Sun; and the median.

    Raises
    ------
    NorhError
        when no pixel is there.
    """
    if area is None:
        distance = np.hypot(image.x.coordinates, image.y.coordinates[:, np.newaxis])
        low, high = (factor * image.radius for factor in (LIMB_MARGIN, _RING))
        chosen: NDArray[np.float64] = image.values[(distance > low) & (distance < high)]
    else:
        chosen = image.values[area.slices]
    chosen = chosen[np.isfinite(chosen)]
    if not chosen.size:
        raise NorhError("no pixel of the background has a value", path=image.path)
    level = float(np.median(chosen))
    return replace(image, values=image.values - level), level
