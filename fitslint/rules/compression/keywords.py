"""Keywords and names that belong to compression."""

from __future__ import annotations

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late

COMPRESSED_KINDS = ("compressed-image", "compressed-table")
COMPRESSED_NAME = "COMPRESSED_IMAGE"
"""What fpack calls an image that has no name."""
# ZSCALE, ZZERO and other short names are common private keywords and say nothing about compression.
match_compression_keyword = compile_late(
    r"ZIMAGE|ZTABLE|ZCMPTYPE|ZBITPIX|ZNAXIS[0-9]*|ZTILE[0-9]+|ZQUANTIZ|ZDITHER0|ZTENSION|ZTILELEN"
    r"|ZFORM[0-9]+|ZCTYP[0-9]+|ZSIMPLE|ZEXTEND|ZBLOCKED|ZPCOUNT|ZGCOUNT|ZHECKSUM|ZDATASUM"
    r"|ZMASKCMP|ZTHEAP"
).fullmatch
_MORE = compile_late("ZSCALE|ZZERO|ZBLANK|ZNAME[0-9]+|ZVAL[0-9]+").fullmatch


def is_repeated_compression_keyword(name: str, header: Header) -> bool:
    """Whether a repeated keyword decides how compressed data are expanded."""
    if name[:1] != "Z" or header.kind not in COMPRESSED_KINDS:
        return False
    return match_compression_keyword(name) is not None or _MORE(name) is not None


def has_two_names(header: Header) -> bool:
    """Whether EXTNAME stands twice and once is the name that compression made up."""
    return COMPRESSED_NAME in map(read_name, header.find_cards("EXTNAME"))


def read_name(card: Card) -> str:
    """The value of a card without blanks at its end, empty where it is no string."""
    return card.value.rstrip() if isinstance(card.value, str) else ""
