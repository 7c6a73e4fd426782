"""Reference images: the celestial world coordinates of any FITS image, and its size."""

from __future__ import annotations

import os
from pathlib import Path

from fitslint.model.file import FitsFile, Hdu
from fitslint.source.files import read_file
from fitslint.source.image import ImageError, find_hdu, read_axes
from fitslint.wcs.description import parse_name
from fitslint.wcs.distortions.lookup import list_lookup_marks
from fitslint.wcs.errors import GridError
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

Shape = tuple[int, int]
_LARGEST = 1.0
"""Degrees; a map of a cluster has no larger pixels."""
_OF_AXES = ("CTYPE", "CUNIT", "CRVAL", "CRPIX", "CDELT", "CROTA", "CNAME")
_OF_PIXELS = ("NAXIS", "WCSAXES")


def read_sky_image(path: str | os.PathLike[str], hdu: int | str | None = None) -> tuple[Wcs, Shape]:
    """The celestial axes of an image, and its rows and columns.

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
    name = os.fspath(path)
    try:
        if Path(name).exists() and not Path(name).is_file():
            raise GridError("this is a folder, a pipe or a device, not a file")  # noqa: TRY301
        return _select_image(read_file(name), hdu)
    except (GridError, ImageError) as error:
        raise GridError(f"{name}: {error}") from None


def _select_image(file: FitsFile, wanted: int | str | None) -> tuple[Wcs, Shape]:
    if not file.hdus:
        raise GridError(file.reason or "this is no FITS file that can be read")
    if wanted is not None:
        return _read_celestial(find_hdu(file, wanted))
    fault = GridError("no HDU holds an image")
    for hdu in file.hdus:
        if len(read_axes(hdu)) < 2:
            continue
        try:
            return _read_celestial(hdu)
        except GridError as error:
            fault = error
    raise fault


def _read_celestial(hdu: Hdu) -> tuple[Wcs, Shape]:
    axes = read_axes(hdu)
    if len(axes) < 2:
        raise GridError("the HDU holds no image of two axes")
    wcs = _read_wcs(hdu)
    if list_lookup_marks(dict(wcs.keywords)):
        raise GridError(
            "its distortion is a look-up table, which the header of a map cannot hold; "
            "give an image without it (drizzled)"
        )
    if len(wcs.sky_axes) != 2 or wcs.sky_axes[1] >= len(axes):
        raise GridError("more than two axes of the image move on the sky")
    columns, rows = (axes[axis] for axis in wcs.sky_axes)
    if columns < 2 or rows < 2:
        raise GridError(f"an image of {columns} by {rows} pixels gives no grid")
    celestial = _drop_other_axes(wcs)
    size = max(abs(number) for row in celestial.matrix for number in row)
    if size > _LARGEST:
        raise GridError(f"pixels of {size:.3g} degrees are no image of the sky")
    if celestial.system not in ("RA", "G"):
        first, second = celestial.types
        raise GridError(f"its axes {first} and {second} are not on the sky of the stars")
    return celestial, (rows, columns)


def _read_wcs(hdu: Hdu) -> Wcs:
    try:
        wcs = Wcs.from_header(hdu.header, sky_only=True)
    except WcsError as error:
        if hdu.header.value("CTYPE1") is not None:
            raise GridError(f"its world coordinates cannot be used: {error}") from None
        wcs = None
    if wcs is None or not wcs.is_celestial:
        raise GridError(
            "the image has no celestial world coordinates (CTYPE1, CTYPE2), so that nothing says "
            "which part of the sky it shows"
        )
    return wcs


def _drop_other_axes(wcs: Wcs) -> Wcs:
    """The same with the two celestial axes alone, which become axes 1 and 2."""
    if wcs.axes == 2:
        return wcs
    order = {axis + 1: number for number, axis in enumerate(wcs.sky_axes, 1)}
    kept: dict[str, object] = {}
    for name, value in wcs.keywords.items():
        root, i, j = parse_name(name, "")
        if root in _OF_AXES:
            if i in order:
                kept[f"{root}{order[i]}"] = value
        elif root in ("PC", "CD"):
            if i in order and j in order:
                kept[f"{root}{order[i]}_{order[j]}"] = value
        elif root in ("PV", "PS"):
            if i in order:
                kept[f"{root}{order[i]}_{j}"] = value
        elif root not in _OF_PIXELS:
            kept[name] = value
    return Wcs.from_header(kept, sky_only=True)
