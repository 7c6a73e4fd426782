"""Forms of the scale and rotation of one description, held against one another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    AXES_MAX,
    find_sides,
    find_sky_columns,
    list_world_names,
    locate_numbers,
    read_numbers,
)
from fitslint.rules.sky.numbers import format_pixel, round_digits
from fitslint.rules.sky.readers import list_form_readers
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.wcs.compare import LinearForm, SkyDistance

_PIXELS_MAX = 0.5
"""At a corner: DSS and others write one form of a fit and a rounded one beside it."""
_IMAGES = ("primary", "image", "compressed-image")
_ROOTS = ("CD1_", "CD2_", "CD3_", "PC1_", "PC2_", "PC3_", "CD00", "PC00", "CROTA")


def _plan_forms(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None:
        return
    has = {root: bool(layout.list_names(root)) for root in _ROOTS}
    kinds = (
        has["CD1_"] or has["CD2_"] or has["CD3_"], has["PC1_"] or has["PC2_"] or has["PC3_"],
        has["CD00"], has["PC00"], has["CROTA"] and "CDELT2" in layout.index,
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
        raw, sides = header.raw, find_sides(header)
        if self._columns is None or self._turned is None or sides is None:
            return False
        matrix, turned = self._columns.read_matrix(raw), read_numbers(raw, self._turned)
        if matrix is None or turned is None or not self._columns.is_sky(raw):
            return False
        first, second, angle = turned
        if not math.isfinite(angle):
            return False
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        expected = first * cosine, -second * sine, first * sine, second * cosine
        worst = max(abs(a - b) for a, b in zip(matrix, expected, strict=True))
        return worst * sum(sides) < _PIXELS_MAX * abs(second) / 2


@rule(
    "WC208",
    "descriptions-disagree",
    clause="8.2",
    level="conv",
    catalogue_rows=("W006", "W007", "W008"),
    reads="values",
    subchecks=_plan_forms,
    needs_one_of=(("CTYPE1", "CTYPE2"),),
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
    CROTA2  =                 30.0
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
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
        pixel=format_pixel(distance.where),
    )  # fmt: skip


def _plan_parity(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None:
        return
    both = [
        axis
        for axis in range(1, AXES_MAX + 1)
        if f"CDELT{axis}" in layout.index and f"CD{axis}_{axis}" in layout.index
    ]
    if len(both) > 1 and any(f"CROTA{axis}" not in layout.index for axis in both):
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
    needs_one_of=(("CTYPE1", "CTYPE2", "CTYPE3"), ("CDELT1", "CDELT2", "CDELT3")),
    hdus=_IMAGES,
    summary_ja="CDELTi の符号が CDi_j の符号と合わず、像が裏返しになる",
    message="{keyword} = {text} beside {partner} = {value} is of an image with east to the {side},"
    " and by CDi_j east is to the {other}: CFITSIO goes by CDELTi, other programs by CDi_j",
)
def increments_of_other_sign(header: Header, _: object) -> Iterator[Flag]:
    """The CDELTi of the sky have one sign each, and CDi_j shows the sky the other way round.

    Increments that are positive both are let pass: many write the length of a pixel only.

    ## Why it matters
    One of the two has a wrong sign, and one half of the programs shows the sky as in a mirror.

    ## Example
    ```fits
    @text
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
    @text
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

    wcs = compile_celestial(header)
    if wcs is None or wcs.longitude is None or wcs.latitude is None:
        return
    axes = wcs.longitude, wcs.latitude
    first, second = sorted(axes)
    if wcs.sky_axes != (first, second) or f"CROTA{wcs.latitude + 1}" in header:
        return
    cards = [card for axis in (first, second) if (card := header.find_card(f"CDELT{axis + 1}"))]
    if len(cards) < 2 or not all(f"CD{axis + 1}_{axis + 1}" in header for axis in axes):
        return
    steps = [card.number_value or 0.0 for card in cards]
    product, area = steps[0] * steps[1], measure_pixel_area(wcs)
    # with declination first, increments of one sign each have east on the other side
    is_left = axes == (first, second)
    if product < 0 and abs(steps[0]) != 1.0 and (area > 0 if is_left else area < 0):
        sides = [phrase("left"), phrase("right")]
        side, other = sides if is_left else reversed(sides)
        yield flag(
            cards[0], keyword=f"CDELT{first + 1}", text=cards[0].text.strip(),
            partner=f"CDELT{second + 1}", value=cards[1].text.strip(), side=side, other=other,
        )  # fmt: skip
