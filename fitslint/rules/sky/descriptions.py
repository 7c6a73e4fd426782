"""Descriptions that a header has several of: forms of the matrix, versions, physical pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    find_sky_columns,
    list_world_names,
    locate_numbers,
    read_numbers,
)
from fitslint.rules.sky.numbers import round_digits
from fitslint.rules.sky.readers import list_form_readers

if TYPE_CHECKING:
    from fitslint.wcs.compare import LinearForm, SkyDistance

_PIXELS_MAX = 0.5
"""At a corner: DSS and others write one form of a fit and a rounded one beside it."""
_IMAGES = ("primary", "image", "compressed-image")
_ROOTS = ("CD1_", "CD2_", "PC1_", "PC2_", "CD00", "PC00", "CROTA")
_TWO_CENTRES = 0.05


def _plan_forms(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or "CTYPE1" not in layout.index:
        return
    has = {root: any(name.startswith(root) for name in layout.index) for root in _ROOTS}
    kinds = (
        has["CD1_"] or has["CD2_"], has["PC1_"] or has["PC2_"], has["CD00"], has["PC00"],
        has["CROTA"] and "CDELT1" in layout.index and "CDELT2" in layout.index,
    )  # fmt: skip
    if sum(kinds) > 1:
        precheck = _FormsPrecheck(layout) if kinds[4] and sum(kinds) == 2 else None
        yield Subcheck(list_world_names(layout), None, precheck, cacheable=precheck is None)


class _FormsPrecheck:
    """Whether CDi_j, or PCi_j with CDELTi, surely is what CDELTi turned by CROTA2 is."""

    def __init__(self, layout: Layout) -> None:
        self._columns = find_sky_columns(layout)
        self._turned = locate_numbers(layout, ("CDELT1", "CDELT2", "CROTA2"))

    def __call__(self, header: Header) -> bool:
        raw, axes = header.raw, header.structure.axes
        if self._columns is None or self._turned is None or len(axes) < 2:
            return False
        matrix, turned = self._columns.read_matrix(raw), read_numbers(raw, self._turned)
        if matrix is None or turned is None or not self._columns.is_sky(raw):
            return False
        first, second, angle = turned
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        expected = first * cosine, -second * sine, first * sine, second * cosine
        worst = max(abs(a - b) for a, b in zip(matrix, expected, strict=True))
        return worst * ((axes[0] or 0) + (axes[1] or 0)) < _PIXELS_MAX * abs(second) / 2


@rule(
    "WC208",
    "descriptions-disagree",
    clause="8.2",
    level="conv",
    catalogue_rows=("W006", "W007", "W008"),
    reads="values",
    subchecks=_plan_forms,
    hdus=_IMAGES,
    summary_ja="CDi_j・PCi_j・CROTAi など複数の形で書かれた座標が別の場所を指している",
    message={
        "": "{keyword} ({form}) and {partner} ({other}) put pixel {pixel} {arcsec} arcsec ({pixels}"
        " pixels) apart: {majority} go by {form}, {minority} by {other}",
        "unread": "{keyword} ({form}) and {partner} ({other}) put pixel {pixel} {arcsec} arcsec"
        " ({pixels} pixels) apart: {majority} go by {form}",
    },
)
def descriptions_disagree(header: Header, _: object) -> Iterator[Flag]:
    """Two forms of the scale and rotation of one description put the image at two places.

    CDi_j, PCi_j with CDELTi, CROTAi with CDELTi and the forms of the draft are each worked out as
    if the others were not there; the largest distance over the corners and the centre counts.
    CDELTi beside CDi_j without CROTAi is judged by its length in another rule.

    ## Why it matters
    Programs choose by different orders: a catalogue made by one does not fit the image as another
    one shows it.

    ## Example
    ```fits
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
    CROTA2  =                 30.0
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
    ```
    Use instead:
    ```fits
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
    CROTA2  =                  0.0
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
    ```
    """
    from fitslint.wcs.compare import find_image_shape, list_linear_forms, measure_sky_distance

    forms = [form for form in list_linear_forms(header) if form.form != "CDELTi"]
    if len(forms) < 2:
        return
    # what most programs go by comes first, and the others are held against it
    forms.sort(key=_rank_form)
    first = forms[0]
    shape = find_image_shape(header, first.wcs.sky_axes)
    for other in forms[1:] if shape is not None else ():
        distance = measure_sky_distance(first.wcs, other.wcs, shape) if shape else None
        if distance is not None and distance.pixels > _PIXELS_MAX:
            yield _tell_distance(header, (first, other), distance)


_ORDER = ("CDi_j", "PCi_j", "CD00i00j", "PC00i00j", "CROTAi")


def _rank_form(form: LinearForm) -> int:
    return _ORDER.index(form.form)


def _tell_distance(
    header: Header, forms: tuple[LinearForm, LinearForm], distance: SkyDistance
) -> Flag:
    first, other = forms
    form, majority, second, minority = list_form_readers(first.form, other.form)
    card = header.find_card(other.keyword) or header.card(0)
    return flag(
        card, message="" if minority else "unread", keyword=first.keyword, form=form,
        partner=other.keyword, other=second, majority=majority, minority=minority,
        arcsec=round_digits(distance.arcsec), pixels=round_digits(distance.pixels),
        pixel=_describe_pixel(distance),
    )  # fmt: skip


def _describe_pixel(distance: SkyDistance) -> str:
    return f"({distance.where[0]:g}, {distance.where[1]:g})"


def _plan_parity(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or "CTYPE1" not in layout.index:
        return
    names = ("CDELT1", "CDELT2", "CD1_1", "CD2_2")
    if all(name in layout.index for name in names) and "CROTA2" not in layout.index:
        needs = tuple(name for name in list_world_names(layout) if name[:5] != "CRVAL")
        yield Subcheck(needs, None)


@rule(
    "WC205",
    "increments-of-other-sign",
    clause="8.2",
    level="conv",
    catalogue_rows=("W031", "W008"),
    reads="values",
    subchecks=_plan_parity,
    hdus=_IMAGES,
    summary_ja="CDELTi の符号が CDi_j の符号と合わず、像が裏返しになる",
    message="{keyword} = {text} beside {partner} = {value} is of an image with east to the {side},"
    " and by CDi_j east is to the {other}: CFITSIO goes by CDELTi, other programs by CDi_j",
)
def increments_of_other_sign(header: Header, _: object) -> Iterator[Flag]:
    """CDELT1 and CDELT2 have one sign each, and CDi_j shows the sky the other way round.

    Increments that are positive both are let pass: many write the length of a pixel only.

    ## Why it matters
    One of the two has a wrong sign, and one half of the programs shows the sky as in a mirror.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =              -5.0E-5
    CDELT2  =               5.0E-5
    CD1_1   =               5.0E-5
    CD2_2   =               5.0E-5
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =              -5.0E-5
    CDELT2  =               5.0E-5
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
    ```
    """
    from fitslint.wcs.compare import compile_celestial, measure_pixel_area

    steps = header.number("CDELT1"), header.number("CDELT2")
    cards = header.find_card("CDELT1"), header.find_card("CDELT2")
    if None in steps or cards[0] is None or cards[1] is None:
        return
    wcs = compile_celestial(header)
    if wcs is None or wcs.longitude != 0 or wcs.latitude != 1 or wcs.sky_axes != (0, 1):
        return
    product, area = (steps[0] or 0.0) * (steps[1] or 0.0), measure_pixel_area(wcs)
    is_unit = abs(steps[0] or 0.0) == 1.0
    if product < 0 < area and not is_unit:
        yield flag(
            cards[0], keyword="CDELT1", text=cards[0].text.strip(), partner="CDELT2",
            value=cards[1].text.strip(), side="left", other="right",
        )  # fmt: skip


def _plan_versions(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or "CTYPE1" not in layout.index:
        return
    letters = {name[6:] for name in layout.index if name[:6] in ("CTYPE1", "CTYPE2")}
    if len(letters) > 1:
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
    message="version {version} and {primary} put pixel {pixel} {arcsec} arcsec ({pixels} pixels)"
    " apart on the sky, and no WCSNAME says that they are two solutions",
)
def versions_disagree(header: Header, _: object) -> Iterator[Flag]:
    """Two versions of celestial coordinates under one name put the image at two places.

    Positions are brought to ICRS by RADESYSa and EQUINOXa. Versions with names of their own
    (WCSNAMEa) may be two solutions.

    ## Why it matters
    A version that was not changed with the other is stale. Programs let people choose, and nothing
    tells them which one holds.

    ## Example
    ```fits
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
        # FK4 and FK5 are told apart by programs to 0.6 arcsec only
        if pair.is_named or pair.distance.pixels <= 1 or pair.distance.arcsec <= 1:
            continue
        card = header.find_card(f"CTYPE1{pair.second}") or header.find_card(f"CTYPE2{pair.second}")
        if card is not None:
            yield flag(
                card, (0, 8), version=pair.second,
                primary=f"version {pair.first}" if pair.first else "the primary one",
                arcsec=round_digits(pair.distance.arcsec),
                pixels=round_digits(pair.distance.pixels), pixel=_describe_pixel(pair.distance),
            )  # fmt: skip


def _plan_physical(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or "CTYPE1P" not in layout.index:
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
    summary_ja="LTVi・LTMi_j と P 版の座標が、元の配列の別の画素を指している",
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
    card = header.find_card("CTYPE1P")
    if distance is None or card is None or distance.pixels <= _TWO_CENTRES:
        return
    is_offset = any(abs(distance.pixels / step - 1) < _TWO_CENTRES for step in _STEPS)
    yield flag(
        card, (0, 8), message="offset" if is_offset else "", pixel=_describe_pixel(distance),
        pixels=round_digits(distance.pixels),
    )  # fmt: skip


_STEPS = (0.5, 1.0, 0.5 * 2**0.5, 2**0.5)
"""Physical pixels: half or one, on one axis or both."""
