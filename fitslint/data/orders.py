"""Whether events and good time intervals follow one another (OGIP, and those after it)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fitslint.data.columns import NUMBER_TYPES
from fitslint.data.late_numpy import np
from fitslint.data.rows import RowPart, take_values
from fitslint.data.scans import Cells, find_last
from fitslint.model.data_facts import DataFacts

if TYPE_CHECKING:
    from fitslint.data.rows import Bytes


class OrderPart(RowPart):
    """Times of a column that are earlier than those of the row before."""

    def __init__(self, unit: DataFacts, column: int, start: int, stop: int, code: str) -> None:
        super().__init__(unit, column, start, stop)
        self._code = code
        self._type = NUMBER_TYPES[code]
        self._last: float | int | None = None

    def scan(self, cells: Cells) -> bool:
        """Whether no time is earlier than the one before."""
        last = find_last(cells, self._code, self._last)
        if last is not None:
            self._last = last
        return last is not None

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at times, those that are not NaN."""
        values = take_values(field, self._type)[:, 0]
        rows = np.arange(len(values))
        if values.dtype.kind == "f":
            rows = np.flatnonzero(~np.isnan(values))
            values = values[rows]
        if not len(values):
            return
        before = np.concatenate((values[:1] if self._last is None else [self._last], values[:-1]))
        early = values < before
        if early.any():
            at = int(early.argmax())
            text = f"{values[at]:.15g} after {before[at]:.15g}"
            self.note("order", first + int(rows[at]), int(np.count_nonzero(early)), text=text)
        self._last = values[-1].item()


class IntervalPart(RowPart):
    """Intervals that end before they start: two columns of one type, in one part of the row."""

    def __init__(self, unit: DataFacts, column: int, start: int, stop: int, code: str) -> None:
        self._type = NUMBER_TYPES[code]
        low = min(start, stop)
        super().__init__(unit, column, low, max(start, stop) + np.dtype(self._type).itemsize)
        self._starts, self._stops = start - low, stop - low

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at intervals."""
        size = np.dtype(self._type).itemsize
        starts = take_values(field[:, self._starts : self._starts + size], self._type)[:, 0]
        stops = take_values(field[:, self._stops : self._stops + size], self._type)[:, 0]
        wrong = stops < starts
        if wrong.any():
            row = int(wrong.argmax())
            text = f"{starts[row]:.15g} to {stops[row]:.15g}"
            self.note("interval", first + row, int(np.count_nonzero(wrong)) * times, text=text)
        with np.errstate(over="ignore", invalid="ignore"):
            length = float((stops.astype(np.float64) - starts).sum()) * times
        self.unit.interval_length = (self.unit.interval_length or 0.0) + length
