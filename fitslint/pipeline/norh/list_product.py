"""Schedules, events and the Sun at noon as tables of FITS and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from fitslint.pipeline.norh.clock import convert_to_mjd, format_ut
from fitslint.pipeline.norh.events import Event
from fitslint.pipeline.norh.schedules import Recording
from fitslint.pipeline.table_file import build_table_file
from fitslint.products.cards.provenance import CREATOR
from fitslint.products.text import replace_unprintable
from fitslint.products.timestamp import get_utc_time

Row = dict[str, Any]
_TIME_SIZE = 24
_TEXT_SIZE = 80
_UNITS = {
    "MJD_BEG": "d", "MJD_MAX": "d", "MJD_END": "d", "DURATION": "s", "DEC": "deg", "HOURA": "s",
    "SOLR": "arcsec", "SOLP": "deg", "SOLB": "deg",
}  # fmt: skip
_REALS = ("CORR", "DEC", "HOURA", "SOLR", "SOLP", "SOLB", "MJD_BEG", "MJD_MAX", "MJD_END")
_WHOLE = ("NUMBER", "FRAME_1", "FRAME_N", "DURATION", "AMPLITUD")
_TITLES = {"SCHEDULES": "runs of observation", "EVENTS": "flares", "TRACK": "the Sun at noon"}


def list_schedule_rows(runs: Sequence[Recording]) -> list[Row]:
    """A row for every run."""
    return [
        {
            **_tell_times(BEG=run.start, END=run.end),
            "SCHEDULE": run.schedule,
            "FREQ": run.first_name.frequency,
            "FRAME_1": run.first,
            "FRAME_N": run.last,
            "MODE": run.mode,
        }
        for run in runs
    ]


def list_event_rows(events: Sequence[Event]) -> list[Row]:
    """A row for every event."""
    return [
        {
            "NUMBER": event.number,
            **_tell_times(BEG=event.start, MAX=event.peak, END=event.end),
            "DURATION": event.duration,
            "AMPLITUD": event.amplitude,
            "CORR": event.correlation,
            "OTHER": event.rest,
        }
        for event in events
    ]


def list_track_rows(days: Sequence[tuple[datetime, Sequence[float]]]) -> list[Row]:
    """A row for every noon, with its five numbers."""
    names = ("DEC", "HOURA", "SOLR", "SOLP", "SOLB")
    return [
        {**_tell_times(BEG=time), **dict(zip(names, numbers, strict=True))}
        for time, numbers in days
    ]


def _tell_times(**times: datetime) -> Row:
    texts = {f"DATE_{name}": format_ut(time) for name, time in times.items()}
    return {**texts, **{f"MJD_{name}": convert_to_mjd(time) for name, time in times.items()}}


def build_list_file(name: str, rows: Sequence[Row]) -> bytes:
    """The FITS file of a list; ``name`` is EXTNAME: SCHEDULES, EVENTS or TRACK."""
    table = np.zeros(len(rows), np.dtype(list(_list_fields(rows[0]))))
    for at, row in enumerate(rows):
        for key, value in row.items():
            text = isinstance(value, str)
            table[key][at] = replace_unprintable(value).encode() if text else value
    times = [("TIMESYS", "UTC", "time scale")]
    cards = [
        ("PRODUCT", "norh-list", "kind of product"),
        *times,
        ("DATE-BEG", rows[0]["DATE_BEG"], "first row"),
        ("DATE", get_utc_time(), "[UTC] when the HDU was written"),
        ("ORIGIN", "fitslint", "who made the file"),
        ("CREATOR", CREATOR, "software and its version"),
    ]
    units = {key: _UNITS[key] for key in rows[0] if key in _UNITS}
    return build_table_file(cards, table, ("EXTNAME", name, _TITLES[name]), units, times)


def _list_fields(row: Row) -> Iterator[tuple[str, str]]:
    for key in row:
        if key in _REALS:
            yield key, ">f8"
        elif key in _WHOLE:
            yield key, ">i4"
        else:
            yield key, f"S{_TIME_SIZE if key.startswith('DATE_') else _TEXT_SIZE}"
