"""Region files in the format of CIAO."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fitslint.pipeline.xray.regions.shapes import PIXEL_FRAMES, Shape

HEADING = "# Region file format: CIAO version 1.0"
_UNNAMED = ("physical", "fk5")
"""What CIAO and DS9 take positions for where no frame is named: sky ones for FK5."""
_WRITTEN = {"box": "rotbox"}
_ARCMIN_DEGREES = 60.0


def format_regions(shapes: Iterable[Shape], *, sexagesimal: bool = False) -> str:
    """A region file: pixels as they are, positions on the sky in degrees or sexagesimal.

    Another frame than that of the first shape, and one that is neither physical nor FK5, is named
    in a line of its own. Sizes on the sky are in arcmin. A thousandth of an arcsec is written.
    """
    lines, frame = [HEADING], ""
    for shape in shapes:
        if shape.frame != frame and (frame or shape.frame not in _UNNAMED):
            lines.append(shape.frame)
        frame = shape.frame
        lines.append(format_shape(shape, sexagesimal=sexagesimal))
    return "\n".join(lines) + "\n"


def format_shape(shape: Shape, *, sexagesimal: bool = False) -> str:
    """One shape as a line."""
    if shape.frame in PIXEL_FRAMES:
        writers: dict[str, Callable[[float], str]] = dict.fromkeys("xyra", format_number)
    else:
        writers = {"r": _format_arcmin, "a": format_number, "x": _format_degrees}
        writers["y"] = _format_degrees
        if sexagesimal:
            writers |= {"x": format_right_ascension, "y": format_declination}
    numbers = (writers[role](value) for role, value in zip(shape.roles, shape.numbers, strict=True))
    sign = "-" if shape.is_excluded else ""
    return f"{sign}{_WRITTEN.get(shape.kind, shape.kind)}({','.join(numbers)})"


def format_number(value: float) -> str:
    """A number with the digits that it has, ten at most."""
    return f"{value:.10g}"


def _format_degrees(value: float) -> str:
    return f"{value:.8f}d"


def _format_arcmin(value: float) -> str:
    return f"{value * _ARCMIN_DEGREES:.8f}".rstrip("0").rstrip(".") + "'"


def format_right_ascension(degrees: float) -> str:
    """Hours, minutes and seconds to 0.0001 s."""
    return _split_sixty(degrees % 360.0 / 15.0, 4, wrap=24)


def format_declination(degrees: float) -> str:
    """Degrees, minutes and seconds to 0.001 arcsec, with a sign."""
    return ("-" if degrees < 0 else "+") + _split_sixty(abs(degrees), 3)


def _split_sixty(value: float, digits: int, wrap: int | None = None) -> str:
    ticks = round(value * 3600 * 10**digits)
    seconds, fraction = divmod(ticks, 10**digits)
    minutes, seconds = divmod(seconds, 60)
    whole, minutes = divmod(minutes, 60)
    return (
        f"{whole % wrap if wrap else whole:02d}:{minutes:02d}:{seconds:02d}.{fraction:0{digits}d}"
    )
