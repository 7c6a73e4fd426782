"""Correlation series as products: a table that conforms."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.norh.clock import JST_AHEAD, format_ut
from fitslint.pipeline.norh.series import CorrelationSeries
from fitslint.pipeline.table_file import CardRow, build_table_file
from fitslint.products.cards.provenance import CREATOR
from fitslint.products.digest import compute_sha256
from fitslint.products.timestamp import get_utc_time

_COLUMNS = {"R+L": "CORR", "RCP": "CORR_R", "LCP": "CORR_L"}


def build_series_file(
    series: CorrelationSeries, paths: list[str], *, with_flux: bool = False
) -> bytes:
    """The FITS file of a series, a row for every sample; ``paths`` are the files that it is of.

    Raises
    ------
    NorhError
        when a flux is asked for and the manual has no number for it.
    """
    units = {"TIME": "s"}
    fields: list[tuple[str, str]] = [("TIME", ">f8"), ("FRAME", ">i4")]
    fields += [(_COLUMNS.get(channel, "CORR"), ">f4") for channel in series.channels]
    columns: list[Any] = [series.seconds, series.frames, *series.values]
    history = [f"input {Path(path).name} SHA-256 {compute_sha256(path)}" for path in paths]
    if with_flux:
        fields.append(("FLUX", ">f4"))
        columns.append(series.estimate_flux()[0])
        units["FLUX"] = "10**4 Jy"
        history.append("FLUX in SFU is approximate: 30 SFU by percent of correlation (NoRH manual)")
    rows = np.zeros(len(series.seconds), np.dtype(fields))
    for (name, _), column in zip(fields, columns, strict=True):
        rows[name] = column
    extname = ("EXTNAME", "CORRELATION", "mean correlation of long baselines")
    return build_table_file(
        _list_cards(series, history), rows, extname, units, _list_time_cards(series)
    )


def _list_time_cards(series: CorrelationSeries) -> list[CardRow]:
    return [
        ("TIMESYS", "UTC", "time scale"),
        ("DATEREF", format_ut(series.start), "zero of TIME"),
        ("TIMEUNIT", "s", "unit of time"),
    ]


def _list_cards(series: CorrelationSeries, history: list[str]) -> list[CardRow]:
    japanese = series.start + JST_AHEAD
    last = series.end + timedelta(seconds=series.step)
    cards: list[CardRow] = [
        ("PRODUCT", "norh-series", "kind of product"),
        ("DATE-OBS", f"{series.start:%Y-%m-%d}", "date of the first sample (UT)"),
        ("JSTDATE", f"{japanese:%Y-%m-%d}", "date of the first sample (JST)"),
        ("JSTTIME", format_ut(japanese)[11:], "time of the first sample (JST)"),
        ("STARTFRM", int(series.frames[0]), "frame of the first sample"),
        ("ENDFRM", int(series.frames[-1]), "frame of the last sample"),
        ("POLARIZ", _name_polarisation(series), "polarization"),
        ("OBS-FREQ", series.frequency.upper(), "observing frequency"),
        ("DATA-TYP", "correlation", "what the table holds"),
        ("OBJECT", "sun", "object name"),
        ("TELESCOP", "radioheliograph", "telescope name"),
        ("ORIGIN", "fitslint", "who made the file"),
        *_list_time_cards(series),
        ("DATE-BEG", format_ut(series.start), "first sample"),
        ("DATE-END", format_ut(last), "end of the last sample"),
        ("DATE", get_utc_time(), "[UTC] when the HDU was written"),
        ("CREATOR", CREATOR, "software and its version"),
    ]
    return [*cards, *(("HISTORY", line, "") for line in history)]


def _name_polarisation(series: CorrelationSeries) -> str:
    return series.channels[0].lower() if len(series.channels) == 1 else "r|l"
