"""``fitslint check``: from the options to the reports and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.given import load
from fitslint.cli.outputs import Sink, colour_on, open_sinks
from fitslint.cli.progress import Meter
from fitslint.config.options import Value
from fitslint.config.settings import Settings
from fitslint.dictionary.load import DictionaryError
from fitslint.engine.checker import Batch, Read
from fitslint.engine.ruleset import UnknownSelector
from fitslint.engine.run import check_batches
from fitslint.engine.tally import Tally
from fitslint.report.format import Totals
from fitslint.source.walk import Walk


@dataclass(frozen=True, slots=True)
class Request:
    """A check as it was asked for; ``options`` are those that configuration files have too."""

    paths: Sequence[str]
    options: Mapping[str, Value] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    statistics: bool = False
    config: Path | None = None
    search: bool = True
    """Look for the nearest configuration file."""
    color: str = "auto"
    corrections: str | None = None
    """File of corrections that are applied in memory."""


def carry_out(request: Request) -> ExitCode:
    """Check, write the reports, and say how it ended.

    Raises
    ------
    Usage
        when the request makes no sense; nothing was read then.
    """
    settings = load(request.options, request.config, search=request.search).settings
    with ExitStack() as stack:
        walk = Walk(request.paths, exclude=settings.exclude)
        sinks = open_sinks(request.outputs, request.color, stack)
        try:
            batches = check_batches(
                walk, settings, [sink.format for sink in sinks], read=_reading(request.corrections)
            )
        except (UnknownSelector, DictionaryError) as error:
            raise Usage(str(error)) from None
        # Closing the batches ends their worker processes, also on Ctrl-C.
        totals = Totals(_told(stack.enter_context(closing(batches)), sinks), walk.skipped)
        for sink in sinks:
            sink.finish(totals)
        if request.statistics:
            _statistics(totals, sinks, request.color)
    return exit_code(totals.tally, settings)


def _reading(corrections: str | None) -> Read | None:
    if corrections is None:
        return None
    from functools import partial

    from fitslint.repair.corrections import corrected_file, load
    from fitslint.repair.model import RepairError

    try:
        load(corrections)
    except RepairError as error:
        raise Usage(str(error)) from None
    return partial(corrected_file, corrections=corrections)


def exit_code(tally: Tally, settings: Settings) -> ExitCode:
    """0, 1 when something reaches ``fail_on``, 3 when some input could not be judged."""
    if tally.unjudged:
        return ExitCode.UNJUDGED
    return ExitCode.FOUND if tally.at_or_over(settings.fail_on) else ExitCode.OK


def _told(batches: Iterator[Batch], sinks: Sequence[Sink]) -> Tally:
    """Write every batch to its sinks; the counts of all."""
    tally, meter = Tally(), Meter()
    try:
        for batch in batches:
            tally.update(batch.tally)
            if any(batch.texts):
                meter.clear()
            for sink, text in zip(sinks, batch.texts, strict=True):
                sink.write(text)
            meter.advance(batch.tally.files)
    finally:
        meter.close()
    return tally


def _statistics(totals: Totals, sinks: Sequence[Sink], color: str) -> None:
    """The table of counts: beside a report for people, else out of the way of one for programs."""
    from fitslint.report.tables import print_statistics

    machine = any(sink.stream is sys.stdout and sink.format.clean for sink in sinks)
    stream = sys.stderr if machine else sys.stdout
    if totals.tally.findings and any(sink.stream is stream for sink in sinks):
        stream.write("\n")
    print_statistics(stream, totals, colour=colour_on(color, stream))
