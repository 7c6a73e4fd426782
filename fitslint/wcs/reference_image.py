"""Reference images: the celestial world coordinates of any FITS image, and its size."""

from __future__ import annotations

import math
import os
import warnings
from pathlib import Path
from typing import Any

from fitslint.wcs.errors import GridError
from fitslint.wcs.hdus import count

Shape = tuple[int, int]
_LARGEST = 1.0
"""Degrees; a map of a cluster has no larger pixels."""


def read(path: str | os.PathLike[str], hdu: int | str | None = None) -> tuple[Any, Shape]:
    """The celestial axes of an image as an ``astropy.wcs.WCS``, and its rows and columns.

    Compressed images count with the axes of the image that is in them; axes beyond the two on the
    sky are left out.

    Parameters
    ----------
    path : str or path
        any FITS file.
    hdu : int or str, optional
        number from 1, or EXTNAME; by default the first image that has a place on the sky.

    Raises
    ------
    GridError
        when the file cannot be read or no such image has celestial world coordinates.
    """
    from astropy.io import fits

    name = os.fspath(path)
    if Path(name).exists() and not Path(name).is_file():
        raise GridError(f"{name}: this is a folder, a pipe or a device, not a file")
    try:
        known = count(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with fits.open(name, memmap=True, lazy_load_hdus=True) as hdus:
                return _select_image(hdus, hdu, known)
    except GridError as error:
        raise GridError(f"{name}: {error}") from None
    except OSError as error:
        said = error.strerror or "this is no FITS file that can be read"
        raise GridError(f"{name}: {said}") from None
    except Exception as error:  # astropy raises whatever a broken header makes of it
        said = " ".join(str(error).split())[:160]
        raise GridError(f"{name}: astropy.wcs cannot use its world coordinates: {said}") from None


def _select_image(hdus: Any, wanted: int | str | None, known: int) -> tuple[Any, Shape]:
    if wanted is not None:
        return _celestial(_find_hdu(hdus, wanted, known), hdus)
    fault = GridError("no HDU holds an image")
    for one in (hdus[at] for at in range(known)):
        if not one.is_image or len(one.shape) < 2:
            continue
        try:
            return _celestial(one, hdus)
        except GridError as error:
            fault = error
    raise fault


def _find_hdu(hdus: Any, wanted: int | str, known: int) -> Any:
    if isinstance(wanted, str) and not wanted.isdigit():
        for one in (hdus[at] for at in range(known)):
            if one.name.strip().upper() == wanted.strip().upper():
                return one
        raise GridError(f"no HDU has the EXTNAME {wanted!r}")
    number = int(wanted)
    if not 1 <= number <= known:
        raise GridError(f"there is no HDU {number}; they count from 1 to {known}")
    return hdus[number - 1]


def _unusable(header: Any, celestial: Any) -> str | None:
    """What astropy.wcs passes over: an undefined or infinite number, pixels larger than the sky."""
    for keyword in ("CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CDELT1", "CDELT2"):
        if keyword in header and not _finite(header[keyword]):
            return f"{keyword} of the image is {header[keyword]!r:.40}, which is no finite number"
    size = max(map(abs, celestial.pixel_scale_matrix.ravel().tolist()))
    return f"pixels of {size:.3g} degrees are no image of the sky" if size > _LARGEST else None


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _celestial(hdu: Any, hdus: Any) -> tuple[Any, Shape]:
    from astropy.wcs import WCS
    from astropy.wcs.utils import wcs_to_celestial_frame

    if not hdu.is_image or len(hdu.shape) < 2:
        raise GridError("the HDU holds no image of two axes")
    made = WCS(hdu.header, hdus)
    if not made.has_celestial:
        raise GridError(
            "the image has no celestial world coordinates (CTYPE1, CTYPE2), so that nothing says "
            "which part of the sky it shows"
        )
    if any((made.cpdis1, made.cpdis2, made.det2im1, made.det2im2)):
        raise GridError(
            "its distortion is a look-up table, which the header of a map cannot hold; "
            "give an image without it (drizzled)"
        )
    first, second = sorted((made.wcs.lng, made.wcs.lat))
    columns, rows = hdu.shape[::-1][first], hdu.shape[::-1][second]
    if columns < 2 or rows < 2:
        raise GridError(f"an image of {columns} by {rows} pixels gives no grid")
    celestial = made.celestial
    celestial.wcs.set()
    if (wrong := _unusable(hdu.header, celestial)) is not None:
        raise GridError(wrong)
    (a, b), (c, d) = celestial.pixel_scale_matrix
    if not abs(a * d - b * c) > 1e-12 * (abs(a * d) + abs(b * c)):
        raise GridError("the matrix of its world coordinates is singular: pixels have no area")
    try:
        wcs_to_celestial_frame(celestial)
    except ValueError:
        raise GridError(
            f"its axes {celestial.wcs.ctype[0]} and {celestial.wcs.ctype[1]} are not on the sky "
            "of the stars"
        ) from None
    return celestial, (rows, columns)
