"""A map from a FITS file: its pixels, its frame, and what its header says of redshifts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fitslint.cosmology.model import Cosmology, CosmologyError, build_cosmology, parse_cosmology
from fitslint.model.header import Header
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.frame_cards import read_map_frame
from fitslint.products.digest import compute_sha256
from fitslint.products.lookup import read_header_number
from fitslint.source.image import ImageError, read_image
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
        return read_header_number(self.header.get, keyword)

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
        numbers = [self.get_number(keyword) for keyword in ("H0", "OMEGAM", "OMEGAL", "W0")]
        name = self.get_text("COSMO")
        try:
            if name.startswith(("Planck", "WMAP")):
                return parse_cosmology(name)
            h0, omega_m, omega_l, w0 = numbers
            if h0 is None or omega_m is None or omega_l is None:
                return None
            densities = (omega_m, omega_l, w0 or -1.0)
            if not 1 < h0 < 1000 or any(abs(density) > _MAX_DENSITY for density in densities):
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
    name = str(path)
    try:
        digest = compute_sha256(name)
        image = read_image(name, axes=2, max_pixels=_MAX_PIXELS)
    except ImageError as error:
        raise PipelineError(str(error), path=name) from None
    except MemoryError:
        raise PipelineError("does not fit into memory", path=name) from None
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", path=name) from None
    header, data = _read_cards(image.header), image.values
    infinite = int(np.count_nonzero(np.isinf(data)))
    data[~np.isfinite(data)] = np.nan
    return SkyMap(name, data, header, read_map_frame(header, data.shape, name), digest, infinite)


def _read_cards(header: Header) -> dict[str, Any]:
    """Keywords with plain values; a card that cannot be read is left to the check."""
    values = ((keyword, header.value(keyword)) for keyword in header.layout.index)
    return {
        keyword: value.rstrip() if isinstance(value, str) else value
        for keyword, value in values
        if value is not None and keyword not in ("", "COMMENT", "HISTORY")
    }
