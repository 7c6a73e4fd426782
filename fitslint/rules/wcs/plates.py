"""Solutions in words of their own: the plates of the Sky Surveys, and the texts of IRAF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.celestial import parse_celestial_type
from fitslint.rules.wcs.versions import find_axis_cards
from fitslint.text import phrase

_TERMS = 13
"""Terms of a plate solution that readers use; the files have 20."""
_PLATE = (
    *("PLTRAH", "PLTRAM", "PLTRAS", "PLTDECSN", "PLTDECD", "PLTDECM", "PLTDECS"),
    *("XPIXELSZ", "YPIXELSZ", "PPO3", "PPO6", "CNPIX1", "CNPIX2"),
    *(f"AMD{axis}{term}" for axis in "XY" for term in range(1, _TERMS + 1)),
)
_SHOWN = 4


@rule(
    "WD109",
    "plate-incomplete",
    clause="Digitized Sky Survey",
    level="conv",
    catalogue_rows=("X009",),
    needs=("AMDX1", "AMDY1"),
    summary_ja="DSS の乾板解のキーワード (AMDXn、PLTRAH など) が揃っていない",
    message="{keyword} belongs to a plate solution, and {count} of its keywords are absent:"
    " {names}; readers that use it find no position",
)
def plate_incomplete(header: Header) -> Iterator[Flag]:
    """A plate solution of the Digitized Sky Survey is not whole.

    ## Why it matters
    Position, scale and the terms AMDX1 to AMDX13 and AMDY1 to AMDY13 make the solution together.
    DS9 and WCSTools use it where they see it.

    ## Example
    ```fits
    AMDX1   =              67.2326
    AMDY1   =              67.2337
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    absent = [name for name in _PLATE if name not in header]
    card = header.find_card("AMDX1") or header.find_card("AMDY1")
    if card is not None and absent:
        names = ", ".join(absent[:_SHOWN]) + (" …" if len(absent) > _SHOWN else "")
        yield flag(card, (0, 8), keyword=card.keyword, count=len(absent), names=names)


_AXES_MAX = 3
_PIECES_MAX = 99
_PIECES = {
    f"WAT{axis}_{number:03}": (axis, number)
    for axis in range(1, _AXES_MAX + 1)
    for number in range(1, _PIECES_MAX + 1)
}
"""The cards of the text of an axis: images of three axes at the most are known."""
_WIDTH = 68
"""Characters of a string in one card: IRAF takes the blanks that FITS cuts."""
_CORRECTION = compile_late(r"\b(?:lngcor|latcor)\s*=\s*(\"[^\"]*\"?)?")
_FACTS = 8
"""Numbers before the coefficients: kind, orders, cross terms, ranges of x and y."""
_TERMS_NONE, _TERMS_FULL, _TERMS_HALF = range(3)
_ORDER_MAX = 40


@rule(
    "WD110",
    "correction-text",
    clause="TNX and ZPX conventions",
    level="conv",
    catalogue_rows=("X006",),
    reads="values",
    needs=("CTYPEia", *_PIECES),
    needs_one_of=(("CTYPE1",), ("CTYPE2",)),
    precheck=lambda header: b"TNX" not in header.raw and b"ZPX" not in header.raw,
    summary_ja="TNX・ZPX の補正の文字列 (WATi_nnn) が欠けているか読めない",
    message={
        "absent": "{keyword} = '{text}' has its corrections in WAT{axis}_001 and the following, and"
        " there are none",
        "gap": "{keyword} = '{text}': the text in WAT{axis}_nnn has a gap, {name} is absent",
        "open": "{keyword} = '{text}': the corrections in WAT{axis}_nnn have no closing quote: the"
        " end of the text was lost",
        "number": "{keyword} = '{text}': '{word}' among the corrections in WAT{axis}_nnn is no"
        " number",
        "count": "{keyword} = '{text}': the corrections in WAT{axis}_nnn have {count} coefficients,"
        " and their orders want {wanted}",
    },
)
def correction_text(header: Header) -> Iterator[Flag]:
    """The text with the corrections of TNX or ZPX is absent, has a gap, or cannot be read.

    ## Why it matters
    IRAF cuts one text into the cards WATi_001, WATi_002 and so on, in the middle of numbers too. A
    card that is lost or trimmed changes a coefficient, and readers refuse the coordinates.

    ## Example
    ```fits
    CTYPE1  = 'RA---TNX'
    CTYPE2  = 'DEC--TNX'
    WAT1_001= 'wtype=tnx axtype=ra lngcor = "3. 2. 2. 0. -1. 1. -1. 1. 0.001 0.002 '
    WAT2_001= 'wtype=tnx axtype=dec'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TNX'
    CTYPE2  = 'DEC--TNX'
    WAT1_001= 'wtype=tnx axtype=ra lngcor = "3. 2. 2. 0. -1. 1. -1. 1. 0.001 0.002 '
    WAT1_002= '0.003 "'
    WAT2_001= 'wtype=tnx axtype=dec'
    ```
    """
    for axis, card in find_axis_cards(header, "CTYPE").get("", {}).items():
        value = card.value
        found = parse_celestial_type(value) if isinstance(value, str) else None
        if found and found.projection in ("TNX", "ZPX"):
            yield from _judge_text(header, axis, card)


def _judge_text(header: Header, axis: int, card: Card) -> Iterator[Flag]:
    """What is wrong with the text of an axis, if anything: one flag."""
    pieces = {
        _PIECES[name][1]: header.card(places[0])
        for name, places in header.layout.index.items()
        if name in _PIECES and _PIECES[name][0] == axis
    }
    params: dict[str, Any] = {
        "keyword": card.keyword,
        "text": str(card.value).rstrip(),
        "axis": axis,
    }
    if axis > _AXES_MAX or _PIECES_MAX in pieces:
        return
    if not pieces:
        yield flag(card, message="absent", **params)
        return
    gap = next((number for number in range(1, max(pieces)) if number not in pieces), None)
    if gap is not None:
        yield flag(card, message="gap", name=f"WAT{axis}_{gap:03}", **params)
        return
    text = "".join(_piece(pieces[number]) for number in sorted(pieces))
    match = _CORRECTION.search(text)
    if match is None or match[1] is None:
        return
    if len(match[1]) == 1 or not match[1].endswith('"'):
        yield flag(card, message="open", **params)
        return
    message, facts = _judge_numbers(match[1].strip('"').split())
    if message:
        yield flag(card, message=message, **facts, **params)


def _piece(card: Card) -> str:
    """The string with the blanks at its end, as IRAF reads it."""
    return card.text.strip()[1:-1].replace("''", "'").ljust(_WIDTH)


def _judge_numbers(words: list[str]) -> tuple[str, dict[str, Any]]:
    """The id of the message on the numbers of a correction, and its parameters."""
    numbers = []
    for word in words:
        try:
            numbers.append(float(word))
        except ValueError:
            return "number", {"word": word}
    if len(numbers) < _FACTS:
        return "count", {"count": 0, "wanted": phrase("more")}
    across, along, cross = (
        int(number) if abs(number) <= _ORDER_MAX else 0 for number in numbers[1:4]
    )
    wanted = _count_terms(across, along, cross)
    count = len(numbers) - _FACTS
    if wanted is not None and count != wanted:
        return "count", {"count": count, "wanted": wanted}
    return "", {}


def _count_terms(across: int, along: int, cross: int) -> int | None:
    """Coefficients of a surface with so many terms in x and y; None where it is of no known form.

    The cross terms are none, all, or those up to the higher of the two orders.
    """
    if across < 1 or along < 1:
        return None
    if cross == _TERMS_NONE:
        return across + along - 1
    if cross == _TERMS_FULL:
        return across * along
    if cross == _TERMS_HALF:
        highest = max(across, along)
        return sum(min(across, highest - row) for row in range(along))
    return None
