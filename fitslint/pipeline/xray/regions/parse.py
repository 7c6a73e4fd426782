"""Reading region files as CIAO and DS9 write them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.regions.shapes import (
    LAYOUTS,
    PIXEL_FRAMES,
    SYNONYMS,
    Frame,
    Shape,
    assign_roles,
)
from fitslint.text import suggest_word

SIZE_MAX = 16 << 20
"""Bytes of a region file; a larger one is none."""
_FRAMES: dict[str, Frame] = {
    "physical": "physical", "image": "image", "fk5": "fk5", "j2000": "fk5", "icrs": "icrs",
    "fk4": "fk4", "b1950": "fk4", "galactic": "galactic", "ecliptic": "ecliptic",
}  # fmt: skip
_IGNORED = ("global", "tile")
_SHAPE = re.compile(r"\s*([-+!]*)\s*([a-z]+)\s*(?:\(([^()]*)\)|((?:[-+.:\"'\w]+[ ,]*)*))", re.I)
_OPERATOR = re.compile(r"\s*(\|\||\||&&|&|\*|\+|-|$)")
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)([\"'a-z]?)", re.I)
_SEXAGESIMAL = re.compile(r"([-+]?)(\d{1,3})(?::|h|d)(\d{1,2})(?::|m)(\d{1,2}(?:\.\d*)?)s?", re.I)
_SIZE_UNITS = {'"': 1 / 3600, "'": 1 / 60, "d": 1.0, "r": math.degrees(1.0)}
_SIXTY = 60.0
_HOUR_DEGREES = 15.0


def parse_regions(text: str, name: str = "regions") -> list[Shape]:
    """The shapes of a region file.

    Positions without a frame are physical ones, and FK5 where they are sexagesimal or have a unit.
    Shapes that begin with ``-`` or ``!``, or follow a ``-``, are cut out of all others.

    Parameters
    ----------
    text : str
        the file.
    name : str
        what messages call it.

    Raises
    ------
    XrayError
        with the line, when something is no region or a kind that is not known here.
    """
    frame: Frame | None = None
    found: list[Shape] = []
    for number, line in enumerate(text.splitlines(), 1):
        for part in line.partition("#")[0].split(";"):
            words = part.strip()
            if words.lower() in _FRAMES:
                frame = _FRAMES[words.lower()]
            elif words and words.split()[0].lower() not in _IGNORED:
                try:
                    found += _parse_expression(words, frame)
                except ValueError as error:
                    raise XrayError(f"{name}, line {number}: {error}") from None
    return found


def _parse_expression(text: str, frame: Frame | None) -> Iterator[Shape]:
    at, is_excluded = 0, False
    while at < len(text):
        match = _SHAPE.match(text, at)
        if match is None:
            raise ValueError(f"{text[at : at + 40]!r} is no shape")
        sign, word, inside, bare = match.groups()
        numbers = re.split(r"[\s,]+", (inside if inside is not None else bare).strip(" ,"))
        excluded = is_excluded != (sign.count("-") + sign.count("!")) % 2
        yield _build_shape(word.lower(), [one for one in numbers if one], frame, excluded)
        following = _OPERATOR.match(text, match.end())
        if following is None:
            raise ValueError(f"{text[match.end() :][:40]!r} follows a shape")
        if following[1] in ("&", "&&", "*"):
            raise ValueError("shapes that are intersected (&, *) are not read; draw their overlap")
        at, is_excluded = following.end(), following[1] == "-"


def _build_shape(word: str, texts: list[str], frame: Frame | None, is_excluded: bool) -> Shape:
    kind = SYNONYMS.get(word, word)
    if kind not in LAYOUTS:
        raise ValueError(f"the shape {word!r} is not known{suggest_word(_find_similar(word))}")
    if kind == "box" and len(texts) == len("xyrr"):
        texts = [*texts, "0"]
    roles = assign_roles(kind, len(texts))
    if roles is None:
        raise ValueError(f"{word} has {len(texts)} numbers")
    chosen = frame or _guess_frame(texts, roles)
    numbers = [_read_number(text, role, chosen) for text, role in zip(texts, roles, strict=True)]
    return Shape(kind, tuple(numbers), chosen, is_excluded)


def _find_similar(word: str) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, [*LAYOUTS, *SYNONYMS], 1)), None)


def _guess_frame(texts: list[str], roles: str) -> Frame:
    positions = [text for text, role in zip(texts, roles, strict=True) if role in "xy"]
    is_sky = any(":" in text or text[-1:].lower() in "dhms" for text in positions)
    return "fk5" if is_sky else "physical"


def _read_number(text: str, role: str, frame: Frame) -> float:
    if role in "xy":
        match = _SEXAGESIMAL.fullmatch(text)
        if match is not None and frame not in PIXEL_FRAMES:
            return _read_sexagesimal(
                match, is_hours=role == "x" and frame in ("fk5", "icrs", "fk4")
            )
    match = _NUMBER.fullmatch(text)
    if match is None or not math.isfinite(float(match[1])):
        raise ValueError(f"{text[:30]!r} is no number")
    value, unit = float(match[1]), match[2].lower()
    if role == "r" and value < 0:
        raise ValueError(f"the size {text[:30]!r} is negative")
    if frame in PIXEL_FRAMES:
        if unit not in ("", "i", "p"):
            raise ValueError(f"{text[:30]!r} is an angle, and the frame is {frame}")
        return value
    if unit in ("i", "p"):
        raise ValueError(f"{text[:30]!r} is in pixels, and the frame is {frame}")
    if role in "xyr":
        return value * _SIZE_UNITS.get(unit, 1.0)
    return value


def _read_sexagesimal(match: re.Match[str], *, is_hours: bool) -> float:
    sign, first, minutes, seconds = match.groups()
    if float(minutes) >= _SIXTY or float(seconds) > _SIXTY:
        raise ValueError(f"{match[0]!r} has more than 60 minutes or seconds")
    size = int(first) + int(minutes) / 60 + float(seconds) / 3600
    degrees = size * _HOUR_DEGREES if is_hours and "d" not in match[0].lower() else size
    return -degrees if sign == "-" else degrees
