"""The pixels of a map times a factor, as a stream that holds none of them."""

from __future__ import annotations

import numpy as np

from fitslint.model.file import Hdu
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.header import Header
from fitslint.pipeline.errors import PipelineError
from fitslint.products.errors import ProductError
from fitslint.products.write import build_image_cards
from fitslint.source.image import ImageError, PixelEncoding, read_encoding
from fitslint.syntax.scan_reader import Reader
from fitslint.syntax.write_hdu import close_header

_STRUCTURE_KEYWORDS = frozenset((
    "SIMPLE", "XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT", "GROUPS",
    "EXTEND", "INHERIT",
))  # fmt: skip
_PIXEL_KEYWORDS = frozenset((
    "BSCALE", "BZERO", "BLANK", "DATAMIN", "DATAMAX", "CHECKSUM", "DATASUM",
    "LENSNORM", "ZSRC", "DLSDS",
))  # fmt: skip


class ScaledImageStream:
    """A file of one image: that of an HDU, every value times a factor.

    Nothing is kept: the pixels that are asked for are read and multiplied then.

    Raises
    ------
    ProductError
        when the data unit of the image is not all there.
    """

    def __init__(self, base: Reader, hdu: Hdu, factor: float, path: str) -> None:
        self._base = base
        self._start = hdu.data_offset
        self._factor = factor
        self._path = path
        try:
            self._coding = read_encoding(hdu.header)
        except ImageError as error:
            raise PipelineError(str(error)) from None
        self._header = _build_primary_header(hdu.header, self._coding)
        rows, columns = (axis or 0 for axis in reversed(hdu.header.structure.axes))
        self._pixel_count = rows * columns
        self._filled_size = (
            len(self._header) + self._pixel_count * self._coding.output_type.itemsize
        )
        self.size: int | None = self._filled_size + -self._filled_size % BLOCK_SIZE
        self.fault: tuple[str, str] | None = None
        self._read_pixels(self._pixel_count - 1, self._pixel_count)

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``."""
        start, stop = len(self._header), min(offset + count, self.size or 0)
        parts = [self._header[offset:stop]]
        first, last = max(offset, start) - start, min(stop, self._filled_size) - start
        if first < last:
            size = self._coding.output_type.itemsize
            whole = self._read_pixels(first // size, -(-last // size))
            begin = first - first // size * size
            parts.append(whole[begin : begin + last - first])
        parts.append(bytes(max(stop - max(offset, self._filled_size), 0)))
        return b"".join(parts)

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there."""
        return offset == self.size

    def _read_pixels(self, first: int, last: int) -> bytes:
        size = self._coding.stored_type.itemsize
        wanted = (last - first) * size
        data = self._base.read_at(self._start + first * size, wanted)
        if len(data) < wanted:
            raise ProductError("the file ends within its pixels", path=self._path)
        with np.errstate(over="ignore", invalid="ignore"):
            values = self._coding.decode(data) * self._factor
            return values.astype(self._coding.output_type).tobytes()


def _build_primary_header(header: Header, coding: PixelEncoding) -> bytes:
    """The header of the image as a primary HDU, without what its new pixels make untrue."""
    columns, rows = header.structure.axes
    structure = build_image_cards(-8 * coding.output_type.itemsize, rows or 0, columns or 0)
    gone = _STRUCTURE_KEYWORDS | _PIXEL_KEYWORDS
    kept = [card.raw for card in header.cards if card.keyword not in gone]
    return close_header(b"".join([structure, *kept]))
