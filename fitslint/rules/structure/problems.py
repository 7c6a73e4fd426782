"""What the reader noted, by kind, and the headers that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitslint.model.card import Card
from fitslint.model.file import FitsFile, StructuralProblem
from fitslint.model.finding import Edit, Level, Safety
from fitslint.model.header import Header
from fitslint.model.rule import Flag


def find_problems(file: FitsFile, *kinds: str) -> Iterator[StructuralProblem]:
    """The problems of these kinds, in the order of the file."""
    return (problem for problem in file.problems if problem.kind in kinds)


def find_hdu_header(file: FitsFile, number: int | None) -> Header | None:
    """The header of the HDU with this number (from 1)."""
    if number is None or not 0 < number <= len(file.hdus):
        return None
    return file.hdus[number - 1].header


def find_end_card(file: FitsFile, problem: StructuralProblem) -> tuple[Header, Card] | None:
    """The END card that a problem is about: behind the cards of its header or among them."""
    header = find_hdu_header(file, problem.hdu)
    if header is None:
        return None
    position = int(problem.params["card"]) - 1
    card = header.card(position) if position < len(header) else header.end_card
    return (header, card) if card is not None else None


def flag_problem(
    problem: StructuralProblem,
    params: dict[str, Any] | None = None,
    *,
    message: str = "",
    keyword: str | None = None,
    card: Card | None = None,
    edits: tuple[Edit, ...] = (),
    title: str = "",
    safety: Safety | None = None,
    level: Level | None = None,
    clause: str | None = None,
) -> Flag:
    """A flag on the HDU and byte of a problem, or on a card of that HDU."""
    return Flag(
        card=card,
        keyword=keyword,
        start=0 if card is not None else None,
        end=len(card.raw) if card is not None else None,
        message=message,
        params=problem.params if params is None else params,
        edits=edits,
        title=title,
        safety=safety,
        hdu=problem.hdu,
        byte=problem.byte,
        level=level,
        clause=clause,
    )
