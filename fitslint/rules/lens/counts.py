"""How many lenses there are, and how many of them Lenstool uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.facts import VERSION, argument, lenses, maps, value
from fitslint.rules.lens.model import ModelFile, counted, shown

if TYPE_CHECKING:
    from fitslint.lenstool.document import Section

_CLAUSE = f"{VERSION}, grille"


def members(model: ModelFile, section: Section) -> int:
    """The galaxies of a catalogue, 0 when it could not be read."""
    name = argument(section.last("filein"), 1)
    found = model.members.get(name.text) if name else None
    return found.galaxies if found else 0


@rule(
    "LM121",
    "lenses-left-out",
    clause=_CLAUSE,
    level="must",
    fix="shown",
    ja="nlentilleがレンズの数より小さい（または無い）。モデルが途中で切れる。",
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
    sections = list(lenses(model))
    sizes = [1 if one.kind == "potentiel" else members(model, one) for one in sections]
    count = sum(sizes)
    grid = next(
        (one for one in reversed(model.document.all("grille")) if one.last("nlentille")), None
    )
    if grid is None:
        if sections:
            yield _absent(model, sections[0], max(count, 1))
        return
    given = value(grid, "nlentille")
    place = argument(grid.last("nlentille"), 0)
    if not sections or given is None or place is None or given >= count:
        return
    first = _after(sections, sizes, int(max(given, 0)))
    yield model.at(
        grid,
        place,
        edits=(model.rewritten(place, str(count)),),
        title=f"write {count}",
        given=shown(place.text),
        count=counted(count, "lens"),
        first=model.named(first, first.word),
        line=first.word.line,
    )


def _after(sections: list[Section], sizes: list[int], used: int) -> Section:
    """The section of the first lens that is not used."""
    for section, size in zip(sections, sizes, strict=True):
        used -= size
        if used < 0:
            return section
    return sections[-1]


def _absent(model: ModelFile, lens: Section, count: int) -> Flag:
    grids = model.document.all("grille")
    if grids and grids[-1].closed:
        edit = model.before(grids[-1].end, f"        nlentille {count}")
        place = grids[-1]
    else:
        edit = model.before(lens.word.line, f"grille\n        nlentille {count}\n        end")
        place = lens
    return model.at(
        place, message="absent", count=counted(count, "lens"), edits=(edit,), title="say how many"
    )


@rule(
    "LM122",
    "limit-of-no-potential",
    clause=f"{VERSION}, limit",
    level="style",
    ja="limitの名前に対応するpotentielがない。",
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
    potentials = model.document.all("potentiel")
    names = [one.label.text for one in potentials if one.label]
    if not names or len(names) < len(potentials):
        return  # what has no name is counted
    numbers = range(1, len(potentials) + 1)
    known = {*names, *map(str, numbers), *(f"O{number}" for number in numbers)}
    told = ", ".join(map(shown, names[:4])) + (", ..." if len(names) > 4 else "")
    for section in model.document.all("limit"):
        if section.label and section.label.text not in known:
            yield model.at(section, section.label, label=shown(section.label.text), names=told)


@rule(
    "LM128",
    "model-without-lenses",
    clause=_CLAUSE,
    level="should",
    ja="レンズがひとつもないのに地図を書かせている。全画素ゼロになる。",
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
    if next(lenses(model), None) is not None:
        return
    first = next(maps(model), None)
    if first is not None:
        yield model.at(first.section, first.statement, keyword=first.statement.word.text)
