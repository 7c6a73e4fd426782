"""Types of celestial axes: their form, and that longitude and latitude belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.wcs.versions import describe_version, find_axis_cards
from fitslint.text import phrase

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
_CELESTIAL_FORM = compile_late("( *)(RA|DEC|[A-Z]L(?:ON|AT)|[A-Z]{2}L[NT])([-_ ]*)([A-Z]{3})(-.*)?")
_STEM_LENGTH = 5
"""Characters of the coordinate type and the hyphens before the projection."""
_CTYPE_KEYWORDS = ("CTYPEia", "iCTYPn", "iCTYna", "TCTYPn", "TCTYna")


class CelestialAxisType(NamedTuple):
    """The type of a celestial axis in the form 4-3, read with any number of hyphens."""

    coordinate: str
    """RA, DEC, GLON, HPLT."""
    projection: str
    standard_form: str
    """The type as it should be written."""

    @property
    def is_latitude(self) -> bool:
        """Whether it is the axis of latitude."""
        return self.coordinate == "DEC" or self.coordinate[-2:] in ("AT", "LT")

    @property
    def frame(self) -> str:
        """What longitude and latitude have in common."""
        return "" if self.coordinate in ("RA", "DEC") else self.coordinate[:-2].removesuffix("L")


def parse_celestial_type(text: str) -> CelestialAxisType | None:
    """The type of a celestial axis with a projection, known or not; None for every other type."""
    match = _CELESTIAL_FORM.fullmatch(text.rstrip(" "))
    if not match:
        return None
    stem = match[2].ljust(_STEM_LENGTH, "-")
    return CelestialAxisType(match[2], match[4], stem + match[4] + (match[5] or ""))


def is_celestial_card(card: Card) -> bool:
    """Whether a CTYPE says celestial axis and projection, known or not."""
    value = card.value
    return isinstance(value, str) and parse_celestial_type(value) is not None


def correct_ctype(text: str) -> str | None:
    """What a type with a known projection should read, when it is not written so."""
    found = parse_celestial_type(text)
    if found and found.projection in PROJECTIONS and found.standard_form != text.rstrip(" "):
        return found.standard_form
    return None


def find_latitude_axis(header: Header) -> int | None:
    """The axis of latitude of the primary version."""
    for axis, card in find_axis_cards(header, "CTYPE").get("", {}).items():
        value = card.value
        found = parse_celestial_type(value) if isinstance(value, str) else None
        if found and found.is_latitude:
            return axis
    return None


def _precheck_form(text: bytes) -> bool:
    stem = text[1:6]
    return stem.endswith(b"-") and stem.rstrip(b"-").isalpha() and text[6:9].isalpha()


@rule(
    "WC111",
    "celestial-type-form",
    clause="8.2, 8.3",
    level="must",
    catalogue_rows=("W011",),
    # Readers that take it for a linear axis read another text, and other positions, afterwards.
    fix="unsafe",
    reads="value",
    keywords=_CTYPE_KEYWORDS,
    types=("string",),
    precheck=_precheck_form,
    summary_ja="天球座標の CTYPE が 4-3 の形でない (ハイフンの数が違う)",
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
    proper = correct_ctype(value) if isinstance(value, str) else None
    if proper:
        edit = _write_string(card, proper)
        yield flag(
            card,
            fix=edit,
            title=phrase("write '{proper}'", proper=proper),
            text=card.text,
            proper=proper,
        )


def _precheck_projection(text: bytes) -> bool:
    return text[6:9] in _PROJECTION_BYTES or text[5:6] != b"-"


_PROJECTION_BYTES = frozenset(code.encode() for code in PROJECTIONS)
_OTHER_ALGORITHMS = frozenset(("TAB", "LOG"))
"""Algorithms of any axis (section 8.4, Table 26)."""


@rule(
    "WC112",
    "projection-unknown",
    clause="8.3",
    level="must",
    catalogue_rows=("W012",),
    reads="value",
    keywords=_CTYPE_KEYWORDS,
    types=("string",),
    precheck=_precheck_projection,
    summary_ja="CTYPE の投影法の略号が標準にない",
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
    found = parse_celestial_type(text)
    if found is None or found.standard_form != text:
        return
    if found.projection not in PROJECTIONS | _OTHER_ALGORITHMS:
        yield flag(card, keyword=card.keyword, text=text, code=found.projection)


def _precheck_case(text: bytes) -> bool:
    return text == text.upper()


@rule(
    "WC114",
    "type-in-small-letters",
    clause="8.2",
    level="must",
    catalogue_rows=("W014",),
    reads="value",
    keywords=_CTYPE_KEYWORDS,
    types=("string",),
    precheck=_precheck_case,
    # Readers that took the axes for linear ones read other positions afterwards.
    fix="unsafe",
    summary_ja="天球座標の CTYPE が大文字でない",
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
    found = parse_celestial_type(text.upper())
    if text == text.upper() or found is None or found.projection not in PROJECTIONS:
        return
    edit = _write_string(card, found.standard_form)
    title = phrase("write '{standard_form}'", standard_form=found.standard_form)
    yield flag(
        card, fix=edit, title=title, keyword=card.keyword, text=text, proper=found.standard_form
    )


def _write_string(card: Card, text: str) -> Edit | None:
    """The edit that writes a string over the value, as wide as that was."""
    start, end = card.form.value or (10, 10)
    return overwrite_value(card, f"'{text.ljust(end - start - 2)}'")


@rule(
    "WC113",
    "celestial-axes-unpaired",
    clause="8.3",
    level="must",
    catalogue_rows=("W013",),
    reads="values",
    needs=("CTYPEia", "INHERIT"),
    summary_ja="天球座標の経度と緯度の軸が対になっていない",
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
    for version, cards in find_axis_cards(header, "CTYPE").items():
        if any(card.form.fault for card in cards.values()):
            continue
        yield from _flag_lone_axes(version, list(_parse_celestial_axes(cards.values())))


def _parse_celestial_axes(cards: Iterable[Card]) -> Iterator[tuple[Card, CelestialAxisType]]:
    for card in cards:
        value = card.value
        # The case of the letters is another question.
        found = parse_celestial_type(value.upper()) if isinstance(value, str) else None
        if found:
            yield card, found


def _flag_lone_axes(version: str, found: list[tuple[Card, CelestialAxisType]]) -> Iterator[Flag]:
    """Flags on the axes of one version: the later one of two that do not fit, or the one alone."""
    longitudes = [one for one in found if not one[1].is_latitude]
    latitudes = [one for one in found if one[1].is_latitude]
    for longitude in list(longitudes):
        same = [other for other in latitudes if other[1].frame == longitude[1].frame]
        if same:
            longitudes.remove(longitude)
            latitudes.remove(same[0])
            if same[0][1].projection != longitude[1].projection:
                yield _flag_mismatch("projection", longitude, same[0])
    while longitudes and latitudes:
        yield _flag_mismatch("frame", longitudes.pop(0), latitudes.pop(0))
    for card, axis in (*longitudes, *latitudes):
        # One that is not well formed has a finding, and -TAB is no projection.
        if axis.standard_form != str(card.value).rstrip(" ") or axis.projection not in PROJECTIONS:
            continue
        what, other = ("latitude", "longitude") if axis.is_latitude else ("longitude", "latitude")
        yield flag(
            card,
            keyword=card.keyword,
            type=axis.standard_form,
            what=phrase(what),
            other=phrase(other),
            version=describe_version(version),
        )


def _flag_mismatch(
    message: str, one: tuple[Card, CelestialAxisType], other: tuple[Card, CelestialAxisType]
) -> Flag:
    first, second = sorted((one, other), key=lambda axis: axis[0].number)
    return flag(
        second[0],
        message=message,
        keyword=second[0].keyword,
        type=second[1].standard_form,
        partner=first[1].standard_form,
        name=first[0].keyword,
    )
