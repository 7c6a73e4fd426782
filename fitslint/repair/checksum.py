"""CHECKSUM after a change of its header (FITS 4.0 Appendix J), without reading the data.

The ones-complement sum of 32-bit words is the sum modulo 2**32 - 1, so what a change adds to the
sum of the header is taken off the number that CHECKSUM encodes. The HDU then sums to what it
summed to before: a checksum that was right is right, one that was wrong is wrong by the same
amount, as nobody knows what made it so. One that is empty, or not 16 letters and digits from
column 12 on, says nothing that could be kept and stays as it is. DATASUM is about the data alone,
and ZHECKSUM about an HDU that is not in the file. Where DATASUM shows that a checksum held, the
time in its comment, at which programs say they updated it, becomes that of the change.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.syntax.checksum import MODULUS, add_words

_ZERO = 0x30
_CARD = re.compile(rb"CHECKSUM= '([0-9A-Za-z]{16})'")
"""Aligned as Appendix J wants it: the string starts in column 11."""
_DATASUM = re.compile(rb"DATASUM = '([0-9]{1,10}) *'")
_UPDATED = re.compile(rb"(?<=updated )[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_VALUE_OFFSET = 11
_WORDS = range(0, 16, 4)


def decode_checksum(text: bytes) -> int:
    """The number that 16 characters add to the sum, beside that of sixteen zeros."""
    turned = text[1:] + text[:1]
    words = (turned[at : at + 4] for at in _WORDS)
    return (sum(int.from_bytes(word, "big") for word in words) - 4 * 0x30303030) % MODULUS


def encode_checksum(number: int) -> bytes:
    """The 16 characters for a number of 32 bits, none of them punctuation."""
    columns = []
    for byte in number.to_bytes(4, "big"):
        quarter, rest = divmod(byte, 4)
        characters = [quarter + rest + _ZERO, *[quarter + _ZERO] * 3]
        while not all(chr(one).isalnum() for one in characters):
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
