"""What the table of files says of each: from its headers, many files at once."""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fitslint.audit.header_block import HeaderBlock
from fitslint.audit.paths import clean_text
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.value import Value

_DAY_SECONDS = 86_400.0
_MJD_ORDINAL = 678_576
"""Proleptic ordinal of 1858-11-17, MJD 0."""
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}(?:\.\d*)?))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:\.\d*)?)")
_MASK = (1 << 64) - 1
_PRIME = 0x100000001B3
_INT64_MAX = 1 << 63

TEXT_FACTS: Mapping[str, tuple[str, ...]] = {
    "instrument": ("INSTRUME", "TELESCOP"), "telescope": ("TELESCOP",), "object": ("OBJECT",),
    "date_obs": ("DATE-OBS",), "time_obs": ("UT", "TIME-OBS", "UTC-OBS", "UT-STR"),
    "ra": ("RA",), "dec": ("DEC",), "observer": ("OBSERVER",), "prop_id": ("PROP-ID",),
    "obs_mode": ("OBS-MOD", "OBS-MODE"), "data_type": ("DATA-TYP", "IMAGETYP"),
    "frame_id": ("FRAMEID",), "exp_id": ("EXP-ID",), "det_id": ("DET-ID",),
    "ins_ver": ("INS-VER",), "start_time": ("STRT-OBS",), "end_time": ("END-OBS",),
    "polarization": ("POLARIZ",), "frequency": ("OBS-FREQ",), "product": ("PRODUCT",),
    "patch": ("PATCH",),
}  # fmt: skip
"""HeaderColumn → keywords of which the first that is there tells it."""
NUMBER_FACTS: Mapping[str, tuple[str, ...]] = {
    "exptime": ("EXPTIME", "EXPOSURE"), "mjd_start": ("MJD-STR", "MJD-OBS", "MJD"),
    "mjd_end": ("MJD-END",), "start_frame": ("STARTFRM",), "end_frame": ("ENDFRM",),
    "tract": ("TRACT",),
}  # fmt: skip
_WHOLE = ("start_frame", "end_frame", "tract")
_FILTERS = ("FILTER", "FILTERS", *(f"FILTER{n:02d}" for n in range(1, 10)))
_ALL_NAMES = tuple(
    dict.fromkeys(
        (*(name for names in (*TEXT_FACTS.values(), *NUMBER_FACTS.values()) for name in names),
         *_FILTERS, "CRVAL1", "CRVAL2")
    )
)  # fmt: skip
_SOLAR_NAMES = ("CRPIX1", "CRPIX2", "CDELT1", "CDELT2", "SOLR", "SOLP", "SOLB", "DEC", "HOURA")
"""Of images of the Sun, which have SOLR; headers of others are not asked for them."""
_DATED = ("date_obs", "time_obs", "mjd_start", "mjd_end", "exptime")
_DATES = ("night", "mjd_start", "mjd_end")
_DATA_COLUMNS = ("hdus", "cards", "header_bytes", "data_bytes", "data_shape", "datasum")


class BlockRows(NamedTuple):
    """A block, and where each of its headers comes from."""

    block: HeaderBlock
    kind: str
    files: list[int]
    """Position of the file in the chunk, by header."""
    hdus: list[int]
    """Number of the HDU from 1, by header."""


class FileFacts:
    """The columns of the table of files that headers tell, of a chunk of files.

    Parameters
    ----------
    files
        what was read of each; None where nothing was.
    """

    def __init__(self, files: Sequence[FitsFile | None]) -> None:
        self.files = files
        self.blocks = list(_build_blocks(files))
        self._values = self._collect_values()

    def build_columns(self) -> dict[str, Sequence[Any]]:
        """HeaderColumn → the value of each file."""
        columns: dict[str, Sequence[Any]] = {
            name: self._write(self._find(names)) for name, names in TEXT_FACTS.items()
        }
        for name, names in NUMBER_FACTS.items():
            columns[name] = self._take_numbers(self._find(names), is_whole=name in _WHOLE)
        columns["filter"] = self._join_filters()
        rows = zip(*(columns[name] for name in _DATED), strict=True)
        dated = [date_exposure(*row) for row in rows]
        columns |= zip(_DATES, zip(*dated, strict=True), strict=True)
        columns["header_hash"] = self._hash_headers()
        columns["keyword_set"] = self._hash_names()
        columns["sky_position"] = self._place_on_sky()
        columns["solar_frame"] = self._describe_solar_frame()
        columns |= self._describe_data()
        return columns

    def _collect_values(self) -> dict[str, list[Value]]:
        """Keyword → its value in each file, from the first HDU that has one."""
        values: dict[str, list[Value]] = {}
        for block, _, files, _ in self.blocks:
            index = block.headers[0].layout.index
            for name in (*_ALL_NAMES, *_SOLAR_NAMES) if "SOLR" in index else _ALL_NAMES:
                where = index.get(name)
                if where is None:
                    continue
                found = block.read_values(where[0])
                column = values.get(name)
                if column is None and len(files) == len(self.files):
                    values[name] = list(found)
                    continue
                if column is None:
                    column = values[name] = [None] * len(self.files)
                for file, value in zip(files, found, strict=True):
                    if column[file] is None:
                        column[file] = value
        return values

    def _find(self, names: Sequence[str]) -> Sequence[Value] | None:
        """The first of several keywords that each file has; None where no file has any."""
        found: list[Value] | None = None
        for name in names:
            column = self._values.get(name)
            if column is None:
                continue
            if found is None:
                found = column
            elif None in found:
                found = [
                    two if one is None else one for one, two in zip(found, column, strict=True)
                ]
        return found

    def _write(self, values: Sequence[Value] | None) -> Sequence[str | None]:
        """Values as text: nothing where a file has none, or an empty one."""
        if values is None:
            return [None] * len(self.files)
        first = values[0]
        if type(first) is str and values.count(first) == len(values):
            return [_write_text(first)] * len(values)
        return [
            (value.strip() or None) if type(value) is str and value.isascii()
            else _write_text(value)
            for value in values
        ]  # fmt: skip

    def _take_numbers(
        self, values: Sequence[Value] | None, *, is_whole: bool
    ) -> Sequence[float | None]:
        if values is None:
            return [None] * len(self.files)
        return [_take_number(value, is_whole=is_whole) for value in values]

    def _join_filters(self) -> Sequence[str | None]:
        plain = self._write(self._find(_FILTERS[:2]))
        several = [self._write(self._values[name]) for name in _FILTERS[2:] if name in self._values]
        if not several:
            return plain
        joined = ("+".join(filter(None, row)) or None for row in zip(*several, strict=True))
        return [one or two for one, two in zip(plain, joined, strict=True)]

    def _hash_headers(self) -> Sequence[str | None]:
        marks: dict[int, list[tuple[int, int]]] = {}
        for block, _, files, hdus in self.blocks:
            for file, one in zip(files, zip(hdus, block.hashes.tolist(), strict=True), strict=True):
                if file in marks:
                    marks[file].append(one)
                else:
                    marks[file] = [one]
        result: list[str | None] = [None] * len(self.files)
        for file, several in marks.items():
            total = len(several)
            for _, mark in sorted(several) if total > 1 else several:
                total = (total * _PRIME ^ mark) & _MASK
            result[file] = f"{total:016x}"
        return result

    def _hash_names(self) -> Sequence[str | None]:
        known: dict[int | tuple[int, ...], str] = {}
        result = []
        for file in self.files:
            hdus = file.hdus if file is not None else ()
            key: int | tuple[int, ...] = (
                id(hdus[0].header.layout)
                if len(hdus) == 1
                else tuple([id(hdu.header.layout) for hdu in hdus])
            )
            mark = known.get(key)
            if mark is None and key:
                names = sorted({name for hdu in hdus for name in hdu.header.names})
                text = "\n".join(names).encode("utf-8", "replace")
                mark = known[key] = hashlib.blake2b(text, digest_size=8).hexdigest()
            result.append(mark)
        return result

    def _place_on_sky(self) -> Sequence[str | None]:
        first, second = self._values.get("CRVAL1"), self._values.get("CRVAL2")
        if first is None or second is None:
            return [None] * len(self.files)
        return [
            f"{one!r} {two!r}" if type(one) in (int, float) and type(two) in (int, float) else None
            for one, two in zip(first, second, strict=True)
        ]

    def _describe_solar_frame(self) -> Sequence[str | None]:
        if "SOLR" not in self._values:
            return [None] * len(self.files)
        numbers = {
            name: self._take_numbers(self._values[name], is_whole=False)
            for name in _SOLAR_NAMES
            if name in self._values
        }
        return [
            None if radius is None else " ".join(
                f"{name}={values[at]!r}" for name, values in numbers.items()
                if values[at] is not None
            )
            for at, radius in enumerate(numbers["SOLR"])
        ]  # fmt: skip

    def _describe_data(self) -> dict[str, Sequence[Any]]:
        """Sizes, shapes and sums of the data units."""
        known: dict[tuple[int, ...], tuple[Any, ...]] = {}
        rows = []
        for file in self.files:
            hdus = file.hdus if file is not None else ()
            if len(hdus) != 1 or hdus[0].data_bytes:
                rows.append(_describe_hdus(hdus))
                continue
            header = hdus[0].header  # without data only its sizes tell
            key = len(header.raw), len(header.fill), header.end is None
            row = known.get(key)
            if row is None:
                row = known[key] = _describe_hdus(hdus)
            rows.append(row)
        return dict(zip(_DATA_COLUMNS, zip(*rows, strict=True), strict=True))


def _build_blocks(files: Sequence[FitsFile | None]) -> Iterator[BlockRows]:
    """The headers of all files by layout and kind, those of first HDUs first."""
    found: dict[tuple[int, str, bool], tuple[list[Header], list[int], list[int]]] = {}
    for at, file in enumerate(files):
        if file is None:
            continue
        for hdu in file.hdus:
            header = hdu.header
            key = id(header.layout), header.kind, hdu.number == 1
            known = found.get(key)
            if known is None:
                known = found[key] = ([], [], [])
            headers, places, hdus = known
            headers.append(header)
            places.append(at)
            hdus.append(hdu.number)
    for (_, kind, _), (headers, places, hdus) in sorted(
        found.items(), key=lambda item: not item[0][2]
    ):
        if len(headers[0]):
            yield BlockRows(HeaderBlock(headers), kind, places, hdus)


def _write_text(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return clean_text(value.strip()) or None
    if isinstance(value, bool):
        return "T" if value else "F"
    return repr(value)


def _take_number(value: Value, *, is_whole: bool) -> float | int | None:
    if type(value) is float and not is_whole:
        return value if math.isfinite(value) else None
    if type(value) is not int:
        return None
    if is_whole:
        return value if abs(value) < _INT64_MAX else None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def date_exposure(
    date_obs: str | None, time_obs: str | None, start: float | None, end: float | None,
    exptime: float | None,
) -> tuple[str | None, float | None, float | None]:  # fmt: skip
    """Night, begin and end (MJD, days) of an exposure, from what its cards say."""
    date = _DATE.match(date_obs) if date_obs else None
    if start is None and date is not None:
        start = _compute_mjd(date[1], date[2] or time_obs)
    if end is None and start is not None and exptime is not None and exptime >= 0:
        end = start + exptime / _DAY_SECONDS
    return (date[1] if date else None), start, end


def _compute_mjd(date: str, time: str | None) -> float | None:
    clock = _TIME.match(time or "")
    if clock is None:
        return None
    try:
        day = datetime.date.fromisoformat(date).toordinal() - _MJD_ORDINAL
    except ValueError:
        return None
    seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
    return day + seconds / _DAY_SECONDS


def _describe_hdus(hdus: Sequence[Hdu]) -> tuple[int, int, int, int, str | None, str | None]:
    """HDUs, cards, bytes of headers and of data, shapes and sums of the data units."""
    cards = header_bytes = data_bytes = 0
    shapes, sums = [], []
    for hdu in hdus:
        header = hdu.header
        raw = len(header.raw)
        cards += raw // CARD_SIZE
        header_bytes += raw + CARD_SIZE + len(header.fill) if header.end else header.size
        if hdu.data_bytes:
            data_bytes += hdu.data_bytes
            found = header.structure
            shapes.append(f"{header.kind}:{found.bitpix}:{'x'.join(map(str, found.axes))}")
            value = header.value("DATASUM")
            sums.append(value.strip() if isinstance(value, str) else "")
    if not shapes:
        return len(hdus), cards, header_bytes, data_bytes, None, None
    datasum = clean_text(" ".join(sums)) if all(sums) else None
    return len(hdus), cards, header_bytes, data_bytes, " ".join(shapes), datasum
