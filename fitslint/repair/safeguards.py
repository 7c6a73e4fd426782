"""What may not come of a fix: a new finding that weighs as much, or a value that nobody named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import SEVERITIES, Edit, FileReport, Finding
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.syntax.scan import padded
from fitslint.syntax.scan_cards import is_end

ERROR = SEVERITIES.index("error")

Told = tuple[str, bytes, bytes]
"""Keyword, card, and for CONTINUE the card that it goes on from."""


def weight(findings: Iterable[Finding]) -> int:
    """The least severity among ``findings``, as a number."""
    return min(SEVERITIES.index(one.severity) for one in findings)


def fresh(before: FileReport, after: FileReport, least: int) -> list[Finding]:
    """Findings of at least severity ``least`` whose rule has more of them in their HDU."""
    heavy = [one for one in after.findings if SEVERITIES.index(one.severity) >= least]
    if not heavy:
        return []
    had = Counter((one.code, one.hdu) for one in before.findings)
    has = Counter((one.code, one.hdu) for one in after.findings)
    return [one for one in heavy if has[one.code, one.hdu] > had[one.code, one.hdu]]


def altered(before: FitsFile, after: FitsFile, edits: Sequence[Edit]) -> str | None:
    """What a reader would take otherwise beside the cards that ``edits`` change, as a sentence.

    ``edits`` are those on the stream of ``before``.
    """
    if len(after.hdus) < len(before.hdus):
        lost = before.hdus[len(after.hdus)].number
        return f"HDU {lost} would not be found any more"
    for old, new in zip(before.hdus, after.hdus, strict=False):
        if old.data_bytes != new.data_bytes:
            there = old.data_bytes if old.data_bytes is not None else _room(after, new)
            if not _fits(new.data_bytes, there, known=old.data_bytes is not None):
                return (
                    f"the data unit of HDU {old.number} would have {new.data_bytes} bytes "
                    f"instead of {there}"
                )
        if old.header.raw == new.header.raw:
            continue
        mine = [edit for edit in edits if _touches(edit, old)]
        if mine and _as_edited(old.header, new.header, mine):
            continue
        name = _stranger(old.header, new.header, mine)
        if name is not None:
            what = name or "a blank keyword"
            return f"readers would find another {what} in HDU {old.number}"
    return None


def _room(file: FitsFile, hdu: Hdu) -> int | None:
    """Bytes between the header of an HDU and the next one, or the end of the file."""
    nexts = file.hdus[hdu.number : hdu.number + 1]
    stop = nexts[0].header.offset if nexts else file.size
    return None if stop is None else max(stop - hdu.data_offset, 0)


def _fits(size: int | None, there: int | None, *, known: bool) -> bool:
    """Whether a data unit whose size is told anew is what stands there, padding aside."""
    if known or size is None or there is None:
        return False
    return size <= there <= padded(size)


def _touches(edit: Edit, hdu: Hdu) -> bool:
    return hdu.header.offset <= edit.start <= hdu.data_offset


def _as_edited(old: Header, new: Header, edits: list[Edit]) -> bool:
    """Whether the header has the cards that edits on whole cards give it and no chain of cards.

    All others are then what they were, byte for byte, because nothing else was written.
    """
    if old.starts is not None or b"CONTINUE" in old.raw or b"CONTINUE" in new.raw:
        return False
    end = old.offset + len(old.raw)
    if any(edit.end > end for edit in edits):
        return False
    return len(new.raw) - len(old.raw) == sum(
        len(edit.new) - (edit.end - edit.start) for edit in edits
    )


def _stranger(old: Header, new: Header, edits: Iterable[Edit]) -> str | None:
    """A keyword that is not the same although no edit changes its card; None when all are."""
    taken: set[int] = set()
    brought: Counter[bytes] = Counter()
    for edit in edits:
        starts = map(old.start_of, range(len(old)))
        taken.update(at for at, start in enumerate(starts) if edit.start <= start < edit.end)
        images = edit.new.split(b"\n") if old.text else _cards(edit.new)
        brought.update(image.ljust(CARD) for image in images if image.strip())
    kept = _told(old, lambda at, _: at in taken)
    found = _told(new, lambda _, image: _taken_from(brought, image))
    for left, right in zip_longest(kept, found):
        if left != right:
            return (left or right or ("",))[0]
    lost = next((image for image in brought.elements() if not is_end(image)), None)
    return None if lost is None else lost[:8].decode("latin-1").rstrip()


def _taken_from(brought: Counter[bytes], image: bytes) -> bool:
    if not brought[image]:
        return False
    brought[image] -= 1
    return True


def _cards(data: bytes) -> Iterator[bytes]:
    return (data[at : at + CARD] for at in range(0, len(data), CARD))


def _told(header: Header, left_out: Callable[[int, bytes], bool]) -> Iterator[Told]:
    """The cards of a header in order but those left out, blank ones, and its CHECKSUM.

    With a card the CONTINUE cards that belong to it are left out.
    """
    owner, owned = b"", False
    for position, name in enumerate(header.names):
        card = header.raw[position * CARD : position * CARD + CARD]
        out = left_out(position, card)
        if name != "CONTINUE":
            owner, owned = card, out
        if not (out or owned) and card.strip() and name != "CHECKSUM":
            yield name, card, owner
