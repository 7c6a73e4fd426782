"""``fitslint audit run``: check an archive, shard by shard, into a folder of Parquet."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import (
    CONFIG,
    NO_CONFIG,
    Options,
    Words,
    argument,
    configuration_option,
    option,
)
from fitslint.text import count_noun, say

if TYPE_CHECKING:
    from fitslint.audit.run import AuditRun, RunResult
    from fitslint.config.settings import Settings

_PROBLEMS_NAMED = 5


class AuditRuleOptions(Options):
    """Which rules run on an archive, and how their findings count."""

    select: Words = configuration_option("select")
    ignore: Words = configuration_option("ignore")
    extend_select: Words = configuration_option("extend-select")
    severity: Words = configuration_option("severity")
    profile: str = configuration_option("profile")
    dictionary: Words = configuration_option("dictionary")
    dictionary_path: Words = configuration_option("dictionary-path")
    fail_on: str = configuration_option("fail-on")
    exclude: Words = configuration_option("exclude")
    waivers: str | None = configuration_option("waivers")
    baseline: str | None = configuration_option("baseline")
    data: bool = configuration_option("data")
    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG
    max_findings: int | None = configuration_option("max-findings")
    timeout: float | None = configuration_option("timeout")


class AuditRunOptions(AuditRuleOptions):
    """The options of ``fitslint audit run``."""

    roots: list[str] = argument(
        "Folders, files, globs, @lists of them, and URLs (https://, s3://).", "ROOT..."
    )
    out: Path | None = option("Folder of the audit, which is made or taken up.", "DIR")
    jobs: int | None = option("Processes (default: the cores).", "N", minimum=1)
    dask: str | None = option("Work on a Dask cluster: its scheduler, or local.", "ADDRESS")
    shard: str = option("Work on every n-th shard from the i-th on only.", "I/N")
    shard_size: int | None = option("Files of a shard (default: 4096).", "N", minimum=1)


def run_archive(options: AuditRunOptions) -> ExitCode:
    """Check all files of an archive into a folder of Parquet; nothing in the archive is changed.

    A run that was ended goes on where it stopped; one that was finished reads what is new or has
    changed. `fitslint audit ROOT... --out DIR` is short for it.

    Exit 0: nothing at or over --fail-on; 1: something; 2: usage or internal error; 3: some file
    could not be judged or some shard not be written.
    """
    from fitslint.audit.run import run_audit
    from fitslint.audit.tables import AuditFolderError
    from fitslint.cli.progress import ProgressBar
    from fitslint.config.options import SettingsError

    prepared = build_run_options(options)
    try:
        with ProgressBar() as bar:
            result = run_audit(prepared, bar.begin(say("files")), tell=bar.tell)
    except (AuditFolderError, SettingsError) as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        print_error(
            say("the audit stopped: {place}: {reason}; the same command takes it up",
                place=error.filename or prepared.folder, reason=error.strerror or error)
        )  # fmt: skip
        return ExitCode.NOT_CHECKED
    except KeyboardInterrupt:
        print_error(say("interrupted; the same command takes it up"))
        raise
    print_result(result)
    if prepared.settings.data and result.received:
        print_error(say("of remote files headers were read only; --data reads local files"))
    code = max(decide_audit_code(prepared, result), _judge_across(prepared, result))
    if result.done or not result.shards:
        sys.stdout.write(
            say("fitslint audit summary {folder} says what was found", folder=prepared.folder)
            + "\n"
        )
    return code


def _judge_across(options: AuditRun, result: RunResult) -> ExitCode:
    """Hold the files against each other once all are judged; how that counts.

    Where several runs share the work none of them knows that it is the last.
    """
    if options.part[1] > 1 or result.done < result.shards or not result.files:
        return ExitCode.OK
    from fitslint.audit.across_part import (
        AcrossEndedError,
        judge_across_apart,
        read_across_counts,
    )
    from fitslint.audit.tables import AuditFolderError
    from fitslint.config.options import SettingsError

    folder = Path(options.folder)
    try:
        counts = read_across_counts(folder)
        if counts is None:
            counts = judge_across_apart(folder, options.settings)
    except AcrossEndedError as error:
        print_error(str(error))
        return ExitCode.NOT_CHECKED
    except (AuditFolderError, SettingsError) as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        print_error(
            say("what holds across files could not be stored: {reason}", reason=error.strerror)
        )
        return ExitCode.NOT_CHECKED
    if counts.total():
        found = tuple(count_noun(counts[one], one) for one in ("error", "warning", "info"))
        sys.stdout.write(say("across files: {words}", words=found) + "\n")
    return ExitCode.FOUND if is_grave(options, counts) else ExitCode.OK


def is_grave(options: AuditRun, counts: Mapping[str, int]) -> bool:
    """Whether findings by severity reach ``fail_on``."""
    from fitslint.model.finding import SEVERITIES

    grave = SEVERITIES[SEVERITIES.index(options.settings.fail_on) :]
    return any(counts.get(severity) for severity in grave)


def build_run_options(options: AuditRunOptions) -> AuditRun:
    """What the command line asks for.

    Raises
    ------
    UsageError
        when it makes no sense.
    """
    from fitslint.audit.listing import drop_nested, is_remote, make_absolute
    from fitslint.audit.manifest import SHARD_SIZE
    from fitslint.audit.run import AuditRun
    from fitslint.cli.settings import load_settings

    if options.out is None:
        raise UsageError(say("name the folder of the audit: --out DIR"))
    for root in options.roots:
        is_pattern = any(sign in root for sign in "*?[") or root.startswith("@")
        if not is_remote(root) and not is_pattern and not os.path.lexists(root):
            raise UsageError(say("{root}: there is no such file or folder", root=root))
    settings = load_settings(options, options.config, search=not options.no_config).settings
    settings = prepare_filters(settings)
    roots = drop_nested([make_absolute(root) for root in options.roots])
    return AuditRun(
        tuple(roots), os.fspath(options.out), settings, options.jobs, options.dask,
        parse_shard(options.shard), options.shard_size or SHARD_SIZE,
    )  # fmt: skip


def prepare_filters(settings: Settings) -> Settings:
    """Waivers and baseline that mean the same to every worker.

    Raises
    ------
    UsageError
        when one cannot be used.
    """
    from fitslint.cli.withholding import open_filters
    from fitslint.model.records import replace

    open_filters(settings)
    waivers, baseline = (
        None if path is None else os.path.abspath(path)  # noqa: PTH100 -- names of any bytes
        for path in (settings.waivers, settings.baseline)
    )
    return replace(settings, waivers=waivers, baseline=baseline)


def parse_shard(text: str) -> tuple[int, int]:
    """The numbers of ``i/n``; every shard where there is nothing.

    Raises
    ------
    UsageError
        when it is no such pair.
    """
    if not text:
        return 1, 1
    first, slash, second = text.partition("/")
    if slash and first.isdecimal() and second.isdecimal() and 1 <= int(first) <= int(second):
        return int(first), int(second)
    raise UsageError(say("--shard is i/n with i from 1 to n, not {text!r}", text=text))


def print_result(result: RunResult) -> None:
    """Say what was found, and what was not done."""
    counts = result.counts
    found = tuple(
        count_noun(counts.get(severity, 0), severity) for severity in ("error", "warning", "info")
    )
    files = count_noun(counts.get("files", 0), "file")
    sys.stdout.write(say("{files}: {words}", files=files, words=found) + "\n")
    if counts.get("waived"):
        sys.stdout.write(say("waived: {count:,}", count=counts["waived"]) + "\n")
    if counts.get("known"):
        sys.stdout.write(say("in the baseline: {count:,}", count=counts["known"]) + "\n")
    unread = {
        name.removeprefix("status-"): count
        for name, count in counts.items()
        if name.startswith("status-") and name != "status-ok"
    }
    if unread:
        told = ", ".join(f"{count} {say(status)}" for status, count in unread.items())
        sys.stdout.write(say("not judged to the end: {named}", named=told) + "\n")
    for problem in result.problems[:_PROBLEMS_NAMED]:
        print_error(problem)
    if result.done < result.shards:
        print_error(
            say("{left} of {shards} shards are not done; the same command takes them up",
                left=result.shards - result.done, shards=result.shards)
        )  # fmt: skip


def decide_audit_code(options: AuditRun, result: RunResult) -> ExitCode:
    """0, 1 when something reaches ``fail_on``, 3 when some input could not be judged."""
    if result.done < result.shards or result.counts.get("not_checked"):
        return ExitCode.NOT_CHECKED
    return ExitCode.FOUND if is_grave(options, result.counts) else ExitCode.OK
