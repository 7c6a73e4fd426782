"""The axes and matrix elements of each version of the coordinates: ``CD1_2A`` belongs to A."""

from __future__ import annotations

import re

from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.text import phrase

LETTERS = ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""Versions: the primary one without a letter, then A to Z."""

_MEMO_MAX = 256
"""Types of axes of one layout of which it is kept what they hold."""
_ELEMENT = compile_late("([1-9][0-9]*)_([1-9][0-9]*)([A-Z]?)")
_AXIS_NUMBER = compile_late("([1-9][0-9]*)([A-Z]?)")

Elements = dict[tuple[int, int], Card]


def find_matrices(header: Header, root: str) -> dict[str, Elements]:
    """By version: the elements of a matrix (``PC`` or ``CD``), in the order of the header."""
    places = header.layout.compute_once(
        ("matrices", root), lambda layout: index_elements(layout, root)
    )
    return {
        version: {element: header.card(at) for element, at in cards.items()}
        for version, cards in places.items()
    }


def is_in_types(pattern: re.Pattern[bytes], header: Header) -> bool:
    """Whether a card of CTYPEia holds a text: much quicker than to look at the whole header."""
    starts, memo = header.layout.compute_once("cards of CTYPEia", _find_type_cards)
    raw = header.raw
    types = b"\n".join([raw[start : start + CARD_SIZE] for start in starts])
    found = memo.get((pattern, types))
    if found is None:
        found = pattern.search(types) is not None
        if len(memo) < _MEMO_MAX:
            memo[pattern, types] = found
    return found


def _find_type_cards(layout: Layout) -> tuple[list[int], dict[tuple[object, bytes], bool]]:
    """The first byte of every card of CTYPEia, and what was found in cards before."""
    starts = [
        place * CARD_SIZE
        for name in layout.list_names("CTYPE")
        if _AXIS_NUMBER.fullmatch(name, len("CTYPE"))
        for place in layout.index[name]
    ]
    return starts, {}


def find_axis_cards(header: Header, root: str) -> dict[str, dict[int, Card]]:
    """By version: the cards of a keyword of axes (``CTYPE``), in the order of the header."""
    places = header.layout.compute_once(("axes", root), lambda layout: _index_axes(layout, root))
    return {
        version: {axis: header.card(at) for axis, at in cards.items()}
        for version, cards in places.items()
    }


def index_elements(layout: Layout, root: str) -> dict[str, dict[tuple[int, int], int]]:
    """By version and element: the position of its first card."""
    found: dict[str, dict[tuple[int, int], int]] = {}
    for name in layout.list_names(root):
        match = _ELEMENT.fullmatch(name, len(root))
        if match:
            element = int(match[1]), int(match[2])
            found.setdefault(match[3], {}).setdefault(element, layout.index[name][0])
    return found


def _index_axes(layout: Layout, root: str) -> dict[str, dict[int, int]]:
    """By version and axis: the position of its first card."""
    found: dict[str, dict[int, int]] = {}
    for name in layout.list_names(root):
        match = _AXIS_NUMBER.fullmatch(name, len(root))
        if match:
            found.setdefault(match[2], {}).setdefault(int(match[1]), layout.index[name][0])
    return found


def describe_version(version: str) -> str:
    """How a message names a version."""
    if not version:
        return phrase("the coordinates")
    return phrase("version {version} of the coordinates", version=version)
