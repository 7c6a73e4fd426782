"""Writing lists of events: tables that grow chunk by chunk, and appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import BLOCK_SIZE
from fitslint.model.records import dataclass
from fitslint.pipeline.table_file import PRIMARY_CARDS, list_structure_cards, write_card_rows
from fitslint.pipeline.xray.errors import explain_writing
from fitslint.pipeline.xray.events.cards import (
    Cards,
    format_cards,
    pick_time_cards,
    seal_cards,
)
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.sky import SKY_CENTRE, SKY_PIXEL, SKY_SIZE, SkyPlane
from fitslint.syntax.checksum import MODULUS, add_words
from fitslint.syntax.write_hdu import seal_header

Numbers = NDArray[Any]
_OF_THE_FILE = ("MISSION", "TELESCOP", "INSTRUME", "OBS_ID", "OBJECT", "CREATOR", "PRODUCT")
"""What the primary HDU says as well."""
SKY_LIMITS = (("TLMINn", 0.5), ("TLMAXn", SKY_SIZE + 0.5))
"""Cards of columns of sky pixels."""
_CODES = {"B": "u1", "I": ">i2", "J": ">i4", "E": ">f4", "D": ">f8"}


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column: its name, its format as TFORMn has it, its unit, and what else is said of it."""

    name: str
    form: str
    unit: str = ""
    comment: str = ""
    cards: tuple[tuple[str, str | float], ...] = ()
    """Keywords with ``n`` for the number of the column."""

    @property
    def stored(self) -> np.dtype[Any]:
        """How a row holds it."""
        repeat, code = int(self.form[:-1] or 1), self.form[-1]
        if code == "A":
            return np.dtype(f"S{repeat}")
        if code == "X":
            return np.dtype(("u1", (repeat + 7) // 8))
        return np.dtype((_CODES[code], repeat)) if repeat > 1 else np.dtype(_CODES[code])


_START_STOP = (
    ColumnSpec("START", "1D", "s", "begin of the interval"),
    ColumnSpec("STOP", "1D", "s", "end of the interval"),
)


def build_table_cards(columns: Sequence[ColumnSpec], rows: int, name: str, cards: Cards) -> bytes:
    """The cards of a binary table, without END."""
    width = sum(column.stored.itemsize for column in columns)
    listed = list_structure_cards(width, rows, len(columns))
    listed.append(("EXTNAME", name, "name of this HDU"))
    for number, column in enumerate(columns, 1):
        listed.append((f"TTYPE{number}", column.name, column.comment))
        listed.append((f"TFORM{number}", column.form, "format of the column"))
        if column.unit:
            listed.append((f"TUNIT{number}", column.unit, "unit"))
        listed += [
            (keyword.replace("n", str(number)), value, "") for keyword, value in column.cards
        ]
    return write_card_rows(listed) + format_cards(cards)


def pack_table_hdu(
    columns: Sequence[ColumnSpec], values: Mapping[str, Any], name: str, cards: Cards
) -> bytes:
    """A binary table with its checksums."""
    rows = len(next(iter(values.values())))
    table = np.zeros(rows, [(column.name, column.stored) for column in columns])
    for column in columns:
        table[column.name] = values[column.name]
    return seal_cards(build_table_cards(columns, rows, name, cards), table.tobytes())


def pack_product(
    columns: Sequence[ColumnSpec], values: Mapping[str, Any], name: str, kind: str, cards: Cards
) -> bytes:
    """A file of one table of a kind of product."""
    own = {**cards, "CREATOR": "fitslint", "PRODUCT": kind}
    return build_primary(own) + pack_table_hdu(columns, values, name, own)


def build_gti_hdu(good: Intervals, cards: Cards, name: str = "GTI") -> bytes:
    """A table of good time intervals."""
    own = {**cards, "HDUCLASS": "OGIP", "HDUCLAS1": "GTI", "HDUCLAS2": "ALL"}
    rows = {"START": good.edges[:, 0], "STOP": good.edges[:, 1]}
    return pack_table_hdu(_START_STOP, rows, name, own)


def build_sky_columns(plane: SkyPlane, names: tuple[str, str] = ("X", "Y")) -> list[ColumnSpec]:
    """The columns of sky pixels, with their place on the sky."""
    axes = zip(names, ("RA---TAN", "DEC--TAN"), (plane.ra, plane.dec), (-1, 1), strict=True)
    return [
        ColumnSpec(name, "1E", "pixel", "sky coordinates", (
            *SKY_LIMITS, ("TCTYPn", kind), ("TCRVLn", value), ("TCRPXn", SKY_CENTRE),
            ("TCDLTn", step * SKY_PIXEL / 3600), ("TCUNIn", "deg"),
        ))
        for name, kind, value, step in axes
    ]  # fmt: skip


def build_primary(cards: Cards) -> bytes:
    """The same with what it says of a table of these cards."""
    return build_empty_primary({name: cards[name] for name in _OF_THE_FILE if name in cards})


def build_empty_primary(cards: Cards | None = None) -> bytes:
    """A primary HDU without data in front of tables."""
    return seal_cards(write_card_rows(PRIMARY_CARDS) + format_cards(cards or {}))


class EventWriter:
    """The table of a file of `write_events`, and what follows it."""

    def __init__(
        self, path: Path, file: BinaryIO, columns: Sequence[ColumnSpec], cards: Cards
    ) -> None:
        self.rows = 0
        self._path = path
        self._file = file
        self._columns = columns
        self._cards = cards
        self._type = np.dtype([(column.name, column.stored) for column in columns])
        self._sum = 0
        self._unsummed = b""

    def append(self, values: Mapping[str, Numbers]) -> None:
        """Write rows, given by column.

        Raises
        ------
        XrayError
            when they cannot be written.
        """
        table = np.empty(len(values[self._columns[0].name]), self._type)
        for column in self._columns:
            table[column.name] = values[column.name]
        with explain_writing(self._path):
            self._file.write(table.data)
        self.rows += len(table)
        self._add_sum(table.tobytes())

    def begin(self) -> None:
        """Write what stands before the rows; the header is that of no rows yet."""
        self._file.write(self._build_start())

    def finish(self, good: Intervals) -> None:
        """Write the good time behind the rows, and the header for them."""
        fill = bytes(-self.rows * self._type.itemsize % BLOCK_SIZE)
        self._add_sum(fill)
        self._file.write(fill + build_gti_hdu(good, pick_time_cards(self._cards)))
        self._file.seek(0)
        self._file.write(self._build_start())
        self._file.flush()
        os.fsync(self._file.fileno())

    def _build_start(self) -> bytes:
        """The headers for the rows so far; their size does not depend on them."""
        cards = build_table_cards(self._columns, self.rows, "EVENTS", self._cards)
        return build_primary(self._cards) + seal_header(cards, self._sum)

    def _add_sum(self, data: bytes) -> None:
        """Add data to the sum of the words; rows need not be whole words."""
        data = self._unsummed + data
        whole = len(data) - len(data) % 4
        self._unsummed = data[whole:]
        self._sum = (self._sum + add_words(data[:whole])) % MODULUS


@contextmanager
def write_events(
    path: Path, columns: Sequence[ColumnSpec], cards: Cards, good: Intervals
) -> Iterator[EventWriter]:
    """A list of events that is written chunk by chunk: there at the end, or not at all.

    Parameters
    ----------
    path : Path
        the file; one that is there is replaced.
    columns : sequence of ColumnSpec
    cards : mapping
        what the header of the table says besides.
    good : Intervals
        the good time, which becomes a table behind it.

    Raises
    ------
    XrayError
        when it cannot be written.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name[:200]}.{os.urandom(4).hex()}.part")
    with explain_writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        file = part.open("xb")
    try:
        writer = EventWriter(target, file, columns, cards)
        with explain_writing(target):
            writer.begin()
        yield writer
        with explain_writing(target):
            writer.finish(good)
            part.replace(target)
    finally:
        # What a full disk leaves in the buffer has been told already.
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            part.unlink(missing_ok=True)
