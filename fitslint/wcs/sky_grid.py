"""Grids on the sky: each pixel is a position, which is then made linear as the model's were."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

import numpy as np

from fitslint.wcs.errors import GridError
from fitslint.wcs.grid import Floats
from fitslint.wcs.linear import Position, convert_sky_to_linear
from fitslint.wcs.map_wcs import NORTH_UP, build_gnomonic_cards, build_wcs_cards, measure_pixels
from fitslint.wcs.reference_image import read_sky_image
from fitslint.wcs.wcs import Wcs

_FAR = 5.0
"""Degrees from the reference beyond which offsets along a parallel mean nothing."""
_MOST = 2**31 - 1
"""Pixels along an axis."""


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
    wcs : Wcs
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

    wcs: Wcs
    shape: tuple[int, int]
    reference: Position

    def __post_init__(self) -> None:
        rows, columns = self.shape
        x, y = self._compute_offsets(np.array([(columns - 1) / 2]), np.array([(rows - 1) / 2]))
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
        width, height = (pixel, pixel) if isinstance(pixel, float | int) else pixel
        if not (0 < width < 3600 and 0 < height < 3600):
            raise GridError(f"a pixel of {width:g} by {height:g} arcsec makes no map")
        if not 2 <= min(shape) <= max(shape) <= _MOST:
            raise GridError(
                f"{shape[1]} by {shape[0]} pixels make no map; "
                f"an axis has 2 at least and {_MOST} at most"
            )
        cards = build_gnomonic_cards(shape, (center[0] % 360, center[1]), (width, height))
        # LONPOLE is told for the poles, where north would be another direction by default.
        wcs = Wcs.from_header({**cards, "LONPOLE": NORTH_UP, "RADESYS": "ICRS"})
        return cls(wcs, shape, reference or center)

    @classmethod
    def like(
        cls, path: str | os.PathLike[str], reference: Position, hdu: int | str | None = None
    ) -> SkyGrid:
        """The grid of an image.

        Parameters
        ----------
        path : str or path
            a FITS file, in any projection of the standard, with SIP, TPV, TNX or ZPX.
        reference : (float, float)
            that of the model.
        hdu : int or str, optional
            number from 1, or EXTNAME; by default the first image with a place on the sky.

        Raises
        ------
        GridError
            when there is none, or it shows another field.
        """
        wcs, shape = read_sky_image(path, hdu)
        try:
            return cls(wcs, shape, reference)
        except GridError as error:
            raise GridError(f"{os.fspath(path)}: {error}") from None

    @property
    def pixel(self) -> tuple[float, float]:
        """Sizes of a pixel along its axes at the reference pixel in arcsec."""
        return measure_pixels(self.wcs)

    def block(self, start: int, stop: int) -> tuple[Floats, Floats]:
        """x and y in arcsec, both (rows, columns), of the rows ``start`` to ``stop``.

        NaN where a pixel is no place on the sky.
        """
        return self._compute_lattice(_count(start, stop), _count(0, self.shape[1]))

    def turn(self, start: int, stop: int) -> Turn:
        """How the axes of the pixels of these rows lie.

        The rotation that is nearest to the local matrix from pixels to offsets.
        """
        rows, columns = _count(start, stop), _count(0, self.shape[1])
        x, y = self._compute_lattice(rows, _count(0, self.shape[1] + 1) - 0.5)
        x_1, y_1 = np.diff(x, axis=1), np.diff(y, axis=1)
        x, y = self._compute_lattice(_count(start, stop + 1) - 0.5, columns)
        x_2, y_2 = np.diff(x, axis=0), np.diff(y, axis=0)
        hand = self._find_handedness()
        cosine, sine = x_1 + hand * y_2, y_1 - hand * x_2
        length = np.hypot(cosine, sine)
        return Turn(cosine / length, sine / length, hand)

    def cards(self) -> dict[str, str | float]:
        """The world coordinates of the image, GRIDCONV being ``tan``.

        A rotation is told by PCi_j, with the sizes of a pixel in CDELTn.
        """
        cards = build_wcs_cards(self.wcs)
        system, equinox = self.wcs.frame
        if self.wcs.system == "RA":
            cards |= {"RADESYS": system} | ({} if equinox is None else {"EQUINOX": equinox})
        return cards | {"GRIDCONV": "tan"}

    def _find_handedness(self) -> float:
        """1 where axis 2 is to axis 1 as north is to west, in the middle of the image."""
        middle = np.array([(self.shape[1] - 1) / 2, (self.shape[0] - 1) / 2])
        (x_1, x_2), (y_1, y_2) = (
            np.diff(offset)[::2]
            for offset in self._compute_offsets(
                middle[0] + np.array([-0.5, 0.5, 0, 0]), middle[1] + np.array([0, 0, -0.5, 0.5])
            )
        )
        return 1.0 if x_1 * y_2 > x_2 * y_1 else -1.0

    def _compute_lattice(self, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
        return self._compute_offsets(columns[np.newaxis, :], rows[:, np.newaxis])

    def _compute_offsets(self, columns: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Offsets in arcsec of pixels (the centre of the first is 0, 0)."""
        position = self.wcs.pixel_to_sky(columns + 1, rows + 1)
        return convert_sky_to_linear(*_turn_to_icrs(self.wcs, *position), self.reference)


def _count(start: int, stop: int) -> Floats:
    return np.arange(start, stop, dtype=np.float64)


def _turn_to_icrs(wcs: Wcs, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Right ascension and declination of J2000 in degrees."""
    system, equinox = wcs.frame
    if wcs.system == "RA" and (system == "ICRS" or (system, equinox) == ("FK5", 2000.0)):
        return longitude, latitude
    from astropy.coordinates import FK4, FK5, FK4NoETerms, Galactic, SkyCoord

    frames = {"FK4": FK4, "FK4-NO-E": FK4NoETerms, "FK5": FK5}
    epoch = f"{'B' if system.startswith('FK4') else 'J'}{equinox}"
    if wcs.system == "G":
        frame = Galactic()
    elif system in frames:
        frame = frames[system](equinox=epoch)
    else:
        raise GridError(f"RADESYS is {system}; a map is in ICRS, FK5 or FK4")
    position = SkyCoord(longitude, latitude, unit="deg", frame=frame).icrs
    return position.ra.deg, position.dec.deg
