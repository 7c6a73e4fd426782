"""The catalogues of galaxies that a model rests on."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.lenstool.semantics import LENSTOOL_VERSION, find_argument
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile, format_word


@rule(
    "LM131",
    "catalogue-not-readable",
    clause=f"{LENSTOOL_VERSION}, potfile",
    level="must",
    summary_ja="銀河カタログが読めない (ファイルがない、列が足りない)",
    message={
        "": "{name}: {problem}",
        "absent": "the section has no filein: it names no catalogue and adds no galaxy",
    },
)
def catalogue_not_readable(model: ModelFile) -> Iterator[Flag]:
    """The catalogue of a potfile lies beside the model and has its eight columns.

    ## Why it matters
    The member galaxies are lenses too: in a cluster core they hold a tenth of the mass and decide
    where the peaks of the map are. Their catalogue has the columns id x y a b theta mag lum.

    ## Example
    ```par
    grille
            nlentille 10
            end
    potfile
            filein 3 LM131-short.cat
            type 81
            zlens 0.183
            mag0 17.54
            corekpc 0.15
            cutkpc 0 18.1
            sigma 0 151.9
            end
    fini
    @file LM131-short.cat
    #REFERENCE 3 197.873 -1.341
    1 -3.6939 27.6503 2.2660 1.9543 -24.76 18.9165
    ```
    Use instead:
    ```par
    grille
            nlentille 10
            end
    potfile
            filein 3 LM131-galaxies.cat
            type 81
            zlens 0.183
            mag0 17.54
            corekpc 0.15
            cutkpc 0 18.1
            sigma 0 151.9
            end
    fini
    @file LM131-galaxies.cat
    #REFERENCE 3 197.873 -1.341
    1 -3.6939 27.6503 2.2660 1.9543 -24.76 18.9165 0.
    ```
    """
    for section in model.document.find_sections("potfile"):
        statement = section.find_statement("filein")
        place = find_argument(statement, 1)
        if statement is None:
            yield model.flag_in_section(section, message="absent")
        elif place is not None:
            found = model.catalogues.get(place.text)
            if found and found.problem:
                yield model.flag_in_section(
                    section, place, name=format_word(place.text), problem=found.problem
                )
