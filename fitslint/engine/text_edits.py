"""Edits of cards as edits of the lines of a header text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.rule import Flag


def translate_edits(flag: Flag, header: Header) -> tuple[Edit, ...]:
    """The edits of ``flag`` where cards are lines that end before column 80.

    Empty when one of them cannot be placed: a line that holds several cards, or bytes beyond ASCII.
    """
    starts, stops = header.starts, header.stops
    if starts is None or stops is None or _is_card_grid(starts):
        return flag.edits
    places = {start: position for position, start in enumerate(starts)}
    after = flag.card.offset + CARD_SIZE if flag.card else None
    try:
        return tuple(
            translated
            for edit in flag.edits
            for translated in _translate_edit(edit, places, starts, stops, edit.start == after)
        )
    except KeyError:
        return ()


def _is_card_grid(starts: tuple[int, ...]) -> bool:
    return all(right - left == CARD_SIZE for left, right in pairwise(starts))


def _translate_edit(
    edit: Edit, places: dict[int, int], starts: tuple[int, ...], stops: tuple[int, ...], after: bool
) -> Iterator[Edit]:
    records = [
        edit.new[at : at + CARD_SIZE].rstrip(b" ") for at in range(0, len(edit.new), CARD_SIZE)
    ]
    if edit.start == edit.end:
        at = starts[places[edit.start - CARD_SIZE] + 1] if after else starts[places[edit.start]]
        yield Edit(at, at, b"".join(record + b"\n" for record in records))
        return
    first = places[edit.start]
    last = first + (edit.end - edit.start) // CARD_SIZE - 1
    if last >= len(stops) or min(stops[first : last + 1]) < 0:
        raise KeyError(edit.start)
    stop = stops[last] if records else starts[last + 1]
    yield Edit(edit.start, stop, b"\n".join(records))
