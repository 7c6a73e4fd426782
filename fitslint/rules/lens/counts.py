"""How many lenses there are, and how many of them Lenstool uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.lenstool.semantics import (
    LENSTOOL_VERSION,
    find_argument,
    find_lenses,
    find_map_lines,
    find_number,
)
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile, format_word, pluralise
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import Section

_CLAUSE = f"{LENSTOOL_VERSION}, grille"


def count_members(model: ModelFile, section: Section) -> int:
    """The galaxies of a catalogue, 0 when it could not be read."""
    name = find_argument(section.find_statement("filein"), 1)
    found = model.catalogues.get(name.text) if name else None
    return found.galaxy_count if found else 0


@rule(
    "LM121",
    "lenses-left-out",
    clause=_CLAUSE,
    level="must",
    fix="shown",
    summary_ja="nlentille がレンズの数より小さい (またはない)。モデルが途中で切れる",
    message={
        "": "nlentille is {given} and the file has {count}: those from {first} on "
        "(line {line}) are left out",
        "absent": "the file has {count} and no nlentille: Lenstool uses no lens at all",
    },
)
def lenses_left_out(model: ModelFile) -> Iterator[Flag]:
    """The number nlentille (nlens) is at least the number of lenses.

    ## Why it matters
    Lenstool uses the first `nlentille` lenses, potentials and galaxies of catalogues in the order
    of the file, and leaves out the others without a message. Without `nlentille` it uses none. A
    number that is too large does no harm.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    potentiel O2
            profil 81
            v_disp 400
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    grille
            nlentille 2
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    potentiel O2
            profil 81
            v_disp 400
            z_lens 0.183
            end
    fini
    ```
    """
    sections = list(find_lenses(model.document))
    sizes = [
        1 if section.kind == "potentiel" else count_members(model, section) for section in sections
    ]
    count = sum(sizes)
    grid = next(
        (
            section
            for section in reversed(model.document.find_sections("grille"))
            if section.find_statement("nlentille")
        ),
        None,
    )
    if grid is None:
        if sections:
            yield _flag_missing_count(model, sections[0], max(count, 1))
        return
    given = find_number(grid, "nlentille")
    place = find_argument(grid.find_statement("nlentille"), 0)
    if not sections or given is None or place is None or given >= count:
        return
    first = _find_lens_after(sections, sizes, int(max(given, 0)))
    yield model.flag_in_section(
        grid,
        place,
        edits=(model.replace_words(place, str(count)),),
        title=phrase("write {count}", count=count),
        given=format_word(place.text),
        count=pluralise(count, "lens"),
        first=model.describe_word(first, first.word),
        line=first.word.line,
    )


def _find_lens_after(sections: list[Section], sizes: list[int], used: int) -> Section:
    """The section of the first lens that is not used."""
    for section, size in zip(sections, sizes, strict=True):
        used -= size
        if used < 0:
            return section
    return sections[-1]


def _flag_missing_count(model: ModelFile, lens: Section, count: int) -> Flag:
    grids = model.document.find_sections("grille")
    if grids and grids[-1].has_end:
        edit = model.insert_lines(grids[-1].end_line, f"        nlentille {count}")
        place = grids[-1]
    else:
        edit = model.insert_lines(lens.word.line, f"grille\n        nlentille {count}\n        end")
        place = lens
    return model.flag_in_section(
        place,
        message="absent",
        count=pluralise(count, "lens"),
        edits=(edit,),
        title=phrase("say how many"),
    )


@rule(
    "LM122",
    "limit-of-no-potential",
    clause=f"{LENSTOOL_VERSION}, limit",
    level="style",
    summary_ja="limit の名前に対応する potentiel がない",
    message="no potentiel is called {label} ({names}): the priors go to a lens by their place in "
    "the file, which may be another than was meant",
)
def limit_of_no_potential(model: ModelFile) -> Iterator[Flag]:
    """A section limit has the name of a potential.

    ## Why it matters
    Lenstool gives the priors of `limit` to the potentials in their order and takes no notice of
    the name. A name that no potential has tells that the two lists have come apart.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    limit O2
            v_disp 1 500 1500 0.1
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
            v_disp 1000
            z_lens 0.183
            end
    limit O1
            v_disp 1 500 1500 0.1
            end
    fini
    ```
    """
    potentials = model.document.find_sections("potentiel")
    names = [potential.label.text for potential in potentials if potential.label]
    if not names or len(names) < len(potentials):
        return  # what has no name is counted
    numbers = range(1, len(potentials) + 1)
    known = {*names, *map(str, numbers), *(f"O{number}" for number in numbers)}
    told = ", ".join(map(format_word, names[:4])) + (", ..." if len(names) > 4 else "")
    for section in model.document.find_sections("limit"):
        if section.label and section.label.text not in known:
            yield model.flag_in_section(
                section, section.label, label=format_word(section.label.text), names=told
            )


@rule(
    "LM128",
    "model-without-lenses",
    clause=_CLAUSE,
    level="should",
    summary_ja="レンズがひとつもないのにマップを書かせている。全ピクセルゼロになる",
    message="the file has no lens (potentiel, potfile): the map of {keyword} is zero everywhere",
)
def model_without_lenses(model: ModelFile) -> Iterator[Flag]:
    """A model that writes maps has a lens.

    ## Why it matters
    Without a section `potentiel` or `potfile` Lenstool writes maps of zeros and says nothing.

    ## Example
    ```par
    runmode
            mass 3 200 0 mass.fits
            end
    fini
    ```
    Use instead:
    ```par
    runmode
            mass 3 200 0 mass.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius 5
            cut_radius 100
            v_disp 1000
            z_lens 0.308
            end
    fini
    ```
    """
    if next(find_lenses(model.document), None) is not None:
        return
    first = next(find_map_lines(model.document), None)
    if first is not None:
        yield model.flag_in_section(
            first.section, first.statement, keyword=first.statement.word.text
        )
