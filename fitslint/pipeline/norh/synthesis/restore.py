"""The image: components and disk under the clean beam, and what CLEAN has left."""

from __future__ import annotations

import math

import numpy as np

from fitslint.pipeline.norh.beam import Beam
from fitslint.pipeline.norh.constants import ARCSEC, SPEED_OF_LIGHT, FrequencyBand
from fitslint.pipeline.norh.synthesis.array import Floats
from fitslint.pipeline.norh.synthesis.dirty import SIZE
from fitslint.pipeline.norh.synthesis.scene import Disk
from fitslint.pipeline.norh.synthesis.visibility import ArrayProjection

_REACH = 2.4
"""Full widths of the beam to which a component reaches; it is 1e-7 there."""
_CHUNK = 1000
"""Components at a time, for the memory."""


DISH_WIDTH = 80.0
"""cm across a dish of the array."""


class SkyPixels:
    """The pixels of an image.

    Parameters
    ----------
    size : int
        pixels on a side.
    x, y : float
        arcsec to the west and north of the centre of the Sun, of the centre of the image.
    pixel : float
        arcsec.
    """

    def __init__(self, size: int, x: float, y: float, pixel: float) -> None:
        self.size, self.x, self.y, self.pixel = size, x, y, pixel
        along: Floats = (np.arange(size) - (size - 1) / 2) * np.float64(pixel)
        self.west: Floats = x + along
        self.north: Floats = y + along


def restore_points(beam: Beam, sky: SkyPixels, x: Floats, y: Floats, flux: Floats) -> Floats:
    """Image in K of points of ``flux`` K arcsec2 at (x, y) arcsec."""
    half = math.ceil(_REACH * beam.axes[0] / sky.pixel)
    margin = 2 * half + 1
    wide = sky.size + 2 * margin
    image = np.zeros(wide * wide)
    column = (x - sky.west[0]) / sky.pixel
    row = (y - sky.north[0]) / sky.pixel
    near = (np.abs(column - sky.size / 2) < sky.size / 2 + half) & (
        np.abs(row - sky.size / 2) < sky.size / 2 + half
    )
    column, row, flux = column[near], row[near], flux[near]
    offset = np.arange(-half, half + 1)
    for at in range(0, len(flux), _CHUNK):
        part = slice(at, at + _CHUNK)
        left, low = np.rint(column[part]).astype(int), np.rint(row[part]).astype(int)
        dx = (left - column[part])[:, None, None] + offset
        dy = (low - row[part])[:, None, None] + offset[:, None]
        values = flux[part][:, None, None] * beam.sample(dx * sky.pixel, dy * sky.pixel)
        place = (
            (low[:, None, None] + margin + offset[:, None]) * wide
            + left[:, None, None]
            + (margin + offset)
        )
        image += np.bincount(place.ravel(), values.ravel(), wide * wide)
    inner = image.reshape(wide, wide)[margin:-margin, margin:-margin]
    return inner / beam.solid_angle


def restore_disk(beam: Beam, sky: SkyPixels, disk: Disk) -> Floats:
    """Image in K of a uniform disk: an error function of the distance to its limb.

    The limb is taken as straight within the beam, which is off by up to a quarter of a percent
    of the disk there.
    """
    from scipy.special import erfc

    x, y = sky.west[None, :], sky.north[:, None]
    radius = np.maximum(np.hypot(x, y), 1e-6)
    inverse = np.linalg.inv(beam.form)
    square = inverse[0, 0] * x * x + 2 * inverse[0, 1] * x * y + inverse[1, 1] * y * y
    width = np.sqrt(square) / radius
    image: Floats = disk.temperature / 2 * erfc((radius - disk.radius) / width)
    return image


def sample_residual(
    projection: ArrayProjection, sky: SkyPixels, residual: Floats, offset: tuple[float, float]
) -> Floats:
    """The residual of a dirty map, in its units, at the pixels of an image.

    Parameters
    ----------
    projection : ArrayProjection
        of the map.
    sky : SkyPixels
        pixels of the image.
    residual : array, shape (512, 512)
        with the phase centre at [0, 0].
    offset : pair of float
        dirty pixels to the west and north at which the centre of the Sun is.
    """
    from scipy.ndimage import map_coordinates

    west, north = projection.to_ground(sky.west[None, :], sky.north[:, None])
    places = np.stack([north + offset[1], west + offset[0]]) % SIZE
    found: Floats = map_coordinates(residual, places, order=3, mode="grid-wrap")
    return found


def compute_main_beam(band: FrequencyBand, sky: SkyPixels) -> Floats:
    """Sensitivity of a dish at the pixels of an image, a Gaussian of 1.2 wavelengths by width."""
    width = 1.2 * SPEED_OF_LIGHT / band.true / DISH_WIDTH / ARCSEC
    square = sky.west[None, :] ** 2 + sky.north[:, None] ** 2
    sensitivity: Floats = np.exp(-4 * math.log(2) * square / width**2)
    return sensitivity
