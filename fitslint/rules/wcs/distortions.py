"""Terms of distortions, and the types that say that they are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.wcs.celestial import parse_celestial_type
from fitslint.rules.wcs.versions import describe_version, find_axis_cards
from fitslint.text import phrase

_SCAMP_TERM_MIN = 5
"""No convention but that of SCAMP has terms from here on under a projection without parameters."""
_TERM = compile_late("PV([1-9][0-9]?)_([0-9][0-9]?)([A-Z]?)")
_PAIR = 2
_SCALE, _SCALE_ROOM = 1, 0.3
"""The term of an axis on itself, and how far from 1 fits have it."""


def _precheck_terms(header: Header) -> bool:
    terms = header.layout.compute_once("terms of PVi_m", _list_terms)
    return not any(
        term >= _SCAMP_TERM_MIN or (term == _SCALE and axis > 1)
        for found in terms.values()
        for axis, term, _ in found
    )


@rule(
    "WD104",
    "polynomial-under-tan",
    clause="8.3, TPV convention",
    level="conv",
    catalogue_rows=("X004",),
    fix="unsafe",
    reads="values",
    needs=("CTYPEia", "PVi_ma"),
    min_present=2,
    precheck=_precheck_terms,
    precheck_needs=(),
    summary_ja="TAN 投影に SCAMP の歪み多項式 (PVi_m) が付いている。TPV と書く",
    message={
        "": "{keyword} is no parameter of TAN in {version}: it is a term of a distortion, whose"
        " registered name is TPV (IRAF and astrometry.net ignore the terms under TAN, gnuastro"
        " refuses them; CFITSIO does not know TPV)",
        "linear": "{keyword} and {partner} in {version}, both close to 1, are the terms of a"
        " distortion of first degree as SCAMP fits it, whose registered name is TPV; under TAN"
        " those of the longitude are a native reference point by the standard, and WCSLIB puts"
        " the image elsewhere by them",
    },
)
def polynomial_under_tan(header: Header) -> Iterator[Flag]:
    """A gnomonic projection has the polynomial terms that SCAMP fits.

    ## Why it matters
    TAN has no parameters. SExtractor, SWarp, WCSTools and astropy guess what is meant, others
    ignore the terms and are tens of arcseconds off, or refuse the file. Of terms up to the fourth
    alone nobody can guess it.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    PV1_1   =                  1.0
    PV1_5   =               1.0E-5
    PV2_1   =                  1.0
    PV2_5   =               1.0E-5
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TPV'
    CTYPE2  = 'DEC--TPV'
    PV1_1   =                  1.0
    PV1_5   =               1.0E-5
    PV2_1   =                  1.0
    PV2_5   =               1.0E-5
    ```
    """
    terms = header.layout.compute_once("terms of PVi_m", _list_terms)
    for version, cards in find_axis_cards(header, "CTYPE").items():
        types = {axis: card for axis, card in cards.items() if _is_plain_tan(card)}
        if len(types) != _PAIR:
            continue
        high = [(axis, at) for axis, term, at in terms.get(version, ()) if term >= _SCAMP_TERM_MIN]
        places = [at for axis, at in high if axis in types]
        scales = () if high else find_linear_terms(header, tuple(types), version)
        if places or scales:
            first = scales[0] if scales else header.card(places[0])
            edits = [edit for card in types.values() if (edit := _rewrite_as_tpv(card))]
            yield flag(
                first,
                (0, 8),
                message="linear" if scales else "",
                fix=edits if len(edits) == len(types) else None,
                title=phrase("write TPV for TAN"),
                keyword=first.keyword,
                partner=scales[1].keyword if scales else "",
                version=describe_version(version),
            )


def find_linear_terms(header: Header, axes: Sequence[int], version: str) -> tuple[Card, ...]:
    """The two cards of a distortion of first degree that SCAMP left under TAN; none without it.

    Both axes have a term on themselves that is close to 1: no native longitude of one degree has a
    partner on the latitude.
    """
    names = (f"PV{axis}_{_SCALE}{version}" for axis in axes)
    cards = tuple(card for name in names if (card := header.find_card(name)) is not None)
    values = [card.number_value for card in cards]
    is_whole = len(cards) == _PAIR and all(
        value is not None and abs(value - 1) < _SCALE_ROOM for value in values
    )
    return cards if is_whole else ()


def _list_terms(layout: Layout) -> dict[str, list[tuple[int, int, int]]]:
    """By version: axis, number and position of every PVi_m."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for place, name in enumerate(layout.names):
        match = _TERM.fullmatch(name)
        if match:
            found.setdefault(match[3], []).append((int(match[1]), int(match[2]), place))
    return found


def _is_plain_tan(card: Card) -> bool:
    value = card.value
    found = parse_celestial_type(value) if isinstance(value, str) else None
    # With -SIP behind it the terms are a second distortion, which is another finding.
    return (
        found is not None
        and found.standard_form == str(value).rstrip()
        and found.standard_form[5:] == "TAN"
    )


def _rewrite_as_tpv(card: Card) -> Edit | None:
    text = str(card.value).rstrip().removesuffix("TAN")
    return None if text == str(card.value).rstrip() else overwrite_value(card, f"'{text}TPV'")
