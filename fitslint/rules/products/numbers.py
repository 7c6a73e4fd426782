"""Redshifts, cosmology, size of a pixel and what follows from them, held against each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.cosmology.distances import (
    Universe,
    angular_diameter_distance,
    find_realisation,
)
from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.text import phrase

FAMILY = "products"
CLAUSE = "products/lensing, Scale"
_COSMOLOGY_KEYWORDS = ("COSMO", "H0", "OMEGAM", "OMEGAL", "W0")
_WCS_KEYWORDS = (
    "CTYPE1", "CTYPE2", "CUNIT1", "CUNIT2", "CRVAL1", "CRVAL2", "CRPIX1", "CRPIX2",
    "CDELT1", "CDELT2", "CD1_1", "CD1_2", "CD2_1", "CD2_2", "PC1_1", "PC1_2", "PC2_1", "PC2_2",
    "CROTA2", "LONPOLE",
)  # fmt: skip
_PARAMETRIC_CLASSES = ("", "FLATLAMBDACDM", "LAMBDACDM", "FLATWCDM", "WCDM")
"""Names that leave a cosmology to its parameters."""
_TOLERANCE = 1e-3
"""Relative: what is told by parameters alone is without radiation, which is 2e-4 of a length."""


@rule(
    "PR101",
    "pixel-length-contradicts",
    clause=CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    needs=("PIXKPC", "ZLENS", *_COSMOLOGY_KEYWORDS, *_WCS_KEYWORDS),
    needs_one_of=(("PIXKPC",), ("ZLENS",)),
    summary_ja="PIXKPC が ZLENS、宇宙論、ピクセルの大きさと合わない",
    message="PIXKPC is {said} kpc, and a pixel of {size} arcsec is {right} kpc long at redshift "
    "{redshift} in {cosmology}",
)
def pixel_length_contradicts(header: Header) -> Iterator[Flag]:
    """The kpc per pixel are not those of the redshift, the cosmology and the size of a pixel.

    ## Why it matters
    PIXKPC is the angular-diameter distance at ZLENS times the size of a pixel. Lengths, areas and
    masses that are measured on the map with a wrong one are wrong by as much, or by its square.

    ## Example
    ```fits
    PRODUCT = 'kappa   '
    CTYPE1  = 'RA---TAN'
    CRVAL1  =               197.87
    CRPIX1  =                  5.5
    CDELT1  =           -0.0000556
    CTYPE2  = 'DEC--TAN'
    CRVAL2  =                -1.34
    CRPIX2  =                  5.5
    CDELT2  =            0.0000556
    ZLENS   =                0.183
    COSMO   = 'Planck18'
    PIXKPC  =                 99.0 / [kpc] per pixel
    ```
    Use instead:
    ```fits
    PRODUCT = 'kappa   '
    CTYPE1  = 'RA---TAN'
    CRVAL1  =               197.87
    CRPIX1  =                  5.5
    CDELT1  =           -0.0000556
    CTYPE2  = 'DEC--TAN'
    CRVAL2  =                -1.34
    CRPIX2  =                  5.5
    CDELT2  =            0.0000556
    ZLENS   =                0.183
    COSMO   = 'Planck18'
    PIXKPC  =               0.6359 / [kpc] per pixel
    ```
    """
    card, told = header.find_card("PIXKPC"), _read_universe(header)
    # Most files have no such keyword, and the readers of world coordinates are many modules.
    from fitslint.wcs.map_wcs import measure_pixels, read_map_wcs

    wcs = read_map_wcs(header)
    if card is None or told is None or wcs is None:
        return
    name, universe = told
    said, redshift = card.number_value, header.number("ZLENS")
    if said is None or redshift is None or redshift <= 0:
        return
    distance = angular_diameter_distance(universe, redshift)
    if distance is None:
        return
    # On Lenstool's own grids the pixels are not square; the length is that of axis 1.
    size = measure_pixels(wcs)[0]
    right = distance * 1000 * math.radians(size / 3600)
    if not _is_close(card, right):
        yield flag(
            card, said=f"{said:g}", size=f"{size:.5g}", right=f"{right:.6g}",
            redshift=f"{redshift:g}", cosmology=name,
        )  # fmt: skip


@rule(
    "PR102",
    "lensing-ratio-contradicts",
    clause=CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    needs=("DLSDS", "ZLENS", "ZSRC", *_COSMOLOGY_KEYWORDS),
    needs_one_of=(("DLSDS",), ("ZLENS",), ("ZSRC",)),
    summary_ja="DLSDS が ZLENS、ZSRC、宇宙論と合わない",
    message="DLSDS is {said}, and D_ls/D_s is {right} from redshift {lens} to {source} in "
    "{cosmology}",
)
def lensing_ratio_contradicts(header: Header) -> Iterator[Flag]:
    """The ratio of distances is not that of the redshifts of lens and source.

    ## Why it matters
    Who brings the map to another source redshift divides its pixels by DLSDS. Either this number
    or one of the redshifts is not what the pixels were calculated with.

    ## Example
    ```fits
    PRODUCT = 'kappa   '
    ZLENS   =                0.183
    ZSRC    =                  3.0
    DLSDS   =               0.8540 / D_ls/D_s
    COSMO   = 'Planck18'
    ```
    Use instead:
    ```fits
    PRODUCT = 'kappa   '
    ZLENS   =                0.183
    ZSRC    =                  2.0
    DLSDS   =               0.8540 / D_ls/D_s
    COSMO   = 'Planck18'
    ```
    """
    card, told = header.find_card("DLSDS"), _read_universe(header)
    lens, source = header.number("ZLENS"), header.number("ZSRC")
    if card is None or told is None or lens is None or source is None or not 0 < lens < source:
        return
    name, universe = told
    behind = angular_diameter_distance(universe, lens, source)
    whole = angular_diameter_distance(universe, source)
    if behind is None or not whole or card.number_value is None:
        return
    if not _is_close(card, behind / whole):
        yield flag(
            card, said=f"{card.number_value:g}", right=f"{behind / whole:.6g}", lens=f"{lens:g}",
            source=f"{source:g}", cosmology=name,
        )  # fmt: skip


@rule(
    "PR103",
    "cosmology-contradicts-its-name",
    clause="products/lensing, Cosmology",
    level="project",
    reads="values",
    authority=FAMILY,
    needs=_COSMOLOGY_KEYWORDS,
    needs_one_of=(("COSMO",), ("H0", "OMEGAM", "OMEGAL")),
    summary_ja="宇宙論パラメータが COSMO の名前と合わない",
    message={
        "": "{keyword} is {said}, and {cosmology} has {right}",
        "flat": "OMEGAM and OMEGAL add up to {said}, and {cosmology} is flat",
    },
)
def cosmology_contradicts_its_name(header: Header) -> Iterator[Flag]:
    """The parameters are not those of the cosmology that COSMO names.

    ## Why it matters
    Programs take either the name or the numbers. Where these differ, two programs make two
    lengths of one pixel.

    ## Example
    ```fits
    PRODUCT = 'kappa   '
    COSMO   = 'Planck18'
    H0      =               7000.0 / [km s**-1 Mpc**-1] Hubble constant
    ```
    Use instead:
    ```fits
    PRODUCT = 'kappa   '
    COSMO   = 'Planck18'
    H0      =                67.66 / [km s**-1 Mpc**-1] Hubble constant
    ```
    """
    name = (header.string("COSMO") or "").strip()
    universe = find_realisation(name)
    if universe is None:
        yield from _flag_not_flat(header, name)
        return
    for keyword, right in (
        ("H0", universe.h0),
        ("OMEGAM", universe.omega_m),
        ("OMEGAL", universe.omega_l),
    ):
        card = header.find_card(keyword)
        if card and card.number_value is not None and not _is_close(card, right):
            yield flag(
                card, keyword=keyword, said=f"{card.number_value:g}", right=f"{right:g}",
                cosmology=name,
            )  # fmt: skip


def _flag_not_flat(header: Header, name: str) -> Iterator[Flag]:
    parts = header.number("OMEGAM"), header.number("OMEGAL")
    card = header.find_card("OMEGAL")
    if not name.upper().startswith("FLAT") or card is None or None in parts:
        return
    total = sum(part or 0.0 for part in parts)
    if abs(total - 1) > 2 * _TOLERANCE + _find_rounding(card):
        yield flag(card, message="flat", said=f"{total:g}", cosmology=name)


def _read_universe(header: Header) -> tuple[str, Universe] | None:
    """The cosmology of a header and its name; None where the header tells none."""
    name = (header.string("COSMO") or "").strip()
    found = find_realisation(name)
    if found is not None:
        return name, found
    h0, omega_m, omega_l = (header.number(keyword) for keyword in ("H0", "OMEGAM", "OMEGAL"))
    if name.upper() not in _PARAMETRIC_CLASSES or h0 is None or omega_m is None or omega_l is None:
        return None
    w0 = header.number("W0")
    if not (omega_m >= 0 and all(abs(keyword) <= 10 for keyword in (omega_m, omega_l, w0 or 0.0))):
        return None
    said = phrase(
        "a universe of H0 {h0:g}, OMEGAM {omega_m:g} and OMEGAL {omega_l:g}",
        h0=h0, omega_m=omega_m, omega_l=omega_l,
    )  # fmt: skip
    return said, Universe(h0, omega_m, omega_l, -1.0 if w0 is None else w0)


def _is_close(card: Card, right: float) -> bool:
    """Whether the number of a card is ``right``, to the digits that it is written with."""
    said = card.number_value
    if said is None:
        return True
    return abs(said - right) <= _TOLERANCE * abs(right) + _find_rounding(card)


def _find_rounding(card: Card) -> float:
    """Half a unit in the last digit of a number that is written without an exponent."""
    text = (card.text or "").strip()
    if any(letter in text.upper() for letter in "ED"):
        return 0.0
    return 0.5 * 10.0 ** -len(text.partition(".")[2])
