"""Writing a product: an array in, a file that conforms out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.products.errors import ProductError
from fitslint.products.kinds import ProductKind, find_product_kind
from fitslint.products.output_file import write_stream
from fitslint.products.prepare import build_result, prepare_product
from fitslint.products.result import ConformResult
from fitslint.products.user_facts import parse_facts
from fitslint.syntax.write_cards import write_card

_INTEGER_MAX = 2**31 - 1


class _ArrayStream:
    """A bare header and the pixels behind it, as a stream; the pixels are never copied whole."""

    def __init__(self, header: bytes, pixels: NDArray[Any]) -> None:
        self._header = header
        self._pixels = pixels.reshape(-1).view(np.uint8).data
        self._used_size = len(header) + self._pixels.nbytes
        self.size: int | None = self._used_size + -self._used_size % BLOCK_SIZE
        self.fault: tuple[str, str] | None = None

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``."""
        start = len(self._header)
        stop = min(offset + count, self.size or 0)
        parts = [
            self._header[offset:stop],
            bytes(self._pixels[max(offset - start, 0) : max(stop - start, 0)]),
        ]
        parts.append(bytes(max(stop - max(offset, self._used_size), 0)))
        return b"".join(parts)

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there."""
        return offset == self.size


def write_product(
    path: str | os.PathLike[str],
    data: ArrayLike,
    product: str,
    *,
    overwrite: bool = False,
    grid_cards: Mapping[str, str | float] | None = None,
    **facts: object,
) -> ConformResult:
    """Write a map as a product: a big-endian image in the primary HDU, conformed and checked.

    Pixels are float32 (int32 for maps of bins). The file appears complete or not at all.

    Parameters
    ----------
    path : str or path
        the file; its folders are made. One whose name ends in ``.gz`` is packed.
    data : array_like
        rows by columns, the first row being the southernmost of a map with north up.
    product : str
        as for :func:`fitslint.conform`.
    overwrite : bool
        whether an existing file may go.
    grid_cards : mapping of str to str or float, optional
        world coordinates by keyword, as a grid tells them.
    **facts
        as for :func:`fitslint.conform`.

    Returns
    -------
    ConformResult
        ``problems`` tells when the pixels are of no use (all zero, all NaN); they are written.

    Raises
    ------
    ProductError
        when something that the product needs is not known, facts contradict each other, the header
        would have an error, or the file cannot be written; no file is made then.
    TypeError
        when there is no such fact.
    """
    kind, name = find_product_kind(product), os.fspath(path)
    if not overwrite and os.path.lexists(name):
        raise ProductError("there is such a file already; say overwrite", path=name)
    grid = dict(grid_cards or {})
    for keyword in grid.keys() & facts.keys():
        if facts[keyword] is not None and grid[keyword] != facts[keyword]:
            raise ProductError(
                f"the grid has {keyword} {grid[keyword]!r} and {facts[keyword]!r} is given",
                path=name,
            )
    known = parse_facts(kind, {**grid, **facts})
    pixels = _convert_pixels(kind, data, name)
    stream = _ArrayStream(_build_header(pixels), pixels)
    draft = prepare_product(stream, kind, known, 1, path=name.removesuffix(".gz"))
    result = replace(build_result(kind, draft, is_new=True), path=name)
    if result.unknown:
        result.raise_for_errors()
    for error in result.report.errors:
        raise ProductError(f"the header would not conform: {error.code} {error.message}", path=name)
    return replace(result, written=write_stream(draft.after.stream, name, overwrite=overwrite))


def _convert_pixels(kind: ProductKind, data: ArrayLike, path: str) -> NDArray[Any]:
    """The array as it stands in the file: one copy, of half the size of float64."""
    array = np.asarray(data)
    if array.ndim != 2 or not array.size or array.dtype.kind not in "fiub":
        said = " x ".join(map(str, array.shape)) or "a number"
        raise ProductError(
            f"a {kind.name} map is a two-dimensional array of numbers, not {said} of {array.dtype}",
            path=path,
        )
    if not kind.is_integer:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.ascontiguousarray(array, ">f4")
    if array.dtype.kind == "f" and not np.array_equal(array, np.trunc(array)):
        raise ProductError(f"a {kind.name} map holds whole numbers", path=path)
    if max(abs(float(array.min())), abs(float(array.max()))) > _INTEGER_MAX:
        raise ProductError(f"a {kind.name} map holds numbers of 32 bits", path=path)
    return np.ascontiguousarray(array, ">i4")


def _build_header(pixels: NDArray[Any]) -> bytes:
    """The header of an image that says nothing but its size."""
    cards = build_image_cards(-32 if pixels.dtype.kind == "f" else 32, *pixels.shape)
    return (cards + b"END".ljust(CARD_SIZE)).ljust(BLOCK_SIZE)


def build_image_cards(bitpix: int, rows: int, columns: int) -> bytes:
    """The mandatory cards of an image in a primary HDU (FITS 4.0, section 4.4.1.1)."""
    cards = (
        ("SIMPLE", True, "file conforms to the FITS standard"),
        ("BITPIX", bitpix, "bits of a pixel"),
        ("NAXIS", 2, "number of axes"),
        ("NAXIS1", columns, "length of axis 1"),
        ("NAXIS2", rows, "length of axis 2"),
    )
    return b"".join(b"".join(write_card(*card)) for card in cards)
