"""The linear step: pixel coordinates to intermediate world coordinates (Paper I, section 2.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fitslint.wcs.description import Description
from fitslint.wcs.keywords import KeywordError
from fitslint.wcs.maths import Maths, T

Rows = list[list[float]]
SparseRow = tuple[tuple[int, float], ...]
_ROUNDING = 4e-16


class LinearTransform:
    """``rows (pixel - reference)`` and its inverse.

    Attributes
    ----------
    reference : tuple of float
        pixel coordinates, from 1, of the reference point.
    rows, inverse : tuple of tuple of (int, float)
        the matrices without their zeros: columns, from 0, and numbers.
    """

    __slots__ = ("inverse", "reference", "rows")

    def __init__(self, reference: Sequence[float], rows: Rows, inverse: Rows) -> None:
        self.reference = tuple(reference)
        self.rows = _drop_zeros(rows)
        self.inverse = _drop_zeros(inverse)

    def apply(self, maths: Maths[T], offsets: Sequence[T]) -> list[T]:
        """Intermediate world coordinates of offsets from the reference."""
        return [_add(maths, row, offsets) for row in self.rows]

    def undo(self, maths: Maths[T], coordinates: Sequence[T]) -> list[T]:
        """Offsets from the reference of intermediate world coordinates."""
        return [_add(maths, row, coordinates) for row in self.inverse]


def _drop_zeros(rows: Rows) -> tuple[SparseRow, ...]:
    return tuple([tuple([part for part in enumerate(row) if part[1]]) for row in rows])


def _add(maths: Maths[T], row: SparseRow, values: Sequence[T]) -> T:
    if not row:
        return maths.fill(values[0], 0.0)
    column, number = row[0]
    total = values[column] * number
    for column, number in row[1:]:
        total = total + values[column] * number
    return total


Sky = tuple[int, int, float]
"""Longitude and latitude axis, from 0, and how many units of the first one of the second is."""


def read_rows(told: Description, axes: int, sky: Sky | None) -> tuple[Rows, str]:
    """The matrix in the units of CUNITi, and the keyword that stands for it.

    CDi_j goes before PCi_j, and this before CROTAi of the latitude axis (Paper II, section 6.1);
    the draft's CD00i00j and PC00i00j (Paper I, section 2.1.2 of 1996) hold where the others are
    absent. An axis of which no CDi_j tells anything has its CDELTi.

    Raises
    ------
    KeywordError
        where a CDELTi that is needed is 0.
    """
    for root in ("CD", "CD0"):
        group = told.numbers(root) if told.has(root) else None
        if group:
            return _read_cd(told, group, axes), _name_first(told, root, group)
    steps = _read_steps(told, axes)
    for root in ("PC", "PC0"):
        group = told.numbers(root)
        if group:
            rows = [[0.0] * axes for _ in range(axes)]
            for i in range(axes):
                rows[i][i] = steps[i]
            for (i, j), number in group.items():
                rows[i - 1][j - 1] = steps[i - 1] * number
            return rows, _name_first(told, root, group)
    return _rotate(told, steps, sky), told.name("CDELT", 1)


def _name_first(told: Description, root: str, group: dict[tuple[int, int], float]) -> str:
    i, j = next(iter(group))
    if root.endswith("0"):
        return f"{root[:2]}{i:03d}{j:03d}"
    return f"{root}{i}_{j}{told.version}"


def _read_cd(told: Description, group: dict[tuple[int, int], float], axes: int) -> Rows:
    rows = [[0.0] * axes for _ in range(axes)]
    spoken: set[int] = set()
    for (i, j), number in group.items():
        rows[i - 1][j - 1] = number
        spoken.update((i, j))
    for axis in range(1, axes + 1):
        if axis not in spoken:
            step = told.number("CDELT", axis)
            rows[axis - 1][axis - 1] = 1.0 if step is None or step == 0.0 else step
    return rows


def _read_steps(told: Description, axes: int) -> list[float]:
    steps = [1.0] * axes
    for (i, _), step in told.numbers("CDELT").items():
        if step == 0.0:
            reason = "is 0: all pixels would be at one place; write the size of a pixel"
            raise KeywordError(told.name("CDELT", i), reason)
        steps[i - 1] = step
    return steps


def _rotate(told: Description, steps: list[float], sky: Sky | None) -> Rows:
    rows = [[0.0] * len(steps) for _ in steps]
    for i, step in enumerate(steps):
        rows[i][i] = step
    angle = told.number("CROTA", sky[1] + 1) if sky is not None else None
    if angle and sky is not None:
        sine, cosine = sincos_degrees(angle)
        lon, lat, ratio = sky
        rows[lon][lon], rows[lon][lat] = steps[lon] * cosine, -steps[lat] * sine * ratio
        rows[lat][lon], rows[lat][lat] = steps[lon] * sine / ratio, steps[lat] * cosine
    return rows


def invert_rows(rows: Rows, keyword: str) -> Rows:
    """The inverse of a matrix.

    Raises
    ------
    KeywordError
        by ``keyword``, where there is none.
    """
    found = _invert_pair(rows) if len(rows) == 2 else _invert_any(rows)
    if found is None or not all(math.isfinite(number) for row in found for number in row):
        raise KeywordError(
            keyword,
            "is of a matrix without inverse: pixels cannot be told apart; write rows that are "
            "independent",
        )
    return found


def _invert_pair(rows: Rows) -> Rows | None:
    (a, b), (c, d) = rows
    down, other = a * d, b * c
    size = down - other
    if not abs(size) > _ROUNDING * (abs(down) + abs(other)):
        return None
    return [[d / size, -b / size], [-c / size, a / size]]


def _invert_any(rows: Rows) -> Rows | None:
    """Gauss and Jordan, pivots by the largest number against its row; parts that do not mix
    cost nothing."""
    size = len(rows)
    if all(not number or i == j for i, row in enumerate(rows) for j, number in enumerate(row)):
        if any(rows[i][i] == 0.0 for i in range(size)):
            return None
        return [[1.0 / rows[i][i] if i == j else 0.0 for j in range(size)] for i in range(size)]
    left = [list(row) for row in rows]
    right = [[float(i == j) for j in range(size)] for i in range(size)]
    largest = [max(map(abs, row)) for row in left]
    for column in range(size):
        pivot = max(
            range(column, size),
            key=lambda i: abs(left[i][column]) / largest[i] if largest[i] else 0,
        )
        if not abs(left[pivot][column]) > _ROUNDING * largest[pivot]:
            return None
        for table in (left, right):
            table[column], table[pivot] = table[pivot], table[column]
        largest[column], largest[pivot] = largest[pivot], largest[column]
        head = left[column][column]
        left[column] = [number / head for number in left[column]]
        right[column] = [number / head for number in right[column]]
        for i in range(size):
            factor = left[i][column]
            if i != column and factor:
                left[i] = [a - factor * b for a, b in zip(left[i], left[column], strict=True)]
                right[i] = [a - factor * b for a, b in zip(right[i], right[column], strict=True)]
    return right


def sincos_degrees(angle: float) -> tuple[float, float]:
    """Sine and cosine of degrees, exact for whole right angles."""
    turns = angle / 90.0
    if turns == math.floor(turns):
        return ((0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0))[int(turns % 4)]
    return math.sin(math.radians(angle)), math.cos(math.radians(angle))
