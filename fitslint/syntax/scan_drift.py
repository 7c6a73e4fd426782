"""Headers whose cards leave the 80-byte grid because bytes were inserted or lost."""

from __future__ import annotations

from fitslint.model.form import CARD_SIZE
from fitslint.model.records import dataclass, field
from fitslint.syntax.scan_cards import is_end, is_surely_card, may_be_card

DRIFT_MAX = 40
"""How far from the grid the next card is looked for; beyond it another grid line is nearer."""


@dataclass(frozen=True, slots=True)
class Drift:
    """From card ``card`` (counted from 1) on, everything stands ``shift`` bytes further."""

    card: int
    offset: int
    shift: int


@dataclass(slots=True)
class DriftedCards:
    """Cards as they stand, each padded or cut to 80 bytes."""

    cards: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    drifts: list[Drift] = field(default_factory=list)
    end: bytes = b""
    stop: int = 0


def follow_cards(data: bytes) -> DriftedCards:
    """Follow the cards from the start of ``data`` to END, from grid to grid where they drift."""
    found, at = DriftedCards(), 0
    while at < len(data):
        record = data[at : at + CARD_SIZE]
        if not is_surely_card(data, at) and not is_end(record):
            moved = _resync(data, at, bool(found.cards))
            if moved is not None:
                _note_drift(found, data, at, moved)
                at = moved
                record = data[at : at + CARD_SIZE]
        found.starts.append(at)
        if is_end(record):
            found.end, found.stop = record.ljust(CARD_SIZE), at + CARD_SIZE
            break
        if not may_be_card(record):
            break
        found.cards.append(record.ljust(CARD_SIZE))
        at += CARD_SIZE
    return found


def _resync(data: bytes, at: int, behind: bool) -> int | None:
    """The nearest place to ``at`` where two certain cards stand in a row."""
    for distance in range(1, DRIFT_MAX + 1):
        for moved in (at + distance, at - distance):
            if moved < at and not behind:
                continue
            if is_surely_card(data, moved) and (
                _is_end_at(data, moved) or is_surely_card(data, moved + CARD_SIZE)
            ):
                return moved
    return None


def _is_end_at(data: bytes, at: int) -> bool:
    return is_end(data[at : at + CARD_SIZE])


def _note_drift(found: DriftedCards, data: bytes, at: int, moved: int) -> None:
    if moved < at:
        start = found.starts[-1]
        found.cards[-1] = data[start:moved].ljust(CARD_SIZE)
    found.drifts.append(Drift(len(found.cards) + 1, moved, moved - at))
