"""Lenstool's own grid: pixel centres on the edges of the field, positions linear."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitslint.wcs.errors import GridError
from fitslint.wcs.grid import Floats
from fitslint.wcs.linear import Edges, Position

_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class LenstoolGrid:
    """The pixels of a map as Lenstool lays them.

    A ``mass`` map has as many rows as its field is high in columns, cut to a whole number (g_mass.c
    of Lenstool 6); those of ``shear``, ``ampli`` and ``dpl`` have as many rows as columns, whatever
    the field is.

    Parameters
    ----------
    field : Edges
        in arcsec, x to the west.
    size : int
        columns.
    reference : (float, float) or None
        right ascension and declination in degrees; None where the model has no place on the sky.
    rows : int, optional
        as a ``mass`` map has them by default.

    Raises
    ------
    GridError
        when there are fewer than two columns or rows, or the field has no area.
    """

    field: Edges
    size: int
    reference: Position | None
    rows: int = 0

    def __post_init__(self) -> None:
        width, height = self._extent
        if not (0 < width < math.inf and 0 < height < math.inf):
            raise GridError(f"a field of {width:g} by {height:g} arcsec has no area")
        rows = self.rows or self.size / width * height
        if not (2 <= self.size <= _MOST and 2 <= rows <= _MOST):
            raise GridError(
                f"{self.size} by {rows:.10g} pixels make no map; "
                f"an axis has 2 at least and {_MOST} at most"
            )
        object.__setattr__(self, "rows", int(rows))

    @property
    def _extent(self) -> tuple[float, float]:
        return self.field.xmax - self.field.xmin, self.field.ymax - self.field.ymin

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.size

    @property
    def pixel(self) -> tuple[float, float]:
        """Size of a pixel along x and y in arcsec: the extent by one less than the pixels."""
        width, height = self._extent
        return width / (self.size - 1), height / (self.rows - 1)

    def block(self, start: int, stop: int) -> tuple[Floats, Floats]:
        """x (1, columns) and y (rows, 1) in arcsec of the rows ``start`` to ``stop``."""
        dx, dy = self.pixel
        x = self.field.xmin + dx * np.arange(self.size, dtype=np.float64)
        y = self.field.ymin + dy * np.arange(start, stop, dtype=np.float64)
        return x[np.newaxis, :], y[:, np.newaxis]

    def cards(self) -> dict[str, str | float]:
        """World coordinates as Lenstool's formulae give them, with GRIDCONV telling the truth.

        Lenstool writes FK5 whatever the positions of a model are in; a model does not tell, and
        ICRS is what the grids on the sky say too. Without a reference both axes are linear offsets
        in arcsec, the first to the west.
        """
        dx, dy = self.pixel
        first, second = 1 - self.field.xmin / dx, 1 - self.field.ymin / dy
        if self.reference is None:
            return {
                **_build_axis(1, ("LINEAR", "arcsec"), 0.0, first, dx),
                **_build_axis(2, ("LINEAR", "arcsec"), 0.0, second, dy),
                "GRIDCONV": "linear",
            }
        ra, dec = self.reference
        return {
            **_build_axis(1, ("RA---TAN", "deg"), ra, first, -dx / 3600),
            **_build_axis(2, ("DEC--TAN", "deg"), dec, second, dy / 3600),
            "RADESYS": "ICRS",
            "EQUINOX": 2000.0,
            "GRIDCONV": "linear",
        }


def _build_axis(
    number: int, kind: tuple[str, str], value: float, pixel: float, step: float
) -> dict[str, str | float]:
    """The cards of an axis; ``kind`` is its type and unit."""
    return {
        f"CTYPE{number}": kind[0],
        f"CUNIT{number}": kind[1],
        f"CRVAL{number}": value,
        f"CRPIX{number}": pixel,
        f"CDELT{number}": step,
    }
