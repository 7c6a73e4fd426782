"""Writing lists of events: tables that grow chunk by chunk, and appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import BLOCK_SIZE
from fitslint.model.records import dataclass
from fitslint.pipeline.table_file import PRIMARY_CARDS, list_structure_cards, write_card_rows
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.cards import (
    COMMENTS,
    Cards,
    format_cards,
    seal_cards,
)
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.syntax.checksum import MODULUS, add_words
from fitslint.syntax.write_hdu import seal_header

Numbers = NDArray[Any]
_OF_THE_FILE = ("MISSION", "TELESCOP", "INSTRUME", "OBS_ID", "OBJECT", "CREATOR", "PRODUCT")
"""What the primary HDU says as well."""
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


START_STOP = (
    ColumnSpec("START", "1D", "s", "begin of the interval"),
    ColumnSpec("STOP", "1D", "s", "end of the interval"),
)


def build_table_cards(columns: Sequence[ColumnSpec], rows: int, name: str, cards: Cards) -> bytes:
    """The cards of a binary table, without END."""
    width = sum(column.stored.itemsize for column in columns)
    listed = list_structure_cards(width, rows, len(columns))
    listed.append(("EXTNAME", name, COMMENTS["EXTNAME"]))
    for number, column in enumerate(columns, 1):
        listed.append((f"TTYPE{number}", column.name, column.comment))
        listed.append((f"TFORM{number}", column.form, "format of the column"))
        if column.unit:
            listed.append((f"TUNIT{number}", column.unit, "unit"))
        listed += [
            (keyword.replace("n", str(number)), value, "") for keyword, value in column.cards
        ]
    return write_card_rows(listed) + format_cards(cards)


def build_table(columns: Sequence[ColumnSpec], values: Mapping[str, Any]) -> bytes:
    """The rows of a table, without fill."""
    rows = len(next(iter(values.values())))
    table = np.zeros(rows, [(column.name, column.stored) for column in columns])
    for column in columns:
        table[column.name] = values[column.name]
    return table.tobytes()


def pack_table_hdu(
    columns: Sequence[ColumnSpec], values: Mapping[str, Any], name: str, cards: Cards
) -> bytes:
    """A binary table with its checksums."""
    data = build_table(columns, values)
    rows = len(next(iter(values.values())))
    return seal_cards(build_table_cards(columns, rows, name, cards), data)


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
    return pack_table_hdu(START_STOP, rows, name, own)


def build_primary(cards: Cards) -> bytes:
    """The same with what it says of a table of these cards."""
    return build_empty_primary({name: cards[name] for name in _OF_THE_FILE if name in cards})


def build_empty_primary(cards: Cards | None = None) -> bytes:
    """A primary HDU without data in front of tables."""
    return seal_cards(write_card_rows(PRIMARY_CARDS) + format_cards(cards or {}))


class EventWriter:
    """A file with a table that is written row by row, and with what follows it.

    Used as a context: without an error the file is there at the end, with one it is not.

    Parameters
    ----------
    path : Path
        the file; one that is there is replaced.
    columns : sequence of ColumnSpec
    cards : mapping
        what the header of the table says besides.
    """

    def __init__(self, path: Path, columns: Sequence[ColumnSpec], cards: Cards) -> None:
        self._path = Path(os.path.realpath(path))
        self._columns = columns
        self._cards = cards
        self._primary = build_primary(cards)
        self._sum = 0
        self._unsummed = b""
        self._type = np.dtype([(column.name, column.stored) for column in columns])
        self._part = self._path.with_name(f".{self._path.name[:200]}.{os.urandom(4).hex()}.part")
        self._tail = b""
        self.rows = 0

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("xb")
            self._file.write(self._primary + self._build_header())
        except OSError as error:
            self._remove()
            raise self._describe(error) from None
        return self

    def append(self, values: Mapping[str, Numbers]) -> None:
        """Write rows, given by column.

        Raises
        ------
        XrayError
            when they cannot be written.
        """
        count = len(values[self._columns[0].name])
        table = np.empty(count, self._type)
        for column in self._columns:
            table[column.name] = values[column.name]
        try:
            self._file.write(table.data)
        except OSError as error:
            raise self._describe(error) from None
        self.rows += count
        self._add_sum(table.tobytes())

    def set_tail(self, tail: bytes) -> None:
        """HDUs that follow the table."""
        self._tail = tail

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                fill = bytes(-self.rows * self._type.itemsize % BLOCK_SIZE)
                self._add_sum(fill)
                self._file.write(fill + self._tail)
                self._file.seek(len(self._primary))
                self._file.write(self._build_header())
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                self._part.replace(self._path)
        except OSError as reason:
            raise self._describe(reason) from None
        finally:
            self._remove()

    def _build_header(self) -> bytes:
        """The header for the rows so far; its size does not depend on them."""
        cards = build_table_cards(self._columns, self.rows, "EVENTS", self._cards)
        return seal_header(cards, self._sum)

    def _add_sum(self, data: bytes) -> None:
        """Add data to the sum of the words; rows need not be whole words."""
        data = self._unsummed + data
        whole = len(data) - len(data) % 4
        self._unsummed = data[whole:]
        self._sum = (self._sum + add_words(data[:whole])) % MODULUS

    def _remove(self) -> None:
        with suppress(OSError, AttributeError):
            self._file.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _describe(self, error: OSError) -> XrayError:
        return XrayError(f"cannot be written: {error.strerror or error}", path=str(self._path))
