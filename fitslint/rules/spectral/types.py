"""Types of spectral axes: their codes, the forms of AIPS, and the units that fit them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, insert_after, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.wcs.versions import find_axis_cards
from fitslint.text import phrase
from fitslint.units.spelling import name_quantity

LINEAR_IN = {
    **dict.fromkeys(("FREQ", "ENER", "WAVN", "VRAD"), "F"),
    **dict.fromkeys(("WAVE", "VOPT", "ZOPT"), "W"),
    "AWAV": "A",
    **dict.fromkeys(("VELO", "BETA"), "V"),
}
"""Spectral types, and the basic variable that each is a linear function of (Table 25)."""
_TABLES = frozenset(("GRI", "GRA", "TAB", "LOG"))
"""Algorithms that any spectral axis may have (Table 26)."""
_CONVERSION = compile_late("([FWVA])2([FWVA])")
_FORM = compile_late("([A-Z]{4})(?:-([A-Z0-9]{3}))?", re.IGNORECASE)
_CTYPES = ("CTYPEia", "iCTYPn", "iCTYna", "TCTYPn", "TCTYna")
_FIRST = frozenset(code[:3].encode() for code in (*LINEAR_IN, "FELO"))
_STEM = 4
"""Characters of the type before the hyphen and the algorithm."""


class Spectral(NamedTuple):
    """The type of a spectral axis: ``VOPT-F2W`` is VOPT, sampled evenly in frequency."""

    code: str
    algorithm: str
    """Three characters, empty for a linear axis."""

    @property
    def sampled(self) -> str:
        """The basic variable in which the axis has even steps, empty where a table gives it."""
        match = _CONVERSION.fullmatch(self.algorithm)
        return match[1] if match else "" if self.algorithm else LINEAR_IN[self.code]


def match_spectral_type(text: str) -> Spectral | None:
    """The type of a spectral axis as the standard has it; None for every other type."""
    match = _FORM.fullmatch(text.rstrip(" "))
    if not match or match[1] not in LINEAR_IN:
        return None
    found = Spectral(match[1], match[2] or "")
    return found if _has_algorithm(found) else None


def _has_algorithm(found: Spectral) -> bool:
    """Whether the algorithm is one of the standard, and leads to the type."""
    match = _CONVERSION.fullmatch(found.algorithm)
    if match:
        return match[1] != match[2] and match[2] == LINEAR_IN[found.code]
    return not found.algorithm or found.algorithm in _TABLES


def _surely_other(text: bytes) -> bool:
    """Whether a value is surely no spectral type that could be wrong."""
    return text[1:4].upper() not in _FIRST or (text[5:6] in b" '" and text[1:5].isupper())


@rule(
    "WS101",
    "spectral-type",
    clause="8.4",
    level="must",
    catalogue_rows=("S001",),
    reads="value",
    keywords=_CTYPES,
    types=("string",),
    precheck=_surely_other,
    summary_ja="分光軸の CTYPE の型またはアルゴリズムの符号が標準にない",
    message={
        "": "{keyword} = '{text}': {algorithm} is no algorithm of spectral axes",
        "leads": "{keyword} = '{text}': {algorithm} does not lead to {code}, which is linear in"
        " another variable; it takes {wanted}",
        "case": "{keyword} = '{text}' has to be '{proper}' in capitals; readers take the axis for a"
        " linear one without a meaning",
    },
)
def spectral_type(card: Card) -> Iterator[Flag]:
    """The type of a spectral axis has an algorithm that the standard does not have.

    Behind the type and a hyphen stands how the axis is sampled: VOPT-F2W has even steps in
    frequency (F), and VOPT is a linear function of the wavelength (W).

    ## Why it matters
    Readers that follow the standard refuse the axis, or all coordinates of the image, and the
    others take it for a linear one, which is wrong away from the reference point.

    ## Example
    ```fits
    CTYPE3  = 'WAVE-F2V'           / wavelength
    ```
    Use instead:
    ```fits
    CTYPE3  = 'WAVE-F2W'           / wavelength
    ```
    """
    text = str(card.value).rstrip(" ")
    match = _FORM.fullmatch(text)
    if not match or match[1].upper() not in LINEAR_IN:
        return
    found = Spectral(match[1].upper(), (match[2] or "").upper())
    if found.algorithm in FRAMES_OF_AIPS:
        return
    conversion = _CONVERSION.fullmatch(found.algorithm)
    if not _has_algorithm(found):
        linear = LINEAR_IN[found.code]
        wanted = ", ".join(f"{variable}2{linear}" for variable in "FWVA" if variable != linear)
        yield flag(
            card, message="leads" if conversion else "", keyword=card.keyword, text=text,
            algorithm=found.algorithm, code=found.code, wanted=wanted,
        )  # fmt: skip
    elif text != text.upper():
        proper = text.upper()
        yield flag(
            card, message="case", level="should", keyword=card.keyword, text=text, proper=proper,
        )  # fmt: skip


FRAMES_OF_AIPS = {"LSR": "LSRK", "HEL": "BARYCENT", "OBS": "TOPOCENT"}
"""What AIPS writes behind a type, and the SPECSYS that is meant (AIPS Memo 117)."""
_OLD = compile_late("(FREQ|VELO|FELO)(?:-(LSR|HEL|OBS))?")
_MEANT = {
    "FREQ": "'FREQ'",
    "VELO": phrase("'VRAD' (or 'VOPT', which VELREF tells)"),
    "FELO": "'VOPT-F2W'",
}


def _surely_new(text: bytes) -> bool:
    return text[5:6] != b"-" and text[1:5] != b"FELO"


@rule(
    "WS106",
    "spectral-type-of-aips",
    clause="8.4",
    level="should",
    catalogue_rows=("S006",),
    fix="unsafe",
    reads="value",
    keywords=("CTYPEia",),
    types=("string",),
    precheck=_surely_new,
    summary_ja="CTYPE が AIPS の書き方 (VELO-LSR など) である",
    message={
        "": "{keyword} = '{text}' is a form of AIPS; the standard has {meant}, and SPECSYS ="
        " '{frame}'",
        "bare": "{keyword} = '{text}' is a form of AIPS; the standard has {meant}",
    },
)
def spectral_type_of_aips(card: Card, header: Header) -> Iterator[Flag]:
    """The type of a spectral axis is written as AIPS did before the standard had any.

    ## Why it matters
    Readers of the standard find no spectral axis, and no frame of the velocities. FELO has even
    steps in frequency: taken for a linear axis its velocities are wrong away from the reference
    point.

    ## Example
    ```fits
    CTYPE3  = 'FREQ-LSR'
    ```
    Use instead:
    ```fits
    CTYPE3  = 'FREQ    '
    SPECSYS = 'LSRK    '
    ```
    """
    text = str(card.value).rstrip(" ")
    match = _OLD.fullmatch(text)
    if not match or (match[1] != "FELO" and not match[2]):
        return
    frame = FRAMES_OF_AIPS.get(match[2] or "", "")
    yield flag(
        card, message="" if frame else "bare", fix=_modernise(card, header, match[1], frame),
        title=phrase("write the type of the standard"), keyword=card.keyword, text=text,
        meant=_MEANT[match[1]], frame=frame,
    )  # fmt: skip


def _modernise(card: Card, header: Header, stem: str, frame: str) -> Edit | tuple[Edit, ...] | None:
    """FREQ, and its frame behind it; of velocities VELREF decides which they are."""
    name = f"SPECSYS{card.keyword.lstrip('CTYPE0123456789')}"
    new = overwrite_value(card, "'FREQ    '") if stem == "FREQ" else None
    if new is None or not frame or header.string(name) == frame:
        return new
    return None if name in header else (new, insert_after(card, f"{name:<8}= '{frame:<8}'"))


_QUANTITY = {
    "FREQ": "frequency",
    "ENER": "energy",
    "WAVN": "wavenumber",
    **dict.fromkeys(("VRAD", "VOPT", "VELO"), "velocity"),
    **dict.fromkeys(("WAVE", "AWAV"), "length"),
    **dict.fromkeys(("ZOPT", "BETA"), "ratio"),
}
_DEFAULT = {
    "frequency": "Hz",
    "energy": "J",
    "wavenumber": "m-1",
    "velocity": "m/s",
    "length": "m",
    "ratio": phrase("no unit"),
}


def list_stems(header: Header) -> set[bytes]:
    """The first four characters of every CTYPEia and TCTYPn, wherever in its card the text is."""
    raw, stems = header.raw, set()
    for place, at in header.layout.compute_once("texts of types", _find_types):
        if raw[at] == _QUOTE:
            stems.add(raw[at + 1 : at + 1 + _STEM])
        elif isinstance(text := header.card(place).value, str):
            stems.add(text[:_STEM].encode("latin-1", "replace"))
    return stems


def _find_types(layout: Layout) -> list[tuple[int, int]]:
    """The cards of types, and the byte of each at which a text in fixed format begins."""
    return [
        (places[0], places[0] * CARD_SIZE + _TEXT_START)
        for name, places in layout.index.items()
        if name.startswith(("CTYPE", "TCTYP"))
    ]


_TEXT_START, _QUOTE = 10, 0x27
_CODES = frozenset(code.encode() for code in LINEAR_IN)


def _surely_fit(header: Header) -> bool:
    """Whether no axis has a spectral type, as columns tell."""
    return _CODES.isdisjoint(list_stems(header))


@rule(
    "WS107",
    "spectral-unit",
    clause="8.4",
    level="must",
    catalogue_rows=("S007", "U011"),
    reads="values",
    needs=("CTYPEia", "CUNITia"),
    min_present=2,
    precheck=_surely_fit,
    summary_ja="分光軸の CUNIT が CTYPE の量の単位でない",
    message="{keyword} = '{unit}' is a unit of {measured}, and {other} = '{kind}' is a {quantity},"
    " in {wanted} by default",
)
def spectral_unit(header: Header) -> Iterator[Flag]:
    """The unit of a spectral axis is that of another quantity.

    ## Why it matters
    WCSLIB refuses the coordinates. Elsewhere a velocity is read as a frequency, or the other way
    round.

    ## Example
    ```fits
    CTYPE3  = 'FREQ    '
    CUNIT3  = 'm/s     '
    ```
    Use instead:
    ```fits
    CTYPE3  = 'VRAD    '
    CUNIT3  = 'm/s     '
    ```
    """
    units = find_axis_cards(header, "CUNIT")
    for version, types in find_axis_cards(header, "CTYPE").items():
        for axis, kind in types.items():
            card = units.get(version, {}).get(axis)
            found = match_spectral_type(kind.value) if isinstance(kind.value, str) else None
            unit = card.value.strip(" ") if card and isinstance(card.value, str) else ""
            measured = name_quantity(unit)
            quantity = _QUANTITY[found.code] if found else None
            if card is None or found is None or quantity is None or measured is None:
                continue
            if measured != quantity:
                yield flag(
                    card,
                    keyword=card.keyword,
                    unit=unit,
                    measured=phrase(measured),
                    other=kind.keyword,
                    kind=str(kind.value).rstrip(" "),
                    quantity=phrase(quantity),
                    wanted=_DEFAULT[quantity],
                )
