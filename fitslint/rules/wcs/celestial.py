"""Types of celestial axes: their form, and that longitude and latitude belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.wcs.versions import axes, described

PROJECTIONS = frozenset(
    (
        # Table 23 of FITS 4.0,
        *("AZP", "SZP", "TAN", "STG", "SIN", "ARC", "ZPN", "ZEA", "AIR"),
        *("CYP", "CEA", "CAR", "MER", "SFL", "PAR", "MOL", "AIT"),
        *("COP", "COE", "COD", "COO", "BON", "PCO", "TSC", "CSC", "QSC", "HPX", "XPH"),
        # conventions that stand in archives, and the two that the standard replaced.
        *("TPV", "TNX", "ZPX", "TPD", "TUV", "DSS", "NCP", "GLS"),
    )
)
_FORM = compile_late("( *)(RA|DEC|[A-Z]L(?:ON|AT)|[A-Z]{2}L[NT])([-_ ]*)([A-Z]{3})(-.*)?")
_STEM = 5
"""Characters of the coordinate type and the hyphens before the projection."""
_CTYPES = ("CTYPEia", "iCTYPn", "iCTYna", "TCTYPn", "TCTYna")


class Celestial(NamedTuple):
    """The type of a celestial axis in the form 4-3, read with any number of hyphens."""

    coordinate: str
    """RA, DEC, GLON, HPLT."""
    projection: str
    proper: str
    """The type as it should be written."""

    @property
    def latitude(self) -> bool:
        """Whether it is the axis of latitude."""
        return self.coordinate == "DEC" or self.coordinate[-2:] in ("AT", "LT")

    @property
    def frame(self) -> str:
        """What longitude and latitude have in common."""
        return "" if self.coordinate in ("RA", "DEC") else self.coordinate[:-2].removesuffix("L")


def celestial(text: str) -> Celestial | None:
    """The type of a celestial axis with a projection, known or not; None for every other type."""
    match = _FORM.fullmatch(text.rstrip(" "))
    if not match:
        return None
    stem = match[2].ljust(_STEM, "-")
    return Celestial(match[2], match[4], stem + match[4] + (match[5] or ""))


def malformed(text: str) -> str | None:
    """What a type with a known projection should read, when it is not written so."""
    found = celestial(text)
    if found and found.projection in PROJECTIONS and found.proper != text.rstrip(" "):
        return found.proper
    return None


def latitude_axis(header: Header) -> int | None:
    """The axis of latitude of the primary version."""
    for axis, card in axes(header, "CTYPE").get("", {}).items():
        value = card.value
        found = celestial(value) if isinstance(value, str) else None
        if found and found.latitude:
            return axis
    return None


def _surely_formed(text: bytes) -> bool:
    stem = text[1:6]
    return stem.endswith(b"-") and stem.rstrip(b"-").isalpha() and text[6:9].isalpha()


@rule(
    "WC111",
    "celestial-type-form",
    clause="8.2, 8.3",
    level="must",
    checks=("W011",),
    # Readers that take it for a linear axis read another text, and other positions, afterwards.
    fix="unsafe",
    reads="value",
    keywords=_CTYPES,
    types=("string",),
    quick=_surely_formed,
    ja="天球座標の CTYPE が 4-3 の形でない (ハイフンの数が違う)",
    message="{text} is not of the form 4-3, such as 'RA---TAN' or 'GLON-CAR'; write '{proper}'"
    " (WCSLIB, SExtractor and IDL take the axis for a linear one)",
)
def celestial_type_form(card: Card) -> Iterator[Flag]:
    """The type of a celestial axis has too few or too many hyphens.

    ## Why it matters
    The coordinate fills four characters with hyphens, a hyphen follows, then the projection.
    Readers take anything else for a linear axis and say nothing: the positions are wrong.

    ## Example
    ```fits
    CTYPE1  = 'RA--TAN '           / gnomonic projection
    CTYPE2  = 'DEC--TAN'           / gnomonic projection
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'           / gnomonic projection
    CTYPE2  = 'DEC--TAN'           / gnomonic projection
    ```
    """
    value = card.value
    proper = malformed(value) if isinstance(value, str) else None
    if proper:
        edit = _write_string(card, proper)
        yield flag(card, fix=edit, title=f"write '{proper}'", text=card.text, proper=proper)


def _surely_known(text: bytes) -> bool:
    return text[6:9] in _CODES or text[5:6] != b"-"


_CODES = frozenset(code.encode() for code in PROJECTIONS)
_OTHERS = frozenset(("TAB", "LOG"))
"""Algorithms of any axis (section 8.4, Table 26)."""


@rule(
    "WC112",
    "projection-unknown",
    clause="8.3",
    level="must",
    checks=("W012",),
    reads="value",
    keywords=_CTYPES,
    types=("string",),
    quick=_surely_known,
    ja="CTYPE の投影法の略号が標準にない",
    message="{keyword} = '{text}': {code} is no projection of the standard nor a registered one;"
    " readers refuse the coordinates",
)
def projection_unknown(card: Card) -> Iterator[Flag]:
    """The type of a celestial axis names a projection that nobody knows.

    ## Why it matters
    WCSLIB and AST stop at such a type, and programs built on them give no position at all.

    ## Example
    ```fits
    CTYPE1  = 'RA---XYZ'
    CTYPE2  = 'DEC--XYZ'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    value = card.value
    text = value.rstrip(" ") if isinstance(value, str) else ""
    found = celestial(text)
    if found is None or found.proper != text:
        return
    if found.projection not in PROJECTIONS | _OTHERS:
        yield flag(card, keyword=card.keyword, text=text, code=found.projection)


def _surely_capitals(text: bytes) -> bool:
    return text == text.upper()


@rule(
    "WC114",
    "type-in-small-letters",
    clause="8.2",
    level="must",
    checks=("W014",),
    reads="value",
    keywords=_CTYPES,
    types=("string",),
    quick=_surely_capitals,
    # Readers that took the axes for linear ones read other positions afterwards.
    fix="unsafe",
    ja="天球座標の CTYPE が大文字でない",
    message="{keyword} = '{text}' has to be '{proper}' in capitals; WCSLIB and AST refuse it or"
    " take the axis for a linear one",
)
def type_in_small_letters(card: Card) -> Iterator[Flag]:
    """The type of a celestial axis is not in capitals.

    ## Why it matters
    Of fifteen readers three answer with linear coordinates and eight with none.

    ## Example
    ```fits
    CTYPE1  = 'ra---tan'
    CTYPE2  = 'dec--tan'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    value = card.value
    text = value.rstrip(" ") if isinstance(value, str) else ""
    found = celestial(text.upper())
    if text == text.upper() or found is None or found.projection not in PROJECTIONS:
        return
    edit = _write_string(card, found.proper)
    title = f"write '{found.proper}'"
    yield flag(card, fix=edit, title=title, keyword=card.keyword, text=text, proper=found.proper)


def _write_string(card: Card, text: str) -> Edit | None:
    """The edit that writes a string over the value, as wide as that was."""
    start, end = card.form.value or (10, 10)
    return overwrite_value(card, f"'{text.ljust(end - start - 2)}'")


@rule(
    "WC113",
    "celestial-axes-unpaired",
    clause="8.3",
    level="must",
    checks=("W013",),
    reads="values",
    needs=("CTYPEia", "INHERIT"),
    ja="天球座標の経度と緯度の軸が対になっていない",
    message={
        "": "{keyword} = '{type}' is an axis of {what} without its axis of {other} in {version}",
        "frame": "{keyword} = '{type}' does not belong to '{partner}' of {name}: one axis has to"
        " be the longitude and one the latitude of the same frame",
        "projection": "{keyword} = '{type}' has another projection than '{partner}' of {name}",
    },
)
def celestial_axes_unpaired(header: Header) -> Iterator[Flag]:
    """An axis of longitude has no axis of latitude, or the two do not fit each other.

    ## Why it matters
    A projection maps two coordinates at once. Readers cannot use one of them alone, and refuse the
    coordinates of the whole array.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--SIN'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    # What INHERIT takes from the primary header may be the other axis.
    if header.value("INHERIT") is True:
        return
    for version, cards in axes(header, "CTYPE").items():
        if any(card.form.fault for card in cards.values()):
            continue
        yield from _unpaired(version, list(_celestial_axes(cards.values())))


def _celestial_axes(cards: Iterable[Card]) -> Iterator[tuple[Card, Celestial]]:
    for card in cards:
        value = card.value
        # The case of the letters is another question.
        found = celestial(value.upper()) if isinstance(value, str) else None
        if found:
            yield card, found


def _unpaired(version: str, found: list[tuple[Card, Celestial]]) -> Iterator[Flag]:
    """Flags on the axes of one version: the later one of two that do not fit, or the one alone."""
    longitudes = [one for one in found if not one[1].latitude]
    latitudes = [one for one in found if one[1].latitude]
    for one in list(longitudes):
        same = [other for other in latitudes if other[1].frame == one[1].frame]
        if same:
            longitudes.remove(one)
            latitudes.remove(same[0])
            if same[0][1].projection != one[1].projection:
                yield _unfit("projection", one, same[0])
    while longitudes and latitudes:
        yield _unfit("frame", longitudes.pop(0), latitudes.pop(0))
    for card, axis in (*longitudes, *latitudes):
        # One that is not well formed has a finding, and -TAB is no projection.
        if axis.proper != str(card.value).rstrip(" ") or axis.projection not in PROJECTIONS:
            continue
        what, other = ("latitude", "longitude") if axis.latitude else ("longitude", "latitude")
        yield flag(
            card,
            keyword=card.keyword,
            type=axis.proper,
            what=what,
            other=other,
            version=described(version),
        )


def _unfit(message: str, one: tuple[Card, Celestial], other: tuple[Card, Celestial]) -> Flag:
    first, second = sorted((one, other), key=lambda axis: axis[0].number)
    return flag(
        second[0],
        message=message,
        keyword=second[0].keyword,
        type=second[1].proper,
        partner=first[1].proper,
        name=first[0].keyword,
    )
