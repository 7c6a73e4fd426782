"""What Lenstool takes from a parameter file: numbers, lenses with their planes, maps it writes.

The rules on lens models make findings of these facts; the κ pipeline makes maps of them and prints
the findings that concern a map.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fitslint.lenstool.profiles import SHEAR_PROFILE

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import ParameterFile, Section, Statement, Word

LENSTOOL_VERSION = "Lenstool 6.8"
MAP_KEYWORDS = ("mass", "shear", "ampli", "dpl", "poten", "curv", "time", "prop")
"""Words of runmode with mode, size, redshift and files."""


def parse_number(word: Word | None) -> float | None:
    """The number that a word is; None when it is none or not finite."""
    from fitslint.lenstool.numbers import parse_float

    return parse_float(word.text) if word else None


def find_argument(statement: Statement | None, position: int) -> Word | None:
    """An argument of a statement, counted from 0; None when it is not there."""
    if statement is None or len(statement.arguments) <= position:
        return None
    return statement.arguments[position]


def find_number(section: Section, key: str, position: int = 0) -> float | None:
    """A number of a section, of the statement that counts."""
    return parse_number(find_argument(section.find_statement(key), position))


def find_profile(section: Section) -> int | None:
    """The profile of a potential or of the galaxies of a catalogue, which have 81 by default."""
    if section.kind == "potfile":
        number = find_number(section, "type")
        return 81 if section.find_statement("type") is None else _convert_whole(number)
    return _convert_whole(find_number(section, "profil"))


def _convert_whole(number: float | None) -> int | None:
    return int(number) if number is not None and number == int(number) else None


def find_lenses(document: ParameterFile) -> Iterator[Section]:
    """The sections that stand for lenses: potentials, and catalogues of galaxies."""
    for section in document.sections:
        if section.kind in ("potentiel", "potfile"):
            yield section


def find_redshift(section: Section) -> float | None:
    """The redshift of a lens section."""
    return find_number(section, "z_lens" if section.kind == "potentiel" else "zlens")


def find_lens_planes(document: ParameterFile) -> list[float]:
    """The redshifts of the lenses that have mass, in order and each once."""
    lenses = [lens for lens in find_lenses(document) if find_profile(lens) != SHEAR_PROFILE]
    return sorted({z for z in map(find_redshift, lenses) if z is not None})


class MapLine(NamedTuple):
    """A line of runmode that writes maps."""

    section: Section
    statement: Statement
    kind: str
    mode: int
    redshift: float | None
    files: tuple[Word, ...]

    @property
    def redshift_word(self) -> Word | None:
        """The word of the redshift."""
        return find_argument(self.statement, 2)


def find_map_lines(document: ParameterFile) -> Iterator[MapLine]:
    """The lines that write maps: of a repeated word the last one, and none that is switched off."""
    sections = document.find_sections("runmode")
    for kind in MAP_KEYWORDS:
        section = next((each for each in reversed(sections) if each.find_statement(kind)), None)
        statement = section.find_statement(kind) if section else None
        mode = _convert_whole(parse_number(find_argument(statement, 0)))
        if section and statement and mode:
            z = parse_number(find_argument(statement, 2))
            yield MapLine(section, statement, kind, mode, z, statement.arguments[3:])
