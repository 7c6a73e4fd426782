"""Loading a model: the parameter file, its catalogues, and what Lenstool makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fitslint.cosmology.model import Cosmology
from fitslint.lenstool.defaults import DEFAULT_SOURCE_REDSHIFT
from fitslint.lenstool.errors import LenstoolError
from fitslint.lenstool.files import read_small_file
from fitslint.lenstool.parameter_file import ParameterFile, Section
from fitslint.lenstool.parse import parse_parameter_file
from fitslint.lenstool.semantics import find_argument
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import MAX_REDSHIFT, InputFile, Lens, LensModel
from fitslint.pipeline.kappa.reading.cosmology import read_model_cosmology
from fitslint.pipeline.kappa.reading.frame import read_field, read_reference
from fitslint.pipeline.kappa.reading.lenses import LensContext, build_lens, read_parameters
from fitslint.pipeline.kappa.reading.members import (
    MemberCatalogue,
    build_member_lenses,
    read_members,
)
from fitslint.pipeline.kappa.reading.notes import (
    check_model_document,
    note_findings,
    note_foreground_source,
)
from fitslint.pipeline.kappa.reading.outputs import read_outputs
from fitslint.pipeline.kappa.reading.values import parse_integer_value, parse_real_value
from fitslint.rules.lens.model_file import CatalogueSummary

SIZE_LIMIT = 2**26
LENSES_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class SampleOverrides:
    """Values of a sample: by the place of a potential or potfile among its like, from 0."""

    lenses: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    potfiles: Mapping[int, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelDocuments:
    """A parameter file with its catalogues, read once and resolved as often as wanted."""

    document: ParameterFile
    members: Mapping[int, MemberCatalogue | None]
    """By the place of the potfile among its like."""
    inputs: tuple[InputFile, ...]
    notes: tuple[str, ...]


def load_model(
    path: str | Path,
    *,
    z_source: float | None = None,
    cosmology: object = None,
    all_lenses: bool = False,
    parity: bool = False,
) -> LensModel:
    """The model of a parameter file, resolved as Lenstool does it.

    Parameters
    ----------
    path : str or Path
        the parameter file; catalogues are looked for beside it.
    z_source : float, optional
        redshift of the source in place of the file's.
    cosmology : object, optional
        anything :func:`fitslint.cosmology.model.parse_cosmology` takes, in place of the file's;
        lengths in kpc are turned to arcsec by it.
    all_lenses : bool, optional
        keep the lenses beyond ``nlens``.
    parity : bool, optional
        turn M200 of an NFW halo to a radius by Lenstool's G, which is 4e-4 off, for parity with
        its maps.

    Returns
    -------
    LensModel
        with a note for everything that was assumed or left out.

    Raises
    ------
    PipelineError
        with file and line, for anything that cannot be used.
    """
    source = read_documents(path)
    notes = list(source.notes)
    universe = read_model_cosmology(source.document, cosmology, notes)
    return resolve_model(
        source, universe, notes, z_source=z_source, all_lenses=all_lenses, parity=parity
    )  # fmt: skip


def read_documents(path: str | Path) -> ModelDocuments:
    """Read a parameter file and the catalogues that it names.

    Raises
    ------
    PipelineError
        when one of them cannot be read.
    """
    try:
        raw = read_small_file(path, SIZE_LIMIT)
    except LenstoolError as error:
        raise PipelineError(error.sentence, path=error.path) from error
    document = parse_parameter_file(raw, str(path))
    notes: list[str] = []
    check_model_document(document, notes)
    members = {
        i: read_members(section, document.path, notes)
        for i, section in enumerate(document.find_sections("potfile"))
    }
    read = [each.catalogue for each in members.values() if each is not None]
    files = {document.path: document.sha256} | {
        catalogue.path: catalogue.sha256 for catalogue in read
    }
    inputs = tuple(InputFile(name, digest) for name, digest in files.items())
    return ModelDocuments(document, members, inputs, tuple(notes))


def resolve_model(
    source: ModelDocuments,
    cosmology: Cosmology,
    notes: list[str],
    *,
    z_source: float | None = None,
    all_lenses: bool = False,
    overrides: SampleOverrides | None = None,
    parity: bool = False,
) -> LensModel:
    """The model of what was read, with the values of a sample put in.

    Raises
    ------
    PipelineError
        with file and line, for anything that cannot be used.
    """
    document = source.document
    frame = read_reference(document, notes)
    context = LensContext(document.path, cosmology, frame, notes, parity)
    found = _check_lens_count(
        _build_lenses(source, context, overrides or SampleOverrides()), document.path
    )
    lenses = found if all_lenses else _apply_nlens(source, found, notes)
    outputs = read_outputs(document, notes)
    z = _choose_source_redshift(document, z_source, notes)
    notes.extend(note_foreground_source(lenses, z))
    return LensModel(
        path=document.path,
        reference=(frame.ra, frame.dec) if frame else None,
        cosmology=cosmology,
        field=read_field(document, notes),
        z_source=z,
        lenses=lenses,
        outputs=outputs,
        inputs=source.inputs,
        notes=tuple(dict.fromkeys(notes)),
    )


def _build_lenses(
    source: ModelDocuments, context: LensContext, changes: SampleOverrides
) -> Iterator[Lens]:
    """Every lens in the order of the file, as Lenstool counts them for ``nlens``."""
    potentials = potfiles = 0
    scaled = False
    for section in source.document.sections:
        if section.kind == "potentiel":
            lens = _build_potential(section, potentials, context, changes)
            if lens.magnitude and scaled:
                context.notes.append(
                    f"{lens.name} (line {lens.line}) has a `mag` and follows a potfile: Lenstool "
                    "scales it as one of its galaxies; here it keeps its own values."
                )
            yield lens
            potentials += 1
        elif section.kind == "potfile":
            members = source.members[potfiles]
            if members is not None:
                yield from build_member_lenses(members, context, changes.potfiles.get(potfiles))
                scaled = True
            potfiles += 1


def _build_potential(
    section: Section, place: int, context: LensContext, changes: SampleOverrides
) -> Lens:
    given = read_parameters(section, place + 1, context, changes.lenses.get(place))
    return build_lens(given, context)


def _check_lens_count(lenses: Iterator[Lens], path: str) -> tuple[Lens, ...]:
    found = []
    for lens in lenses:
        found.append(lens)
        if len(found) > LENSES_LIMIT:
            raise PipelineError(f"the model has more than {LENSES_LIMIT} lenses", path=path)
    if not found:
        raise PipelineError("the file defines no lens; write a section `potentiel`", path=path)
    return tuple(found)


def _apply_nlens(
    source: ModelDocuments, lenses: tuple[Lens, ...], notes: list[str]
) -> tuple[Lens, ...]:
    """The lenses that Lenstool counts: the first ``nlens`` of them."""
    document = source.document
    statement = document.find_statement("grille", "nlentille")
    number = parse_integer_value(document.path, statement) if statement is not None else 0
    line = statement.line if statement is not None else None
    if number <= 0:
        has = f"`nlens` is {number}" if statement is not None else "there is no `nlens`"
        sentence = (
            f"{has}, so Lenstool uses none of the {len(lenses)} lenses; "
            f"write `nlens {len(lenses)}` in the section `grille`"
        )
        raise PipelineError(sentence, path=document.path, line=line)
    if number < len(lenses):
        notes.extend(note_findings(document, "LM121", catalogues=_summarise_catalogues(source)))
    return lenses[:number]


def _summarise_catalogues(source: ModelDocuments) -> dict[str, CatalogueSummary]:
    """How many galaxies each catalogue holds, by the name that the file gives it."""
    summaries = {}
    for members in source.members.values():
        if members is not None:
            name = find_argument(members.section.find_statement("filein"), 1)
            count = len(members.catalogue.galaxies)
            summaries[name.text if name else ""] = CatalogueSummary(count)
    return summaries


def _choose_source_redshift(
    document: ParameterFile, given: float | None, notes: list[str]
) -> float:
    if given is not None:
        if not 0 < given <= MAX_REDSHIFT:
            raise PipelineError(f"no source has the redshift {given:g}", path=document.path)
        return given
    statement = document.find_statement("source", "z_source")
    if statement is None:
        notes.append(f"The file gives no `z_source`: Lenstool takes {DEFAULT_SOURCE_REDSHIFT}.")
        return DEFAULT_SOURCE_REDSHIFT
    value = parse_real_value(document.path, statement)
    if not 0 < value <= MAX_REDSHIFT:
        sentence = f"no source has the redshift {value:g}"
        raise PipelineError(sentence, path=document.path, line=statement.line)
    return value
