"""The plate solutions of the Digitized Sky Survey (PLTRAH, AMDXn, AMDYn).

Russell et al. (1990), AJ 99, 2059. A solution is a gnomonic projection of millimetres on the plate
through two polynomials of fifth order, which those of TPV hold term by term.
"""

from __future__ import annotations

import math

from fitslint.model.header import Header
from fitslint.wcs.compare import compile_items
from fitslint.wcs.wcs import Wcs

PLATE_FORM = "AMDXn, AMDYn"
TERMS = 13
"""Terms that readers use; headers have 20."""
PLATE_KEYWORDS = (
    *("PLTRAH", "PLTRAM", "PLTRAS", "PLTDECSN", "PLTDECD", "PLTDECM", "PLTDECS"),
    *("XPIXELSZ", "YPIXELSZ", "PPO3", "PPO6", "CNPIX1", "CNPIX2"),
    *(f"AMD{axis}{term}" for axis in "XY" for term in range(1, TERMS + 1)),
)
"""All that a solution needs."""
_TERMS_OF_TPV = (
    ((1, 1.0),), ((2, 1.0),), ((0, 1.0),), ((4, 1.0),), ((5, 1.0),), ((6, 1.0),),
    ((4, 1.0), (6, 1.0)), ((7, 1.0),), ((8, 1.0),), ((9, 1.0),), ((10, 1.0),),
    ((7, 1.0), (9, 1.0)), ((17, 1.0), (19, 2.0), (21, 1.0)),
)  # fmt: skip
"""What each term of a plate is in TPV: x, y, 1, x2, xy, y2, r2, x3, x2y, xy2, y3, x r2, x r4."""
_MICRON_MILLIMETRES = 1e-3
_HALF_PIXEL = 0.5
_ARCSEC_DEGREES = 3600.0


def compile_plate(header: Header) -> Wcs | None:
    """The solution of a header, in FK5 J2000; None where it is not whole or one is no number.

    Pixels are counted from 1; millimetres on the plate stand in the place of degrees in the plane.
    """
    if "AMDX1" not in header or "AMDY1" not in header:
        return None
    numbers = {name: header.number(name) for name in PLATE_KEYWORDS if name != "PLTDECSN"}
    told = {name: one for name, one in numbers.items() if one is not None and math.isfinite(one)}
    if len(told) < len(numbers) or not told["XPIXELSZ"] or not told["YPIXELSZ"]:
        return None
    ra = (told["PLTRAH"] + told["PLTRAM"] / 60 + told["PLTRAS"] / 3600) * 15.0
    size = told["PLTDECD"] + told["PLTDECM"] / 60 + told["PLTDECS"] / 3600
    if not (0 <= ra <= 360 and 0 <= size <= 90):
        return None
    is_south = (header.string("PLTDECSN") or "").strip() == "-"
    items: list[tuple[str, str | int | float]] = [
        ("CTYPE1", "RA---TPV"), ("CTYPE2", "DEC--TPV"), ("RADESYS", "FK5"), ("EQUINOX", 2000.0),
        ("CRVAL1", ra), ("CRVAL2", -size if is_south else size),
    ]  # fmt: skip
    for axis, letter, origin, sense in ((1, "X", "PPO3", -1.0), (2, "Y", "PPO6", 1.0)):
        pixel = told[f"{letter}PIXELSZ"]
        place = told[origin] / pixel - told[f"CNPIX{axis}"] + _HALF_PIXEL
        items.append((f"CRPIX{axis}", place))
        items.append((f"CD{axis}_{axis}", sense * pixel * _MICRON_MILLIMETRES))
        values: dict[int, float] = {}
        for term, parts in enumerate(_TERMS_OF_TPV, 1):
            for number, factor in parts:
                share = factor * told[f"AMD{letter}{term}"] / _ARCSEC_DEGREES
                values[number] = values.get(number, 0.0) + share
        items += [(f"PV{axis}_{number}", value) for number, value in sorted(values.items())]
    return compile_items(tuple(items))
