"""``fitslint kappa run`` and ``fitslint kappa new``: a pipeline from a configuration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import Options, argument, option

if TYPE_CHECKING:
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.progress import Progress
    from fitslint.pipeline.run.execute import TaskResult
    from fitslint.pipeline.run.task import RunTask


class PipelineOptions(Options):
    """The options of ``fitslint kappa run``."""

    config: Path = argument("What to make (TOML).", "CONFIG")
    only: str = option("This step alone: fetch, maps, rescale or qc.", "STEP")
    first: str = option("This step and those behind it.", "STEP", "--from")
    force: bool = option("Run what is unchanged too, and replace files that were edited.")
    dry_run: bool = option("Tell what would be run, and why; write nothing.")
    workers: int | None = option("Threads of an evaluation.", "N", minimum=1)


def print_example_config(_: Options) -> None:
    """Print a configuration for `fitslint kappa run` to begin with, with comments."""
    from importlib.resources import files

    path = files("fitslint.pipeline.kappa.run").joinpath("example.toml")
    sys.stdout.write(path.read_text(encoding="utf-8"))


def run_pipeline(options: PipelineOptions) -> ExitCode:
    """Make what a configuration says: fetch, maps, rescale, quality report.

    A step whose inputs, parameters, program and products are unchanged is not run again; one that
    fails stops only what needs it. Exit 0: all done; 1: the quality report fails; 2: usage, or a
    configuration that cannot be used; 3: a step failed.
    """
    from contextlib import nullcontext

    from fitslint.cli.progress import ProgressBar
    from fitslint.config.options import SettingsError
    from fitslint.pipeline.kappa.run.load import load_run_config
    from fitslint.pipeline.kappa.run.plan import STEPS, open_run_state, plan_run
    from fitslint.pipeline.run.execute import RunOptions, execute_tasks
    from fitslint.pipeline.run.lock import lock_folder

    steps = select_steps(STEPS, options.only, options.first)
    try:
        config = load_run_config(options.config)
    except SettingsError as error:
        raise UsageError(str(error)) from None
    tasks = [task for task in plan_run(config) if task.step in steps]
    if not tasks:
        print_error(f"{options.config}: there is nothing to do in {', '.join(steps)}")
        return ExitCode.OK
    how = RunOptions(options.force, options.force, options.dry_run, options.workers)
    # A dry run writes nothing, not even the lock.
    with nullcontext() if options.dry_run else lock_folder(config.output):
        state = open_run_state(config.output)
        if state.warning:
            print_error(f"note: {state.warning}")
        with ProgressBar() as bar:
            results = execute_tasks(tasks, config.output, state, how, RunReporter(bar))
    return find_run_exit_code(results)


def select_steps(all_steps: Sequence[str], only: str, first: str) -> Sequence[str]:
    """The steps that ``--only`` or ``--from`` name, or all.

    Raises
    ------
    UsageError
        when there is no such step, or both are given.
    """
    from fitslint.text import suggest

    for flag, step in (("--only", only), ("--from", first)):
        if step and step not in all_steps:
            raise UsageError(
                f"'{flag}' is one of {', '.join(all_steps)}, not {step!r}{suggest(step, all_steps)}"
            )
    if only and first:
        raise UsageError("--only and --from exclude each other")
    if only:
        return (only,)
    return all_steps[all_steps.index(first) :] if first else all_steps


def find_run_exit_code(results: Sequence[TaskResult]) -> ExitCode:
    """How a run ended."""
    from fitslint.pipeline.run.execute import FAILED, SKIPPED

    if any(result.status in (FAILED, SKIPPED) for result in results):
        return ExitCode.NOT_CHECKED
    return ExitCode.FOUND if any(result.has_bad_products for result in results) else ExitCode.OK


class RunReporter:
    """Says one line of every task on standard output; sentences go to standard error."""

    def __init__(self, bar: ProgressBar) -> None:
        self._bar = bar
        self._notes_seen: set[str] = set()

    def begin(self, task: RunTask) -> Progress:
        """Show the bar."""
        return self._bar.begin(task.name)

    def end(self, result: TaskResult) -> None:
        """Say what became of a task."""
        from fitslint.pipeline.run.execute import FAILED
        from fitslint.report.escape import escape_text

        self._bar.clear()
        sys.stdout.write(escape_text(_show_result(result)) + "\n")
        sys.stdout.flush()
        if result.status == FAILED:
            print_error(f"{result.task.name}: {result.reason}")
        # The tasks of one model have most notes in common.
        for note in (note for note in result.notes if note not in self._notes_seen):
            print_error(f"note: {result.task.name}: {note}")
            self._notes_seen.add(note)


def _show_result(result: TaskResult) -> str:
    from fitslint.language.width import pad_text
    from fitslint.pipeline.run.execute import FAILED
    from fitslint.text import count_noun, say, translate_sentence

    known = result.status != FAILED and result.reason
    words = [translate_sentence(result.reason)] if known else []
    if result.outputs:
        files = count_noun(len(result.outputs), "file")
        words.append(say("{files} in {folder}", files=files, folder=result.task.folder))
    if result.seconds:
        words.append(f"{result.seconds:.1f} s")
    if result.has_bad_products:
        words.append(say("FAIL"))
    status = pad_text(say(result.status), 10)
    return f"{status} {result.task.name:<24} {say('; ').join(words)}".rstrip()
