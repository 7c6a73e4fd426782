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
"""Column → keywords of which the first that is there tells it."""
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
         *_FILTERS, "DATASUM", "CRVAL1", "CRVAL2")
    )
)  # fmt: skip
_FROM_EACH_HDU = ("DATASUM", "CRVAL1", "CRVAL2")


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
        self._hashes = self._hash_headers()
        self._sets: dict[tuple[int, ...], str] = {}

    def _collect_values(self) -> dict[str, list[Value]]:
        """Keyword → its value in each file, from the first HDU that has one."""
        values: dict[str, list[Value]] = {}
        for block, _, files, hdus in self.blocks:
            index = block.headers[0].layout.index
            for name in _ALL_NAMES:
                where = index.get(name)
                if where is None or name in _FROM_EACH_HDU:
                    continue
                column = values.setdefault(name, [None] * len(self.files))
                if hdus[0] == 1 and hdus[-1] == 1:  # primary headers come first
                    for file, value in zip(files, block.read_values(where[0]), strict=True):
                        column[file] = value
                    continue
                for file, value in zip(files, block.read_values(where[0]), strict=True):
                    if column[file] is None:
                        column[file] = value
        return values

    def _hash_headers(self) -> list[int]:
        found: list[list[tuple[int, int]]] = [[] for _ in self.files]
        for block, _, files, hdus in self.blocks:
            for file, hdu, mark in zip(files, hdus, block.hashes.tolist(), strict=True):
                found[file].append((hdu, mark))
        result = []
        for marks in found:
            total = len(marks)
            for _, mark in sorted(marks):
                total = (total * _PRIME ^ mark) & _MASK
            result.append(total)
        return result

    def describe(self, at: int) -> dict[str, Any]:
        """Column → value, for the file at a position of the chunk."""
        file = self.files[at]
        if file is None or not file.hdus:
            return {"hdus": 0, "cards": 0, "header_bytes": 0, "data_bytes": 0}
        facts: dict[str, Any] = {
            name: _write_text(self._find(at, names)) for name, names in TEXT_FACTS.items()
        }
        for name, names in NUMBER_FACTS.items():
            facts[name] = _take_number(self._find(at, names), is_whole=name in _WHOLE)
        facts["filter"] = self._join_filters(at)
        facts |= date_exposure(facts)
        facts["header_hash"] = f"{self._hashes[at]:016x}"
        facts["keyword_set"] = self._hash_names(file.hdus)
        facts |= _describe_data(file.hdus)
        return facts

    def _find(self, at: int, names: Sequence[str]) -> Value:
        for name in names:
            column = self._values.get(name)
            if column is not None and column[at] is not None:
                return column[at]
        return None

    def _join_filters(self, at: int) -> str | None:
        first = _write_text(self._find(at, _FILTERS[:2]))
        if first:
            return first
        several = (_write_text(self._find(at, (name,))) for name in _FILTERS[2:])
        return "+".join(one for one in several if one) or None

    def _hash_names(self, hdus: Sequence[Hdu]) -> str:
        key = tuple([id(hdu.header.layout) for hdu in hdus])
        known = self._sets.get(key)
        if known is None:
            names = sorted({name for hdu in hdus for name in hdu.header.names})
            digest = hashlib.blake2b("\n".join(names).encode("utf-8", "replace"), digest_size=8)
            known = self._sets[key] = digest.hexdigest()
        return known


def _build_blocks(files: Sequence[FitsFile | None]) -> Iterator[BlockRows]:
    """The headers of all files by layout and kind, those of first HDUs first."""
    found: dict[tuple[int, str, bool], tuple[list[Header], list[int], list[int]]] = {}
    for at, file in enumerate(files):
        if file is None:
            continue
        for hdu in file.hdus:
            header = hdu.header
            key = id(header.layout), header.kind, hdu.number == 1
            headers, places, hdus = found.setdefault(key, ([], [], []))
            headers.append(header)
            places.append(at)
            hdus.append(hdu.number)
    for (_, kind, _), (headers, places, hdus) in sorted(
        found.items(), key=lambda item: not item[0][2]
    ):
        if len(headers[0]):
            yield BlockRows(HeaderBlock(headers), kind, places, hdus)


def _write_text(value: Value) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return clean_text(value.strip()) or None
    if isinstance(value, bool):
        return "T" if value else "F"
    return repr(value)


def _take_number(value: Value, *, is_whole: bool) -> float | int | None:
    if type(value) is int and is_whole:
        return value if abs(value) < _INT64_MAX else None
    if type(value) not in (int, float) or is_whole:
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def date_exposure(facts: Mapping[str, Any]) -> dict[str, Any]:
    """``night``, ``mjd_start`` and ``mjd_end`` (days) of an exposure, from what its cards say."""
    date = _DATE.match(facts["date_obs"] or "")
    start, end, exptime = facts["mjd_start"], facts["mjd_end"], facts["exptime"]
    if start is None and date is not None:
        start = _compute_mjd(date[1], date[2] or facts["time_obs"])
    if end is None and start is not None and exptime is not None and exptime >= 0:
        end = start + exptime / _DAY_SECONDS
    return {"night": date[1] if date else None, "mjd_start": start, "mjd_end": end}


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


def _describe_data(hdus: Sequence[Hdu]) -> dict[str, Any]:
    """Sizes, shapes and sums of the data units, and where the first image is on the sky."""
    cards = header_bytes = data_bytes = 0
    shapes, sums, position = [], [], None
    for hdu in hdus:
        header = hdu.header
        cards += len(header)
        header_bytes += header.size
        if position is None and "CRVAL1" in header and "CRVAL2" in header:
            first, second = header.number("CRVAL1"), header.number("CRVAL2")
            if first is not None and second is not None:
                position = f"{first!r} {second!r}"
        if hdu.data_bytes:
            data_bytes += hdu.data_bytes
            found = header.structure
            axes = "x".join(map(str, found.axes))
            shapes.append(f"{header.kind}:{found.bitpix}:{axes}")
            value = header.value("DATASUM")
            sums.append(value.strip() if isinstance(value, str) else "")
    return {
        "hdus": len(hdus), "cards": cards, "header_bytes": header_bytes, "data_bytes": data_bytes,
        "data_shape": " ".join(shapes) or None, "sky_position": position,
        "datasum": clean_text(" ".join(sums)) if sums and all(sums) else None,
    }  # fmt: skip
