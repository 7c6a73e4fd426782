"""Files of Unix ``compress`` (``.Z``): the LZW code of T. A. Welch, Computer 17 (6), 1984.

A third byte behind the magic tells the largest width of a code in bits, and by its highest bit
whether code 256 empties the table. Codes stand in groups of eight, that is as many bytes as a code
has bits; where the width grows or the table is emptied, the rest of a group is filled up. Nothing
marks the end of a stream, and there is no checksum.
"""

from __future__ import annotations

from fitslint.source.wrappers import DamagedStreamError

_MAGIC = b"\x1f\x9d"
_WIDTH, _WIDEST = 9, range(10, 17)
"""The width of the first codes, and of the last: ``compress -b9`` writes what gzip misreads."""
_CLEAR = 256
_BYTES = [bytes((byte,)) for byte in range(256)]
_PIECE_MAX = 256
"""Texts of the table are kept in pieces of so many bytes, of which many texts share the first ones:
a table of runs of one byte would need 2 GB."""


class LzwDecoder:
    """A decoder (:class:`fitslint.source.wrappers.Decoder`) of one stream, which never ends early.

    Memory is bounded by the table: at most 65,536 texts of 256 bytes.
    """

    def __init__(self) -> None:
        self.eof = False
        self.unused_data = b""
        self._input = b""
        self._width_max = 0  # until the third byte is read
        self._clears = False
        self._pieces: list[bytes] = []
        """The last piece of the text of each code."""
        self._heads: list[int] = []
        """The code whose text stands before that piece; -1 where it is all."""
        self._firsts: list[int] = []
        """The first byte of each text."""
        self._width = _WIDTH
        self._previous: int | None = None

    @property
    def needs_input(self) -> bool:
        """Whether there is no more output without more input."""
        return len(self._input) < self._width

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """About ``max_length`` bytes at most: a group of codes is never split.

        Raises
        ------
        DamagedStreamError
            when a code stands for nothing.
        """
        is_last = not data and self.needs_input
        packed = self._input + data
        at = 0
        if not self._width_max:
            at = self._read_head(packed, is_last=is_last)
        output: list[bytes] = []
        size = 0
        while self._width_max and size < max_length and len(packed) - at >= self._width:
            group, at = packed[at : at + self._width], at + self._width
            size += self._decode_group(group, output)
        self._input = packed[at:]
        if is_last and self.needs_input:
            self._decode_group(self._input, output)
            self._input, self.eof = b"", True
        return b"".join(output)

    def _read_head(self, packed: bytes, *, is_last: bool) -> int:
        """Read the first three bytes; how many were there."""
        if len(packed) < 3:
            if is_last:
                raise DamagedStreamError("it ends in its head")
            return 0
        width = packed[2] & 0x1F
        if not packed.startswith(_MAGIC) or width not in _WIDEST:
            raise DamagedStreamError(f"its codes are {width} bits wide")
        self._width_max, self._clears = width, bool(packed[2] & 0x80)
        self._clear_table()
        return 3

    def _clear_table(self) -> None:
        count = _CLEAR + self._clears  # code 256 has no text where it empties the table
        self._pieces = [*_BYTES, b""][:count]
        self._heads, self._firsts = [-1] * count, list(range(count))
        self._width, self._previous = _WIDTH, None

    def _decode_group(self, group: bytes, output: list[bytes]) -> int:
        """Add what the codes of a group stand for to ``output``; the number of its bytes."""
        pieces, heads, firsts = self._pieces, self._heads, self._firsts
        width, previous = self._width, self._previous
        bits, mask = int.from_bytes(group, "little"), (1 << width) - 1
        clear, room = _CLEAR if self._clears else -1, 1 << self._width_max
        size, known = 0, len(pieces)
        for _ in range(len(group) * 8 // width):
            code = bits & mask
            bits >>= width
            if code == clear:
                self._clear_table()
                return size
            if previous is not None and known < room:
                # The text of the code before, and the first byte of this one, which may be the
                # very code that is being added: it begins as the one before.
                piece, head, first = pieces[previous], heads[previous], firsts[previous]
                firsts.append(first)
                byte = _BYTES[firsts[code] if code <= known else first]
                is_full = len(piece) == _PIECE_MAX
                pieces.append(byte if is_full else piece + byte)
                heads.append(previous if is_full else head)
                known += 1
            if code >= (known if previous is not None else _CLEAR):
                raise DamagedStreamError(f"code {code} stands for nothing yet")
            text = pieces[code] if heads[code] < 0 else self._join_pieces(code)
            output.append(text)
            size += len(text)
            self._previous = previous = code
            if known > mask and width < self._width_max:
                self._width = width + 1
                break
        return size

    def _join_pieces(self, code: int) -> bytes:
        parts = []
        while code >= 0:
            parts.append(self._pieces[code])
            code = self._heads[code]
        parts.reverse()
        return b"".join(parts)
