"""What bytes must look like to be taken for a card, an END card, the start of a header."""

from __future__ import annotations

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.late import compile_late

Raw = bytes | bytearray
END = b"END".ljust(CARD_SIZE)
SPACE = b" \t\r\n\x00"
"""White space, and what writers put in its place."""

# The right-hand side is free: an overlong keyword or a missing blank is a fault of the card, not a
# sign that the bytes are none.
_CARD = compile_late(
    rb"[A-Za-z0-9_-]{1,12} {0,7}=|(?:COMMENT|HISTORY|HIERARCH|CONTINUE)(?![^ =])| {8}[ -~]{72}"
    rb"|END *\Z"
)
_STRONG = compile_late(rb"(?=[A-Z0-9_-]+ *= )[A-Z0-9_ -]{8}= [ -~]{70}")
_COMMENTARY = compile_late(rb"(?:COMMENT |HISTORY |HIERARCH|CONTINUE)[ -~]{72}|END {77}")
_FIRST = compile_late(rb"XTENSION= *'|SIMPLE  = +[TF]")
_PRINTABLE = bytes(range(0x20, 0x7F))
_NAMING = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def may_be_card(data: Raw, at: int = 0) -> bool:
    """Whether the record at ``at`` can be meant as a card."""
    return _CARD.match(data, at, at + CARD_SIZE) is not None


def has_value_indicator(data: Raw, at: int) -> bool:
    """Whether the record at ``at`` is a card with a value indicator in its place."""
    return at >= 0 and _STRONG.match(data, at, at + CARD_SIZE) is not None


def is_surely_card(data: bytes, at: int) -> bool:
    """Whether the record at ``at`` is a card beyond doubt."""
    return has_value_indicator(data, at) or (
        at >= 0 and _COMMENTARY.match(data, at, at + CARD_SIZE) is not None
    )


def starts_header(data: Raw, at: int = 0) -> bool:
    """Whether a mandatory first card stands at ``at``."""
    return _FIRST.match(data, at) is not None


def is_end(record: Raw) -> bool:
    """Whether readers take the record for END: bytes 1-8, whatever follows."""
    return record.startswith(b"END") and not record[3:8].strip(SPACE)


def has_end_value(record: Raw) -> bool:
    """Whether an END record has a value indicator."""
    return record[3:].lstrip(b" ").startswith(b"=")


def find_end(data: Raw, start: int, stop: int, *, greedy: bool) -> int:
    """Position of the first END record on the 80-byte grid, -1 when there is none.

    Without ``greedy`` an ``END     =`` with another card behind it is read on from.
    """
    at = data.find(b"END", start, stop)
    while at >= 0:
        if at % CARD_SIZE == 0 and is_end(record := data[at : at + CARD_SIZE]):
            following = has_value_indicator(data, at + CARD_SIZE)
            if greedy or not (has_end_value(record) and following):
                return at
        at = data.find(b"END", at + 1, stop)
    return -1


def is_header_block(block: Raw) -> bool:
    """Whether most records of a block, which may be cut short, can be meant as cards."""
    foreign = len(block.translate(None, _PRINTABLE))
    if foreign * 10 > len(block):
        return False
    records = range(0, max(len(block) - CARD_SIZE + 1, 1), CARD_SIZE)
    # The usual block shows at two columns; card by card it takes ten times as long.
    unnamed = len(block[::CARD_SIZE].translate(None, _NAMING))
    if 2 * min(block[8::CARD_SIZE].count(b"="), len(records) - unnamed) >= len(records):
        return True
    good = 0
    for at in records:
        good += may_be_card(block, at)
        if 2 * good >= len(records):
            return True
    return False


def count_leading_cards(block: Raw) -> int:
    """How many records at the start of a block can be meant as cards."""
    for at in range(0, BLOCK_SIZE, CARD_SIZE):
        if at + CARD_SIZE > len(block) or not may_be_card(block, at):
            return at // CARD_SIZE
    return BLOCK_SIZE // CARD_SIZE


def looks_like_header(data: bytes) -> bool:
    """Whether a header without its mandatory first card starts the bytes."""
    good = records = 0
    for at in range(0, min(len(data) - CARD_SIZE + 1, 8 * CARD_SIZE), CARD_SIZE):
        records += 1
        good += is_surely_card(data, at)
        if is_end(data[at : at + CARD_SIZE]):
            break
    return good > 1 and good * 4 >= records * 3 and may_be_card(data)


def has_another_header(data: Raw) -> bool:
    """Whether a header starts on a block boundary after the first block."""
    return any(starts_header(data, at) for at in range(BLOCK_SIZE, len(data), BLOCK_SIZE))
