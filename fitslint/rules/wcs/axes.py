"""What describes the axes: WCSAXES first, types beside the numbers, and an array to describe."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, insert_before, rule
from fitslint.rules.edits import set_value
from fitslint.rules.wcs.versions import find_axis_cards
from fitslint.text import phrase

_AXIS_KEYWORD = compile_late(
    "(?:(?:CTYPE|CRPIX|CRVAL|CUNIT|CDELT|CNAME|CRDER|CSYER|CROTA)[1-9][0-9]?"
    "|(?:PC|CD|PV|PS)[1-9][0-9]?_[0-9][0-9]?)([A-Z]?)"
)
_PAIR = 2


@rule(
    "WC101",
    "wcsaxes-late",
    clause="8.2",
    level="must",
    catalogue_rows=("W001",),
    needs=("WCSAXESa",),
    fix="safe",
    summary_ja="WCSAXES が他の座標キーワードより後にある",
    message="{keyword} stands behind {first}; it precedes the other coordinate keywords",
)
def wcsaxes_late(header: Header) -> Iterator[Flag]:
    """WCSAXES stands behind other keywords of the coordinates.

    ## Why it matters
    A reader that goes through the header once makes room for the axes when it meets WCSAXES.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    WCSAXES =                    2
    ```
    Use instead:
    ```fits
    WCSAXES =                    2
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    firsts = header.layout.compute_once("first of each WCS", _find_firsts)
    for version, place in firsts.items():
        cards = header.find_cards(f"WCSAXES{version}")
        if not cards or cards[0].number - 1 < place:
            continue
        card, first = cards[0], header.card(place)
        movable = len(cards) == 1 and card.form.kind == "value"
        yield flag(
            card,
            (0, 8),
            fix=(insert_before(first, card.raw), delete_card(card)) if movable else None,
            title=phrase(
                "move {keyword} before {first}", keyword=card.keyword, first=first.keyword
            ),
            keyword=card.keyword,
            first=first.keyword,
        )


_AXES_MAX = 9
"""One or two axes that no keyword describes are meant to have the defaults."""


@rule(
    "WC102",
    "wcsaxes-too-small",
    clause="8.2",
    level="must",
    catalogue_rows=("W002",),
    fix="unsafe",
    reads="values",
    needs=("WCSAXESa",),
    summary_ja="WCSAXES が座標キーワードの軸番号より小さい、または余計な軸を数えている",
    message={
        "": "{keyword} = {text}, and {other} has an axis {axis}; some readers (DS9, AST) then know"
        " no coordinates",
        "large": "{keyword} = {text}, and neither the array nor a keyword has an axis beyond"
        " {axis}: programs make the others up, and DS9 and gnuastro know no coordinates then",
    },
)
def wcsaxes_too_small(header: Header) -> Iterator[Flag]:
    """WCSAXES is smaller than the number of an axis that is described.

    ## Why it matters
    It is the number of axes of the coordinates, and at least the highest that a keyword names. One
    of two digits that is larger than that and than NAXIS is told, too.

    ## Example
    ```fits
    WCSAXES =                    1
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    Use instead:
    ```fits
    WCSAXES =                    2
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    for version, (axis, name) in header.layout.compute_once("highest axis", _find_highest).items():
        card = header.find_card(f"WCSAXES{version}")
        number = card.value if card is not None else None
        if card is not None and type(number) is int and number < axis:
            yield flag(
                card,
                fix=set_value(card, str(axis)),
                title=phrase("write {axis}", axis=axis),
                keyword=card.keyword,
                text=card.text.strip(),
                other=name,
                axis=axis,
            )
        elif card is not None and type(number) is int:
            last = max(axis, header.structure.naxis or 0)
            if number > max(last, _AXES_MAX):
                yield flag(
                    card, message="large", level="style", keyword=card.keyword,
                    text=card.text.strip(), axis=last,
                )  # fmt: skip


def _find_highest(layout: Layout) -> dict[str, tuple[int, str]]:
    """By version: the highest number of an axis, and a keyword that has it."""
    found: dict[str, tuple[int, str]] = {}
    for name in layout.index:
        match = _AXIS_KEYWORD.fullmatch(name)
        if match:
            highest = max(map(int, _NUMBERS.findall(name, 2)[: _count_axis_numbers(name)]))
            found[match[1]] = max(found.get(match[1], (0, "")), (highest, name))
    return found


_NUMBERS = compile_late("[0-9]+")


def _count_axis_numbers(name: str) -> int:
    """How many numbers of a keyword are those of axes: the second of PVi_m is none."""
    return 2 if name[:2] in ("PC", "CD") and "_" in name else 1


def _find_firsts(layout: Layout) -> dict[str, int]:
    """By version: the position of the first keyword of axes."""
    found: dict[str, int] = {}
    for place, name in enumerate(layout.names):
        match = _AXIS_KEYWORD.fullmatch(name)
        if match:
            found.setdefault(match[1], place)
    return found


def _precheck_types(header: Header) -> bool:
    return header.layout.compute_once("any CTYPEi", _has_type)


def _has_type(layout: Layout) -> bool:
    return any(name[:5] == "CTYPE" and name[5:].isdigit() for name in layout.names)


_DISTORTION_TABLES = frozenset(("WCSDVARR", "D2IMARR"))
"""Extensions whose axes are pixels of another image (distortion tables)."""


@rule(
    "WC104",
    "axes-without-type",
    clause="8.2",
    level="should",
    catalogue_rows=("W004",),
    reads="values",
    needs=("CRVALia", "CDELTia", "EXTNAME"),
    min_present=2,
    needs_one_of=(("CRVAL1",), ("CRPIX1",)),
    precheck=_precheck_types,
    precheck_needs=(),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="CRVAL・CRPIX があるのに CTYPE がない",
    message="{keyword} and others describe axes that no CTYPEi names: readers take them for linear"
    " axes without a name, and find no position on the sky",
)
def axes_without_type(header: Header) -> Iterator[Flag]:
    """Two axes have reference points and steps, and no axis has a type.

    ## Why it matters
    CTYPEi is what says that an axis is a right ascension and how it is projected. Without it the
    numbers are there and every reader gives linear coordinates of no meaning.

    ## Example
    ```fits image
    CRPIX1  =                  0.5
    CRPIX2  =                  0.5
    CRVAL1  =             202.4696
    CRVAL2  =              47.1952
    CDELT1  =              -0.0002
    CDELT2  =               0.0002
    ```
    Use instead:
    ```fits image
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRPIX1  =                  0.5
    CRPIX2  =                  0.5
    CRVAL1  =             202.4696
    CRVAL2  =              47.1952
    CDELT1  =              -0.0002
    CDELT2  =               0.0002
    ```
    """
    if _precheck_types(header) or (header.string("EXTNAME") or "").strip() in _DISTORTION_TABLES:
        return
    values = find_axis_cards(header, "CRVAL").get("", {})
    both = [axis for axis in values if f"CRPIX{axis}" in header]
    steps = [card.number_value for card in find_axis_cards(header, "CDELT").get("", {}).values()]
    # A pixel of a degree or more is of no image of the sky: such axes may well be linear.
    if any(step is not None and abs(step) >= 1 for step in steps):
        return
    # 0 and 1 count pixels.
    if len([axis for axis in both if values[axis].number_value not in (None, 0, 1)]) >= _PAIR:
        yield flag(values[both[0]], (0, 8), keyword=values[both[0]].keyword)


@rule(
    "WC134",
    "axes-without-array",
    clause="8.2",
    level="conv",
    catalogue_rows=("W037",),
    needs=("CTYPEia", "CRVALia"),
    min_present=2,
    hdus=("bintable", "table"),
    once="rule",
    summary_ja="画像を持たない表に画像の座標キーワードがある",
    message="{keyword} and others describe the axes of an image, and this HDU is a table: columns"
    " have TCTYPn, TCRVLn or iCTYPn",
)
def axes_without_array(header: Header) -> Iterator[Flag]:
    """A table has the coordinate keywords of an image.

    ## Why it matters
    They describe the axes of the array of their own HDU, and here there is none: no reader of the
    standard applies them to a column, and what they are for is known to the writing program alone.

    ## Example
    ```fits bintable
    CTYPE1  = 'RA---CAR'
    CTYPE2  = 'DEC--CAR'
    CRVAL1  =                 83.6
    CRVAL2  =                 22.0
    ```
    Use instead:
    ```fits bintable
    TCTYP1  = 'RA---CAR'
    TCRVL1  =                 83.6
    ```
    """
    types, values = find_axis_cards(header, "CTYPE"), find_axis_cards(header, "CRVAL")
    for version in types.keys() & values.keys():
        card = min(types[version].values(), key=lambda one: one.number)
        yield flag(card, (0, 8), keyword=card.keyword)
        return


_SCALE_TOLERANCE = 1e-3


@rule(
    "WC138",
    "physical-scale",
    clause="IRAF",
    level="conv",
    reads="values",
    needs=("CDELT1P", "CDELT2P", "LTM1_1", "LTM2_2"),
    min_present=2,
    needs_one_of=(("CDELT1P", "CDELT2P"), ("LTM1_1", "LTM2_2")),
    summary_ja="物理座標の CDELTnP と LTMn_n が食い違っている",
    message="{keyword} = {step} physical units a pixel, and {other} = {factor} says {implied}: the"
    " file was blocked, and one of the two (and perhaps the scale on the sky) is that of before",
)
def physical_scale(header: Header) -> Iterator[Flag]:
    """CDELTnP and LTMn_n give two scales of the physical coordinates.

    ## Why it matters
    Both say how many pixels of the detector (or sky pixels of X-ray astronomy) a pixel of the image
    has. DS9 rewrites LTMn_n alone when it saves a blocked image: the sky positions are wrong too.

    ## Example
    ```fits
    CDELT1P =                  2.0
    LTM1_1  =                0.125
    ```
    Use instead:
    ```fits
    CDELT1P =                  8.0
    LTM1_1  =                0.125
    ```
    """
    for axis in (1, 2):
        step = header.number(f"CDELT{axis}P")
        factor = header.number(f"LTM{axis}_{axis}")
        card = header.find_card(f"CDELT{axis}P")
        if not step or not factor or card is None:
            continue
        if not math.isclose(abs(step * factor), 1.0, rel_tol=_SCALE_TOLERANCE):
            yield flag(
                card,
                keyword=card.keyword,
                step=card.text.strip(),
                other=f"LTM{axis}_{axis}",
                factor=factor,
                implied=float(f"{1 / factor:.6g}"),
            )
