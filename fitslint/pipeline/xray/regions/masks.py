"""Which pixels of an image lie inside regions: those whose centre does."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.regions.shapes import Shape

Mask = NDArray[np.bool_]


def draw_regions(shapes: Iterable[Shape], shape: tuple[int, int]) -> Mask:
    """Pixels inside one of the shapes and none of those that are cut out.

    Where all are cut out, the rest of the image is inside.

    Parameters
    ----------
    shapes : iterable of Shape
        in the frame of the image.
    shape : (int, int)
        rows and columns of the image.
    """
    given = list(shapes)
    included = [drawn for drawn in given if not drawn.is_excluded]
    found = np.zeros(shape, np.bool_) if included else np.ones(shape, np.bool_)
    for included_shape in included:
        _paint(found, included_shape, True)
    for excluded_shape in given:
        if excluded_shape.is_excluded:
            _paint(found, excluded_shape, False)
    return found


def _paint(mask: Mask, shape: Shape, value: bool) -> None:
    rows, columns = mask.shape
    left, bottom, right, top = _bound(shape, rows, columns)
    if left >= right or bottom >= top:
        return
    y, x = np.mgrid[bottom:top, left:right] + 1.0
    window = mask[bottom:top, left:right]
    window[_DRAWERS[shape.kind](shape.numbers, x, y)] = value


def _bound(shape: Shape, rows: int, columns: int) -> tuple[int, int, int, int]:
    """The window of the image that a shape may lie in, from 0, half open."""
    if shape.kind == "field":
        return 0, 0, columns, rows
    roles = shape.roles
    x = [value for value, role in zip(shape.numbers, roles, strict=True) if role == "x"]
    y = [value for value, role in zip(shape.numbers, roles, strict=True) if role == "y"]
    sizes = [value for value, role in zip(shape.numbers, roles, strict=True) if role == "r"]
    reach = math.hypot(*sizes) + 1 if sizes else 1.0
    return (
        max(math.floor(min(x) - reach) - 1, 0), max(math.floor(min(y) - reach) - 1, 0),
        min(math.ceil(max(x) + reach), columns), min(math.ceil(max(y) + reach), rows),
    )  # fmt: skip


_Numbers = tuple[float, ...]
_Grid = NDArray[np.float64]


def _turn(numbers: _Numbers, x: _Grid, y: _Grid, angle: float) -> tuple[_Grid, _Grid]:
    """Distances from the centre along axes that are turned by an angle."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    dx, dy = x - numbers[0], y - numbers[1]
    return dx * cos + dy * sin, dy * cos - dx * sin


def _draw_circle(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    found: Mask = (x - numbers[0]) ** 2 + (y - numbers[1]) ** 2 <= numbers[2] ** 2
    return found


def _draw_ellipse(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    first, second = _turn(numbers, x, y, numbers[4])
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Mask = (first / numbers[2]) ** 2 + (second / numbers[3]) ** 2 <= 1
    return found


def _draw_box(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    first, second = _turn(numbers, x, y, numbers[4])
    found: Mask = (np.abs(first) <= numbers[2] / 2) & (np.abs(second) <= numbers[3] / 2)
    return found


def _draw_annulus(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    squared = (x - numbers[0]) ** 2 + (y - numbers[1]) ** 2
    found: Mask = (squared > min(numbers[2:]) ** 2) & (squared <= max(numbers[2:]) ** 2)
    return found


def _draw_polygon(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    """Points with an odd number of edges to the right of them."""
    inside = np.zeros(x.shape, np.bool_)
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if ay != by:
            crossed = (ay > y) != (by > y)
            inside ^= crossed & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return inside


def _draw_rectangle(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    (left, right), (bottom, top) = sorted(numbers[::2]), sorted(numbers[1::2])
    found: Mask = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    return found


def _draw_point(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    found: Mask = (np.abs(x - numbers[0]) <= 0.5) & (np.abs(y - numbers[1]) <= 0.5)
    return found


def _draw_pie(numbers: _Numbers, x: _Grid, y: _Grid) -> Mask:
    start, stop = numbers[4], numbers[5]
    angle = np.degrees(np.arctan2(y - numbers[1], x - numbers[0]))
    return _draw_annulus(numbers[:4], x, y) & ((angle - start) % 360 <= (stop - start) % 360)


def _draw_field(_numbers: _Numbers, x: _Grid, _y: _Grid) -> Mask:
    return np.ones(x.shape, np.bool_)


_DRAWERS = {
    "circle": _draw_circle, "ellipse": _draw_ellipse, "box": _draw_box, "pie": _draw_pie,
    "annulus": _draw_annulus, "polygon": _draw_polygon, "rectangle": _draw_rectangle,
    "point": _draw_point, "field": _draw_field,
}  # fmt: skip
