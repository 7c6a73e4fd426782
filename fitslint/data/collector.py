"""What takes the bytes of a data unit as they pass."""

from __future__ import annotations

from collections.abc import Callable

from fitslint.model.data_facts import DataFacts

CHUNK = 1 << 20
"""Bytes that are read at once."""


class Collector:
    """Takes the bytes ``start:stop`` of a data unit, in order and without gaps.

    The bytes count from the beginning of the data unit.
    """

    def __init__(self, unit: DataFacts, start: int, stop: int) -> None:
        self.unit = unit
        self.start = start
        self.stop = stop

    def take(self, at: int, data: bytes) -> None:
        """Take the bytes from ``at`` on."""
        raise NotImplementedError

    def take_zeros(self, at: int, count: int) -> None:
        """Take ``count`` bytes that are all zero: a hole of the file."""
        for start in range(at, at + count, CHUNK):
            self.take(start, bytes(min(CHUNK, at + count - start)))

    def revisit(self, read: Callable[[int, int], bytes]) -> None:
        """Read what only the whole unit told the place of: ``read(at, count)`` gives its bytes.

        Fewer come where the stream cannot go back.
        """

    def finish(self) -> None:
        """Write what was found into the unit; everything was taken."""
