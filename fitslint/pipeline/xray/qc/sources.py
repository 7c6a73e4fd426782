"""Detected sources against those of a catalogue, or of a simulation."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.qc.products import Products, read_json
from fitslint.wcs.sphere import measure_separation

_NEAR = 3.0
"""Arcsec within which a detected source is a known one."""
_ROWS_MAX = 1_000_000
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SourceMatch:
    """Known sources in the field, and which are found."""

    known: tuple[Place, ...]
    detected: tuple[Place, ...]
    matched: int
    distance: float
    """Median distance of the matched ones in arcsec."""


def match_sources(products: Products, path: Path) -> SourceMatch:
    """Hold the sources of a run against known ones.

    Raises
    ------
    XrayError
        when the catalogue cannot be read.
    """
    grid = products.grid
    known = tuple(place for place in read_known_sources(path) if _is_exposed(products, place))
    detected = tuple(
        grid.convert(shape, grid.frame).numbers[:2] for shape in products.sources if shape.numbers
    )
    distances = [
        min((3600 * measure_separation(*place, *one) for one in detected), default=np.inf)
        for place in known
    ]
    near = [distance for distance in distances if distance <= _NEAR]
    middle = float(np.median(near)) if near else np.nan
    return SourceMatch(known, tuple((x, y) for x, y in detected), len(near), middle)


def _is_exposed(products: Products, place: Place) -> bool:
    grid = products.grid
    try:
        x, y = grid.find_pixel(*place, grid.frame)
    except XrayError:
        return False
    rows, columns = products.exposure.shape
    inside = 0.5 <= x < columns + 0.5 and 0.5 <= y < rows + 0.5
    return inside and bool(products.exposure[int(y - 0.5), int(x - 0.5)] > 0)


def read_known_sources(path: Path) -> list[Place]:
    """Positions in degrees: a CSV with ra and dec, or the sources of a simulation's JSON.

    Raises
    ------
    XrayError
        when there are none.
    """
    try:
        rows = list(_list_rows(path))
        places = [(float(row["ra"]), float(row["dec"])) for row in rows[:_ROWS_MAX]]
    except (KeyError, TypeError, ValueError):
        raise XrayError(f"{path}: the rows have no ra and dec in degrees") from None
    except (OSError, csv.Error) as error:
        raise XrayError(f"{path}: {error}") from None
    return places


def _list_rows(path: Path) -> Iterator[Any]:
    if path.suffix == ".json":
        yield from read_json(path)["model"]["sources"]
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {(name or "").strip().lower(): value for name, value in row.items()}
