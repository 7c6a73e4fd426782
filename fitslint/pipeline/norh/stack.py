"""Stacks: images of one kind in order of time, as files or as a cube with a table of times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.clock import parse_time
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.image import SIZE_MAX, SolarImage, describe_image, read_solar_image
from fitslint.source.image import ImageError
from fitslint.source.image import read_image as read_fits_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMES = "TIMES"
"""EXTNAME of the table of times."""


def read_images(path: str, *, force: bool = False) -> Iterator[SolarImage]:
    """The image of a file, or those of a stack one after the other.

    Raises
    ------
    NorhError
        when it holds neither.
    """
    try:
        image = read_solar_image(path, force=force)
    except NorhError:
        try:
            cube = read_fits_image(path, axes=3, max_pixels=SIZE_MAX)
        except ImageError:
            cube = None
        if cube is None:
            raise
    else:
        yield image
        return
    times = _read_times(path, len(cube.values))
    for values, (middle, exposure) in zip(cube.values, times, strict=True):
        image = describe_image(path, cube.header, values, force=force)
        half = timedelta(seconds=exposure / 2)
        yield replace(image, start=middle - half, middle=middle, end=middle + half)


def _read_times(path: str, count: int) -> list[tuple[datetime, float]]:
    """Middle and seconds of the integration of every plane."""
    import warnings

    from astropy.io import fits

    try:
        with warnings.catch_warnings(action="ignore"), fits.open(path, memmap=False) as file:
            table = file[TIMES]
            begin = parse_time(str(table.header["DATEREF"]))
            columns: list[NDArray[np.float64]] = [
                np.array(table.data[name], np.float64) for name in ("TIME", "EXPOSURE")
            ]
            pairs = list(zip(*(column.tolist() for column in columns), strict=True))
            found = [(begin + timedelta(seconds=time), length) for time, length in pairs]
    except Exception as error:  # astropy raises whatever its reader runs into
        said = " ".join(str(error).split())[:120]
        raise NorhError(
            f"the table of times of the stack cannot be read: {said}", path=path
        ) from None
    if len(found) != count:
        raise NorhError(f"the stack has {count} images and {len(found)} times", path=path)
    return found


def require_stack(images: Sequence[SolarImage]) -> None:
    """Refuse images that make no stack: of one frequency, shape and size of pixels.

    Raises
    ------
    NorhError
        when there are less than two, two of one time, or one differs from the first; it is named.
    """
    if len(images) < 2:
        raise NorhError("a stack is of two images or more")
    first = images[0]
    for image in images[1:]:
        for said, mine, theirs in (
            ("frequency and polarisation", image.kind, first.kind),
            ("shape", image.values.shape, first.values.shape),
            ("size of a pixel", (image.x.step, image.y.step), (first.x.step, first.y.step)),
            ("unit", image.unit, first.unit),
        ):
            if mine != theirs:
                raise NorhError(
                    f"the {said} is {_join(mine)}, that of {first.path} {_join(theirs)}; a stack "
                    "is of one kind",
                    path=image.path,
                )
    times: dict[datetime, str] = {}
    for image in images:
        if image.middle in times:
            said = f"is of the same time as {times[image.middle]}; a stack has every time once"
            raise NorhError(said, path=image.path)
        times[image.middle] = image.path


def _join(words: object) -> str:
    return " x ".join(map(str, words)) if isinstance(words, tuple) else repr(words)
