"""What stays and what changes between the old and the new stream of a plan."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import attrgetter

from fitslint.repair.model import DataUnit, Patch, Plan
from fitslint.repair.write.errors import make_refusal


@dataclass(frozen=True, slots=True)
class KeptRange:
    """``length`` bytes that are the same in both streams; ``hdu`` when they are its data unit."""

    old: int
    new: int
    length: int
    hdu: int = 0


def lay_out_stream(plan: Plan) -> list[KeptRange | Patch]:
    """The new stream from its first to its last byte.

    A data unit that no patch touches is one stretch of its own.

    Raises
    ------
    RepairError
        when the patches and the data units of the plan contradict each other.
    """
    units = iter(_list_kept_units(plan))
    unit = next(units, None)
    layout: list[KeptRange | Patch] = []
    at = shift = 0
    for patch in (*plan.patches, Patch(plan.size, plan.size, b"")):
        while unit is not None and unit.old + unit.length <= patch.start:
            layout += _make_ranges(at, unit.old, shift)
            layout.append(KeptRange(unit.old, unit.new, unit.length, unit.hdu))
            at, unit = unit.old + unit.length, next(units, None)
        layout += _make_ranges(at, patch.start, shift)
        layout += [patch] if patch.growth or patch.new else []
        at, shift = patch.end, shift + patch.growth
    return layout


def list_patch_offsets(plan: Plan) -> Iterator[tuple[int, bytes]]:
    """Where each patch is in the new stream, and its bytes."""
    shift = 0
    for patch in plan.patches:
        yield patch.start + shift, patch.new
        shift += patch.growth


def _make_ranges(start: int, end: int, shift: int) -> list[KeptRange]:
    return [KeptRange(start, start + shift, end - start)] if end > start else []


def _list_kept_units(plan: Plan) -> list[DataUnit]:
    """The data units that no patch touches, in order.

    A plan that would not do what it says is refused: it is a bug, and must not reach a file.
    """
    _check_patches(plan)
    ends = [patch.end for patch in plan.patches]
    shifts = list(accumulate((patch.growth for patch in plan.patches), initial=0))
    units = []
    for unit in sorted(plan.units, key=attrgetter("old")):
        before = bisect_right(ends, unit.old)
        end = unit.old + unit.length
        touched = before < len(ends) and plan.patches[before].start < end
        if not unit.length:
            continue
        if end > plan.size or unit.new != unit.old + shifts[before]:
            raise _make_bug_error(f"would not know where the data of HDU {unit.hdu} are")
        if not touched:
            units.append(unit)
        elif not plan.data_changed:
            raise _make_bug_error(f"would change the data of HDU {unit.hdu}")
    if any(unit.old + unit.length > behind.old for unit, behind in pairwise(units)):
        raise _make_bug_error("has data units that overlap")
    return units


def _check_patches(plan: Plan) -> None:
    spans = [(0, 0), *((patch.start, patch.end) for patch in plan.patches)]
    if not all(0 <= start <= end <= plan.size for start, end in spans):
        raise _make_bug_error("reaches beyond the file")
    if not all(end <= start for (_, end), (start, _) in pairwise(spans)):
        raise _make_bug_error("has patches that overlap")
    if any(len(patch.old or b"") not in {0, patch.end - patch.start} for patch in plan.patches):
        raise _make_bug_error("does not know the bytes that it replaces")


def _make_bug_error(what: str) -> Exception:
    return make_refusal(f"the plan of this repair {what}, which is a bug of fitslint")
