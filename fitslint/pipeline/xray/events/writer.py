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
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.cards import Cards, close_header, format_cards
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.syntax.write_cards import write_card

Numbers = NDArray[Any]
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


def build_table_header(
    columns: Sequence[ColumnSpec], rows: int, name: str, cards: Cards, copied: bytes = b""
) -> bytes:
    """The header of a binary table; cards without a comment of their own get the usual one."""
    width = sum(column.stored.itemsize for column in columns)
    needed = (
        ("XTENSION", "BINTABLE", "binary table"), ("BITPIX", 8, "bits of a byte"),
        ("NAXIS", 2, "number of axes"), ("NAXIS1", width, "bytes of a row"),
        ("NAXIS2", rows, "number of rows"), ("PCOUNT", 0, "no heap"), ("GCOUNT", 1, "one group"),
        ("TFIELDS", len(columns), "number of columns"),
    )  # fmt: skip
    text = b"".join(b"".join(write_card(*card)) for card in needed)
    text += format_cards({"EXTNAME": name})
    for number, column in enumerate(columns, 1):
        text += b"".join(write_card(f"TTYPE{number}", column.name, column.comment))
        text += b"".join(write_card(f"TFORM{number}", column.form, "format of the column"))
        if column.unit:
            text += b"".join(write_card(f"TUNIT{number}", column.unit, "unit"))
        for keyword, value in column.cards:
            text += b"".join(write_card(keyword.replace("n", str(number)), value))
    return close_header(text + copied + format_cards(cards))


def build_table(columns: Sequence[ColumnSpec], values: Mapping[str, Any]) -> bytes:
    """The rows of a table, without fill."""
    rows = len(next(iter(values.values())))
    table = np.zeros(rows, [(column.name, column.stored) for column in columns])
    for column in columns:
        table[column.name] = values[column.name]
    return table.tobytes()


def fill_block(data: bytes) -> bytes:
    """Data with the zeros behind them that fill the last block."""
    return data + bytes(-len(data) % BLOCK_SIZE)


def build_gti_hdu(good: Intervals, cards: Cards, name: str = "GTI") -> bytes:
    """A table of good time intervals."""
    own = {**cards, "HDUCLASS": "OGIP", "HDUCLAS1": "GTI", "HDUCLAS2": "ALL"}
    header = build_table_header(START_STOP, len(good.edges), name, own)
    rows = {"START": good.edges[:, 0], "STOP": good.edges[:, 1]}
    return header + fill_block(build_table(START_STOP, rows))


def build_empty_primary(cards: Cards | None = None) -> bytes:
    """A primary HDU without data in front of tables."""
    first = (
        ("SIMPLE", True, "file conforms to the FITS standard"), ("BITPIX", 8, "bits of a pixel"),
        ("NAXIS", 0, "no data here"), ("EXTEND", True, "extensions may follow"),
    )  # fmt: skip
    return close_header(b"".join(b"".join(write_card(*card)) for card in first)
                        + format_cards(cards or {}))  # fmt: skip


class EventWriter:
    """A file with a table that is written row by row, and with what follows it.

    Used as a context: without an error the file is there at the end, with one it is not.

    Parameters
    ----------
    path : Path
        the file; one that is there is replaced.
    columns : sequence of ColumnSpec
    header : callable
        gives the header of the table for its number of rows; its size does not depend on that.
    primary : bytes
        what stands before the table.
    """

    def __init__(
        self, path: Path, columns: Sequence[ColumnSpec], header: Any, primary: bytes
    ) -> None:
        self._path = Path(os.path.realpath(path))
        self._columns = columns
        self._build_header = header
        self._primary = primary
        self._type = np.dtype([(column.name, column.stored) for column in columns])
        self._part = self._path.with_name(f".{self._path.name[:200]}.{os.urandom(4).hex()}.part")
        self._tail = b""
        self.rows = 0

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("xb")
            self._file.write(self._primary + self._build_header(0))
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
                self._file.write(bytes(-self.rows * self._type.itemsize % BLOCK_SIZE) + self._tail)
                self._file.seek(len(self._primary))
                self._file.write(self._build_header(self.rows))
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                self._part.replace(self._path)
        except OSError as reason:
            raise self._describe(reason) from None
        finally:
            self._remove()

    def _remove(self) -> None:
        with suppress(OSError, AttributeError):
            self._file.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _describe(self, error: OSError) -> XrayError:
        return XrayError(f"cannot be written: {error.strerror or error}", path=str(self._path))
