"""Outlines of an image that a header states (S_REGION, corner keywords), in pixels of its WCS."""

from __future__ import annotations

import math

from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.wcs.pointing import Position, convert_from_icrs
from fitslint.wcs.region import measure_open_digit, parse_region
from fitslint.wcs.wcs import Wcs

CORNER_KEYWORDS = {
    pairs[0].format(1): tuple((pairs[0].format(n), pairs[1].format(n)) for n in (1, 2, 3, 4))
    for pairs in (
        ("COR{}RA1", "COR{}DEC1"), ("CORN{}RA", "CORN{}DEC"), ("RAC{}", "DECC{}"),
    )
}  # fmt: skip
"""The four corners in degrees of ICRS by the first keyword: of NOAO's pipelines, and of DES."""
_CARDS_MAX = 100


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon, or another region, that a header states.

    Attributes
    ----------
    keyword : str
        S_REGION, or the first of the corner keywords.
    vertices : tuple of (float, float)
        positions in degrees of ICRS.
    half_digit : float
        degrees by which the digits leave it open.
    is_rough : bool
        whether it is no single polygon: one that has a part of the image in it, or lies in it.
    """

    keyword: str
    vertices: tuple[Position, ...]
    half_digit: float
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class OutlineFit:
    """How an outline lies on an image, in pixels counted from 1.

    Attributes
    ----------
    low, high : (float, float)
        least and largest pixel coordinates of the vertices.
    outside : float
        how many pixels it goes beyond the outer edges of the image at the most; negative inside.
    cover : (float, float)
        part of the length of each axis that it covers.
    places : tuple of (float, float)
        the vertices.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    outside: float
    cover: tuple[float, float]
    places: tuple[Position, ...]


def read_outline(header: Header, keyword: str) -> Outline | None:
    """The outline of S_REGION, or of the corners whose first keyword is ``keyword``."""
    if keyword == "S_REGION":
        region = parse_region(read_long_text(header, keyword))
        if region is None:
            return None
        return Outline(keyword, region.vertices, region.half_digit, region.is_rough)
    pairs = CORNER_KEYWORDS[keyword]
    values = [(header.number(ra), header.number(dec)) for ra, dec in pairs]
    vertices = tuple((ra % 360, dec) for ra, dec in values if ra is not None and dec is not None)
    if len(vertices) != len(pairs) or any(abs(dec) > 90 for _, dec in vertices):
        return None
    cards = [header.find_card(name) for pair in pairs for name in pair]
    texts = [card.text for card in cards if card is not None]
    return Outline(keyword, vertices, measure_open_digit(texts))


def read_long_text(header: Header, keyword: str) -> str:
    """The text of a keyword with what CONTINUE adds to it; empty where it has none."""
    place = header.layout.index.get(keyword, (len(header),))[0]
    parts: list[str] = []
    while place < len(header) and (not parts or header.names[place] == "CONTINUE"):
        value = header.card(place).value
        if not isinstance(value, str):
            break
        text = value.rstrip(" ")
        parts.append(text.removesuffix("&"))
        place += 1
        if not text.endswith("&") or len(parts) > _CARDS_MAX:
            break
    return "".join(parts)


def fit_outline(outline: Outline, wcs: Wcs, shape: tuple[int, int]) -> OutlineFit | None:
    """Where an outline lies on an image; None where a vertex has no pixel."""
    frame = ("GALACTIC", None) if wcs.system == "G" else wcs.frame
    if wcs.system not in ("RA", "G") or len(wcs.sky_axes) != 2:
        return None
    vertices = [convert_from_icrs(vertex, *frame) for vertex in outline.vertices]
    pixels = [None if vertex is None else wcs.sky_to_pixel(*vertex) for vertex in vertices]
    first, second = wcs.sky_axes
    places = [(pixel[first], pixel[second]) for pixel in pixels if pixel is not None]
    return _bound_places(places, shape) if len(places) == len(pixels) else None


def fit_gnomonic(
    outline: Outline,
    coordinates: tuple[Position, Position, tuple[float, float, float, float]],
    shape: tuple[int, int],
) -> OutlineFit | None:
    """The same for a gnomonic image without distortion, of CRVAL, CRPIX and CDi_j in degrees.

    Calabretta & Greisen (2002), section 5.1.3. None where a vertex has no pixel.
    """
    reference, origin, (a, b, c, d) = coordinates
    if not all(map(math.isfinite, (*reference, *origin))):
        return None
    ra, dec = math.radians(reference[0]), math.radians(reference[1])
    sine, cosine = math.sin(dec), math.cos(dec)
    size = math.radians(1.0) * (a * d - b * c)
    if not size:
        return None
    places = []
    for longitude, latitude in outline.vertices:
        turn, high = math.radians(longitude) - ra, math.radians(latitude)
        up, along = math.sin(high), math.cos(high) * math.cos(turn)
        below = sine * up + cosine * along
        if below <= 0:
            return None
        x, y = math.cos(high) * math.sin(turn) / below, (cosine * up - sine * along) / below
        places.append((origin[0] + (d * x - b * y) / size, origin[1] + (a * y - c * x) / size))
    return _bound_places(places, shape)


def _bound_places(places: list[Position], shape: tuple[int, int]) -> OutlineFit:
    across, up = [place[0] for place in places], [place[1] for place in places]
    low, high = (min(across), min(up)), (max(across), max(up))
    outside = max(0.5 - low[0], 0.5 - low[1], high[0] - shape[0] - 0.5, high[1] - shape[1] - 0.5)
    cover = (high[0] - low[0]) / shape[0], (high[1] - low[1]) / shape[1]
    return OutlineFit(low, high, outside, cover, tuple(places))


def is_beside_image(fit: OutlineFit, shape: tuple[int, int], room: float) -> bool:
    """Whether an outline and an image have no pixel in common, and more than ``room`` between."""
    return any(
        high < 0.5 - room or low > length + 0.5 + room
        for low, high, length in zip(fit.low, fit.high, shape, strict=True)
    )


def is_within_outline(fit: OutlineFit, shape: tuple[int, int]) -> bool:
    """Whether the centres of the four corner pixels lie in the outline."""
    corners = [(x, y) for x in (1, shape[0]) for y in (1, shape[1])]
    return all(_is_inside(corner, fit.places) for corner in corners)


def _is_inside(point: Position, polygon: tuple[Position, ...]) -> bool:
    """Whether a point lies in a polygon: a ray from it crosses an odd number of sides."""
    is_inside = False
    for (x, y), (u, v) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (y > point[1]) != (v > point[1]):
            is_inside ^= point[0] < x + (u - x) * (point[1] - y) / (v - y)
    return is_inside


def find_offset(
    fit: OutlineFit, shape: tuple[int, int], tolerance: float
) -> tuple[float, float] | None:
    """By how many pixels a rectangle of the size of the image is moved; None for another size.

    A rectangle through the outer edges or the centres of the outermost pixels has the size.
    """
    offsets = []
    for low, high, length in zip(fit.low, fit.high, shape, strict=True):
        size = high - low
        if min(abs(size - length), abs(size - length + 1)) > tolerance:
            return None
        offsets.append((low + high) / 2 - (length + 1) / 2)
    return offsets[0], offsets[1]
