"""Catalogues of galaxies that a ``potfile`` section names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from fitslint.lenstool.errors import LenstoolError
from fitslint.lenstool.files import read_small_file
from fitslint.lenstool.numbers import parse_float, parse_sexagesimal
from fitslint.text import phrase

SIZE_LIMIT = 2**26
COLUMNS = ("id", "x", "y", "a", "b", "theta", "mag", "lum")
_REFERENCE_LINE = re.compile(r"#REFERENCE[ \t]+([0-9]+)((?:[ \t]+[^ \t\r]+)*)")
_BLANKS = " \t\r\f\v"


@dataclass(frozen=True, slots=True)
class Reference:
    """What the positions after a ``#REFERENCE`` line are.

    With ``relative`` they are arcsec from (ra, dec), x to the west; else degrees.
    """

    relative: bool
    ra: float = 0.0
    dec: float = 0.0


@dataclass(frozen=True, slots=True)
class Galaxy:
    """A line of the catalogue."""

    name: str
    x: float
    """Arcsec to the west of its reference, or right ascension in degrees."""
    y: float
    """Arcsec to the north of its reference, or declination in degrees."""
    a: float
    b: float
    theta: float
    """Direction of the major axis in degrees from +x (west), counter-clockwise."""
    magnitude: float
    luminosity: float
    line: int
    reference: Reference | None
    """None when no ``#REFERENCE`` stands above it: the format of ``filein`` decides."""

    @property
    def ellipticity(self) -> float:
        """(a^2 - b^2)/(a^2 + b^2)."""
        q = self.b / self.a
        return (1 - q * q) / (1 + q * q)


@dataclass(frozen=True, slots=True)
class GalaxyCatalogue:
    """A catalogue of formats 1 and 3."""

    path: str
    sha256: str
    galaxies: tuple[Galaxy, ...]
    has_unread_line: bool = False
    """Whether the last line is a galaxy without a newline, which Lenstool does not read."""


def read_catalogue(path: str | Path) -> GalaxyCatalogue:
    """The galaxies of a catalogue with the columns id x y a b theta mag lum.

    Raises
    ------
    LenstoolError
        with its line, for missing columns, texts that are no numbers, or impossible axes.
    """
    raw = read_small_file(path, SIZE_LIMIT)
    galaxies = []
    reference: Reference | None = None
    for number, line in enumerate(raw.decode("latin-1").split("\n"), 1):
        if "#REFERENCE" in line:
            reference = _parse_reference(line, str(path), number)
        elif line.partition("#")[0].strip(_BLANKS):
            galaxies.append(_parse_galaxy(line, reference, str(path), number))
    if not galaxies:
        raise LenstoolError(phrase("holds no galaxy"), path=str(path))
    unended = galaxies[-1].line == number and not raw.endswith(b"\n")
    return GalaxyCatalogue(str(path), hashlib.sha256(raw).hexdigest(), tuple(galaxies), unended)


def _parse_reference(line: str, path: str, number: int) -> Reference:
    found = _REFERENCE_LINE.search(line)
    words = found[2].split() if found else []
    if found and found[1] == "0":
        return Reference(relative=False)
    read = {"1": parse_sexagesimal, "3": parse_float}.get(found[1]) if found else None
    if read is not None and len(words) >= 2:
        ra, dec = map(read, words[:2])
        if ra is not None and dec is not None and abs(dec) < 90:
            return Reference(
                relative=True, ra=ra * 15 if read is parse_sexagesimal else ra, dec=dec
            )
    sentence = (
        "this #REFERENCE is unknown; write `#REFERENCE 0`, `#REFERENCE 3 ra dec` (degrees) or "
        "`#REFERENCE 1 hh:mm:ss dd:mm:ss`"
    )
    raise LenstoolError(sentence, path=path, line=number)


def _parse_galaxy(line: str, reference: Reference | None, path: str, number: int) -> Galaxy:
    words = line.partition("#")[0].split()
    if len(words) < len(COLUMNS):
        missing = " ".join(COLUMNS[len(words) :])
        sentence = phrase(
            "has {number} columns and needs {most}; {missing} missing",
            number=len(words),
            most=len(COLUMNS),
            missing=missing,
        )
        raise LenstoolError(sentence, path=path, line=number)
    x, y, a, b, theta, magnitude, luminosity = (
        _require_number(name, word, path, number)
        for name, word in zip(COLUMNS[1:], words[1 : len(COLUMNS)], strict=True)
    )
    galaxy = Galaxy(words[0], x, y, a, b, theta, magnitude, luminosity, number, reference)
    if not galaxy.a >= galaxy.b > 0:
        sentence = phrase(
            "a = {a:g} and b = {b:g} are no axes; a >= b > 0 is wanted", a=galaxy.a, b=galaxy.b
        )
        raise LenstoolError(sentence, path=path, line=number)
    return galaxy


def _require_number(name: str, word: str, path: str, line: int) -> float:
    value = parse_float(word)
    if value is None:
        sentence = phrase(
            "{name} is {word!r}, which is no finite number", name=name, word=word[:40]
        )
        raise LenstoolError(sentence, path=path, line=line)
    return value
