"""``fitslint norh tcx`` and ``tsx``: series of the mean correlation."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error, require_choice
from fitslint.cli.norh.images import require_outputs
from fitslint.cli.norh.lists import FREQUENCIES, FREQUENCY, OVERWRITE, TABLE, write_new_file
from fitslint.cli.options import Options, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.norh.series import CorrelationSeries

_DAYS_MAX = 10_000


class SeriesOptions(Options):
    """The options of ``fitslint norh tcx`` and ``tsx``."""

    sources: list[str] = argument("Files, or one or two days in Japan with --data.", "FILE|DAY...")
    data: Path | None = option("Folder of the files; also by YYYY/MM below.", "DIR")
    freq: str = FREQUENCY
    event: bool = option("Event mode.")
    sfu: bool = option("Flux density by 30 SFU a percent (17 GHz, R+L); approximate.")
    table: Path | None = TABLE
    plot: Path | None = option("Write a plot over time (PNG, SVG or PDF).", "FILE")
    overwrite: bool = OVERWRITE


def run_tcx(options: SeriesOptions) -> ExitCode:
    """Read series of the mean correlation (tcx), join, tabulate and plot them.

    Days are those of Japan, as names of these files are: the data begin on the day before in UT. A
    gap stays a gap. Exit 0: done; 1: a day has no file, and the rest done; 2: usage; 3: a file is
    no such series.
    """
    return _run_series(options, "c")


def run_tsx(options: SeriesOptions) -> ExitCode:
    """Read series with right and left circular polarisation (tsx), join, tabulate and plot them.

    Their layout is not published: what has one axis, or two with R and L in the first, is read.
    Exit 0: done; 1: a day has no file, and the rest done; 2: usage; 3: a file is no such series.
    """
    return _run_series(options, "s")


def _run_series(options: SeriesOptions, kind: str) -> ExitCode:
    from fitslint.pipeline.norh.plots import find_picture_form
    from fitslint.pipeline.norh.series import join_series, read_series
    from fitslint.pipeline.norh.series_product import build_series_file

    require_choice("--freq", options.freq, FREQUENCIES)
    form = ""
    if options.plot is not None:
        with require_outputs():
            form = find_picture_form(str(options.plot))
    paths, is_whole = _find_series(options, kind)
    if not paths:
        return ExitCode.FOUND
    series = join_series([read_series(path) for path in paths])
    for remark in series.remarks:
        print_error(f"warning: {remark}")
    if options.sfu:
        series.estimate_flux()
    if options.table is not None:
        made = build_series_file(series, paths, with_flux=options.sfu)
        write_new_file(options.table, made, overwrite=options.overwrite, inputs=paths)
    if options.plot is not None:
        from fitslint.pipeline.norh.plots import draw_series
        from fitslint.pipeline.page.figures import render_plot

        picture = render_plot(draw_series(series), form)
        write_new_file(options.plot, picture, overwrite=options.overwrite, inputs=paths)
    print_lines(_describe_series(series, options.sfu))
    return ExitCode.OK if is_whole else ExitCode.FOUND


def _find_series(options: SeriesOptions, kind: str) -> tuple[list[str], bool]:
    """The files that are meant, and whether every day has one."""
    days = [_parse_day(text) for text in options.sources]
    if options.data is None and days[0] is not None and not Path(options.sources[0]).exists():
        raise UsageError("days need --data, the folder of their files")
    if options.data is None or None in days:
        return options.sources, True
    first, last = days[0], days[-1]
    if len(days) > 2 or first is None or last is None or last < first:
        raise UsageError("say one day, or the first and the last of several")
    if (last - first).days > _DAYS_MAX:
        raise UsageError(f"that is more than {_DAYS_MAX} days")
    stem = f"t{kind}{'z' if options.freq == '34' else 'a'}"
    found, is_whole = [], True
    for at in range((last - first).days + 1):
        day = first + timedelta(days=at)
        form = f"{stem}{day:%y%m%d}"
        pattern = f"{form}_??????" if options.event else f"{form}*"
        places = (options.data, options.data / f"{day:%Y}" / f"{day:%m}")
        there = sorted(str(path) for place in places for path in place.glob(pattern))
        found += there if options.event else [name for name in there if "_" not in Path(name).name]
        if not there:
            print_error(f"{form} is not there; the archive has it in data/t{kind}x/{day:%Y/%m}")
            is_whole = False
    return found, is_whole


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _describe_series(series: CorrelationSeries, with_flux: bool) -> list[str]:
    import numpy as np

    from fitslint.pipeline.norh.clock import format_ut
    from fitslint.pipeline.norh.constants import SFU_PER_CORRELATION
    from fitslint.pipeline.norh.series import break_gaps

    gaps = break_gaps(series)[0].size - series.seconds.size
    lines = [
        f"{series.frequency} {' and '.join(series.channels)}: {series.seconds.size} samples, "
        f"{format_ut(series.start)} to {format_ut(series.end)} UT, {gaps} gaps"
    ]
    for channel, values in zip(series.channels, series.values, strict=True):
        at = int(np.nanargmax(values))
        time = format_ut(series.start + timedelta(seconds=float(series.seconds[at])))
        flux = f" (about {values[at] * SFU_PER_CORRELATION:.3g} SFU)" if with_flux else ""
        middle, peak = np.nanmedian(values), values[at]
        lines.append(f"{channel}: median {middle:.4g}, largest {peak:.4g}{flux} at {time}")
    return lines
