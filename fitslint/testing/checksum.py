"""CHECKSUM and DATASUM for files made in tests (FITS 4.0 section 4.4.2.7 and appendix J)."""

from __future__ import annotations

from fitslint.model.form import CARD_SIZE

_ALL_ONES = 0xFFFFFFFF
_PUNCTUATION = frozenset((*range(0x3A, 0x41), *range(0x5B, 0x61)))
_ZERO = b"CHECKSUM= '0000000000000000'"


def compute_ones_complement(data: bytes) -> int:
    """The 32-bit ones-complement sum; 0 only for data of nothing but zeros."""
    total = int.from_bytes(data, "big")
    return total % _ALL_ONES or (_ALL_ONES if total else 0)


def encode_sum(total: int) -> str:
    """The complement of ``total`` as the 16 characters of a CHECKSUM value."""
    columns: list[list[int]] = []
    for byte in (_ALL_ONES - total).to_bytes(4, "big"):
        quarter, rest = divmod(byte, 4)
        four = [quarter + rest + 0x30, *[quarter + 0x30] * 3]
        # Two characters move apart until neither is punctuation; their sum stays.
        while _PUNCTUATION.intersection(four):
            for left, right in ((0, 1), (2, 3)):
                if _PUNCTUATION.intersection(four[left : right + 1]):
                    four[left] += 1
                    four[right] -= 1
        columns.append(four)
    text = "".join(chr(column[row]) for row in range(4) for column in columns)
    return text[-1] + text[:-1]


def set_checksum(header: bytes, data: bytes = b"") -> bytes:
    """``header`` with the value of its CHECKSUM card (sixteen zeros until now) set."""
    at = header.index(_ZERO)
    if at % CARD_SIZE:
        raise ValueError("CHECKSUM does not begin a card")
    text = encode_sum(compute_ones_complement(header + data)).encode("ascii")
    return header[: at + 11] + text + header[at + 27 :]
