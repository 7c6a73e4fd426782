"""What may not come of a fix: a new finding that weighs as much, or a value that nobody named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile, zip_longest

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import SEVERITIES, Edit, FileReport, Finding
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.syntax.scan import pad_size
from fitslint.syntax.scan_cards import is_end
from fitslint.syntax.scan_reader import Reader
from fitslint.text import say

_PIECE_SIZE = 1 << 20
_OVERLAP = 32
_HEADER_START = re.compile(rb"XTENSION *= *'|SIMPLE {0,4}= {0,20}[TF] ")
"""How a header begins, wherever it has drifted to."""
ERROR_LEVEL = SEVERITIES.index("error")
_OFFSET_COLUMNS = ("HDRADDR", "DATADDR")
"""Columns in which the files of lsst-images say where every header and data unit begins."""
_OFFSET_SUFFIX = "ADDR"
"""What the keywords end with (INDXADDR, JSONADDR) by which those files say where two HDUs are."""
_NAMES_SHOWN = 4
"""Offsets that a sentence names."""

PositionedCard = tuple[bytes, int | None]
"""A card, and its position before (None for a new one)."""


def find_least_severity(findings: Iterable[Finding]) -> int:
    """The least severity among ``findings``, as a number."""
    return min(SEVERITIES.index(finding.severity) for finding in findings)


def find_new_findings(before: FileReport, after: FileReport, least: int) -> list[Finding]:
    """Findings of at least severity ``least`` whose rule has more of them in their HDU."""
    heavy = [finding for finding in after.findings if SEVERITIES.index(finding.severity) >= least]
    if not heavy:
        return []
    had = Counter((finding.code, finding.hdu) for finding in before.findings)
    has = Counter((finding.code, finding.hdu) for finding in after.findings)
    return [
        finding
        for finding in heavy
        if has[finding.code, finding.hdu] > had[finding.code, finding.hdu]
    ]


def find_side_effect(before: FitsFile, after: FitsFile, edits: Sequence[Edit]) -> str | None:
    """What a reader would take otherwise beside the cards that ``edits`` change, as a sentence.

    ``edits`` are those on the stream of ``before``.
    """
    if len(after.hdus) < len(before.hdus):
        lost = before.hdus[len(after.hdus)].number
        return say("HDU {lost} would not be found any more", lost=lost)
    for old, new in zip(before.hdus, after.hdus, strict=False):
        if old.data_bytes != new.data_bytes:
            space = old.data_bytes if old.data_bytes is not None else _measure_space(after, new)
            if not _has_matching_size(new.data_bytes, space, known=old.data_bytes is not None):
                return say(
                    "the data unit of HDU {number} would have {data_bytes} bytes instead of "
                    "{space}",
                    number=old.number,
                    data_bytes=new.data_bytes,
                    space=space,
                )
        if old.header.raw == new.header.raw:
            continue
        mine = [edit for edit in edits if _is_touching(edit, old)]
        if mine and _is_edit_result(old.header, new.header, mine):
            continue
        name = _find_strange_keyword(old.header, new.header, mine)
        if name is not None:
            return say(
                "readers would find another {name} in HDU {number}", name=name, number=old.number
            )
    return None


def find_false_claim(before: FitsFile, after: FitsFile) -> str | None:
    """Whether SIMPLE = T would come to stand over a header that readers cannot go on from."""
    if not before.hdus or not after.hdus or after.hdus[0].header.is_text:
        return None
    old, new = before.hdus[0], after.hdus[0]
    if old.header.structure.simple or not new.header.structure.simple:
        return None
    if new.data_bytes is not None:
        return None
    return say("SIMPLE = T would say that the file conforms, while BITPIX or NAXISn stay broken")


def find_overlapping_claims(hdus: Sequence[Hdu], size: int | None) -> list[Hdu]:
    """The HDUs in whose data unit, as their header declares it, another header was found.

    Only those whose declared data fit into the file of ``size`` bytes count: what was found there
    may be data that look like a header.
    """
    return [
        hdu
        for hdu, following in pairwise(hdus)
        if hdu.data_bytes is not None
        and following.header.offset < (end := hdu.data_offset + hdu.data_bytes)
        and (size is None or end <= size)
    ]


def find_header_start(stream: Reader, start: int, stop: int) -> int | None:
    """Where something that begins like a header stands among bytes, on whatever column."""
    at, kept = start, b""
    while at < stop:
        data = stream.read_at(at, min(_PIECE_SIZE, stop - at))
        if not data:
            break
        match = _HEADER_START.search(kept + data)
        if match:
            return at - len(kept) + match.start()
        at += len(data)
        kept = data[-_OVERLAP:]
    return None


def _measure_space(file: FitsFile, hdu: Hdu) -> int | None:
    """Bytes between the header of an HDU and the next one, or the end of the file."""
    nexts = file.hdus[hdu.number : hdu.number + 1]
    stop = nexts[0].header.offset if nexts else file.size
    return None if stop is None else max(stop - hdu.data_offset, 0)


def _has_matching_size(size: int | None, space: int | None, *, known: bool) -> bool:
    """Whether a data unit whose size is told anew is what stands there, padding aside."""
    if known or size is None or space is None:
        return False
    return size <= space <= pad_size(size)


def _is_touching(edit: Edit, hdu: Hdu) -> bool:
    return hdu.header.offset <= edit.start <= hdu.data_offset


def _is_edit_result(old: Header, new: Header, edits: list[Edit]) -> bool:
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


def _find_strange_keyword(old: Header, new: Header, edits: Sequence[Edit]) -> str | None:
    """A keyword that is not as the edits make it, or whose string goes on elsewhere than before."""
    expected = list(_apply_edits(old, edits))
    images = [image for image, _ in expected if _is_significant(image)]
    actual = [image for image in _split_cards(new.raw) if _is_significant(image)]
    for left, right in zip_longest(images, actual):
        if left != right:
            return _get_keyword(left or right or b"")
    rewritten_cards = set(range(len(old))) - {position for _, position in expected}
    before, owner = _find_owners(old), None
    for image, position in expected:
        if not image.startswith(b"CONTINUE"):
            owner = position
        elif position is not None and before[position] != owner:
            rewritten = owner is None and before[position] in rewritten_cards
            if not rewritten:
                return "CONTINUE"
    return None


def _apply_edits(header: Header, edits: Sequence[Edit]) -> Iterator[PositionedCard]:
    """The cards of a header after edits, those that stay with their position."""
    waiting = list(edits)
    until = 0
    for position in range(len(header)):
        start = header.locate_card(position)
        while waiting and waiting[0].start <= start:
            edit = waiting.pop(0)
            yield from ((image, None) for image in _split_insertion(header, edit))
            until = edit.end
        if start >= until:
            yield header.raw[position * CARD_SIZE : position * CARD_SIZE + CARD_SIZE], position
    # What is put in place of END has another END behind it; what is behind END is not read.
    end = header.locate_card(len(header)) if header.end is not None else None
    for edit in waiting:
        if end is None or edit.start == end:
            images = _split_insertion(header, edit)
            yield from (
                (image, None) for image in takewhile(lambda image: not is_end(image), images)
            )


def _split_insertion(header: Header, edit: Edit) -> Iterator[bytes]:
    if header.is_text:
        return (line.ljust(CARD_SIZE) for line in edit.new.split(b"\n") if line)
    return _split_cards(edit.new)


def _split_cards(data: bytes) -> Iterator[bytes]:
    return (data[at : at + CARD_SIZE] for at in range(0, len(data), CARD_SIZE))


def _is_significant(image: bytes) -> bool:
    """Whether a card says something that no other part of the repair looks after."""
    return not image.startswith(b"CHECKSUM") and image.strip() != b""


def _get_keyword(image: bytes) -> str:
    return image[:8].decode("latin-1").rstrip() or "blank keyword"


def _find_owners(header: Header) -> list[int | None]:
    """For every card the position of the last one that is no CONTINUE."""
    owners: list[int | None] = []
    owner = None
    for position, name in enumerate(header.names):
        owner = owner if name == "CONTINUE" else position
        owners.append(owner)
    return owners


def refuse_moves(before: FitsFile, after: FitsFile) -> str | None:
    """Why ``after`` cannot be the same file; None where nothing moves, or nobody stored where.

    A reader that goes to a stored offset without looking fails after a move.
    """
    pairs = zip(before.hdus, after.hdus, strict=False)
    if all(_get_offsets(old) == _get_offsets(new) for old, new in pairs):
        return None
    stored = list(_find_offset_names(before))
    if not stored:
        return None
    names = ", ".join(stored[:_NAMES_SHOWN]) + (" …" if len(stored) > _NAMES_SHOWN else "")
    return (
        "what stands behind a header that grows or shrinks by a block would move, and the file "
        f"stores byte offsets of its HDUs ({names}), by which its own reader finds them"
    )


def _get_offsets(hdu: Hdu) -> tuple[int, int]:
    return hdu.header.offset, hdu.data_offset


def _find_offset_names(file: FitsFile) -> Iterator[str]:
    """The keywords and columns in which offsets of HDUs are stored."""
    offsets = {offset for hdu in file.hdus for offset in (hdu.header.offset, hdu.data_offset)} - {0}
    for hdu in file.hdus:
        header = hdu.header
        for name in header.layout.index:
            if name.endswith(_OFFSET_SUFFIX) and header.value(name) in offsets:
                yield f"{name} of HDU {hdu.number}"
        yield from (f"column {name} of HDU {hdu.number}" for name in _find_offset_columns(header))


def _find_offset_columns(header: Header) -> Iterator[str]:
    """The columns of a table that hold offsets of HDUs."""
    for card in header.map_indices("TTYPE").values():
        name = card.value
        if isinstance(name, str) and name.strip().upper() in _OFFSET_COLUMNS:
            yield name.strip()
