"""The edit that writes another value on a card and leaves the comment where it stands."""

from __future__ import annotations

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD
from fitslint.rules.api import splice


def revalue(card: Card, text: str) -> Edit | None:
    """Write ``text`` (quotes included) as the value; None when the card has no room for it.

    A shorter value is filled with blanks and a longer one takes the blanks behind it, so that the
    slash moves only when there is no other way.
    """
    span = card.form.value
    if span is None:
        return None
    start, end = span
    rest = card.raw[end:]
    blanks = len(rest) - len(rest.lstrip(b" "))
    spare = blanks - 1 if end + blanks < CARD else blanks
    taken = min(max(len(text) - (end - start), 0), max(spare, 0))
    return splice(card, (start, end + taken), text.ljust(end - start))
