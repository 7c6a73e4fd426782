"""Raw data of any layout, described by a table: the door for those of the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.norh.antennas import PAIRS
from fitslint.pipeline.norh.clock import parse_time
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.synthesis.raw import RawFrames, list_receivers
from fitslint.pipeline.norh.synthesis.scene import MAX_FRAMES
from fitslint.pipeline.toml_file import read_toml

_AXES = ("receiver", "part", "pair")
_KNOWN = {
    "frequency", "start", "first_frame", "header_bytes", "record_header_bytes", "record_bytes",
    "endian", "order", "event",
}  # fmt: skip


def read_layout(path: str, layout: str) -> RawFrames:
    """Raw data as a layout file describes them: records of 16-bit numbers, one a frame.

    The layout has ``start`` (UT of the first record), ``frequency``, ``record_bytes``, and where
    they are not 1, 0, 0, big and receiver, part, pair: ``first_frame``, ``header_bytes`` (of the
    file), ``record_header_bytes``, ``endian`` and ``order`` (the axes of a record, the slowest
    first; part is cosine, then sine); ``event`` is true in event mode.

    Raises
    ------
    PipelineError
        when the layout makes no sense, or the length of the file is no multiple of it.
    """
    table = read_toml(layout)
    try:
        return _read_records(path, table)
    except NorhError as error:
        raise NorhError(str(error), path=layout) from None


def _read_records(path: str, table: dict[str, Any]) -> RawFrames:
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise NorhError(f"a layout has no {unknown[0][:40]!r}; it has {', '.join(sorted(_KNOWN))}")
    frequency = table.get("frequency", "17GHz")
    if frequency not in ("17GHz", "34GHz"):
        raise NorhError(f"frequency is 17GHz or 34GHz, not {frequency!r:.40}")
    receivers = list_receivers(frequency)
    sizes = {"receiver": len(receivers), "part": 2, "pair": PAIRS}
    order = table.get("order", list(_AXES))
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(_AXES):
        raise NorhError(f"order names each of {', '.join(_AXES)} once, the slowest first")
    content = 2 * PAIRS * 2 * len(receivers)
    head = _read_count(table, "header_bytes", 0)
    before = _read_count(table, "record_header_bytes", 0)
    record = _read_count(table, "record_bytes", before + content)
    if record < before + content:
        raise NorhError(f"record_bytes is at least {before + content} for {len(sizes)} axes")
    endian = {"big": ">i2", "little": "<i2"}.get(str(table.get("endian", "big")))
    if endian is None:
        raise NorhError("endian is big or little")
    rows = _read_rows(path, head, record)
    values = rows[:, before : before + content].copy().view(endian)
    shape = (len(rows), *(sizes[axis] for axis in order))
    at = [1 + order.index(axis) for axis in _AXES]
    cube = values.reshape(shape).transpose(at[0], 0, at[1], at[2]).astype(np.int16)
    first = _read_count(table, "first_frame", 1)
    return RawFrames(
        frequency, parse_time(str(table.get("start", ""))), first,
        first + np.arange(len(rows)), dict(zip(receivers, cube, strict=True)), path,
        table.get("event") is True,
    )  # fmt: skip


def _read_count(table: dict[str, Any], name: str, default: int) -> int:
    value = table.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1 << 24:
        raise NorhError(f"{name} is a whole number of at most {1 << 24}, not {value!r:.40}")
    return value


def _read_rows(path: str, head: int, record: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The records of a file as bytes, shape (frames, record)."""
    try:
        size = Path(path).stat().st_size - head
        if size <= 0 or size % record or size // record > MAX_FRAMES:
            raise NorhError(
                f"does not fit {path}: {size} bytes behind the header are no 1 to {MAX_FRAMES} "
                f"records of {record}"
            )
        return np.fromfile(path, np.uint8, size, offset=head).reshape(-1, record)
    except OSError as error:
        raise NorhError(f"{path} cannot be read: {error.strerror or error}") from None
