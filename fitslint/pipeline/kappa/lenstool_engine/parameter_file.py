"""A parameter file that Lenstool reads without falling into its own traps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from fitslint.cosmology.model import REALISATION_NAMES
from fitslint.lenstool.files import decode_file_name
from fitslint.lenstool.parameter_file import ParameterFile, Section
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.lenstool_engine.jobs import RunmodeLine
from fitslint.pipeline.kappa.model import LensModel

MODEL_FILE_NAME = "model.par"
"""Name of the corrected file."""


def build_parameter_file(
    document: ParameterFile,
    model: LensModel,
    run: Sequence[RunmodeLine],
    catalogues: Mapping[int, str],
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
    lines = [
        *_format_runmode(model, run),
        *_format_potentials(document, catalogues),
        *_format_setting(model, run),
    ]
    return ("\n".join([*lines, "fini", ""])).encode("latin-1", "replace")


def _format_runmode(model: LensModel, run: Iterable[RunmodeLine]) -> Iterator[str]:
    body = ["verbose 1", "inverse 0 0", *(line.text for line in run)]
    if model.reference is not None:
        body.insert(0, f"reference 3 {model.reference[0]!r} {model.reference[1]!r}")
    yield from _format_section("runmode", body)
    number = len(model.lenses)
    yield from _format_section(
        "grille", ["nombre 64", "polaire 0", f"nlentille {number}", "nlens_opt 0"]
    )


def _format_potentials(document: ParameterFile, catalogues: Mapping[int, str]) -> Iterator[str]:
    potentials = potfiles = 0
    for section in document.sections:
        if section.kind == "potentiel":
            potentials += 1
            yield from _format_section(f"potentiel P{potentials}", _list_known_statements(section))
        elif section.kind == "potfile":
            yield from _format_section(
                "potfile", _list_known_statements(section, catalogues.get(potfiles))
            )
            potfiles += 1


def _list_known_statements(section: Section, catalogue: str | None = None) -> Iterator[str]:
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


def _format_setting(model: LensModel, run: Iterable[RunmodeLine]) -> Iterator[str]:
    universe, field = model.cosmology, model.field
    if universe.name in REALISATION_NAMES:
        raise PipelineError(
            f"Lenstool has no {universe.name}, which has radiation in it; give H0,OmegaM,OmegaL"
        )
    numbers = {"H0": universe.h0, "omegaM": universe.omega_m, "omegaX": universe.omega_l}
    if universe.w0 != -1:
        numbers["wX"] = universe.w0
    sources = [line.mass_z_source for line in run if line.mass_z_source is not None]
    yield from _format_section("source", [f"z_source {(sources or [model.z_source])[0]!r}"])
    yield from _format_section(
        "cosmologie", ["model 1", *(f"{k} {v!r}" for k, v in numbers.items())]
    )
    edges = ("xmin", "xmax", "ymin", "ymax")
    yield from _format_section("champ", [f"{edge} {getattr(field, edge)!r}" for edge in edges])


def _format_section(name: str, body: Iterable[str]) -> Iterator[str]:
    yield name
    yield from (f"    {line}" for line in body)
    yield "    end"


def find_catalogues(document: ParameterFile) -> dict[int, tuple[str, Path]]:
    """The catalogues by the place of their potfile: a plain name, and where they are."""
    found = {}
    for place, section in enumerate(document.find_sections("potfile")):
        statement = section.find_statement("filein")
        if statement is not None and len(statement.arguments) > 1:
            given = decode_file_name(statement.arguments[1].text)
            found[place] = (f"members{place + 1}.cat", Path(document.path).parent / given)
    return found
