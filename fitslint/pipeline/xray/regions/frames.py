"""Shapes from the grid of the detector to that of an image, and to the sky, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fitslint.model.header import Header
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.regions.shapes import PIXEL_FRAMES, Frame, Shape
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

_PHYSICAL = "P"
"""The letter of the description that Chandra's images have of the grid of the detector."""
_SKY_FRAMES: dict[str, Frame] = {"FK5": "fk5", "ICRS": "icrs", "FK4": "fk4"}
_ROTATED = {"fk5", "icrs"}
"""Frames that a rotation by 0.03 arcsec takes to each other, as DS9 does it."""
_TURN = tuple(math.radians(angle / 3.6e6) for angle in (-19.9, 9.1, -22.9))
"""From ICRS to FK5 about the three axes (Mignard & Froeschle 2000, A&A 354, 732)."""


class ImageGrid:
    """Where the pixels of an image are on the detector and on the sky.

    Parameters
    ----------
    header : Header
        of the image.

    Raises
    ------
    XrayError
        when it has no world coordinates that can be computed.
    """

    def __init__(self, header: Header) -> None:
        try:
            self.sky = Wcs.from_header(header)
        except WcsError as error:
            raise XrayError(f"the image has no position on the sky: {error}") from None
        if not self.sky.is_celestial or self.sky.sky_axes[:2] != (0, 1):
            raise XrayError("the image has no position on the sky: CTYPE1 and CTYPE2 name none")
        self.frame: Frame = _SKY_FRAMES.get(self.sky.frame[0], "fk5")
        self.physical = _read_physical(header)

    @property
    def written_frame(self) -> Frame:
        """What positions on the sky are written in: FK5 where they can be.

        CIAO and DS9 take a region file that names no frame for one of FK5.
        """
        return "fk5" if self.frame in _ROTATED else self.frame

    def convert(self, shape: Shape, frame: Frame) -> Shape:
        """The shape in another frame; sizes and angles as they are at its centre.

        Raises
        ------
        XrayError
            when the frame is another one on the sky, or a position has none there.
        """
        if shape.frame == frame:
            return Shape(shape.kind, shape.numbers, frame, shape.is_excluded)
        for needed in (shape.frame, frame):
            if needed not in PIXEL_FRAMES and not self._is_own(needed):
                raise XrayError(f"the image is in {self.frame}, the region in {needed}")
        pixels = self._map(shape, *self._measure(shape, shape.frame, inverse=True))
        image = Shape(shape.kind, pixels, "image", shape.is_excluded)
        if frame == "image":
            return image
        numbers = self._map(image, *self._measure(image, frame, inverse=False), to=frame)
        return Shape(shape.kind, numbers, frame, shape.is_excluded)

    def _is_own(self, frame: Frame) -> bool:
        return frame == self.frame or {frame, self.frame} == _ROTATED

    def find_pixel(self, x: float, y: float, frame: Frame) -> tuple[float, float]:
        """The pixel of a position, counted from 1."""
        if frame == "image":
            return x, y
        if {frame, self.frame} == _ROTATED:
            x, y = _rotate_sky(x, y, frame)
        if frame == "physical":
            found = self.physical.world_to_pixel(x, y)
        else:
            found = self.sky.sky_to_pixel(x, y)
        if found is None:
            raise XrayError(f"{x:g}, {y:g} ({frame}) is nowhere on the image")
        return found[0], found[1]

    def find_position(self, x: float, y: float, frame: Frame) -> tuple[float, float]:
        """The position of a pixel that is counted from 1."""
        if frame == "image":
            return x, y
        if frame == "physical":
            found = self.physical.pixel_to_world(x, y)
        else:
            found = self.sky.pixel_to_sky(x, y)
        if found is None:
            raise XrayError(f"pixel {x:g}, {y:g} has no position ({frame})")
        if {frame, self.frame} == _ROTATED:
            return _rotate_sky(found[0], found[1], self.frame)
        return found[0], found[1]

    def _measure(self, shape: Shape, frame: Frame, *, inverse: bool) -> tuple[float, float]:
        """What sizes are multiplied by and angles turned by, at the first position of a shape."""
        if not shape.numbers or frame == "image":
            return 1.0, 0.0
        if frame == "physical":
            factor = abs(self.physical.matrix[0][0])
            return (1 / factor if inverse else factor), 0.0
        pixel = shape.numbers[:2]
        if inverse:
            pixel = self.find_pixel(pixel[0], pixel[1], frame)
        scales, rotation = self.sky.pixel_scale(pixel), self.sky.rotation(pixel)
        if scales is None or rotation is None:
            raise XrayError("the image has no scale where the region is")
        scale = (scales[0] * scales[1]) ** 0.5
        return (1 / scale, -rotation) if inverse else (scale, rotation)

    def _map(
        self, shape: Shape, factor: float, turn: float, to: Frame = "image"
    ) -> tuple[float, ...]:
        numbers: list[float] = []
        values: Sequence[float] = shape.numbers
        for at, role in enumerate(shape.roles):
            if role == "x":
                x, y = values[at], values[at + 1]
                if to == "image":
                    numbers += self.find_pixel(x, y, shape.frame)
                else:
                    numbers += self.find_position(x, y, to)
            elif role == "r":
                numbers.append(values[at] * factor)
            elif role == "a":
                numbers.append((values[at] + turn) % 360.0)
        return tuple(numbers)


def _rotate_sky(longitude: float, latitude: float, frame: Frame) -> tuple[float, float]:
    """A position in degrees from ICRS to FK5 (J2000), or from FK5 to ICRS."""
    eta, xi, alpha = _TURN if frame == "icrs" else [-angle for angle in _TURN]
    ra, dec = math.radians(longitude), math.radians(latitude)
    x, y = math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra)
    z = math.sin(dec)
    x, y, z = x + alpha * y - xi * z, y - alpha * x - eta * z, z + xi * x + eta * y
    return math.degrees(math.atan2(y, x)) % 360.0, math.degrees(math.atan2(z, math.hypot(x, y)))


def _read_physical(header: Header) -> Wcs:
    """The grid of the detector: the description P, else LTVn and LTMn_n, else that of the image."""
    try:
        return Wcs.from_header(header, _PHYSICAL)
    except WcsError:
        cards: dict[str, float | str] = {}
        for axis in (1, 2):
            cards[f"CTYPE{axis}"] = "PIXEL"
            step = header.number(f"LTM{axis}_{axis}") or 1.0
            cards[f"CDELT{axis}"] = 1 / step
            cards[f"CRPIX{axis}"] = header.number(f"LTV{axis}") or 0.0
            cards[f"CRVAL{axis}"] = 0.0
        return Wcs.from_header(cards)
