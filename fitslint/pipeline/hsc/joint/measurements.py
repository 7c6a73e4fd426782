"""What a joint solution starts from: measured stars, coordinates of headers, a catalogue."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.camera import ChipPlaces

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class _Rows:
    """Arrays of one length."""

    def take(self, rows: Integers | Flags) -> Self:
        """Some rows."""
        found = {each.name: getattr(self, each.name)[rows] for each in fields(self)}  # type: ignore[arg-type]
        return replace(self, **found)  # type: ignore[type-var]


@dataclass(frozen=True)
class StarMeasurements(_Rows):
    """Stars as they were measured on CCDs, by visit and chip.

    Attributes
    ----------
    visit, chip : int arrays, (n,)
        places in ``Exposures.visits`` and in its chips.
    ident : int array
        the number that the catalogue of the CCD gives.
    x, y, sigma : arrays
        pixels counted from 0, and the error of either.
    mag, mag_sigma : arrays
        −2.5 log10 of the counts, and its error.
    """

    visit: Integers
    chip: Integers
    ident: Integers
    x: Array
    y: Array
    sigma: Array
    mag: Array
    mag_sigma: Array


@dataclass(frozen=True)
class ReferenceStars(_Rows):
    """A catalogue of positions and magnitudes.

    Attributes
    ----------
    ra, dec, sigma : arrays, (n,)
        degrees, and the error along either axis.
    mag, mag_sigma : arrays
        magnitudes in the band of the visits; nan where there is none.
    """

    ra: Array
    dec: Array
    sigma: Array
    mag: Array
    mag_sigma: Array


@dataclass(frozen=True)
class HeaderGrid(_Rows):
    """Where pixels are on the sky, as the headers of CCD images say.

    Attributes
    ----------
    visit, chip : int arrays, (n,)
    x, y : arrays
        pixels counted from 0.
    ra, dec : arrays
        degrees.
    """

    visit: Integers
    chip: Integers
    x: Array
    y: Array
    ra: Array
    dec: Array


@dataclass(frozen=True)
class Exposures:
    """Visits of one filter with their stars.

    Attributes
    ----------
    visits : tuple of int
        their numbers, ascending.
    filter : str
    chips : ChipPlaces
        the chips that any of them has, as the camera was measured.
    """

    visits: tuple[int, ...]
    filter: str
    chips: ChipPlaces
    stars: StarMeasurements
    grid: HeaderGrid
