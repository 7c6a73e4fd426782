"""The images and catalogues of CCDs, as a joint solution needs them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.errors import HscError, MixedFiltersError
from fitslint.pipeline.hsc.inputs import CcdImage, list_image_files, read_ccd_image
from fitslint.pipeline.hsc.joint.camera import CHIP_SHAPE, ChipPlaces, load_chips
from fitslint.pipeline.hsc.joint.measurements import Exposures, HeaderGrid, StarMeasurements
from fitslint.pipeline.hsc.joint.tables import FlagTable, read_table
from fitslint.pipeline.hsc.processes import map_files
from fitslint.pipeline.hsc.selection import IdSelection, select
from fitslint.pipeline.progress import Progress
from fitslint.products.errors import ProductError

Array = NDArray[np.float64]
_NAME = re.compile(r"CORR(-\d+-\d+\.fits.*)")
_SAMPLES = tuple(
    (float(x), float(y))
    for y in np.linspace(1, CHIP_SHAPE[1], 7)
    for x in np.linspace(1, CHIP_SHAPE[0], 5)
)
"""Pixels, from 1, at which coordinates of headers are read."""
POSITION_COLUMNS = (
    ("slot_Centroid_x", "slot_Centroid_y"),
    ("base_SdssCentroid_x", "base_SdssCentroid_y"),
    ("x", "y"),
)
_FLUXES = (
    ("slot_CalibFlux_instFlux", "slot_CalibFlux_instFluxErr"),
    ("base_CircularApertureFlux_12_0_instFlux", "base_CircularApertureFlux_12_0_instFluxErr"),
    ("base_CircularApertureFlux_12_0_flux", "base_CircularApertureFlux_12_0_fluxSigma"),
    ("flux", "fluxerr"),
)
_BAD_FLAGS = (
    "base_PixelFlags_flag_saturated", "base_PixelFlags_flag_saturatedCenter",
    "base_PixelFlags_flag_saturated_center", "slot_Centroid_flag", "base_SdssCentroid_flag",
)  # fmt: skip
_EXTENDED = "base_ClassificationExtendedness_value"
_SIGMA_MIN = 1e-6
"""Pixels: an error that is less was not measured."""
_CHUNK = 8
"""Files that a process reads at once; fewer are read in this one."""


@dataclass(frozen=True)
class SourceCuts:
    """Which sources are used.

    Attributes
    ----------
    per_cell : int
        the brightest of every cell; 0 takes all.
    cell : int
        pixels of a cell.
    snr : float
        flux over its error, at least.
    """

    per_cell: int = 0
    cell: int = 512
    snr: float = 10.0


@dataclass(frozen=True)
class CcdSources:
    """An image with its stars.

    Attributes
    ----------
    columns : array, (n, 6)
        id, x, y, error of either, magnitude and its error.
    """

    image: CcdImage
    columns: Array


@dataclass(frozen=True)
class FieldFiles:
    """What was read.

    Attributes
    ----------
    images : dict of (int, int) to CcdImage
        by visit and CCD.
    problems : tuple of str
        files that could not be used, and why.
    """

    exposures: Exposures
    images: dict[tuple[int, int], CcdImage]
    problems: tuple[str, ...]


def read_exposures(
    sources: Sequence[str],
    selections: Sequence[IdSelection],
    rerun: str | None,
    cuts: SourceCuts,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> FieldFiles:
    """Read all CCDs that are meant.

    Raises
    ------
    HscError
        when none can be used.
    MixedFiltersError
        when they are of several filters.
    """
    paths = list_image_files(sources, rerun)
    read, problems = [], []
    several = map_files(partial(_describe_or_read, selections, cuts), paths, jobs, _CHUNK)
    for number, found in enumerate(several, 1):
        if isinstance(found, CcdSources):
            read.append(found)
        elif found:
            problems.append(found)
        if progress is not None:
            progress(number, len(paths))
    if not read:
        why = problems[0] if problems else f"none of {len(paths)} images is selected by --id"
        raise HscError(f"{', '.join(sources)}: there is no CCD to fit: {why}")
    return _join_ccds(read, problems)


def _describe_or_read(
    selections: Sequence[IdSelection], cuts: SourceCuts, path: str
) -> CcdSources | str | None:
    """A CCD; a sentence where it cannot be used; None where it is not meant."""
    try:
        image = read_ccd_image(path, _SAMPLES)
        if not select(selections, image.identity):
            return None
        visit, ccd = image.identity.visit, image.identity.ccd
        if visit is None or ccd is None or image.identity.filter is None:
            return f"{path}: its header does not tell visit, CCD and filter; left out"
        if ccd not in load_chips().numbers:
            return None  # a CCD for focus
        if image.shape != CHIP_SHAPE:
            return (
                f"{path}: has {image.shape[0]} x {image.shape[1]} pixels, no CCD of HSC; left out"
            )
        columns = read_sources(find_source_file(path), cuts)
    except ProductError as error:
        return f"{error}; left out"
    if not len(columns):
        return f"{path}: its catalogue has no star; left out"
    return CcdSources(image, columns)


def find_source_file(path: str) -> str:
    """The catalogue of a CCD image: SRC in place of CORR, in ``output`` in place of ``corr``.

    Raises
    ------
    HscError
        when it is not there.
    """
    image = Path(path)
    match = _NAME.fullmatch(image.name)
    if match is None:
        raise HscError(
            f"{path}: is not called CORR-VISIT-CCD.fits, by which its catalogue is found"
        )
    folder = image.parent.parent / "output" if image.parent.name == "corr" else image.parent
    for name in (f"SRC{match[1]}", f"SRC{match[1]}.gz"):
        if (folder / name).exists():
            return str(folder / name)
    raise HscError(f"{path}: there is no catalogue {folder / ('SRC' + match[1])}")


def read_sources(path: str, cuts: SourceCuts) -> Array:
    """Stars of a catalogue that can be used: (n, 6) as `CcdSources` has them.

    Raises
    ------
    HscError
        when it cannot be read or lacks a column.
    """
    table = read_table(path)
    x, y = (_get(table, path, "positions", POSITION_COLUMNS, at) for at in (0, 1))
    flux, flux_error = (_get(table, path, "fluxes", _FLUXES, at) for at in (0, 1))
    name = next(
        first
        for first, second in POSITION_COLUMNS
        if first in table.names and second in table.names
    )
    errors = [
        table.numbers(each)
        for each in (f"{name}Err", f"{name[:-1]}yErr", "xerr", "yerr")
        if each in table.names
    ]
    if not errors:
        raise HscError(f"{path}: has no errors of positions ({name}Err, xerr)")
    sigma = np.sqrt(np.mean(np.square(errors), axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        mag, mag_error = -2.5 * np.log10(flux), 2.5 / np.log(10) * flux_error / flux
    found = np.stack([_number(table, len(x)), x, y, sigma, mag, mag_error], axis=1)
    good = np.isfinite(found).all(axis=1) & (sigma > _SIGMA_MIN) & (flux > cuts.snr * flux_error)
    good &= (flux_error > 0) & _select_points(table, len(x))
    found = found[good]
    found = found[np.lexsort((found[:, 0], found[:, 4]))]
    if cuts.per_cell:
        found = found[_pick_brightest(found, cuts)]
    return np.asarray(found[np.argsort(found[:, 0], kind="stable")])


def _get(
    table: FlagTable, path: str, what: str, choices: Sequence[tuple[str, str]], at: int
) -> Array:
    for pair in choices:
        if all(name in table.names for name in pair):
            return table.numbers(pair[at])
    wanted = " or ".join("/".join(pair) for pair in choices)
    has = ", ".join(table.names[:12]) or "no columns"
    raise HscError(f"{path}: has no {what}: it needs {wanted}, and has {has}")


def _number(table: FlagTable, rows: int) -> Array:
    """Ids, made small enough for a float to hold: they only have to differ and keep their order."""
    if "id" not in table.names:
        return np.arange(rows, dtype=np.float64)
    ids = table.integers("id")
    return np.asarray((ids - ids.min() if len(ids) else ids).astype(np.float64))


def _select_points(table: FlagTable, rows: int) -> NDArray[np.bool_]:
    """Stars that are detected well and alone."""
    good = np.ones(rows, dtype=np.bool_)
    if _EXTENDED in table.names:
        point = table.numbers(_EXTENDED) < 0.5
        good &= point | table.flag("calib_psf_used", False)
    good &= table.flag("calib_detected", True)
    for name in _BAD_FLAGS:
        good &= ~table.flag(name, False)
    if "deblend_nChild" in table.names:
        good &= table.numbers("deblend_nChild") == 0
    if "parent" in table.names:
        good &= table.numbers("parent") == 0
    return good


def _pick_brightest(found: Array, cuts: SourceCuts) -> NDArray[np.bool_]:
    """The brightest of every cell; rows come with the brightest first."""
    cell = (found[:, 1] // cuts.cell).astype(np.int64) * 1000 + (found[:, 2] // cuts.cell).astype(
        np.int64
    )
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-(10**9)))
    rank = np.arange(len(cell)) - np.repeat(starts, np.diff([*starts, len(cell)]))
    keep = np.zeros(len(cell), dtype=np.bool_)
    keep[order] = rank < cuts.per_cell
    return keep


def _join_ccds(read: list[CcdSources], problems: list[str]) -> FieldFiles:
    filters = sorted({str(each.image.identity.filter) for each in read})
    if len(filters) > 1:
        raise MixedFiltersError(
            f"the visits are of several filters, {', '.join(filters)}: one solution has one; "
            f"select with --id filter={filters[0]}"
        )
    by_ccd: dict[tuple[int, int], CcdSources] = {}
    for each in read:
        key = int(each.image.identity.visit or 0), int(each.image.identity.ccd or 0)
        if key in by_ccd:
            problems.append(_describe_double(each.image.path, by_ccd[key].image.path))
        else:
            by_ccd[key] = each
    keys = sorted(by_ccd)
    visits = tuple(sorted({visit for visit, _ in keys}))
    numbers = np.array(sorted({ccd for _, ccd in keys}), dtype=np.int64)
    chips = load_chips().select(numbers)
    exposures = Exposures(visits, filters[0], chips, *_stack(by_ccd, keys, visits, chips))
    return FieldFiles(exposures, {key: by_ccd[key].image for key in keys}, tuple(problems))


def _describe_double(path: str, first_path: str) -> str:
    return f"{path}: the same CCD as {first_path}; left out"


def _stack(
    by_ccd: dict[tuple[int, int], CcdSources],
    keys: list[tuple[int, int]],
    visits: tuple[int, ...],
    chips: ChipPlaces,
) -> tuple[StarMeasurements, HeaderGrid]:
    visit_at = {visit: at for at, visit in enumerate(visits)}
    places = [(visit_at[visit], int(np.searchsorted(chips.numbers, ccd))) for visit, ccd in keys]
    columns = [by_ccd[key].columns for key in keys]
    sizes = [len(part) for part in columns]
    visit, chip = (np.repeat(part, sizes) for part in np.array(places, dtype=np.int64).T)
    number, x, y, sigma, mag, mag_sigma = np.concatenate(columns).T
    stars = StarMeasurements(visit, chip, number.astype(np.int64), x, y, sigma, mag, mag_sigma)
    samples, used = (
        np.array(_SAMPLES) - 1,
        [at for at, key in enumerate(keys) if by_ccd[key].image.grid],
    )
    sky = np.array([by_ccd[keys[at]].image.grid for at in used]).reshape(-1, 2)
    at = np.repeat(np.array([places[at] for at in used]).reshape(-1, 2), len(samples), axis=0)
    pixels = np.tile(samples, (len(used), 1))
    grid = HeaderGrid(at[:, 0], at[:, 1], pixels[:, 0], pixels[:, 1], sky[:, 0], sky[:, 1])
    return stars, grid
