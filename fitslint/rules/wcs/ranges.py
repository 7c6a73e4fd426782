"""Numbers of the coordinates that cannot be what they are."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.versions import LETTERS

_TURN = 360.0
_POLE = 90.0
_UNKNOWN = 999.0
"""LATPOLE of those who do not know it: Paper II, 2.4, takes the northern solution from it."""


def _surely_not_negative(text: bytes) -> bool:
    return text[:1] != b"-"


@rule(
    "WC116",
    "pole-out-of-range",
    clause="8.3",
    level="should",
    catalogue_rows=("W016",),
    reads="value",
    keywords=("LONPOLEa", "LATPOLEa", "LONPna", "LATPna"),
    summary_ja="LONPOLE・LATPOLE が角度としての範囲にない",
    message={
        "longitude": "{keyword} = {text} deg is more than a turn: readers take it for the angle of"
        " {angle}, and it may be a mark for 'not known'",
        "latitude": "{keyword} = {text} deg is no latitude, which lies between -90 and 90",
    },
)
def pole_out_of_range(card: Card) -> Iterator[Flag]:
    """The longitude or the latitude of the pole is not an angle of its range.

    A latitude of 999 is the mark of the coordinate papers for one that is not known.

    ## Why it matters
    LONPOLE turns the image about its reference point. A mark such as -999 is an angle like any
    other for a reader, which turns the image by it.

    ## Example
    ```fits
    LONPOLE =               -999.0
    ```
    Use instead:
    ```fits
    LONPOLE =                180.0
    ```
    """
    value = card.number_value
    if value is None:
        return
    if card.keyword.startswith("LON"):
        if abs(value) > _TURN:
            angle = float(f"{value % _TURN:.10g}")
            yield flag(card, message="longitude", keyword=card.keyword, text=card.text, angle=angle)
    elif abs(value) > _POLE and value != _UNKNOWN:
        yield flag(card, message="latitude", keyword=card.keyword, text=card.text)


@rule(
    "WC123",
    "axis-error-negative",
    clause="8.2",
    level="must",
    catalogue_rows=("W023",),
    reads="value",
    keywords=("CRDERia", "CSYERia", "TCRDna", "TCSYna", "iCRDna", "iCSYna"),
    precheck=_surely_not_negative,
    summary_ja="CRDER・CSYER (座標の誤差) が負である",
    message="{keyword} = {text} is an error of a coordinate, and cannot be negative",
)
def axis_error_negative(card: Card) -> Iterator[Flag]:
    """The random or systematic error of an axis is negative.

    ## Why it matters
    The standard has representative averages here, zero or positive. A negative one is a mark for
    'not known', for which the keyword has to be left out, or it is another quantity.

    ## Example
    ```fits
    CRDER1  =                 -1.0
    ```
    Use instead:
    ```fits
    CRDER1  =                0.002
    ```
    """
    value = card.number_value
    if value is not None and value < 0:
        yield flag(card, keyword=card.keyword, text=card.text)


@rule(
    "WC127",
    "crota-with-version",
    clause="8.2",
    level="must",
    catalogue_rows=("W027",),
    reads="value",
    keywords=tuple(f"CROTA{axis}{letter}" for axis in range(1, 10) for letter in LETTERS[1:]),
    kinds=("value",),
    summary_ja="CROTAi に版の文字が付いている (CROTAia というキーワードはない)",
    message="{keyword} is no keyword: CROTAi has no alternate versions, and the rotation of version"
    " {version} is that of PCi_j{version} or CDi_j{version}",
)
def crota_with_version(card: Card) -> Iterator[Flag]:
    """CROTAi has the letter of an alternate version.

    ## Why it matters
    The old keyword serves the primary version only. A reader that follows the standard does not
    know this one, and the version is not rotated.

    ## Example
    ```fits
    CTYPE1A = 'RA---TAN'
    CTYPE2A = 'DEC--TAN'
    CDELT1A =             -5.61E-5
    CDELT2A =              5.61E-5
    CROTA2A =                 30.0
    ```
    Use instead:
    ```fits
    CTYPE1A = 'RA---TAN'
    CTYPE2A = 'DEC--TAN'
    CD1_1A  =           -4.8584E-5
    CD1_2A  =           -2.8050E-5
    CD2_1A  =           -2.8050E-5
    CD2_2A  =            4.8584E-5
    ```
    """
    yield flag(card, (0, 8), keyword=card.keyword, version=card.keyword[-1])
