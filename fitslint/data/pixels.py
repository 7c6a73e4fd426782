"""The pixels of an image: extremes, mean, deviation, and how many are undefined."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from fitslint.data.collector import Collector
from fitslint.data.late_numpy import np
from fitslint.data.scaling import Scaling, scale_extremes, select_defined
from fitslint.model.data_facts import DataFacts, PixelFacts
from fitslint.source.image import PIXEL_TYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PixelCollector(Collector):
    """Takes all pixels of an image."""

    def __init__(self, unit: DataFacts, scaling: Scaling) -> None:
        super().__init__(unit, 0, unit.size)
        self._scaling = scaling
        self._type = np.dtype(PIXEL_TYPES[unit.header.structure.bitpix or 8])
        self._facts = PixelFacts()
        self._sum = 0.0
        """Of the stored values."""
        self._squares = 0.0
        """Of their distances from the mean."""

    def take(self, at: int, data: bytes) -> None:
        """Take whole pixels."""
        stored = np.frombuffer(data, self._type).astype(self._type.newbyteorder("="), copy=False)
        found = select_defined(stored, self._scaling.null)
        self._add(found.values, found.undefined)

    def take_zeros(self, at: int, count: int) -> None:
        """Take pixels that are zero."""
        number = count // self._type.itemsize
        if self._scaling.null == 0:
            self._facts.undefined += number
            return
        self._add(np.zeros(1, self._type), 0, times=number)

    def _add(self, values: NDArray[Any], undefined: int, times: int = 1) -> None:
        facts = self._facts
        facts.undefined += undefined
        count = values.size * times
        if not count:
            return
        least, most = values.min().item(), values.max().item()
        if facts.minimum is None or least < facts.minimum:
            facts.minimum, facts.at_minimum = least, 0
        if facts.maximum is None or most > facts.maximum:
            facts.maximum, facts.at_maximum = most, 0
        if least == facts.minimum:
            facts.at_minimum += int(np.count_nonzero(values == least)) * times
        if most == facts.maximum:
            facts.at_maximum += int(np.count_nonzero(values == most)) * times
        # Chan, Golub and LeVeque: sums of squares about the mean of each part are joined.
        with np.errstate(all="ignore"):
            mean = float(values.mean(dtype=np.float64))
            squares = float(np.square(values - mean, dtype=np.float64).sum())
        if facts.defined:
            apart = mean - self._sum / facts.defined
            total = facts.defined + count
            squares += apart * apart * facts.defined * (count / total)
        self._squares += squares
        self._sum += mean * count
        facts.defined += count

    def finish(self) -> None:
        """Bring what was found into the units of the header."""
        facts, scaling = self._facts, self._scaling
        scale_extremes(facts, scaling)
        if scaling.factor < 0:
            facts.at_minimum, facts.at_maximum = facts.at_maximum, facts.at_minimum
        if scaling.null is not None:
            facts.blanks = facts.undefined
        if facts.defined and math.isfinite(self._sum) and math.isfinite(self._squares):
            facts.mean = self._sum / facts.defined * scaling.factor + scaling.zero
            facts.deviation = math.sqrt(self._squares / facts.defined) * abs(scaling.factor)
        self.unit.pixels = facts
