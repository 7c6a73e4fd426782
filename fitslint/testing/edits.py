"""Edits of findings applied to an example, so that a fix can be compared with the good file."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from fitslint.model.finding import Edit
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.testing.examples import Example

_END = b"END".ljust(CARD_SIZE)


def edit_example(example: Example, edits: Iterable[Edit]) -> bytes:
    """The bytes of ``example`` after ``edits``; a header that grew or shrank is filled again.

    Bytes of data units stay as they are. An edit that is there twice is applied once.

    Raises
    ------
    ValueError
        when two edits overlap.
    """
    ordered = sorted(set(edits), key=lambda edit: (edit.start, edit.end))
    for left, right in pairwise(ordered):
        if right.start < left.end:
            raise ValueError(f"edits overlap: {left} and {right}")
    out, position = bytearray(), 0
    for start, end in example.headers:
        out += _splice(example.data, position, start, _select_edits(ordered, position, start))
        inside = _select_edits(ordered, start, end)
        header = _splice(example.data, start, end, inside)
        out += _fill_blocks(header) if len(header) != end - start else header
        position = end
    rest = [edit for edit in ordered if edit.start >= position]
    return bytes(out + _splice(example.data, position, len(example.data), rest))


def _select_edits(edits: list[Edit], start: int, end: int) -> list[Edit]:
    return [edit for edit in edits if start <= edit.start < end]


def _splice(data: bytes, start: int, end: int, edits: list[Edit]) -> bytes:
    out, position = bytearray(), start
    for edit in edits:
        out += data[position : edit.start] + edit.new
        position = edit.end
    return bytes(out + data[position:end])


def _fill_blocks(header: bytes) -> bytes:
    """``header`` cut after its END card and filled with blanks to a whole number of blocks."""
    images = (header[at : at + CARD_SIZE] for at in range(0, len(header), CARD_SIZE))
    cards = next((n + 1 for n, image in enumerate(images) if image == _END), None)
    kept = header[: cards * CARD_SIZE] if cards else header.rstrip(b" ")
    return kept + b" " * (-len(kept) % BLOCK_SIZE)
