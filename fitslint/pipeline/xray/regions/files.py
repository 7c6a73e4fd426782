"""Region files of a map of bins, and region files in other coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fitslint.model.header import Header
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.regions.boxes import cover_pixels
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.parse import SIZE_MAX, parse_regions
from fitslint.pipeline.xray.regions.shapes import Frame, Shape
from fitslint.pipeline.xray.regions.write import format_regions
from fitslint.source.image import Image

SUFFIXES = {"sexagesimal": "_sex", "degrees": "_deg", "physical": "_phys"}
"""Ends of the names of region files in other coordinates."""


def find_origin(header: Header) -> tuple[float, float, float]:
    """Physical coordinates of the lower left corner of an image, and the size of its pixels.

    Raises
    ------
    XrayError
        when the header does not tell them, or pixels are not square.
    """
    grid = ImageGrid(header)
    x, y = grid.find_position(0.5, 0.5, "physical")
    (width, _), (_, height) = grid.physical.matrix[0][:2], grid.physical.matrix[1][:2]
    if not width > 0 or abs(width - height) > 1e-6 * width:
        raise XrayError("pixels are not square in physical coordinates: say --minx, --miny, --bin")
    return x, y, width


def list_bin_shapes(
    binmap: Image, origin: tuple[float, float, float]
) -> Iterator[tuple[int, list[Shape]]]:
    """The boxes of every bin in physical coordinates, by its number.

    Parameters
    ----------
    binmap : Image
        numbers from 0; negative ones are outside.
    origin : (float, float, float)
        the lower left corner, and the size of a pixel.
    """
    left, bottom, size = origin
    pixels = np.nan_to_num(binmap.values, nan=-1.0).astype(np.int64)
    for number in range(int(pixels.max(initial=-1)) + 1):
        boxes = cover_pixels(pixels == number)
        yield number, [
            Shape(
                "box",
                (
                    left + size * (column + width / 2), bottom + size * (row + height / 2),
                    size * width, size * height, 0.0,
                ),
            )
            for column, row, width, height in boxes
        ]  # fmt: skip


def write_bin_regions(
    binmap: Image, folder: Path, origin: tuple[float, float, float] | None = None
) -> list[Path]:
    """A region file ``xaf_N.reg`` for every bin of a map, in physical coordinates.

    Raises
    ------
    XrayError
        when the header does not tell where the pixels are and ``origin`` is not given.
    OSError
        when a file cannot be written.
    """
    origin = origin or find_origin(binmap.header)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, shapes in list_bin_shapes(binmap, origin):
        path = folder / f"xaf_{number}.reg"
        write_atomic(path, format_regions(shapes).encode())
        written.append(path)
    return written


def read_regions(path: str | Path) -> list[Shape]:
    """The shapes of a region file.

    Raises
    ------
    XrayError
        when it cannot be read, or is no region file.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(SIZE_MAX + 1)
    except OSError as error:
        raise XrayError(f"{name}: {error.strerror or error}") from None
    if len(data) > SIZE_MAX or b"\0" in data:
        raise XrayError(f"{name}: this is no region file")
    return parse_regions(data.decode("utf-8", "replace"), name)


def convert_region_file(path: Path, grid: ImageGrid, output: Path, form: str) -> None:
    """Write the shapes of a region file in other coordinates.

    Parameters
    ----------
    form : {"sexagesimal", "degrees", "physical"}
        the coordinates of the new file.

    Raises
    ------
    XrayError
        when the file cannot be read, or a region has no place on the image.
    OSError
        when the new file cannot be written.
    """
    frame: Frame = "physical" if form == "physical" else grid.written_frame
    try:
        shapes = [grid.convert(shape, frame) for shape in read_regions(path)]
    except XrayError as error:
        sentence = str(error).removeprefix(f"{path}, ").removeprefix(f"{path}: ")
        raise XrayError(f"{path}: {sentence}") from None
    write_atomic(output, format_regions(shapes, sexagesimal=form == "sexagesimal").encode())
