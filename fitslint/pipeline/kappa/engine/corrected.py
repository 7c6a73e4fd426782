"""A parameter file that Lenstool reads without falling into its own traps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from fitslint.cosmology.model import NAMED
from fitslint.lenstool.document import Document, Section
from fitslint.lenstool.source import file_name
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.engine.errand import Line
from fitslint.pipeline.kappa.model import LensModel

MODEL = "model.par"
"""Name of the corrected file."""


def text(
    document: Document, model: LensModel, run: Sequence[Line], catalogues: Mapping[int, str]
) -> bytes:
    """The file: potentials and members as they are; field, cosmology, nlens and fini explicit.

    Parameters
    ----------
    document : Document
        the model as it was read.
    model : LensModel
        what it resolves to.
    run : sequence of Line
        the maps of this run.
    catalogues : mapping of int to str
        names in the scratch folder, by the place of the potfile among its like.

    Raises
    ------
    PipelineError
        for a cosmology that Lenstool does not have.
    """
    lines = [*_runmode(model, run), *_potentials(document, catalogues), *_setting(model, run)]
    return ("\n".join([*lines, "fini", ""])).encode("latin-1", "replace")


def _runmode(model: LensModel, run: Iterable[Line]) -> Iterator[str]:
    body = ["verbose 1", "inverse 0 0", *(line.text for line in run)]
    if model.reference is not None:
        body.insert(0, f"reference 3 {model.reference[0]!r} {model.reference[1]!r}")
    yield from _section("runmode", body)
    number = len(model.lenses)
    yield from _section("grille", ["nombre 64", "polaire 0", f"nlentille {number}", "nlens_opt 0"])


def _potentials(document: Document, catalogues: Mapping[int, str]) -> Iterator[str]:
    potentials = potfiles = 0
    for section in document.sections:
        if section.kind == "potentiel":
            potentials += 1
            yield from _section(f"potentiel P{potentials}", _known(section))
        elif section.kind == "potfile":
            yield from _section("potfile", _known(section, catalogues.get(potfiles)))
            potfiles += 1


def _known(section: Section, catalogue: str | None = None) -> Iterator[str]:
    """The statements that Lenstool knows; the others it would skip."""
    for statement in section.statements:
        if statement.key is None:
            continue
        words = [word.text for word in statement.arguments]
        if statement.key == "filein" and words:
            if catalogue is None:
                continue
            words[1:] = [catalogue]
        yield " ".join([statement.word.text, *words])


def _setting(model: LensModel, run: Iterable[Line]) -> Iterator[str]:
    universe, field = model.cosmology, model.field
    if universe.name in NAMED:
        raise PipelineError(
            f"Lenstool has no {universe.name}, which has radiation in it; give H0,OmegaM,OmegaL"
        )
    numbers = {"H0": universe.h0, "omegaM": universe.omega_m, "omegaX": universe.omega_l}
    if universe.w0 != -1:
        numbers["wX"] = universe.w0
    sources = [line.mass_source for line in run if line.mass_source is not None]
    yield from _section("source", [f"z_source {(sources or [model.z_source])[0]!r}"])
    yield from _section("cosmologie", ["model 1", *(f"{k} {v!r}" for k, v in numbers.items())])
    edges = ("xmin", "xmax", "ymin", "ymax")
    yield from _section("champ", [f"{edge} {getattr(field, edge)!r}" for edge in edges])


def _section(name: str, body: Iterable[str]) -> Iterator[str]:
    yield name
    yield from (f"    {line}" for line in body)
    yield "    end"


def catalogues(document: Document) -> dict[int, tuple[str, Path]]:
    """The catalogues by the place of their potfile: a plain name, and where they are."""
    found = {}
    for place, section in enumerate(document.all("potfile")):
        statement = section.last("filein")
        if statement is not None and len(statement.arguments) > 1:
            given = file_name(statement.arguments[1].text)
            found[place] = (f"members{place + 1}.cat", Path(document.path).parent / given)
    return found
