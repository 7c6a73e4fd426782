"""What Lenstool takes from a parameter file: numbers, lenses with their planes, maps it writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fitslint.lenstool.profiles import SHEAR
from fitslint.rules.lens.model import ModelFile

if TYPE_CHECKING:
    from fitslint.lenstool.document import Section, Statement, Word

VERSION = "Lenstool 6.8"
MAPS = ("mass", "shear", "ampli", "dpl", "poten", "curv", "time", "prop")
"""Words of runmode with mode, size, redshift and files."""


def number(word: Word | None) -> float | None:
    """The number that a word is; None when it is none or not finite."""
    from fitslint.lenstool.numbers import real

    return real(word.text) if word else None


def argument(statement: Statement | None, position: int) -> Word | None:
    """An argument of a statement, counted from 0; None when it is not there."""
    if statement is None or len(statement.arguments) <= position:
        return None
    return statement.arguments[position]


def value(section: Section, key: str, position: int = 0) -> float | None:
    """A number of a section, of the statement that counts."""
    return number(argument(section.last(key), position))


def profile(section: Section) -> int | None:
    """The profile of a potential or of the galaxies of a catalogue, which have 81 by default."""
    if section.kind == "potfile":
        found = value(section, "type")
        return 81 if section.last("type") is None else _whole(found)
    return _whole(value(section, "profil"))


def _whole(found: float | None) -> int | None:
    return int(found) if found is not None and found == int(found) else None


def lenses(model: ModelFile) -> Iterator[Section]:
    """The sections that stand for lenses: potentials, and catalogues of galaxies."""
    for section in model.document.sections:
        if section.kind in ("potentiel", "potfile"):
            yield section


def redshift(section: Section) -> float | None:
    """The redshift of a lens section."""
    return value(section, "z_lens" if section.kind == "potentiel" else "zlens")


def planes(model: ModelFile) -> list[float]:
    """The redshifts of the lenses that have mass, in order and each once."""
    found = {redshift(one) for one in lenses(model) if profile(one) != SHEAR}
    return sorted(z for z in found if z is not None)


class Map(NamedTuple):
    """A line of runmode that writes maps."""

    section: Section
    statement: Statement
    kind: str
    mode: int
    redshift: float | None
    files: tuple[Word, ...]

    @property
    def place(self) -> Word | None:
        """The word of the redshift."""
        return argument(self.statement, 2)


def maps(model: ModelFile) -> Iterator[Map]:
    """The lines that write maps: of a repeated word the last one, and none that is switched off."""
    sections = model.document.all("runmode")
    for kind in MAPS:
        section = next((one for one in reversed(sections) if one.last(kind)), None)
        statement = section.last(kind) if section else None
        mode = _whole(number(argument(statement, 0)))
        if section and statement and mode:
            z = number(argument(statement, 2))
            yield Map(section, statement, kind, mode, z, statement.arguments[3:])
