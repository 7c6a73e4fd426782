"""Blank-sky background: events on chips, put onto the sky of an observation and scaled to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.pixels import select_good_pixels
from fitslint.pipeline.xray.errors import XrayError, name_file
from fitslint.pipeline.xray.events.event_file import Chunk, find_events_table, open_tables
from fitslint.pipeline.xray.events.table import TableReader
from fitslint.pipeline.xray.exposure import ExposureModel

Numbers = NDArray[Any]
_COLUMNS = ("CCD_ID", "CHIPX", "CHIPY", "ENERGY", "PI", "GRADE", "STATUS")
_SEED = 20060
"""The same background list gives the same events on the sky."""


@contextmanager
def open_blank_sky(path: Path) -> Iterator[TableReader]:
    """The events of a blank-sky list.

    Raises
    ------
    XrayError
        when it has none, or they lack a column.
    """
    with open_tables(str(path)) as (reader, file):
        with name_file(path):
            table = find_events_table(reader, file)
            missing = [name for name in _COLUMNS if name not in table.names]
            if missing or not table.rows:
                said = f"has no {', '.join(missing)}" if missing else "is empty"
                raise XrayError(f"the blank-sky list {said}")
        yield table


def project_blank_sky(
    table: TableReader, model: ExposureModel, good_grades: tuple[int, ...]
) -> Iterator[Chunk]:
    """Chunks of blank-sky events on the sky of an observation.

    The events get times that are spread evenly over the good time, and the pointing of those; X
    and Y are then those that they would have in the observation. Events of other chips, on bad
    pixels, of bad grades and status are left out.
    """
    random = np.random.default_rng(_SEED)
    aspect, good = model.aspect, model.good
    weights = aspect.weigh(good)
    reach = np.cumsum(weights) / weights.sum()
    x, y = aspect.find_pointing(model.plane)
    mean = [np.average(place, weights=weights) for place in (x, y)]
    first = 0
    for chunk in table.iterate(_COLUMNS):
        bits = chunk["STATUS"].reshape(len(chunk["GRADE"]), -1)
        kept = np.isin(chunk["GRADE"], good_grades) & ~bits.any(axis=1)
        kept &= np.isin(chunk["CCD_ID"], list(model.placements))
        kept &= select_good_pixels(model.masks, chunk["CCD_ID"], chunk["CHIPX"], chunk["CHIPY"])
        events = {name: values[kept] for name, values in chunk.items()}
        share = (np.flatnonzero(kept) + first + 0.5) / table.rows
        first += len(kept)
        row = np.searchsorted(reach, share, side="right")
        row = np.minimum(row, len(reach) - 1)
        events["TIME"] = aspect.time[row]
        events["X"], events["Y"] = _place(events, model, random)
        events["X"] += x[row] - mean[0]
        events["Y"] += y[row] - mean[1]
        yield events


def _place(
    events: Chunk, model: ExposureModel, random: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Sky pixels at the mean pointing, anywhere within the pixel of the chip."""
    count = len(events["CCD_ID"])
    within = random.uniform(-0.5, 0.5, (2, count))
    x, y = np.zeros(count), np.zeros(count)
    for chip, placement in model.placements.items():
        own = events["CCD_ID"] == chip
        x[own], y[own] = placement.find_sky(
            events["CHIPX"][own] + within[0][own], events["CHIPY"][own] + within[1][own]
        )
    return x, y
