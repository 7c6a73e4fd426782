"""``fitslint check``: from the options to the reports and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error, require_numpy
from fitslint.cli.options import (
    COLOR,
    CONFIG,
    CORRECTIONS,
    NO_CONFIG,
    ONLY_FITS,
    Options,
    SelectOptions,
    Words,
    argument,
    configuration_option,
    option,
)
from fitslint.text import list_first, say

if TYPE_CHECKING:
    from fitslint.cli.outputs import ReportOutput
    from fitslint.cli.progress import FileCounter
    from fitslint.cli.withholding import Withholding
    from fitslint.config.settings import Settings
    from fitslint.engine.checker import Batch, ReadFile
    from fitslint.engine.tally import Tally
    from fitslint.model.finding import Severity
    from fitslint.report.reporter import Coverage, Summary

_LEFTOVERS_NAMED = 5
_WITHOUT_SUMMARY = ("concise", "github", "gitlab", "junit")
"""Formats that leave infos out and have no closing sentence that counts them."""


class CheckRunOptions(Options):
    """How ``fitslint check`` works, beside what :class:`SelectOptions` selects."""

    corrections: str | None = CORRECTIONS
    data: bool = configuration_option("data")
    every: bool = configuration_option("every")
    show_infos: bool = option("Show findings of severity info as text, too.")
    follow_links: bool = option("Follow links that lead out of a named folder.")
    only_fits: bool = ONLY_FITS
    waivers: str | None = configuration_option("waivers")
    baseline: str | None = configuration_option("baseline")
    write_baseline: str | None = option("Write what is found as a baseline; exit 0.", "FILE")
    cache: bool = configuration_option("cache")
    no_cache: bool = option("Remember nothing, whatever the configuration says.")
    cache_dir: str | None = configuration_option("cache-dir")
    statistics: bool = option("Count findings by rule.")
    color: str = COLOR
    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG
    jobs: int | None = configuration_option("jobs")
    max_findings: int | None = configuration_option("max-findings")
    timeout: float | None = configuration_option("timeout")
    max_header_bytes: int | None = configuration_option("max-header-bytes")


class CheckOptions(SelectOptions, CheckRunOptions):
    """The options of ``fitslint check``."""

    paths: Words = argument(
        "Files, folders, globs, @lists, or - for standard input; without any, the current folder.",
        "PATH",
        default=None,
    )


def run_check(options: CheckOptions) -> ExitCode:
    """Check the headers of files and folders; nothing is changed.

    A lens model of Lenstool (a file .par) is checked too when it is named; in folders only FITS
    files are looked for.

    Exit 0: nothing at or over --fail-on; 1: something; 2: usage or internal error; 3: some input
    could not be judged, whatever was found in others.
    """
    from fitslint.cli.outputs import open_outputs
    from fitslint.cli.progress import FileCounter
    from fitslint.cli.settings import load_settings
    from fitslint.cli.withholding import build_waiver_batch, open_baseline_output, open_filters
    from fitslint.engine.tally import Tally
    from fitslint.report.reporter import Summary
    from fitslint.source.walk import FileWalk

    settings = load_settings(options, options.config, search=not options.no_config).settings
    if settings.data:
        require_numpy("--data")
    withholding = open_filters(settings)
    inputs = options.paths or ["."]
    with ExitStack() as stack:
        walk = FileWalk(
            inputs, exclude=settings.exclude, follow_links=options.follow_links,
            only_fits=options.only_fits,
        )  # fmt: skip
        least = choose_least_severity(settings, show_infos=options.show_infos)
        outputs = open_outputs(options.output or (), options.color, stack, least, settings.fail_on)
        if options.write_baseline is not None:
            outputs.append(open_baseline_output(options.write_baseline, outputs, stack))
        counter = FileCounter(walk.restart())
        batches = _start_batches(options, settings, walk, outputs, withholding, counter=counter)
        counter.begin()
        tally = Tally()
        has_withheld = bool(withholding.filters)
        summary = Summary(
            tally, walk.skipped, find_coverage(settings), with_data=settings.data,
            has_withheld=has_withheld,
        )  # fmt: skip
        with end_early(outputs, summary), closing(batches), closing(counter):
            for batch in batches:
                write_batch(batch, outputs, tally, counter)
            if withholding.waivers is not None:
                told = build_waiver_batch(withholding.waivers, settings, tally, outputs, inputs)
                if told is not None:
                    write_batch(told, outputs, tally, counter)
        for output in outputs:
            output.finish(summary)
        report_leftovers(walk.temporaries)
        _write_notes(options, summary, outputs)
    code = decide_exit_code(tally, settings)
    is_accepted = options.write_baseline is not None and code == ExitCode.FOUND
    return ExitCode.OK if is_accepted else code


def _start_batches(
    options: CheckOptions,
    settings: Settings,
    walk: Iterable[str],
    outputs: Sequence[ReportOutput],
    withholding: Withholding,
    *,
    counter: FileCounter,
) -> Generator[Batch]:
    """Batches of answers for the files of ``walk``."""
    from fitslint.cli.withholding import open_cache
    from fitslint.dictionary.files.load import DictionaryError
    from fitslint.engine.ruleset import UnknownSelectorError
    from fitslint.engine.run import check_batches

    # What corrections are applied to is not what lies on the disk.
    is_off = options.no_cache or options.corrections is not None
    try:
        return check_batches(
            walk, settings, [output.reporter for output in outputs],
            read=_build_reader(options.corrections), filters=withholding.filters,
            cache=open_cache(settings, is_off=is_off), advance=counter.advance_data,
        )  # fmt: skip
    except (UnknownSelectorError, DictionaryError) as error:
        raise UsageError(str(error)) from None


def choose_least_severity(settings: Settings, *, show_infos: bool) -> Severity:
    """The least severity shown: infos when asked for by name, or when they decide the exit code."""
    are_shown = show_infos or bool(settings.select) or settings.fail_on == "info"
    return "info" if are_shown else "warning"


def find_coverage(settings: Settings) -> Coverage:
    """What the rules that run leave unjudged."""
    from fitslint.engine.ruleset import RuleSet
    from fitslint.report.reporter import Coverage
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
    counter: FileCounter,
    observe: Callable[[Batch], object] | None = None,
) -> None:
    """Write every batch to its outputs and count it; ``observe`` is given each too."""
    with closing(counter):
        for batch in batches:
            write_batch(batch, outputs, tally, counter, observe)


def write_batch(
    batch: Batch,
    outputs: Sequence[ReportOutput],
    tally: Tally,
    counter: FileCounter,
    observe: Callable[[Batch], object] | None = None,
) -> None:
    """Write a batch to its outputs and count it; a signal waits until both are done."""
    from fitslint.cli.interrupts import hold_signals

    with hold_signals():
        tally.update(batch.tally)
        if observe is not None:
            observe(batch)
        if any(batch.texts):
            counter.clear()
        for output, text in zip(outputs, batch.texts, strict=True):
            output.write(text)
        counter.advance(batch.tally.files)


@contextmanager
def end_early(outputs: Sequence[ReportOutput], summary: Summary) -> Iterator[None]:
    """When a signal ends the block, close the reports that are already seen, and say so."""
    from fitslint.cli.interrupts import Interruption, acknowledge_signal, hold_signals
    from fitslint.model.records import replace
    from fitslint.text import count_noun

    try:
        yield
    except Interruption:
        acknowledge_signal()
        with hold_signals():
            for output in outputs:
                if not output.waits:
                    output.finish(replace(summary, interrupted=True))
            files = [output.file for output in outputs if output.file and output.waits]
            unwritten = ", ".join(repr(file.target) for file in files)
            sentence = say(
                "interrupted after {files}", files=count_noun(summary.tally.files, "file")
            )
            print_error(
                say("{sentence}; not written: {unwritten}", sentence=sentence, unwritten=unwritten)
                if unwritten
                else sentence
            )
        raise


def report_leftovers(paths: Iterable[str]) -> None:
    """Name temporary files of repairs on which nobody works any more; say how to be rid of them."""
    from fitslint.report.escape import escape_text
    from fitslint.source.leftovers import is_orphan

    orphans = [path for path in paths if is_orphan(path)]
    if not orphans:
        return
    names = list_first([escape_text(path) for path in orphans], _LEFTOVERS_NAMED)
    sentence = say(
        "a repair was ended and left {names}; the file that it was to replace is as it was, and "
        "'fitslint fix --recover' removes what was left",
        names=names,
    )
    sys.stderr.write(f"fitslint: {sentence}\n")


def _write_notes(options: CheckOptions, summary: Summary, outputs: Sequence[ReportOutput]) -> None:
    """Say how many infos a format left out that has no closing sentence; count by rule."""
    from fitslint.text import count_noun

    infos = summary.tally.severity["info"]
    if infos and any(
        output.reporter.name in _WITHOUT_SUMMARY and output.reporter.least != "info"
        for output in outputs
    ):
        sys.stdout.flush()
        print_error(say("{infos} not shown (--show-infos)", infos=count_noun(infos, "info")))
    if options.statistics:
        _write_statistics(summary, outputs, options.color)


def _write_statistics(summary: Summary, outputs: Sequence[ReportOutput], color: str) -> None:
    """The table of counts: beside a report for people, else out of the way of one for programs."""
    from fitslint.cli.outputs import is_colour_on
    from fitslint.report.tables import print_statistics

    is_machine_read = any(
        output.stream is sys.stdout and output.reporter.for_programs for output in outputs
    )
    stream = sys.stderr if is_machine_read else sys.stdout
    if summary.tally.findings and any(output.stream is stream for output in outputs):
        stream.write("\n")
    print_statistics(stream, summary, colour=is_colour_on(color, stream))
