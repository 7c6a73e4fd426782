"""A map from a FITS file: its pixels, its frame, and what its header says of redshifts."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.cosmology.model import Cosmology, CosmologyError, build_cosmology, parse_cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.frame_cards import read_map_frame
from fitslint.products.digest import compute_sha256
from fitslint.wcs.errors import GridError
from fitslint.wcs.hdus import count
from fitslint.wcs.map_frame import Floats, MapFrame

_MAX_REDSHIFT = 1100.0
_MAX_DENSITY = 5.0
"""Densities and w beyond which distances are no numbers."""
_MAX_PIXELS = 1 << 28
"""Pixels of the largest map that is read (2 GB as float64)."""


@dataclass(frozen=True, slots=True)
class SkyMap:
    """A map and its header."""

    path: str
    data: Floats
    """Rows times columns; NaN where a pixel has no finite value."""
    header: Mapping[str, Any]
    frame: MapFrame
    sha256: str
    infinite_count: int = 0
    """Pixels that are infinite, which are NaN in ``data``."""

    def get_number(self, keyword: str) -> float | None:
        """The value of a keyword when it is a finite number."""
        value = self.header.get(keyword)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) else None

    def get_text(self, keyword: str) -> str:
        """The value of a keyword when it is a string, else nothing."""
        value = self.header.get(keyword)
        return value.strip() if isinstance(value, str) else ""

    def get_redshift(self, keyword: str) -> float | None:
        """The value of a keyword when it is a redshift since recombination."""
        value = self.get_number(keyword)
        return value if value is not None and 0 < value <= _MAX_REDSHIFT else None

    @property
    def normalisation(self) -> str | None:
        """``unity``, ``source``, or None where the header does not tell."""
        value = self.get_text("LENSNORM")
        return value if value in ("unity", "source") else None

    @property
    def normalisation_factor(self) -> float | None:
        """D_ls/D_s that the pixels are multiplied with, as recorded."""
        return 1.0 if self.normalisation == "unity" else self._source_factor

    @property
    def _source_factor(self) -> float | None:
        value = self.get_number("DLSDS") if self.normalisation == "source" else None
        return value if value is not None and value > 0 else None

    @property
    def cosmology(self) -> Cosmology | None:
        """The cosmology that the header names, or that its densities define."""
        numbers = [self.get_number(one) for one in ("H0", "OMEGAM", "OMEGAL", "W0")]
        name = self.get_text("COSMO")
        try:
            if name.startswith(("Planck", "WMAP")):
                return parse_cosmology(name)
            h0, omega_m, omega_l, w0 = numbers
            if h0 is None or omega_m is None or omega_l is None:
                return None
            densities = (omega_m, omega_l, w0 or -1.0)
            if not 1 < h0 < 1000 or any(abs(one) > _MAX_DENSITY for one in densities):
                return None
            return build_cosmology(h0, *densities)
        except CosmologyError:
            return None

    @property
    def unusable_reason(self) -> str | None:
        """Why the pixels hold no map: infinite, all zero, not finite or constant; None when they
        do."""
        if self.infinite_count:
            return f"pixels are infinite: {self.infinite_count}"
        finite = self.data[np.isfinite(self.data)]
        if finite.size == 0:
            return "no pixel has a finite value"
        low, high = float(finite.min()), float(finite.max())
        if low < high:
            return None
        return "every pixel is zero" if low == 0 else f"every pixel is {low:g}"


def read_sky_map(path: str | Path) -> SkyMap:
    """Read the first image of a FITS file.

    Raises
    ------
    PipelineError
        when there is none with two axes, or it cannot be read; a sentence with the file.
    """
    from astropy.io import fits

    name = str(path)
    try:
        digest = compute_sha256(name)
        known = count(name)
        with (
            warnings.catch_warnings(action="ignore"),
            fits.open(name, memmap=False, lazy_load_hdus=True) as file,
        ):
            hdu = _find_image(file, known, name)
            header = _read_cards(hdu.header)
            data = _copy_pixels(hdu.data)
    except PipelineError:
        raise
    except GridError as error:
        raise PipelineError(f"cannot be read: {error}", path=name) from None
    except MemoryError:
        raise PipelineError("does not fit into memory", path=name) from None
    except OSError as error:
        said = error.strerror or _flatten_message(error) or "it is no FITS file"
        raise PipelineError(f"cannot be read: {said}", path=name) from None
    except Exception as error:  # astropy raises whatever its reader runs into
        raise PipelineError(
            f"cannot be read as FITS: {_flatten_message(error)}", path=name
        ) from None
    infinite = int(np.count_nonzero(np.isinf(data)))
    data[~np.isfinite(data)] = np.nan
    return SkyMap(name, data, header, read_map_frame(header, data.shape, name), digest, infinite)


def _flatten_message(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _find_image(file: Any, known: int, path: str) -> Any:
    """The first HDU that holds an image; its size is looked at before its pixels are."""
    for number, hdu in enumerate((file[at] for at in range(known)), 1):
        axes = [size for size in getattr(hdu, "shape", ()) if size != 1]
        if not getattr(hdu, "is_image", False) or not axes:
            continue
        if len(axes) != 2:
            raise PipelineError(f"HDU {number} has {len(axes)} axes; a map has two", path=path)
        if axes[0] * axes[1] > _MAX_PIXELS:
            size = f"{axes[1]} x {axes[0]}"
            raise PipelineError(f"{size} pixels are more than {_MAX_PIXELS} at once", path=path)
        return hdu
    raise PipelineError("holds no image", path=path)


def _copy_pixels(data: Any) -> Floats:
    return np.array(data, dtype=np.float64).squeeze()


def _read_cards(header: Any) -> dict[str, Any]:
    """Keywords with plain values; a card that cannot be parsed is left to the check."""
    plain: dict[str, Any] = {}
    for keyword in header:
        if keyword and keyword not in ("COMMENT", "HISTORY"):
            try:
                plain.setdefault(keyword, header[keyword])
            except Exception:  # a malformed card
                continue
    return plain
