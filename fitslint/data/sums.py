"""The ones-complement sum of a data unit (FITS 4.0 section 4.4.2.7 and Appendix J)."""

from __future__ import annotations

from fitslint.data.collector import Collector
from fitslint.model.data_facts import DataFacts
from fitslint.syntax.checksum import MODULUS, add_words
from fitslint.syntax.kernel import KERNEL

_WORD = 4


class WordSum(Collector):
    """Adds up the words of a data unit and its fill."""

    def __init__(self, unit: DataFacts, stop: int) -> None:
        super().__init__(unit, 0, stop)
        self._total = 0

    def take(self, at: int, data: bytes) -> None:
        """Add bytes, wherever in a word they begin."""
        # A byte further on in its word weighs 2**8 less, and 2**32 weighs 1.
        self._total += _sum_words(data) << 8 * (-at % _WORD)

    def take_zeros(self, at: int, count: int) -> None:
        """Zeros add nothing."""

    def finish(self) -> None:
        """Keep the sum."""
        self.unit.word_sum = self._total % MODULUS


def _sum_words(data: bytes) -> int:
    if KERNEL is not None:
        return add_words(data)
    import numpy as np

    whole = len(data) - len(data) % _WORD
    words = np.frombuffer(data, ">u4", whole // _WORD)
    return int(words.sum(dtype=np.uint64)) + add_words(data[whole:])
