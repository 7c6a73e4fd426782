"""Writing cards: the inverse of the grammar.

``join(split(card)) == card`` for every card image, byte for byte; and what :func:`write_card`
writes, the grammar reads back as the same value.
"""

from __future__ import annotations

import math

from fitslint.model.form import CARD_SIZE
from fitslint.model.records import dataclass
from fitslint.model.value import Value
from fitslint.syntax.cards import parse_card
from fitslint.text import say

FIXED_END = 30
"""Fixed-format numbers and logicals end in this column (4.2.2-4.2.4)."""
STRING_MIN = 8
"""Fixed-format strings have their closing quote in column 20 or later (4.2.1)."""
_PIECE_SIZE = 66
"""Characters of a long string that fit on a card beside quotes and ampersand."""


@dataclass(frozen=True, slots=True)
class CardParts:
    """A card image in the pieces that an editor changes; together they fill 80 columns."""

    keyword: bytes
    """Columns 1-8, or all up to the equals sign where that stands elsewhere."""
    indicator: bytes
    """From there to the value, blanks included."""
    value: bytes
    gap: bytes
    """What stands between value and comment, slash included; a stray text as well."""
    comment: bytes


def split_card(raw: bytes) -> CardParts:
    """The parts of a card image."""
    form = parse_card(raw)
    name_end = form.name[1]
    comment = form.comment or (len(raw), len(raw))
    value = form.value or (comment[0], comment[0])
    if form.value is None and form.comment is not None:
        value = (comment[0] - 1, comment[0] - 1)
    return CardParts(
        raw[:name_end],
        raw[name_end : value[0]],
        raw[value[0] : value[1]],
        raw[value[1] : comment[0]],
        raw[comment[0] :],
    )


def join_card(parts: CardParts) -> bytes:
    """The card image of the parts."""
    return parts.keyword + parts.indicator + parts.value + parts.gap + parts.comment


def format_card(
    keyword: str, value_text: str, comment: str = "", *, pad: bool = True
) -> bytes | None:
    """A card in fixed format from a value text that is already right; None when it has no room.

    With ``pad`` the quote that closes a string stands in column 20 or later, as readers of the
    first editions want it; the blanks become part of the text for some (IDL). A comment that does
    not fit is cut only in its trailing blanks, never in its text.
    """
    quoted = value_text.startswith("'")
    if pad and quoted and len(value_text) < STRING_MIN + 2:
        value_text = f"{value_text[:-1]:<{STRING_MIN + 1}}'"
    field = f"{value_text:<20}" if quoted else f"{value_text:>20}"
    head = f"{keyword}= " if keyword.startswith("HIERARCH ") else f"{keyword:<8}= "
    head = head.replace("= ", " = ") if keyword.startswith("HIERARCH ") else head
    note = comment.strip()
    images = (f"{head}{field}", f"{head}{value_text.strip()}")
    for image in images:
        card = f"{image} / {note}" if note else image
        if len(card.rstrip()) <= CARD_SIZE:
            return _encode_card(card.rstrip())
    return None


def write_card(keyword: str, value: Value, comment: str = "") -> list[bytes]:
    """The card images of a keyword, its value and comment, in fixed format where it has room.

    A string that is too long for one card goes on in CONTINUE cards (4.2.1.2).

    Raises
    ------
    ValueError
        when a character is not printable ASCII, a number is not finite, or there is no room.
    """
    text = format_card_value(value)
    card = format_card(keyword, text, comment) or format_card(keyword, text)
    if card is not None:
        rest = (
            []
            if not comment or _has_comment(card)
            else [_encode_card(f"COMMENT {comment}"[:CARD_SIZE])]
        )
        return [card, *rest]
    if not isinstance(value, str):
        raise ValueError(say("the value of {keyword} has no room on a card", keyword=keyword))  # noqa: TRY004
    return _format_long_string(keyword, value, comment)


def _has_comment(card: bytes) -> bool:
    return parse_card(card).comment is not None


def format_card_value(value: Value) -> str:
    """A value as the standard writes it.

    Raises
    ------
    ValueError
        when a character is not printable ASCII or a number is not finite.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _format_real(value)
    if isinstance(value, complex):
        return f"({_format_real(value.real)}, {_format_real(value.imag)})"
    if not all(" " <= character <= "~" for character in value):
        raise ValueError(say("a FITS string holds printable ASCII characters only"))
    return "'" + value.replace("'", "''") + "'"


def _format_real(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(say("a FITS header cannot hold NaN or infinity"))
    text = repr(value).upper()
    if "." in text:
        return text
    mantissa, letter, exponent = text.partition("E")
    return f"{mantissa}.0{letter}{exponent}"


def _format_long_string(keyword: str, value: str, comment: str) -> list[bytes]:
    room = _PIECE_SIZE - max(0, len(keyword) + 1 - 8)
    if room < 2:
        raise ValueError(say("{keyword} leaves no room for a string", keyword=keyword))
    pieces, rest = [], value
    while rest:
        taken = _count_fitting(rest, room)
        pieces.append(rest[:taken])
        rest = rest[taken:]
        room = _PIECE_SIZE + 1
    head = f"{keyword} = " if keyword.startswith("HIERARCH ") else f"{keyword:<8}= "
    cards = []
    for number, piece in enumerate(pieces):
        more = "&" if number < len(pieces) - 1 or comment else ""
        lead = head if number == 0 else "CONTINUE  "
        cards.append(f"{lead}'{piece.replace(chr(39), chr(39) * 2)}{more}'")
    if comment:
        cards.append(f"CONTINUE  '' / {comment}"[:CARD_SIZE])
    return [_encode_card(card) for card in cards]


def _count_fitting(text: str, room: int) -> int:
    """How many characters of ``text`` fill ``room`` columns once quotes are doubled."""
    used = 0
    for position, character in enumerate(text):
        used += 2 if character == "'" else 1
        if used > room:
            return max(position, 1)
    return len(text)


def _encode_card(card: str) -> bytes:
    if not all(" " <= character <= "~" for character in card):
        raise ValueError(say("a card holds printable ASCII characters only"))
    return card.ljust(CARD_SIZE).encode("ascii")
