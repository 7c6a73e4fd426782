"""The rectangle of an image that is kept, and its header."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.model.header import Header
from fitslint.model.value import Value
from fitslint.pipeline.xray.regions.frames import ImageGrid

_SHIFTED = re.compile(r"CRPIX([12])[A-Z]?|LTV([12])")
"""Keywords that count pixels from the first one of an axis."""
_FILTER = re.compile(r"DSTYP(\d{1,2})")
SKY_FILTERS = ("sky", "sky(x,y)", "pos", "pos(x,y)")
"""How DSTYPn calls a filter in position."""


@dataclass(frozen=True, slots=True)
class PixelWindow:
    """Columns and rows that are kept, counted from 0."""

    left: int
    bottom: int
    columns: int
    rows: int

    @classmethod
    def around(cls, inside: NDArray[np.bool_]) -> PixelWindow:
        """The smallest one that holds pixels; there has to be one."""
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        left, bottom = int(columns[0]), int(rows[0])
        return cls(left, bottom, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - bottom)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Of an array of the whole image."""
        return (
            slice(self.bottom, self.bottom + self.rows),
            slice(self.left, self.left + self.columns),
        )

    def list_changes(self, header: Header) -> dict[str, Value]:
        """What the cards of the whole image say of the window.

        Reference pixels are counted from another one. The filter in position of the data subspace
        becomes the box of the window, in physical coordinates, as dmcopy writes it.
        """
        changed: dict[str, Value] = {}
        for keyword in header.names:
            match = _SHIFTED.fullmatch(keyword)
            number = header.number(keyword) if match else None
            if match is not None and number is not None:
                shift = self.left if (match[1] or match[2]) == "1" else self.bottom
                changed[keyword] = float(number) - shift
        place = _find_filter(header)
        changed[f"DSTYP{place}"] = "sky(x,y)"
        changed[f"DSVAL{place}"] = self._format_box(ImageGrid(header))
        return changed

    def _format_box(self, grid: ImageGrid) -> str:
        left, bottom = self.left + 0.5, self.bottom + 0.5
        x, y = grid.find_position(left, bottom, "physical")
        right, top = grid.find_position(left + self.columns, bottom + self.rows, "physical")
        sides = (x + right) / 2, (y + top) / 2, abs(right - x), abs(top - y), 0
        return f"box({','.join(f'{side:.10g}' for side in sides)})"


def _find_filter(header: Header) -> int:
    """The number of the filter in position, or the first that is free."""
    numbers = {int(match[1]) for name in header.names if (match := _FILTER.fullmatch(name))}
    for number in sorted(numbers):
        if str(header.value(f"DSTYP{number}")).strip().lower() in SKY_FILTERS:
            return number
    return max(numbers, default=0) + 1
