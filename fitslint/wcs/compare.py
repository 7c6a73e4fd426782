"""Descriptions of coordinates that one header has several of, and how far apart they put pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.wcs.description import Items, parse_name, read_items
from fitslint.wcs.keywords import KeywordError
from fitslint.wcs.physical import read_physical
from fitslint.wcs.pointing import convert_to_icrs
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

_SIDE_MAX = 1 << 40
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ARCSEC_DEGREES = 3600.0
"""Arcsec of a degree."""
_LINEAR = frozenset(("CD", "PC", "CD0", "PC0", "CROTA"))
"""Roots of which a form of the linear step keeps one."""
_NAMES = {"CD": "CDi_j", "PC": "PCi_j", "CROTA": "CROTAi", "CD0": "CD00i00j", "PC0": "PC00i00j"}
_WITH_STEPS = ("PC", "CROTA", "PC0")


@dataclass(frozen=True, slots=True)
class LinearForm:
    """What a header tells by one form of the linear step, the others left out.

    Attributes
    ----------
    form : {"CDi_j", "PCi_j", "CROTAi", "CD00i00j", "PC00i00j", "CDELTi"}
        ``CDELTi`` is of increments that stand beside CDi_j, without a rotation.
    keyword : str
        its first keyword in the header.
    wcs : Wcs
    """

    form: str
    keyword: str
    wcs: Wcs


@dataclass(frozen=True, slots=True)
class SkyDistance:
    """The largest distance between two descriptions over the corners and the centre of an image.

    Attributes
    ----------
    arcsec : float
    pixels : float
        of the first description, whose pixel is the square root of its area.
    where : (float, float)
        the pixel, from 1, of the largest.
    """

    arcsec: float
    pixels: float
    where: tuple[float, float]


def list_linear_forms(header: Header | Mapping[str, object], version: str = "") -> list[LinearForm]:
    """Every form of the linear step that a version of the coordinates has, as far as it is whole.

    In the order of the header. A form that gives no coordinates is left out; the list is empty
    where the keywords cannot be read.
    """
    try:
        items = read_items(header, version)
    except KeywordError:
        return []
    roots: dict[str, str] = {}
    for name, _ in items:
        root, index, _ = parse_name(name, version)
        if root != "CROTA" or index:  # CROTA without an axis is the projects' own
            roots.setdefault(root, name)
    has_steps = "CDELT" in roots
    found = []
    for root, keyword in roots.items():
        is_alone = root == "CDELT" and not any(other in roots for other in _WITH_STEPS)
        if is_alone and ("CD" in roots or "CD0" in roots):
            found.append(("CDELTi", keyword, _keep_form(items, version, root)))
        elif root in _LINEAR and (has_steps or root != "CROTA"):
            found.append((_NAMES[root], keyword, _keep_form(items, version, root)))
    return [
        LinearForm(form, keyword, wcs)
        for form, keyword, kept in found
        if (wcs := compile_items(kept, version)) is not None
        and (form != "CROTAi" or f"CROTA{(wcs.latitude or 0) + 1}" in header)
    ]


def _keep_form(items: Items, version: str, root: str) -> Items:
    return tuple(
        item
        for item in items
        if (other := parse_name(item[0], version)[0]) not in _LINEAR or other == root
    )


def compile_items(items: Items, version: str = "") -> Wcs | None:
    """The system of keywords and values; None where they tell none, or no celestial axes."""
    try:
        wcs = Wcs.from_header(dict(items), version)
    except WcsError:
        return None
    return wcs if wcs.is_celestial else None


def compile_celestial(header: Header, version: str = "") -> Wcs | None:
    """The celestial system of a version of a header; None where it tells none."""
    try:
        wcs = Wcs.from_header(header, version)
    except WcsError:
        return None
    return wcs if wcs.is_celestial else None


def find_image_shape(header: Header, axes: Sequence[int] = (0, 1)) -> tuple[int, int] | None:
    """The lengths in pixels of two axes, from 0, of an image or a compressed one.

    None where the header has not two such axes with pixels.
    """
    structure = header.structure
    if structure.zimage:
        lengths = [header.value(f"ZNAXIS{axis + 1}") for axis in axes[:2]]
    else:
        told = structure.axes
        lengths = [told[axis] if axis < len(told) else None for axis in axes[:2]]
    if len(lengths) < 2:
        return None
    first, second = lengths
    if type(first) is not int or type(second) is not int:
        return None
    if not (0 < first < _SIDE_MAX and 0 < second < _SIDE_MAX):
        return None
    return first, second


def list_sample_pixels(shape: tuple[int, int]) -> list[tuple[float, float]]:
    """The centre of an image and the outer corners of its corner pixels, counted from 1."""
    right, top = shape[0] + 0.5, shape[1] + 0.5
    middle = ((shape[0] + 1) / 2, (shape[1] + 1) / 2)
    return [middle, (0.5, 0.5), (right, 0.5), (right, top), (0.5, top)]


def measure_pixel_size(wcs: Wcs) -> float:
    """Arcsec of a pixel, the root of its area at the reference point; 0 where it is not known."""
    area = measure_pixel_area(wcs)
    return math.sqrt(abs(area)) * ARCSEC_DEGREES


def measure_pixel_area(wcs: Wcs) -> float:
    """Square degrees of a pixel by the linear step, negative where east is left with north up.

    0 where the celestial axes do not move with two pixel axes.
    """
    axes = wcs.sky_axes
    if wcs.longitude is None or wcs.latitude is None or len(axes) < 2:
        return 0.0
    first, second = axes[:2]
    east, north = wcs.matrix[wcs.longitude], wcs.matrix[wcs.latitude]
    return east[first] * north[second] - east[second] * north[first]


def measure_sky_distance(one: Wcs, other: Wcs, shape: tuple[int, int]) -> SkyDistance | None:
    """How far apart two descriptions put the corners and the centre of an image.

    Pixels are those of the first two axes that move on the sky. None where no pixel has a position
    in both. Positions are compared as they stand, whatever their systems are called.
    """
    axes = one.sky_axes[:2]
    if len(axes) < 2:
        return None
    farthest: SkyDistance | None = None
    size = measure_pixel_size(one)
    for pixel in list_sample_pixels(shape):
        arcsec = _measure_at(one, other, axes, pixel)
        if arcsec is not None and (farthest is None or arcsec > farthest.arcsec):
            farthest = SkyDistance(arcsec, arcsec / size if size else math.inf, pixel)
    return farthest


def _measure_at(
    one: Wcs, other: Wcs, axes: Sequence[int], pixel: tuple[float, float]
) -> float | None:
    here = one.pixel_to_direction(place_pixel(one, axes, pixel))
    there = other.pixel_to_direction(place_pixel(other, axes, pixel))
    if here is None or there is None:
        return None
    chord = math.dist(here, there) / 2
    return math.degrees(2 * math.asin(min(1.0, chord))) * ARCSEC_DEGREES


def place_pixel(wcs: Wcs, axes: Sequence[int], pixel: Sequence[float]) -> list[float]:
    """A pixel of two axes among all axes of a system; the others stand at their reference."""
    at = list(wcs.origin)
    for axis, value in zip(axes, pixel, strict=False):
        if axis < len(at):
            at[axis] = value
    return at


def list_versions(header: Header) -> tuple[str, ...]:
    """The letters of the versions that have a CTYPEi, the primary one first."""
    return header.layout.compute_once("versions of coordinates", lambda layout: tuple(
        letter for letter in ("", *LETTERS)
        if any(f"CTYPE{axis}{letter}" in layout.index for axis in (1, 2, 3, 4))
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class VersionDistance:
    """How far apart, in ICRS, two versions of the coordinates put an image.

    ``is_named`` tells whether WCSNAME says that they are two solutions, ``has_same_frame`` whether
    they are in one reference system.
    """

    first: str
    second: str
    distance: SkyDistance
    is_named: bool
    has_same_frame: bool


def measure_versions(header: Header) -> Iterator[VersionDistance]:
    """Distances between the primary version and every other that has equatorial or galactic axes.

    Positions are brought to ICRS by RADESYSa and EQUINOXa; versions whose system is not known are
    left out.
    """
    versions = list_versions(header)
    if len(versions) < 2:
        return
    systems = {letter: compile_celestial(header, letter) for letter in versions}
    known = {letter: wcs for letter, wcs in systems.items() if wcs is not None}
    if len(known) < 2:
        return
    first, wcs = next(iter(known.items()))
    shape = find_image_shape(header, wcs.sky_axes)
    for letter, other in known.items():
        if letter == first or shape is None or other.sky_axes != wcs.sky_axes:
            continue
        distance = _measure_in_icrs(wcs, other, shape)
        if distance is not None:
            names = [header.string(f"WCSNAME{version}") for version in (first, letter)]
            same = (wcs.system, wcs.frame) == (other.system, other.frame)
            yield VersionDistance(first, letter, distance, names[0] != names[1], same)


def _measure_in_icrs(one: Wcs, other: Wcs, shape: tuple[int, int]) -> SkyDistance | None:
    size = measure_pixel_size(one)
    farthest: SkyDistance | None = None
    pixels = list_sample_pixels(shape)
    if any(one.distortions) != any(other.distortions):
        # one with and one without a distortion meet at the reference point only
        axes = one.sky_axes
        pixels = [(one.origin[axes[0]], one.origin[axes[1]])] if len(axes) > 1 else []
    for pixel in pixels:
        ends = [find_icrs(wcs, place_pixel(wcs, one.sky_axes, pixel)) for wcs in (one, other)]
        here, there = ends
        if here is None or there is None:
            continue
        arcsec = measure_arc(here, there)
        if farthest is None or arcsec > farthest.arcsec:
            farthest = SkyDistance(arcsec, arcsec / size if size else math.inf, pixel)
    return farthest


def find_icrs(wcs: Wcs, pixel: Sequence[float]) -> tuple[float, float] | None:
    """The position of a pixel in ICRS, in degrees; None where its system is not known."""
    position = wcs.pixel_to_sky(*pixel)
    if position is None:
        return None
    if wcs.system == "G":
        return convert_to_icrs((position[0], position[1]), "GALACTIC", None)
    return convert_to_icrs((position[0], position[1]), *wcs.frame) if wcs.system == "RA" else None


def measure_arc(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Arcsec along the great circle between two positions in degrees."""
    from fitslint.wcs.sphere import measure_separation

    return measure_separation(*one, *other) * ARCSEC_DEGREES


def measure_physical(header: Header, version: str = "P") -> SkyDistance | None:
    """How far LTVi, LTMi_j and a version of linear axes of physical pixels are from one another.

    ``arcsec`` is NaN: distances are in pixels of the physical array. None where one of them is not
    there or cannot be read.
    """
    try:
        step = read_physical(header)
        wcs = Wcs.from_header(header, version)
    except (WcsError, KeywordError):
        return None
    shape = find_image_shape(header)
    if step is None or shape is None or wcs.is_celestial or wcs.axes < 2:
        return None
    worst: SkyDistance | None = None
    for pixel in list_sample_pixels(shape):
        offsets = [at - shift for at, shift in zip(pixel, step.reference, strict=True)]
        first = _apply_rows(step.rows, offsets)
        second = wcs.pixel_to_world(*pixel)
        if second is None:
            return None
        pixels = math.dist(first, second[:2])
        if worst is None or pixels > worst.pixels:
            worst = SkyDistance(math.nan, pixels, pixel)
    return worst


def _apply_rows(
    rows: Sequence[Sequence[tuple[int, float]]], offsets: Sequence[float]
) -> list[float]:
    return [sum(number * offsets[column] for column, number in row) for row in rows]
