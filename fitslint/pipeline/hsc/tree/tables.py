"""Tables of diagnostics against the solution whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.pipeline.hsc.joint.camera import load_chips
from fitslint.pipeline.hsc.tree.data import UNREADABLE
from fitslint.pipeline.hsc.tree.stars import Products, compare_stars
from fitslint.rules.rerun.tree import Ccd, Fault, TreeFile

_CLOSE = 1e-6
_YAW_MAX, _SHIFT_MAX = 0.1, 30.0
_LINES_MAX = 1_000_000
_NUMBER_MAX = 1 << 31
"""Of a visit or a CCD, with which a line begins."""
Solutions = Mapping[Ccd, TreeFile]


def list_table_faults(path: Path, products: Products) -> Iterator[Fault]:
    """What is wrong with a table of diagnostics, by the files of its tract."""
    if path.name == "catalog.fits":
        yield from compare_stars(path, products)
        return
    solutions = products.get("jointcal_wcs", {})
    rows, broken = _read_rows(path)
    compare = _compare_coefficients if path.name == "coeffs.dat" else partial(_compare_chips, path)
    if broken:
        yield Fault("unread", {"line": broken})
        return
    try:
        yield from compare(rows, solutions)
    except UNREADABLE:
        return  # other rules tell what is wrong with the file of the solution


def _read_rows(path: Path) -> tuple[list[list[float]], int]:
    """The numbers of every line, and the first line that has others (0: none)."""
    rows: list[list[float]] = []
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if line.startswith("#") or not line.strip():
                    continue
                try:
                    rows.append(_read_row(line))
                except ValueError:
                    return rows, number
                if number > _LINES_MAX:
                    return rows, number
    except OSError:
        return rows, 1
    return rows, 0


def _read_row(line: str) -> list[float]:
    row = [float(word) for word in line.split()]
    if not abs(row[0]) < _NUMBER_MAX:
        raise ValueError(line)
    return row


def _compare_coefficients(rows: list[list[float]], solutions: Solutions) -> Iterator[Fault]:
    by_visit: dict[int, list[list[float]]] = {}
    for row in rows:
        by_visit.setdefault(int(row[0]), []).append(row[1:])
    for visit, own in by_visit.items():
        file = next((each for each in solutions.values() if each.visit == visit), None)
        table = None if file is None else _read_table(file.path, "VISITPOLY")
        if file is None or table is None or len(own) < 3:
            continue
        header, terms = table
        pairs = [
            *zip(np.degrees(own[0]), (header.get("A0"), header.get("D0")), strict=False),
            *(
                pair
                for line, term in zip(own[2:], terms[1:], strict=False)
                for pair in zip(line[1:3] if len(line) > 4 else line[:2],
                                (term["A"], term["B"]), strict=False)
            ),
        ]  # fmt: skip
        wrong = next(((a, b) for a, b in pairs if b is not None and not _is_close(a, b)), None)
        if wrong is not None:
            told, wanted = (f"{float(part):.10g}" for part in wrong)
            params = {"visit": visit, "name": Path(file.path).name, "told": told, "wanted": wanted}
            yield Fault("visit", params)


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(abs(one), abs(other))


def _read_table(path: str, name: str) -> tuple[Any, Any] | None:
    from astropy.io import fits

    try:
        with fits.open(path, memmap=False) as hdus:
            return hdus[name].header, hdus[name].data
    except UNREADABLE:
        return None


def _compare_chips(path: Path, rows: list[list[float]], solutions: Solutions) -> Iterator[Fault]:
    """Places of CCDs against those of a visit of the same tables, and against the camera."""
    beside, _ = _read_rows(path.with_name("coeffs.dat"))
    visits = {int(row[0]) for row in beside} or {visit for visit, _ in solutions}
    chips = load_chips()
    for row in rows:
        if len(row) < 4:
            continue
        ccd, place, yaw = int(row[0]), np.array(row[1:3]), row[3]
        at = int(np.searchsorted(chips.numbers, ccd))
        if abs(np.degrees(yaw)) > _YAW_MAX:
            yield Fault("yaw", {"ccd": ccd, "told": float(np.degrees(yaw))})
        if at < len(chips.numbers) and chips.numbers[at] == ccd:
            shift = float(np.hypot(*(place - chips.centre[at])))
            if shift > _SHIFT_MAX:
                yield Fault("shift", {"ccd": ccd, "told": shift})
        file = next((solutions[v, ccd] for v in sorted(visits) if (v, ccd) in solutions), None)
        table = None if file is None else _read_table(file.path, "CHIP")
        if file is None or table is None or not len(table[1]):
            continue
        there = np.array([table[1][0]["U0"], table[1][0]["V0"]])
        if float(np.hypot(*(place - there))) > _CLOSE * max(1.0, float(np.hypot(*there))):
            told, wanted = (f"({u:.3f}, {v:.3f})" for u, v in (place, there))
            params = {"ccd": ccd, "name": Path(file.path).name, "told": told, "wanted": wanted}
            yield Fault("chip", params)
