"""Levels of what an authority demands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitslint.dictionary.matching.match import Match
from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag

LEVEL_BY_SEVERITY: dict[str, Level] = {"error": "project", "warning": "conv", "info": "style"}
"""Gravity in a dictionary to the level of a flag."""


def find_authority_entry(card: Card, header: Header) -> tuple[DictionaryChain, Match] | None:
    """The authority of a header and what it has on the keyword of a card."""
    authority: DictionaryChain | None = header.authority
    match = authority.lookup(card.keyword) if authority else None
    return (authority, match) if authority and match else None


def flag_entry(
    card: Card,
    header: Header,
    span: tuple[int, int] | None = None,
    *,
    clause_keyword: str = "",
    **params: Any,
) -> Iterator[Flag]:
    """One flag on a card that names the dictionary which demands it; ``params`` as for a flag.

    ``clause_keyword`` is the keyword that the dictionary has, where it is not the one on the card.
    """
    clause = header.authority.clause(clause_keyword or card.keyword)
    yield flag(card, span, clause=clause, who=clause.partition(" ")[0], **params)
