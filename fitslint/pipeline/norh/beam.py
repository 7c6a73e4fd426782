"""The beam of an image: a Gaussian on the ground, seen from the Sun.

The array lies in a plane that falls by 0.86 deg to the south. PMAT are the derivatives of the
direction cosines to west and north on the ground by those on the sky, so that an offset (i, j) from
the centre of the Sun, turned by SOLP, becomes lengths on the ground whose square stands in the
exponent. The samples that IDL's norh_beam gave are met to 1e-4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fitslint.pipeline.norh.constants import (
    ARCSEC,
    CLEAN_BEAM_WIDTH,
    FUJIKI_BEAM_WIDTH,
    FUJIKI_BEAM_WIDTHS,
    NORTH_SPACING_RATIO,
    FrequencyBand,
)
from fitslint.pipeline.norh.errors import NorhError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.pipeline.norh.image import Floats, SolarImage

_LEAST_DETERMINANT = 1e-3
"""Of PMAT: the Sun on the horizon, where there is no beam."""
_LARGEST_ELEMENT = 1.001
BEAM_SIZE = 21
"""Pixels on a side of the image of a beam, as in IDL."""


@dataclass(frozen=True, slots=True, eq=False)
class Beam:
    """exp(-(x, y) Q (x, y)) with x to the west and y to the north in arcsec.

    Attributes
    ----------
    form : ndarray
        the matrix Q, 2 by 2, in arcsec^-2.
    source : str
        ``PMAT`` of the header, the ``date``, or ``convolved``.
    """

    form: Floats
    source: str = "PMAT"

    def sample(self, x: NDArray[Any], y: NDArray[Any]) -> Floats:
        """Values at offsets in arcsec."""
        (a, b), (_, c) = self.form
        return np.asarray(np.exp(-(a * x * x + 2 * b * x * y + c * y * y)))

    @property
    def axes(self) -> tuple[float, float]:
        """Full widths at half maximum along the major and the minor axis in arcsec."""
        small, large = np.linalg.eigvalsh(self.form)
        return 2 * math.sqrt(math.log(2) / small), 2 * math.sqrt(math.log(2) / large)

    @property
    def angle(self) -> float:
        """Degrees from west to the major axis, anticlockwise, 0 to 180."""
        axis = np.linalg.eigh(self.form)[1][:, 0]
        return math.degrees(math.atan2(axis[1], axis[0])) % 180

    @property
    def position_angle(self) -> float:
        """BPA: degrees from north through east to the major axis, 0 to 180."""
        return (self.angle - 90) % 180

    @property
    def solid_angle(self) -> float:
        """Its integral in arcsec²."""
        return math.pi / math.sqrt(float(np.linalg.det(self.form)))

    def convolve(self, other: Beam) -> Beam:
        """The beam of an image of this one that is convolved with the other: covariances add."""
        total = np.linalg.inv(self.form) + np.linalg.inv(other.form)
        return Beam(np.linalg.inv(total), "convolved")


def compute_beam(image: SolarImage) -> Beam:
    """The beam of an image: what it was convolved to, else that of the array.

    Raises
    ------
    NorhError
        when PMAT or SOLP make no beam.
    """
    convolved = _read_convolved(image)
    if convolved is not None:
        return convolved
    found = [image.number(f"PMAT{at}") for at in range(1, 5)]
    elements = [number for number in found if number is not None]
    angle, source = image.number("SOLP"), "PMAT"
    if len(elements) < 4 or angle is None:
        from fitslint.pipeline.norh.sun import compute_ephemeris

        sun = compute_ephemeris(image.middle)
        source, elements = "date", list(sun.projection)
        angle = sun.pole_angle if angle is None else angle
    try:
        return build_beam(elements, angle, image.band, measure_beam_width(image), source)
    except NorhError as error:
        raise NorhError(str(error), path=image.path) from None


def build_beam(
    matrix: list[float], pole_angle: float, band: FrequencyBand, width: float, source: str = "PMAT"
) -> Beam:
    """The beam of a projection matrix PMAT1 to PMAT4.

    Parameters
    ----------
    pole_angle : float
        SOLP in degrees.
    width : float
        1/e half-width on the ground in dirty pixels.

    Raises
    ------
    NorhError
        when the matrix is singular or none of direction cosines.
    """
    p1, p2, p3, p4 = matrix
    if not all(abs(element) < _LARGEST_ELEMENT for element in matrix):
        raise NorhError("PMAT1 to PMAT4 are direction cosines, none of which is above 1")
    if not abs(p1 * p4 - p2 * p3) > _LEAST_DETERMINANT:
        raise NorhError("PMAT1 to PMAT4 are singular: the Sun has no beam on the horizon")
    cosine, sine = math.cos(math.radians(pole_angle)), math.sin(math.radians(pole_angle))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    ground = np.array([[p1, p3], [p2, p4]]) * np.array([[1.0], [NORTH_SPACING_RATIO]])
    lengths = ground @ turn / (width * band.dirty_pixel)
    return Beam(lengths.T @ lengths, source)


def measure_beam_width(image: SolarImage) -> float:
    """1/e half-width of the clean beam in dirty pixels, which hangs on the program."""
    size = image.number("CELLSIZE")
    return find_beam_width(-1 if size is None and is_fujiki(image) else size or 0)


def find_beam_width(cell: float) -> float:
    """The same by CELLSIZE: 0 with the programs that have none, which are not Fujiki's."""
    if not cell:
        return CLEAN_BEAM_WIDTH
    return math.sqrt(2) / 2 * FUJIKI_BEAM_WIDTHS.get(cell, FUJIKI_BEAM_WIDTH)


def is_fujiki(image: SolarImage) -> bool:
    """Whether the program of Fujiki made the image."""
    said = (image.text("IMGPROG") or image.text("PROGNAME")).lower()
    return said.startswith("snap2d17suw") or "fujiki" in said


def _read_convolved(image: SolarImage) -> Beam | None:
    """The beam that a product was convolved to, by BMAJ, BMIN and BPA."""
    if image.text("BEAMSRC") != "convolved":
        return None
    major, minor, angle = (image.number(name) for name in ("BMAJ", "BMIN", "BPA"))
    if major is None or minor is None or angle is None or min(major, minor) <= 0:
        raise NorhError("BEAMSRC is 'convolved' and BMAJ, BMIN, BPA are missing", path=image.path)
    at = math.radians(angle + 90)
    axes = np.array([[math.cos(at), -math.sin(at)], [math.sin(at), math.cos(at)]])
    widths = [4 * math.log(2) / (full * 3600) ** 2 for full in (major, minor)]
    return Beam(axes @ np.diag(widths) @ axes.T, "convolved")


def draw_beam(beam: Beam, step: tuple[float, float], size: int = BEAM_SIZE) -> Floats:
    """The beam on pixels of ``step`` arcsec (columns, rows), its peak in the middle one.

    Raises
    ------
    NorhError
        when ``size`` is even or below 3.
    """
    if size < 3 or size % 2 == 0 or size > 2047:
        raise NorhError(f"a beam has an odd number of pixels from 3 to 2047 on a side, not {size}")
    offsets = np.arange(size, dtype=np.float64) - size // 2
    return beam.sample(offsets * step[0], (offsets * step[1])[:, np.newaxis])


def measure_steradians(area: float) -> float:
    """Steradians in arcsec²."""
    return area * ARCSEC**2
