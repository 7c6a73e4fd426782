"""The plate solution of a digitized survey against the coordinates beside it."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import list_world_names
from fitslint.rules.sky.numbers import format_pixel, round_digits

_CENTRE_MAX = 0.3
"""Pixels; the fit that the survey writes beside its solution is good to 0.01 in the middle."""
_CORNER_MAX = 2.0
"""It leaves the skew of the plate out, which is half a pixel of an image of 15 arcmin."""


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or "AMDX1" not in layout.index or "CTYPE1" not in layout.index:
        return
    from fitslint.wcs.plate import PLATE_KEYWORDS

    yield Subcheck((*list_world_names(layout), *PLATE_KEYWORDS), None)


@rule(
    "WD203",
    "plate-disagrees",
    clause="Digitized Sky Survey",
    level="conv",
    catalogue_rows=("X009",),
    reads="values",
    subchecks=_plan_subchecks,
    hdus=("primary", "image", "compressed-image"),
    summary_ja="DSS の乾板解 (AMDXn, AMDYn) と CTYPE の座標が別の場所を指している",
    message="the plate solution (AMDXn, AMDYn) and {keyword} = '{text}' put pixel {pixel} {arcsec}"
    " arcsec ({pixels} pixels) apart: programs that know plates go by the one, others by the other",
)
def plate_disagrees(header: Header, _: object) -> Iterator[Flag]:
    """The plate solution of the Digitized Sky Survey and the coordinates are two places.

    The survey writes both: its solution of the plate, and a fit of it in the words of the standard.
    They agree to a hundredth of a pixel in the middle of the image, to two at its corners.

    ## Why it matters
    An image that was cut or binned since has one of the two changed and the other not, and which
    one a program takes is its own choice.

    ## Example
    ```fits
    @text
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    PLTRAH  =                   14
    PLTRAM  =                    0
    PLTRAS  =                  0.0
    PLTDECSN= '-       '
    PLTDECD =                    5
    PLTDECM =                    0
    PLTDECS =                  0.0
    XPIXELSZ=                 25.0
    YPIXELSZ=                 25.0
    PPO3    =             175000.0
    PPO6    =             175000.0
    CNPIX1  =                 6950
    CNPIX2  =                 6950
    AMDX1   =                 67.2
    AMDX2   =                  0.0
    AMDX3   =                  0.0
    AMDX4   =                  0.0
    AMDX5   =                  0.0
    AMDX6   =                  0.0
    AMDX7   =                  0.0
    AMDX8   =                  0.0
    AMDX9   =                  0.0
    AMDX10  =                  0.0
    AMDX11  =                  0.0
    AMDX12  =                  0.0
    AMDX13  =                  0.0
    AMDY1   =                 67.2
    AMDY2   =                  0.0
    AMDY3   =                  0.0
    AMDY4   =                  0.0
    AMDY5   =                  0.0
    AMDY6   =                  0.0
    AMDY7   =                  0.0
    AMDY8   =                  0.0
    AMDY9   =                  0.0
    AMDY10  =                  0.0
    AMDY11  =                  0.0
    AMDY12  =                  0.0
    AMDY13  =                  0.0
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                210.0
    CRVAL2  =                 -5.0
    CRPIX1  =                 55.5
    CRPIX2  =                 50.5
    CDELT1  =        -4.6666667E-4
    CDELT2  =         4.6666667E-4
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                210.0
    CRVAL2  =                 -5.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =        -4.6666667E-4
    CDELT2  =         4.6666667E-4
    ```
    """
    from fitslint.wcs.compare import (
        compile_celestial,
        find_icrs,
        find_image_shape,
        list_sample_pixels,
        measure_arc,
        measure_pixel_size,
        place_pixel,
    )
    from fitslint.wcs.plate import compile_plate

    plate, wcs = compile_plate(header), compile_celestial(header)
    shape = find_image_shape(header) if wcs is not None else None
    card = header.find_card("CTYPE1")
    if plate is None or wcs is None or shape is None or card is None or wcs.sky_axes != (0, 1):
        return
    size = measure_pixel_size(wcs)
    for number, pixel in enumerate(list_sample_pixels(shape)):
        here, there = find_icrs(plate, list(pixel)), find_icrs(wcs, place_pixel(wcs, (0, 1), pixel))
        if here is None or there is None or not size:
            return
        arcsec = measure_arc(here, there)
        if arcsec > size * (_CORNER_MAX if number else _CENTRE_MAX):
            yield flag(
                card, keyword=card.keyword, text=str(card.value).rstrip(),
                arcsec=round_digits(arcsec), pixels=round_digits(arcsec / size),
                pixel=format_pixel(pixel),
            )  # fmt: skip
            return
