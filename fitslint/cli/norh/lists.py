"""``fitslint norh files``, ``info``, ``events``, ``log``, ``track``: what there is to analyse."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.cli.errors import ExitCode, UsageError, print_error, require_choice
from fitslint.cli.options import FORMAT, FORMATS, Options, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from datetime import datetime

    from fitslint.pipeline.norh.logs import ObservingNote
    from fitslint.pipeline.norh.schedules import Recording
    from fitslint.pipeline.norh.text_lists import LineProblem

FREQUENCIES = ("17", "34")
START = option("From this time in UT.", "TIME")
END = option("Up to this time in UT.", "TIME")
FREQUENCY = option("17 or 34 GHz.", "GHZ", default="17")
OVERWRITE = option("An existing file may go.")
TABLE = option("Write a FITS table.", "FILE")


class FilesOptions(Options):
    """The options of ``fitslint norh files``."""

    names: list[str] = argument("Names of files.", "NAME...", default=[])
    start: str | None = option("All lists and series from this day in Japan on.", "DATE")
    end: str | None = option("Up to this day in Japan.", "DATE")
    format: str = FORMAT


def explain_names(options: FilesOptions) -> ExitCode:
    """Tell what the names of files say, and in which folders of the archive they are.

    Dates in names of images are UT, all others those of Japan; a name may be off from the header by
    two seconds, since it can be the time that was asked for. Exit 0: told; 1: a name is none.
    """
    from fitslint.pipeline.norh.errors import NorhError
    from fitslint.pipeline.norh.names import parse_archive_name

    require_choice("--format", options.format, FORMATS)
    found: list[dict[str, Any]] = []
    code = ExitCode.OK
    for text in [*options.names, *_list_span(options)]:
        try:
            name = parse_archive_name(text)
        except NorhError as error:
            print_error(str(error))
            code = ExitCode.FOUND
            continue
        told = {
            "name": name.text, "kind": name.series or name.kind, "frequency": name.frequency,
            "polarisation": name.polarisation, "field": name.field,
            "mode": "event" if name.is_event else None, "day": name.day and name.day.isoformat(),
            "time": name.clock and name.clock.isoformat(), "zone": name.zone,
            "number": name.number, "schedule": name.schedule or None, "places": name.list_places(),
        }  # fmt: skip
        found.append({key: value for key, value in told.items() if value is not None})
    if options.format == "json":
        _print_json(found)
    else:
        for row in found:
            words = [str(value) for key, value in row.items() if key not in ("name", "places")]
            sys.stdout.write(f"{row['name']}: {' '.join(words)}; {', '.join(row['places'])}\n")
    return code


def _list_span(options: FilesOptions) -> list[str]:
    from datetime import date

    from fitslint.pipeline.norh.names import list_day_names

    if options.start is None and options.end is None:
        if not options.names:
            raise UsageError("name files, or days by --start and --end")
        return []
    try:
        first = date.fromisoformat(options.start or options.end or "")
        last = date.fromisoformat(options.end or options.start or "")
    except ValueError:
        raise UsageError("--start and --end are dates such as 1999-03-01") from None
    if not 1992 <= first.year <= last.year <= 2020 or last < first:
        raise UsageError("--start and --end are days of 1992 to 2020, --end the later one")
    return list_day_names(first, last)


class DatabaseOptions(Options):
    """What the commands for lists have in common."""

    sources: list[str] = argument("Lists, or folders with them.", "FILE|DIR...")
    start: str | None = START
    end: str | None = END
    format: str = FORMAT
    overwrite: bool = OVERWRITE


class ScheduleOptions(DatabaseOptions):
    """The options of ``fitslint norh info``."""

    freq: str = FREQUENCY
    event: bool = option("Event mode.")
    log: list[str] = option("Put the entries of these logs between.", "FILE", default=[])
    table: Path | None = TABLE


def print_schedules(options: ScheduleOptions) -> ExitCode:
    """Tell when was observed: schedules with their first and last frame, of lists infoYYMMs.

    A start of midnight to nine in Japan is on the day before in UT. Exit 0: told; 1: a line is
    broken or a month is missing, and the rest told; 2: usage; 3: a file cannot be read.
    """
    from fitslint.pipeline.norh.list_product import list_schedule_rows
    from fitslint.pipeline.norh.logs import read_observing_log
    from fitslint.pipeline.norh.schedules import join_recordings, read_recordings

    require_choice("--freq", options.freq, FREQUENCIES)
    paths, is_whole = find_lists(options, "info", f"infoYYMM{'e' if options.event else 's'}")
    read = [read_recordings(path) for path in paths]
    logs = [read_observing_log(Path(path)) for path in options.log]
    is_whole = _report_lines([found[1] for found in [*read, *logs]]) and is_whole
    start, end = _parse_span(options)
    runs = [
        run
        for run in join_recordings([row for found in read for row in found[0]])
        if run.first_name.frequency == f"{options.freq}GHz"
        and run.first_name.is_event == options.event
        and (start is None or run.end >= start)
        and (end is None or run.start <= end)
    ]
    entries = [entry for found in logs for entry in found[0]]
    _hand_out(options, "SCHEDULES", list_schedule_rows(runs), _format_runs(runs, entries))
    return ExitCode.OK if is_whole else ExitCode.FOUND


def _format_runs(runs: Sequence[Recording], entries: Sequence[ObservingNote]) -> Iterator[str]:
    from fitslint.pipeline.norh.clock import find_japanese_day, format_ut

    left = sorted(entries, key=lambda entry: entry.day)
    yield "start (UT)           end (UT)             schedule  frames"
    for run in runs:
        while left and left[0].day < find_japanese_day(run.start):
            yield _format_entry(left.pop(0))
        yield (
            f"{format_ut(run.start)}  {format_ut(run.end)}  {run.schedule:<8}  "
            f"{run.first} to {run.last}"
        )
        while left and left[0].day == find_japanese_day(run.start):
            yield _format_entry(left.pop(0))
    yield from map(_format_entry, left)


def _format_entry(entry: ObservingNote) -> str:
    from fitslint.report.escape import escape_text

    lines = [escape_text(line) for line in entry.text.split("\n")]
    return "\n".join([f"### {entry.day} (JST)", *lines])


class EventOptions(DatabaseOptions):
    """The options of ``fitslint norh events``."""

    freq: str = FREQUENCY
    goes: Path | None = option("CSV with a time in UT, then class, region or counts.", "FILE")
    criterion: float = option("Only from this correlation on (0.015).", "VALUE", default=0.0)
    table: Path | None = TABLE


def print_events(options: EventOptions) -> ExitCode:
    """Tell the flares of lists evaYYMM and evzYYMM, with their largest correlation.

    The files have the end before the peak, which is printed before it, as IDL does. 23 of 32768 are
    0.07 percent, not the 0.7 that the manual prints. Exit 0: told; 1: a line is broken or a month
    is missing, and the rest told; 2: usage; 3: a file cannot be read.
    """
    from fitslint.pipeline.norh.clock import format_ut
    from fitslint.pipeline.norh.events import add_companions, read_companions, read_events
    from fitslint.pipeline.norh.list_product import list_event_rows
    from fitslint.report.escape import escape_text

    require_choice("--freq", options.freq, FREQUENCIES)
    if not 0 <= options.criterion <= 1:
        raise UsageError(f"--criterion {options.criterion:g}: a correlation is from 0 to 1")
    paths, is_whole = find_lists(options, "evx", f"ev{'z' if options.freq == '34' else 'a'}YYMM")
    read = [read_events(path) for path in paths]
    is_whole = _report_lines([found[1] for found in read]) and is_whole
    start, end = _parse_span(options)
    events = [
        event
        for event in sorted((one for found in read for one in found[0]), key=lambda one: one.start)
        if event.correlation >= options.criterion
        and (start is None or event.end >= start)
        and (end is None or event.start <= end)
    ]
    if options.goes is not None:
        companions = read_companions(options.goes)
        events = [add_companions(event, companions) for event in events]
    lines = ["start (UT)           peak      end       s      max/32768  correlation"]
    for event in events:
        lines.append(
            f"{format_ut(event.start)}  {event.peak:%H:%M:%S}  {event.end:%H:%M:%S}  "
            f"{event.duration:<6d} {event.amplitude:<10d} {event.correlation:.5f}  "
            f"{escape_text(event.rest)}".rstrip()
        )
        if event.doubt:
            print_error(f"warning: {format_ut(event.start)}: {event.doubt}")
    _hand_out(options, "EVENTS", list_event_rows(events), lines)
    return ExitCode.OK if is_whole else ExitCode.FOUND


def print_log(options: DatabaseOptions) -> ExitCode:
    """Tell the entries of the observing logs lobYYMM: weather, antennas, software.

    Days are taken to be those of Japan. Exit 0: told; 1: a line is broken or a month is missing,
    and the rest told; 2: usage; 3: a file cannot be read.
    """
    from fitslint.pipeline.norh.clock import find_japanese_day
    from fitslint.pipeline.norh.logs import read_observing_log

    paths, is_whole = find_lists(options, "lob", "lobYYMM")
    read = [read_observing_log(path) for path in paths]
    is_whole = _report_lines([found[1] for found in read]) and is_whole
    start, end = _parse_span(options)
    entries = [
        entry
        for found in read
        for entry in found[0]
        if (start is None or entry.day >= find_japanese_day(start))
        and (end is None or entry.day <= find_japanese_day(end))
    ]
    rows = [{"day": entry.day.isoformat(), "text": entry.text} for entry in entries]
    _hand_out(options, "LOG", rows, map(_format_entry, entries))
    return ExitCode.OK if is_whole else ExitCode.FOUND


class TrackOptions(Options):
    """The options of ``fitslint norh track``."""

    year: int = argument("Year.", "YEAR")
    file: Path | None = option("Read this track_tableYY.dat.", "FILE")
    format: str = FORMAT
    table: Path | None = TABLE
    overwrite: bool = OVERWRITE


def print_track(options: TrackOptions) -> None:
    """Tell the Sun at noon in Japan on every day of a year, as track_tableYY.dat does.

    Declination (deg), hour angle (s), radius (arcsec), P and B0 (deg) are computed. The layout of
    the files is not published: one is read where five columns are those numbers. Exit 0: told; 2:
    usage; 3: the file is no such table.
    """
    from datetime import datetime

    from fitslint.pipeline.norh import track
    from fitslint.pipeline.norh.list_product import list_track_rows

    if not 1950 <= options.year <= 2049:
        raise UsageError("the Sun is computed for 1950 to 2049")
    if options.file is not None:
        days = track.read_track_table(options.file, options.year)
    else:
        days = [
            (day, track.list_noon_values(track.compute_noon(day)))
            for day in track.list_days(options.year)
        ]
    noons = [(datetime(day.year, day.month, day.day) + track.NOON, row) for day, row in days]
    lines = [f"{day}  {' '.join(f'{value:10.4f}' for value in row)}" for day, row in days]
    _hand_out(options, "TRACK", list_track_rows(noons), lines)


def find_lists(options: DatabaseOptions, folder: str, name: str) -> tuple[list[Path], bool]:
    """The lists that are meant, called ``name`` but for YYMM, and whether none is missing."""
    from fitslint.pipeline.norh.text_lists import find_month_files

    require_choice("--format", options.format, FORMATS)
    start, end = _parse_span(options)
    span = None if start is None or end is None else (start, end)
    paths, missing = find_month_files(options.sources, folder, name, span)
    for each in missing:
        print_error(f"{each} is not there; the archive has it in data/{folder}")
    if not paths and not missing:
        raise UsageError(f"there is no list {name} there; name the files")
    return paths, not missing


def _parse_span(options: DatabaseOptions) -> tuple[datetime | None, datetime | None]:
    from fitslint.pipeline.norh.clock import parse_time
    from fitslint.pipeline.norh.errors import NorhError

    try:
        start = None if options.start is None else parse_time(options.start)
        end = None if options.end is None else parse_time(options.end)
    except NorhError as error:
        raise UsageError(str(error)) from None
    if start is not None and end is not None and end < start:
        raise UsageError("--end is before --start")
    return start, end


def _report_lines(problems: Sequence[Sequence[LineProblem]]) -> bool:
    """Whether every line could be read."""
    flat = [problem for each in problems for problem in each]
    for problem in flat[:100]:
        print_error(str(problem))
    if len(flat) > 100:
        print_error(f"{len(flat) - 100} more lines are broken")
    return not flat


def _hand_out(
    options: Any, name: str, rows: Sequence[dict[str, Any]], lines: Sequence[str] | Iterator[str]
) -> None:
    require_choice("--format", options.format, FORMATS)
    table: Path | None = getattr(options, "table", None)
    if table is not None:
        from fitslint.pipeline.norh.list_product import build_list_file

        if not rows:
            raise UsageError("there is nothing to write into a table")
        made = build_list_file(name, rows)
        write_new_file(table, made, overwrite=options.overwrite, inputs=_list_inputs(options))
    if options.format == "json":
        _print_json(rows)
    else:
        print_lines(lines)


def _list_inputs(options: Any) -> list[str | Path]:
    """The files that the options of any list name."""
    one = (getattr(options, name, None) for name in ("goes", "file"))
    several = (getattr(options, name, ()) for name in ("sources", "log"))
    return [*filter(None, one), *(path for paths in several for path in paths)]


def write_new_file(
    path: Path, data: bytes, *, overwrite: bool, inputs: Iterable[str | Path] = ()
) -> None:
    """Write a file at once, over another one only where that is said, and never over an input.

    Raises
    ------
    UsageError
        when there is one, it is one of ``inputs``, or it cannot be written.
    """
    from fitslint.pipeline.atomic_write import write_atomic

    refuse_inputs(path, inputs)
    if path.exists() and not overwrite:
        raise UsageError(f"{path}: there is such a file already; say --overwrite")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, data)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None


def refuse_inputs(path: Path, inputs: Iterable[str | Path]) -> None:
    """See to it that what is written replaces nothing that was read.

    Raises
    ------
    UsageError
        when ``path`` is one of ``inputs``.
    """
    if path.exists() and any(
        Path(input_path).exists() and path.samefile(input_path) for input_path in inputs
    ):
        raise UsageError(f"{path}: this is an input; give the file another name")


def _print_json(rows: Sequence[dict[str, Any]]) -> None:
    sys.stdout.write(json.dumps(list(rows), indent=2) + "\n")
