"""The world coordinates of a map: what has to be told, how large its pixels are, new ones."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.wcs.axes import DEGREES
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

WCS_KEYWORD = compile_late(
    r"CTYPE[12]|CUNIT[12]|CRVAL[12]|CRPIX[12]|CDELT[12]|(CD|PC)[12]_[12]|CROTA[12]"
    r"|LONPOLE|LATPOLE|RADESYS|EQUINOX|PV[12]_\d+|(A|B|AP|BP)_(ORDER|\d_\d)"
)
"""Keywords that together say where the pixels are."""
_PROJECTION = compile_late(r"PV[12]_\d+|(A|B|AP|BP)_(ORDER|(\d)_(\d))")
"""Keywords of projections with parameters, and of their distortion by polynomials."""
NORTH_UP = 180.0
"""LONPOLE of a gnomonic map that a matrix alone turns."""
MATRIX_INDICES = ("1_1", "1_2", "2_1", "2_2")
_REQUIRED = ("CTYPE1", "CTYPE2", "CRVAL1", "CRVAL2", "CRPIX1", "CRPIX2")
"""What has defaults in the standard and is still told of every map that has a place."""


def read_map_wcs(source: Header | Mapping[str, object]) -> Wcs | None:
    """The world coordinates of a map of two axes; None where the header does not tell all of them.

    The axes are celestial, or linear offsets in a unit of angle.
    """
    value = source.value if isinstance(source, Header) else source.get
    if any(value(keyword) is None for keyword in _REQUIRED) or not has_pixel_size(source):
        return None
    try:
        wcs = Wcs.from_header(source, sky_only=True)
    except WcsError:
        return None
    return wcs if all(unit and unit in DEGREES for unit in wcs.units[:2]) else None


def has_pixel_size(source: Header | Mapping[str, object]) -> bool:
    """Whether CDELT1 and CDELT2, or a matrix CDi_j, are told."""
    value = source.value if isinstance(source, Header) else source.get
    return all(value(f"CDELT{axis}") is not None for axis in (1, 2)) or any(
        value(f"CD{pair}") is not None for pair in MATRIX_INDICES
    )


def measure_pixels(wcs: Wcs) -> tuple[float, float]:
    """Lengths of a pixel along axis 1 and axis 2 in arcsec, distortions left aside."""
    first, second = (
        [number * DEGREES[unit] * 3600.0 for number in row]
        for row, unit in zip(wcs.matrix[:2], wcs.units[:2], strict=True)
    )
    return math.hypot(first[0], second[0]), math.hypot(first[1], second[1])


def build_gnomonic_cards(
    shape: tuple[int, int], center: tuple[float, float], scale: float | tuple[float, float]
) -> dict[str, str | float]:
    """The cards of a gnomonic map around ``center`` (deg), north up, with pixels of ``scale``.

    ``shape`` is that of the array: rows, columns; ``scale`` in arcsec, along columns and rows.
    """
    rows, columns = shape
    width, height = scale if isinstance(scale, tuple) else (scale, scale)
    return {
        "CTYPE1": "RA---TAN", "CUNIT1": "deg", "CRVAL1": center[0],
        "CRPIX1": (columns + 1) / 2, "CDELT1": -width / 3600,
        "CTYPE2": "DEC--TAN", "CUNIT2": "deg", "CRVAL2": center[1],
        "CRPIX2": (rows + 1) / 2, "CDELT2": height / 3600,
    }  # fmt: skip


def build_wcs_cards(wcs: Wcs, stride: int = 1) -> dict[str, str | float]:
    """The cards of celestial coordinates of two axes, or of every ``stride``-th pixel of theirs.

    A rotation is told by PCi_j, with the sizes of a pixel in CDELTn.
    """
    (a, b), (c, d) = (row[:2] for row in wcs.matrix[:2])
    # CDELT1 is negative where east is to the left, so that PCi_j is a rotation.
    first, second = math.hypot(a, b), math.hypot(c, d)
    if not b and not c:
        first, second = a, d
    elif a * d < b * c:
        first = -first
    origin = [at if stride == 1 else (at - 1) / stride + 1 for at in wcs.origin]
    cards: dict[str, str | float] = {}
    for axis, step in enumerate((first, second)):
        cards |= {
            f"CTYPE{axis + 1}": wcs.types[axis],
            f"CUNIT{axis + 1}": "deg",
            f"CRVAL{axis + 1}": wcs.reference[axis],
            f"CRPIX{axis + 1}": origin[axis],
            f"CDELT{axis + 1}": step * stride,
        }
    if b or c:
        cards |= {"PC1_1": a / first, "PC1_2": b / first, "PC2_1": c / second, "PC2_2": d / second}
    pole = wcs.native_pole
    if pole and (not is_gnomonic(wcs) or pole[0] != NORTH_UP):
        for keyword, value in wcs.keywords.items():
            match = _PROJECTION.fullmatch(keyword)
            if match is None or isinstance(value, str):
                continue
            if match[3] is not None:
                cards[keyword] = value * float(stride) ** (int(match[3]) + int(match[4]) - 1)
            else:
                cards[keyword] = int(value) if match[2] else value
        cards |= {"LONPOLE": pole[0], "LATPOLE": pole[1]}
    return cards


def is_gnomonic(wcs: Wcs) -> bool:
    """Whether the first axis is right ascension in the gnomonic projection and nothing else."""
    return wcs.types[0] == "RA---TAN" and not any(map(_PROJECTION.fullmatch, wcs.keywords))
