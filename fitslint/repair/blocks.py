"""The bytes of one header after edits: its END, its fill, and whole blocks again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fitslint.model.file import Hdu
from fitslint.model.finding import Edit
from fitslint.model.form import BLOCK, CARD
from fitslint.repair.model import Patch
from fitslint.syntax.scan_cards import is_end


class NotApplicable(Exception):  # noqa: N818 -- it names the thing
    """Edits that do not fit a header together; the message says why."""


def spliced(data: bytes, offset: int, edits: Sequence[Edit]) -> bytes:
    """``data``, which starts at ``offset``, after edits that are disjoint and in order."""
    parts, at = [], offset
    for edit in edits:
        parts += [data[at - offset : edit.start - offset], edit.new]
        at = edit.end
    parts.append(data[at - offset :])
    return b"".join(parts)


def laid_out(old: bytes, hdu: Hdu, edits: Sequence[Edit]) -> bytes:
    """The header of ``hdu``, ``old`` in the stream, after edits: filled to whole blocks.

    Only blanks behind END give way or are added. Blank cards before END stay: who put them there
    wanted the room.

    Raises
    ------
    NotApplicable
        when cards would come or go where nobody can tell the end of the header, or what stands
        behind END would be lost.
    """
    header = hdu.header
    new = spliced(old, header.offset, edits)
    if len(new) == len(old):
        return new
    if header.end is None or header.starts is not None:
        raise NotApplicable("the header does not end where its blocks do, so no card can move")
    end = header.offset + len(header.raw)
    at = len(header.raw) + sum(
        len(edit.new) - (edit.end - edit.start) for edit in edits if edit.end <= end
    )
    if not is_end(new[at : at + CARD]):
        raise NotApplicable("END changes at the same time")
    return refilled(new, at + CARD)


def refilled(block: bytes, stop: int) -> bytes:
    """A header whose END stops at ``stop`` with as much fill as its last block takes.

    Raises
    ------
    NotApplicable
        when something else than blanks would have to go.
    """
    wanted = stop + -stop % BLOCK
    if block[wanted:].strip(b" "):
        raise NotApplicable("bytes behind END, which are not blank, would be lost")
    return block[:wanted].ljust(wanted)


def runs(start: int, old: bytes, new: bytes) -> Iterator[Patch]:
    """Patches of whole cards that turn ``old``, which is at ``start``, into ``new``.

    Where both have the same length, so has every patch.
    """
    common = min(len(old), len(new))
    first = -1
    for at in range(0, common, CARD):
        same = old[at : at + CARD] == new[at : at + CARD] or at + CARD > common
        if same and first >= 0:
            yield Patch(start + first, start + at, new[first:at], old[first:at])
            first = -1
        elif not same and first < 0:
            first = at
    rest = first if first >= 0 else common - common % CARD
    if old[rest:] != new[rest:]:
        yield Patch(start + rest, start + len(old), new[rest:], old[rest:])
