"""Step 6: point sources taken out of an image, which is cut to the field that is analysed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.pipeline.xray.crop.window import PixelWindow
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import (
    OF_THE_FLUX,
    convert_to_float,
    read_good_times,
    read_pixels,
    write_like,
)
from fitslint.pipeline.xray.regions.files import read_regions
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.masks import Mask, draw_regions
from fitslint.products.result import ConformResult

DEFAULT_PRODUCT = "xray-flux"
_PRODUCTS = ("xray-counts", "xray-exposure", "xray-flux")


@dataclass(frozen=True, slots=True)
class CropRequest:
    """What is taken out of an image, and where the rest goes.

    Attributes
    ----------
    image : str
        FITS file.
    output : Path
        the new image; what is outside is 0 in it, as dmcopy has it.
    exclude : sequence of str
        region files of what is taken out.
    include : str, optional
        region file of what is kept; the image is cut to the rectangle around it.
    exposure : str, optional
        exposure map; pixels without exposure are left out.
    mask : Path, optional
        where an image goes that is 1 in the pixels that are left, and 0 outside.
    product : str, optional
        kind of the image, where its header does not tell it.
    facts : mapping
        what the headers need and the image does not tell, as for :func:`fitslint.conform`.
    """

    image: str
    output: Path
    exclude: Sequence[str] = ()
    include: str | None = None
    exposure: str | None = None
    mask: Path | None = None
    product: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CropResult:
    """The pixels that are left of all, and the files that were written."""

    pixels: int
    shape: tuple[int, int]
    images: tuple[ConformResult, ...]

    @property
    def ok(self) -> bool:
        """Whether every image conforms."""
        return all(image.ok for image in self.images)


def crop_image(request: CropRequest) -> CropResult:
    """Take regions out of an image and cut it to another.

    A pixel lies in a region when its centre does. Undefined pixels are left out as well.

    Raises
    ------
    XrayError
        when a file cannot be read, a region has no place on the image, or no pixel is left.
    ProductError
        when what is known contradicts the header of the image.
    OSError
        when a file cannot be written.
    """
    image = read_pixels(request.image)
    header, values = image.header, image.values
    kept = select_pixels(request, header, values)
    window = _find_window(request, header, kept)
    changed = window.list_changes(header) if request.include is not None else {}
    part, inside = values[window.slices], kept[window.slices]
    request.output.parent.mkdir(parents=True, exist_ok=True)
    kind = request.product or _find_kind(header)
    shared: dict[str, Any] = {
        "changed": changed, "tables": read_good_times(request.image),
        "history": tuple(_describe(request)), **request.facts,
    }  # fmt: skip
    pixels = convert_to_float(np.where(inside, part, 0.0))
    written = [write_like(request.output, pixels, kind, header, unit=_find_unit(header), **shared)]
    if request.mask is not None:
        flags = np.ascontiguousarray(inside, ">i2")
        told = {name: value for name, value in shared.items() if name not in OF_THE_FLUX}
        written.append(
            write_like(request.mask, flags, "xray-mask", header, without=OF_THE_FLUX, **told)
        )
    return CropResult(int(inside.sum()), (window.rows, window.columns), tuple(written))


def select_pixels(request: CropRequest, header: Header, values: NDArray[np.float64]) -> Mask:
    """Pixels that are defined, in the region that is kept and in none that is taken out.

    Raises
    ------
    XrayError
        when none is left, or a region has no place on the image.
    """
    kept: Mask = np.isfinite(values)
    grid = ImageGrid(header)
    rows, columns = values.shape
    if request.exposure is not None:
        kept &= _find_exposed(request.exposure, (rows, columns))
    for path in request.exclude:
        kept &= ~draw_file(path, grid, (rows, columns))
    if request.include is not None:
        kept &= draw_file(request.include, grid, (rows, columns), is_needed=True)
    if not kept.any():
        raise XrayError(
            f"{request.image}: no pixel is left: all are undefined or masked by "
            f"{', '.join(_list_regions(request)) or 'nothing else'}"
        )
    return kept


def _find_exposed(path: str, shape: tuple[int, int]) -> Mask:
    exposure = read_pixels(path).values
    if exposure.shape != shape:
        raise XrayError(f"{path}: has another shape than the image")
    found: Mask = exposure > 0
    return found


def draw_file(
    path: str, grid: ImageGrid, shape: tuple[int, int], *, is_needed: bool = False
) -> Mask:
    """The pixels inside the regions of a file; none where it holds none.

    Raises
    ------
    XrayError
        when a region has no place on the image, or there has to be one and is none.
    """
    regions = read_regions(path)
    if not regions:
        if is_needed:
            raise XrayError(f"{path}: there is no region in it")
        return np.zeros(shape, np.bool_)
    try:
        return draw_regions([grid.convert(region, "image") for region in regions], shape)
    except XrayError as error:
        raise XrayError(f"{path}: {error}") from None


def _find_window(request: CropRequest, header: Header, kept: Mask) -> PixelWindow:
    """All of the image, or the rectangle around the region, its holes included."""
    if request.include is None:
        return PixelWindow(0, 0, kept.shape[1], kept.shape[0])
    rows, columns = kept.shape
    return PixelWindow.around(draw_file(request.include, ImageGrid(header), (rows, columns)))


def _find_kind(header: Header) -> str:
    told = str(header.value("PRODUCT")).strip()
    return told if told in _PRODUCTS else DEFAULT_PRODUCT


def _find_unit(header: Header) -> str | None:
    unit = header.value("BUNIT")
    return unit.strip() if isinstance(unit, str) and unit.strip() else None


def _list_regions(request: CropRequest) -> list[str]:
    return [path for path in (*request.exclude, request.include, request.exposure) if path]


def _describe(request: CropRequest) -> Iterator[str]:
    for path in request.exclude:
        yield f"without the regions of {Path(path).name}"
    if request.include is not None:
        yield f"cut to the region of {Path(request.include).name}"
