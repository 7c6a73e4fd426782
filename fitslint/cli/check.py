"""``fitslint check``: from the options to the reports and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.given import load
from fitslint.cli.interrupts import Interrupted, hold_endings, take_ending
from fitslint.cli.leftovers import tell_leftovers
from fitslint.cli.outputs import Sink, colour_on, open_sinks
from fitslint.cli.progress import Meter
from fitslint.config.options import Value
from fitslint.config.settings import Settings
from fitslint.dictionary.load import DictionaryError
from fitslint.engine.checker import Batch, Read
from fitslint.engine.ruleset import RuleSet, UnknownSelector
from fitslint.engine.run import check_batches
from fitslint.engine.tally import Tally
from fitslint.model.finding import Severity
from fitslint.model.records import dataclass, field, replace
from fitslint.report.escape import visible
from fitslint.report.format import Coverage, Totals
from fitslint.source.walk import Walk
from fitslint.text import count_noun


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
    show_infos: bool = False
    follow_links: bool = False
    only_fits: bool = False
    """Pass over named files that are no FITS files, as in folders."""


def carry_out(request: Request) -> ExitCode:
    """Check, write the reports, and say how it ended.

    Raises
    ------
    Usage
        when the request makes no sense; nothing was read then.
    Interrupted
        when a signal asked for the end; what was checked until then has been told.
    """
    settings = load(request.options, request.config, search=request.search).settings
    with ExitStack() as stack:
        walk = Walk(
            request.paths,
            exclude=settings.exclude,
            follow_links=request.follow_links,
            only_fits=request.only_fits,
        )
        least: Severity = "info" if _wants_infos(request, settings) else "warning"
        sinks = open_sinks(request.outputs, request.color, stack, least)
        try:
            batches = check_batches(
                walk, settings, [sink.format for sink in sinks], read=_reading(request.corrections)
            )
        except (UnknownSelector, DictionaryError) as error:
            raise Usage(str(error)) from None
        tally = Tally()
        totals = Totals(tally, walk.skipped, find_coverage(settings))
        with end_early(sinks, totals), closing(batches):
            write_batches(batches, sinks, tally, Meter(walk.again()))
        for sink in sinks:
            sink.finish(totals)
        tell_leftovers(walk.temporaries)
        if least != "info":
            _tell_unshown(totals, sinks)
        if request.statistics:
            _statistics(totals, sinks, request.color)
    return exit_code(tally, settings)


def _wants_infos(request: Request, settings: Settings) -> bool:
    """Whether infos are shown: asked for by name, or because they decide the exit code."""
    return request.show_infos or bool(settings.select) or settings.fail_on == "info"


def find_coverage(settings: Settings) -> Coverage:
    """What the rules that run leave unjudged."""
    from fitslint.rules.coverage import unjudged

    return Coverage(*unjudged(RuleSet.of(settings).rules.values()))


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


def write_batches(
    batches: Iterable[Batch],
    sinks: Sequence[Sink],
    tally: Tally,
    meter: Meter,
    take: Callable[[Batch], object] | None = None,
) -> None:
    """Write every batch to its sinks and count it; ``take`` is given each too.

    A signal waits until a batch is both counted and written.
    """
    try:
        for batch in batches:
            with hold_endings():
                tally.update(batch.tally)
                if take is not None:
                    take(batch)
                if any(batch.texts):
                    meter.clear()
                for sink, text in zip(sinks, batch.texts, strict=True):
                    sink.write(text)
                meter.advance(batch.tally.files)
    finally:
        meter.close()


@contextmanager
def end_early(sinks: Sequence[Sink], totals: Totals) -> Iterator[None]:
    """When a signal ends the block, close the reports that are already seen, and say so."""
    try:
        yield
    except Interrupted:
        take_ending()
        with hold_endings():
            for sink in sinks:
                if not sink.waits:
                    sink.finish(replace(totals, interrupted=True))
            unwritten = [repr(sink.file.target) for sink in sinks if sink.file and sink.waits]
            told = f"interrupted after {count_noun(totals.tally.files, 'file')}"
            lost = f"; not written: {', '.join(unwritten)}" if unwritten else ""
            sys.stderr.write(f"fitslint: {visible(told + lost)}\n")
        raise


def _tell_unshown(totals: Totals, sinks: Sequence[Sink]) -> None:
    """Say how many infos a format left out that has no closing sentence of its own."""
    infos = totals.tally.severity["info"]
    if infos and any(sink.format.name == "concise" for sink in sinks):
        sys.stdout.flush()
        sys.stderr.write(f"fitslint: {count_noun(infos, 'info')} not shown (--show-infos)\n")


def _statistics(totals: Totals, sinks: Sequence[Sink], color: str) -> None:
    """The table of counts: beside a report for people, else out of the way of one for programs."""
    from fitslint.report.tables import print_statistics

    machine = any(sink.stream is sys.stdout and sink.format.clean for sink in sinks)
    stream = sys.stderr if machine else sys.stdout
    if totals.tally.findings and any(sink.stream is stream for sink in sinks):
        stream.write("\n")
    print_statistics(stream, totals, colour=colour_on(color, stream))
