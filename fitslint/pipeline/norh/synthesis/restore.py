"""The image: components and disk under the clean beam, and what CLEAN has left."""

from __future__ import annotations

import math

import numpy as np

from fitslint.pipeline.norh.constants import CLEAN_BEAM_WIDTH
from fitslint.pipeline.norh.synthesis.dirty import SIZE
from fitslint.pipeline.norh.synthesis.scene import Disk
from fitslint.pipeline.norh.synthesis.visibility import Floats, Projection

_REACH = 4.0
"""1/e half-widths of the major axis to which a component reaches; the beam is 1e-7 there."""
_CHUNK = 1000
"""Components at a time, for the memory."""


class SkyGrid:
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
        along = (np.arange(size) - (size - 1) / 2) * pixel
        self.west, self.north = x + along, y + along


class CleanBeam:
    """The clean beam on the sky, exp(-q(x, y)).

    Attributes
    ----------
    quadratic : array, shape (2, 2)
        1/arcsec2.
    solid_angle : float
        arcsec2.
    """

    def __init__(self, projection: Projection, width: float = CLEAN_BEAM_WIDTH) -> None:
        matrix = projection.matrix / (width * projection.band.dirty_pixel)
        self.quadratic: Floats = matrix.T @ matrix
        self.solid_angle = math.pi / math.sqrt(np.linalg.det(self.quadratic))
        self.reach = _REACH / math.sqrt(np.linalg.eigvalsh(self.quadratic)[0])

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """The beam at offsets in arcsec."""
        q = self.quadratic
        value: Floats = np.exp(-(q[0, 0] * x * x + 2 * q[0, 1] * x * y + q[1, 1] * y * y))
        return value


def restore_points(beam: CleanBeam, sky: SkyGrid, x: Floats, y: Floats, flux: Floats) -> Floats:
    """Image in K of points of ``flux`` K arcsec2 at (x, y) arcsec."""
    half = math.ceil(beam.reach / sky.pixel)
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
        values = flux[part][:, None, None] * beam.evaluate(dx * sky.pixel, dy * sky.pixel)
        place = (low[:, None, None] + margin + offset[:, None]) * wide + left[:, None, None] + (
            margin + offset
        )
        image += np.bincount(place.ravel(), values.ravel(), wide * wide)
    inner = image.reshape(wide, wide)[margin:-margin, margin:-margin]
    return inner / beam.solid_angle


def restore_disk(beam: CleanBeam, sky: SkyGrid, disk: Disk) -> Floats:
    """Image in K of a uniform disk: an error function of the distance to its limb.

    The limb is taken as straight within the beam, which is off by up to a quarter of a percent
    of the disk there.
    """
    from scipy.special import erfc

    x, y = sky.west[None, :] - disk.x, sky.north[:, None] - disk.y
    radius = np.maximum(np.hypot(x, y), 1e-6)
    inverse = np.linalg.inv(beam.quadratic)
    square = inverse[0, 0] * x * x + 2 * inverse[0, 1] * x * y + inverse[1, 1] * y * y
    width = np.sqrt(square) / radius
    image: Floats = disk.temperature / 2 * erfc((radius - disk.radius) / width)
    return image


def sample_residual(
    projection: Projection, sky: SkyGrid, residual: Floats, offset: tuple[float, float]
) -> Floats:
    """The residual of a dirty map, in its units, at the pixels of an image.

    Parameters
    ----------
    projection : Projection
        of the map.
    sky : SkyGrid
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
