"""Header texts: cards in lines or in 80-column records, without data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, repeat

from fitslint.model.file import FitsFile, Hdu, StructuralProblem
from fitslint.model.form import CARD_SIZE
from fitslint.model.late import compile_late
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import SPACE, find_end, is_end, may_be_card
from fitslint.syntax.scan_header import CARDS_JUDGED
from fitslint.syntax.scan_reader import Reader

BOM = b"\xef\xbb\xbf"
_LINE = compile_late(rb"[A-Z0-9_-]{1,8} *=|(?:COMMENT|HISTORY|CONTINUE|HIERARCH|END)(?![^ ])| *\Z")
_VALUED = compile_late(rb"[A-Z0-9_-]{1,8} *=")
_FOREIGN = 0xFF
_SAMPLE_BYTES = 64 * CARD_SIZE


def is_line_text(head: bytes) -> bool:
    """Whether the bytes are cards in lines of at most 80 columns.

    A FITS header whose 80-byte records happen to end in a line break is none: its grid holds.
    """
    head = head[:_SAMPLE_BYTES].removeprefix(BOM)
    if b"\n" not in head[: 2 * CARD_SIZE + 2] or b"\x00" in head[:CARD_SIZE]:
        return False
    lines = [line.rstrip(b"\r") for line in head.split(b"\n")]
    if len(lines) > 2:
        lines.pop()  # the window may have cut it
    for number, line in enumerate(lines):
        if is_end(line):
            del lines[number:]
            break
    if len(lines) > 1 and all(len(line) == CARD_SIZE - 1 for line in lines):
        return False
    good = sum(_LINE.match(line) is not None for line in lines)
    valued = sum(_VALUED.match(line) is not None for line in lines)
    return valued > 0 and good * 10 >= len(lines) * 7


def read_header_text(reader: Reader, file: FitsFile, limit: int, hdus: int) -> None:
    """Fill ``file`` with the headers of a header text, one HDU each."""
    file.container = "text"
    data = reader.read_at(0, limit)
    if data.startswith(BOM):
        file.problems.append(StructuralProblem("bom", 1, 0, {"length": len(BOM)}))
    raw, starts, stops = _split_records(_cut_beginning(data), file)
    if len(raw) > CARDS_JUDGED * CARD_SIZE:
        raw = raw[: CARDS_JUDGED * CARD_SIZE]
        file.limits_hit.append(f"the header text was judged to card {CARDS_JUDGED} only")
    for start, stop, end in _split_headers(raw):
        number = len(file.hdus) + 1
        if number > hdus:
            file.limits_hit.append(f"reading stopped after {hdus} HDUs")
            break
        header = make_header(
            raw[start:stop],
            offset=starts[start // CARD_SIZE],
            hdu=number,
            end=end,
            fill=b"",
            starts=tuple(starts[start // CARD_SIZE : stop // CARD_SIZE + 1]),
            stops=tuple(stops[start // CARD_SIZE : stop // CARD_SIZE]),
            is_text=True,
        )
        file.hdus.append(Hdu(number, header, starts[stop // CARD_SIZE], 0))


def _split_headers(raw: bytes) -> Iterator[tuple[int, int, bytes | None]]:
    """First and last byte of every header in the cards, and its END card."""
    start = 0
    while start < len(raw):
        if not raw[start : start + CARD_SIZE].strip(SPACE):
            start += CARD_SIZE
            continue
        end = find_end(raw, start, len(raw), greedy=True)
        stop = end if end >= 0 else len(raw)
        following = _find_first_card(raw, start + CARD_SIZE, stop)
        if following >= 0:
            stop = following
        image = raw[end : end + CARD_SIZE] if end == stop else None
        last = stop
        if image is None:  # blank lines between headers belong to none
            last = start + len(raw[start:stop].rstrip(b" "))
            last += -last % CARD_SIZE
        if last > start:
            yield start, last, image
        start = stop + CARD_SIZE if image is not None else stop


def _find_first_card(raw: bytes, start: int, stop: int) -> int:
    """Where a header starts without END before it: its two mandatory cards stand together."""
    at = raw.find(b"BITPIX  ", start, stop)
    while at >= 0:
        first = at - CARD_SIZE
        if (
            at % CARD_SIZE == 0
            and first >= start
            and raw.startswith((b"XTENSION", b"SIMPLE  "), first)
        ):
            return first
        at = raw.find(b"BITPIX  ", at + 1, stop)
    return -1


def _cut_beginning(data: bytes) -> bytes:
    """As many lines as are judged and two more, so that the cut shows even among blank ones."""
    at = -1
    for _ in range(CARDS_JUDGED + 1):
        at = data.find(b"\n", at + 1)
        if at < 0:
            return data
    return data[: at + 1] + b"END\n"


def _split_records(data: bytes, file: FitsFile) -> tuple[bytes, Sequence[int], Sequence[int]]:
    """The cards, 80 bytes each, and where each of them starts and stops in the text.

    A card whose bytes are not those of the text, one by one, stops at -1.
    """
    first = len(BOM) if data.startswith(BOM) else 0
    body = data[first:].rstrip(b"\n")
    if b"\n" not in body and not first:
        raw = body.removesuffix(b"\r")
        raw += b" " * (-len(raw) % CARD_SIZE)
        return (
            raw,
            range(0, len(raw) + CARD_SIZE, CARD_SIZE),
            range(CARD_SIZE, len(raw) + CARD_SIZE, CARD_SIZE),
        )
    lines = body.split(b"\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=first))
    if body.isascii() and b"\r" not in body and max(map(len, lines)) <= CARD_SIZE:
        stops = [start + len(line) for start, line in zip(starts, lines, strict=False)]
        return b"".join(map(bytes.ljust, lines, repeat(CARD_SIZE))), starts, stops
    cards, places, stops = [], [], []
    for broken, start in zip(lines, starts[:-1], strict=True):
        line = broken.removesuffix(b"\r")
        whole = line.isascii() and len(line) <= CARD_SIZE
        for at, card in _split_line(line, start, file):
            cards.append(card)
            places.append(at)
            stops.append(at + len(line) if whole else -1)
    return b"".join(cards), [*places, len(data)], stops


def _split_line(line: bytes, at: int, file: FitsFile) -> Iterator[tuple[int, bytes]]:
    if not line.isascii():
        line = _encode_single_bytes(line)
    if len(line) <= CARD_SIZE:
        yield at, line.ljust(CARD_SIZE)
        return
    records = [line[i : i + CARD_SIZE] for i in range(0, len(line), CARD_SIZE)]
    if all(may_be_card(record.ljust(CARD_SIZE)) for record in records):
        yield from (
            (at + i * CARD_SIZE, record.ljust(CARD_SIZE)) for i, record in enumerate(records)
        )
        return
    if (
        len(line) % CARD_SIZE == 0 or len(line) > 4 * CARD_SIZE
    ):  # 80-column records, some of them faulty
        yield from (
            (at + i * CARD_SIZE, record.ljust(CARD_SIZE)) for i, record in enumerate(records)
        )
        return
    params = {"columns": len(line), "text": line[:8].decode("latin-1").strip()}
    file.problems.append(StructuralProblem("long-line", len(file.hdus) + 1, at, params))
    yield at, line[:CARD_SIZE]


def _encode_single_bytes(line: bytes) -> bytes:
    """UTF-8 as one byte a character, those beyond Latin-1 as 0xFF; other bytes as they are."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return line
    return bytes(min(ord(character), _FOREIGN) for character in text)
