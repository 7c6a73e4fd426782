"""One file under repair: edits are tried on it in memory, and it is read and judged again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fitslint.engine.linter import Linter
from fitslint.model.file import Container, FitsFile, Hdu
from fitslint.model.finding import Edit, FileReport
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.rule import Rule
from fitslint.repair.header_bytes import EditConflictError, pad_header_text, rebuild_header
from fitslint.repair.model import Patch, RepairError
from fitslint.repair.safeguards import (
    find_false_claim,
    find_header_start,
    find_overlapping_claims,
    find_side_effect,
    refuse_moves,
)
from fitslint.repair.stream import PatchedReader, compose_patches
from fitslint.source.files import read_container
from fitslint.syntax.checksum import has_checksum_card, update_checksum
from fitslint.syntax.scan_reader import Reader, ScanBounds
from fitslint.text import say

BuildPatches = Callable[[FitsFile, Reader], tuple[Patch, ...]]
"""What gives the patches of a file as it was read from a reader."""
DATA_REFUSAL = "it changes bytes of a data unit, which is done only when asked for (--data)"


@dataclass(frozen=True, slots=True)
class FileState:
    """A state of the file: the stream, what the reader makes of it, and what is found in it."""

    stream: PatchedReader
    file: FitsFile
    report: FileReport


class Workspace:
    """Tries edits on one file; nothing is written.

    Parameters
    ----------
    base : Reader
        the uncompressed stream of the file as it is.
    data : bool
        whether bytes of a data unit may change.
    correct : callable, optional
        gives the patches that are applied to the file, before anything is judged.

    Attributes
    ----------
    original : FitsFile
        the file as it is.
    start : FileState
        the file as its corrections make it; edits begin there.

    Raises
    ------
    RepairError
        when ``correct`` does.
    """

    def __init__(
        self,
        base: Reader,
        path: str,
        container: Container,
        linter: Linter,
        *,
        data: bool,
        correct: BuildPatches | None = None,
    ) -> None:
        self.path = path
        self.container = container
        self.linter = linter
        self.bounds: ScanBounds = linter.settings.limits
        self.data = data
        self._read_data = linter.make_data_reader(_ignore_progress) if data else None
        self.original = self._read_file(base)
        patches = correct(self.original, base) if correct else ()
        stream = PatchedReader(base, patches)
        file = self._read_file(stream) if patches else self.original
        if moved := refuse_moves(self.original, file):
            raise RepairError(say("its corrections cannot be applied: {moved}", moved=moved))
        self.start = FileState(stream, file, linter.lint(file))

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that judge, by code."""
        return self.linter.rules.rules

    def _read_file(self, reader: Reader) -> FitsFile:
        return read_container(reader, self.path, self.container, self.bounds, self._read_data)

    def try_edits(
        self, state: FileState, edits: Sequence[Edit], *, judge: bool = True
    ) -> FileState | str:
        """The file after edits, or why they cannot be made.

        Without ``judge`` it is one on the way to another, which has the report of ``state``.
        """
        try:
            patches = self._build_patches(state, edits)
        except EditConflictError as error:
            return str(error)
        stream = PatchedReader(state.stream.base, compose_patches(state.stream, patches))
        before, file = state.file, self._read_file(stream)
        report = self.linter.lint(file) if judge else state.report
        if report.status not in (state.report.status, "ok"):
            return say("the file could not be judged any more: {reason}", reason=report.reason)
        if failed := set(report.not_judged) - set(state.report.not_judged):
            return say("{failed} could not judge the file any more", failed=min(failed))
        why_not = (
            find_side_effect(before, file, edits)
            or find_false_claim(before, file)
            or refuse_moves(before, file)
        )
        return why_not or FileState(stream, file, report)

    def _build_patches(self, state: FileState, edits: Sequence[Edit]) -> list[Patch]:
        """Edits as patches: headers whole, with their fill and CHECKSUM."""
        stream, hdus = state.stream, state.file.hdus
        offsets = [hdu.header.offset for hdu in hdus]
        inside: dict[int, list[Edit]] = {}
        changes: list[Patch] = []
        for edit in edits:
            at = bisect_right(offsets, edit.start) - 1
            if at >= 0 and not hdus[at].header.is_text and is_in_header(edit, hdus[at]):
                inside.setdefault(at, []).append(edit)
            elif self.data or not is_in_data(edit, hdus, stream):
                if (offset := find_header_start(stream, edit.start, edit.end)) is not None:
                    raise EditConflictError(
                        say("what begins like a header, at byte {offset}, would go", offset=offset)
                    )
                changes.append(Patch(edit.start, edit.end, edit.new))
            else:
                raise EditConflictError(DATA_REFUSAL)
        claims = find_overlapping_claims(hdus, stream.size)
        for at, own in inside.items():
            for hdu in claims:
                if hdu.data_offset <= offsets[at] < hdu.data_offset + (hdu.data_bytes or 0):
                    raise EditConflictError(
                        say(
                            "the header was found in the data that HDU {number} declares, and "
                            "may be data",
                            number=hdu.number,
                        )
                    )
            changes.append(self._rebuild_header(stream, hdus[at], own))
        changes.sort(key=lambda patch: (patch.start, patch.end))
        if state.file.container == "text" and stream.size and stream.size % BLOCK_SIZE == 0:
            changes += pad_header_text(stream, stream.size, sum(patch.growth for patch in changes))
        return changes

    def _rebuild_header(self, stream: PatchedReader, hdu: Hdu, edits: Sequence[Edit]) -> Patch:
        start = hdu.header.offset
        old = stream.read_at(start, hdu.data_offset - start)
        new = rebuild_header(old, hdu, edits)
        sums = [edit for edit in edits if _is_on_checksum(edit, old, start)]
        if sums:
            # What a rule writes holds for the header as it was, and follows the other edits.
            new = update_checksum(rebuild_header(old, hdu, sums), new)
        elif has_checksum_card(hdu.header):
            new = update_checksum(old, new)
        return Patch(start, start + len(old), new)


def _is_on_checksum(edit: Edit, header: bytes, start: int) -> bool:
    """Whether an edit of a header that begins at ``start`` writes or removes CHECKSUM."""
    gone = header[edit.start - start : edit.end - start]
    return any(
        text.startswith(_CHECKSUM, at)
        for text in (gone, edit.new)
        for at in range(0, len(text), CARD_SIZE)
    )


_CHECKSUM = b"CHECKSUM= "


def is_in_header(edit: Edit, hdu: Hdu) -> bool:
    """Whether an edit is on the header of ``hdu``: its cards, END, or the fill behind it."""
    return edit.start < hdu.data_offset and edit.end <= hdu.data_offset


def _ignore_progress(_count: int) -> None:
    """Nobody waits for the bytes of one file of a repair."""


def is_in_data(edit: Edit, hdus: Sequence[Hdu], stream: PatchedReader) -> bool:
    """Whether an edit changes bytes between headers, rather than append to the last HDU.

    What stands behind the last HDU belongs to none.
    """
    if not hdus or hdus[-1].header.is_text:
        return False
    last = hdus[-1]
    if edit.start < last.data_offset or last.data_bytes is None:
        return True
    behind = last.data_offset + last.data_bytes + -last.data_bytes % BLOCK_SIZE
    return edit.start < behind and not (edit.start == edit.end and stream.ends_at(edit.start))
