"""``fitslint kappa run``: what it does, and what it says of every step."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.resources import files

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.kappa.progress_bar import ProgressBar
from fitslint.cli.kappa.run import RunRequest
from fitslint.config.options import ConfigError
from fitslint.pipeline.kappa.run.load import load_run_config
from fitslint.pipeline.kappa.run.plan import STEPS, open_run_state, plan_run
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.run.execute import FAILED, SKIPPED, RunOptions, TaskResult, execute_tasks
from fitslint.pipeline.run.lock import lock_folder
from fitslint.pipeline.run.task import RunTask
from fitslint.report.escape import escape_text
from fitslint.text import plural, suggest


def print_example_config(_: None) -> None:
    """Print the configuration to begin with."""
    place = files("fitslint.pipeline.kappa.run").joinpath("example.toml")
    sys.stdout.write(place.read_text(encoding="utf-8"))


def run_pipeline(request: RunRequest) -> ExitCode:
    """Run the steps and say of each what became of it.

    Raises
    ------
    Usage
        when the options or the configuration cannot be used.
    PipelineError
        when the output folder cannot be used.
    """
    steps = _select_steps(request)
    try:
        config = load_run_config(request.config)
    except ConfigError as error:
        raise UsageError(str(error)) from None
    units = [unit for unit in plan_run(config) if unit.step in steps]
    if not units:
        _print_note(f"{request.config}: there is nothing to do in {', '.join(steps)}")
        return ExitCode.OK
    options = RunOptions(request.force, request.force, request.dry_run, request.workers)
    # A dry run writes nothing, not even the lock.
    with nullcontext() if request.dry_run else lock_folder(config.output):
        state = open_run_state(config.output)
        if state.warning:
            _print_note(f"note: {state.warning}")
        with ProgressBar() as bar:
            results = execute_tasks(units, config.output, state, options, RunReporter(bar))
    return _decide_exit_code(results)


def _select_steps(request: RunRequest) -> tuple[str, ...]:
    for option, step in (("--only", request.only), ("--from", request.first)):
        if step and step not in STEPS:
            raise UsageError(
                f"'{option}' is one of {', '.join(STEPS)}, not {step!r}{suggest(step, STEPS)}"
            )
    if request.only and request.first:
        raise UsageError("--only and --from exclude each other")
    if request.only:
        return (request.only,)
    return STEPS[STEPS.index(request.first) :] if request.first else STEPS


def _decide_exit_code(results: Sequence[TaskResult]) -> ExitCode:
    if any(one.status in (FAILED, SKIPPED) for one in results):
        return ExitCode.NOT_CHECKED
    return ExitCode.FOUND if any(one.has_bad_products for one in results) else ExitCode.OK


class RunReporter:
    """Says one line of every unit on standard output; sentences go to standard error."""

    def __init__(self, bar: ProgressBar) -> None:
        self._bar = bar
        self._notes_seen: set[str] = set()

    def begin(self, unit: RunTask) -> Progress:
        """Show the bar."""
        return self._bar.begin(unit.name)

    def end(self, result: TaskResult) -> None:
        """Say what became of a unit."""
        self._bar.clear()
        sys.stdout.write(escape_text(_format_result(result)) + "\n")
        sys.stdout.flush()
        if result.status == FAILED:
            _print_note(f"{result.task.name}: {result.reason}")
        # The units of one model have most notes in common.
        for note in (one for one in result.notes if one not in self._notes_seen):
            _print_note(f"note: {result.task.name}: {note}")
            self._notes_seen.add(note)


def _format_result(result: TaskResult) -> str:
    words = [] if result.status == FAILED or not result.reason else [result.reason]
    if result.outputs:
        count = len(result.outputs)
        words.append(f"{count} {plural(count, 'file')} in {result.task.folder}")
    if result.seconds:
        words.append(f"{result.seconds:.1f} s")
    if result.has_bad_products:
        words.append("FAIL")
    told = f"{result.status:<10} {result.task.name:<24} {'; '.join(words)}"
    return told.rstrip()


def _print_note(sentence: str) -> None:
    sys.stderr.write(f"fitslint: {escape_text(sentence)}\n")
