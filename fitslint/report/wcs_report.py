"""Text and JSON of what headers say about where their pixels are, by schemas/wcs-1.0.0.json."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from fitslint._version import __version__
from fitslint.language.width import measure_width, pad_text
from fitslint.model.finding import Status
from fitslint.model.records import dataclass, field
from fitslint.report.escape import escape_text
from fitslint.report.json_report import dump_json
from fitslint.report.wcs_rows import DESCRIPTION_ROWS, join_numbers, name_pixel, show_point
from fitslint.text import say, shorten, translate, translate_sentence
from fitslint.wcs.compare import list_sample_pixels
from fitslint.wcs.summary import (
    STEPS_FORM,
    Disagreement,
    ImageDescription,
    Point,
    PositionStated,
    WcsSummary,
    name_description,
)
from fitslint.wcs.wcs import Wcs

WCS_SCHEMA_ID = "urn:fitslint:wcs:1.0.0"
_COLUMNS_MAX = 4
_CELL_MAX = 44


@dataclass(frozen=True, slots=True)
class WcsQuery:
    """What is asked for: pixels, counted from 1, and longitude, latitude or other coordinates."""

    pixels: tuple[Point, ...] = ()
    positions: tuple[Point, ...] = ()


@dataclass(slots=True)
class HduCoordinates:
    """The coordinates of one HDU."""

    number: int
    extname: str
    summary: WcsSummary


@dataclass(slots=True)
class FileCoordinates:
    """The coordinates of one file, and why there are none where it could not be read."""

    path: str
    status: Status = "ok"
    reason: str | None = None
    hdus: list[HduCoordinates] = field(default_factory=list)


def locate_pixel(description: ImageDescription, pixel: Sequence[float]) -> Point | None:
    """World coordinates of a pixel; axes that it does not name stand at their reference."""
    wcs = description.wcs
    if wcs is None or not names_axes(wcs, pixel):
        return None
    return wcs.pixel_to_world(*pixel, *wcs.origin[len(pixel) :])


def names_axes(wcs: Wcs, pixel: Sequence[float]) -> bool:
    """Whether a pixel has a number for each axis that moves on the sky, and none too many."""
    return max(wcs.sky_axes, default=0) < len(pixel) <= wcs.axes


def locate_position(description: ImageDescription, position: Sequence[float]) -> Point | None:
    """The pixel of a longitude and a latitude in degrees, in the system of a description.

    Of a description without a sky, of world coordinates in the units of its axes.
    """
    wcs = description.wcs
    if wcs is None:
        return None
    if not wcs.is_celestial:
        return wcs.world_to_pixel(*position) if wcs.axes == len(position) else None
    latitude = position[1] if len(position) == 2 else math.inf
    return wcs.sky_to_pixel(position[0], latitude) if abs(latitude) <= 90 else None


def render_wcs_text(file: FileCoordinates, query: WcsQuery, tolerance: float) -> str:
    """The tables of a file for people; nothing of it can steer a terminal."""
    path = escape_text(file.path)
    lines: list[str] = []
    for hdu in file.hdus:
        named = f" ({escape_text(hdu.extname)})" if hdu.extname else ""
        shape = " x ".join(map(str, hdu.summary.shape))
        size = say(", {shape} pixels", shape=shape) if shape else ""
        lines.append(f"{path}: HDU {hdu.number}{named}{size}")
        lines += _format_summary(hdu.summary, query, tolerance)
        lines.append("")
    if file.status != "ok":
        reason = escape_text(translate_sentence(file.reason or ""))
        lines += [f"{path}: {say(file.status)}: {reason}", ""]
    elif not file.hdus:
        lines += [f"{path}: {say('no world coordinates')}", ""]
    return "".join(f"{line}\n" for line in lines)


def _format_summary(summary: WcsSummary, query: WcsQuery, tolerance: float) -> Iterator[str]:
    # Increments beside a matrix are 1 more often than not: where they put the image is no place.
    computed = [
        one for one in summary.descriptions if one.wcs and (one.holds or one.form != STEPS_FORM)
    ]
    for start in range(0, len(computed), _COLUMNS_MAX):
        yield from _format_table(computed[start : start + _COLUMNS_MAX], query)
    for description in summary.descriptions:
        if description.wcs is None:
            label = escape_text(translate(name_description(description)))
            reason = escape_text(translate_sentence(description.reason))
            yield f"  {label}: {say('cannot be computed')}: {reason}"
    for note, labels in _gather_notes(summary.descriptions).items():
        yield f"  {', '.join(labels)}: {note}"
    for pair in summary.disagreements:
        yield f"  {_format_disagreement(pair, tolerance)}"
    for stated in summary.positions:
        yield f"  {_format_stated(stated)}"


def _gather_notes(descriptions: Sequence[ImageDescription]) -> dict[str, list[str]]:
    """What was taken for granted or left aside, and in which descriptions."""
    notes: dict[str, list[str]] = {}
    for description in descriptions:
        for keyword, note in description.wcs.notes if description.wcs and description.holds else ():
            label = escape_text(translate(name_description(description)))
            notes.setdefault(escape_text(f"{keyword} {translate(note)}"), []).append(label)
    return notes


def _format_table(descriptions: Sequence[ImageDescription], query: WcsQuery) -> Iterator[str]:
    rows = [("", [translate(name_description(description)) for description in descriptions])]
    rows += [
        (translate(label), [show(description) for description in descriptions])
        for label, show in DESCRIPTION_ROWS
    ]
    for number, label in enumerate(_label_corners(descriptions)):
        rows.append((label, [_show_corner(description, number) for description in descriptions]))
    for pixel in query.pixels:
        cells = [
            show_point(description, locate_pixel(description, pixel))
            for description in descriptions
        ]
        rows.append((name_pixel(pixel), cells))
    for position in query.positions:
        pixels = [locate_position(description, position) for description in descriptions]
        cells = [name_pixel(pixel, ".3f") if pixel else say("none") for pixel in pixels]
        rows.append((say("at {position}", position=join_numbers(position, ".10g")), cells))
    shown = [
        (label, [escape_text(shorten(cell, _CELL_MAX)) for cell in cells])
        for label, cells in rows
        if any(cells)
    ]
    first = max(measure_width(label) for label, _ in shown)
    widths = [
        max(measure_width(cells[at]) for _, cells in shown) for at in range(len(descriptions))
    ]
    for label, cells in shown:
        columns = [pad_text(cell, width) for cell, width in zip(cells, widths, strict=True)]
        yield f"  {pad_text(label, first)}  {'  '.join(columns)}".rstrip()


def _label_corners(descriptions: Sequence[ImageDescription]) -> list[str]:
    """Pixels of the corners; empty labels where images of several shapes stand side by side."""
    shapes = {description.shape for description in descriptions if description.shape}
    if not shapes:
        return []
    if len(shapes) > 1:
        return [say("corner {place}", place=number) for number in range(1, 5)]
    pixels = list_sample_pixels(shapes.pop())[1:]
    return [say("corner {place}", place=join_numbers(pixel)) for pixel in pixels]


def _show_corner(description: ImageDescription, number: int) -> str:
    corners = description.corners
    return show_point(description, corners[number]) if corners else ""


def _format_disagreement(pair: Disagreement, tolerance: float) -> str:
    far = pair.distance
    apart = say("{pixels:.4g} pixels apart", pixels=far.pixels)
    if not math.isnan(far.arcsec):
        template = "{arcsec:.4g} arcsec, {pixels:.4g} pixels apart"
        apart = say(template, arcsec=far.arcsec, pixels=far.pixels)
    template = "{first} and {second}: {apart} (at pixel {place}){tail}"
    if not far.pixels > tolerance:
        template = "{first} and {second}: {apart} at most: they agree (at pixel {place}){tail}"
    tail = say("; {reason}", reason=pair.expected) if pair.expected else ""
    return say(
        template, first=pair.first, second=pair.second, apart=apart, place=join_numbers(far.where),
        tail=tail,
    )  # fmt: skip


def _format_stated(stated: PositionStated) -> str:
    system = stated.system if stated.equinox is None else f"{stated.system} {stated.equinox:g}"
    far = ""
    if stated.arcsec is not None:
        far = say(": {arcsec:.4g} arcsec from the centre", arcsec=stated.arcsec)
    position = join_numbers(stated.position, ".7f")
    return (
        f"{', '.join(stated.keywords)} ({say(stated.role)}) = {position} {escape_text(system)}{far}"
    )


def render_wcs_start(tolerance: float) -> str:
    """What stands before the first file in JSON."""
    head = {"schema": WCS_SCHEMA_ID, "fitslint": __version__, "tolerance": tolerance}
    return dump_json(head)[:-1] + ',"files":[\n'


def render_wcs_json(file: FileCoordinates, query: WcsQuery) -> str:
    """The object of a file."""
    return dump_json(
        {
            "path": file.path,
            "status": file.status,
            "reason": file.reason,
            "hdus": [_build_hdu_dict(hdu, query) for hdu in file.hdus],
        }
    )


def render_wcs_end(counts: dict[str, int], *, interrupted: bool) -> str:
    """What stands behind the last file in JSON."""
    tail = {"summary": counts, "interrupted": interrupted}
    return "\n]," + dump_json(tail)[1:] + "\n"


def _build_hdu_dict(hdu: HduCoordinates, query: WcsQuery) -> dict[str, Any]:
    summary = hdu.summary
    return {
        "hdu": hdu.number,
        "extname": hdu.extname or None,
        "shape": list(summary.shape),
        "descriptions": [
            _build_description_dict(description, query) for description in summary.descriptions
        ],
        "disagreements": [
            {
                "first": pair.first,
                "second": pair.second,
                "arcsec": _drop_nan(pair.distance.arcsec),
                "pixels": _drop_nan(pair.distance.pixels),
                "where": list(pair.distance.where),
                "expected": pair.expected or None,
            }
            for pair in summary.disagreements
        ],
        "positions": [
            {
                "keywords": list(stated.keywords),
                "role": stated.role,
                "position": list(stated.position),
                "system": stated.system,
                "equinox": stated.equinox,
                "arcsec": stated.arcsec,
                "pixels": stated.pixels,
            }
            for stated in summary.positions
        ],
    }


def _drop_nan(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _build_description_dict(description: ImageDescription, query: WcsQuery) -> dict[str, Any]:
    wcs = description.wcs
    system, equinox = wcs.frame if wcs and wcs.system in ("RA", "E") else (None, None)
    return {
        "version": description.version,
        "form": description.form or None,
        "holds": description.holds,
        "name": description.name or description.columns or None,
        "error": None if wcs else {"keyword": description.keyword, "message": description.reason},
        "types": list(wcs.types) if wcs else [],
        "units": list(wcs.units) if wcs else [],
        "projection": (wcs.code or None) if wcs else None,
        "frame": system,
        "equinox": equinox,
        "reference_pixel": list(wcs.origin) if wcs else None,
        "reference": _to_list(wcs.reference) if wcs else None,
        "centre": _to_list(description.centre),
        "corners": [_to_list(corner) for corner in description.corners],
        "scale_arcsec": _to_list(description.scale),
        "rotation_deg": description.rotation,
        "parity": description.parity,
        "area_deg2": description.area,
        "notes": [{"keyword": name, "message": note} for name, note in wcs.notes] if wcs else [],
        "at": [
            {"pixel": list(pixel), "world": _to_list(locate_pixel(description, pixel))}
            for pixel in query.pixels
        ],
        "world": [
            {"position": list(position), "pixel": _to_list(locate_position(description, position))}
            for position in query.positions
        ],
    }


def _to_list(point: Sequence[float] | None) -> list[float] | None:
    return None if point is None or not all(map(math.isfinite, point)) else list(point)
