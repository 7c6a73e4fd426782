"""``fitslint check``: from the options to the reports and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.interrupts import Interruption, acknowledge_signal, hold_signals
from fitslint.cli.leftovers import report_leftovers
from fitslint.cli.outputs import ReportOutput, is_colour_on, open_outputs
from fitslint.cli.progress import FileCounter
from fitslint.cli.settings import load_settings
from fitslint.config.options import OptionValue
from fitslint.config.settings import Settings
from fitslint.dictionary.load import DictionaryError
from fitslint.engine.checker import Batch, ReadFile
from fitslint.engine.ruleset import RuleSet, UnknownSelector
from fitslint.engine.run import check_batches
from fitslint.engine.tally import Tally
from fitslint.model.finding import Severity
from fitslint.model.records import dataclass, field, replace
from fitslint.report.escape import escape_text
from fitslint.report.reporter import Coverage, Summary
from fitslint.source.walk import FileWalk
from fitslint.text import count_noun


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A check as it was asked for; ``options`` are those that configuration files have too."""

    paths: Sequence[str]
    options: Mapping[str, OptionValue] = field(default_factory=dict)
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


def run_check(request: CheckRequest) -> ExitCode:
    """Check, write the reports, and say how it ended.

    Raises
    ------
    Usage
        when the request makes no sense; nothing was read then.
    Interrupted
        when a signal asked for the end; what was checked until then has been told.
    """
    settings = load_settings(request.options, request.config, search=request.search).settings
    with ExitStack() as stack:
        walk = FileWalk(
            request.paths,
            exclude=settings.exclude,
            follow_links=request.follow_links,
            only_fits=request.only_fits,
        )
        least: Severity = "info" if _wants_infos(request, settings) else "warning"
        sinks = open_outputs(request.outputs, request.color, stack, least)
        try:
            batches = check_batches(
                walk,
                settings,
                [sink.reporter for sink in sinks],
                read=_build_reader(request.corrections),
            )
        except (UnknownSelector, DictionaryError) as error:
            raise UsageError(str(error)) from None
        tally = Tally()
        totals = Summary(tally, walk.skipped, find_coverage(settings))
        counter = FileCounter(walk.restart())
        with end_early(sinks, totals), closing(batches), closing(counter):
            for batch in batches:
                write_batch(batch, sinks, tally, counter)
        for sink in sinks:
            sink.finish(totals)
        report_leftovers(walk.temporaries)
        if least != "info":
            _report_hidden_infos(totals, sinks)
        if request.statistics:
            _write_statistics(totals, sinks, request.color)
    return decide_exit_code(tally, settings)


def _wants_infos(request: CheckRequest, settings: Settings) -> bool:
    """Whether infos are shown: asked for by name, or because they decide the exit code."""
    return request.show_infos or bool(settings.select) or settings.fail_on == "info"


def find_coverage(settings: Settings) -> Coverage:
    """What the rules that run leave unjudged."""
    from fitslint.rules.coverage import find_missing_rows

    return Coverage(*find_missing_rows(RuleSet.from_settings(settings).rules.values()))


def _build_reader(corrections: str | None) -> ReadFile | None:
    if corrections is None:
        return None
    from functools import partial

    from fitslint.repair.corrections import load_corrections, read_file_with_corrections
    from fitslint.repair.model import RepairError

    try:
        load_corrections(corrections)
    except RepairError as error:
        raise UsageError(str(error)) from None
    return partial(read_file_with_corrections, corrections=corrections)


def decide_exit_code(tally: Tally, settings: Settings) -> ExitCode:
    """0, 1 when something reaches ``fail_on``, 3 when some input could not be judged."""
    if tally.not_checked:
        return ExitCode.NOT_CHECKED
    return ExitCode.FOUND if tally.has_at_least(settings.fail_on) else ExitCode.OK


def write_batches(
    batches: Iterable[Batch],
    outputs: Sequence[ReportOutput],
    tally: Tally,
    meter: FileCounter,
    observe: Callable[[Batch], object] | None = None,
) -> None:
    """Write every batch to its outputs and count it; ``observe`` is given each too."""
    with closing(meter):
        for batch in batches:
            write_batch(batch, outputs, tally, meter, observe)


def write_batch(
    batch: Batch,
    outputs: Sequence[ReportOutput],
    tally: Tally,
    meter: FileCounter,
    observe: Callable[[Batch], object] | None = None,
) -> None:
    """Write a batch to its outputs and count it; a signal waits until both are done."""
    with hold_signals():
        tally.update(batch.tally)
        if observe is not None:
            observe(batch)
        if any(batch.texts):
            meter.clear()
        for output, text in zip(outputs, batch.texts, strict=True):
            output.write(text)
        meter.advance(batch.tally.files)


@contextmanager
def end_early(outputs: Sequence[ReportOutput], summary: Summary) -> Iterator[None]:
    """When a signal ends the block, close the reports that are already seen, and say so."""
    try:
        yield
    except Interruption:
        acknowledge_signal()
        with hold_signals():
            for sink in outputs:
                if not sink.waits:
                    sink.finish(replace(summary, interrupted=True))
            unwritten = [repr(sink.file.target) for sink in outputs if sink.file and sink.waits]
            told = f"interrupted after {count_noun(summary.tally.files, 'file')}"
            lost = f"; not written: {', '.join(unwritten)}" if unwritten else ""
            sys.stderr.write(f"fitslint: {escape_text(told + lost)}\n")
        raise


def _report_hidden_infos(summary: Summary, outputs: Sequence[ReportOutput]) -> None:
    """Say how many infos a format left out that has no closing sentence of its own."""
    infos = summary.tally.severity["info"]
    if infos and any(sink.reporter.name == "concise" for sink in outputs):
        sys.stdout.flush()
        sys.stderr.write(f"fitslint: {count_noun(infos, 'info')} not shown (--show-infos)\n")


def _write_statistics(summary: Summary, outputs: Sequence[ReportOutput], color: str) -> None:
    """The table of counts: beside a report for people, else out of the way of one for programs."""
    from fitslint.report.tables import print_statistics

    machine = any(
        sink.stream is sys.stdout and sink.reporter.renders_clean_files for sink in outputs
    )
    stream = sys.stderr if machine else sys.stdout
    if summary.tally.findings and any(sink.stream is stream for sink in outputs):
        stream.write("\n")
    print_statistics(stream, summary, colour=is_colour_on(color, stream))
