"""Other readings of a position: hours, another sign, another equinox."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.wcs.compare import (
    compile_items,
    find_icrs,
    find_image_shape,
    list_sample_pixels,
    measure_arc,
    measure_pixel_size,
    place_pixel,
)
from fitslint.wcs.pointing import Position, StatedPosition, convert_to_icrs
from fitslint.wcs.wcs import Wcs

_HOURS = 24.0
_DEGREES_HOUR = 15.0
_ARCSEC = 3600.0
Reading = tuple[str, float, str]
"""The name of a reading, the arcsec that are left, and the keyword that it reads otherwise."""


@dataclass(frozen=True, slots=True)
class FieldPosition:
    """Where an image is in ICRS, its centre and reference point; half its diagonal [arcsec]."""

    centre: Position
    reference: Position
    radius: float

    def measure(self, position: Position | None) -> float | None:
        """Arcsec of a position from the centre or the reference point, whichever is nearer."""
        if position is None:
            return None
        return min(measure_arc(position, self.centre), measure_arc(position, self.reference))


def measure_field(header: Header, wcs: Wcs) -> FieldPosition | None:
    """The field of an image; None where its centre has no position in ICRS.

    Of a header without pixels it is taken to reach as far as the reference pixel is from its edge.
    """
    shape = find_image_shape(header, wcs.sky_axes)
    reference = find_icrs(wcs, wcs.origin)
    size = measure_pixel_size(wcs)
    if shape is None:
        reach = math.hypot(*(wcs.origin[axis] for axis in wcs.sky_axes))
        return None if reference is None else FieldPosition(reference, reference, size * reach)
    centre = find_icrs(wcs, place_pixel(wcs, wcs.sky_axes, list_sample_pixels(shape)[0]))
    if centre is None:
        return None
    return FieldPosition(centre, reference or centre, size * math.hypot(*shape) / 2)


def find_reading(
    wcs: Wcs, stated: StatedPosition, field: FieldPosition, room: float, kind: str = ""
) -> Reading | None:
    """The first other reading by which a position and the coordinates meet to ``room`` arcsec.

    Of those whose name begins with ``kind``.
    """
    for name, position, reference, keyword in _list_readings(wcs, stated):
        if position is None or reference is None or not name.startswith(kind):
            continue
        left = measure_arc(position, reference)
        if left > room and reference == field.reference:
            left = min(left, measure_arc(position, field.centre))
        # an offset of the image from its reference point is the same in every reading
        if left <= max(room, 0.0):
            return name, left, keyword
    return None


def measure_exchanged(header: Header, wcs: Wcs, position: Position | None) -> float | None:
    """Arcsec of a position from the centre of the image where its two CRPIX are exchanged.

    None of an image without pixels, or whose reference pixel is the same then.
    """
    shape = find_image_shape(header, wcs.sky_axes)
    if shape is None or position is None or len(wcs.sky_axes) != 2:
        return None
    first, second = (f"CRPIX{axis + 1}" for axis in wcs.sky_axes)
    values = dict(wcs.keywords)
    if values.get(first) == values.get(second) or first not in values or second not in values:
        return None
    values[first], values[second] = values[second], values[first]
    other = compile_items(tuple(values.items()))
    if other is None:
        return None
    centre = find_icrs(other, place_pixel(other, other.sky_axes, list_sample_pixels(shape)[0]))
    return None if centre is None else measure_arc(position, centre)


_Candidate = tuple[str, Position | None, Position | None, str]


def _list_readings(wcs: Wcs, stated: StatedPosition) -> Iterator[_Candidate]:
    position, icrs = stated.position, stated.icrs
    ra, dec = stated.keywords
    reference = find_icrs(wcs, wcs.origin)
    if wcs.longitude is None or wcs.latitude is None or reference is None:
        return
    across, up = wcs.reference[wcs.longitude], wcs.reference[wcs.latitude]
    axes = f"CRVAL{wcs.longitude + 1}", f"CRVAL{wcs.latitude + 1}"

    def read_stated(other: Position) -> Position | None:
        return convert_to_icrs(other, stated.system, stated.equinox)

    def read_reference(other: Position) -> Position | None:
        return convert_to_icrs(other, *wcs.frame)

    if stated.unit != "sexagesimal" and position[0] < _HOURS:
        yield "hours", read_stated((position[0] * _DEGREES_HOUR, position[1])), reference, ra
    if stated.unit == "sexagesimal":
        yield "degrees", read_stated((position[0] / _DEGREES_HOUR, position[1])), reference, ra
    yield "sign", read_stated((position[0], -position[1])), reference, dec
    if wcs.system != "RA":
        return
    if 0 <= across < _HOURS:
        yield "reference-hours", icrs, read_reference((across * _DEGREES_HOUR, up)), axes[0]
    if abs(across) > 360 and abs(up) <= 90:
        yield "reference-arcsec", icrs, read_reference((across / _ARCSEC % 360, up)), axes[0]
    if abs(across) <= 90:
        yield "exchanged", icrs, read_reference((up % 360, across)), axes[0]
    yield from _list_equinoxes(wcs, stated, reference)


def _list_equinoxes(wcs: Wcs, stated: StatedPosition, reference: Position) -> Iterator[_Candidate]:
    """The position, or the reference point, in the system of B1950 or J2000."""
    assert wcs.longitude is not None and wcs.latitude is not None
    crval = wcs.reference[wcs.longitude], wcs.reference[wcs.latitude]
    axis = f"CRVAL{wcs.longitude + 1}"
    for system, year in (("FK4", 1950.0), ("FK5", 2000.0)):
        label = f"{'B' if system == 'FK4' else 'J'}{year:.0f}"
        yield (
            f"equinox it {label}",
            convert_to_icrs(stated.position, system, year),
            reference,
            (stated.keywords[0]),
        )
        yield f"equinox CRVALi {label}", stated.icrs, convert_to_icrs(crval, system, year), axis
