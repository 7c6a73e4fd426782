"""The lines of runmode that write maps: which plane, which sources, which file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.lenstool.defaults import DEFAULT_SOURCE_REDSHIFT
from fitslint.lenstool.profiles import SHEAR_PROFILE
from fitslint.lenstool.semantics import (
    LENSTOOL_VERSION,
    MapLine,
    find_argument,
    find_lens_planes,
    find_lenses,
    find_map_lines,
    find_profile,
    parse_number,
)
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile, format_word
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import Word

_CLAUSE = f"{LENSTOOL_VERSION}, runmode"
_SOURCE_FREE_MODES = (("ampli", 5), ("ampli", 6))
"""Modes that do not depend on the redshift of the sources."""
_FILE_COUNTS = {"dpl": 2, "curv": 3}
"""How many files a line writes, where it is not one."""


@rule(
    "LM151",
    "mass-of-no-plane",
    clause=_CLAUSE,
    level="must",
    fix="shown",
    summary_ja="mass の赤方偏移と一致するレンズがない。マップは全ピクセルゼロになる",
    message="no lens is at redshift {z}: the map is zero everywhere; the nearest lens is at {near}",
)
def mass_of_no_plane(model: ModelFile) -> Iterator[Flag]:
    """A line mass names the redshift of a lens, digit by digit, or 0 for all planes.

    ## Why it matters
    `mass` keeps the lenses whose redshift is exactly the one that it names. For lenses at 0.308
    the line `mass 3 200 0.3` writes a map of zeros; such a map of Abell 2744 has been published.

    ## Example
    ```par
    runmode
            mass 3 200 0.3 mass.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.308
            end
    fini
    ```
    Use instead:
    ```par
    runmode
            mass 3 200 0.308 mass.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.308
            end
    fini
    ```
    """
    found = find_lens_planes(model.document)
    for map_line in find_map_lines(model.document):
        place, z = map_line.redshift_word, map_line.redshift
        if map_line.kind != "mass" or place is None or not z or z in found or not found:
            continue
        near = min(found, key=lambda plane: abs(plane - z))
        edit = model.replace_words(place, f"{near:g}")
        params = {"z": format_word(place.text), "near": near}
        yield model.flag_in_section(
            map_line.section,
            place,
            edits=(edit,),
            title=phrase("write {near:g}", near=near),
            **params,
        )


@rule(
    "LM152",
    "mass-with-source-redshift",
    clause=_CLAUSE,
    level="must",
    summary_ja="mass の行に光源の赤方偏移は書けない。ファイル名として読まれる",
    message={
        "": "mass takes no redshift of the sources: the map is written to a file called {name}, "
        "for sources at z_source ({source})",
        "name": "the map is written to a file called {name}",
    },
)
def mass_with_source_redshift(model: ModelFile) -> Iterator[Flag]:
    """A line mass has four arguments: mode, size, redshift of the lens, file.

    ## Why it matters
    In `mass 1 512 0.183 2.0 kappa.fits` Lenstool takes 2.0 for the file name and ignores the rest.
    The redshift of the sources is `z_source` of the section `source`, and 0.8 where that is
    missing: the convergence of this line comes out 0.855 of what was wanted.

    ## Example
    ```par
    runmode
            mass 1 512 0.183 2.0 kappa.fits
            end
    source
            z_source 2.0
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
            mass 1 512 0.183 kappa.fits
            end
    source
            z_source 2.0
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
    for map_line in find_map_lines(model.document):
        if map_line.kind != "mass" or not map_line.files or parse_number(map_line.files[0]) is None:
            continue
        first, *rest = map_line.files
        name = format_word(first.text)
        if not rest:
            yield model.flag_in_section(map_line.section, first, message="name", name=name)
            continue
        given = find_argument(model.document.find_statement("source", "z_source"), 0)
        edit = model.replace_words(first, rest[0].text, rest[0])
        title = (
            phrase("leave it out")
            if given
            else phrase("leave it out, and say z_source in a section source")
        )
        source = format_word(given.text) if given else phrase("0.8 by default")
        yield model.flag_in_section(
            map_line.section, first, edits=(edit,), title=title, name=name, source=source
        )


@rule(
    "LM153",
    "source-in-front-of-lens",
    clause=_CLAUSE,
    level="must",
    summary_ja="光源がレンズより手前にある",
    message={
        "": "the sources are at redshift {source} and the lenses at {lens}: nothing is lensed",
        "some": "the sources are at redshift {source}: the lenses at {lens} do not act on them",
        "stop": "the plane at redshift {lens} is not in front of the sources "
        "(z_source is {source}): Lenstool stops without a map",
    },
)
def source_in_front_of_lens(model: ModelFile) -> Iterator[Flag]:
    """The sources of a map lie behind its lenses.

    ## Why it matters
    A lens acts on what lies behind it. For sources in front of every lens a map is zero; in front
    of some it lacks their part, which may be meant. At a `mass` line of a plane behind `z_source`
    Lenstool stops, also where the surface density that it asks for hangs on no source.

    ## Example
    ```par
    runmode
            shear 1 512 0.1 gamma.fits
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
            shear 1 512 2.0 gamma.fits
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
    found = find_lens_planes(model.document)
    given = parse_number(find_argument(model.document.find_statement("source", "z_source"), 0))
    for map_line in find_map_lines(model.document):
        if (map_line.kind, map_line.mode) in _SOURCE_FREE_MODES:
            continue
        is_mass = map_line.kind == "mass"
        source = (
            (DEFAULT_SOURCE_REDSHIFT if given is None else given) if is_mass else map_line.redshift
        )
        asked = [map_line.redshift] if is_mass and map_line.redshift in found else found
        front = [z for z in asked if z is not None and source is not None and z >= source]
        if not front:
            continue
        message, level = ("", None) if len(front) == len(asked) else ("some", "should")
        if is_mass and map_line.redshift:
            message, level = "stop", None if map_line.mode == 1 else "should"
        lens = ", ".join(f"{z:g}" for z in front[:4])
        place = map_line.statement if is_mass else map_line.redshift_word or map_line.statement
        yield model.flag_in_section(
            map_line.section, place, message=message, level=level, source=source, lens=lens
        )


@rule(
    "LM154",
    "maps-of-one-name",
    clause=_CLAUSE,
    level="must",
    summary_ja="複数のマップが同じファイル名に書かれる",
    message="{name} is also the file of {other} (line {line}): one map overwrites the other",
)
def maps_of_one_name(model: ModelFile) -> Iterator[Flag]:
    """Every map has a file name of its own.

    ## Why it matters
    Lenstool writes one map over the other without a message, and which one is left depends on the
    order in which it makes them.

    ## Example
    ```par
    runmode
            shear 3 512 2.0 map.fits
            ampli 1 512 2.0 map.fits
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
            shear 3 512 2.0 gamma1.fits
            ampli 1 512 2.0 magnification.fits
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
    taken: dict[str, tuple[MapLine, Word]] = {}
    for map_line in find_map_lines(model.document):
        for word in map_line.files[: _FILE_COUNTS.get(map_line.kind, 1)]:
            before, first = taken.setdefault(word.text, (map_line, word))
            if first is not word:
                params = {"name": format_word(word.text), "other": before.kind}
                yield model.flag_in_section(map_line.section, word, line=first.line, **params)


@rule(
    "LM155",
    "deflection-of-first-lens",
    clause=_CLAUSE,
    level="should",
    summary_ja="Lenstool 6.8 の dpl は複数平面・外部シアを正しく扱わない",
    message={
        "": "the lenses are at {count} redshifts and Lenstool 6.8 scales the deflection of all by "
        "D_ls/D_s of the first; fitslint kappa maps takes that of each",
        "shear": "Lenstool 6.8 leaves the external shear (line {line}) out of the deflection; "
        "fitslint kappa maps does not",
    },
)
def deflection_of_first_lens(model: ModelFile) -> Iterator[Flag]:
    """A deflection map is asked of a model that Lenstool 6.8 can make one of.

    ## Why it matters
    For lenses at several redshifts, `dpl` uses the distances of the first lens for all, and it
    leaves out external shear (profile 14). Images traced with such a map miss their sources: 4 %
    for two planes.

    ## Example
    ```par
    runmode
            dpl 1 512 2.0 dx.fits dy.fits
            end
    grille
            nlentille 2
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    potentiel O2
            profil 81
            core_radius 1
            cut_radius 20
            v_disp 200
            z_lens 0.6
            end
    fini
    ```
    Use instead:
    ```par
    runmode
            dpl 1 512 2.0 dx.fits dy.fits
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
    count = len(find_lens_planes(model.document))
    shear = next(
        (lens for lens in find_lenses(model.document) if find_profile(lens) == SHEAR_PROFILE), None
    )
    for map_line in find_map_lines(model.document):
        if map_line.kind == "dpl" and count > 1:
            yield model.flag_in_section(map_line.section, map_line.statement, count=count)
        if map_line.kind == "dpl" and shear:
            line = shear.word.line
            yield model.flag_in_section(
                map_line.section, map_line.statement, message="shear", line=line
            )
