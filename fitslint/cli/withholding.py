"""Baselines, waivers and the cache of ``fitslint check``: from their options to what works."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from fitslint.cli.errors import UsageError, print_error
from fitslint.config.options import SettingsError
from fitslint.model.records import dataclass, field
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.cli.outputs import ReportOutput
    from fitslint.config.settings import Settings
    from fitslint.engine.cache import ReportCache
    from fitslint.engine.checker import Batch, ReportFilter
    from fitslint.engine.tally import Tally
    from fitslint.engine.waivers import WaiverFilter


@dataclass(frozen=True, slots=True)
class Withholding:
    """What takes findings out of the reports of a run, in this order."""

    waivers: WaiverFilter | None = None
    filters: tuple[ReportFilter, ...] = field(default_factory=tuple)


def open_filters(settings: Settings) -> Withholding:
    """The waivers and the baseline that hold.

    Raises
    ------
    UsageError
        when one cannot be used.
    """
    from fitslint.engine.filters import open_baseline_filter

    waivers = open_waivers(settings)
    try:
        baseline = open_baseline_filter(settings)
    except SettingsError as error:
        raise UsageError(str(error)) from None
    return Withholding(
        waivers,
        tuple(report_filter for report_filter in (waivers, baseline) if report_filter is not None),
    )


def open_waivers(settings: Settings) -> WaiverFilter | None:
    """The waivers that hold today.

    Raises
    ------
    UsageError
        when they cannot be used.
    """
    if settings.waivers is None:
        return None
    from fitslint.engine import filters

    try:
        return filters.open_waiver_filter(settings)
    except SettingsError as error:
        raise UsageError(str(error)) from None


def open_cache(settings: Settings, *, is_off: bool) -> ReportCache | None:
    """What remembers reports from one run to the next, if anything does."""
    if is_off or not (settings.cache or settings.cache_folder):
        return None
    from fitslint.engine.cache import ReportCache, compute_digest, find_cache_folder
    from fitslint.engine.filters import tell_today

    folder = find_cache_folder(settings)
    if folder is None:
        return None
    try:
        cache = ReportCache(folder, compute_digest(settings, tell_today()))
    except OSError:  # the files of a dictionary go away meanwhile
        return None
    reason = cache.explain_failure()
    if reason is None:
        return cache
    said = "the cache in {folder!r} cannot be used: {reason}; files are read again"
    print_error(say(said, folder=folder, reason=reason))
    return None


def open_baseline_output(
    path: str, others: Sequence[ReportOutput], stack: ExitStack
) -> ReportOutput:
    """The output of ``--write-baseline``, beside the others.

    Raises
    ------
    UsageError
        when it cannot be written, or another output goes there.
    """
    from fitslint.cli.outputs import ReportOutput
    from fitslint.cli.report_file import ReportFile
    from fitslint.report.baseline import BaselineReporter

    place = os.path.realpath(path)
    if any(other.file and os.path.realpath(other.file.target) == place for other in others):
        said = "--write-baseline and an output cannot both go to {where}"
        raise UsageError(say(said, where=repr(path)))
    file = stack.enter_context(closing(ReportFile(path)))
    folder = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120 -- names of any bytes
    return ReportOutput(BaselineReporter(folder=folder), file.stream, file, started=False)


def build_waiver_batch(
    waivers: WaiverFilter,
    settings: Settings,
    tally: Tally,
    outputs: Sequence[ReportOutput],
    inputs: Sequence[str],
) -> Batch | None:
    """What there is to say of the waivers after a run over ``inputs``, as the answer on a file."""
    from fitslint.engine.checker import Batch
    from fitslint.engine.tally import Tally
    from fitslint.engine.waivers import is_among_inputs

    report = waivers.lint(settings, tally, is_whole=is_among_inputs(waivers.path, inputs))
    if report is None:
        return None
    own = Tally()
    own.add(report)
    texts = [
        "" if output.reporter.name == "baseline" else output.reporter.render_file(report)
        for output in outputs
    ]
    return Batch(own, tuple(texts))
