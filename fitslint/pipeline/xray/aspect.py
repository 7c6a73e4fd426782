"""Where the telescope pointed: the aspect solution, and how long it pointed where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.pipeline.xray.acis.geometry import (
    AIMPOINT_SIM_Z,
    ChipPose,
    choose_array,
    parse_chips,
)
from fitslint.pipeline.xray.errors import XrayError, name_file
from fitslint.pipeline.xray.events.event_file import EventFile, open_tables
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.events.table import TableReader
from fitslint.pipeline.xray.sky import SkyPlane

Numbers = NDArray[Any]
DITHER_ASPECT = "asol"
HEADER_ASPECT = "header"
_COLUMNS = ("TIME", "RA", "DEC", "ROLL")
_STEP_MAX = 60.0
"""Seconds without a row that still count as pointing where the last row says."""


@dataclass(frozen=True)
class AspectSolution:
    """The pointing by time, as an aspect solution has it.

    Attributes
    ----------
    time : ndarray, shape (n,)
        seconds of mission time, ascending.
    ra, dec, roll : ndarray, shape (n,)
        degrees.
    sim_y, sim_z : float
        mean drift of the detector table in millimetres (dy and dz).
    source : str
        ``asol``, or ``header`` where there is no file and one pointing stands for all.
    """

    time: Numbers
    ra: Numbers
    dec: Numbers
    roll: Numbers
    sim_y: float = 0.0
    sim_z: float = 0.0
    source: str = DITHER_ASPECT

    def weigh(self, good: Intervals) -> Numbers:
        """Good seconds of every row."""
        if len(self.time) == 1:
            return np.array([good.total])
        steps = np.append(np.diff(self.time), 0.0)
        steps[-1] = np.median(steps[:-1])
        edges = np.column_stack([self.time, self.time + np.minimum(steps, _STEP_MAX)])
        seconds = good.measure_overlap(edges.ravel())[::2]
        if not seconds.sum() > 0:
            raise XrayError("the aspect solution lies outside of the good time")
        return np.asarray(seconds)

    def find_pointing(self, plane: SkyPlane) -> tuple[Numbers, Numbers]:
        """The sky pixel of the optical axis for every row."""
        return plane.find_pixel(self.ra, self.dec)

    def find_offset(self, plane: SkyPlane, times: Numbers, good: Intervals) -> NDArray[np.float64]:
        """Sky pixels from the mean pointing to that of every time, shape (2, n)."""
        x, y = self.find_pointing(plane)
        weights = self.weigh(good)
        return np.stack([
            np.interp(times, self.time, place) - np.average(place, weights=weights)
            for place in (x, y)
        ])  # fmt: skip

    def average_pose(self, plane: SkyPlane, good: Intervals, header: Header) -> ChipPose:
        """How the telescope stood on the mean of the good time."""
        weights = self.weigh(good)
        x, y = self.find_pointing(plane)
        turn = np.average(np.exp(1j * np.radians(self.roll)), weights=weights)
        sim_y, sim_z = header.number("SIM_Y"), header.number("SIM_Z")
        if sim_z is None:
            sim_z = AIMPOINT_SIM_Z[choose_array(parse_chips(header.string("DETNAM") or ""))[0]]
        return ChipPose(
            float(np.average(x, weights=weights)), float(np.average(y, weights=weights)),
            float(np.degrees(np.angle(turn))), (sim_y or 0.0) + self.sim_y, sim_z + self.sim_z,
        )  # fmt: skip


def read_aspect(paths: Sequence[Path]) -> AspectSolution:
    """The aspect solution of an observation, which may have several files.

    Raises
    ------
    XrayError
        when one cannot be read, or has no rows.
    """
    parts = [_read_file(path) for path in paths]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["TIME"], kind="stable")
    rows = {name: values[order] for name, values in columns.items()}
    return AspectSolution(
        rows["TIME"], rows["RA"], rows["DEC"], rows["ROLL"],
        float(rows["DY"].mean()), float(rows["DZ"].mean()),
    )  # fmt: skip


def _read_file(path: Path) -> dict[str, Numbers]:
    with open_tables(str(path)) as (reader, file), name_file(path):
        hdu = next((hdu for hdu in file.hdus if hdu.kind == "bintable"), None)
        if hdu is None:
            raise XrayError("has no table")
        table = TableReader(reader, hdu)
        drift = [name for name in ("DY", "DZ") if name in table.names]
        rows = table.read_all((*_COLUMNS, *drift))
    rows = {name: values.astype(np.float64) for name, values in rows.items()}
    rows = {"DY": np.zeros(len(rows["TIME"])), "DZ": np.zeros(len(rows["TIME"])), **rows}
    known = np.all([np.isfinite(values) for values in rows.values()], axis=0)
    if not known.any():
        raise XrayError("the aspect solution has no rows", path=str(path))
    return {name: values[known] for name, values in rows.items()}


def assume_aspect(events: EventFile) -> AspectSolution:
    """One pointing for all time, by RA_PNT, DEC_PNT and ROLL_PNT, or else the nominal one.

    Raises
    ------
    XrayError
        when the header has none.
    """
    for kind in ("PNT", "NOM"):
        values = [events.header.number(f"{name}_{kind}") for name in ("RA", "DEC", "ROLL")]
        if None not in values:
            ra, dec, roll = (np.array([value], np.float64) for value in values)
            middle = np.array([sum(events.good.span) / 2])
            return AspectSolution(middle, ra, dec, roll, source=HEADER_ASPECT)
    raise XrayError("neither an aspect solution nor RA_PNT tells the pointing", path=events.path)


def build_aspect_histogram(
    aspect: AspectSolution, good: Intervals, plane: SkyPlane, bin_size: float
) -> NDArray[np.float64]:
    """The share of the good time in every offset from the mean pointing.

    Offsets are in image pixels of ``bin_size`` sky pixels; each row is spread over its four
    neighbours, so that the mean offset is exactly zero.

    Returns
    -------
    ndarray, shape (2 n + 1, 2 n + 1)
        y by x, its sum 1, the offset zero in the middle.
    """
    weights = aspect.weigh(good)
    x, y = aspect.find_pointing(plane)
    dx, dy = ((place - np.average(place, weights=weights)) / bin_size for place in (x, y))
    used = weights > 0
    reach = int(np.ceil(max(np.abs(dx[used]).max(), np.abs(dy[used]).max()))) + 1
    size = 2 * reach + 1
    if size > 2048:
        raise XrayError("the pointing moved by more than 8 arcmin; this is no dither")
    histogram = np.zeros(size * size)
    column, row = np.floor(dx[used]).astype(int), np.floor(dy[used]).astype(int)
    right, up = dx[used] - column, dy[used] - row
    for step_x, share_x in ((0, 1 - right), (1, right)):
        for step_y, share_y in ((0, 1 - up), (1, up)):
            place = (row + reach + step_y) * size + column + reach + step_x
            histogram += np.bincount(
                place, weights[used] * share_x * share_y, minlength=size * size
            )
    return np.asarray(histogram.reshape(size, size) / weights.sum())
