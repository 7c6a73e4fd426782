"""What the table of ``fitslint wcs`` says of a description, row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fitslint.text import phrase, say, translate
from fitslint.wcs.summary import ImageDescription, Point

_PARITIES = {-1: phrase("as on the sky"), 1: phrase("mirrored")}


def join_numbers(numbers: Sequence[float], form: str = "g") -> str:
    """Numbers one after the other."""
    return ", ".join(f"{number:{form}}" for number in numbers)


def name_pixel(pixel: Sequence[float], form: str = "g") -> str:
    """A pixel as the table calls it."""
    return say("pixel {place}", place=join_numbers(pixel, form))


def show_point(description: ImageDescription, point: Point | None) -> str:
    """World coordinates in the units of the axes."""
    wcs = description.wcs
    if point is None or wcs is None:
        return say("none")
    sky = (wcs.longitude, wcs.latitude)
    if wcs.system == "HP" and wcs.longitude is not None:
        # from the centre of the Sun, east of it below 0
        middle = (point[wcs.longitude] + 180.0) % 360.0 - 180.0
        point = (*point[: wcs.longitude], middle, *point[wcs.longitude + 1 :])
    return ", ".join(
        f"{value:.7f}" if axis in sky else f"{value:.9g}" for axis, value in enumerate(point)
    )


def _show_axes(description: ImageDescription) -> str:
    wcs = description.wcs
    return "" if wcs is None else " ".join(kind.rstrip(" ") or "linear" for kind in wcs.types)


def _show_frame(description: ImageDescription) -> str:
    wcs = description.wcs
    if wcs is None or wcs.system not in ("RA", "E"):
        return ""
    system, equinox = wcs.frame
    if equinox is None:
        return system
    return say("{system}, equinox {equinox:g}", system=system, equinox=equinox)


def _show_units(description: ImageDescription) -> str:
    units = description.wcs.units if description.wcs else ()
    return " ".join(unit or "-" for unit in units) if any(units) else ""


def _show_reference(description: ImageDescription) -> str:
    wcs = description.wcs
    return "" if wcs is None else show_point(description, wcs.reference)


def _show_origin(description: ImageDescription) -> str:
    wcs = description.wcs
    return "" if wcs is None else name_pixel(wcs.origin, ".9g")


def _show_centre(description: ImageDescription) -> str:
    return "" if description.shape is None else show_point(description, description.centre)


def _show_sexagesimal(description: ImageDescription) -> str:
    """The middle in hours and degrees, where the axes are equatorial."""
    wcs, centre = description.wcs, description.centre
    if wcs is None or centre is None or wcs.system != "RA":
        return ""
    hours = _split_sexagesimal(centre[wcs.longitude or 0] % 360.0 / 15.0, 3)
    degrees = centre[wcs.latitude or 0]
    return f"{hours} {'-' if degrees < 0 else '+'}{_split_sexagesimal(abs(degrees), 2)}"


def _split_sexagesimal(number: float, digits: int) -> str:
    units = round(number * 3600 * 10**digits)
    minutes, rest = divmod(units, 60 * 10**digits)
    seconds = f"{rest / 10**digits:0{digits + 3}.{digits}f}"
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds}"


def _show_scale(description: ImageDescription) -> str:
    scale = description.scale
    if scale is None:
        return ""
    return say("{first:.6g} x {second:.6g} arcsec a pixel", first=scale[0], second=scale[1])


def _show_rotation(description: ImageDescription) -> str:
    rotation = description.rotation
    if rotation is None:
        return ""
    return say("{angle:.4f} deg, north through east", angle=round(rotation, 4) + 0.0)


def _show_parity(description: ImageDescription) -> str:
    return translate(_PARITIES.get(description.parity or 0, ""))


def _show_size(description: ImageDescription) -> str:
    """Width and height of a small image; a wide one is no rectangle."""
    scale, shape = description.scale, description.shape
    if scale is None or shape is None:
        return ""
    width, height = (length * size for length, size in zip(scale, shape, strict=True))
    far = max(width, height)
    if far > _SIZE_MAX:
        return ""
    unit, factor = next((unit for unit in _SIZES if far >= 2 * unit[1]), _SIZES[-1])
    return say(
        "{width:.4g} x {height:.4g} {unit}", width=width / factor, height=height / factor, unit=unit
    )


_SIZE_MAX = 10.0 * 3600.0
"""Arcsec of the longer side."""
_SIZES = (("deg", 3600.0), ("arcmin", 60.0), ("arcsec", 1.0))


def _show_area(description: ImageDescription) -> str:
    area = description.area
    return "" if area is None else say("{area:.6g} square degrees", area=area)


DESCRIPTION_ROWS: tuple[tuple[str, Callable[[ImageDescription], str]], ...] = (
    (phrase("name"), lambda description: description.name),
    (phrase("form"), lambda description: description.form),
    (phrase("axes"), _show_axes),
    (phrase("units"), _show_units),
    (phrase("frame"), _show_frame),
    (phrase("reference"), _show_origin),
    (phrase("  is at"), _show_reference),
    (phrase("centre"), _show_centre),
    ("", _show_sexagesimal),
    (phrase("scale"), _show_scale),
    (phrase("rotation"), _show_rotation),
    (phrase("parity"), _show_parity),
    (phrase("size"), _show_size),
    (phrase("area"), _show_area),
)
