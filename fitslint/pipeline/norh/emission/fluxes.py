"""Fluxes of a source over time, from the table of a light curve."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from fitslint.pipeline.norh.errors import NorhError


def read_flux_table(path: str, *, with_34: bool) -> Iterator[tuple[float, float, float, float]]:
    """Time (s), I at 17 and 34 GHz and V at 17 GHz (SFU) of every row.

    Parameters
    ----------
    with_34 : bool
        whether the flux at 34 GHz has to be there; NaN where it is not.

    Raises
    ------
    NorhError
        when no table of the file has the columns TIME, F17I, F17V and F34.
    """
    from astropy.io import fits

    needed = ["TIME", "F17I", "F34", "F17V"] if with_34 else ["TIME", "F17I", "F17V"]
    try:
        with warnings.catch_warnings(action="ignore"), fits.open(path, memmap=False) as hdus:
            tables = [hdu.data for hdu in hdus if isinstance(hdu, fits.BinTableHDU)]
            table = next(
                (
                    candidate
                    for candidate in tables
                    if candidate is not None and set(needed) <= set(candidate.names)
                ),
                None,
            )
            columns = None if table is None else [table[name].tolist() for name in needed]
    except MemoryError:
        raise
    except Exception as error:  # astropy raises whatever its reader runs into
        told = getattr(error, "strerror", None) or str(error)
        said = " ".join(told.split())[:200]
        raise NorhError(f"cannot be read: {said}", path=path) from None
    if columns is None:
        raise NorhError(f"no table has the columns {', '.join(needed)}", path=path)
    if not with_34:
        columns.insert(2, [float("nan")] * len(columns[0]))
    for time, i17, i34, v17 in zip(*columns, strict=True):
        yield float(time), float(i17), float(i34), float(v17)
