"""Whether a distortion can be true of an image: does it fold, and is its inverse one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Protocol

from fitslint.model.records import dataclass
from fitslint.wcs.distortions.newton import InvertibleMap
from fitslint.wcs.distortions.sip import SipDistortion
from fitslint.wcs.maths import SCALAR

POINTS_MAX = 65
"""Grid points along an axis."""
Pixel = tuple[float, float]


class PlaneStep(Protocol):
    """What a distortion is applied to at a pixel, such as the linear step."""

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """The coordinates that the distortion takes, of a pixel counted from 1."""


@dataclass(frozen=True, slots=True)
class FoldReport:
    """How the Jacobian determinant of a distortion behaves over an image.

    Attributes
    ----------
    points, folded : int
        points of the grid, and those where the determinant has not the sign that it has at the
        reference, is 0 or cannot be worked out.
    first : (float, float), optional
        the first such pixel.
    least, most : float
        the determinants over that at the reference; 1 and 1 where nothing is distorted.
    """

    points: int
    folded: int
    first: Pixel | None
    least: float
    most: float

    @property
    def has_fold(self) -> bool:
        """Whether two pixels of the image get one place."""
        return self.folded > 0


def measure_folding(
    distortion: InvertibleMap, shape: tuple[int, int], to_plane: PlaneStep, points: int = 17
) -> FoldReport:
    """Work out the Jacobian determinant over a grid of an image.

    Parameters
    ----------
    distortion : InvertibleMap
    shape : (int, int)
        NAXIS1 and NAXIS2.
    to_plane : callable
        what the distortion takes at a pixel counted from 1.
    points : int
        along each axis, not more than :data:`POINTS_MAX`.
    """
    reference = _compute_determinant(distortion, (0.0, 0.0))
    ratios: list[float] = []
    folded: list[Pixel] = []
    for pixel in list_grid(shape, points):
        determinant = _compute_determinant(distortion, to_plane(*pixel))
        ratio = SCALAR.divide(determinant, reference)
        if not 0 < ratio < math.inf:
            folded.append(pixel)
        ratios.append(ratio)
    told = [ratio for ratio in ratios if not math.isnan(ratio)] or [math.nan]
    return FoldReport(len(ratios), len(folded), folded[0] if folded else None, min(told), max(told))


def _compute_determinant(distortion: InvertibleMap, point: tuple[float, float]) -> float:
    one, two, three, four = distortion.differentiate(SCALAR, *point)
    return one * four - two * three


def list_grid(shape: tuple[int, int], points: int) -> Iterator[Pixel]:
    """Pixels over an image with its corners, row by row, counted from 1."""
    count = max(2, min(points, POINTS_MAX))
    steps = [at / (count - 1) for at in range(count)]
    for up in steps:
        for across in steps:
            yield 0.5 + across * max(shape[0], 1), 0.5 + up * max(shape[1], 1)


@dataclass(frozen=True, slots=True)
class InverseReport:
    """How far a recorded inverse of SIP (AP, BP) is from the inverse.

    Attributes
    ----------
    worst : float
        the largest distance in pixels; infinite where the inverse gives no number.
    where : (float, float)
        the pixel of it.
    corner : float
        the largest at a corner.
    """

    worst: float
    where: Pixel
    corner: float


def measure_inverse(
    distortion: SipDistortion,
    shape: tuple[int, int],
    to_plane: PlaneStep,
    points: int = 17,
) -> InverseReport:
    """Distances between pixels and what the recorded inverse makes of their distorted ones."""
    worst, where, corner = 0.0, (0.5, 0.5), 0.0
    corners = {(x, y) for x in (0.5, 0.5 + shape[0]) for y in (0.5, 0.5 + shape[1])}
    for pixel in list_grid(shape, points):
        point = to_plane(*pixel)
        distorted = distortion.correct(SCALAR, *point)
        back = distortion.apply_inverse(SCALAR, *distorted)
        distance = math.hypot(back[0] - point[0], back[1] - point[1])
        distance = math.inf if math.isnan(distance) else distance
        if distance > worst:
            worst, where = distance, pixel
        if pixel in corners:
            corner = max(corner, distance)
    return InverseReport(worst, where, corner)
