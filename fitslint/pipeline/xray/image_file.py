"""Images in, and images that take the cards of another one out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.value import Value
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.errors import XrayError
from fitslint.products.conform import conform
from fitslint.products.result import ConformResult
from fitslint.products.write import build_image_cards
from fitslint.source.image import Image, ImageError, read_image
from fitslint.syntax.write_cards import write_card

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


def write_like(
    path: Path,
    pixels: NDArray[Any],
    kind: str,
    header: Header,
    changed: Mapping[str, Value] | None = None,
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
    **facts
        as for :func:`fitslint.conform`.

    Raises
    ------
    ProductError
        when they contradict the header.
    OSError
        when the file cannot be written.
    """
    data = pixels.tobytes()
    stream = _build_header(pixels, header, changed or {}) + data + bytes(-len(data) % BLOCK_SIZE)
    result = conform(stream, kind, **facts)
    write_atomic(path, result.data or stream)
    return replace(result, path=str(path))


def _build_header(
    pixels: NDArray[Any], header: Header, changed: Mapping[str, Value]
) -> bytes:
    bitpix = pixels.dtype.itemsize * 8 * (-1 if pixels.dtype.kind == "f" else 1)
    rows, columns = pixels.shape
    cards = build_image_cards(bitpix, rows, columns) + b"".join(_copy_cards(header, changed))
    text = cards + b"END".ljust(CARD_SIZE)
    return text.ljust(len(text) + -len(text) % BLOCK_SIZE)


def _copy_cards(header: Header, changed: Mapping[str, Value]) -> Iterator[bytes]:
    """The cards of an image that hold for what is made of it, as they stand there."""
    is_kept, left = True, dict(changed)
    for card in header.cards:
        if card.keyword != "CONTINUE":
            is_kept = bool(card.raw.strip()) and not _OF_THE_INPUT.fullmatch(card.keyword)
            if card.keyword in changed:
                is_kept = False
                if card.keyword in left:
                    yield from write_card(card.keyword, left.pop(card.keyword), card.comment or "")
        if is_kept:
            yield card.raw
    for keyword, value in left.items():
        yield from write_card(keyword, value)


def convert_to_float(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Pixels as they stand in a file."""
    return np.ascontiguousarray(pixels, ">f4")
