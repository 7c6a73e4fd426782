"""Header texts: cards in lines or in 80-column records, without data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, repeat

from fitslint.model.file import FitsFile, Hdu, Problem
from fitslint.model.form import CARD
from fitslint.model.late import compile_late
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import SPACE, end_on_grid, is_end, plausible
from fitslint.syntax.scan_header import CARDS_KEPT
from fitslint.syntax.scan_reader import Reader

BOM = b"\xef\xbb\xbf"
_LINE = compile_late(rb"[A-Z0-9_-]{1,8} *=|(?:COMMENT|HISTORY|CONTINUE|HIERARCH|END)(?![^ ])| *\Z")
_VALUED = compile_late(rb"[A-Z0-9_-]{1,8} *=")
_FOREIGN = 0xFF
_LOOKED_AT = 64 * CARD


def is_line_text(head: bytes) -> bool:
    """Whether the bytes are cards in lines of at most 80 columns.

    A FITS header whose 80-byte records happen to end in a line break is none: its grid holds.
    """
    head = head[:_LOOKED_AT].removeprefix(BOM)
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


def read_text(reader: Reader, file: FitsFile, limit: int, hdus: int) -> None:
    """Fill ``file`` with the headers of a header text, one HDU each."""
    file.container = "text"
    data = reader.read_at(0, limit)
    if data.startswith(BOM):
        file.problems.append(Problem("bom", 1, 0, {"length": len(BOM)}))
    raw, starts, stops = _records(_beginning(data), file)
    if len(raw) > CARDS_KEPT * CARD:
        raw = raw[: CARDS_KEPT * CARD]
        file.cut.append(f"the header text was judged to card {CARDS_KEPT} only")
    for start, stop, end in _headers(raw):
        number = len(file.hdus) + 1
        if number > hdus:
            file.cut.append(f"reading stopped after {hdus} HDUs")
            break
        header = make_header(
            raw[start:stop],
            offset=starts[start // CARD],
            hdu=number,
            end=end,
            fill=b"",
            starts=tuple(starts[start // CARD : stop // CARD + 1]),
            stops=tuple(stops[start // CARD : stop // CARD]),
            text=True,
        )
        file.hdus.append(Hdu(number, header, starts[stop // CARD], 0))


def _headers(raw: bytes) -> Iterator[tuple[int, int, bytes | None]]:
    """First and last byte of every header in the cards, and its END card."""
    start = 0
    while start < len(raw):
        if not raw[start : start + CARD].strip(SPACE):
            start += CARD
            continue
        end = end_on_grid(raw, start, len(raw), greedy=True)
        stop = end if end >= 0 else len(raw)
        following = _first_card(raw, start + CARD, stop)
        if following >= 0:
            stop = following
        image = raw[end : end + CARD] if end == stop else None
        last = stop
        if image is None:  # blank lines between headers belong to none
            last = start + len(raw[start:stop].rstrip(b" "))
            last += -last % CARD
        if last > start:
            yield start, last, image
        start = stop + CARD if image is not None else stop


def _first_card(raw: bytes, start: int, stop: int) -> int:
    """Where a header starts without END before it: its two mandatory cards stand together."""
    at = raw.find(b"BITPIX  ", start, stop)
    while at >= 0:
        first = at - CARD
        if at % CARD == 0 and first >= start and raw.startswith((b"XTENSION", b"SIMPLE  "), first):
            return first
        at = raw.find(b"BITPIX  ", at + 1, stop)
    return -1


def _beginning(data: bytes) -> bytes:
    """As many lines as are judged and two more, so that the cut shows even among blank ones."""
    at = -1
    for _ in range(CARDS_KEPT + 1):
        at = data.find(b"\n", at + 1)
        if at < 0:
            return data
    return data[: at + 1] + b"END\n"


def _records(data: bytes, file: FitsFile) -> tuple[bytes, Sequence[int], Sequence[int]]:
    """The cards, 80 bytes each, and where each of them starts and stops in the text.

    A card whose bytes are not those of the text, one by one, stops at -1.
    """
    first = len(BOM) if data.startswith(BOM) else 0
    body = data[first:].rstrip(b"\n")
    if b"\n" not in body and not first:
        raw = body.removesuffix(b"\r")
        raw += b" " * (-len(raw) % CARD)
        return raw, range(0, len(raw) + CARD, CARD), range(CARD, len(raw) + CARD, CARD)
    lines = body.split(b"\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=first))
    if body.isascii() and b"\r" not in body and max(map(len, lines)) <= CARD:
        stops = [start + len(line) for start, line in zip(starts, lines, strict=False)]
        return b"".join(map(bytes.ljust, lines, repeat(CARD))), starts, stops
    cards, places, stops = [], [], []
    for broken, start in zip(lines, starts[:-1], strict=True):
        line = broken.removesuffix(b"\r")
        whole = line.isascii() and len(line) <= CARD
        for at, card in _columns(line, start, file):
            cards.append(card)
            places.append(at)
            stops.append(at + len(line) if whole else -1)
    return b"".join(cards), [*places, len(data)], stops


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
