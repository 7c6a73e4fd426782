"""Tables of sources and of reference stars, whatever they are written in."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.data_files import load_data_file
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.inputs import DAYS_OF_YEAR, MJD_2000, YEAR_2000
from fitslint.pipeline.hsc.joint.measurements import ReferenceStars

Array = NDArray[np.float64]
_POINTER = b"version https://git-lfs"
_ZERO_NJY = 31.4
"""Magnitude of a nanojansky."""
_MAG_ERROR = 0.01
"""Of catalogues that tell none."""
_SIGMA_MIN = 1e-12
"""Degrees, some nano-arcsec: a catalogue with smaller errors tells none."""
_SIGMA_MAX = 1 / 3600
"""Degrees; stars of a catalogue whose errors are larger say nothing of positions."""
_UNITS = {"deg": 1.0, "rad": np.degrees(1.0), "arcsec": 1 / 3600, "mas": 1 / 3.6e6, "": 1.0}
_MOTIONS = (("pmra", "pmdec"), ("pm_ra", "pm_dec"))
"""Along right ascension as an arc on the sky, and along declination."""
_MOTION_UNIT = re.compile(
    r"(mas|arcsec|deg|rad)(?: ?/ ?(?:yr|a|year)|[ .*](?:yr|a)(?:\*\*|\^)?\(?-1\)?)"
)
_YEAR_MAX = 3000.0
_COORDINATES = (
    ("ra", "dec"),
    ("RA", "DEC"),
    ("coord_ra", "coord_dec"),
    ("ALPHA_J2000", "DELTA_J2000"),
)


@dataclass(frozen=True)
class FlagTable:
    """The columns of a table, with the flags that afw packs into one of bits."""

    names: tuple[str, ...]
    columns: dict[str, NDArray[Any]]
    units: dict[str, str]
    flags: dict[str, int]

    def numbers(self, name: str) -> Array:
        """A column as floats; of columns of arrays the first element."""
        column = np.asarray(self.columns[name], dtype=np.float64)
        return column if column.ndim == 1 else column[:, 0]

    def integers(self, name: str) -> NDArray[np.int64]:
        """A column as whole numbers."""
        return np.asarray(self.columns[name]).astype(np.int64)

    def flag(self, name: str, missing: bool) -> NDArray[np.bool_]:
        """A flag: a column of its own, or a bit of ``flags``."""
        if name in self.columns:
            return np.asarray(self.columns[name]).astype(np.bool_)
        if name not in self.flags:
            return np.full(len(next(iter(self.columns.values()), ())), missing)
        bits = np.asarray(self.columns["flags"])
        return (bits if bits.ndim == 1 else bits[:, self.flags[name]]).astype(np.bool_)


def read_table(path: str) -> FlagTable:
    """A table of a FITS file, of CSV with a head line, or of Parquet.

    Raises
    ------
    HscError
        when it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            start = file.read(64)
    except OSError as error:
        raise HscError(f"{path}: {error.strerror or error}") from None
    if start.startswith(_POINTER):
        raise HscError(f"{path}: is a pointer of Git LFS, not the file: run git lfs pull")
    if not start:
        raise HscError(f"{path}: is empty")
    if start.startswith(b"PAR1"):
        return _read_parquet(path)
    if start.startswith(b"SIMPLE") or start.startswith(b"\x1f\x8b"):
        return _read_fits(path)
    return _read_csv(path)


def _read_fits(path: str) -> FlagTable:
    import fitsio

    try:
        with fitsio.FITS(path) as file:
            table = next((hdu for hdu in file if hdu.get_exttype() == "BINARY_TBL"), None)
            if table is None:
                raise HscError(f"{path}: holds no binary table")
            header, rows = table.read_header(), table.read()
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()
        raise HscError(f"{path}: cannot be read: {reason[-1] if reason else 'no reason'}") from None
    names = tuple(rows.dtype.names or ())
    units = {name: str(header.get(f"TUNIT{at}") or "").strip() for at, name in enumerate(names, 1)}
    flags = {}
    for at in range(1, 1000):
        name = header.get(f"TFLAG{at}")
        if name is None:
            break
        flags[str(name).strip()] = at - 1
    return FlagTable(names, {name: rows[name] for name in names}, units, flags)


def _read_csv(path: str) -> FlagTable:
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            lines = csv.reader(line for line in file if not line.startswith("#"))
            names = tuple(word.strip() for word in next(lines, []))
            values = [[float(word or "nan") for word in line] for line in lines if line]
        columns = np.array(values, dtype=np.float64).reshape(len(values), len(names)).T
    except (UnicodeDecodeError, ValueError):
        raise HscError(f"{path}: is no table of FITS, CSV or Parquet with numbers") from None
    return FlagTable(names, dict(zip(names, columns, strict=True)), {}, {})


def _read_parquet(path: str) -> FlagTable:
    try:
        from pyarrow import ArrowException, parquet  # type: ignore[import-untyped,unused-ignore]
    except ModuleNotFoundError:
        raise HscError(
            f"{path}: Parquet needs pyarrow; pip install pyarrow, or give FITS"
        ) from None
    try:
        table = parquet.read_table(path)
        columns = {name: np.asarray(table[name]) for name in table.column_names}
    except (ArrowException, OSError, ValueError) as error:
        raise HscError(f"{path}: cannot be read: {error}") from None
    return FlagTable(tuple(columns), columns, {}, {})


@dataclass(frozen=True)
class Photometry:
    """How a catalogue is to be read, and how magnitudes of the visits come of its own.

    Attributes
    ----------
    filter : str
        of the visits; a column is looked for by its band (HSC-I: ``i_mag``).
    unit : str
        of fluxes, nJy or Jy, where the catalogue has them and does not say.
    system : str
        ps1, where magnitudes are those of Pan-STARRS 1 and are to be converted.
    error_unit: str
        of errors of positions; empty for that of the catalogue, or else degrees.
    epoch : float, optional
        Julian year of the visits, to which stars are moved that have a proper motion.
    """

    filter: str
    unit: str = ""
    system: str = ""
    error_unit: str = ""
    epoch: float | None = None


def list_position_units() -> tuple[str, ...]:
    """Units that errors of positions may have."""
    return tuple(filter(None, _UNITS))


def list_systems() -> tuple[str, ...]:
    """The systems of magnitudes from which filters of HSC can be converted."""
    return tuple(load_data_file("colour-terms"))


def read_catalogues(
    paths: Sequence[str], photometry: Photometry, default_error: float = 0.0
) -> ReferenceStars:
    """A catalogue of reference stars.

    Parameters
    ----------
    default_error : float
        degrees, where the catalogue has no errors of positions.

    Raises
    ------
    HscError
        when a file cannot be read, or lacks what is needed.
    """
    parts = [_parse_reference(path, photometry, default_error) for path in paths]
    names = ReferenceStars.__dataclass_fields__
    return ReferenceStars(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def _parse_reference(path: str, photometry: Photometry, default_error: float) -> ReferenceStars:
    table = read_table(path)
    pair = next((pair for pair in _COORDINATES if all(n in table.names for n in pair)), None)
    if pair is None:
        raise HscError(
            f"{path}: has no positions: it needs ra and dec, and has {', '.join(table.names[:12])}"
        )
    in_rad = pair[0] == "coord_ra" and not table.units.get("coord_ra")
    ra, dec = (
        table.numbers(name) * (_UNITS["rad"] if in_rad else _convert(table, path, name))
        for name in pair
    )
    names = [
        name
        for stem in pair
        for name in (f"{stem}_err", f"{stem}Err", f"{stem}_error")
        if name in table.names
    ]
    unit = photometry.error_unit or ("rad" if in_rad else "")
    errors = [
        table.numbers(name) * (_UNITS[unit] if unit else _convert(table, path, name))
        for name in names
    ]
    sigma = (
        np.sqrt(np.mean(np.square(errors), axis=0)) if errors else np.full(len(ra), default_error)
    )
    middle = np.nanmedian(sigma) if np.isfinite(sigma).any() else 0.0
    if errors and middle > _SIGMA_MAX:
        raise HscError(
            f"{path}: {names[0]} is {middle:.3g} degrees in the median, which is no error of a "
            "position; say its unit: --config refErrorUnit=mas"
        )
    sigma = np.where(np.isfinite(sigma) & (sigma > _SIGMA_MIN), sigma, default_error)
    ra, dec, sigma = _move_stars(table, path, (ra, dec, sigma), photometry.epoch)
    mag, mag_sigma = _convert_magnitudes(table, path, photometry)
    good = np.isfinite(ra) & np.isfinite(dec) & (sigma > 0)
    return ReferenceStars(ra, dec, sigma, mag, mag_sigma).take(good)


def _move_stars(
    table: FlagTable, path: str, stars: tuple[Array, Array, Array], epoch: float | None
) -> tuple[Array, Array, Array]:
    """Places and their errors (degrees) at an epoch; those without a motion stay."""
    pair = next((pair for pair in _MOTIONS if all(name in table.names for name in pair)), None)
    when = _find_name(table, "ref_epoch", "epoch")
    if pair is None or not when or epoch is None:
        return stars
    ra, dec, sigma = stars
    stated = table.numbers(when)
    # Catalogues of LSST say a modified Julian date, that of Gaia a Julian year.
    years = epoch - np.where(
        stated > _YEAR_MAX, YEAR_2000 + (stated - MJD_2000) / DAYS_OF_YEAR, stated
    )
    east, north = (_read_motion(table, path, name, name) * years for name in pair)
    names = [
        (stem, name)
        for stem in pair
        if (name := _find_name(table, f"{stem}_error", f"{stem}_err", f"{stem}Err"))
    ]
    spread = [_read_motion(table, path, name, stem) * years for stem, name in names]
    grown = np.sqrt(np.square(sigma) + np.mean(np.square(spread), axis=0)) if spread else sigma
    return ra + east / np.cos(np.radians(dec)), dec + north, grown


def _read_motion(table: FlagTable, path: str, name: str, stem: str) -> Array:
    """Degrees a year, 0 where there is none; ``stem`` tells the unit where the table does not."""
    unit = table.units.get(name) or ("rad/yr" if stem.startswith("pm_") else "mas/yr")
    found = _MOTION_UNIT.fullmatch(unit)
    if found is None:
        raise HscError(f"{path}: {name} is in {unit}; it may be in mas/yr, arcsec/yr or rad/yr")
    motion = table.numbers(name) * _UNITS[found[1]]
    return np.where(np.isfinite(motion), motion, 0.0)


def _convert(table: FlagTable, path: str, name: str, otherwise: str = "deg") -> float:
    unit = table.units.get(name) or otherwise
    if unit not in _UNITS:
        raise HscError(f"{path}: {name} is in {unit}; it may be in deg, rad, arcsec or mas")
    return float(_UNITS[unit])


def _convert_magnitudes(table: FlagTable, path: str, photometry: Photometry) -> tuple[Array, Array]:
    """Magnitudes in the filter of the visits and their errors, nan where there are none."""
    name = photometry.filter
    if not photometry.system:
        band = name.partition("-")[2].lower() or name.lower()
        return _find_magnitudes(table, path, band, photometry.unit)
    known = load_data_file("colour-terms")[photometry.system]
    if name not in known:
        raise HscError(
            f"{path}: no colour terms of {photometry.system} for {name} are known; there are those "
            f"for {', '.join(known)}"
        )
    first, second, c0, c1, c2 = known[name]
    mag, error = _find_magnitudes(table, path, first, photometry.unit)
    colour = mag - _find_magnitudes(table, path, second, photometry.unit)[0]
    return mag + c0 + c1 * colour + c2 * colour**2, error


def _find_magnitudes(table: FlagTable, path: str, letter: str, unit: str) -> tuple[Array, Array]:
    """Magnitudes in a band and their errors, nan where there are none."""
    name = _find_name(table, f"{letter}_mag", f"mag_{letter}", letter, "mag")
    if name:
        mag, error = table.numbers(name), _find_name(table, f"{name}_err", f"{name}Err", "mag_err")
        return mag, table.numbers(error) if error else np.full(len(mag), _MAG_ERROR)
    name = _find_name(table, f"{letter}_flux", f"flux_{letter}")
    if not name:
        missing = np.full(len(table.columns[table.names[0]]), np.nan)
        return missing, missing
    unit = unit or table.units.get(name, "")
    if unit not in ("nJy", "Jy"):
        raise HscError(f"{path}: {name} may be in nJy or Jy; say which: --config fluxUnit=nJy")
    scale = 1e9 if unit == "Jy" else 1.0
    flux = table.numbers(name) * scale
    error = _find_name(table, f"{name}Err", f"{name}Sigma", f"{name}_err")
    with np.errstate(invalid="ignore", divide="ignore"):
        mag = _ZERO_NJY - 2.5 * np.log10(flux)
        spread = table.numbers(error) * scale / flux * 2.5 / np.log(10) if error else _MAG_ERROR
    return np.where(np.isfinite(mag), mag, np.nan), np.broadcast_to(spread, mag.shape)


def _find_name(table: FlagTable, *names: str) -> str:
    return next((name for name in names if name in table.names), "")
