"""The bytes of one header after edits: its END, its fill, and whole blocks again."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from fitslint.model.file import Hdu
from fitslint.model.finding import Edit
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header
from fitslint.repair.model import Patch
from fitslint.syntax.scan_cards import is_end
from fitslint.syntax.scan_reader import Reader
from fitslint.text import say


class EditConflictError(Exception):
    """Edits that do not fit a header together; the message says why."""


def splice_edits(data: bytes, offset: int, edits: Sequence[Edit]) -> bytes:
    """``data``, which starts at ``offset``, after edits that are disjoint and in order."""
    parts, at = [], offset
    for edit in edits:
        parts += [data[at - offset : edit.start - offset], edit.new]
        at = edit.end
    parts.append(data[at - offset :])
    return b"".join(parts)


def rebuild_header(old: bytes, hdu: Hdu, edits: Sequence[Edit]) -> bytes:
    """The header of ``hdu``, ``old`` in the stream, after edits: filled to whole blocks.

    Only blanks behind END give way or are added. Blank cards before END stay: who put them there
    wanted the room.

    Raises
    ------
    EditConflictError
        when cards would come or go where nobody can tell the end of the header, or what stands
        behind END would be lost.
    """
    header = hdu.header
    if header.starts is not None:
        raise EditConflictError(say("the cards of the header are not 80 bytes apart"))
    new = splice_edits(old, header.offset, edits)
    if len(new) == len(old):
        return new
    if header.end is None:
        raise EditConflictError(say("the header has no END card, so no card can come or go"))
    end = header.offset + len(header.raw)
    at = len(header.raw) + sum(
        len(edit.new) - (edit.end - edit.start) for edit in edits if edit.end <= end
    )
    if not is_end(new[at : at + CARD_SIZE]):
        raise EditConflictError(say("END changes at the same time"))
    return pad_header(new, at + CARD_SIZE)


def pad_header(block: bytes, stop: int) -> bytes:
    """A header whose END stops at ``stop`` with as much fill as its last block takes.

    Raises
    ------
    EditConflictError
        when something else than blanks would have to go.
    """
    size = stop + -stop % BLOCK_SIZE
    if block[size:].strip(b" "):
        raise EditConflictError(say("bytes behind END, which are not blank, would be lost"))
    return block[:size].ljust(size)


def pad_header_text(reader: Reader, size: int, growth: int) -> Iterator[Patch]:
    """The blanks that come or go at the end of a header text of whole blocks, so that it stays one.

    Lines have no blocks, and bytes other than blanks stay.
    """
    tail = reader.read_at(size - BLOCK_SIZE, BLOCK_SIZE)
    if not growth or b"\n" in tail:
        return
    used = len(tail.rstrip(b" "))
    used += -used % CARD_SIZE
    surplus = -(used + growth) % BLOCK_SIZE - (BLOCK_SIZE - used)
    if surplus > 0:
        yield Patch(size, size, b" " * surplus)
    elif surplus < 0:
        yield Patch(size + surplus, size, b"")


def list_card_patches(start: int, old: bytes, new: bytes) -> Iterator[Patch]:
    """Patches of whole cards that turn ``old``, which is at ``start``, into ``new``.

    Where both have the same length, so has every patch.
    """
    common = min(len(old), len(new))
    common -= common % CARD_SIZE
    first = -1
    for at in _find_differences(old, new, common):
        if first < 0:
            first = last = at
        elif at > last + CARD_SIZE:
            stop = last + CARD_SIZE
            yield Patch(start + first, start + stop, new[first:stop], old[first:stop])
            first = at
        last = at
    tail = old[common:] != new[common:]
    if first >= 0 and not (tail and last + CARD_SIZE == common):
        stop = last + CARD_SIZE
        yield Patch(start + first, start + stop, new[first:stop], old[first:stop])
        first = -1
    if tail:
        first = first if first >= 0 else common
        yield Patch(start + first, start + len(old), new[first:], old[first:])


_cards = struct.Struct("80s" * (BLOCK_SIZE // CARD_SIZE)).unpack


def _find_differences(old: bytes, new: bytes, stop: int) -> Iterator[int]:
    """First bytes of the cards that are not the same."""
    for block in range(0, stop, BLOCK_SIZE):
        mine, other = old[block : block + BLOCK_SIZE], new[block : block + BLOCK_SIZE]
        if mine != other:
            pairs = zip(
                _cards(mine.ljust(BLOCK_SIZE)), _cards(other.ljust(BLOCK_SIZE)), strict=True
            )
            for number, (before, after) in enumerate(pairs):
                if before != after and block + number * CARD_SIZE < stop:
                    yield block + number * CARD_SIZE


def find_append_position(header: Header) -> int:
    """The position at which a new card goes: behind the last one that is not blank."""
    last = len(header)
    while last > 0 and not header.raw[(last - 1) * CARD_SIZE : last * CARD_SIZE].strip():
        last -= 1
    return last
