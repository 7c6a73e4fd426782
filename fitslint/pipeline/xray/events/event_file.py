"""A list of events of Chandra: its columns, its good time, its place on the sky."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header
from fitslint.pipeline.xray.acis.geometry import parse_chips
from fitslint.pipeline.xray.errors import XrayError, name_file
from fitslint.pipeline.xray.events.intervals import Intervals, intersect_all
from fitslint.pipeline.xray.events.table import TableReader
from fitslint.pipeline.xray.sky import SkyPlane
from fitslint.source.image import ImageError, open_fits
from fitslint.syntax.scan_reader import Reader, StandardBounds

Numbers = NDArray[Any]
Chunk = dict[str, Numbers]
NEEDED_COLUMNS = ("TIME", "X", "Y", "CCD_ID")
PI_CHANNEL = 14.6
"""Electronvolts of a channel of PI, which counts from 1."""
_BOUNDS = StandardBounds(inflated_bytes=1 << 40, seconds=3600.0)


@dataclass(frozen=True, slots=True)
class EventFile:
    """A list of events that is open.

    Attributes
    ----------
    path : str
    table : TableReader
        of the events.
    good : Intervals
        time that is good on all chips.
    lost_time : float
        seconds that are good on some chips and not on all.
    """

    path: str
    table: TableReader
    good: Intervals
    lost_time: float

    @property
    def header(self) -> Header:
        """Of the table of events."""
        return self.table.header

    @property
    def obs_id(self) -> str:
        """OBS_ID, as it may stand in the name of a file."""
        value = self.header.value("OBS_ID")
        text = str(value).strip() if isinstance(value, str | int) else ""
        return "".join(letter for letter in text if letter.isalnum())[:40] or "unknown"

    @property
    def chips(self) -> tuple[int, ...]:
        """The chips that were read."""
        with name_file(self.path):
            return parse_chips(self.header.string("DETNAM") or "")

    @property
    def has_chip_pixels(self) -> bool:
        """Whether CHIPX and CHIPY tell the pixels of the chips."""
        return {"CHIPX", "CHIPY"} <= set(self.table.names)

    @property
    def live_fraction(self) -> float:
        """DTCOR; 1 where it is not told."""
        found = self.header.number("DTCOR")
        return found if found is not None and 0 < found <= 1 else 1.0

    @property
    def plane(self) -> SkyPlane:
        """The tangent plane of X and Y.

        Raises
        ------
        XrayError
            when no card tells it.
        """
        plane = self._read_tangent_plane() or self._read_plane("RA_NOM", "DEC_NOM")
        if plane is None:
            raise XrayError("neither TCRVLn of X and Y nor RA_NOM tells the sky", path=self.path)
        return plane

    def measure_nominal_distance(self) -> float:
        """Degrees from RA_NOM and DEC_NOM to TCRVLn; 0 where one of the two is not told."""
        tangent, nominal = self._read_tangent_plane(), self._read_plane("RA_NOM", "DEC_NOM")
        return 0.0 if tangent is None or nominal is None else tangent.measure_distance(nominal)

    def _read_tangent_plane(self) -> SkyPlane | None:
        return self._read_plane(*(f"TCRVL{self.table.get_number(name)}" for name in "XY"))

    def _read_plane(self, *names: str) -> SkyPlane | None:
        ra, dec = (self.header.number(name) for name in names)
        if ra is None or dec is None or not -90 <= dec <= 90:
            return None
        return SkyPlane(ra % 360, dec)

    def iterate(self, *optional: str) -> Iterator[Chunk]:
        """Chunks of events: what is needed, ENERGY in eV, and of ``optional`` what is there."""
        own = set(self.table.names)
        energy = "ENERGY" if "ENERGY" in own else "PI"
        wanted = {*NEEDED_COLUMNS, energy, *(name for name in optional if name in own)}
        with name_file(self.path):
            for chunk in self.table.iterate(sorted(wanted)):
                if energy == "PI":
                    chunk["ENERGY"] = chunk["PI"].astype(np.float32) * PI_CHANNEL
                yield chunk


@contextmanager
def open_tables(path: str) -> Iterator[tuple[Reader, FitsFile]]:
    """A FITS file whose tables are read in chunks.

    Raises
    ------
    XrayError
        when it cannot be opened, or is none.
    """
    try:
        with open_fits(path, _BOUNDS, is_watched=True) as (reader, file):
            if not file.hdus:
                raise XrayError(file.reason or "this is no FITS file", path=path)
            yield reader, file
    except ImageError as error:
        raise XrayError(str(error), path=path) from None


@contextmanager
def open_events(path: str) -> Iterator[EventFile]:
    """The list of events of a file.

    Raises
    ------
    XrayError
        when there is none, it is empty, a column is missing, or there is no good time.
    """
    with open_tables(path) as (reader, file):
        with name_file(path):
            table = find_events_table(reader, file)
            _require_columns(table)
            good, lost = _read_good_time(reader, file, table)
        yield EventFile(path, table, good, lost)


def find_events_table(reader: Reader, file: FitsFile) -> TableReader:
    """The table EVENTS of a file.

    Raises
    ------
    XrayError
        when there is none, or it is no table.
    """
    for hdu in file.hdus:
        if name_hdu(hdu) == "EVENTS":
            return TableReader(reader, hdu)
    raise XrayError("has no table EVENTS")


def name_hdu(hdu: Hdu) -> str:
    """EXTNAME without its blanks, in upper case."""
    return (hdu.header.string("EXTNAME") or "").strip().upper()


def _require_columns(table: TableReader) -> None:
    missing = [name for name in NEEDED_COLUMNS if name not in table.names]
    if not {"ENERGY", "PI"} & set(table.names):
        missing.append("ENERGY")
    if missing:
        raise XrayError(
            f"the events have no {', '.join(missing)}; they have {', '.join(table.names) or 'none'}"
        )
    if not table.rows:
        raise XrayError("the list of events is empty")


def _read_good_time(reader: Reader, file: FitsFile, table: TableReader) -> tuple[Intervals, float]:
    """The good time of all chips, and what only some of them have."""
    several = {}
    for hdu in file.hdus:
        if not name_hdu(hdu).startswith("GTI") and name_hdu(hdu) != "STDGTI":
            continue
        found = TableReader(reader, hdu)
        rows = found.read_all(("START", "STOP"))
        several[hdu.header.number("CCD_ID"), hdu.number] = Intervals.from_pairs(
            np.column_stack([rows["START"], rows["STOP"]])
        )
    if not several:
        raise XrayError("there is no table of good time intervals (GTI)")
    good = intersect_all(several.values())
    if not len(good.edges):
        raise XrayError("the good time intervals are empty; nothing is left of the observation")
    start, stop = (table.header.number(name) for name in ("TSTART", "TSTOP"))
    if start is not None and stop is not None:
        begin, end = good.span
        if end <= start or begin >= stop:
            raise XrayError(
                f"the good time from {begin:.1f} to {end:.1f} s lies outside of the observation "
                f"from {start:.1f} to {stop:.1f} s"
            )
    return good, max(one.total for one in several.values()) - good.total
