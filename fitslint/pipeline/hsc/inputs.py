"""The CCD images that are meant: files, or a folder of hscPipe and what ``--id`` selects of it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fitslint.hscpipe.identity import DataId
from fitslint.model.file import FitsFile, Hdu
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.selection import IdSelection, select
from fitslint.source.files import read_file
from fitslint.source.image import read_axes
from fitslint.syntax.dates import parse_date
from fitslint.wcs.compare import compile_celestial, find_icrs

_CCD_IMAGE = re.compile(r"CORR-(\d+)-(\d+)\.fits(\.gz|\.bz2|\.xz)?")
_ROUGH = "WCS-ORIG"
_DAYS = ("MJD-AVG", "MJD-OBS", "MJD-STR", "MJD")
YEAR_2000, MJD_2000, DAYS_OF_YEAR = 2000.0, 51544.5, 365.25
"""Of Julian years."""
Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CcdImage:
    """A CCD image as its headers tell of it.

    Attributes
    ----------
    corners : tuple of (float, float)
        right ascension and declination (ICRS, degrees) of the outer corners of the image.
    digest : str
        SHA-1 of the header that the corners come from.
    is_rough : bool
        whether the header says that its coordinates are an estimate of the telescope.
    disagreement : str
        in what the name of the file says another thing than the header; empty where they agree.
    shape : (int, int)
        pixels along both axes.
    grid : tuple of (float, float)
        positions of pixels that were asked for; empty where one of them has none.
    epoch : float, optional
        Julian year of the exposure.
    """

    path: str
    identity: DataId
    corners: tuple[Position, ...]
    digest: str
    is_rough: bool
    disagreement: str
    shape: tuple[int, int] = (0, 0)
    grid: tuple[Position, ...] = ()
    epoch: float | None = None


def find_images(
    sources: Sequence[str],
    selections: Sequence[IdSelection] = (),
    rerun: str | None = None,
) -> list[CcdImage]:
    """The images of files and folders that are selected, by path; only headers are read.

    Parameters
    ----------
    sources : sequence of str
        files, and roots of hscPipe, in which every ``CORR-*.fits`` is meant.
    selections : sequence of IdSelection
        those of ``--id``; none mean every image.
    rerun : str, optional
        the folder below ``rerun`` of a root.

    Raises
    ------
    HscError
        when a source is not there, a file has no image with celestial coordinates, or there is no
        image that is meant.
    """
    every = [read_ccd_image(path) for path in list_image_files(sources, rerun)]
    found = [image for image in every if select(selections, image.identity)]
    if not found:
        why = f"none of {len(every)} images is selected by --id" if every else "there are no images"
        raise HscError(f"{', '.join(sources)}: {why}")
    return found


def list_image_files(sources: Sequence[str], rerun: str | None = None) -> list[str]:
    """The files of :func:`find_images`, none of which is read.

    Raises
    ------
    HscError
        when a folder is not there.
    """
    return [path for source in sources for path in _list_files(source, rerun)]


def _list_files(source: str, rerun: str | None) -> Iterator[str]:
    path = Path(source)
    if not path.is_dir():
        yield source
        return
    root = path if rerun is None else path / "rerun" / rerun
    if not root.is_dir():
        raise HscError(f"{root}: there is no such folder")
    found = []
    for folder, _, names in os.walk(root):
        found += [f"{folder}/{name}" for name in names if _CCD_IMAGE.fullmatch(name)]
    yield from sorted(found)


def read_ccd_image(path: str, samples: Sequence[Position] = ()) -> CcdImage:
    """What the headers of a file tell of its image.

    Parameters
    ----------
    samples : sequence of (float, float)
        pixels counted from 1 whose positions are wanted.

    Raises
    ------
    HscError
        when it cannot be read, or has no image with celestial coordinates.
    """
    file = read_file(path)
    if not file.hdus:
        raise HscError(f"{path}: cannot be read: {file.reason or 'this is no FITS file'}")
    hdu = _find_image(file)
    if hdu is not None and hdu.header.end is None:
        raise HscError(f"{path}: HDU {hdu.number} has no END card: its header is cut off")
    corners = None if hdu is None else _find_corners(hdu)
    if hdu is None or corners is None:
        raise HscError(f"{path}: holds no image with celestial coordinates")
    identity = DataId.from_header(file.hdus[0].header)
    if identity.visit is None:
        identity = DataId.from_header(hdu.header)
    rough = any((each.header.string(_ROUGH) or "").startswith("Rough") for each in file.hdus)
    digest = hashlib.sha1(hdu.header.raw, usedforsecurity=False).hexdigest()
    right, top = read_axes(hdu)
    wrong = _compare_name(path, identity)
    grid = _place_pixels(hdu, samples)
    epoch = _find_epoch(file)
    return CcdImage(path, identity, corners, digest, rough, wrong, (right, top), grid, epoch)


def compute_mean_epoch(images: Iterable[CcdImage]) -> float | None:
    """The mean of the Julian years that images tell; None where none does."""
    told = [image.epoch for image in images if image.epoch is not None]
    return sum(told) / len(told) if told else None


def _find_epoch(file: FitsFile) -> float | None:
    """When the file says that it was exposed; to the day, which is enough for proper motions."""
    for header in (hdu.header for hdu in file.hdus):
        date = parse_date((header.string("DATE-OBS") or "").rstrip(" "))
        found = [*map(header.number, _DAYS), date.mjd if date else None]
        mjd = next((mjd for mjd in found if mjd is not None and mjd > 0), None)
        if mjd is not None:
            return YEAR_2000 + (mjd - MJD_2000) / DAYS_OF_YEAR
    return None


def _find_image(file: FitsFile) -> Hdu | None:
    """The HDU that is called IMAGE, else the first with celestial coordinates."""
    for hdu in file.hdus:
        names = (hdu.header.string("EXTTYPE"), hdu.header.string("EXTNAME"))
        if "IMAGE" in [name.strip() for name in names if name] and read_axes(hdu):
            return hdu
    return next((hdu for hdu in file.hdus if _find_corners(hdu) is not None), None)


def _find_corners(hdu: Hdu) -> tuple[Position, ...] | None:
    axes = read_axes(hdu)
    if len(axes) != 2 or min(axes) <= 0:
        return None
    (right, top) = axes[0] + 0.5, axes[1] + 0.5
    return _place_pixels(hdu, ((0.5, 0.5), (right, 0.5), (right, top), (0.5, top))) or None


def _place_pixels(hdu: Hdu, pixels: Sequence[Position]) -> tuple[Position, ...]:
    """Positions of pixels, counted from 1; none where one of them has none."""
    wcs = compile_celestial(hdu.header)
    if wcs is None or wcs.sky_axes[:2] != (0, 1):
        return ()
    found = [find_icrs(wcs, pixel) for pixel in pixels]
    return tuple(position for position in found if position) if all(found) else ()


def _compare_name(path: str, identity: DataId) -> str:
    match = _CCD_IMAGE.fullmatch(Path(path).name)
    if match is None:
        return ""
    named = {"visit": int(match[1]), "ccd": int(match[2])}
    wrong = [
        f"{key} {number}, the header {told}"
        for key, number in named.items()
        if (told := getattr(identity, key)) is not None and told != number
    ]
    return f"the name says {' and '.join(wrong)}" if wrong else ""
