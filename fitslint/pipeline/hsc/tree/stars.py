"""The stars of ``catalog.fits`` against the solution whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from fitslint.model.errors import FitslintError
from fitslint.pipeline.hsc.apply.solution import read_solution
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions, to_positions
from fitslint.pipeline.hsc.joint.read import SourceCuts, read_sources
from fitslint.pipeline.hsc.tree.data import UNREADABLE
from fitslint.pipeline.hsc.tree.measure import open_coordinates
from fitslint.rules.rerun.tree import Ccd, Fault, TreeFile
from fitslint.source.files import read_file

Array = NDArray[np.float64]
Products = Mapping[str, Mapping[Ccd, TreeFile]]
"""Files of a tract by kind, then by visit and CCD."""
_COUNTS = ("NVISFIT", "NSTARFIT", "NREFFIT", "NREJECT")
_CLOSE = 1e-6
_SAMPLED = 8
"""CCDs whose sources are compared."""
_REACH = np.radians(1 / 3600)
_STARS_MIN = 50
_OFFSET_MAX, _MAG_MAX = 10.0, 0.02
"""Mas, over the scatter of single measurements, and magnitudes by which stars may be off."""


def compare_stars(path: Path, products: Products) -> Iterator[Fault]:
    """Counts, scatter, places and magnitudes against the files of the solution.

    Sources of some CCDs, seen through the solution, have to be in the median where the table has
    their stars; single ones scatter.
    """
    from astropy.io import fits

    hdus = read_file(str(path)).hdus
    band = hdus[0].header.string("FILTER") if hdus else None
    files = [
        file for file in products.get("jointcal_wcs", {}).values() if band in (None, file.band)
    ]
    if not hdus or not files:
        return
    name = Path(files[0].path).name
    for key in _COUNTS:
        told, wanted = hdus[0].header.number(key), files[0].told.get(key)
        if told is not None and isinstance(wanted, int | float) and told != wanted:
            params = {"keyword": key, "told": f"{told:g}", "wanted": f"{wanted:g}", "name": name}
            yield Fault("catalogue", params)
            return
    try:
        with fits.open(path, memmap=False) as opened:
            rows = opened[1].data
            scatter = files[0].told.get("ASTRMSI")
            limit = float(scatter) if isinstance(scatter, int | float) else 0.0
            if limit and not _has_scatter(rows, limit):
                yield Fault("scatter", {"wanted": limit, "name": name})
                return
            offset, mags = _measure_stars(rows, files, products)
    except UNREADABLE:
        return  # other rules tell what is wrong with the file
    if offset > _OFFSET_MAX + limit:
        yield Fault("places", {"offset": offset, "name": name})
    if mags > _MAG_MAX:
        yield Fault("magnitudes", {"offset": mags, "name": name})


def _has_scatter(rows: Any, wanted: float) -> bool:
    """Whether the scatter of all measurements is that of the solution; so where none is told."""
    if not {"num", "ra_rms", "dec_rms"} <= set(rows.dtype.names):
        return True
    count = np.asarray(rows["num"], np.float64)
    squares = np.square(rows["ra_rms"]) + np.square(rows["dec_rms"])
    found = np.sqrt(np.sum(count * squares) / (2 * np.sum(count)))
    return bool(abs(found - wanted) <= _CLOSE * wanted)


def _measure_stars(rows: Any, files: list[TreeFile], products: Products) -> tuple[float, float]:
    """How far stars are from their sources, in the median: mas and magnitudes; 0 if not known."""
    known = to_directions(np.degrees(rows["coord_ra"]), np.degrees(rows["coord_dec"]))
    tree, offsets, mags = cKDTree(known), [np.zeros((0, 2))], [np.zeros(0)]
    for file in files[:: -(-len(files) // _SAMPLED)]:
        source = products.get("SRC", {}).get(file.ccd_key)
        coordinates = open_coordinates(file.path)
        if source is None or source.damage or coordinates is None:
            continue
        with suppress(FitslintError):
            _, x, y, _, mag, _ = read_sources(source.path, SourceCuts()).T
            there = to_directions(*coordinates[0](x, y))
            away, at = tree.query(there, distance_upper_bound=_REACH)
            near = np.isfinite(away)
            if not near.any():
                continue
            ra, dec = to_positions(np.sum(there[near], axis=0))
            plane = TangentPlane.touch(float(ra), float(dec))
            offsets.append(plane.project(there[near]) - plane.project(known[at[near]]))
            zero = _find_zero(file, products, x[near], y[near])
            mags.append(mag[near] + zero - np.asarray(rows["mag"], np.float64)[at[near]])
    off, change = np.concatenate(offsets), np.concatenate(mags)
    change = change[np.isfinite(change)]
    return (
        float(np.hypot(*np.median(off, axis=0))) * 3.6e6 if len(off) >= _STARS_MIN else 0.0,
        abs(float(np.median(change))) if len(change) >= _STARS_MIN else 0.0,
    )


def _find_zero(file: TreeFile, products: Products, x: Array, y: Array) -> Array:
    """Magnitudes of a count at pixels from 0; not a number where there is no flux scale."""
    scale = products.get("jointcal_photoCalib", {}).get(file.ccd_key)
    if scale is None or scale.damage:
        return np.full(len(x), np.nan)
    facts = {"VISIT": file.visit, "CCD": file.ccd, "FILTER": file.band, "TRACT": file.tract}
    found = read_solution(Path(file.path), Path(scale.path), facts)
    return np.asarray(2.5 * np.log10(found.flux_zero[0] / found.scale(x, y)))
