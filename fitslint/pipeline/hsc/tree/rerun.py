"""A rerun as rules see it: products by kind and place, and what is measured of them when asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.plane import TangentPlane
from fitslint.pipeline.hsc.tree import data, measure, tables
from fitslint.products.digest import compute_sha256
from fitslint.rules.rerun.tree import Ccd, CcdMeasure, Fault, Place, TreeFile

_DIGESTS = {"jointcal_wcs": "WCSSHA", "jointcal_photoCalib": "FLUXSHA"}
_COORDINATES = {"fcr": ("wcs", "jointcal_wcs"), "jointcal_photoCalib": ("jointcal_wcs", "wcs")}
_WITH_DATA = ("HS129",)
"""Rules that read pixels."""


class ProductTree:
    """The products of a rerun (:class:`~fitslint.rules.rerun.tree.RerunTree`).

    Parameters
    ----------
    root : Path
        where things that are not there would be.
    with_data : bool
        whether pixels are read, too.
    """

    def __init__(self, root: Path, files: Sequence[TreeFile], *, with_data: bool = False) -> None:
        self._root, self._with_data = root, with_data
        self._by_kind: dict[str, list[TreeFile]] = defaultdict(list)
        for file in files:
            self._by_kind[file.kind].append(file)
        self._groups: dict[str, dict[Place, dict[Ccd, TreeFile]]] = {}
        self._places: dict[str, NDArray[np.float64] | None] = {}

    @property
    def root(self) -> str:
        """The folder."""
        return str(self._root)

    def list_kind(self, *kinds: str) -> list[TreeFile]:
        """The files of some kinds, by path."""
        return [file for kind in kinds for file in self._by_kind[kind]]

    def group(self, kind: str) -> dict[Place, dict[Ccd, TreeFile]]:
        """The files of a kind by filter and tract, then by visit and CCD."""
        if kind not in self._groups:
            found: dict[Place, dict[Ccd, TreeFile]] = defaultdict(dict)
            for file in self._by_kind[kind]:
                found[file.band, file.tract][file.ccd_key] = file
            self._groups[kind] = found
        return self._groups[kind]

    def _locate(self, file: TreeFile) -> NDArray[np.float64] | None:
        if file.damage:
            return None
        if file.path not in self._places:
            self._places[file.path] = measure.locate_ccd(file.path)
        return self._places[file.path]

    def measure_offset(self, one: TreeFile, other: TreeFile) -> float | None:
        """Milliarcseconds between where two files have the pixels of their CCD, at most."""
        here, there = self._locate(one), self._locate(other)
        if here is None or there is None:
            return None
        return float(np.degrees(np.linalg.norm(here - there, axis=1).max()) * 3.6e6)

    def measure_flux_ratio(self, one: TreeFile, other: TreeFile) -> float | None:
        """Magnitudes between what a count is worth in the middle of a CCD."""
        here, there = measure.measure_zero(one), measure.measure_zero(other)
        if here is None or there is None:
            return None
        ratio = here[0] - there[0]
        if here[1] == there[1]:
            return ratio
        # The area of pixels, which one of the two has within its surface.
        area = self._find_area(one if there[1] else other)
        return None if area is None else ratio + 2.5 * np.log10(area) * (1 if here[1] else -1)

    def _find_area(self, file: TreeFile) -> float | None:
        """The area of pixels in the middle of a CCD, by the coordinates beside its flux scale."""
        for wcs in self.list_kind(*_COORDINATES[file.kind]):
            if wcs.ccd_key == file.ccd_key and wcs.tract == file.tract and not wcs.damage:
                found = measure.measure_ccd(wcs.path)
                if found is not None:
                    return found.area
        return None

    def measure_ccd(self, file: TreeFile) -> CcdMeasure | None:
        """The middle of the CCD of a solution."""
        return measure.measure_ccd(file.path)

    def is_inside(self, tract: TreeFile, file: TreeFile) -> bool | None:
        """Whether a corner of a CCD lies in a tract."""
        corners = self._locate(file)
        numbers = [tract.told.get(key) for key in ("ra", "dec", "step", "size")]
        known = [float(part) for part in numbers if isinstance(part, int | float)]
        if corners is None or len(known) < len(numbers) or not known[2]:
            return None
        ra, dec, step, size = known
        flat = TangentPlane.touch(ra, dec).project(corners[1:])
        return bool((np.abs(flat / step) <= size / 2).all(axis=1).any())

    def is_made_of(self, file: TreeFile, kind: str, other: TreeFile) -> bool | None:
        """Whether a calibrated file was made of a solution, by the digest that it names."""
        told = file.told.get(_DIGESTS[kind])
        return None if told is None else compute_sha256(other.path) == told

    def list_table_faults(self) -> Iterator[tuple[str, Fault]]:
        """Path and fault of tables of diagnostics."""
        for table in self._by_kind["table"]:
            path = Path(table.path)
            tract = path.parent.name.lstrip("0") or "0"
            products = {
                kind: {
                    file.ccd_key: file for file in self._by_kind[kind]
                    if not file.damage and (kind == "SRC" or str(file.tract) == tract)
                }
                for kind in ("jointcal_wcs", "jointcal_photoCalib", "SRC")
            }  # fmt: skip
            for fault in tables.list_table_faults(path, products):
                yield table.path, fault

    def list_data_faults(self, file: TreeFile, code: str) -> Iterator[Fault]:
        """What is wrong with the data of a file, for the rule of this code."""
        if self._with_data or code not in _WITH_DATA:
            yield from data.list_data_faults(file.path, code)
