"""The area of pixels of joint solutions, which the optics make round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import hypot
from statistics import median

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.rerun.tree import CcdMeasure, RerunTree, TreeFile, flag_path

_RING = 1000.0
"""Pixels of the radius within which areas are compared."""
_RING_CCDS = 3
_AREA_OFF, _AXIS_OFF = 0.01, 300.0
_AXIS_FIELD, _AXIS_CCDS = 12_000.0, 16


@rule(
    "HS120",
    "area-not-concentric",
    clause="hscPipe, mosaicking",
    level="project",
    summary_ja="ピクセルの面積が光軸のまわりで同心円状でない",
    message={
        "": "visit {visit}: pixels of ccd {ccd} have {area:.4f} of the area on the axis, and "
        "others at its radius {usual:.4f}",
        "axis": "visit {visit}: pixels are largest {away:.0f} pixels from where the axis is told",
    },
)
def area_not_concentric(tree: RerunTree) -> Iterator[Flag]:
    """The area of pixels is not the same all around the optical axis.

    The middle of every CCD is held against the median of those at its radius, which it may miss by
    1 %, and the place where pixels are largest against the tangent point (300 pixels). For HSC the
    area falls to 0.957 of that on the axis at 10,000 pixels and to 0.863 at 17,000.

    ## Why it matters
    The optics are round. Where this area (jcont of mosaic) is not, the solution has bent a visit
    to fit wrong stars, and fluxes are corrected by it.

    ## Example
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-049.fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =             -10000.0
    CRPIX2  =               2088.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    A_ORDER =                    3
    A_3_0   =             -1.2E-10
    B_ORDER =                    3
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =              12048.0
    CRPIX2  =               2088.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    A_ORDER =                    3
    A_3_0   =             -1.2E-10
    B_ORDER =                    3
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-051.fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =               1024.0
    CRPIX2  =              13112.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    A_ORDER =                    3
    A_3_0   =             -1.2E-10
    B_ORDER =                    3
    ```
    Use instead:
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-049.fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =             -10000.0
    CRPIX2  =               2088.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    A_ORDER =                    3
    A_3_0   =             -1.2E-10
    B_ORDER =                    3
    B_0_3   =             -1.2E-10
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =              12048.0
    CRPIX2  =               2088.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    A_ORDER =                    3
    A_3_0   =             -1.2E-10
    B_ORDER =                    3
    B_0_3   =             -1.2E-10
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-051.fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =               1024.0
    CRPIX2  =              13112.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    A_ORDER =                    3
    A_3_0   =             -1.2E-10
    B_ORDER =                    3
    B_0_3   =             -1.2E-10
    ```
    """
    for files in tree.group("jointcal_wcs").values():
        visits: dict[int, list[tuple[TreeFile, CcdMeasure]]] = defaultdict(list)
        for file in files.values():
            found = None if file.damage else tree.measure_ccd(file)
            if found is not None:
                visits[file.visit].append((file, found))
        for visit, measured in visits.items():
            yield from _flag_rings(visit, measured)
            away = _find_peak([each for _, each in measured])
            if away is not None and away > _AXIS_OFF:
                yield flag_path(measured[0][0].path, "axis", visit=visit, away=away)


def _flag_rings(visit: int, measured: list[tuple[TreeFile, CcdMeasure]]) -> Iterator[Flag]:
    """The worst CCD of a visit, where it is far from others at its radius."""
    worst = None
    for file, own in measured:
        radius = hypot(*own.place)
        ring = [m.area for _, m in measured if abs(hypot(*m.place) - radius) < _RING / 2]
        if len(ring) >= _RING_CCDS:
            usual = median(ring)
            off = abs(own.area / usual - 1) if usual else 0.0
            if off > _AREA_OFF and (worst is None or off > worst[0]):
                worst = off, file, own.area, usual
    if worst is not None:
        _, file, area, usual = worst
        yield flag_path(file.path, visit=visit, ccd=file.ccd, area=area, usual=usual)


def _find_peak(measured: list[CcdMeasure]) -> float | None:
    """Pixels from the axis at which pixels are largest: a paraboloid through the inner field.

    Its terms are those of a round one, a (r² − 2 p·r) + c.
    """
    inner = [each for each in measured if hypot(*each.place) < _AXIS_FIELD]
    if len(inner) < _AXIS_CCDS:
        return None
    scale = _AXIS_FIELD
    rows = [
        ((x * x + y * y) / scale**2, x / scale, y / scale, 1.0, each.area)
        for each in inner
        for x, y in [each.place]
    ]
    import numpy as np

    table = np.array(rows)
    terms = np.linalg.lstsq(table[:, :4], table[:, 4], rcond=None)[0]
    if not terms[0] < 0:
        return None
    return hypot(float(terms[1]), float(terms[2])) / (2 * abs(float(terms[0]))) * scale
