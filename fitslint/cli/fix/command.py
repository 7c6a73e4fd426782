"""``fitslint fix``: from the options to repaired files and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.completion import complete_rules
from fitslint.cli.errors import ExitCode, UsageError, require_numpy
from fitslint.cli.options import (
    BACKUP,
    COLOR,
    CONFIG,
    CORRECTIONS,
    DIFF,
    DRY_RUN,
    FOLLOW_LINKS,
    IN_PLACE,
    LOG_FILE,
    NO_CONFIG,
    ONLY_FITS,
    PROFILE,
    Options,
    SelectOptions,
    Words,
    argument,
    build_write_options,
    configuration_option,
    option,
)
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.cli.fix.batch import FixJob
    from fitslint.cli.fix.interactive import Prompt
    from fitslint.cli.fix.report import FixCounts
    from fitslint.cli.outputs import ReportOutput
    from fitslint.config.settings import Settings
    from fitslint.engine.checker import Batch
    from fitslint.model.finding import Severity
    from fitslint.repair.fixer import WriteOptions
    from fitslint.repair.options import FixOptions
    from fitslint.report.reporter import Summary

_HEAD_BYTES = 200
"""Bytes in which a file says that it holds corrections."""


class FixRunOptions(Options):
    """How ``fitslint fix`` works, beside what it repairs and selects."""

    color: str = COLOR
    show_infos: bool = option("Show findings of severity info that are left.")
    only_fits: bool = ONLY_FITS
    waivers: str | None = configuration_option("waivers", "Findings that are left as they are.")
    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG
    jobs: int | None = configuration_option("jobs", "Worker processes (default: 4 a core).")
    timeout: float | None = configuration_option("timeout", "Time to plan one file (default: 30).")


class FixCommandOptions(SelectOptions, FixRunOptions):
    """The options of ``fitslint fix``."""

    paths: Words = argument(
        "Files, folders, globs, @lists; without any, the current folder.", "PATH", default=None
    )
    diff: bool = DIFF
    dry_run: bool = DRY_RUN
    unsafe_fixes: bool = option("Apply unsafe fixes too.")
    style: bool = option("Also rewrite cards that conform (matters of style).")
    fix_only: Words = option(
        "Fix the findings of these rules only.", "RULES", complete=complete_rules
    )
    interactive: bool = option("Ask for every fix, on a terminal.")
    data: bool = option("Let fixes change bytes of data units (padding, fill).")
    in_place: bool = IN_PLACE
    output_dir: str | None = option("Write what is repaired there, and leave the files.", "DIR")
    backup: str | None = BACKUP
    follow_links: bool = FOLLOW_LINKS
    log: str | None = LOG_FILE
    undo: str | None = option("Take back what the log tells, of PATH or of all.", "LOG")
    recover: bool = option("Only roll back what a crash left half written.")
    corrections: str | None = CORRECTIONS
    emit_corrections: str | None = option(
        "Write corrections (.toml, .jsonl), not the files.", "FILE"
    )
    select: Words = configuration_option("select", "Rules to run and fix.", complete=complete_rules)
    extend_select: Words = configuration_option(
        "extend-select", "Rules besides those selected.", complete=complete_rules
    )
    profile: str = PROFILE
    fail_on: str = configuration_option("fail-on", "Exit 1 when such a finding is left (error).")
    output: Words = option("Report what is left: full, concise, json …", "FORMAT[=FILE]")


def run_fix(options: FixCommandOptions) -> ExitCode:
    """Repair headers where only one reading is possible; data are not changed.

    Exit 0: fixed, or nothing to do; 1: findings at or over --fail-on are left; 2: usage or internal
    error; 3: something could not be read, judged or written, and is as it was.
    """
    from fitslint.cli.fix.undo import run_recover, run_undo

    if options.undo is not None:
        return run_undo(options.undo, options.paths or [], follow=options.follow_links)
    if options.recover:
        return run_recover(options.paths or ["."], options.exclude or [])
    return _fix(options)


def _fix(options: FixCommandOptions) -> ExitCode:
    """Fix, say what was done and what is left, and how it ended."""
    from fitslint.cli import check
    from fitslint.cli.fix.batch import FixJob
    from fitslint.cli.fix.report import FixCounts
    from fitslint.cli.progress import FileCounter
    from fitslint.cli.settings import load_settings
    from fitslint.engine.tally import Tally
    from fitslint.report.reporter import Summary
    from fitslint.source.walk import STDIN, FileWalk

    writing = _build_writing(options)
    settings = load_settings(options, options.config, search=not options.no_config).settings
    if options.data:
        require_numpy("--data")
    if STDIN in (options.paths or ()):
        raise UsageError(say("standard input cannot be fixed: there is no file to write; name one"))
    with ExitStack() as stack:
        walk = FileWalk(
            options.paths or ["."], exclude=settings.exclude, follow_links=writing.follow,
            only_fits=options.only_fits, pass_over_backups=True,
        )  # fmt: skip
        prompt = _open_prompt(options)
        _check_log(options.log)
        least = check.choose_least_severity(settings, show_infos=options.show_infos)
        outputs = _open_outputs(options, stack, least, settings.fail_on)
        job = FixJob(
            settings, _build_fixes(options, settings, prompt), writing, options.corrections
        )
        batches = _start_batches(walk, job, outputs, prompt)
        counts, tally = FixCounts(), Tally()
        coverage = check.find_coverage(settings) if options.output else None
        summary = Summary(tally, walk.skipped, coverage)
        observe = partial(_observe_batch, counts, outputs)
        with check.end_early(outputs, summary), closing(batches):
            check.write_batches(batches, outputs, tally, FileCounter(walk.restart()), observe)
        for output in outputs:
            output.finish(summary)
        check.report_leftovers(walk.temporaries)
        _write_closing(options, counts, summary, outputs, least)
    return check.decide_exit_code(tally, settings)


def _build_writing(options: FixCommandOptions) -> WriteOptions:
    paths = options.paths or ["."]
    writing = build_write_options(
        quiet=options.diff or options.dry_run or options.emit_corrections is not None,
        in_place=options.in_place, output_dir=options.output_dir, backup=options.backup,
        follow=options.follow_links, log=options.log, diff=options.diff,
        corrections=options.emit_corrections is not None,
    )  # fmt: skip
    folders = tuple(path for path in paths if os.path.isdir(path))  # noqa: PTH112
    return replace(writing, named_folders=folders)


def _build_fixes(
    options: FixCommandOptions, settings: Settings, prompt: Prompt | None
) -> FixOptions:
    from fitslint.cli.settings import split_option_words
    from fitslint.cli.withholding import open_waivers
    from fitslint.repair.options import FixOptions

    return FixOptions(
        waivers=open_waivers(settings),
        unsafe=options.unsafe_fixes,
        only=tuple(name for words in options.fix_only or () for name in split_option_words(words)),
        data=options.data,
        style=options.style,
        accept=prompt.accept if prompt else None,
    )


def _open_prompt(options: FixCommandOptions) -> Prompt | None:
    from fitslint.cli.fix.interactive import Prompt
    from fitslint.cli.outputs import is_colour_on

    colour = options.interactive and is_colour_on(options.color, sys.stderr)
    return Prompt(colour=colour) if options.interactive else None


def _check_log(path: str | None) -> None:
    """See to it that the repair log can be used, before anything is written."""
    from fitslint.repair.log import Log
    from fitslint.repair.model import RepairError

    try:
        if path is not None:
            Log(path)
    except RepairError as error:
        raise UsageError(str(error)) from None


def _start_batches(
    walk: Iterable[str], job: FixJob, outputs: Sequence[ReportOutput], prompt: Prompt | None
) -> Generator[Batch]:
    """Batches of answers for the files of ``walk``."""
    from fitslint.cli.fix.batch import FixChecker, fix_batches
    from fitslint.dictionary.files.load import DictionaryError
    from fitslint.engine.ruleset import UnknownSelectorError
    from fitslint.repair.model import RepairError

    reporters = [output.reporter for output in outputs]
    try:
        checker = FixChecker(job, reporters, prompt.start_file if prompt else None)
        return fix_batches(walk, checker, in_process=prompt is not None)
    except (UnknownSelectorError, DictionaryError, RepairError) as error:
        raise UsageError(str(error)) from None


def _open_outputs(
    options: FixCommandOptions, stack: ExitStack, least: Severity, fail_on: Severity
) -> list[ReportOutput]:
    from fitslint.cli.fix.report import DiffReporter, LineReporter
    from fitslint.cli.outputs import ReportOutput, is_colour_on, open_outputs

    colour = is_colour_on(options.color, sys.stdout)
    outputs: list[ReportOutput] = []
    if options.diff:
        outputs.append(ReportOutput(DiffReporter(colour), sys.stdout))
    if options.output:
        outputs += open_outputs(options.output, options.color, stack, least, fail_on)
        if sum(output.stream is sys.stdout for output in outputs) > 1:
            raise UsageError(
                say("--diff and --output cannot both go to standard output; use FORMAT=FILE")
            )
    elif not outputs:
        outputs.append(ReportOutput(LineReporter(colour, least=least), sys.stdout))
    if options.emit_corrections is not None:
        # First: a file that it cannot speak of is told as one that failed.
        outputs.insert(0, _open_corrections(options.emit_corrections, stack))
    return outputs


def _open_corrections(name: str, stack: ExitStack) -> ReportOutput:
    """The output of --emit-corrections; only an older file of corrections gives way to it."""
    from fitslint.cli.fix.report import CorrectionsReporter
    from fitslint.cli.outputs import ReportOutput
    from fitslint.repair.corrections import CORRECTIONS_SCHEMA

    path, reporter = Path(name), CorrectionsReporter(False, name)
    try:
        if path.is_file():
            with path.open("rb") as old:
                head = old.read(_HEAD_BYTES)
            if head and CORRECTIONS_SCHEMA.encode() not in head:
                raise UsageError(
                    say("{name!r} is no file of corrections and is not overwritten", name=name)
                )
        stream = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
    except OSError as error:
        raise UsageError(
            say("cannot write {name!r}: {strerror}", name=name, strerror=error.strerror)
        ) from None
    stream.write(reporter.render_start())
    return ReportOutput(reporter, stream)


def _observe_batch(counts: FixCounts, outputs: Sequence[ReportOutput], batch: Batch) -> None:
    """Count a batch, and let nobody read corrections who may not read each of their files."""
    from fitslint.cli.fix.report import CorrectionsReporter, FixCountsReport
    from fitslint.repair.access import restrict_permissions

    private = [output for output in outputs if isinstance(output.reporter, CorrectionsReporter)]
    for report in batch.reports:
        counts.add(report)
        if isinstance(report, FixCountsReport) and report.changed:
            for output in private:
                restrict_permissions(output.stream.fileno(), report.path)


def _write_closing(
    options: FixCommandOptions,
    counts: FixCounts,
    summary: Summary,
    outputs: Sequence[ReportOutput],
    least: Severity,
) -> None:
    """The closing sentence, out of the way of a report for programs."""
    from fitslint.cli.fix.report import LineReporter, describe_fix_counts

    is_written = not (options.diff or options.dry_run or options.emit_corrections is not None)
    sentence = describe_fix_counts(
        counts, summary, is_written=is_written, style=options.style, unsafe=options.unsafe_fixes,
        least=least,
    )  # fmt: skip
    has_lines = any(isinstance(output.reporter, LineReporter) for output in outputs)
    (sys.stdout if has_lines else sys.stderr).write(f"{sentence}\n")
