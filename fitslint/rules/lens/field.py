"""Where a map is on the sky: its reference and its field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.lenstool.semantics import (
    LENSTOOL_VERSION,
    find_argument,
    find_map_lines,
    parse_number,
)
from fitslint.model.finding import Edit
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile, format_word
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import Section, Statement

_CLAUSE = f"{LENSTOOL_VERSION}, runmode"
_NEGATIVE_ZERO = compile_late(r"-0+:.*")
_DEGREES_PER_HOUR = 15.0
"""Degrees in an hour."""
_GRID_ARGUMENTS = 3
"""Switch, points and redshift."""


def _find_references(model: ModelFile) -> Iterator[tuple[Section, Statement]]:
    for section in model.document.find_sections("runmode"):
        for statement in section.find_statements("reference"):
            yield section, statement


@rule(
    "LM161",
    "negative-zero-declination",
    clause=_CLAUSE,
    level="must",
    summary_ja="赤緯 -00:…の符号が失われる",
    message="the declination {found} loses its sign: Lenstool reads it as +{positive}",
)
def negative_zero_declination(model: ModelFile) -> Iterator[Flag]:
    """A declination between -1 and 0 degrees is given in degrees.

    ## Why it matters
    Lenstool reads the degrees of `-00:34:12` as the integer 0, which has no sign. The reference
    and every map are then 1.14 degrees too far north.

    ## Example
    ```par
    runmode
            reference 1 01:33:24.0 -00:34:12
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    runmode
            reference 3 23.35 -0.57
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    """
    for section, statement in _find_references(model):
        place = find_argument(statement, 2)
        if place and _NEGATIVE_ZERO.fullmatch(place.text):
            edits = _convert_to_degrees(model, statement)
            found = format_word(place.text)
            yield model.flag_in_section(
                section,
                place,
                edits=edits,
                title=phrase("write degrees") if edits else "",
                found=found,
                positive=found.removeprefix("-"),
            )


def _convert_to_degrees(model: ModelFile, statement: Statement) -> tuple[Edit, ...]:
    from fitslint.lenstool.numbers import parse_sexagesimal

    kind, ra, dec = statement.arguments[:3]
    hours, degrees = parse_sexagesimal(ra.text), parse_sexagesimal(dec.text)
    if hours is None or degrees is None:
        return ()
    text = f"3 {_format_degrees(hours * _DEGREES_PER_HOUR)} {_format_degrees(degrees)}"
    return (model.replace_words(kind, text, dec),)


def _format_degrees(degrees: float) -> str:
    """Degrees to 0.4 mas, without zeros at the end."""
    return f"{degrees:.7f}".rstrip("0").rstrip(".")


@rule(
    "LM162",
    "map-without-reference",
    clause=_CLAUSE,
    level="should",
    summary_ja="reference がない。マップに天球座標が付かない (CTYPE LINEAR)",
    message="maps are written and runmode has no reference: they get no place on the sky "
    "(CTYPE LINEAR)",
)
def map_without_reference(model: ModelFile) -> Iterator[Flag]:
    """A model that writes maps says where their centre is on the sky.

    ## Why it matters
    `reference` gives the right ascension and declination of (0, 0). Without it the headers of the
    maps have linear axes in arcsec, and nothing can be laid over them: neither galaxies nor X-ray
    contours.

    ## Example
    ```par
    runmode
            mass 4 512 0.183 sigma.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    runmode
            mass 4 512 0.183 sigma.fits
            reference 3 197.873 -1.341
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    """
    first = next(find_map_lines(model.document), None)
    if first is None or any(
        parse_number(find_argument(statement, 0)) for _, statement in _find_references(model)
    ):
        return
    yield model.flag_in_section(first.section, first.statement)


@rule(
    "LM163",
    "field-in-runmode",
    clause=_CLAUSE,
    level="should",
    summary_ja="runmode の grid は視野を決めない。視野は champ で指定する",
    message="{word} does not set the field of the maps, which is that of the section champ "
    "(field), nor their size, which is the second number of each line",
)
def field_in_runmode(model: ModelFile) -> Iterator[Flag]:
    """The field of the maps is set by champ, and not by a word of runmode.

    ## Why it matters
    `grid` in `runmode` asks for a grid of points of one plane traced to the other, and takes three
    numbers. A line `grid 512 512 -128 -128 128 128` looks like a field and changes no map: that
    stays 40 arcsec wide unless `champ` says otherwise.

    ## Example
    ```par
    runmode
            grid 512 512 -128.0 -128.0 128.0 128.0
            mass 4 512 0.183 sigma.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    runmode
            mass 4 512 0.183 sigma.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    champ
            dmax 128
            end
    fini
    ```
    """
    for section in model.document.find_sections("runmode"):
        for statement in section.find_statements("grille"):
            if len(statement.arguments) > _GRID_ARGUMENTS:
                yield model.flag_in_section(
                    section, statement, word=format_word(statement.word.text)
                )
