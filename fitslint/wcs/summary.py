"""What one header says about where its pixels are: every description, and how they differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from fitslint.model.header import Header, Layout
from fitslint.model.records import dataclass
from fitslint.text import phrase
from fitslint.wcs.axes import EAST_SYSTEMS, WEST_SYSTEMS
from fitslint.wcs.compare import (
    ARCSEC_DEGREES,
    SkyDistance,
    find_icrs,
    find_image_shape,
    list_linear_forms,
    list_sample_pixels,
    measure_arc,
    measure_physical,
    measure_pixel_size,
    measure_sky_distance,
    measure_versions,
    place_pixel,
)
from fitslint.wcs.description import parse_name
from fitslint.wcs.plate import PLATE_FORM, compile_plate
from fitslint.wcs.pointing import list_positions
from fitslint.wcs.table_columns import ColumnCoordinates, list_column_coordinates
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

_DESCRIBING = frozenset(("CTYPE", "CRVAL", "CRPIX", "CDELT", "CD", "PC", "CD0", "PC0"))
STEPS_FORM = "CDELTi"
"""Increments without a rotation."""
_STEPS_REASON = phrase("CFITSIO alone takes CDELTi beside CDi_j")
_PLATE = "AMDX1"
_LETTERS = ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
Point = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ImageDescription:
    """Where one description of a header puts an image.

    Attributes
    ----------
    version : str
        the letter, empty for the primary one.
    form : str
        of the linear step: CDi_j, PCi_j, CROTAi, CD00i00j, PC00i00j or CDELTi; or a plate solution.
    holds : bool
        whether it is the form that the standard lets hold; the others of a version stand beside it.
    name : str
        WCSNAME.
    wcs : Wcs, optional
        None where it cannot be computed.
    keyword, reason : str
        why it cannot, else empty.
    shape : (int, int), optional
        pixels along the first two axes that move on the sky.
    columns : str
        of a table, what it is the description of.
    """

    version: str
    form: str
    holds: bool
    name: str
    wcs: Wcs | None
    keyword: str = ""
    reason: str = ""
    shape: tuple[int, int] | None = None
    columns: str = ""

    @property
    def axes(self) -> tuple[int, ...]:
        """The pixel axes, from 0, that ``shape`` is of."""
        if self.wcs is None:
            return ()
        return self.wcs.sky_axes[:2] if self.wcs.is_celestial else tuple(range(self.wcs.axes))[:2]

    def locate(self, pixel: Sequence[float]) -> Point | None:
        """World coordinates of a pixel of :attr:`axes`; None where there are none."""
        if self.wcs is None:
            return None
        return self.wcs.pixel_to_world(*place_pixel(self.wcs, self.axes, pixel))

    @property
    def centre(self) -> Point | None:
        """World coordinates of the middle of the image."""
        return None if self.shape is None else self.locate(list_sample_pixels(self.shape)[0])

    @property
    def corners(self) -> list[Point | None]:
        """World coordinates of its outer corners, counter-clockwise from the first pixel."""
        if self.shape is None:
            return []
        return [self.locate(pixel) for pixel in list_sample_pixels(self.shape)[1:]]

    @property
    def middle(self) -> list[float] | None:
        """The pixel at which scale and rotation are told: the middle of the image, else CRPIX."""
        if self.wcs is None or not self.wcs.is_celestial:
            return None
        if self.shape is not None:
            at = place_pixel(self.wcs, self.axes, list_sample_pixels(self.shape)[0])
            if self.wcs.pixel_to_sky(*at) is not None:
                return at
        return list(self.wcs.origin)

    @property
    def scale(self) -> tuple[float, float] | None:
        """Arcsec of a pixel along its two axes."""
        scale = self.wcs.pixel_scale(self.middle) if self.wcs and self.middle else None
        return None if scale is None else (scale[0] * ARCSEC_DEGREES, scale[1] * ARCSEC_DEGREES)

    @property
    def rotation(self) -> float | None:
        """Position angle, north through east, of the second axis: from -180 to 180 degrees."""
        angle = self.wcs.rotation(self.middle) if self.wcs and self.middle else None
        if angle is not None and self.runs_west:
            angle = -angle % 360.0
        return angle - 360.0 if angle is not None and angle > 180.0 else angle

    @property
    def parity(self) -> int | None:
        """-1 as the sky is seen, 1 where it is mirrored; None of azimuths and other bodies."""
        if self.wcs is None or self.wcs.system not in EAST_SYSTEMS + WEST_SYSTEMS:
            return None
        parity = self.wcs.parity(self.middle) if self.middle else None
        return -parity if parity is not None and self.runs_west else parity

    @property
    def runs_west(self) -> bool:
        """Whether its longitudes increase to the west, as those on the Sun do."""
        return self.wcs is not None and self.wcs.system in WEST_SYSTEMS

    @property
    def area(self) -> float | None:
        """Square degrees inside the edges of the image; None where a part of them has no place."""
        if self.wcs is None or self.shape is None:
            return None
        return self.wcs.footprint_area(self.shape) if self.wcs.is_celestial else None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far apart two descriptions put the pixel of an image where they differ most.

    Attributes
    ----------
    first, second : str
        the descriptions: a form of a version, a version, or LTVi with LTMi_j.
    distance : SkyDistance
        its arcsec are NaN between descriptions of physical pixels.
    expected : str
        why it is no fault of the header, else empty.
    """

    first: str
    second: str
    distance: SkyDistance
    expected: str = ""


@dataclass(frozen=True, slots=True)
class PositionStated:
    """A position that keywords state beside the coordinates, and how far from the middle it is."""

    keywords: tuple[str, str]
    role: str
    position: tuple[float, float]
    system: str
    equinox: float | None
    arcsec: float | None
    pixels: float | None


@dataclass(frozen=True, slots=True)
class WcsSummary:
    """All descriptions of a header, their differences, and positions that it states.

    ``shape`` are the lengths of all image axes.
    """

    shape: tuple[int, ...]
    descriptions: list[ImageDescription]
    disagreements: list[Disagreement]
    positions: list[PositionStated]

    def count_failures(self) -> int:
        """Descriptions that cannot be computed."""
        return sum(description.wcs is None for description in self.descriptions)

    def count_disagreements(self, tolerance: float) -> int:
        """Pairs of descriptions that are more than ``tolerance`` pixels apart, and should not."""
        return sum(
            not pair.expected and not pair.distance.pixels <= tolerance
            for pair in self.disagreements
        )


def summarize_header(header: Header) -> WcsSummary | None:
    """What a header tells; None where it describes no coordinates at all."""
    versions = list_described(header)
    columns = list(list_column_coordinates(header))
    if not versions and not columns:
        return None
    descriptions = [_describe_columns(header, told) for told in columns]
    disagreements: list[Disagreement] = []
    for version in versions:
        forms = list(_list_forms(header, version))
        descriptions += forms
        disagreements += _compare_forms(forms)
    disagreements += _compare_versions(header)
    physical = measure_physical(header)
    if physical is not None:
        disagreements.append(Disagreement("LTVi, LTMi_j", phrase("version P"), physical))
    positions = list(_list_stated(header, descriptions))
    return WcsSummary(_read_shape(header), descriptions, disagreements, positions)


def list_described(header: Header) -> tuple[str, ...]:
    """The letters of the versions that a header says anything of, the primary one first."""
    return header.layout.compute_once("versions described", _find_described)


def _find_described(layout: Layout) -> tuple[str, ...]:
    versions = {
        version
        for name in layout.index
        for version in {"", name[-1:]} & set(_LETTERS)
        if parse_name(name, version)[0] in _DESCRIBING
    }
    if _PLATE in layout.index:
        versions.add("")
    return tuple(letter for letter in _LETTERS if letter in versions)


def _read_shape(header: Header) -> tuple[int, ...]:
    if header.structure.zimage:
        count = header.value("ZNAXIS")
        axes = range(1, count + 1) if isinstance(count, int) and 0 < count < 1000 else ()
        lengths = [header.value(f"ZNAXIS{axis}") for axis in axes]
        return tuple(length for length in lengths if type(length) is int)
    if header.kind in ("bintable", "table"):
        return ()
    return tuple(length for length in header.structure.axes if length is not None)


def _list_forms(header: Header, version: str) -> Iterator[ImageDescription]:
    """The description that holds for a version, then its other forms of the linear step."""
    named = (header.string(f"WCSNAME{version}") or "").rstrip(" ")
    plate = compile_plate(header) if _PLATE in header and not version else None
    if plate is not None and "CTYPE1" not in header:
        yield ImageDescription("", PLATE_FORM, True, named, plate, shape=_find_shape(header, plate))
        return
    try:
        wcs = Wcs.from_header(header, version)
    except WcsError as error:
        yield ImageDescription(version, "", True, named, None, error.keyword, str(error))
        return
    shape = _find_shape(header, wcs)
    forms = list_linear_forms(header, version)
    own = next((form for form in forms if form.wcs.matrix == wcs.matrix), None)
    label = own.form if own else "" if forms else STEPS_FORM
    yield ImageDescription(version, label, True, named, wcs, shape=shape)
    for form in forms:
        if form is not own:
            yield ImageDescription(version, form.form, False, named, form.wcs, shape=shape)
    if plate is not None:
        yield ImageDescription("", PLATE_FORM, False, named, plate, shape=shape)


def _describe_columns(header: Header, told: ColumnCoordinates) -> ImageDescription:
    """The description of one column with images, or of two with the places of events."""
    names = [(header.string(f"TTYPE{one}") or f"{one}").rstrip(" ") for one in told.columns]
    columns = phrase("columns {names}", names=", ".join(names))
    if len(names) == 1:
        columns = phrase("column {names}", names=names[0])
    named = str(told.values.get(f"WCSNAME{told.version}") or "").rstrip(" ")
    try:
        wcs = Wcs.from_header(told.values, told.version)
    except WcsError as error:
        return ImageDescription(
            told.version, "", True, named, None, error.keyword, str(error), columns=columns
        )
    forms = list_linear_forms(told.values, told.version)
    own = next((form for form in forms if form.wcs.matrix == wcs.matrix), None)
    form = own.form if own else STEPS_FORM
    shape = told.shape if wcs.axes > 1 else None
    return ImageDescription(told.version, form, True, named, wcs, shape=shape, columns=columns)


def _find_shape(header: Header, wcs: Wcs) -> tuple[int, int] | None:
    if header.kind in ("bintable", "table"):
        return None
    axes = wcs.sky_axes[:2] if wcs.is_celestial else (0, 1)
    return find_image_shape(header, axes)


def name_description(description: ImageDescription) -> str:
    """How text calls a description: ``primary``, ``primary by CROTAi``, ``A``, ``columns X, Y``."""
    label = description.columns or description.version or phrase("primary")
    if description.holds:
        return label
    return phrase("{label} by {form}", label=label, form=description.form)


def _compare_forms(forms: Sequence[ImageDescription]) -> Iterator[Disagreement]:
    first = forms[0]
    if first.wcs is None or first.shape is None:
        return
    for other in forms[1:]:
        distance = other.wcs and measure_sky_distance(first.wcs, other.wcs, first.shape)
        if distance:
            expected = _STEPS_REASON if other.form == STEPS_FORM else ""
            names = name_description(first), name_description(other)
            yield Disagreement(*names, distance, expected)


def _compare_versions(header: Header) -> Iterator[Disagreement]:
    for pair in measure_versions(header):
        expected = phrase("WCSNAME tells two solutions") if pair.is_named else ""
        names = pair.first or phrase("primary"), pair.second or phrase("primary")
        yield Disagreement(*names, pair.distance, expected)


def _list_stated(
    header: Header, descriptions: Sequence[ImageDescription]
) -> Iterator[PositionStated]:
    celestial = (item for item in descriptions if item.wcs and item.wcs.is_celestial)
    first = next(celestial, None)
    middle, size = None, 0.0
    if first is not None and first.wcs is not None and first.middle is not None:
        middle, size = find_icrs(first.wcs, first.middle), measure_pixel_size(first.wcs)
    for stated in list_positions(header):
        where = stated.icrs
        arcsec = measure_arc(middle, where) if middle and where else None
        pixels = arcsec / size if arcsec is not None and size else None
        yield PositionStated(
            stated.keywords, stated.role, stated.position, stated.system, stated.equinox,
            arcsec, pixels,
        )  # fmt: skip


def list_outline(description: ImageDescription, pieces: int = 24) -> list[Point | None]:
    """Positions in ICRS, in degrees, along the outer edge of an image, closed.

    As they stand where the system is not known; None where the edge has no position.
    """
    if description.wcs is None or description.shape is None or not description.wcs.is_celestial:
        return []
    corners = list_sample_pixels(description.shape)[1:]
    outline: list[Point | None] = []
    for start, end in zip(corners, (*corners[1:], corners[0]), strict=True):
        for step in range(pieces):
            part = step / pieces
            pixel = [a + (b - a) * part for a, b in zip(start, end, strict=True)]
            outline.append(locate_icrs(description, pixel))
    return [*outline, outline[0]]


def locate_icrs(description: ImageDescription, pixel: Sequence[float]) -> Point | None:
    """The position of a pixel in ICRS, or as it stands where the system is not known."""
    if description.wcs is None:
        return None
    at = place_pixel(description.wcs, description.axes, pixel)
    position = find_icrs(description.wcs, at) or description.wcs.pixel_to_sky(*at)
    return position if position and all(map(math.isfinite, position)) else None
