"""Header texts: cards in lines or in 80-column records, without data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fitslint.model.file import FitsFile, Hdu, Problem
from fitslint.model.form import CARD
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import SPACE, is_end, plausible
from fitslint.syntax.scan_header import CARDS_KEPT
from fitslint.syntax.scan_reader import Reader

BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"[A-Z0-9_-]{1,8} *=|(?:COMMENT|HISTORY|CONTINUE|HIERARCH|END)(?![^ ])| *\Z")
_VALUED = re.compile(rb"[A-Z0-9_-]{1,8} *=")
_FOREIGN = 0xFF


def is_line_text(head: bytes) -> bool:
    """Whether the bytes are cards in lines of at most 80 columns.

    A FITS header whose 80-byte records happen to end in a line break is none: its grid holds.
    """
    head = head.removeprefix(BOM)
    if b"\n" not in head[: 2 * CARD + 2] or b"\x00" in head[:CARD]:
        return False
    lines = [line.rstrip(b"\r") for line in head.split(b"\n")]
    if len(lines) > 2:
        lines.pop()  # the window may have cut it
    for number, line in enumerate(lines):
        if is_end(line):
            del lines[number:]
            break
    if len(lines) > 1 and all(len(line) == CARD - 1 for line in lines):
        return False
    good = sum(_LINE.match(line) is not None for line in lines)
    valued = sum(_VALUED.match(line) is not None for line in lines)
    return valued > 0 and good * 10 >= len(lines) * 7


@dataclass(slots=True)
class _Text:
    file: FitsFile
    cards: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def close(self, end: bytes | None, at: int) -> None:
        """Make an HDU of the cards so far."""
        if end is None:
            while self.cards and not self.cards[-1].strip():
                self.cards.pop()
        if not self.cards:
            return
        starts = (*self.starts[: len(self.cards)], at)
        number = len(self.file.hdus) + 1
        header = make_header(
            b"".join(self.cards),
            offset=starts[0],
            hdu=number,
            end=end,
            fill=b"",
            starts=starts,
            text=True,
        )
        self.file.hdus.append(Hdu(number, header, at, 0))
        self.cards, self.starts = [], []


def read_text(reader: Reader, file: FitsFile, limit: int, hdus: int) -> None:
    """Fill ``file`` with the headers of a header text, one HDU each."""
    file.container = "text"
    data = reader.read_at(0, limit)
    if data.startswith(BOM):
        file.problems.append(Problem("bom", byte=0, params={"length": len(BOM)}))
    text = _Text(file)
    for at, card in _records(data, file):
        if len(text.cards) >= CARDS_KEPT or len(file.hdus) >= hdus:
            file.cut.append(f"the header text was read to byte {at} only")
            break
        if is_end(card):
            text.close(card, at)
            continue
        # A new header without END before it: its two mandatory cards stand together.
        if card.startswith(b"BITPIX  ") and len(text.cards) > 1 and _starts(text.cards[-1]):
            first, where = text.cards.pop(), text.starts.pop()
            text.close(None, where)
            text.cards, text.starts = [first], [where]
        if text.cards or card.strip(SPACE):
            text.starts.append(at)
            text.cards.append(card)
    text.close(None, len(data))


def _starts(card: bytes) -> bool:
    return card.startswith((b"XTENSION", b"SIMPLE  "))


def _records(data: bytes, file: FitsFile) -> Iterator[tuple[int, bytes]]:
    """Every card with the byte where it starts; short lines padded."""
    at = len(BOM) if data.startswith(BOM) else 0
    size = len(data.rstrip(b"\n"))
    while at < size:
        stop = data.find(b"\n", at)
        stop = len(data) if stop < 0 else stop
        yield from _columns(data[at:stop].removesuffix(b"\r"), at, file)
        at = stop + 1


def _columns(line: bytes, at: int, file: FitsFile) -> Iterator[tuple[int, bytes]]:
    if not line.isascii():
        line = _one_byte_a_character(line)
    if len(line) <= CARD:
        yield at, line.ljust(CARD)
        return
    records = [line[i : i + CARD] for i in range(0, len(line), CARD)]
    if all(plausible(record.ljust(CARD)) for record in records):
        yield from ((at + i * CARD, record.ljust(CARD)) for i, record in enumerate(records))
        return
    if len(line) % CARD == 0 or len(line) > 4 * CARD:  # 80-column records, some of them faulty
        yield from ((at + i * CARD, record.ljust(CARD)) for i, record in enumerate(records))
        return
    params = {"columns": len(line), "text": line[:8].decode("latin-1").strip()}
    file.problems.append(Problem("long-line", len(file.hdus) + 1, at, params))
    yield at, line[:CARD]


def _one_byte_a_character(line: bytes) -> bytes:
    """UTF-8 as one byte a character, those beyond Latin-1 as 0xFF; other bytes as they are."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return line
    return bytes(min(ord(character), _FOREIGN) for character in text)
