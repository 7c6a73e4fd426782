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
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.run import files
from fitslint.pipeline.run.code_version import compute_task_key
from fitslint.pipeline.run.state import RunState, TaskRecord
from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.products.errors import ProductError

DONE, UNCHANGED, FAILED, SKIPPED, WOULD_RUN = "done", "unchanged", "failed", "left out", "would run"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out."""

    rerun_unchanged: bool = False
    """Run what is unchanged as well."""
    overwrite: bool = False
    """Let files go that were edited or that no run has made, where a product has its place."""
    dry_run: bool = False
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What became of a unit."""

    task: RunTask
    status: str
    """``done``, ``unchanged``, ``failed``, ``left out`` (a unit it needs failed), ``would run``."""
    reason: str
    """Why it was run, or why not, in words."""
    outputs: tuple[str, ...] = ()
    """The products, relative to the output folder."""
    notes: tuple[str, ...] = ()
    has_bad_products: bool = False
    """Whether the products were judged and found bad."""
    seconds: float = 0.0


class RunObserver(Protocol):
    """Who is told how the run comes along."""

    def begin(self, unit: RunTask) -> Progress:
        """A unit begins; the answer is called while it works."""

    def end(self, result: TaskResult) -> None:
        """A unit is over."""


@dataclass(frozen=True, slots=True)
class _RunContext:
    output: Path
    state: RunState
    options: RunOptions


def execute_tasks(
    units: Sequence[RunTask],
    output: Path,
    state: RunState,
    options: RunOptions,
    watcher: RunObserver,
) -> list[TaskResult]:
    """Carry out ``units``, which stand in an order where each comes after what it needs.

    The folder has to be locked unless the run is dry. Whenever the process ends, products are
    whole, and the next run completes what is missing.
    """
    run = _RunContext(output, state, options)
    results: dict[str, TaskResult] = {}
    for unit in units:
        result = _run_or_skip(unit, results, run, watcher)
        results[unit.name] = result
        watcher.end(result)
    if not options.dry_run:
        _remove_scratch(
            output, complete=all(one.status in (DONE, UNCHANGED) for one in results.values())
        )
    return list(results.values())


def _remove_scratch(output: Path, *, complete: bool) -> None:
    """Take the scratch folder away; what an interrupted fetch left there stays for the next run."""
    if complete:
        shutil.rmtree(output / files.SCRATCH_NAME, ignore_errors=True)
    with suppress(OSError):
        (output / files.SCRATCH_NAME).rmdir()


def _run_or_skip(
    unit: RunTask, before: Mapping[str, TaskResult], run: _RunContext, watcher: RunObserver
) -> TaskResult:
    needed = [before[name] for name in unit.prerequisites if name in before]
    for one in needed:
        if one.status in (FAILED, SKIPPED):
            return TaskResult(unit, SKIPPED, f"needs {one.task.name}")
        if one.status == WOULD_RUN:
            return TaskResult(unit, WOULD_RUN, f"{one.task.name} comes before it")
    return _catch_errors(unit, lambda: _run_if_stale(unit, run, watcher))


def _catch_errors(unit: RunTask, deed: Callable[[], TaskResult]) -> TaskResult:
    """What ends a unit ends that unit alone."""
    try:
        return deed()
    except ProductError as error:
        return TaskResult(unit, FAILED, str(error))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return TaskResult(unit, FAILED, f"{place}{error.strerror or error}")
    except MemoryError:
        return TaskResult(unit, FAILED, "there is not enough memory; take a smaller field")


def _run_if_stale(unit: RunTask, run: _RunContext, watcher: RunObserver) -> TaskResult:
    record = run.state[unit.name]
    if not run.options.overwrite:
        _refuse_user_edits(record, run.output)
    inputs = files.hash_files(unit.list_inputs(), run.output)
    now = compute_task_key(unit.parameters)
    why = (
        "asked for"
        if run.options.rerun_unchanged
        else _find_stale_reason(record, now, inputs, run.output)
    )
    if why is None:
        names, failed = tuple(record.outputs), record.failed
        return TaskResult(unit, UNCHANGED, "", names, record.notes, failed)
    if run.options.dry_run:
        return TaskResult(unit, WOULD_RUN, why)
    return _run_task(unit, replace(record, key=now, inputs=inputs), why, run, watcher)


def _refuse_user_edits(record: TaskRecord, output: Path) -> None:
    for name in files.find_user_edits(record, output):
        raise PipelineError(
            "was changed after a run made it; move it away, or say --force to make it anew",
            path=str(output / name),
        )


def _find_stale_reason(
    record: TaskRecord, now: str, inputs: Mapping[str, str], output: Path
) -> str | None:
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
        found = files.hash_file(output / name)
        if found != told:
            return f"{Path(name).name} {'was edited' if found else 'is gone'}"
    return None


def _run_task(
    unit: RunTask, record: TaskRecord, why: str, run: _RunContext, watcher: RunObserver
) -> TaskResult:
    started = time.monotonic()
    place = files.prepare_scratch_folder(run.output, unit.name, keep=unit.is_resumable)
    try:
        outcome = unit.run(TaskContext(place, run.options.workers, watcher.begin(unit)))
        outputs = _publish_outputs(unit, record, place, outcome, run)
    except BaseException:
        if not unit.is_resumable:
            shutil.rmtree(place, ignore_errors=True)
        raise
    shutil.rmtree(place, ignore_errors=True)
    gone = [name for name in record.outputs if name not in outputs]
    notes = (*outcome.notes, *(f"{name} is no longer made, and left as it is" for name in gone))
    spent = time.monotonic() - started
    return TaskResult(unit, DONE, why, outputs, notes, outcome.has_bad_products, spent)


def _publish_outputs(
    unit: RunTask, record: TaskRecord, place: Path, outcome: TaskOutcome, run: _RunContext
) -> tuple[str, ...]:
    """Bring what was made to its places, and keep in the state that it is ours; its names.

    The state tells the new digests before the files are there: none is ever a stranger.
    """
    made = files.collect_outputs(place, unit.folder)
    if files.hash_files(unit.list_inputs(), run.output) != record.inputs:
        raise PipelineError("an input changed while it was read; run again")
    outputs = {name: files.hash_file(path) or "" for name, path in made.items()}
    if not run.options.overwrite:
        files.refuse_foreign_files(outputs, record, run.output)
    there = {name: files.hash_file(run.output / name) for name in outputs}
    begun = record.start_publishing(outputs, {name: told for name, told in there.items() if told})
    run.state.store(unit.name, begun)
    files.publish_files(made, run.output)
    done = replace(
        begun, before={}, done=True, failed=outcome.has_bad_products, notes=outcome.notes
    )
    run.state.store(unit.name, done)
    return tuple(outputs)
