"""The compiled decoders where the build had a compiler, else None; and what all decoders answer."""

from __future__ import annotations

from fitslint.syntax.kernel import load_compiled

EARLY = -1
"""The stream ends before all pixels were read."""
IMPOSSIBLE = -2
"""No encoder writes this."""

DECODERS = load_compiled("fitslint.data._decoders")


class BitReader:
    """Reads bytes bit by bit, the highest first.

    Attributes
    ----------
    at
        the next bit, from 0; behind ``end`` where more was taken than there is.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0
        self.end = 8 * len(data)

    def take(self, count: int) -> int:
        """The next bits as a number, at most 8; 0 where they are not all there."""
        at = self.at
        self.at = at + count
        if self.at > self.end:
            return 0
        two = int.from_bytes(self._data[at >> 3 : (at >> 3) + 2].ljust(2, b"\0"))
        return two >> (16 - (at & 7) - count) & ((1 << count) - 1)

    def skip_zeros(self) -> bool:
        """Go behind the next bit that is set; whether there is one."""
        while self.at < self.end:
            byte = self._data[self.at >> 3] & 0xFF >> (self.at & 7)
            if byte:
                self.at = (self.at & ~7) + 9 - byte.bit_length()
                return True
            self.at = (self.at | 7) + 1
        return False

    @property
    def is_early(self) -> bool:
        """Whether more was taken than there is."""
        return self.at > self.end
