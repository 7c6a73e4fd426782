"""Images in, and images that take the cards of another one out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.model.value import Value
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.errors import XrayError, name_product
from fitslint.products.conform import conform
from fitslint.products.result import ConformResult
from fitslint.products.write import build_image_cards
from fitslint.source.image import Image, ImageError, open_fits, read_image
from fitslint.syntax.write_cards import write_card
from fitslint.syntax.write_hdu import close_header, fill_block

PIXELS_MAX = 1 << 26
"""Pixels of an image: 8192 squared."""
_OF_THE_INPUT = re.compile(
    r"SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|END|BSCALE|BZERO|BLANK|BUNIT"
    r"|DATAMIN|DATAMAX|CHECKSUM|DATASUM|EXTNAME|EXTVER|EXTLEVEL|INHERIT|DATE|CREATOR|PRODUCT"
    r"|CONTINUE|Z(IMAGE|TABLE|SIMPLE|TENSION|BITPIX|NAXIS\d*|TILE\d+|CMPTYPE|NAME\d+|VAL\d+"
    r"|QUANTIZ|DITHER0|BLANK|SCALE|ZERO|MASKCMP|EXTEND|BLOCKED|PCOUNT|GCOUNT|HECKSUM|DATASUM)"
    r"|T(FORM|TYPE|UNIT|DIM|NULL|SCAL|ZERO|DISP)\d+|TFIELDS|THEAP|HDUCLAS[2-9]|CONTENT"
)
"""Cards that speak of the array of the image that others are made of."""
OF_THE_FLUX = ("EXPCUT", "FLUXSCAL")
"""Keywords of a flux image that do not hold for its mask, nor for its bins."""
_REFERENCE = re.compile(r"(\d?)DSREF(\d{1,2})")
_FILTER_ROOTS = ("DSTYP", "DSVAL", "DSFORM", "DSUNIT", "DSREF")
_GOOD_TIMES_MAX = 1 << 24
"""Bytes of a table of good times; a longer one is none."""


def read_pixels(path: str) -> Image:
    """An image of two axes.

    Raises
    ------
    XrayError
        when it is none, or cannot be read.
    """
    try:
        return read_image(path, axes=2, max_pixels=PIXELS_MAX)
    except ImageError as error:
        raise XrayError(f"{path}: {error}") from None


def read_good_times(path: str) -> bytes:
    """The good time intervals behind an image, as they stand in its file.

    Raises
    ------
    XrayError
        when the file cannot be read.
    """
    try:
        with open_fits(path) as (reader, file):
            return b"".join(
                reader.read_at(hdu.header.offset, hdu.data_offset - hdu.header.offset)
                + fill_block(reader.read_at(hdu.data_offset, hdu.data_bytes or 0))
                for hdu in file.hdus[1:]
                if (hdu.header.string("EXTNAME") or "").strip().upper().startswith("GTI")
                and (hdu.data_bytes or 0) <= _GOOD_TIMES_MAX
            )
    except ImageError as error:
        raise XrayError(f"{path}: {error}") from None


def write_like(
    path: Path,
    pixels: NDArray[Any],
    kind: str,
    header: Header,
    *,
    changed: Mapping[str, Value] | None = None,
    tables: bytes = b"",
    without: Collection[str] = (),
    **facts: Any,
) -> ConformResult:
    """Write an image with the cards of another one, and those of its kind.

    Parameters
    ----------
    path : Path
        the file; one that is there is replaced.
    pixels : ndarray
        big-endian; rows by columns.
    kind : str
        of the product.
    header : Header
        of the other image.
    changed : mapping of str to value, optional
        what its cards say now, by keyword.
    tables : bytes
        HDUs that follow; without them the filters that refer to such a table are left out.
    without : collection of str
        keywords that do not hold for the new image.
    **facts
        as for :func:`fitslint.conform`.

    Raises
    ------
    ProductError
        when they contradict the header.
    OSError
        when the file cannot be written.
    """
    left_out = {*without, *(() if tables else _list_table_filters(header))}
    told = _build_header(pixels, header, changed or {}, left_out)
    stream = told + fill_block(pixels.tobytes()) + tables
    with name_product(path):
        result = conform(stream, kind, hdu=1, **facts)
    write_atomic(path, result.data or stream)
    return replace(result, path=str(path))


def _build_header(
    pixels: NDArray[Any], header: Header, changed: Mapping[str, Value], left_out: set[str]
) -> bytes:
    bitpix = pixels.dtype.itemsize * 8 * (-1 if pixels.dtype.kind == "f" else 1)
    rows, columns = pixels.shape
    cards = b"".join(_copy_cards(header, changed, left_out))
    return close_header(build_image_cards(bitpix, rows, columns) + cards)


def _list_table_filters(header: Header) -> Iterator[str]:
    """Keywords of filters of the data subspace that refer to a table of the same file."""
    for name in header.names:
        match = _REFERENCE.fullmatch(name)
        if match is not None and (header.string(name) or "").startswith(":"):
            yield from (f"{match[1]}{root}{match[2]}" for root in _FILTER_ROOTS)


def _copy_cards(
    header: Header, changed: Mapping[str, Value], left_out: set[str]
) -> Iterator[bytes]:
    """The cards of an image that hold for what is made of it, as they stand there."""
    is_kept, left = True, dict(changed)
    for card in header.cards:
        keyword = card.keyword
        if keyword != "CONTINUE":
            is_kept = bool(card.raw.strip()) and not (
                _OF_THE_INPUT.fullmatch(keyword) or keyword in left_out or keyword in changed
            )
        if keyword in left:
            yield from write_card(keyword, left.pop(keyword), card.comment)
        if is_kept:
            yield card.raw
    for keyword, value in left.items():
        yield from write_card(keyword, value)


def convert_to_float(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Pixels as they stand in a file."""
    return np.ascontiguousarray(pixels, ">f4")
