"""``fitslint kappa run``: what it does, and what it says of every step."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.resources import files

from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.kappa.bar import Bar
from fitslint.cli.kappa.run import Request
from fitslint.config.options import ConfigError
from fitslint.pipeline.kappa.run.execute import FAILED, LEFT, Options, Result, execute
from fitslint.pipeline.kappa.run.load import load
from fitslint.pipeline.kappa.run.lock import locked
from fitslint.pipeline.kappa.run.plan import plan
from fitslint.pipeline.kappa.run.state import State
from fitslint.pipeline.kappa.run.unit import STEPS, Unit
from fitslint.pipeline.progress import Progress
from fitslint.report.escape import visible
from fitslint.text import plural, suggest


def print_new(_: None) -> None:
    """Print the configuration to begin with."""
    place = files("fitslint.pipeline.kappa.run").joinpath("example.toml")
    sys.stdout.write(place.read_text(encoding="utf-8"))


def carry_out(request: Request) -> ExitCode:
    """Run the steps and say of each what became of it.

    Raises
    ------
    Usage
        when the options or the configuration cannot be used.
    PipelineError
        when the output folder cannot be used.
    """
    steps = _steps(request)
    try:
        config = load(request.config)
    except ConfigError as error:
        raise Usage(str(error)) from None
    units = [unit for unit in plan(config) if unit.step in steps]
    if not units:
        _say(f"{request.config}: there is nothing to do in {', '.join(steps)}")
        return ExitCode.OK
    options = Options(request.force, request.force, request.dry_run, request.workers)
    # A dry run writes nothing, not even the lock.
    with nullcontext() if request.dry_run else locked(config.output):
        state = State(config.output)
        if state.note:
            _say(f"note: {state.note}")
        with Bar() as bar:
            results = execute(units, config.output, state, options, Teller(bar))
    return _code(results)


def _steps(request: Request) -> tuple[str, ...]:
    for option, step in (("--only", request.only), ("--from", request.first)):
        if step and step not in STEPS:
            raise Usage(
                f"'{option}' is one of {', '.join(STEPS)}, not {step!r}{suggest(step, STEPS)}"
            )
    if request.only and request.first:
        raise Usage("--only and --from exclude each other")
    if request.only:
        return (request.only,)
    return STEPS[STEPS.index(request.first) :] if request.first else STEPS


def _code(results: Sequence[Result]) -> ExitCode:
    if any(one.status in (FAILED, LEFT) for one in results):
        return ExitCode.UNJUDGED
    return ExitCode.FOUND if any(one.failed for one in results) else ExitCode.OK


class Teller:
    """Says one line of every unit on standard output; sentences go to standard error."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._said: set[str] = set()

    def begin(self, unit: Unit) -> Progress:
        """Show the bar."""
        return self._bar.begin(unit.name)

    def end(self, result: Result) -> None:
        """Say what became of a unit."""
        self._bar.clear()
        sys.stdout.write(visible(_line(result)) + "\n")
        sys.stdout.flush()
        if result.status == FAILED:
            _say(f"{result.unit.name}: {result.why}")
        # The units of one model have most notes in common.
        for note in (one for one in result.notes if one not in self._said):
            _say(f"note: {result.unit.name}: {note}")
            self._said.add(note)


def _line(result: Result) -> str:
    words = [] if result.status == FAILED or not result.why else [result.why]
    if result.outputs:
        count = len(result.outputs)
        words.append(f"{count} {plural(count, 'file')} in {result.unit.folder}")
    if result.seconds:
        words.append(f"{result.seconds:.1f} s")
    if result.failed:
        words.append("FAIL")
    told = f"{result.status:<10} {result.unit.name:<24} {'; '.join(words)}"
    return told.rstrip()


def _say(sentence: str) -> None:
    sys.stderr.write(f"fitslint: {visible(sentence)}\n")
