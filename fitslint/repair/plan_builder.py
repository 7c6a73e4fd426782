"""What a repair comes to: a plan with the fewest bytes to write, and what was done to each card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit, Finding, Fix
from fitslint.repair.header_bytes import list_card_patches, splice_edits
from fitslint.repair.model import DataUnit, FileIdentity, Patch, Plan, Repair
from fitslint.repair.select import merge_edits
from fitslint.repair.stream import PatchedReader, find_new_offset
from fitslint.repair.workspace import FileState, Workspace
from fitslint.syntax.scan import pad_size
from fitslint.syntax.scan_reader import Reader
from fitslint.text import say

MANUAL = "by-hand"
"""The name in place of a rule's for what a person asks for."""


def build_repair_plan(
    workspace: Workspace,
    after: FileState,
    *,
    repairs: tuple[Repair, ...] = (),
    refused: tuple[tuple[Finding, str], ...] = (),
    remaining: tuple[Finding, ...] = (),
    rounds: int = 0,
    identity: FileIdentity | None = None,
) -> Plan:
    """The plan that turns the file of a workspace into ``after``."""
    original, base = workspace.original, workspace.start.stream.base
    size = PatchedReader(base).measure_size()
    text = original.container == "text"
    patches = tuple(_minimise_patches(base, after.stream.patches, text=text))
    units = tuple(_list_data_units(original, patches, size))
    return Plan(
        path=workspace.path,
        size=size,
        patches=patches,
        units=units,
        repairs=repairs,
        refused=refused,
        remaining=remaining,
        rounds=rounds,
        data_changed=any(_overlaps(units, patch) for patch in patches),
        identity=identity,
    )


def build_manual_plan(
    workspace: Workspace,
    after: FileState,
    edits: Sequence[Edit],
    identity: FileIdentity | None = None,
) -> Plan:
    """The plan of ``edits`` that a person asks for, which turn the file into ``after``."""
    return build_repair_plan(
        workspace,
        after,
        repairs=tuple(list_repairs(workspace.start, map(make_manual_finding, edits), 1)),
        remaining=tuple(after.report.findings),
        rounds=1 if edits else 0,
        identity=identity,
    )


def list_repairs(state: FileState, findings: Iterable[Finding], number: int) -> Iterator[Repair]:
    """What the fixes of ``findings`` change in the stream of a state."""
    for finding in findings:
        fix = finding.fix
        if fix is None:
            continue
        edits = fix.edits if len(fix.edits) == 1 else merge_edits((finding,))
        start, end = edits[0].start, max(edit.end for edit in edits)
        before = state.stream.read_at(start, end - start)
        after = splice_edits(before, start, edits)
        yield Repair(finding, fix.safety, fix.title, number, before, after, start)


def make_manual_finding(edit: Edit) -> Finding:
    """What stands for a change that a person asked for, where a finding stands else."""
    fix = Fix("safe", say("asked for by hand"), (edit,))
    return Finding(
        code="", name=MANUAL, severity="info", message=fix.title, message_id=MANUAL, params={},
        hdu=None, extname=None, card=None, keyword=None, byte=edit.start, column=None,
        end_column=None, clause="", fingerprint="", fix=fix,
    )  # fmt: skip


def _minimise_patches(base: Reader, patches: Sequence[Patch], *, text: bool) -> Iterator[Patch]:
    """Patches without what stays as it is: cards of headers, lines of a header text."""
    for patch in patches:
        old = base.read_at(patch.start, patch.end - patch.start)
        if text and old != patch.new:
            yield Patch(patch.start, patch.end, patch.new, old)
        elif not text:
            yield from list_card_patches(patch.start, old, patch.new)


def _list_data_units(file: FitsFile, patches: Sequence[Patch], size: int) -> Iterator[DataUnit]:
    """The data units as far as the file has them, with their padding."""
    nexts = [hdu.header.offset for hdu in file.hdus[1:]]
    for hdu, following in zip(file.hdus, [*nexts, size], strict=True):
        if hdu.header.is_text:
            continue
        start, stop = hdu.data_offset, min(following, size)
        if hdu.data_bytes is not None:
            stop = min(stop, start + pad_size(hdu.data_bytes))
        if stop > start:
            yield DataUnit(hdu.number, start, find_new_offset(patches, start), stop - start)


def _overlaps(units: Iterable[DataUnit], patch: Patch) -> bool:
    return any(
        patch.start < unit.old + unit.length and patch.end > unit.old
        and (patch.end > patch.start or patch.start > unit.old)
        for unit in units
    )  # fmt: skip
