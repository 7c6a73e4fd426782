"""The reference point, the field, and positions relative to the reference."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fitslint.lenstool.defaults import DEFAULT_HALF_WIDTH
from fitslint.lenstool.numbers import parse_float, parse_sexagesimal
from fitslint.lenstool.parameter_file import ParameterFile, Statement
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import Field
from fitslint.pipeline.kappa.reading.values import (
    parse_integer_value,
    parse_real_value,
    require_argument,
)

_EDGES = ("xmin", "xmax", "ymin", "ymax")


@dataclass(frozen=True, slots=True)
class ReferencePoint:
    """The reference point in degrees, and Lenstool's linear way from the sky to arcsec."""

    ra: float
    dec: float

    def compute_west(self, ra: float) -> float:
        """Arcsec to the west of the reference, along its own parallel, the short way round.

        Lenstool takes the long way where 0 h lies between.
        """
        east = ra - self.ra
        if abs(east) > 180:
            east = math.remainder(east, 360)
        return -east * 3600 * math.cos(math.radians(self.dec))

    def compute_north(self, dec: float) -> float:
        """Arcsec to the north of the reference."""
        return (dec - self.dec) * 3600

    def compute_ra(self, west: float) -> float:
        """Right ascension in degrees of an offset to the west in arcsec."""
        return self.ra - west / 3600 / math.cos(math.radians(self.dec))

    def compute_dec(self, north: float) -> float:
        """Declination in degrees of an offset to the north in arcsec."""
        return self.dec + north / 3600


def read_reference(document: ParameterFile, notes: list[str]) -> ReferencePoint | None:
    """The frame of ``reference``; None without one, or with kind 0.

    Raises
    ------
    PipelineError
        when its kind or its position makes no sense.
    """
    statement = document.find_statement("runmode", "reference")
    if statement is None:
        notes.append("No `reference` in runmode: positions are arcsec from an unknown point.")
        return None
    path = document.path
    kind = parse_integer_value(path, statement, name="kind")
    if kind == 0:
        notes.append(f"Line {statement.line}: `reference 0` sets no position on the sky.")
        return None
    if kind not in {1, 3}:
        sentence = f"`reference {kind}` is not supported; 1 is sexagesimal, 3 degrees"
        raise PipelineError(sentence, path=path, line=statement.line)
    ra, dec = (_read_coordinate(path, statement, kind, i) for i in (1, 2))
    if not (-360 <= ra <= 720 and abs(dec) < 90):
        sentence = f"the reference {ra:g} {dec:g} is no position in degrees"
        raise PipelineError(sentence, path=path, line=statement.line)
    return ReferencePoint(ra % 360, dec)


def _read_coordinate(path: str, statement: Statement, kind: int, index: int) -> float:
    word = require_argument(path, statement, index, ("right ascension", "declination")[index - 1])
    value = parse_float(word.text) if kind == 3 else parse_sexagesimal(word.text)
    if value is None:
        form = "degrees" if kind == 3 else "hh:mm:ss and dd:mm:ss"
        sentence = f"`reference {kind}` takes {form}, not {word.text[:40]!r}"
        raise PipelineError(sentence, path=path, line=statement.line)
    return value * 15 if kind == 1 and index == 1 else value


def read_field(document: ParameterFile, notes: list[str]) -> Field:
    """The field: ``dmax`` sets four edges, ``xmin`` and its like one, the later ones win.

    Raises
    ------
    PipelineError
        when it has no area.
    """
    edges = dict(zip(_EDGES, (-DEFAULT_HALF_WIDTH, DEFAULT_HALF_WIDTH) * 2, strict=True))
    line = 0
    for section in document.find_sections("champ"):
        if section.word.text != "champ":
            notes.append(
                f"Line {section.word.line}: a section `{section.word.text[:20]}` is the field in "
                'Lenstool 8; 6.8 reads only `champ` and would take 20" to every side.'
            )
        for statement in section.statements:
            if statement.key == "dmax":
                half = parse_real_value(document.path, statement)
                edges = dict(zip(_EDGES, (-half, half) * 2, strict=True))
                line = statement.line
            elif statement.key in edges:
                edges[statement.key] = parse_real_value(document.path, statement)
                line = statement.line
    if not line:
        notes.append('No field is given: Lenstool takes 20" to every side of the reference.')
    if not (edges["xmin"] < edges["xmax"] and edges["ymin"] < edges["ymax"]):
        words = ", ".join(f"{name} {value:g}" for name, value in edges.items())
        raise PipelineError(f"the field has no area: {words}", path=document.path, line=line)
    return Field(**edges)
