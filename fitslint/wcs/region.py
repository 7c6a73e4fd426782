"""Regions on the sky in the words of S_REGION: STC-S and the shapes of DALI."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from fitslint.model.records import dataclass
from fitslint.wcs.pointing import Position, convert_to_icrs

_LENGTH_MAX = 4000
_DEPTH_MAX = 8
_WORDS = re.compile(r"[()]|[^\s()]+")
_Frame = tuple[str, float | None]
_FRAMES: dict[str, _Frame] = {
    "ICRS": ("ICRS", None), "J2000": ("FK5", 2000.0), "FK5": ("FK5", 2000.0),
    "FK4": ("FK4", 1950.0), "B1950": ("FK4", 1950.0), "GALACTIC": ("GALACTIC", None),
    "GALACTIC_II": ("GALACTIC", None),
}  # fmt: skip
_SKIPPED = frozenset((
    "UNKNOWNREFPOS", "TOPOCENTER", "GEOCENTER", "BARYCENTER", "HELIOCENTER", "SPHERICAL2",
))  # fmt: skip
_SUMS, _OTHERS = ("UNION", "INTERSECTION"), ("NOT", "DIFFERENCE")
_VERTICES_MIN = 3
_POINTS = 24
"""That stand for a circle or an ellipse."""
_Points = tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the sky.

    Attributes
    ----------
    vertices : tuple of (float, float)
        of a polygon, or points that stand for its border, in degrees of ICRS.
    half_digit : float
        degrees by which its digits leave it open.
    is_rough : bool
        whether it is no single polygon: an image has a part in it, and no corner is on the other.
    """

    vertices: _Points
    half_digit: float
    is_rough: bool


class _RegionError(Exception):
    """The text is no region, or one in a system that is not known."""


def parse_region(text: str) -> Region | None:
    """A polygon, circle, ellipse, box or range, or what UNION and its like make of several.

    Shapes one behind the other are a union, as archives of several chips write. Of an intersection
    and a difference the first part holds, in which the whole lies. None for what is no region, has
    no border by what is known (NOT), or is in a system that is not known.
    IVOA STC-S 1.33 and DALI 1.1, section 3.3.
    """
    words = _WORDS.findall(text.upper()) if len(text) <= _LENGTH_MAX else []
    reader = _Reader(words)
    try:
        parts = reader.read_list(("ICRS", None), 0)
    except _RegionError:
        return None
    if reader.words or not parts or None in parts:
        return None
    vertices = tuple(point for part in parts if part is not None for point in part)
    is_rough = len(parts) > 1 or words[0] != "POLYGON"
    return Region(vertices, measure_open_digit(reader.numbers), is_rough)


def measure_open_digit(numbers: Sequence[str]) -> float:
    """Half a unit of the last digit that numbers of one program are written with.

    That of the middle one: programs leave out zeros at the end.
    """
    places = sorted(len(number.strip().partition(".")[2]) for number in numbers)
    return 0.5 * 10.0 ** -places[(len(places) - 1) // 2]


class _Reader:
    """Words that are still to be read, and the numbers so far."""

    def __init__(self, words: list[str]) -> None:
        self.words = words[::-1]
        self.numbers: list[str] = []

    def read_list(self, frame: _Frame, depth: int) -> list[_Points | None]:
        """Regions up to a closing bracket or the end."""
        found = []
        while self.words and self.words[-1] != ")":
            found.append(self._read_region(frame, depth))
        return found

    def _read_region(self, frame: _Frame, depth: int) -> _Points | None:
        """The border of one region; None of one without a border that is known."""
        word = self.words.pop()
        while self.words and (self.words[-1] in _FRAMES or self.words[-1] in _SKIPPED):
            frame = _FRAMES.get(self.words.pop(), frame)
        if word in (*_SUMS, *_OTHERS):
            return self._read_sum(word, frame, depth)
        place = _SHAPES.get(word)
        if place is None:
            raise _RegionError
        points = [convert_to_icrs(point, *frame) for point in place(self._read_numbers())]
        if len(points) < _VERTICES_MIN or None in points:
            raise _RegionError
        return tuple(point for point in points if point is not None)

    def _read_sum(self, word: str, frame: _Frame, depth: int) -> _Points | None:
        if depth >= _DEPTH_MAX or not self.words or self.words.pop() != "(":
            raise _RegionError
        parts = self.read_list(frame, depth + 1)
        if not self.words or self.words.pop() != ")" or not parts:
            raise _RegionError
        if word == "NOT" or (word == "UNION" and None in parts):
            return None
        if word == "UNION":
            return tuple(point for part in parts if part is not None for point in part)
        if word == "DIFFERENCE":
            return parts[0]
        return next((part for part in parts if part is not None), None)

    def _read_numbers(self) -> list[float]:
        found = []
        while self.words and self.words[-1][0] in "+-.0123456789":
            word = self.words.pop()
            try:
                found.append(float(word))
            except ValueError:
                raise _RegionError from None
            self.numbers.append(word)
        if not all(math.isfinite(number) for number in found):
            raise _RegionError
        return found


def _place_polygon(numbers: list[float]) -> list[Position]:
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(numbers) % 2 or any(abs(dec) > 90 or abs(ra) > 360 for ra, dec in pairs):
        raise _RegionError
    points = [(ra % 360, dec) for ra, dec in pairs]
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _place_circle(numbers: list[float]) -> list[Position]:
    if len(numbers) != 3:
        raise _RegionError
    return _place_ellipse([*numbers, numbers[2], 0.0])


def _place_ellipse(numbers: list[float]) -> list[Position]:
    if len(numbers) != 5 or not all(0 < axis <= 90 for axis in numbers[2:4]):
        raise _RegionError
    ra, dec, long, short, angle = numbers
    points = []
    for number in range(_POINTS):
        turn = math.tau * number / _POINTS
        away = turn - math.radians(angle)
        # with equal axes exactly the radius
        size = long if long == short else (
            long * short / math.hypot(short * math.cos(away), long * math.sin(away))
        )  # fmt: skip
        points.append(_move((ra, dec), size, turn))
    return points


def _place_box(numbers: list[float]) -> list[Position]:
    if len(numbers) != 4 or not all(0 < side <= 90 for side in numbers[2:]):
        raise _RegionError
    ra, dec, width, height = numbers
    size = math.hypot(width, height) / 2
    corners = ((-width, -height), (width, -height), (width, height), (-width, height))
    return [_move((ra, dec), size, math.atan2(x, y)) for x, y in corners]


def _place_range(numbers: list[float]) -> list[Position]:
    if len(numbers) != 4:
        raise _RegionError
    left, right, low, high = numbers
    return _place_polygon([left, low, right, low, right, high, left, high])


_SHAPES: dict[str, Callable[[list[float]], list[Position]]] = {
    "POLYGON": _place_polygon, "CIRCLE": _place_circle, "ELLIPSE": _place_ellipse,
    "BOX": _place_box, "RANGE": _place_range,
}  # fmt: skip


def _move(centre: Position, degrees: float, turn: float) -> Position:
    """The position so many degrees away, in a direction from north through east in radians."""
    if abs(centre[1]) > 90:
        raise _RegionError
    up, size = math.radians(centre[1]), math.radians(degrees)
    east, north = math.sin(size) * math.sin(turn), math.sin(size) * math.cos(turn)
    along = math.cos(size) * math.cos(up) - north * math.sin(up)
    high = math.cos(size) * math.sin(up) + north * math.cos(up)
    longitude = centre[0] + math.degrees(math.atan2(east, along))
    return longitude % 360, math.degrees(math.atan2(high, math.hypot(east, along)))
