"""Grids on the sky: each pixel is a position, which is then made linear as the model's were."""

from __future__ import annotations

import math
import os
import re
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.wcs.errors import GridError
from fitslint.wcs.grid import Floats
from fitslint.wcs.linear import Position, to_linear
from fitslint.wcs.reference_image import read

_FAR = 5.0
"""Degrees from the reference beyond which offsets along a parallel mean nothing."""
_MOST = 2**31 - 1
"""Pixels along an axis."""
_NORTH_UP = 180.0
"""LONPOLE of a gnomonic image that PCi_j alone turns."""
_PROJECTION = re.compile(r"LONPOLE|LATPOLE|PV[12]_\d+|(A|B|AP|BP)_(ORDER|\d_\d)")
"""Keywords of projections with parameters, and of their distortion by polynomials."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How the axes of pixels lie against west and north, for each pixel.

    Attributes
    ----------
    cosine, sine : ndarray
        of the angle from west (through north) to axis 1.
    handedness : float
        1 where axis 2 is axis 1 turned from west to north, -1 for the mirror image.
    """

    cosine: Floats
    sine: Floats
    handedness: float


@dataclass(frozen=True, slots=True)
class SkyGrid:
    """The pixels of a map with world coordinates that hold.

    Positions in FK5 (J2000) and ICRS are taken as they are, since a model does not tell which of
    them its own are in (they differ by up to 0.03 arcsec); others are turned to ICRS.

    Parameters
    ----------
    wcs : astropy.wcs.WCS
        two celestial axes, with any distortion.
    shape : (int, int)
        rows and columns.
    reference : (float, float)
        right ascension and declination in degrees from which offsets are counted.

    Raises
    ------
    GridError
        when the middle of the image lies more than 5 degrees from the reference.
    """

    wcs: Any
    shape: tuple[int, int]
    reference: Position
    _lock: Any = field(default_factory=threading.Lock, repr=False, compare=False)
    """One thread at a time: setting up a WCS is not safe for several."""

    def __post_init__(self) -> None:
        rows, columns = self.shape
        x, y = self._offsets(np.array([(columns - 1) / 2]), np.array([(rows - 1) / 2]))
        away = math.hypot(float(x[0]), float(y[0])) / 3600
        if not away <= _FAR:
            raise GridError(
                f"the middle of the image is {away:.0f} degrees from the reference of the model "
                f"({self.reference[0]:.5f} {self.reference[1]:+.5f}); it shows another field"
                if math.isfinite(away)
                else "the middle of the image is no place on the sky"
            )

    @classmethod
    def build_gnomonic(
        cls,
        center: Position,
        pixel: tuple[float, float] | float,
        shape: tuple[int, int],
        reference: Position | None = None,
    ) -> SkyGrid:
        """A gnomonic grid around a position, north up and east to the left.

        Parameters
        ----------
        center : (float, float)
            right ascension and declination in degrees of the middle of the map.
        pixel : float or (float, float)
            size of a pixel in arcsec.
        shape : (int, int)
            rows and columns.
        reference : (float, float), optional
            that of the model; the centre by default.
        """
        from astropy.wcs import WCS

        width, height = (pixel, pixel) if isinstance(pixel, float | int) else pixel
        if not (0 < width < 3600 and 0 < height < 3600):
            raise GridError(f"a pixel of {width:g} by {height:g} arcsec makes no map")
        if not 2 <= min(shape) <= max(shape) <= _MOST:
            raise GridError(
                f"{shape[1]} by {shape[0]} pixels make no map; "
                f"an axis has 2 at least and {_MOST} at most"
            )
        made = WCS(naxis=2)
        made.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        made.wcs.cunit = ["deg", "deg"]
        made.wcs.crval = [center[0] % 360, center[1]]
        made.wcs.crpix = [(shape[1] + 1) / 2, (shape[0] + 1) / 2]
        made.wcs.cdelt = [-width / 3600, height / 3600]
        made.wcs.radesys = "ICRS"
        return cls(made, shape, reference or center)

    @classmethod
    def like(
        cls, path: str | os.PathLike[str], reference: Position, hdu: int | str | None = None
    ) -> SkyGrid:
        """The grid of an image.

        Parameters
        ----------
        path : str or path
            a FITS file; any projection, rotation and distortion that astropy.wcs knows.
        reference : (float, float)
            that of the model.
        hdu : int or str, optional
            number from 1, or EXTNAME; by default the first image with a place on the sky.

        Raises
        ------
        GridError
            when there is none, or it shows another field.
        """
        try:
            return cls(*read(path, hdu), reference)
        except GridError as error:
            said = str(error)
            name = os.fspath(path)
            raise GridError(said if said.startswith(name) else f"{name}: {said}") from None

    @property
    def pixel(self) -> tuple[float, float]:
        """Sizes of a pixel along its axes at the reference pixel in arcsec."""
        from astropy.wcs.utils import proj_plane_pixel_scales

        first, second = proj_plane_pixel_scales(self.wcs)
        return float(first) * 3600, float(second) * 3600

    def block(self, start: int, stop: int) -> tuple[Floats, Floats]:
        """x and y in arcsec, both (rows, columns), of the rows ``start`` to ``stop``.

        NaN where a pixel is no place on the sky.
        """
        return self._lattice(np.arange(start, stop), np.arange(self.shape[1]))

    def turn(self, start: int, stop: int) -> Turn:
        """How the axes of the pixels of these rows lie.

        The rotation that is nearest to the local matrix from pixels to offsets.
        """
        rows, columns = np.arange(start, stop), np.arange(self.shape[1])
        x, y = self._lattice(rows, np.arange(self.shape[1] + 1) - 0.5)
        x_1, y_1 = np.diff(x, axis=1), np.diff(y, axis=1)
        x, y = self._lattice(np.arange(start, stop + 1) - 0.5, columns)
        x_2, y_2 = np.diff(x, axis=0), np.diff(y, axis=0)
        hand = self._handedness()
        cosine, sine = x_1 + hand * y_2, y_1 - hand * x_2
        length = np.hypot(cosine, sine)
        return Turn(cosine / length, sine / length, hand)

    def cards(self) -> dict[str, str | float]:
        """The world coordinates of the image, GRIDCONV being ``tan``.

        A rotation is told by PCi_j, with the sizes of a pixel in CDELTn.
        """
        told = self.wcs.to_header(relax=True)
        steps, turned = _steps(self.wcs.pixel_scale_matrix)
        found: dict[str, str | float] = {}
        for at in (0, 1):
            found |= {
                f"CTYPE{at + 1}": told[f"CTYPE{at + 1}"],
                f"CUNIT{at + 1}": "deg",
                f"CRVAL{at + 1}": float(self.wcs.wcs.crval[at]),
                f"CRPIX{at + 1}": float(self.wcs.wcs.crpix[at]),
                f"CDELT{at + 1}": steps[at],
            }
        if turned[0, 1] or turned[1, 0]:
            pairs = ((i, j) for i in (0, 1) for j in (0, 1))
            found |= {f"PC{i + 1}_{j + 1}": float(turned[i, j]) for i, j in pairs}
        if self.wcs.wcs.ctype[0] != "RA---TAN" or self.wcs.wcs.lonpole != _NORTH_UP:
            kept = (key for key in told if _PROJECTION.fullmatch(key))
            found |= {key: told[key] if "ORDER" in key else float(told[key]) for key in kept}
        found |= {key: told[key] for key in ("RADESYS", "EQUINOX") if key in told}
        return found | {"GRIDCONV": "tan"}

    def _handedness(self) -> float:
        """1 where axis 2 is to axis 1 as north is to west, in the middle of the image."""
        middle = np.array([(self.shape[1] - 1) / 2, (self.shape[0] - 1) / 2])
        (x_1, x_2), (y_1, y_2) = (
            np.diff(offset)[::2]
            for offset in self._offsets(
                middle[0] + np.array([-0.5, 0.5, 0, 0]), middle[1] + np.array([0, 0, -0.5, 0.5])
            )
        )
        return 1.0 if x_1 * y_2 > x_2 * y_1 else -1.0

    def _lattice(self, rows: NDArray[Any], columns: NDArray[Any]) -> tuple[Floats, Floats]:
        across, up = np.meshgrid(columns.astype(np.float64), rows.astype(np.float64))
        x, y = self._offsets(across.ravel(), up.ravel())
        return x.reshape(across.shape), y.reshape(across.shape)

    def _offsets(self, columns: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Offsets in arcsec of pixels (the centre of the first is 0, 0)."""
        with self._lock:
            first, second = self.wcs.all_pix2world(columns, rows, 0)
        if self.wcs.wcs.lng == 1:
            first, second = second, first
        ra, dec = _equatorial(self.wcs, first, second)
        return to_linear(ra, dec, self.reference)


def _equatorial(wcs: Any, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Right ascension and declination of J2000 in degrees."""
    from astropy.coordinates import FK5, ICRS, SkyCoord
    from astropy.wcs.utils import wcs_to_celestial_frame

    frame = wcs_to_celestial_frame(wcs)
    if isinstance(frame, ICRS) or (
        isinstance(frame, FK5) and abs(frame.equinox.jyear - 2000) < 1e-6
    ):
        return longitude, latitude
    made = SkyCoord(longitude, latitude, unit="deg", frame=frame).icrs
    return made.ra.deg, made.dec.deg


def _steps(matrix: Floats) -> tuple[tuple[float, float], Floats]:
    """CDELT1 and CDELT2 in degrees, and PCi_j, of the matrix from pixels to degrees.

    CDELT1 is negative where east is to the left, so that PCi_j is a rotation.
    """
    lengths = np.hypot(matrix[:, 0], matrix[:, 1])
    if not matrix[0, 1] and not matrix[1, 0]:
        lengths = np.diag(matrix)
    elif np.linalg.det(matrix) < 0:
        lengths = lengths * (-1, 1)
    return (float(lengths[0]), float(lengths[1])), matrix / lengths[:, np.newaxis]
