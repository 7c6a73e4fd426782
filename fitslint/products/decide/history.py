"""HISTORY: what was done to the pixels, a line for every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fitslint.products.decide.case import Case
from fitslint.products.facts import history_of


def fresh_history(case: Case) -> Sequence[str]:
    """The lines that are given, unless they are the last ones of the header already."""
    said = _letters(case.given.history)
    # A line may stand on several cards, which break it where they like.
    there, cards = "", list(history_of(case.header))
    while cards and len(there) < len(said):
        there = _letters([cards.pop()]) + there
    return [] if said == there else list(case.given.history)


def _letters(lines: Iterable[str]) -> str:
    """Lines without their blanks."""
    return "".join("".join(lines).split())
