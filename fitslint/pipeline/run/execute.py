"""Carrying out the tasks of a run: what is unchanged is kept, what fails stops what needs it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    """What became of a task."""

    task: RunTask
    status: str
    """``done``, ``unchanged``, ``failed``, ``left out`` (a task it needs failed), ``would run``."""
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

    def begin(self, task: RunTask) -> Progress:
        """A task begins; the answer is called while it works."""

    def end(self, result: TaskResult) -> None:
        """A task is over."""


@dataclass(frozen=True, slots=True)
class _RunContext:
    output: Path
    state: RunState
    options: RunOptions


def execute_tasks(
    tasks: Sequence[RunTask],
    output: Path,
    state: RunState,
    options: RunOptions,
    observer: RunObserver,
) -> list[TaskResult]:
    """Carry out ``tasks``, which stand in an order where each comes after what it needs.

    The folder has to be locked unless the run is dry. Whenever the process ends, products are
    whole, and the next run completes what is missing.
    """
    run = _RunContext(output, state, options)
    results: dict[str, TaskResult] = {}
    for task in tasks:
        result = _run_or_skip(task, results, run, observer)
        results[task.name] = result
        observer.end(result)
    if not options.dry_run:
        _remove_scratch(
            output, complete=all(result.status in (DONE, UNCHANGED) for result in results.values())
        )
    return list(results.values())


def _remove_scratch(output: Path, *, complete: bool) -> None:
    """Take the scratch folder away; what an interrupted fetch left there stays for the next run."""
    if complete:
        shutil.rmtree(output / files.SCRATCH_NAME, ignore_errors=True)
    with suppress(OSError):
        (output / files.SCRATCH_NAME).rmdir()


def _run_or_skip(
    task: RunTask, before: Mapping[str, TaskResult], run: _RunContext, observer: RunObserver
) -> TaskResult:
    needed = [before[name] for name in task.prerequisites if name in before]
    for result in needed:
        if result.status in (FAILED, SKIPPED):
            return TaskResult(task, SKIPPED, f"needs {result.task.name}")
        if result.status == WOULD_RUN:
            return TaskResult(task, WOULD_RUN, f"{result.task.name} comes before it")
    return _catch_errors(task, lambda: _run_if_stale(task, run, observer))


def _catch_errors(task: RunTask, action: Callable[[], TaskResult]) -> TaskResult:
    """What ends a task ends that task alone."""
    try:
        return action()
    except ProductError as error:
        return TaskResult(task, FAILED, str(error))
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return TaskResult(task, FAILED, f"{name}{error.strerror or error}")
    except MemoryError:
        return TaskResult(task, FAILED, "there is not enough memory; take a smaller field")


def _run_if_stale(task: RunTask, run: _RunContext, observer: RunObserver) -> TaskResult:
    record = run.state[task.name]
    if not run.options.overwrite:
        _refuse_user_edits(record, run.output)
    inputs = _hash_inputs(task, run.output)
    key = compute_task_key(task.parameters, task.modules)
    why = (
        "asked for"
        if run.options.rerun_unchanged or task.is_asked_for
        else _find_stale_reason(record, key, inputs, run.output)
    )
    if why is None:
        names, failed = tuple(record.outputs), record.failed
        return TaskResult(task, UNCHANGED, "", names, record.notes, failed)
    if run.options.dry_run:
        return TaskResult(task, WOULD_RUN, why)
    return _run_task(task, replace(record, key=key, inputs=inputs), why, run, observer)


def _hash_inputs(task: RunTask, output: Path) -> dict[str, str]:
    parts = {files.make_relative(Path(name), output): each for name, each in task.digests.items()}
    return {**parts, **files.hash_files(task.list_inputs(), output)}


def _refuse_user_edits(record: TaskRecord, output: Path) -> None:
    for name in files.find_user_edits(record, output):
        raise PipelineError(
            "was changed after a run made it; move it away, or say --force to make it anew",
            path=str(output / name),
        )


def _find_stale_reason(
    record: TaskRecord, key: str, inputs: Mapping[str, str], output: Path
) -> str | None:
    """Why a task has to be run; None when everything is as it was."""
    if not record.key:
        return "first time"
    if not record.done:
        return "was interrupted"
    if record.key != key:
        return "parameters or program changed"
    for name in {**inputs, **record.inputs}:
        if name not in record.inputs:
            return f"{Path(name).name} is new"
        if name not in inputs:
            return f"{Path(name).name} is no longer used"
        if inputs[name] != record.inputs[name]:
            return f"{Path(name).name} changed"
    for name, recorded in record.outputs.items():
        digest = files.hash_file(output / name)
        if digest != recorded:
            return f"{Path(name).name} {'was edited' if digest else 'is gone'}"
    return None


def _run_task(
    task: RunTask, record: TaskRecord, why: str, run: _RunContext, observer: RunObserver
) -> TaskResult:
    started = time.monotonic()
    folder = files.prepare_scratch_folder(run.output, task.name, keep=task.is_resumable)
    try:
        outcome = task.run(TaskContext(folder, run.options.workers, observer.begin(task)))
        outputs = _publish_outputs(task, record, folder, outcome, run)
    except BaseException:
        if not task.is_resumable:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    gone = [name for name in record.outputs if name not in outputs]
    notes = (*outcome.notes, *_describe_gone(gone))
    spent = time.monotonic() - started
    return TaskResult(task, DONE, why, outputs, notes, outcome.has_bad_products, spent)


def _describe_gone(names: Sequence[str]) -> Iterator[str]:
    """Products of an earlier run that this one has not."""
    if len(names) == 1:
        yield f"{names[0]} is no longer made, and left as it is"
    elif names:
        yield f"{len(names)} files are no longer made, and left as they are: {names[0]} first"


def _publish_outputs(
    task: RunTask, record: TaskRecord, folder: Path, outcome: TaskOutcome, run: _RunContext
) -> tuple[str, ...]:
    """Bring products to their places, and keep in the state that it is ours; its names.

    The state tells the new digests before the files are there: none is ever a stranger.
    """
    products = files.collect_outputs(folder, task.folder)
    if _hash_inputs(task, run.output) != record.inputs:
        raise PipelineError("an input changed while it was read; run again")
    outputs = {name: files.hash_file(path) or "" for name, path in products.items()}
    if not run.options.overwrite:
        files.refuse_foreign_files(outputs, record, run.output)
    existing = {name: files.hash_file(run.output / name) for name in outputs}
    started = record.start_publishing(
        outputs, {name: digest for name, digest in existing.items() if digest}
    )
    run.state.store(task.name, started)
    files.publish_files(products, run.output)
    left = {name: each for name, each in started.before.items() if name not in outputs}
    done = replace(
        started, before=left, done=True, failed=outcome.has_bad_products, notes=outcome.notes
    )
    run.state.store(task.name, done)
    return tuple(outputs)
