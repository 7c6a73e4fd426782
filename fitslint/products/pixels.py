"""Pixels of a map: what they sum to, and the states in which a map is of no use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.file import Hdu
from fitslint.model.header import Header
from fitslint.products.kinds import ProductKind
from fitslint.source.image import PIXEL_TYPES, read_blank
from fitslint.syntax.scan_reader import Reader

Array = NDArray[Any]
_BLOCK_SIZE = 1 << 22
_MODULUS = 2**32 - 1
_SHAPES = ("not-2d", "shape")


@dataclass(frozen=True, slots=True)
class PixelProblem:
    """A state in which a map is of no use: a name, and the sentence that says so."""

    name: str
    sentence: str

    @property
    def is_of_shape(self) -> bool:
        """Whether what was given is no map at all, and its header stays as it is."""
        return self.name in _SHAPES

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}"


@dataclass(slots=True)
class PixelStatistics:
    """What is known of the pixels of a map.

    Attributes
    ----------
    total : int
        the sum of the 32-bit words of the data unit (FITS 4.0, appendix J).
    count, undefined, infinite : int
        numbers of pixels: all, NaN or BLANK, and infinite ones.
    minimum, maximum : float
        of the finite ones; inf and -inf where there is none.
    complete : bool
        whether the data unit is all there.
    """

    word_sum: int = 0
    count: int = 0
    undefined: int = 0
    infinite: int = 0
    minimum: float = float("inf")
    maximum: float = float("-inf")
    complete: bool = True

    @property
    def datasum(self) -> str:
        """The value of DATASUM."""
        return str(self.word_sum % _MODULUS or (_MODULUS if self.word_sum else 0))

    def add(self, values: Array, blank: int | None = None) -> None:
        """Count some more pixels."""
        self.count += values.size
        if values.dtype.kind == "f":
            finite = values[np.isfinite(values)]
            nan = int(np.count_nonzero(np.isnan(values)))
            self.undefined += nan
            self.infinite += values.size - finite.size - nan
        else:
            finite = values if blank is None else values[values != blank]
            self.undefined += values.size - finite.size
        if finite.size:
            self.minimum = min(self.minimum, float(finite.min()))
            self.maximum = max(self.maximum, float(finite.max()))


def measure_stream(reader: Reader, hdu: Hdu) -> PixelStatistics:
    """The pixels of an image HDU, read in blocks."""
    found = PixelStatistics()
    structure, length = hdu.header.structure, hdu.data_bytes or 0
    kind = np.dtype(PIXEL_TYPES.get(structure.bitpix or 0, ">u1"))
    blank = read_blank(hdu.header)
    for data in _read_blocks(reader, hdu.data_offset, length):
        found.word_sum += sum_words(data)
        found.add(np.frombuffer(data[: len(data) - len(data) % kind.itemsize], kind), blank)
    found.complete = found.count * kind.itemsize == length
    _apply_scaling(found, hdu.header)
    return found


def measure_array(values: Array) -> PixelStatistics:
    """The pixels of an array in memory; what they sum to is not told."""
    found = PixelStatistics()
    flat = values.reshape(-1) if values.flags.c_contiguous else values
    rows = max(1, _BLOCK_SIZE // max(1, flat[:1].nbytes))
    for start in range(0, len(flat), rows):
        found.add(flat[start : start + rows])
    return found


def _read_blocks(reader: Reader, offset: int, length: int) -> Iterator[bytes]:
    for start in range(0, length, _BLOCK_SIZE):
        data = reader.read_at(offset + start, min(_BLOCK_SIZE, length - start))
        if not data:
            return
        yield data


def sum_words(data: bytes | memoryview) -> int:
    """The sum of the 32-bit words; a last word that is cut has zeros."""
    whole = len(data) - len(data) % 4
    total = int(np.frombuffer(data[:whole], ">u4").sum(dtype=np.uint64))
    rest = bytes(data[whole:])
    return total + int.from_bytes(rest.ljust(4, b"\0") if rest else b"", "big")


def _apply_scaling(found: PixelStatistics, header: Header) -> None:
    """BSCALE and BZERO, of which only the ends of the range feel anything."""
    factor, zero = header.number("BSCALE"), header.number("BZERO")
    if found.minimum > found.maximum or (factor is None and zero is None):
        return
    ends = [
        (1.0 if factor is None else factor) * end + (zero or 0.0)
        for end in (found.minimum, found.maximum)
    ]
    found.minimum, found.maximum = min(ends), max(ends)


def find_pixel_problems(
    kind: ProductKind, axes: Iterable[int], pixels: PixelStatistics
) -> list[PixelProblem]:
    """What makes a map of this kind useless.

    Parameters
    ----------
    axes : iterable of int
        NAXIS1, NAXIS2 and so on.
    """
    if kind.is_table:
        return []
    return [*_find_shape_problems(kind, list(axes)), *_find_value_problems(kind, pixels)]


def _find_shape_problems(kind: ProductKind, axes: list[int]) -> Iterator[PixelProblem]:
    said = " x ".join(map(str, axes)) or "no axes"
    if any(axis > 1 for axis in axes[3 if kind.is_stack else 2 :]):
        yield PixelProblem("not-2d", f"a {kind.name} map has two axes, and this has {said}")
    elif len(axes) < 2 or min(axes[:2]) < 2:
        yield PixelProblem("shape", f"a {kind.name} map has rows and columns, and this has {said}")


def _find_value_problems(kind: ProductKind, pixels: PixelStatistics) -> Iterator[PixelProblem]:
    if not pixels.complete:
        yield PixelProblem("cut", "the data unit is not completely there")
    if not pixels.count:
        return
    if pixels.undefined == pixels.count:
        state, said = "all-nan", "no pixel has a value"
    elif pixels.minimum == pixels.maximum == 0:
        state, said = "all-zero", _describe_zero(kind)
    elif pixels.minimum == pixels.maximum:
        state, said = "constant", f"all pixels are {pixels.minimum:.6g}"
    else:
        state = said = ""
    if state in kind.unusable_states:
        yield PixelProblem(state, said)
    if pixels.infinite and "infinite" in kind.unusable_states:
        yield PixelProblem(
            "infinite",
            f"{pixels.infinite} {'pixel is' if pixels.infinite == 1 else 'pixels are'} infinite",
        )


def _describe_zero(kind: ProductKind) -> str:
    said = "all pixels are zero"
    if kind.authority.lookup("MODEL") is None:
        return said
    return (
        f"{said}: for which lens redshift was the map made? Lenstool keeps only the lenses whose "
        "redshift is exactly that of its line"
    )
