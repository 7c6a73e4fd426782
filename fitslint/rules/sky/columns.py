"""Celestial coordinates read at the columns of fixed format, before anything is worked out.

What cannot be read in this way is not sure, and a rule then goes the long way through the cards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout

_NUMBER_START, _NUMBER_STOP = 10, 30
INDICATOR = b"= "
BEHIND = (32, 47)
"""A blank or a slash follows a number that ends in column 30."""
_SIDE_MAX = 1 << 40
Matrix = tuple[float, float, float, float]
Precheck = Callable[[Header], bool]
Field = tuple[int, int, int]
"""First and last byte of a number in fixed format, and the byte behind it."""
SKY_KEYWORDS = (("CTYPE1",), ("CTYPE2",))
"""What a header has to have before there are columns of coordinates, for ``needs_one_of``."""
_OF_WORLD = (
    "CTYPE", "CUNIT", "CRVAL", "CRPIX", "CDELT", "CROTA", "CD", "PC", "PV", "LONPOLE", "LATPOLE",
    "RADESYS", "RADECSYS", "EQUINOX", "EPOCH", "WCSAXES", "NAXIS", "ZNAXIS", "A_", "B_", "WAT",
    "PROJP",
)  # fmt: skip


def list_world_names(layout: Layout) -> tuple[str, ...]:
    """The keywords of a layout that coordinates and the size of the image may hang on."""
    return layout.compute_once("names of coordinates", lambda layout: tuple(
        name for name in layout.index if name.startswith(_OF_WORLD)
    ))  # fmt: skip


def locate_number(layout: Layout, name: str) -> Field | None:
    """Where the number of the first card of a name stands; None where there is no such card."""
    places = layout.index.get(name)
    if places is None:
        return None
    start = places[0] * CARD_SIZE
    return start + _NUMBER_START, start + _NUMBER_STOP, start + _NUMBER_STOP


def locate_numbers(layout: Layout, names: Sequence[str]) -> tuple[Field, ...] | None:
    """The places of several numbers; None where one of the names is not there."""
    found = tuple(field for name in names if (field := locate_number(layout, name)) is not None)
    return found if len(found) == len(names) else None


def read_numbers(raw: bytes, fields: Sequence[Field]) -> list[float] | None:
    """Numbers in fixed format; None where one is written otherwise."""
    try:
        return [
            float(raw[start:stop])
            if raw[behind] in BEHIND and raw.startswith(INDICATOR, start - 2)
            else math.nan
            for start, stop, behind in fields
        ]
    except ValueError:
        return None


def may_describe_image(header: Header) -> bool:
    """Whether coordinates are surely not those of another HDU, as in a header without an array.

    A header in a text file, without data, may have lost its axes.
    """
    return header.is_text or len(header.structure.axes) >= 2


def find_sides(header: Header) -> tuple[int, int] | None:
    """NAXIS1 and NAXIS2 of an image that is not compressed; None where they are not plain."""
    structure = header.structure
    if structure.zimage or len(structure.axes) < 2:
        return None
    first, second = structure.axes[:2]
    if first is None or second is None or not 0 < first < _SIDE_MAX or not 0 < second < _SIDE_MAX:
        return None
    return first, second


_SUN, _EQUATORIAL = b"HPLNHPLT", b"RA--DEC-"
_SKY_TYPES = frozenset((_EQUATORIAL, b"GLONGLAT", b"ELONELAT", b"HGLNHGLT", b"CRLNCRLT", _SUN))
_DECLINATION = b"DEC-"
OTHER_LATITUDES = (b"AT", b"LT")
"""The third and fourth letter of all latitudes but declination."""
_DEGREES = (b"'deg'", b"'deg ")
AXES_MAX = 4
"""Axes among which the sky is looked for."""
_Elements = tuple[tuple[Field | None, ...], tuple[Field, ...] | None]


class SkyColumns:
    """Where the coordinates of the first two axes of a layout stand.

    Attributes
    ----------
    types : tuple of int
        first byte of the values of CTYPE1, CTYPE2, and of CTYPE3 and CTYPE4 where they are there.
    """

    __slots__ = (
        "_defaults", "_elements", "_has_scale", "_lately", "_origin", "_pair", "_reference",
        "_steps", "_units", "types",
    )  # fmt: skip

    def __init__(
        self,
        types: tuple[int, ...],
        reference: tuple[Field, ...] | None,
        origin: tuple[Field, ...] | None,
        matrix: _Elements | None,
        units: Sequence[int] = (),
    ) -> None:
        self.types = types
        self._units = tuple(units)
        self._reference = reference
        self._origin = origin
        self._has_scale = matrix is not None
        fields, self._steps = matrix or ((), None)
        self._elements = [(place, *field) for place, field in enumerate(fields) if field]
        self._defaults = (0.0, 0.0, 0.0, 0.0) if self._steps is None else (1.0, 0.0, 0.0, 1.0)
        self._lately: tuple[bytes, bytes, Matrix | None] = (b"", b"", None)
        self._pair: tuple[bytes, list[float] | None] = (b"", None)

    def is_sky(self, raw: bytes) -> bool:
        """Whether the axes plainly are longitude and latitude, in this order, in degrees."""
        return (self._lately if self._lately[0] is raw else self._read(raw))[1] in _SKY_TYPES

    def lacks_sky(self, raw: bytes) -> bool:
        """Whether surely no axis is a latitude."""
        return not self.is_sky(raw) and not self._has_latitude(raw)

    def has_sky_elsewhere(self, raw: bytes) -> bool:
        """Whether the sky may be on other axes than 1 and 2, in this order, as in many cubes.

        There are no columns of its matrix and reference point then, as where a type is written
        otherwise or a unit is not deg, and what asks for them goes the long way.
        """
        return not self.is_sky(raw) and self._has_latitude(raw)

    def is_sun(self, raw: bytes) -> bool:
        """Whether they are helioprojective, whose longitude increases to the west."""
        return (self._lately if self._lately[0] is raw else self._read(raw))[1] == _SUN

    def is_equatorial(self, raw: bytes) -> bool:
        """Whether they are right ascension and declination."""
        return (self._lately if self._lately[0] is raw else self._read(raw))[1] == _EQUATORIAL

    def read_matrix(self, raw: bytes) -> Matrix | None:
        """CD1_1, CD1_2, CD2_1 and CD2_2, or CDELTi times PCi_j; None where not plain."""
        return (self._lately if self._lately[0] is raw else self._read(raw))[2]

    def read_reference(self, raw: bytes) -> list[float] | None:
        """CRVAL1 and CRVAL2 of the sky; None where absent or not written in fixed format."""
        if self._pair[0] is not raw:
            fields = self._reference if self.is_sky(raw) else None
            self._pair = raw, read_numbers(raw, fields) if fields else None
        return self._pair[1]

    def read_origin(self, raw: bytes) -> list[float] | None:
        """CRPIX1 and CRPIX2; None where absent or not written in fixed format."""
        return read_numbers(raw, self._origin) if self._origin else None

    def _read(self, raw: bytes) -> tuple[bytes, bytes, Matrix | None]:
        """What several rules ask of one header after the other, read once."""
        first, second = self.types[:2]
        pair = raw[first + 1 : first + 5] + raw[second + 1 : second + 5]
        for start in self._units:
            if not raw.startswith(_DEGREES, start):
                pair = b""
        is_plain = pair in _SKY_TYPES or not self._has_latitude(raw)
        self._lately = raw, pair, self._read_elements(raw) if is_plain else None
        return self._lately

    def _has_latitude(self, raw: bytes) -> bool:
        return any(_may_be_latitude(raw[start - 2 : start + 18]) for start in self.types)

    def _read_elements(self, raw: bytes) -> Matrix | None:
        if not self._has_scale:
            return None
        numbers = list(self._defaults)
        try:
            for place, start, stop, behind in self._elements:
                if raw[behind] not in BEHIND or not raw.startswith(INDICATOR, start - 2):
                    return None
                numbers[place] = float(raw[start:stop])
        except ValueError:
            return None
        a, b, c, d = numbers
        if not math.isfinite(a + b + c + d):
            return None
        if self._steps is None:
            return a, b, c, d
        steps = read_numbers(raw, self._steps)
        if steps is None:
            return None
        return a * steps[0], b * steps[0], c * steps[1], d * steps[1]


def read_axis_type(field: bytes) -> bytes | None:
    """Four letters of the CTYPEi whose columns 9-28 are given, in capitals; None if not plain."""
    return field[3:].strip().upper()[:4] if field.startswith(b"= '") else None


@lru_cache(maxsize=256)
def _may_be_latitude(field: bytes) -> bool:
    """Whether columns 9-28 of a CTYPEi are those of a latitude, or are written otherwise."""
    kind = read_axis_type(field)
    return kind is None or kind == _DECLINATION or kind[2:] in OTHER_LATITUDES


_PAIRS = ("1_1", "1_2", "2_1", "2_2")


def find_sky_columns(layout: Layout) -> SkyColumns | None:
    """The places of coordinates of the first axes; None where CTYPE1 or CTYPE2 is absent."""
    return layout.compute_once("columns of coordinates", _find_sky_columns)


def _find_sky_columns(layout: Layout) -> SkyColumns | None:
    index = layout.index
    types = [index.get(f"CTYPE{axis}") for axis in range(1, AXES_MAX + 1)]
    if types[0] is None or types[1] is None:
        return None
    return SkyColumns(
        tuple(place[0] * CARD_SIZE + _NUMBER_START for place in types if place is not None),
        locate_numbers(layout, ("CRVAL1", "CRVAL2")),
        locate_numbers(layout, ("CRPIX1", "CRPIX2")),
        _locate_matrix(layout),
        [
            index[name][0] * CARD_SIZE + _NUMBER_START
            for name in ("CUNIT1", "CUNIT2")
            if name in index
        ],
    )


def _locate_matrix(layout: Layout) -> _Elements | None:
    """Where CDi_j, or PCi_j and CDELTi, of the first two axes stand; None without a scale."""
    steps = locate_numbers(layout, ("CDELT1", "CDELT2"))
    for root in ("CD", "PC"):
        elements = tuple(locate_number(layout, f"{root}{pair}") for pair in _PAIRS)
        if any(elements) and (steps or root == "CD"):
            return elements, steps if root == "PC" else None
    return ((None,) * 4, steps) if steps else None
