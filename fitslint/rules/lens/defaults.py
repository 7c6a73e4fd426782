"""What Lenstool assumes where a model is silent: cosmology, redshift of the sources, field."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.lenstool.defaults import DEFAULT_COSMOLOGY
from fitslint.lenstool.semantics import LENSTOOL_VERSION, find_lenses, find_map_lines
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile
from fitslint.text import join_words, phrase

_NEEDED_UNITS = {"H0": " km/s/Mpc", "omegaM": "", "omegaX": ""}
"""Arguments of ``cosmologie`` that a model has to say, and their units."""


@rule(
    "LM141",
    "default-cosmology",
    clause=f"{LENSTOOL_VERSION}, cosmologie",
    level="should",
    fix="shown",
    summary_ja="宇宙論の指定がない。既定値は Einstein–de Sitter(H0 = 50)",
    message={
        "": "no section cosmologie: Lenstool takes H0 = 50 km/s/Mpc, Omega_M = 1, Omega_Lambda = 0",
        "part": "cosmologie has no {missing}: Lenstool takes {default}",
    },
)
def default_cosmology(model: ModelFile) -> Iterator[Flag]:
    """A model says which cosmology it is in.

    ## Why it matters
    Without a word of it Lenstool computes in an Einstein-de Sitter universe with H0 = 50 km/s/Mpc,
    its default of 1992. Radii in kpc, D_ls/D_s and every mass are then others than in the
    cosmology that the model was fitted in.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius_kpc 50
            cut_radius_kpc 1000
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
            core_radius_kpc 50
            cut_radius_kpc 1000
            v_disp 1000
            z_lens 0.183
            end
    cosmologie
            H0 70
            omegaM 0.3
            omegaX 0.7
            end
    fini
    ```
    """
    sections = model.document.find_sections("cosmologie")
    if not sections:
        if any(find_lenses(model.document)):
            lines = "cosmologie\n        H0 70\n        omegaM 0.3\n        omegaX 0.7\n        end"
            yield model.flag_missing("cosmologie", lines, phrase("say it, for instance"))
        return
    given = {statement.key for section in sections for statement in section.statements}
    if "omegaK" in given:
        given.add("omegaX")
    missing = [key for key in _NEEDED_UNITS if key not in given]
    if missing:
        default = ", ".join(
            f"{key} = {DEFAULT_COSMOLOGY[key]:g}{_NEEDED_UNITS[key]}" for key in missing
        )
        told = join_words(missing, "and")
        yield model.flag_in_section(sections[-1], message="part", missing=told, default=default)


@rule(
    "LM142",
    "default-source-redshift",
    clause=f"{LENSTOOL_VERSION}, source",
    level="should",
    summary_ja="z_source の指定がない。既定値は 0.8",
    message="mass 1 is the convergence for sources at z_source, which the file does not give: "
    "Lenstool takes 0.8",
)
def default_source_redshift(model: ModelFile) -> Iterator[Flag]:
    """A model that writes a convergence map says for which redshift of the sources.

    ## Why it matters
    The line `mass 1` has the redshift of the lens and none of the sources: that is `z_source` of
    the section `source`, and 0.8 without it. For a cluster at 0.183 the convergence is then 15 %
    lower than for sources at 2.

    ## Example
    ```par
    runmode
            mass 1 512 0.183 kappa.fits
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
            z_source 2
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
    if model.document.find_statement("source", "z_source") is None:
        for line in find_map_lines(model.document):
            if line.kind == "mass" and line.mode == 1:
                yield model.flag_in_section(line.section, line.statement)


@rule(
    "LM143",
    "default-field",
    clause=f"{LENSTOOL_VERSION}, champ",
    level="should",
    summary_ja="champ(視野) の指定がない。既定値は ±20 秒角",
    message="no section champ (field): the maps reach 20 arcsec from the reference and no farther",
)
def default_field(model: ModelFile) -> Iterator[Flag]:
    """A model that writes maps says how large their field is.

    ## Why it matters
    The field of every map is that of the section `champ` (`field` in Lenstool 8). Without one it is
    40 arcsec wide, smaller than the Einstein radius of a rich cluster.

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
    if not model.document.find_sections("champ"):
        for line in find_map_lines(model.document):
            yield model.flag_in_section(line.section, line.statement)
            return
