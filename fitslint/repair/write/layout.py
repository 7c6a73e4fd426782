"""What stays and what changes between the old and the new stream of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fitslint.repair.model import DataUnit, Patch, Plan
from fitslint.repair.write.errors import refused


@dataclass(frozen=True, slots=True)
class Stretch:
    """``length`` bytes that are the same in both streams; ``hdu`` when they are its data unit."""

    old: int
    new: int
    length: int
    hdu: int = 0


def pieces(plan: Plan) -> list[Stretch | Patch]:
    """The new stream from its first to its last byte.

    A data unit that no patch touches is one stretch of its own.

    Raises
    ------
    RepairError
        when the patches and the data units of the plan contradict each other.
    """
    _hold_together(plan)
    units = iter([unit for unit in sorted(plan.units, key=_place) if _whole(unit, plan)])
    unit = next(units, None)
    found: list[Stretch | Patch] = []
    at = shift = 0
    for patch in (*plan.patches, Patch(plan.size, plan.size, b"")):
        while unit is not None and unit.old + unit.length <= patch.start:
            found += _stretches(at, unit.old, shift)
            found.append(Stretch(unit.old, unit.new, unit.length, unit.hdu))
            at, unit = unit.old + unit.length, next(units, None)
        found += _stretches(at, patch.start, shift)
        found += [patch] if patch.growth or patch.new else []
        at, shift = patch.end, shift + patch.growth
    return found


def new_places(plan: Plan) -> Iterator[tuple[int, bytes]]:
    """Where each patch is in the new stream, and its bytes."""
    shift = 0
    for patch in plan.patches:
        yield patch.start + shift, patch.new
        shift += patch.growth


def _place(unit: DataUnit) -> int:
    return unit.old


def _stretches(start: int, end: int, shift: int) -> list[Stretch]:
    return [Stretch(start, start + shift, end - start)] if end > start else []


def _touches(patch: Patch, unit: DataUnit) -> bool:
    return patch.start < unit.old + unit.length and max(patch.end, patch.start + 1) > unit.old and (
        patch.start > unit.old or patch.end > patch.start
    )


def _whole(unit: DataUnit, plan: Plan) -> bool:
    return unit.length > 0 and not any(_touches(patch, unit) for patch in plan.patches)


def _hold_together(plan: Plan) -> None:
    """Refuse a plan that would not do what it says; it is a bug, and must not reach a file."""
    spans = [(patch.start, patch.end) for patch in plan.patches]
    units = sorted(plan.units, key=_place)
    ordered = all(before[1] <= after[0] for before, after in pairwise([(0, 0), *spans]))
    inside = all(start <= end <= plan.size for start, end in spans)
    apart = all(a.old + a.length <= b.old for a, b in pairwise(units))
    if not (ordered and inside and apart):
        raise refused("the plan of the repair overlaps itself (a bug of fitslint)")
    for unit in units:
        growth = sum(patch.growth for patch in plan.patches if patch.end <= unit.old)
        touched = any(_touches(patch, unit) for patch in plan.patches) and not plan.data_changed
        beyond = unit.old + unit.length > plan.size
        if unit.length and (touched or beyond or unit.new != unit.old + growth):
            raise refused(
                f"the plan of the repair would change the data of HDU {unit.hdu} (a bug of fitslint)"
            )
    for patch in plan.patches:
        if patch.old is not None and len(patch.old) != patch.end - patch.start:
            raise refused("the plan of the repair does not know its old bytes (a bug of fitslint)")
