"""The axes and matrix elements of each version of the coordinates: ``CD1_2A`` belongs to A."""

from __future__ import annotations

import re

from fitslint.model.card import Card
from fitslint.model.header import Header

LETTERS = ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""Versions: the primary one without a letter, then A to Z."""

_ELEMENT = re.compile("([1-9][0-9]*)_([1-9][0-9]*)([A-Z]?)")
_AXIS = re.compile("([1-9][0-9]*)([A-Z]?)")

Elements = dict[tuple[int, int], Card]


def matrices(header: Header, root: str) -> dict[str, Elements]:
    """By version: the elements of a matrix (``PC`` or ``CD``), in the order of the header."""
    found: dict[str, Elements] = {}
    for name, where in header.layout.index.items():
        match = _ELEMENT.fullmatch(name, len(root)) if name.startswith(root) else None
        if match:
            element = int(match[1]), int(match[2])
            found.setdefault(match[3], {}).setdefault(element, header.card(where[0]))
    return found


def axes(header: Header, root: str) -> dict[str, dict[int, Card]]:
    """By version: the cards of a keyword of axes (``CTYPE``), in the order of the header."""
    found: dict[str, dict[int, Card]] = {}
    for name, where in header.layout.index.items():
        match = _AXIS.fullmatch(name, len(root)) if name.startswith(root) else None
        if match:
            found.setdefault(match[2], {}).setdefault(int(match[1]), header.card(where[0]))
    return found


def described(version: str) -> str:
    """How a message names a version."""
    return f"version {version} of the coordinates" if version else "the coordinates"
