"""One lens: its redshift, its profile, its radii and its ellipticity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.lenstool.profiles import MASS_PROFILES, SHEAR_PROFILE, SUPPORTED_PROFILES
from fitslint.lenstool.semantics import (
    LENSTOOL_VERSION,
    find_argument,
    find_lenses,
    find_number,
    find_profile,
    find_redshift,
    parse_number,
)
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile, format_word
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import Section, Statement

_CLAUSE = f"{LENSTOOL_VERSION}, potentiel"
_CUT_PROFILES = frozenset((81,))
"""Profiles with a core radius and a cut radius."""
_NFW_PROFILE = 12


@rule(
    "LM123",
    "lens-without-redshift",
    clause=_CLAUSE,
    level="must",
    summary_ja="レンズに赤方偏移がない",
    message={
        "": "{lens} has no z_lens: Lenstool stops there",
        "galaxies": "{lens} has no zlens, and its galaxies no redshift",
        "zero": "{lens} is at redshift {z}, where there is no lens",
    },
)
def lens_without_redshift(model: ModelFile) -> Iterator[Flag]:
    """Every lens has its redshift.

    ## Why it matters
    The redshift gives the distances of a lens and the maps that it is part of: without it lengths
    in kpc cannot become angles. Lenstool stops at a `potentiel` that has none.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 200
            v_disp 1000
            end
    fini
    ```
    Use instead:
    ```par
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
    for section in find_lenses(model.document):
        word = "z_lens" if section.kind == "potentiel" else "zlens"
        statement = section.find_statement(word)
        z = find_redshift(section)
        if statement is None:
            message = "galaxies" if section.kind == "potfile" else ""
            yield model.flag_in_section(
                section, message=message, lens=model.describe_word(section, section.word)
            )
        elif z is not None and z <= 0:
            place = statement.arguments[0]
            lens = model.describe_word(section, section.word)
            yield model.flag_in_section(
                section, place, message="zero", lens=lens, z=format_word(place.text)
            )


@rule(
    "LM124",
    "cut-radius-within-core",
    clause=_CLAUSE,
    level="must",
    summary_ja="カット半径がコア半径以下",
    message="the cut radius {cut} {unit} is not larger than the core radius {core} {unit} "
    "(line {line})",
)
def cut_radius_within_core(model: ModelFile) -> Iterator[Flag]:
    """The cut radius of a dPIE is larger than its core radius.

    ## Why it matters
    The profile is the difference of two isothermal spheres with these radii, divided by the
    difference of the radii (Eliasdottir et al. 2007, appendix A). Equal radii give NaN, exchanged
    ones a lens that is not what was meant.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 200
            cut_radius 5
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
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
    for section in find_lenses(model.document):
        if find_profile(section) not in _CUT_PROFILES:
            continue
        core, cut, unit = _find_radii(section)
        position = 1 if section.kind == "potfile" else 0
        at = find_argument(cut, position)
        inner, outer = parse_number(find_argument(core, 0)), parse_number(at)
        if core and at and inner is not None and outer is not None and outer <= inner:
            params = {"cut": format_word(at.text), "core": format_word(core.arguments[0].text)}
            yield model.flag_in_section(section, at, unit=unit, line=core.line, **params)


def _find_radii(section: Section) -> tuple[Statement | None, Statement | None, str]:
    """The lines of core and cut radius in the same unit, as far as both are; kpc wins over arcsec
    in a potential, arcsec over kpc in the galaxies of a catalogue."""
    names = ("core", "cut") if section.kind == "potfile" else ("core_radius", "cut_radius")
    glue = "" if section.kind == "potfile" else "_"
    arcsec = tuple(section.find_statement(name) for name in names)
    kpc = tuple(section.find_statement(f"{name}{glue}kpc") for name in names)
    first, second = (arcsec, kpc) if section.kind == "potfile" else (kpc, arcsec)
    units = ("arcsec", "kpc") if section.kind == "potfile" else ("kpc", "arcsec")
    chosen = [
        (units[0], one) if one else (units[1], two) for one, two in zip(first, second, strict=True)
    ]
    (unit, core), (other, cut) = chosen
    return (core, cut, unit) if unit == other else (None, None, "")


@rule(
    "LM125",
    "ellipticity-out-of-range",
    clause=_CLAUSE,
    level="must",
    summary_ja="楕円率が 0 以上 1 未満でない",
    message="the ellipticity {found} is not in [0, 1): {meaning}",
)
def ellipticity_out_of_range(model: ModelFile) -> Iterator[Flag]:
    """An ellipticity (a² − b²)/(a² + b²) is at least 0 and less than 1.

    ## Why it matters
    At 1 the minor axis is 0, and every map is NaN; beyond there is no such ellipse. A negative one
    stands for the axes exchanged, which the position angle says.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            ellipticite 1.2
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            ellipticite 0.2
            core_radius 5
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    """
    for section in model.document.find_sections("potentiel"):
        place = find_argument(section.find_statement("ellipticite"), 0)
        found = parse_number(place)
        if (
            place is None
            or found is None
            or 0 <= found < 1
            or find_profile(section) == SHEAR_PROFILE
        ):
            continue
        meaning = (
            phrase("turn angle_pos by 90 degrees instead")
            if found < 0
            else phrase("the minor axis vanishes")
        )
        params = {"found": format_word(place.text), "meaning": meaning}
        level = "should" if found < 0 else None
        yield model.flag_in_section(section, place, level=level, **params)


@rule(
    "LM126",
    "profile-not-supported",
    clause=_CLAUSE,
    level="style",
    summary_ja="fitslint kappa が計算できない質量プロファイル",
    message={
        "": "profile {found} ({name}) is not evaluated by fitslint kappa, which knows {known}",
        "absent": "{lens} has no profil: what mass it has is not said",
    },
)
def profile_not_supported(model: ModelFile) -> Iterator[Flag]:
    """A potential has a profile that fitslint kappa evaluates.

    ## Why it matters
    `fitslint kappa maps` evaluates dPIE (81), PIEMD (8), SIE (1), NFW (12) and external shear (14)
    and stops at any other. With the program itself (`--engine lenstool`) every profile can be used.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 15
            core_radius 50
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 12
            scale_radius 50
            concentration 5
            z_lens 0.183
            end
    fini
    ```
    """
    for section in find_lenses(model.document):
        word = "profil" if section.kind == "potentiel" else "type"
        place = find_argument(section.find_statement(word), 0)
        found = find_profile(section)
        if place is None:
            if section.kind == "potentiel" and section.find_statement(word) is None:
                lens = model.describe_word(section, section.word)
                yield model.flag_in_section(section, message="absent", lens=lens, level="should")
        elif found is not None and found not in SUPPORTED_PROFILES:
            known = ", ".join(f"{key} {MASS_PROFILES[key]}" for key in SUPPORTED_PROFILES)
            name = MASS_PROFILES.get(found) or phrase("unknown to Lenstool")
            yield model.flag_in_section(section, place, found=found, name=name, known=known)


@rule(
    "LM127",
    "nfw-by-scale-radius-and-mass",
    clause=_CLAUSE,
    level="must",
    summary_ja="NFW を r_s と M200 で与えている。Lenstool 6.8 ではσ が 1000 倍になる",
    message="NFW given by scale radius and m200 (line {line}): Lenstool 6.8 makes its velocity "
    "dispersion 1000 times too large; give concentration and m200, or scale radius and "
    "concentration",
)
def nfw_by_scale_radius_and_mass(model: ModelFile) -> Iterator[Flag]:
    """An NFW halo is given by its concentration and one of scale radius and mass.

    ## Why it matters
    From scale radius and M200 Lenstool 6.8 works out a velocity dispersion that is 1000 times too
    large, and the convergence a million times.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 12
            scale_radius_kpc 350
            m200 1.2e15
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 12
            concentration 6
            m200 1.2e15
            z_lens 0.183
            end
    fini
    ```
    """
    for section in model.document.find_sections("potentiel"):
        scale = section.find_statement("core_radius_kpc") or section.find_statement("core_radius")
        mass = section.find_statement("m200")
        if find_profile(section) != _NFW_PROFILE or scale is None or mass is None:
            continue
        if not find_number(section, "concentration") and not find_number(section, "v_disp"):
            yield model.flag_in_section(section, scale, line=mass.line)
