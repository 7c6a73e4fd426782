"""Data of products that cannot be: archives, catalogues, variances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from astropy.io.fits import VerifyError
from numpy.typing import NDArray

from fitslint.rules.rerun.tree import Fault

UNREADABLE = (OSError, ArithmeticError, LookupError, TypeError, ValueError, VerifyError)
"""What astropy, and who asks it for values, raise where a file is not as it should be."""
_FACTOR = "mosaic_corr"
_ERROR_MAX = 3.0
"""Magnitudes: half of all stars are measured better than this."""
_REFERENCES = ("wcs", "field", "psf")
"""Fields of objects that hold the number of another."""


def list_data_faults(path: str, code: str) -> Iterator[Fault]:
    """What is wrong with the data of a file, for the rule of this code."""
    from astropy.io import fits

    check = {"HS126": _check_archive, "HS127": _check_catalogue, "HS129": _check_variance}[code]
    try:
        with fits.open(path, memmap=code == "HS129") as hdus:
            yield from check(hdus)
    except UNREADABLE:
        return  # other rules tell what is wrong with such a file


def _find(hdus: Any, name: str) -> Any | None:
    for hdu in hdus:
        said = (hdu.header.get("EXTTYPE"), hdu.header.get("EXTNAME"))
        if name in [str(each).strip() for each in said]:
            return hdu
    return None


def _check_archive(hdus: Any) -> Iterator[Fault]:
    index = _find(hdus, "ARCHIVE_INDEX")
    if index is None or index.data is None or not len(index.data):
        return
    first = next(at for at, hdu in enumerate(hdus) if hdu is index)
    tables = int(index.header.get("AR_NCAT", 1))
    seen: set[tuple[int, int, int]] = set()
    ids = {int(row["id"]) for row in index.data}
    for row in index.data:
        number, table = int(row["id"]), int(row["cat.archive"])
        name = str(row["name"]).strip()
        if not 0 < table < tables or first + table >= len(hdus):
            yield Fault("", {"number": number, "name": name, "table": table, "tables": tables})
            continue
        start, count = int(row["row0"]), int(row["nrows"])
        rows = int(hdus[first + table].header.get("NAXIS2", 0))
        if start < 0 or count < 0 or start + count > rows:
            last = start + count - 1
            told = {"number": number, "name": name, "first": start, "last": last, "rows": rows}
            yield Fault("rows", told)
            continue
        key = number, table, int(_get(row, "cat.persistable"))
        if key in seen:
            yield Fault("twice", {"number": number})
        seen.add(key)
        yield from _check_references(hdus[first + table].data, start, count, name, ids)


def _get(row: Any, name: str) -> int:
    return int(row[name]) if name in row.array.dtype.names else 0


def _check_references(
    table: Any, start: int, count: int, name: str, ids: set[int]
) -> Iterator[Fault]:
    for column in _REFERENCES:
        if table is None or column not in table.dtype.names:
            continue
        values = np.asarray(table[column])
        if values.ndim != 1 or values.dtype.kind != "i":
            continue
        for value in values[start : start + count]:
            if value > 0 and int(value) not in ids:
                yield Fault("id", {"name": name, "number": int(value)})


def _check_catalogue(hdus: Any) -> Iterator[Fault]:
    table = next((hdu.data for hdu in hdus if getattr(hdu, "columns", None) is not None), None)
    if table is None or not len(table):
        return
    for column in table.dtype.names:
        if not column.endswith("_magErr"):
            continue
        errors = np.asarray(table[column], np.float64)
        known = errors[np.isfinite(errors)]
        if not len(known):
            continue
        if np.median(known) > _ERROR_MAX:
            yield Fault("errors", {"column": column, "value": float(np.median(known))})
        bad = int((known < 0).sum())
        if bad:
            yield Fault("negative", {"column": column, "count": bad, "rows": len(table)})
    if _FACTOR in table.dtype.names:
        yield from _check_factor(np.asarray(table[_FACTOR], np.float64))


def _check_factor(factor: NDArray[np.float64]) -> Iterator[Fault]:
    known = factor[np.isfinite(factor)]
    bad = int((known <= 0).sum())
    if bad:
        yield Fault("negative", {"column": _FACTOR, "count": bad, "rows": len(factor)})
    elif len(known) > 1 and known.min() == known.max():
        yield Fault("constant", {"value": float(known[0]), "rows": len(factor)})


def _check_variance(hdus: Any) -> Iterator[Fault]:
    mask, variance = _find(hdus, "MASK"), _find(hdus, "VARIANCE")
    if mask is None or variance is None or mask.data is None or variance.data is None:
        return
    if mask.data.shape == variance.data.shape:
        wrong = int(((mask.data == 0) & ~(variance.data > 0)).sum())
        if wrong:
            yield Fault("", {"count": wrong})
