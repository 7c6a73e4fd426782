"""How a compressed image is cut into tiles (FITS 4.0 section 10.1)."""

from __future__ import annotations

from fitslint.model.header import Header
from fitslint.model.records import dataclass

_AXES_MAX = 999
RICE_BLOCK = 32
_RICE_BYTES = 4
"""What the parameters of Rice are where the header is silent (table 37)."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """How an image is cut into tiles."""

    lengths: tuple[int, ...]
    """Of the image, the first axis first."""
    tile: tuple[int, ...]
    algorithm: str
    value_bytes: int
    """Of one pixel of the image."""
    block: int
    """Pixels that Rice packs together."""
    rice_bytes: int
    """Of a pixel that Rice packs; of real ones they are those of the integers they became."""

    @property
    def counts(self) -> tuple[int, ...]:
        """Tiles along every axis."""
        return tuple(-(-n // size) for n, size in zip(self.lengths, self.tile, strict=True))

    def count_pixels(self, row: int) -> int:
        """Pixels of the tile in a row of the table, counted from 0; 0 beyond the last."""
        pixels = 1
        for length, size, count in zip(self.lengths, self.tile, self.counts, strict=True):
            row, place = divmod(row, count)
            pixels *= min(size, length - place * size)
        return 0 if row else pixels


def read_tiling(header: Header) -> Tiling | None:
    """How the header of a compressed image says that it is cut; None where it does not."""
    count, bitpix = header.value("ZNAXIS"), header.value("ZBITPIX")
    algorithm = header.string("ZCMPTYPE")
    if type(count) is not int or not 0 < count <= _AXES_MAX or algorithm is None:
        return None
    if bitpix not in (8, 16, 32, 64, -32, -64) or type(bitpix) is not int:
        return None
    lengths, tile = [], []
    for axis in range(1, count + 1):
        length = header.value(f"ZNAXIS{axis}")
        size = header.value(f"ZTILE{axis}") if f"ZTILE{axis}" in header else None
        if size is None:
            size = length if axis == 1 else 1
        if type(length) is not int or type(size) is not int or length < 1 or size < 1:
            return None
        lengths.append(length)
        tile.append(min(size, length))
    return Tiling(
        tuple(lengths),
        tuple(tile),
        algorithm.strip(),
        abs(bitpix) // 8,
        _find_parameter(header, "BLOCKSIZE") or RICE_BLOCK,
        _find_parameter(header, "BYTEPIX") or _RICE_BYTES,
    )


def _find_parameter(header: Header, name: str) -> int | None:
    """A parameter of the algorithm: ZVALn beside its ZNAMEn."""
    for number, card in header.map_indices("ZNAME").items():
        if str(card.value).strip().upper() == name:
            value = header.value(f"ZVAL{number}")
            return value if type(value) is int and value > 0 else None
    return None
