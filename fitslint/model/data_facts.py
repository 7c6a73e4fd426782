"""What one pass over a data unit told: sums, extremes, and where values stand that may not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fitslint.model.header import Header
from fitslint.model.records import dataclass, field

Fact = Literal[
    "sum", "fill", "pixels", "logicals", "texts", "bits", "descriptors", "heap", "extremes",
    "order", "fields", "characters", "tiles", "disk",
]  # fmt: skip
"""What a rule on data wants to know; nothing else is worked out."""

PlaceKind = Literal[
    "fill", "logical", "text", "after-nul", "bit", "outside", "negative", "long", "dimensions",
    "overlap", "number", "point", "exponent", "characters", "controls", "order", "interval",
    "tile", "array",
]  # fmt: skip


@dataclass(slots=True)
class Places:
    """Values of one kind: in how many places they stand, and the first of these."""

    count: int
    byte: int
    """Of the first, in the uncompressed stream."""
    row: int = 0
    """Of the first, counted from 1; 0 where there are no rows."""
    text: str = ""
    """What stands there, for people."""
    number: int = 0
    """A figure of the first that its rule tells: a length, a limit."""


@dataclass(slots=True)
class Extremes:
    """The least and the greatest value, scaled as the header says; None where none is defined."""

    minimum: float | None = None
    maximum: float | None = None
    defined: int = 0
    undefined: int = 0
    """Values that are the null value of the header, NaN or infinite."""


@dataclass(slots=True)
class PixelFacts:
    """The same of an image, with its mean and the deviation from it (root of the mean square)."""

    minimum: float | None = None
    maximum: float | None = None
    defined: int = 0
    undefined: int = 0
    mean: float | None = None
    deviation: float | None = None
    blanks: int = 0
    """Pixels that have the value of BLANK."""
    at_minimum: int = 0
    """Defined pixels that have the least value."""
    at_maximum: int = 0


@dataclass(slots=True)
class HeapFacts:
    """How variable arrays use the heap."""

    size: int
    used: int = 0


@dataclass(slots=True)
class DataFacts:
    """The data unit of an HDU as rules on data see it, with the header that describes it."""

    header: Header
    offset: int
    """First byte in the uncompressed stream."""
    size: int
    """Bytes without the fill."""
    bytes_read: int = 0
    """Bytes that were read, or are holes of the file, which read as zeros."""
    word_sum: int | None = None
    """Ones-complement sum of the data and their fill, modulo 2**32 - 1."""
    pixels: PixelFacts | None = None
    disk_median: float | None = None
    """Of the disk of the Sun, where all of it is in an image."""
    extremes: dict[int, Extremes] = field(default_factory=dict)
    """By column."""
    heap: HeapFacts | None = None
    longest_arrays: dict[int, int] = field(default_factory=dict)
    """By column, elements of the longest array that is longer than TFORMn says."""
    interval_length: float | None = None
    """Sum of the lengths of good time intervals, in the unit of their columns."""
    places: dict[tuple[PlaceKind, int], Places] = field(default_factory=dict)
    """By kind and column; the column is 0 where it is about none."""
    left_out: list[str] = field(default_factory=list)
    """What could not be looked at, in sentences."""

    def add_places(self, kind: PlaceKind, column: int, found: Places) -> None:
        """Note places beside those already noted; that in the earliest row is shown."""
        known = self.places.setdefault((kind, column), found)
        if known is found:
            return
        if found.row < known.row:
            self.places[kind, column] = found
        self.places[kind, column].count = known.count + found.count

    def list_places(self, kind: PlaceKind) -> Iterator[tuple[int, Places]]:
        """Column and places of one kind, by column."""
        for (fact, column), found in sorted(self.places.items()):
            if fact == kind:
                yield column, found
