"""Versions of the coordinates of one header, held against one another."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import list_world_names
from fitslint.rules.sky.numbers import format_pixel, round_digits
from fitslint.text import phrase

_IMAGES = ("primary", "image", "compressed-image")
_TWO_CENTRES = 0.05
_PIXELS_MAX = 0.3
_ARCSEC_MAX = 1.0


_TYPES = ("CTYPE1", "CTYPE2", "CTYPE3")


def _find_type_card(header: Header, version: str) -> Card | None:
    return next((card for name in _TYPES if (card := header.find_card(f"{name}{version}"))), None)


def _plan_versions(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    letters = {name[6:] for name in layout.index if name[:6] in _TYPES} if layout else ()
    if layout is not None and len(letters) > 1:
        names = tuple(name for name in layout.index if name.startswith("WCSNAME"))
        yield Subcheck((*list_world_names(layout), *names), None)


@rule(
    "WC209",
    "versions-disagree",
    clause="8.2.1",
    level="conv",
    catalogue_rows=("W021",),
    reads="values",
    subchecks=_plan_versions,
    hdus=_IMAGES,
    summary_ja="同じ名の二つの版の座標が、天球上の別の場所を指している",
    message={
        "": "version {version} and {primary} put pixel {pixel} {arcsec} arcsec ({pixels} pixels)"
        " apart on the sky, and WCSNAME does not tell them apart",
        "mirror": "version {version} shows the image as in a mirror of {primary}: longitudes on the"
        " Sun increase to the west, right ascensions to the east, and here both do to one side",
        "scale": "version {version} has pixels of {size} arcsec and {primary} of {first} arcsec",
    },
)
def versions_disagree(header: Header, _: object) -> Iterator[Flag]:
    """Two versions of celestial coordinates under one name put the image at two places.

    Positions are brought to ICRS by RADESYSa and EQUINOXa. Versions with names of their own
    (WCSNAMEa) may be two solutions. Of helioprojective and equatorial versions of one image the
    sizes of the pixels and the sides are compared.

    ## Why it matters
    A version that was not changed with the other is stale. Programs let people choose, and nothing
    tells them which one holds.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =              -5.0E-5
    CDELT2  =               5.0E-5
    CTYPE1A = 'RA---TAN'
    CTYPE2A = 'DEC--TAN'
    CRVAL1A =                150.0
    CRVAL2A =                 2.01
    CRPIX1A =                 50.5
    CRPIX2A =                 50.5
    CDELT1A =              -5.0E-5
    CDELT2A =               5.0E-5
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =              -5.0E-5
    CDELT2  =               5.0E-5
    CTYPE1A = 'RA---TAN'
    CTYPE2A = 'DEC--TAN'
    CRVAL1A =                150.0
    CRVAL2A =                  2.0
    CRPIX1A =                 50.5
    CRPIX2A =                 50.5
    CDELT1A =              -5.0E-5
    CDELT2A =               5.0E-5
    ```
    """
    from fitslint.wcs.compare import measure_versions

    for pair in measure_versions(header):
        # programs bring FK4 to FK5 to 0.6 arcsec only
        least = 0.0 if pair.has_same_frame else _ARCSEC_MAX
        if pair.is_named or pair.distance.pixels <= _PIXELS_MAX or pair.distance.arcsec <= least:
            continue
        card = _find_type_card(header, pair.second)
        if card is not None:
            yield flag(
                card, (0, 8), version=pair.second,
                primary=phrase("version {version}", version=pair.first)
                if pair.first
                else phrase("the primary one"),
                arcsec=round_digits(pair.distance.arcsec),
                pixels=round_digits(pair.distance.pixels), pixel=format_pixel(pair.distance.where),
            )  # fmt: skip
    yield from _compare_with_sun(header)


_SIZE_MAX = 0.01
"""Relative, between the pixels of two versions."""


def _compare_with_sun(header: Header) -> Iterator[Flag]:
    """Versions in helioprojective and in equatorial coordinates, whose longitudes run opposite."""
    from fitslint.wcs.compare import compile_celestial, list_versions, measure_pixel_area

    found = [(letter, compile_celestial(header, letter)) for letter in list_versions(header)]
    known = [(letter, wcs) for letter, wcs in found if wcs is not None and len(wcs.sky_axes) == 2]
    first, one = known[0] if known else ("", None)
    for version, other in known[1:]:
        card = _find_type_card(header, version)
        if one is None or card is None or {one.system, other.system} != {"HP", "RA"}:
            continue
        areas = measure_pixel_area(one), measure_pixel_area(other)
        if other.sky_axes != one.sky_axes or not areas[0] or not areas[1]:
            continue
        named = {"version": version, "primary": f"version {first}" if first else "the primary one"}
        sizes = [math.sqrt(abs(area)) * 3600 for area in areas]
        if areas[0] * areas[1] > 0:
            told = flag(card, (0, 8), message="mirror")
        elif abs(math.log(sizes[1] / sizes[0])) > _SIZE_MAX:
            told = flag(
                card, (0, 8), message="scale", size=round_digits(sizes[1], 5),
                first=round_digits(sizes[0], 5),
            )  # fmt: skip
        else:
            continue
        told.params.update(named)
        yield told


_OF_PHYSICAL = ("CTYPE1P", "CRVAL1P", "CRPIX1P", "CDELT1P")
"""A linear axis needs no type."""


def _plan_physical(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or not any(name in layout.index for name in _OF_PHYSICAL):
        return
    names = tuple(name for name in layout.index if name.startswith(("LTV", "LTM")))
    if names:
        yield Subcheck((*list_world_names(layout), *names), None)


@rule(
    "WC210",
    "physical-pixels-disagree",
    clause="8.2.1, IRAF",
    level="conv",
    catalogue_rows=("W021",),
    reads="values",
    subchecks=_plan_physical,
    hdus=_IMAGES,
    summary_ja="LTVi・LTMi_j と P 版の座標が、元の配列の別のピクセルを指している",
    message={
        "": "LTVi and LTMi_j give pixel {pixel} a place {pixels} physical pixels from where version"
        " P puts it",
        "offset": "LTVi and LTMi_j give every pixel a place {pixels} physical pixels from where"
        " version P puts it: one of them counts from 0, or from the edge of the first pixel",
    },
)
def physical_pixels_disagree(header: Header, _: object) -> Iterator[Flag]:
    """The two ways to give physical pixels, LTVi with LTMi_j and version P, are two places.

    ## Why it matters
    DS9 and CIAO go by the one or the other: regions in physical coordinates fall on other events.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CTYPE1P = 'x       '
    CTYPE2P = 'y       '
    CRVAL1P =                 10.0
    CRVAL2P =                 20.0
    CRPIX1P =                  0.5
    CRPIX2P =                  0.5
    CDELT1P =                  1.0
    CDELT2P =                  1.0
    LTV1    =                 50.0
    LTV2    =                -19.5
    LTM1_1  =                  1.0
    LTM2_2  =                  1.0
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CTYPE1P = 'x       '
    CTYPE2P = 'y       '
    CRVAL1P =                 10.0
    CRVAL2P =                 20.0
    CRPIX1P =                  0.5
    CRPIX2P =                  0.5
    CDELT1P =                  1.0
    CDELT2P =                  1.0
    LTV1    =                 -9.5
    LTV2    =                -19.5
    LTM1_1  =                  1.0
    LTM2_2  =                  1.0
    ```
    """
    from fitslint.wcs.compare import measure_physical

    distance = measure_physical(header)
    card = next((card for name in _OF_PHYSICAL if (card := header.find_card(name))), None)
    if distance is None or card is None or distance.pixels <= _TWO_CENTRES:
        return
    is_offset = any(abs(distance.pixels / step - 1) < _TWO_CENTRES for step in _STEPS)
    yield flag(
        card, (0, 8), message="offset" if is_offset else "", pixel=format_pixel(distance.where),
        pixels=round_digits(distance.pixels),
    )  # fmt: skip


_STEPS = (0.5, 1.0, 0.5 * 2**0.5, 2**0.5)
"""Physical pixels: half or one, on one axis or both."""
