"""What the distortion of a description does over an image: how far it moves, whether it folds."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fitslint.model.header import Header
from fitslint.wcs.compare import find_image_shape
from fitslint.wcs.distortions.folds import (
    FoldReport,
    InverseReport,
    list_grid,
    measure_folding,
    measure_inverse,
)
from fitslint.wcs.distortions.sip import SipDistortion
from fitslint.wcs.distortions.tnx import TnxDistortion
from fitslint.wcs.distortions.tpv import TpvDistortion
from fitslint.wcs.keywords import KeywordError
from fitslint.wcs.maths import FAILURES, SCALAR
from fitslint.wcs.wcs import Wcs

POINTS = 9
"""Grid points along an axis."""


def measure_fold(wcs: Wcs, shape: tuple[int, int], points: int = POINTS) -> FoldReport | None:
    """How the distortion of a description behaves over an image; None where it has none.

    The distortion of pixels where there is one, else that of the plane.
    """
    pixel, plane = wcs.distortions
    try:
        if isinstance(pixel, SipDistortion):
            return measure_folding(pixel, shape, PixelOffset(wcs), points)
        if isinstance(plane, TpvDistortion | TnxDistortion):
            return measure_folding(plane, shape, wcs.pixel_to_plane, points)
    except FAILURES:  # beyond all numbers
        return None
    return None


def measure_recorded_inverse(
    wcs: Wcs, shape: tuple[int, int], points: int = POINTS
) -> InverseReport | None:
    """How far AP, BP are from the inverse of A, B; None where there are not both."""
    pixel = wcs.distortions[0]
    if not isinstance(pixel, SipDistortion) or pixel.inverse is None:
        return None
    try:
        return measure_inverse(pixel, shape, PixelOffset(wcs), points)
    except FAILURES:
        return InverseReport(math.inf, (0.5, 0.5), math.inf)


class PixelOffset:
    """Offsets from CRPIX of pixels counted from 1."""

    def __init__(self, wcs: Wcs) -> None:
        self._origin = wcs.origin

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """The offset of a pixel."""
        return x - self._origin[0], y - self._origin[1]


def measure_sip_shift(
    values: Mapping[str, object], origin: tuple[float, float], shape: tuple[int, int]
) -> float | None:
    """Pixels that A and B of some keywords move a pixel at the most, whatever CTYPEi says.

    ``values`` are of SIP alone. None where they tell no distortion, or none that can be read.
    """
    try:
        distortion = SipDistortion.from_values(values)
    except KeywordError:
        return None
    if distortion is None:
        return None
    worst = 0.0
    try:
        for x, y in list_grid(shape, POINTS):
            u, v = x - origin[0], y - origin[1]
            moved = distortion.correct(SCALAR, u, v)
            worst = max(worst, math.hypot(moved[0] - u, moved[1] - v))
    except FAILURES:
        return None
    return worst if math.isfinite(worst) else None


def list_sip_values(header: Header) -> dict[str, object]:
    """The keywords of A and B of a header, with their values."""
    names = (name for name in header.layout.index if name[:2] in ("A_", "B_"))
    return {name: header.value(name) for name in names}


def measure_inverse_at(wcs: Wcs, offset: tuple[float, float]) -> float | None:
    """Pixels from an offset from CRPIX to what AP, BP make of what A, B made of it.

    Infinite where they give no number; None where a description has not both.
    """
    pixel = wcs.distortions[0]
    if not isinstance(pixel, SipDistortion) or pixel.inverse is None:
        return None
    try:
        back = pixel.apply_inverse(SCALAR, *pixel.correct(SCALAR, *offset))
    except FAILURES:
        return math.inf
    distance = math.dist(back, offset)
    return distance if math.isfinite(distance) else math.inf


def measure_header_shift(header: Header) -> float | None:
    """Pixels that A and B of a header move its image at the most, whatever CTYPEi says.

    None where there is no image, or no distortion that can be read.
    """
    shape = find_image_shape(header)
    origin = header.number("CRPIX1"), header.number("CRPIX2")
    if shape is None or origin[0] is None or origin[1] is None:
        return None
    return measure_sip_shift(list_sip_values(header), (origin[0], origin[1]), shape)
