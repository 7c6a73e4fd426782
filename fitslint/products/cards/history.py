"""HISTORY: what was done to the pixels, a line for every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fitslint.products.cards.context import ProductContext
from fitslint.products.header_facts import read_history


def list_new_history(case: ProductContext) -> Sequence[str]:
    """The lines that are given, unless they are the last ones of the header already."""
    said = _join_letters(case.user_facts.history)
    # A line may stand on several cards, which break it where they like.
    there, cards = "", list(read_history(case.header))
    while cards and len(there) < len(said):
        there = _join_letters([cards.pop()]) + there
    return [] if said == there else list(case.user_facts.history)


def _join_letters(lines: Iterable[str]) -> str:
    """Lines without their blanks."""
    return "".join("".join(lines).split())
