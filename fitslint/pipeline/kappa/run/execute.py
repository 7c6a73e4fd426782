"""Carrying out the units of a run: what is unchanged is kept, what fails stops what needs it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.run import files
from fitslint.pipeline.kappa.run.code import key
from fitslint.pipeline.kappa.run.state import Record, State
from fitslint.pipeline.kappa.run.unit import Outcome, Unit, Work
from fitslint.pipeline.progress import Progress
from fitslint.products.errors import ProductError

DONE, UNCHANGED, FAILED, LEFT, WOULD = "done", "unchanged", "failed", "left out", "would run"


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is carried out."""

    again: bool = False
    """Run what is unchanged as well."""
    replace: bool = False
    """Let files go that were edited or that no run has made, where a product has its place."""
    dry: bool = False
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a unit."""

    unit: Unit
    status: str
    """``done``, ``unchanged``, ``failed``, ``left out`` (a unit it needs failed), ``would run``."""
    why: str
    """Why it was run, or why not, in words."""
    outputs: tuple[str, ...] = ()
    """The products, relative to the output folder."""
    notes: tuple[str, ...] = ()
    failed: bool = False
    """Whether the products were judged and found bad."""
    seconds: float = 0.0


class Watcher(Protocol):
    """Who is told how the run comes along."""

    def begin(self, unit: Unit) -> Progress:
        """A unit begins; the answer is called while it works."""

    def end(self, result: Result) -> None:
        """A unit is over."""


@dataclass(frozen=True, slots=True)
class _Run:
    output: Path
    state: State
    options: Options


def execute(
    units: Sequence[Unit], output: Path, state: State, options: Options, watcher: Watcher
) -> list[Result]:
    """Carry out ``units``, which stand in an order where each comes after what it needs.

    The folder has to be locked unless the run is dry. Whenever the process ends, products are
    whole, and the next run completes what is missing.
    """
    run = _Run(output, state, options)
    results: dict[str, Result] = {}
    for unit in units:
        result = _turn(unit, results, run, watcher)
        results[unit.name] = result
        watcher.end(result)
    if not options.dry:
        _tidy(output, complete=all(one.status in (DONE, UNCHANGED) for one in results.values()))
    return list(results.values())


def _tidy(output: Path, *, complete: bool) -> None:
    """Take the scratch folder away; what an interrupted fetch left there stays for the next run."""
    if complete:
        shutil.rmtree(output / files.SCRATCH, ignore_errors=True)
    with suppress(OSError):
        (output / files.SCRATCH).rmdir()


def _turn(unit: Unit, before: Mapping[str, Result], run: _Run, watcher: Watcher) -> Result:
    needed = [before[name] for name in unit.needs if name in before]
    for one in needed:
        if one.status in (FAILED, LEFT):
            return Result(unit, LEFT, f"needs {one.unit.name}")
        if one.status == WOULD:
            return Result(unit, WOULD, f"{one.unit.name} comes before it")
    return _guarded(unit, lambda: _judged(unit, run, watcher))


def _guarded(unit: Unit, deed: Callable[[], Result]) -> Result:
    """What ends a unit ends that unit alone."""
    try:
        return deed()
    except ProductError as error:
        return Result(unit, FAILED, str(error))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return Result(unit, FAILED, f"{place}{error.strerror or error}")
    except MemoryError:
        return Result(unit, FAILED, "there is not enough memory; take a smaller field")


def _judged(unit: Unit, run: _Run, watcher: Watcher) -> Result:
    record = run.state[unit.name]
    if not run.options.replace:
        _refuse_edited(record, run.output)
    inputs = files.digests(unit.inputs(), run.output)
    now = key(unit.parameters)
    why = "asked for" if run.options.again else _reason(record, now, inputs, run.output)
    if why is None:
        names, failed = tuple(record.outputs), record.failed
        return Result(unit, UNCHANGED, "", names, record.notes, failed)
    if run.options.dry:
        return Result(unit, WOULD, why)
    return _carried_out(unit, replace(record, key=now, inputs=inputs), why, run, watcher)


def _refuse_edited(record: Record, output: Path) -> None:
    for name in files.edited(record, output):
        raise PipelineError(
            "was changed after a run made it; move it away, or say --force to make it anew",
            path=str(output / name),
        )


def _reason(record: Record, now: str, inputs: Mapping[str, str], output: Path) -> str | None:
    """Why a unit has to be run; None when everything is as it was."""
    if not record.key:
        return "first time"
    if not record.done:
        return "was interrupted"
    if record.key != now:
        return "parameters or program changed"
    for name in {**inputs, **record.inputs}:
        if inputs.get(name) != record.inputs.get(name):
            return f"{Path(name).name} changed"
    for name, told in record.outputs.items():
        found = files.digest(output / name)
        if found != told:
            return f"{Path(name).name} {'was edited' if found else 'is gone'}"
    return None


def _carried_out(unit: Unit, record: Record, why: str, run: _Run, watcher: Watcher) -> Result:
    started = time.monotonic()
    place = files.workplace(run.output, unit.name, keep=unit.resumable)
    try:
        outcome = unit.carry_out(Work(place, run.options.workers, watcher.begin(unit)))
        outputs = _placed(unit, record, place, outcome, run)
    except BaseException:
        if not unit.resumable:
            shutil.rmtree(place, ignore_errors=True)
        raise
    shutil.rmtree(place, ignore_errors=True)
    gone = [name for name in record.outputs if name not in outputs]
    notes = (*outcome.notes, *(f"{name} is no longer made, and left as it is" for name in gone))
    spent = time.monotonic() - started
    return Result(unit, DONE, why, outputs, notes, outcome.failed, spent)


def _placed(
    unit: Unit, record: Record, place: Path, outcome: Outcome, run: _Run
) -> tuple[str, ...]:
    """Bring what was made to its places, and keep in the state that it is ours; its names.

    The state tells the new digests before the files are there: none is ever a stranger.
    """
    made = files.finished(place, unit.folder)
    if files.digests(unit.inputs(), run.output) != record.inputs:
        raise PipelineError("an input changed while it was read; run again")
    outputs = {name: files.digest(path) or "" for name, path in made.items()}
    if not run.options.replace:
        files.judge_places(outputs, record, run.output)
    there = {name: files.digest(run.output / name) for name in outputs}
    begun = record.begun(outputs, {name: told for name, told in there.items() if told})
    run.state.put(unit.name, begun)
    files.place(made, run.output)
    done = replace(begun, before={}, done=True, failed=outcome.failed, notes=outcome.notes)
    run.state.put(unit.name, done)
    return tuple(outputs)
