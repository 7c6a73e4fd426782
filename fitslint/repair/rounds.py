"""One file on the workbench: fixes are tried on it in memory, and it is read and judged again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fitslint.engine.judge import Judge
from fitslint.model.file import Container, FitsFile, Hdu
from fitslint.model.finding import Edit, FileReport
from fitslint.model.form import BLOCK
from fitslint.model.rule import Rule
from fitslint.repair.blocks import NotApplicable, laid_out, whole_again
from fitslint.repair.model import Patch, RepairError
from fitslint.repair.offsets import refuse_moves
from fitslint.repair.safeguards import altered, claims_too_much, find_claims, find_header
from fitslint.repair.sums import carried_over, has_checksum
from fitslint.repair.virtual import Virtual, composed
from fitslint.source.files import read_unpacked
from fitslint.syntax.scan_reader import Bounds, Reader

IN_DATA = "it changes bytes of a data unit, which is done only when asked for (--data)"


@dataclass(frozen=True, slots=True)
class Draft:
    """A state of the file: the stream, what the reader makes of it, and what is found in it."""

    stream: Virtual
    file: FitsFile
    report: FileReport


class Bench:
    """Tries fixes on one file; nothing is written.

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
    first : Draft
        the file as its corrections make it; fixes begin there.

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
        judge: Judge,
        *,
        data: bool,
        correct: Callable[[FitsFile, Reader], tuple[Patch, ...]] | None = None,
    ) -> None:
        self.path = path
        self.container = container
        self.judge = judge
        self.bounds: Bounds = judge.settings.limits
        self.data = data
        self.original = self._read(base)
        patches = correct(self.original, base) if correct else ()
        stream = Virtual(base, patches)
        file = self._read(stream) if patches else self.original
        if moved := refuse_moves(self.original, file):
            raise RepairError(f"its corrections cannot be applied: {moved}")
        self.first = Draft(stream, file, judge.judge(file))

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that judge, by code."""
        return self.judge.rules.rules

    def look(self, stream: Virtual) -> Draft:
        """Read and judge a stream."""
        file = self._read(stream)
        return Draft(stream, file, self.judge.judge(file))

    def _read(self, reader: Reader) -> FitsFile:
        return read_unpacked(reader, self.path, self.container, self.bounds)

    def tried(self, draft: Draft, edits: Sequence[Edit]) -> Draft | str:
        """The file after edits, or why they cannot be made."""
        try:
            changes = self._changes(draft, edits)
        except NotApplicable as error:
            return str(error)
        after = self.look(Virtual(draft.stream.base, composed(draft.stream, changes)))
        if after.report.status not in (draft.report.status, "ok"):
            return f"the file could not be judged any more: {after.report.reason}"
        if failed := set(after.report.not_judged) - set(draft.report.not_judged):
            return f"{min(failed)} could not judge the file any more"
        before, now = draft.file, after.file
        why_not = (
            altered(before, now, edits) or claims_too_much(before, now) or refuse_moves(before, now)
        )
        return why_not or after

    def _changes(self, draft: Draft, edits: Sequence[Edit]) -> list[Patch]:
        """Edits as patches: headers whole, with their fill and CHECKSUM."""
        stream, hdus = draft.stream, draft.file.hdus
        offsets = [hdu.header.offset for hdu in hdus]
        inside: dict[int, list[Edit]] = {}
        changes: list[Patch] = []
        for edit in edits:
            at = bisect_right(offsets, edit.start) - 1
            if at >= 0 and not hdus[at].header.text and in_header(edit, hdus[at]):
                inside.setdefault(at, []).append(edit)
            elif self.data or not in_data(edit, hdus, stream):
                if (place := find_header(stream, edit.start, edit.end)) is not None:
                    raise NotApplicable(f"what begins like a header, at byte {place}, would go")
                changes.append(Patch(edit.start, edit.end, edit.new))
            else:
                raise NotApplicable(IN_DATA)
        claims = find_claims(hdus, stream.size)
        for at, mine in inside.items():
            for hdu in claims:
                if hdu.data_offset <= offsets[at] < hdu.data_offset + (hdu.data_bytes or 0):
                    raise NotApplicable(
                        f"the header was found in the data that HDU {hdu.number} declares, and may "
                        "be data"
                    )
            changes.append(self._header(stream, hdus[at], mine))
        changes.sort(key=lambda patch: (patch.start, patch.end))
        if draft.file.container == "text" and stream.size and stream.size % BLOCK == 0:
            changes += whole_again(stream, stream.size, sum(one.growth for one in changes))
        return changes

    def _header(self, stream: Virtual, hdu: Hdu, edits: Sequence[Edit]) -> Patch:
        start = hdu.header.offset
        old = stream.read_at(start, hdu.data_offset - start)
        new = laid_out(old, hdu, edits)
        if has_checksum(hdu.header):
            new = carried_over(old, new)
        return Patch(start, start + len(old), new)


def in_header(edit: Edit, hdu: Hdu) -> bool:
    """Whether an edit is on the header of ``hdu``: its cards, END, or the fill behind it."""
    return edit.start < hdu.data_offset and edit.end <= hdu.data_offset


def in_data(edit: Edit, hdus: Sequence[Hdu], stream: Virtual) -> bool:
    """Whether an edit changes bytes between headers, rather than append to the last HDU.

    What stands behind the last HDU belongs to none.
    """
    if not hdus or hdus[-1].header.text:
        return False
    last = hdus[-1]
    if edit.start < last.data_offset or last.data_bytes is None:
        return True
    behind = last.data_offset + last.data_bytes + -last.data_bytes % BLOCK
    return edit.start < behind and not (edit.start == edit.end and stream.ends_at(edit.start))
