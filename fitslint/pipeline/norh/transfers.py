"""Which raw files images of some times need, and where the archive has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fitslint.pipeline.norh.clock import find_japanese_day, format_ut
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.names import parse_archive_name
from fitslint.pipeline.norh.schedules import (
    ASSUMED_START,
    Recording,
    count_frames,
    has_both_frequencies,
    number_file,
)
from fitslint.pipeline.norh.text_lists import place_in_ut

NAMES_MAX = 100_000
_FILES_PER_DAY = 48


@dataclass(frozen=True, slots=True)
class NeededFile:
    """A file that is needed; ``schedule`` is its letter where a day has several runs."""

    name: str
    places: tuple[str, ...]
    schedule: str = ""


def list_times(
    start: datetime, end: datetime, step: float, limit: int | None = NAMES_MAX
) -> list[datetime]:
    """Times from start to end, both included.

    Raises
    ------
    NorhError
        when the end is before the start, the step not above 0, or there are more than ``limit``.

    Examples
    --------
    >>> len(list_times(datetime(1997, 4, 20, 1, 30), datetime(1997, 4, 20, 3, 30), 600))
    13
    """
    if end < start:
        raise NorhError(f"the end {format_ut(end)} is before the start {format_ut(start)}")
    if not 0.05 <= step <= 1e9:
        raise NorhError(f"the step is {step:g} s; a frame takes 0.05 s at least")
    width = timedelta(seconds=step)
    count = (end - start) // width + 1
    if limit is not None and count > limit:
        raise NorhError(f"that is {count} times, more than {limit}; say --all if you mean it")
    return [start + at * width for at in range(count)]


def list_transfers(
    times: Sequence[datetime],
    rows: Sequence[Recording] | None,
    frequency: str = "17GHz",
    *,
    is_event: bool = False,
) -> list[NeededFile]:
    """The files that images of these times need, each once, in the order of time.

    Without ``rows`` of the lists a schedule is taken to begin at 07:45 in Japan.

    Raises
    ------
    NorhError
        when a time is in no schedule or event, or before there was 34 GHz.
    """
    found: dict[str, NeededFile] = {}
    own = None if rows is None else _select_rows(rows, frequency, is_event)
    for time in sorted(times):
        day = find_japanese_day(time)
        if frequency == "34GHz" and not has_both_frequencies(day):
            raise NorhError(f"{format_ut(time)}: 34 GHz is observed since October 1995")
        if own is None:
            if is_event:
                raise NorhError("which events there are is told by the list infoYYMMe: --info")
            name, letter = _assume_file(time, frequency), ""
        else:
            row = _find_row(time, own, is_event)
            name, letter = row.name_file(time), row.schedule[6:]
        for needed, of_schedule in ((name, letter), (f"sz00{day:%y%m%d}001", "")):
            places = tuple(parse_archive_name(needed).list_places())
            found.setdefault(needed, NeededFile(needed, places, of_schedule))
    return list(found.values())


def _select_rows(rows: Sequence[Recording], frequency: str, is_event: bool) -> list[Recording]:
    own = [
        row
        for row in rows
        if row.first_name.frequency == frequency and row.first_name.is_event == is_event
    ]
    return sorted(own, key=lambda row: row.start)


def _find_row(time: datetime, rows: Sequence[Recording], is_event: bool) -> Recording:
    for row in rows:
        # The times of the lists are cut to seconds, and the last frame takes a second.
        if row.start <= time < row.end + timedelta(seconds=1):
            return row
    earlier = [row for row in rows if row.end < time]
    later = [row for row in rows if row.start > time]
    near = []
    if earlier:
        row = max(earlier, key=lambda row: row.end)
        near.append(f"the one before ({row.schedule}) ends at {format_ut(row.end)}")
    if later:
        row = later[0]
        near.append(f"the one after ({row.schedule}) begins at {format_ut(row.start)}")
    told = "; ".join(near) or "the lists tell none"
    raise NorhError(f"{format_ut(time)} UT is in no {'event' if is_event else 'schedule'}: {told}")


def _assume_file(time: datetime, frequency: str) -> str:
    day = find_japanese_day(time)
    start = place_in_ut(day, ASSUMED_START)
    number = number_file(1 + count_frames(start, time, 1.0))
    if not 1 <= number <= _FILES_PER_DAY:
        raise NorhError(
            f"{format_ut(time)} UT is in no schedule that begins at 07:45 in Japan and has "
            f"{_FILES_PER_DAY} files"
        )
    return f"ss{frequency[:2]}{day:%y%m%d}{number:03d}"


def format_transfer_list(transfers: Sequence[NeededFile]) -> Iterator[str]:
    """Lines as the script ``norh_trans`` reads them, which fetches ephemeris files by itself."""
    for each in transfers:
        if not each.name.startswith("sz"):
            yield f"{each.name} {each.schedule}".rstrip()
