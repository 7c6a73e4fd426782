"""The pixels of chips that count: without those of the bad pixel file, within the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.pipeline.xray.acis.geometry import CHIP_SIZE
from fitslint.pipeline.xray.errors import XrayError, name_file
from fitslint.pipeline.xray.events.event_file import name_hdu, open_tables
from fitslint.pipeline.xray.events.table import TableReader

Mask = NDArray[np.bool_]


def read_chip_masks(
    chips: Sequence[int], header: Header, bad_pixels: Path | None, window: Path | None
) -> dict[int, Mask]:
    """Which pixels of every chip count, rows (CHIPY) by columns (CHIPX).

    Parameters
    ----------
    chips : sequence of int
    header : Header
        of the events; FIRSTROW and NROWS tell a subarray.
    bad_pixels : Path, optional
        bpix1: rectangles or points that do not count.
    window : Path, optional
        msk1: rectangles outside of which nothing was read.

    Raises
    ------
    XrayError
        when a file cannot be read.
    """
    masks = {chip: np.zeros((CHIP_SIZE, CHIP_SIZE), bool) for chip in chips}
    first, count = header.number("FIRSTROW"), header.number("NROWS")
    low = int(first) - 1 if first is not None and first >= 1 else 0
    for mask in masks.values():
        mask[low : low + int(count) if count is not None and count > 0 else None] = True
    if window is not None:
        for chip, boxes in _read_rectangles(window, "MASK").items():
            if chip in masks:
                inside = np.zeros_like(masks[chip])
                _fill(inside, boxes, value=True)
                masks[chip] &= inside
    if bad_pixels is not None:
        for chip, boxes in _read_rectangles(bad_pixels, "BADPIX").items():
            if chip in masks:
                _fill(masks[chip], boxes, value=False)
    return masks


def select_good_pixels(
    masks: Mapping[int, Mask], chip: NDArray[Any], chipx: NDArray[Any], chipy: NDArray[Any]
) -> Mask:
    """Which events lie on pixels that count; those of chips without a mask do."""
    good = np.ones(len(chip), bool)
    column = np.clip(chipx.astype(np.int64) - 1, 0, CHIP_SIZE - 1)
    row = np.clip(chipy.astype(np.int64) - 1, 0, CHIP_SIZE - 1)
    for number, mask in masks.items():
        own = chip == number
        good[own] = mask[row[own], column[own]]
    return good


def _read_rectangles(path: Path, name: str) -> dict[int, NDArray[np.int64]]:
    """First and last column, first and last row, by chip."""
    found = {}
    with open_tables(str(path)) as (reader, file):
        for hdu in file.hdus:
            chip = hdu.header.number("CCD_ID")
            if not name_hdu(hdu).startswith(name) or chip is None:
                continue
            with name_file(path):
                table = TableReader(reader, hdu).read_all(("CHIPX", "CHIPY"))
            x, y = (table[axis].reshape(len(table[axis]), -1) for axis in ("CHIPX", "CHIPY"))
            found[int(chip)] = np.column_stack([x[:, 0], x[:, -1], y[:, 0], y[:, -1]]).astype(int)
    if not found:
        raise XrayError(f"has no table {name} with a CCD_ID", path=str(path))
    return found


def _fill(mask: Mask, boxes: NDArray[np.int64], *, value: bool) -> None:
    for x_first, x_last, y_first, y_last in boxes:
        # A point of the file has 0 as its second number.
        columns = slice(max(x_first - 1, 0), max(x_last, x_first))
        mask[max(y_first - 1, 0) : max(y_last, y_first), columns] = value
