"""Any stream to a :class:`FitsFile`: headers, sizes, and every structural fault on the way."""

from __future__ import annotations

import time

from fitslint.model.file import Container, FitsFile, Hdu, StructuralProblem
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import has_another_header, looks_like_header, starts_header
from fitslint.syntax.scan_faults import find_header_problems
from fitslint.syntax.scan_header import compute_data_size, measure_header, read_sound_header
from fitslint.syntax.scan_reader import (
    LONG_HEADER,
    STANDARD_BOUNDS,
    WINDOW,
    Deadline,
    ReadData,
    Reader,
    ScanBounds,
    Window,
)
from fitslint.syntax.scan_recover import (
    classify_bytes,
    find_nearest_header,
    is_text_mode_excess,
    may_hold_header,
)
from fitslint.syntax.scan_start import locate_first_header
from fitslint.text import count_noun, phrase, say

HEADERS_MAX = 64 * 1024 * 1024
"""Bytes of cards that are kept of one file, unless one header may have more."""
ABSURD = 2**50
"""A data unit of a pebibyte is a fault in NAXISn, whatever the file size."""
ABSURD_RATIO = 1000
ABSURD_ABOVE = 10**8


def pad_size(size: int) -> int:
    """Bytes that a data unit takes in whole blocks."""
    return size + -size % BLOCK_SIZE


def scan_stream(
    reader: Reader, path: str, bounds: ScanBounds = STANDARD_BOUNDS, container: Container = "fits",
    read_data: ReadData | None = None,
) -> FitsFile:  # fmt: skip
    """Read the structure of a stream; any bytes give a `FitsFile`, and nothing is raised.

    Data units are skipped by their size, unless ``read_data`` reads them. After a fault the next
    header is looked for, so that one fault hides nothing behind it.
    """
    file = FitsFile(path, container=container)
    start = locate_first_header(reader, file, bounds)
    if start is not None:
        _Scanner(reader, file, bounds, start, read_data).run(start)
    _finish_file(reader, file)
    return file


def scan_rest(
    reader: Reader, file: FitsFile, hdu: Hdu, bounds: ScanBounds = STANDARD_BOUNDS
) -> FitsFile:
    """Go on behind the first HDU of a FITS stream, which the caller has read."""
    scanner = _Scanner(reader, file, bounds, 0)
    file.hdus.append(hdu)
    following = scanner.find_next_header(hdu)
    if following is not None:
        scanner.run(following)
    _finish_file(reader, file)
    return file


def _finish_file(reader: Reader, file: FitsFile) -> None:
    file.size = reader.size
    if reader.fault is None:
        return
    kind, detail = reader.fault
    if kind == "wrapper-rest":
        file.problems.append(StructuralProblem(kind, params={"container": file.container}))
        return
    # What seems missing at the end of a damaged stream is the damage itself.
    kept = [p for p in file.problems if p.kind not in ("header-cut", "data-cut", "no-padding")]
    file.problems = [*kept, StructuralProblem(kind, byte=reader.size, params={"detail": detail})]
    file.reason = detail
    if kind == "inflate-limit":
        file.limits_hit.append(detail)
    file.status = "truncated" if file.hdus else "unreadable"


class _Scanner:
    """One pass over the HDUs of a stream."""

    def __init__(
        self, reader: Reader, file: FitsFile, bounds: ScanBounds, base: int,
        read_data: ReadData | None = None,
    ) -> None:  # fmt: skip
        self.read_data = read_data
        self.reader = reader
        self.file = file
        self.bounds = bounds
        self.base = base
        self.window = Window(reader)
        self.deadline = Deadline(bounds.seconds)
        self.header_bytes = 0
        """Of the cards read: they stay in memory until they are judged."""
        self.size_uncertain = False
        """The size of the last HDU is a guess: a misfit behind it is no fault of its own."""
        self.end_missing = False
        """The end of the last header was not reached."""

    def run(self, offset: int) -> None:
        """Read HDUs from ``offset`` to the end."""
        following: int | None = offset
        while following is not None:
            following = self.find_next_header(self.read_hdu(following))

    def note_problem(
        self, kind: str, hdu: int | None, byte: int, **params: str | int | None
    ) -> None:
        """Keep a problem."""
        self.file.problems.append(StructuralProblem(kind, hdu, byte, params))

    def read_hdu(self, offset: int) -> Hdu:
        """Read the header at ``offset``."""
        number = len(self.file.hdus) + 1
        data = self.window.read_at(offset, CARD_SIZE)
        sound = read_sound_header(data, 0, offset, number)
        self.end_missing = False
        if sound is None and len(data) >= WINDOW and not has_another_header(data):
            sound = read_sound_header(self.window.read_at(offset, LONG_HEADER), 0, offset, number)
        if sound is not None:
            header, length = sound
            self.size_uncertain = False
        else:
            extent = measure_header(self.reader, offset, self.bounds.header_bytes)
            header = make_header(
                extent.raw,
                offset=offset,
                hdu=number,
                end=extent.end,
                fill=extent.fill,
                starts=extent.starts,
            )
            length = extent.stop
            self.file.problems.extend(find_header_problems(header, extent))
            self.size_uncertain = extent.end is None or bool(extent.drifts)
            self.base += sum(drift.shift for drift in extent.drifts)
            if extent.stop_reason == "limit":
                self.end_missing = True
                self.file.limits_hit.append(f"HDU {number} was judged to card {len(header)} only")
            if extent.stop_reason == "file" and self.file.problems[-1].kind == "header-cut":
                self._note_truncation(
                    say("the file ends inside the header of HDU {number}", number=number)
                )
        self.header_bytes += len(header.raw)
        hdu = Hdu(number, header, offset + length, compute_data_size(header.structure))
        self.file.hdus.append(hdu)
        return hdu

    def _note_truncation(self, reason: str) -> None:
        self.file.status, self.file.reason = "truncated", reason

    def find_next_header(self, hdu: Hdu) -> int | None:
        """Where the next header starts; None at the end."""
        if self._has_to_stop(hdu) or self.file.status == "truncated":
            return None
        if not self.end_missing:
            size = hdu.data_bytes
            if size is not None and size < ABSURD:
                if self.read_data is not None and not self.size_uncertain:
                    self._read_data_unit(self.read_data, hdu)
                return self._find_after_data(hdu, size)
            if size is None:
                self.note_problem("unsized", hdu.number, hdu.data_offset)
            else:
                self._note_overflow(hdu, size)
        return self._search_header(hdu, hdu.data_offset, hdu.data_offset, quiet=True)

    def _read_data_unit(self, read_data: ReadData, hdu: Hdu) -> None:
        """Have the data unit read; the time that this takes is not that of the scanner."""
        begun = time.monotonic()
        read_data(self.reader, hdu)
        self.deadline.extend(time.monotonic() - begun)

    def _find_after_data(self, hdu: Hdu, size: int) -> int | None:
        following = hdu.data_offset + pad_size(size)
        if self.reader.ends_at(following):
            return None
        head = self.window.read_at(following, 9 * CARD_SIZE)
        if starts_header(head):
            if head.startswith(b"SIMPLE"):
                self.note_problem("second-simple", hdu.number + 1, following)
            return following
        if not head:
            return self._recover_short_data(hdu, size, following)
        if head.startswith(b"XTENSION") and looks_like_header(head):
            return following  # a fault of the card, not of the place
        if looks_like_header(head):
            name = head[:8].decode("latin-1").rstrip()
            self.note_problem("no-xtension", hdu.number + 1, following, found=name)
            return following
        return self._search_header(hdu, hdu.data_offset, following, quiet=self.size_uncertain)

    def _has_to_stop(self, hdu: Hdu) -> bool:
        full = self.header_bytes >= max(HEADERS_MAX, self.bounds.header_bytes)
        if full or len(self.file.hdus) >= self.bounds.hdus:
            if not self.reader.ends_at(hdu.data_offset + pad_size(hdu.data_bytes or 0)):
                self.note_problem("hdu-limit", hdu.number, hdu.data_offset, limit=hdu.number)
                behind = (
                    phrase("{count} bytes of headers", count=self.header_bytes)
                    if full
                    else count_noun(hdu.number, "HDU")
                )
                self.file.limits_hit.append(say("reading stopped after {behind}", behind=behind))
            return True
        if self.deadline.is_over():
            self.file.status = "timeout"
            self.file.reason = say(
                "reading took longer than {seconds:g} s", seconds=self.bounds.seconds
            )
            return True
        return False

    def _note_overflow(self, hdu: Hdu, size: int) -> None:
        self.note_problem(
            "overflow", hdu.number, hdu.data_offset, declared=size, size=self.reader.size
        )

    def _recover_short_data(self, hdu: Hdu, size: int, following: int) -> int | None:
        """The stream ends before ``following``."""
        total = self.reader.size or 0
        actual = max(total - hdu.data_offset, 0)
        if actual >= size:
            if total < following and size:
                missing = following - total
                self.note_problem("no-padding", hdu.number, total, missing=missing)
            return None
        hit = self._find_header(hdu.data_offset, total)
        if hit is None and size > max(ABSURD_ABOVE, ABSURD_RATIO * total):
            self._note_overflow(hdu, size)
            return None
        hdu.present_bytes = actual if hit is None else hit - hdu.data_offset
        hdu.data = None
        if not self.size_uncertain:
            self._note_data_cut(hdu, total if hit is None else hit, followed=hit is not None)
            if hit is None:
                self._note_truncation(
                    say("the file ends inside the data unit of HDU {number}", number=hdu.number)
                )
        return self._rebase(hit)

    def _note_data_cut(self, hdu: Hdu, byte: int, *, followed: bool) -> None:
        expected, actual = hdu.data_bytes, hdu.present_bytes
        self.note_problem(
            "data-cut", hdu.number, byte, expected=expected, actual=actual, followed=followed
        )

    def _find_header(self, start: int, stop: int | None) -> int | None:
        budget = self.bounds.scan_bytes // 2
        return find_nearest_header(self.reader, start, stop, self.base, budget, self.deadline)

    def _rebase(self, hit: int | None) -> int | None:
        if hit is not None:
            self.base = hit % BLOCK_SIZE
        return hit

    def _search_header(self, hdu: Hdu, start: int, following: int, *, quiet: bool) -> int | None:
        """Find the header that should stand at ``following``, first inside the data unit."""
        hit = self._find_header(start, following) if following > start else None
        inside = hit is not None
        if hit is None:
            hit = self._find_header(following, None)
        if hit is None:
            if not quiet:
                self._note_trailing(hdu, following)
            return None
        number = hdu.number + 1
        if (hit - self.base) % BLOCK_SIZE:
            hdu.data = None  # nobody knows where its data end
            if not quiet:
                self.note_problem("shifted", number, hit, expected=following, actual=hit)
        elif inside and not quiet:
            hdu.present_bytes, hdu.data = hit - start, None
            self._note_data_cut(hdu, hit, followed=True)
        elif hit > following and not quiet:
            skipped = hit - following
            what = classify_bytes(self.reader, following)
            self.note_problem("recovered", number, following, skipped=skipped, what=what)
        return self._rebase(hit)

    def _note_trailing(self, hdu: Hdu, following: int) -> None:
        size = self.reader.size
        what = classify_bytes(self.reader, following)
        if size is None:  # a compressed stream is not unpacked to its end for this
            self.note_problem("trailing", hdu.number, following, size=None, what=what)
            return
        excess = size - following
        if hdu.data_bytes and is_text_mode_excess(self.reader, hdu.data_offset, size, excess):
            what = "text mode"
        hidden = may_hold_header(self.reader, following)
        self.note_problem("trailing", hdu.number, following, size=excess, what=what, hidden=hidden)
