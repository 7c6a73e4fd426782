"""The cards of SIP: orders, coefficients, and types that end in -SIP."""

from __future__ import annotations

from fitslint.model.card import Card
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.rules.wcs.versions import find_axis_cards, is_in_types

ORDERS = ("A_ORDER", "B_ORDER", "AP_ORDER", "BP_ORDER")
SUFFIX = "-SIP"
_COEFFICIENT = compile_late("(AP?|BP?)_([0-9])_([0-9])")
_SUFFIX_TEXT = compile_late(b"-SIP")


def has_no_sip(header: Header) -> bool:
    """Whether neither an order nor a type speaks of SIP."""
    has_orders = header.layout.compute_once("orders of SIP", _has_orders)
    return not has_orders and not is_in_types(_SUFFIX_TEXT, header)


def _has_orders(layout: Layout) -> bool:
    return any(order in layout.index for order in ORDERS)


def _list_coefficients(layout: Layout) -> dict[str, list[tuple[int, int]]]:
    """By polynomial: total power and position of every coefficient."""
    found: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(layout.names):
        match = _COEFFICIENT.fullmatch(name)
        if match:
            found.setdefault(match[1], []).append((int(match[2]) + int(match[3]), place))
    return found


def list_coefficients(header: Header, polynomial: str) -> list[tuple[int, Card]]:
    """Total power and card of every coefficient that is not zero."""
    places = header.layout.compute_once("coefficients of SIP", _list_coefficients)
    found = ((power, header.card(at)) for power, at in places.get(polynomial, ()))
    return [(power, card) for power, card in found if card.number_value]


def has_forward_coefficients(header: Header) -> bool:
    """Whether there is a coefficient from pixels to the plane, be it 0."""
    places = header.layout.compute_once("coefficients of SIP", _list_coefficients)
    return "A" in places or "B" in places


def find_sip_axes(header: Header) -> dict[str, dict[int, Card]]:
    """By version: the cards of celestial types that end in -SIP."""
    return {
        version: named
        for version, cards in find_axis_cards(header, "CTYPE").items()
        if (named := {axis: card for axis, card in cards.items() if has_sip_suffix(card)})
    }


def has_sip_suffix(card: Card) -> bool:
    """Whether the type of an axis ends in -SIP."""
    value = card.value
    return isinstance(value, str) and value.rstrip().endswith(SUFFIX)
