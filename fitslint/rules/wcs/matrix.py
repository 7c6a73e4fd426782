"""Scale and rotation: increments and matrices that can be inverted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import permutations

from fitslint.model.card import Card
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.sky.columns import (
    Field,
    SkyColumns,
    find_sky_columns,
    locate_numbers,
    read_numbers,
)
from fitslint.rules.wcs.versions import (
    LETTERS,
    Elements,
    find_axis_cards,
    find_matrices,
)
from fitslint.text import phrase

_TOLERANCE = 0.01
"""Headers give CDELTi in few digits, and the scale of the telescope, not that of the fit."""
_CD_BEGINS = tuple(
    f"CD{element}{letter}"
    for letter in LETTERS
    for element in ("1_1", "1_2", "2_1", "2_2", "3_3", "4_4")
)
"""A header with a CD matrix has one of these."""


def _precheck_cdelt(text: bytes) -> bool:
    return text.strip(b"+-0.")[:1].isdigit()


@rule(
    "WC105",
    "cdelt-zero",
    clause="8.2",
    level="must",
    catalogue_rows=("W005",),
    reads="value",
    keywords=("CDELTia",),
    precheck=_precheck_cdelt,
    summary_ja="CDELTi が 0 である",
    message={
        "": "{keyword} = {text}: with an increment of 0 every pixel of the axis has the same"
        " coordinate",
        "cd": "{keyword} = {text} stands beside CDi_j, which holds; CFITSIO and SExtractor stumble"
        " over the 0",
    },
)
def cdelt_zero(card: Card, header: Header) -> Iterator[Flag]:
    """The coordinate increment of an axis is zero.

    ## Why it matters
    The transformation from pixels cannot be turned round: readers stop with a singular matrix, and
    the scale of the image is unknown.

    ## Example
    ```fits
    CDELT1  =                  0.0 / [deg] increment
    ```
    Use instead:
    ```fits
    CDELT1  =             -5.61E-5 / [deg] increment
    ```
    """
    # A number too small for a double is not written as zero.
    if card.number_value == 0 and not _precheck_cdelt(card.text.encode("latin-1")):
        version = card.keyword[-1] if card.keyword[-1].isalpha() else ""
        beside = version in find_matrices(header, "CD")
        yield flag(
            card,
            message="cd" if beside else "",
            level="should" if beside else None,
            keyword=card.keyword,
            text=card.text,
        )


def _precheck_scales(header: Header) -> bool:
    """Whether CDELTi repeats the lengths of the rows of CDi_j, seen at the columns of numbers."""
    places = header.layout.compute_once("CD and CDELT", _find_rows)
    if places is None:
        return False
    for fields in places:
        numbers = read_numbers(header.raw, fields)
        if numbers is None:
            return False
        step, scale = abs(numbers[0]), math.hypot(*numbers[1:])
        if step != 1.0 and not abs(step - scale) <= _TOLERANCE * scale:
            return False
    return True


def _find_rows(layout: Layout) -> list[tuple[Field, ...]] | None:
    """The number of every CDELTi and those of its row of CDi_j; None for several versions."""
    rows = []
    for name in layout.index:
        if name.startswith("CDELT"):
            row = layout.list_names(f"CD{name[5:]}_")
            fields = locate_numbers(layout, (name, *row))
            if not name[5:].isdigit() or not row or fields is None:
                return None
            rows.append(fields)
    return rows


@rule(
    "WC108",
    "cdelt-beside-cd",
    clause="8.2",
    level="should",
    catalogue_rows=("W008",),
    # CFITSIO takes CDELTi first: to the right place without it, but to another one.
    fix="unsafe",
    reads="values",
    needs=("CDi_ja", "CDELTia"),
    min_present=2,
    needs_one_of=(_CD_BEGINS,),
    precheck=_precheck_scales,
    summary_ja="CDi_j と一致しない CDELTi がある",
    message="{keyword} = {text} is ignored beside CDi_j, which gives a scale of {scale}, by all but"
    " CFITSIO, which takes CDELTi; write the same scale or remove {keyword}",
)
def cdelt_beside_cd(header: Header) -> Iterator[Flag]:
    """CDELTi stands beside a CD matrix that has another scale.

    CDELTi may repeat the scale for old readers, and 1 is neutral; the sign is not compared.

    ## Why it matters
    Readers of today ignore CDELTi beside CDi_j, old ones use it: they see images of different size.

    ## Example
    ```fits
    CDELT1  =                0.202
    CD1_1   =             -5.61E-5
    CD2_2   =              5.61E-5
    ```
    Use instead:
    ```fits
    CD1_1   =             -5.61E-5
    CD2_2   =              5.61E-5
    ```
    """
    steps = find_axis_cards(header, "CDELT")
    for version, elements in find_matrices(header, "CD").items():
        for axis, card in steps.get(version, {}).items():
            step = card.number_value
            scales = _compute_scales(elements, axis)
            if not step or scales is None or not math.isfinite(scales[0]):
                continue
            if any(_is_close(step, one) for one in (1.0, *scales)):
                continue
            # An authority may demand CDELTi, and beside a matrix of zeros it is the only scale.
            edit = delete_card(card) if scales[0] and not header.authority else None
            title = phrase("remove {keyword}", keyword=card.keyword)
            scale = float(f"{scales[0]:.6g}")
            yield flag(
                card, fix=edit, title=title, keyword=card.keyword, text=card.text, scale=scale
            )


def _compute_scales(elements: Elements, axis: int) -> tuple[float, ...] | None:
    """The scale of an axis: length of its row and of its column, and the diagonal element."""
    numbers = {place: card.number_value for place, card in elements.items()}
    if None in numbers.values():
        return None
    known = {place: number for place, number in numbers.items() if number is not None}
    row = math.hypot(*(number for place, number in known.items() if place[0] == axis))
    column = math.hypot(*(number for place, number in known.items() if place[1] == axis))
    return row, column, abs(known.get((axis, axis), 0.0))


def _is_close(step: float, scale: float) -> bool:
    return math.isclose(abs(step), scale, rel_tol=_TOLERANCE)


def _precheck_determinant(header: Header) -> bool:
    """Whether two axes have a matrix of four numbers that can be inverted."""
    columns = header.layout.compute_once("the only CDi_j of two axes", _find_square)
    matrix = None if columns is None else columns.read_matrix(header.raw)
    if matrix is None:
        return False
    first, second, third, fourth = matrix
    return abs(first * fourth - second * third) > _ZERO * (
        abs(first * fourth) + abs(second * third)
    )


_ZERO = 1e-9
"""A determinant this small against its products is 0 but for the digits that were written."""


def _find_square(layout: Layout) -> SkyColumns | None:
    """Where the four values of the only matrix stand; None where there is more or less."""
    names = [name for name in layout.list_names("CD") if "_" in name]
    if sorted(names) != ["CD1_1", "CD1_2", "CD2_1", "CD2_2"]:
        return None
    return find_sky_columns(layout)


@rule(
    "WC109",
    "matrix-singular",
    clause="8.2",
    level="must",
    catalogue_rows=("W009",),
    reads="values",
    needs=("CDi_ja", "PCi_ja"),
    precheck=_precheck_determinant,
    summary_ja="CDi_j または PCi_j の行列に逆行列がない",
    message="{keyword} and the other elements of {root}i_j are a matrix without an inverse; most"
    " readers answer with positions all the same",
)
def matrix_singular(header: Header) -> Iterator[Flag]:
    """The matrix of the coordinates is singular.

    ## Why it matters
    All pixels lie on a line of the sky, or in a point. WCSLIB and AST refuse it, many programs give
    positions as if nothing were wrong.

    ## Example
    ```fits
    CD1_1   =                  1.0
    CD1_2   =                  1.0
    CD2_1   =                  1.0
    CD2_2   =                  1.0
    ```
    Use instead:
    ```fits
    CD1_1   =                  1.0
    CD1_2   =                  0.0
    CD2_1   =                  0.0
    CD2_2   =                  1.0
    ```
    """
    for root, default in (("CD", 0.0), ("PC", 1.0)):
        for elements in find_matrices(header, root).values():
            if _is_singular(elements, default):
                card = min(elements.values(), key=lambda one: one.number)
                yield flag(card, (0, 8), keyword=card.keyword, root=root)


def _is_singular(elements: Elements, default: float) -> bool:
    """Whether the axes that the elements name have no inverse; ``default`` is of the diagonal.

    A matrix of which a whole row or column is absent is another matter, and one of over four axes
    is not looked at.
    """
    rows = sorted({row for row, _ in elements})
    if (
        any(card.number_value is None for card in elements.values())
        or len(rows) > _AXES_MAX
        or rows != sorted({column for _, column in elements})
    ):
        return False
    matrix = [[_read_element(elements, row, column, default) for column in rows] for row in rows]
    products = list(_iterate_products(matrix))
    return abs(math.fsum(products)) <= _ZERO * math.fsum(map(abs, products))


_AXES_MAX = 4


def _read_element(elements: Elements, row: int, column: int, default: float) -> float:
    card = elements.get((row, column))
    if card is None:
        return default if row == column else 0.0
    return card.number_value or 0.0


def _iterate_products(matrix: list[list[float]]) -> Iterator[float]:
    """The terms of the determinant, each with its sign."""
    for columns in permutations(range(len(matrix))):
        swaps = sum(one > other for at, one in enumerate(columns) for other in columns[at + 1 :])
        term = math.prod(matrix[row][column] for row, column in enumerate(columns))
        yield -term if swaps % 2 else term
