"""CHECKSUM and DATASUM: the ones-complement sum, its 16 characters, and both after a change.

FITS 4.0 section 4.4.2.7 and Appendix J. The ones-complement sum of 32-bit words is the sum modulo
2**32 - 1, so what a change adds to the sum of a header is taken off the number that CHECKSUM
encodes, and the data need not be read. The HDU then sums to what it summed to before: a checksum
that was right is right, one that was wrong is wrong by the same amount, as nobody knows what made
it so. One that is empty, or not 16 letters and digits from column 12 on, says nothing that could
be kept and stays as it is. DATASUM is about the data alone, and ZHECKSUM about an HDU that is not
in the file. Where DATASUM shows that a checksum held, the time in its comment, at which programs
say they updated it, becomes that of the change.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zlib import adler32

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.syntax.kernel import KERNEL

MODULUS = 2**32 - 1
"""Ones-complement sums of 32 bits are sums modulo this number; 0 and -0 are then the same."""
_WORD = 4
_ADLER = 65_521
_PIECE, _PIECE_ASCII = _ADLER // 255, _ADLER // 127
_ZERO = 0x30
_UNSET = b"0" * 16
_VALUE_OFFSET = 11
"""Appendix J wants the 16 characters aligned: the string starts in column 11."""
_CARD = compile_late(rb"CHECKSUM= '([0-9A-Za-z]{16})'")
_DATASUM = compile_late(rb"DATASUM = '([0-9]{1,10}) *'")
_UPDATED = compile_late(rb"(?<=updated )[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


def add_words(data: bytes) -> int:
    """The sum of big-endian 32-bit words modulo 2**32 - 1; a last word is filled with zeros.

    Adler-32 holds the sum of the bytes of a piece, as long as it stays below 65521, and is several
    times faster than any sum of words without numpy: 14400 bytes take 12 µs.
    """
    if KERNEL is not None:
        total: int = KERNEL.add_words(data)
        return total
    length = _PIECE_ASCII if data.isascii() else _PIECE
    total = 0
    for place in range(_WORD):
        column = data[place::_WORD]
        total <<= 8
        for start in range(0, len(column), length):
            total += adler32(column[start : start + length], 0) & 0xFFFF
    return total % MODULUS


def decode_checksum(text: bytes) -> int:
    """The number that 16 characters add to the sum, beside that of sixteen zeros."""
    turned = text[1:] + text[:1]
    words = (turned[at : at + 4] for at in range(0, 16, _WORD))
    return (sum(int.from_bytes(word, "big") for word in words) - 4 * 0x30303030) % MODULUS


def encode_checksum(number: int) -> bytes:
    """The 16 characters for a number of 32 bits, none of them punctuation."""
    columns = []
    for byte in number.to_bytes(4, "big"):
        quarter, rest = divmod(byte, 4)
        characters = [quarter + rest + _ZERO, *[quarter + _ZERO] * 3]
        while not all(chr(character).isalnum() for character in characters):
            for low in (0, 2):
                if not (chr(characters[low]).isalnum() and chr(characters[low + 1]).isalnum()):
                    characters[low] += 1
                    characters[low + 1] -= 1
        columns.append(characters)
    text = bytes(columns[column][word] for word in range(4) for column in range(4))
    return text[-1:] + text[:-1]


def has_checksum_card(header: Header) -> bool:
    """Whether a header has a CHECKSUM whose number can be carried over."""
    where = header.layout.index.get("CHECKSUM")
    return where is not None and _CARD.match(header.raw, where[0] * CARD_SIZE) is not None


def update_checksum(old: bytes, new: bytes) -> bytes:
    """The header ``new`` with the CHECKSUM that makes its HDU sum to what ``old`` made it.

    Returned as it is where one of the two has no CHECKSUM of 16 letters and digits.
    """
    before, after = _find_checksum(old), _find_checksum(new)
    if before < 0 or after < 0:
        return new
    if add_words(old) == add_words(new):
        return new
    if _is_valid(old):
        card = new[after : after + CARD_SIZE]
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
        new = new[:after] + _UPDATED.sub(now, card, count=1) + new[after + CARD_SIZE :]
    gone = (add_words(old) - add_words(new)) % MODULUS
    start, end = after + _VALUE_OFFSET, after + _VALUE_OFFSET + 16
    number = (decode_checksum(new[start:end]) + gone) % MODULUS
    return new[:start] + encode_checksum(number) + new[end:]


def _is_valid(header: bytes) -> bool:
    """Whether the words of a header and its DATASUM add up to -0, so that CHECKSUM holds."""
    for at in range(0, len(header), CARD_SIZE):
        data = _DATASUM.match(header, at)
        if data:
            return (add_words(header) + int(data[1])) % MODULUS == 0
    return False


def _find_checksum(header: bytes) -> int:
    """First byte of the first CHECKSUM card on the grid, -1 where none can be carried over."""
    at = header.find(b"CHECKSUM")
    while at >= 0 and at % CARD_SIZE:
        at = header.find(b"CHECKSUM", at + 1)
    return at if at >= 0 and _CARD.match(header, at) else -1


def renew_checksum(header: bytes, total: int) -> bytes | None:
    """The header with the CHECKSUM that makes it sum to -0 with data that sum to ``total``.

    None where it has no CHECKSUM of 16 letters and digits on the grid.
    """
    at = _find_checksum(header)
    if at < 0:
        return None
    start, end = at + _VALUE_OFFSET, at + _VALUE_OFFSET + 16
    bare = header[:start] + _UNSET + header[end:]
    return header[:start] + encode_checksum(-(add_words(bare) + total) % MODULUS) + header[end:]


def set_checksum(header: bytes, data: bytes = b"") -> bytes:
    """``header`` with the value of its CHECKSUM card, sixteen zeros until now, set for its HDU.

    Raises
    ------
    ValueError
        when it has no such card on the grid.
    """
    at = _find_checksum(header)
    start, end = at + _VALUE_OFFSET, at + _VALUE_OFFSET + 16
    if at < 0 or header[start:end] != _UNSET:
        raise ValueError("there is no CHECKSUM of sixteen zeros that begins a card")
    text = encode_checksum(-add_words(header + data) % MODULUS)
    return header[:start] + text + header[end:]
