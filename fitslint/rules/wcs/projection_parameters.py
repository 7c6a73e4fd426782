"""Projections against their parameters PVi_m, their reference point and their names of today."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.celestial import parse_celestial_type
from fitslint.rules.wcs.distortions import find_linear_terms
from fitslint.rules.wcs.versions import (
    LETTERS,
    describe_version,
    find_axis_cards,
    find_matrices,
    is_in_types,
)
from fitslint.text import phrase

_NONE = frozenset[int]()
_ONE, _TWO = frozenset((1,)), frozenset((1, 2))
PARAMETERS: dict[str, frozenset[int]] = {
    **dict.fromkeys(("TAN", "STG", "ARC", "ZEA", "CAR", "MER", "SFL", "PAR", "MOL", "AIT"), _NONE),
    **dict.fromkeys(("PCO", "TSC", "CSC", "QSC", "XPH"), _NONE),
    **dict.fromkeys(("AIR", "CEA", "BON"), _ONE),
    **dict.fromkeys(("AZP", "SIN", "CYP", "COP", "COE", "COD", "COO", "HPX"), _TWO),
    "SZP": frozenset((1, 2, 3)),
    "ZPN": frozenset(range(21)),
}
"""The numbers m of PVi_m on the axis of latitude (Paper II, Table 13)."""
_REQUIRED = frozenset(("COP", "COE", "COD", "COO", "BON"))
"""Projections whose PVi_1 has no default that can be used."""
_OF_LONGITUDE = frozenset(range(5))
"""PVi_0 to PVi_4 of the longitude: the reference point and the pole (Paper II, 2.5)."""
_OF_SCAMP = 5
_TURN = 360.0
_ANGLES: dict[str, tuple[int, ...]] = {
    "AZP": (2,), "SZP": (2, 3), "AIR": (1,), "BON": (1,),
    **dict.fromkeys(("COP", "COE", "COD", "COO"), (1, 2)),
}  # fmt: skip
"""The parameters that are angles in degrees (Paper II, Table 13)."""
_TYPES = tuple(f"CTYPE{axis}{letter}" for letter in LETTERS for axis in range(1, 10))


class _Sky:
    """The celestial axes of a version: one projection, two axes."""

    def __init__(self, version: str, longitude: int, latitude: int, cards: dict[int, Card]) -> None:
        self.version = version
        self.longitude = longitude
        self.latitude = latitude
        self.card = cards[latitude]
        self.first = min((cards[longitude], self.card), key=lambda card: card.number)
        self.projection = str(self.card.value).rstrip()[5:8]


def _list_skies(header: Header) -> Iterator[_Sky]:
    """The versions with one longitude and one latitude of a projection in the form 4-3."""
    for version, cards in find_axis_cards(header, "CTYPE").items():
        places: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
        for axis, card in cards.items():
            value = card.value
            found = parse_celestial_type(value) if isinstance(value, str) else None
            if found and found.standard_form == str(value).rstrip():
                places[found.is_latitude].append((axis, found.projection))
        if len(places[True]) == len(places[False]) == 1:
            (latitude, projection), (longitude, other) = places[True][0], places[False][0]
            if projection == other:
                yield _Sky(version, longitude, latitude, cards)


def _find_terms(header: Header, version: str) -> dict[tuple[int, int], Card]:
    return find_matrices(header, "PV").get(version, {}) | _find_zeroth(header, version)


def _find_zeroth(header: Header, version: str) -> dict[tuple[int, int], Card]:
    """PVi_0, which is no element of a matrix."""
    names = ((axis, f"PV{axis}_0{version}") for axis in range(1, 10))
    return {(axis, 0): card for axis, name in names if (card := header.find_card(name))}


@rule(
    "WC117",
    "projection-parameter",
    clause="8.3",
    level="must",
    catalogue_rows=("W017",),
    reads="values",
    needs=("CTYPEia", "PVi_ma", "PROJPn", "INHERIT"),
    needs_one_of=(_TYPES,),
    precheck=lambda header: (
        b"PV" not in header.raw
        and not any(
            code in header.raw for code in (b"-COP", b"-COE", b"-COD", b"-COO", b"-BON", b"-ZPN")
        )
    ),
    summary_ja="PVi_m の番号がその投影法のパラメータでない、または必要なパラメータがない",
    message={
        "": "{keyword} is no parameter of {projection} in {version}: its axis of latitude has"
        " {known}",
        "longitude": "{keyword} is no parameter of an axis of longitude, which has PV{axis}_0 to"
        " PV{axis}_4",
        "range": "{keyword} = {text} in {version}: {reason}, so that there are no positions",
        "angle": "{keyword} = {text} is an angle of {projection} in degrees, and more than a turn",
        "absent": "{keyword} = '{text}': the projection {projection} needs {wanted}; readers refuse"
        " the coordinates without it",
    },
)
def projection_parameter(header: Header) -> Iterator[Flag]:
    """A projection has a parameter that it does not know, or that is out of range, or lacks one.

    One that is zero is not told: writers have a fixed set of them.

    ## Why it matters
    A term that no projection uses is ignored by WCSLIB, AST and IDL; WCSTools and SExtractor take
    it under TAN for a distortion. Either it or the projection is not what was meant.

    ## Example
    ```fits
    CTYPE1  = 'RA---ARC'
    CTYPE2  = 'DEC--ARC'
    PV2_1   =                  1.0
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---ZPN'
    CTYPE2  = 'DEC--ZPN'
    PV2_1   =                  1.0
    ```
    """
    inherits = header.value("INHERIT") is True or any(
        name.startswith("PROJP") for name in header.layout.index
    )
    for sky in _list_skies(header):
        known = PARAMETERS.get(sky.projection)
        if known is None:
            continue
        terms = _find_terms(header, sky.version)
        # The polynomial of SCAMP under TAN has a rule of its own.
        if sky.projection == "TAN" and (
            any(term >= _OF_SCAMP for _, term in terms)
            or find_linear_terms(header, (sky.longitude, sky.latitude), sky.version)
        ):
            continue
        for (axis, term), card in terms.items():
            if card.number_value in (None, 0):
                continue
            if axis == sky.longitude and term not in _OF_LONGITUDE:
                yield flag(card, (0, 8), message="longitude", keyword=card.keyword, axis=axis)
            elif axis == sky.latitude and term not in known:
                yield flag(
                    card,
                    (0, 8),
                    keyword=card.keyword,
                    projection=sky.projection,
                    version=describe_version(sky.version),
                    known=_say(axis, known),
                )
        if not inherits:
            yield from _find_absent(sky, terms)
        yield from _judge_range(sky, terms)


def _judge_range(sky: _Sky, terms: dict[tuple[int, int], Card]) -> Iterator[Flag]:
    """A parameter with which there is no such projection."""
    from fitslint.wcs.projection.base import BadParameter
    from fitslint.wcs.projection.registry import PROJECTION_TYPES, make_projection

    cards = {term: card for (axis, term), card in terms.items() if axis == sky.latitude}
    values = {term: card.number_value for term, card in cards.items()}
    if sky.projection not in PROJECTION_TYPES or not values or None in values.values():
        return
    for term in _ANGLES.get(sky.projection, ()):
        if abs(values.get(term) or 0.0) > _TURN:
            angle = cards[term]
            yield flag(angle, message="angle", keyword=angle.keyword, text=angle.text.strip(),
                       projection=sky.projection)  # fmt: skip
            return
    try:
        make_projection(sky.projection, {term: value or 0.0 for term, value in values.items()})
    except BadParameter as error:
        card = cards.get(error.index)
        if card is not None:
            yield flag(
                card, message="range", keyword=card.keyword, text=card.text.strip(),
                version=describe_version(sky.version), reason=error.sentence,
            )  # fmt: skip


def _say(axis: int, known: frozenset[int]) -> str:
    names = [f"PV{axis}_{term}" for term in sorted(known)]
    if not names:
        return phrase("none")
    if len(names) == 1:
        return names[0]
    return phrase("{first} to {last}", first=names[0], last=names[-1])


def _find_absent(sky: _Sky, terms: dict[tuple[int, int], Card]) -> Iterator[Flag]:
    """The parameter without which there is no projection."""
    of_latitude = {term for axis, term in terms if axis == sky.latitude}
    wanted = ""
    if sky.projection in _REQUIRED and 1 not in of_latitude:
        wanted = f"PV{sky.latitude}_1{sky.version}"
    elif sky.projection == "ZPN" and not of_latitude:
        wanted = f"PV{sky.latitude}_m{sky.version}"
    if wanted:
        yield flag(
            sky.card,
            message="absent",
            keyword=sky.card.keyword,
            text=str(sky.card.value).rstrip(),
            projection=sky.projection,
            wanted=wanted,
        )


@rule(
    "WC125",
    "retired-projection",
    clause="8.3",
    level="should",
    catalogue_rows=("W025",),
    reads="values",
    needs=("CTYPEia",),
    needs_one_of=(_TYPES,),
    precheck=lambda header: b"-GLS" not in header.raw and b"-NCP" not in header.raw,
    summary_ja="廃止された投影法の名前 (GLS、NCP) が使われている",
    message={
        "GLS": "{keyword} = '{text}': the projection GLS of AIPS was replaced by SFL; AST, DS9,"
        " WCSTools, IRAF and SExtractor are off by degrees where the reference latitude is not 0",
        "NCP": "{keyword} = '{text}': the projection NCP of AIPS was replaced by SIN with"
        " PV{axis}_2 = cot(reference latitude); IRAF refuses it, SExtractor misreads it",
    },
)
def retired_projection(header: Header) -> Iterator[Flag]:
    """The projection has a name of AIPS that the standard replaced.

    There is no rewriting that all readers understand: CFITSIO does not know SFL, nor the parameters
    of SIN.

    ## Why it matters
    Old images of radio telescopes have them. Some readers translate them and others do not, or
    assume a reference point on the equator.

    ## Example
    ```fits
    CTYPE1  = 'RA---GLS'
    CTYPE2  = 'DEC--GLS'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---SFL'
    CTYPE2  = 'DEC--SFL'
    ```
    """
    for sky in _list_skies(header):
        if sky.projection in ("GLS", "NCP"):
            yield flag(
                sky.first,
                message=sky.projection,
                keyword=sky.first.keyword,
                text=str(sky.first.value).rstrip(),
                axis=sky.latitude,
            )


_CYLINDRICAL = frozenset(("CYP", "CEA", "CAR", "MER"))
_CYLINDER = compile_late(rb"-(?:CYP|CEA|CAR|MER)")


def _precheck_cylinders(header: Header) -> bool:
    """Whether no type of an axis names such a projection."""
    return not is_in_types(_CYLINDER, header)


@rule(
    "WC126",
    "cylindrical-off-equator",
    clause="8.3",
    level="style",
    catalogue_rows=("W026",),
    reads="values",
    needs=("CTYPEia", "CRVALia", "PVi_ma", "LONPOLEa", "LATPOLEa"),
    min_present=2,
    needs_one_of=(_TYPES,),
    precheck=_precheck_cylinders,
    precheck_needs=("CTYPEia",),
    summary_ja="円筒図法の基準緯度が 0 でない",
    message="{keyword} = {text} under {projection}: the grid of a cylindrical projection whose"
    " reference latitude is not 0 is oblique, without straight meridians (CFITSIO reads straight"
    " ones); write LONPOLE where it is meant so",
)
def cylindrical_off_equator(header: Header) -> Iterator[Flag]:
    """A cylindrical projection has its reference point off the equator.

    It is allowed, and where LONPOLE, LATPOLE or PVi_1, PVi_2 say how the pole stands, it is not
    told. A plain map in longitude and latitude has CRVALi = 0 on the latitude, and CRPIXj
    says at which pixel the equator would be.

    ## Why it matters
    Who wants pixels of equal steps in longitude and latitude gets a map that is turned about the
    reference point, with a scale that is another one by the cosine of the latitude.

    ## Example
    ```fits
    CTYPE1  = 'GLON-CAR'
    CTYPE2  = 'GLAT-CAR'
    CRVAL2  =                 30.0
    CRPIX2  =                  1.0
    CDELT2  =                  0.1
    ```
    Use instead:
    ```fits
    CTYPE1  = 'GLON-CAR'
    CTYPE2  = 'GLAT-CAR'
    CRVAL2  =                  0.0
    CRPIX2  =               -299.0
    CDELT2  =                  0.1
    ```
    """
    values = find_axis_cards(header, "CRVAL")
    for sky in _list_skies(header):
        card = values.get(sky.version, {}).get(sky.latitude)
        if sky.projection not in _CYLINDRICAL or card is None or not card.number_value:
            continue
        stated = (
            f"LONPOLE{sky.version}",
            f"LATPOLE{sky.version}",
            f"PV{sky.longitude}_1{sky.version}",
            f"PV{sky.longitude}_2{sky.version}",
        )
        if not any(name in header for name in stated):
            yield flag(
                card,
                keyword=card.keyword,
                text=card.text.strip(),
                projection=sky.projection,
            )
