"""What expressions of dictionaries ask the values of a header from."""

from __future__ import annotations

from typing import Any

from fitslint.dictionary.values.quantity import read_quantity
from fitslint.dictionary.values.relation import Operand
from fitslint.model.header import Header, Layout

_HIERARCH = "HIERARCH "
_ARRAY_KEYWORDS = ("NAXIS", "BITPIX")
"""Keywords that a compressed image has twice: its own begin with Z."""


def make_value_reader(header: Header) -> Any:
    """What relations ask the values of a header from."""

    def read_operand(name: str) -> Operand:
        name = resolve_keyword(name, header.layout)
        card = header.find_card(name) or header.find_card(_HIERARCH + name)
        return read_quantity(card) if card else None

    return read_operand


def resolve_keyword(name: str, layout: Layout) -> str:
    """The keyword that holds what ``name`` says: ZNAXIS1 for NAXIS1 of a compressed image."""
    hidden = f"Z{name}" if "ZIMAGE" in layout.index and name.startswith(_ARRAY_KEYWORDS) else name
    return hidden if hidden in layout.index else name
