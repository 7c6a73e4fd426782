"""How good a solution is: the tables and pictures that mosaic has, under its names."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.hsc.joint.comparison import MeasurementTable, compare_measurements
from fitslint.pipeline.hsc.joint.figures import draw_solution
from fitslint.pipeline.hsc.joint.output import SolutionFiles
from fitslint.pipeline.hsc.joint.plane import to_positions
from fitslint.pipeline.hsc.joint.polynomial import list_terms
from fitslint.pipeline.hsc.joint.solve import JointSolution
from fitslint.pipeline.table_file import build_columns_table, build_primary_hdu

Array = NDArray[np.float64]
_MISSING = -9999.0
_CHUNK = 50_000


def write_diagnostics(solution: JointSolution, files: SolutionFiles, folder: Path) -> list[Path]:
    """Write six tables, three pictures of every visit and five of all.

    Raises
    ------
    OSError
        when a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = compare_measurements(solution, files)
    texts = {
        "ccd.dat": _list_chips(solution),
        "coeffs.dat": _list_coefficients(solution, files),
        "dpos.dat": _list_positions(table),
    }
    if solution.fluxes is not None:
        texts["ccdScale.dat"] = _list_scales(solution)
        texts["dmag.dat"] = _list_magnitudes(table)
    contents = {name: text.encode() for name, text in texts.items()}
    contents["catalog.fits"] = build_catalogue(solution, table, files)
    written = []
    for name, content in contents.items():
        write_atomic(folder / name, content)
        written.append(folder / name)
    for name, image in draw_solution(solution, table):
        write_atomic(folder / f"{name}.png", image)
        written.append(folder / f"{name}.png")
    return written


def _list_chips(solution: JointSolution) -> str:
    chips = solution.positions.chips
    yaw = np.remainder(chips.yaw - chips.quarters * np.pi / 2 + np.pi, 2 * np.pi) - np.pi
    rows = zip(chips.numbers, chips.centre, yaw, strict=True)
    lines = [f"{number:3d} {u:16.8f} {v:16.8f} {turn: .12e}" for number, (u, v), turn in rows]
    return _join("chip u[pixel] v[pixel] yaw[rad]", lines)


def _list_scales(solution: JointSolution) -> str:
    if solution.fluxes is None:
        return ""
    factors = 10 ** (-0.4 * solution.fluxes.chip_zero)
    rows = zip(solution.positions.chips.numbers, factors, strict=True)
    return _join("chip scale", [f"{number:3d} {factor:.12f}" for number, factor in rows])


def _list_coefficients(solution: JointSolution, files: SolutionFiles) -> str:
    """Of every visit: where it points, where that is seen, and its terms from degree one on."""
    lines = []
    for at, visit in enumerate(solution.exposures.visits):
        found = files.express(at)
        ra, dec = np.radians(found.plane.centre)
        lines.append(f"{visit} {ra:.15e} {dec:.15e}")
        lines.append(f"{visit} {found.origin[0]:.9f} {found.origin[1]:.9f}")
        for term in range(1, len(list_terms(found.order))):
            values = (*found.forward[term], *found.inverse[term])
            lines.append(" ".join([str(visit), *(f"{value: .15e}" for value in values)]))
    return _join("visit A D[rad] | visit x0 y0[pixel] | visit a b ap bp", lines)


def _list_positions(table: MeasurementTable) -> str:
    columns = np.stack([*table.fitted.T, *table.wanted.T, table.u, table.v, table.good], axis=1)
    head = "m|s xi_fit eta_fit xi eta[deg] u v[pixel] good"
    return _format(head, table.is_matched, columns, "%.10f %.10f %.10f %.10f %.4f %.4f %d")


def _list_magnitudes(table: MeasurementTable) -> str:
    known = table.is_matched & np.isfinite(table.catalogue_mag)
    catalogue = np.where(known, table.catalogue_mag, _MISSING)
    columns = np.stack(
        [table.mag, table.star_mag, catalogue, table.u, table.v, table.flux_good], axis=1
    )
    rows = np.isfinite(table.star_mag)
    head = "m|s m_cor m_star m_cat[mag] u v[pixel] good"
    return _format(head, known[rows], columns[rows], "%.6f %.6f %.6f %.4f %.4f %d")


def _format(head: str, matched: NDArray[np.bool_], columns: Array, form: str) -> str:
    """Lines of numbers, those of the catalogue first."""
    out = io.StringIO()
    out.write(f"# {head}\n")
    for letter, rows in (("m", columns[matched]), ("s", columns[~matched])):
        line = f"{letter} {form}\n"
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            out.write((line * len(part)) % tuple(part.ravel().tolist()))
    return out.getvalue()


def _join(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"# {head}", *lines, ""])


def build_catalogue(
    solution: JointSolution, table: MeasurementTable, files: SolutionFiles
) -> bytes:
    """``catalog.fits``: every star with its place, magnitude and scatter."""
    positions, fluxes = solution.positions, solution.fluxes
    count = len(positions.places)
    good = table.good
    number = np.bincount(table.star[good], minlength=count)
    used = number > 0
    ra, dec = to_positions(positions.common.unproject(positions.places))
    spread = [
        np.sqrt(np.bincount(table.star[good], part[good] ** 2, count) / np.maximum(number, 1))
        for part in positions.residuals.T * 3.6e6
    ]
    off = (table.mag - table.star_mag)[table.flux_good]
    star = table.star[table.flux_good]
    seen = np.bincount(star, minlength=count)
    error = np.sqrt(np.bincount(star, np.nan_to_num(off) ** 2, count) / np.maximum(seen, 1) ** 2)
    missing = np.full(count, np.nan)
    columns = {
        "id": (np.arange(count), ""), "coord_ra": (np.radians(ra), "rad"),
        "coord_dec": (np.radians(dec), "rad"),
        "mag": (missing if fluxes is None else fluxes.mags, "mag"),
        "err": (missing if fluxes is None else error, "mag"), "num": (number, ""),
        "SOURCE": (np.where(positions.reference_good, b"ext", b"int"), ""),
        "ra_rms": (spread[0], "mas"), "dec_rms": (spread[1], "mas"),
    }  # fmt: skip
    chosen = {name: (values[used], unit) for name, (values, unit) in columns.items()}
    kinds = {"id": "i8", "num": "i4", "SOURCE": "S3"}
    primary = build_primary_hdu(files.facts.list_cards("hsc-stars"))
    return primary + build_columns_table("CATALOG", int(used.sum()), chosen, kinds)
