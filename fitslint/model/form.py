"""What the grammar says of one card image: its kind, the spans of its parts, its value type."""

from __future__ import annotations

from typing import Literal

from fitslint.model.records import dataclass

CardKind = Literal["value", "commentary", "continue", "hierarch", "end"]
ValueType = Literal[
    "string", "logical", "integer", "real", "complex", "undefined", "none", "faulty"
]
Span = tuple[int, int]

CARD_SIZE = 80
BLOCK_SIZE = 2880


@dataclass(frozen=True, slots=True)
class CardForm:
    """The shape of an 80-byte card image (FITS 4.0 section 4.1).

    Spans are half open and count columns from 0. ``kind`` says how readers take the card:

    value       bytes 9-10 are a value indicator
    commentary  COMMENT, HISTORY, a blank keyword, or any name without value indicator
    continue    CONTINUE with blank bytes 9-10
    hierarch    HIERARCH with an equals sign somewhere after it
    end         the END keyword

    ``fault`` names the faulty production of the grammar that the card needed (``None`` for a legal
    card) and ``at`` the column where the fault stands.
    """

    kind: CardKind
    name: Span
    """The keyword; for HIERARCH from byte 1 to the last token before the equals sign."""
    value: Span | None = None
    """The value as written, quotes and parentheses included; the text of a commentary card."""
    comment: Span | None = None
    """The text after the slash."""
    type: ValueType = "none"
    fault: str | None = None
    fault_span: Span | None = None

    @property
    def legal(self) -> bool:
        """Whether the card needed no faulty production."""
        return self.fault is None
