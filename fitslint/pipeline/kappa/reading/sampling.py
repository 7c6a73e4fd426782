"""Models of the samples of a Bayesian run: the rows of ``bayes.dat`` put into the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.lenstool import bayes
from fitslint.lenstool.bayes import PosteriorSamples, SampleColumn
from fitslint.lenstool.errors import LenstoolError
from fitslint.lenstool.parameter_file import ParameterFile
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import InputFile, LensModel
from fitslint.pipeline.kappa.reading.cosmology import apply_sample, read_model_cosmology
from fitslint.pipeline.kappa.reading.load import (
    ModelDocuments,
    SampleOverrides,
    read_documents,
    resolve_model,
)

_LENS_KEYS = {
    "x": "x_centre",
    "y": "y_centre",
    "x_centre": "x_centre",
    "y_centre": "y_centre",
    "emass": "ellipticite",
    "ellipticite": "ellipticite",
    "ellipticity": "ellipticite",
    "gamma": "ellipticite",
    "epot": "ellip_pot",
    "theta": "angle_pos",
    "angle_pos": "angle_pos",
    "rc": "core_radius",
    "rs": "core_radius",
    "core_radius": "core_radius",
    "scale_radius": "core_radius",
    "rcut": "cut_radius",
    "r200": "cut_radius",
    "cut_radius": "cut_radius",
    "virial_radius": "cut_radius",
    "sigma": "v_disp",
    "v_disp": "v_disp",
    "c": "concentration",
    "beta": "concentration",
    "concentration": "concentration",
    "alpha": "alpha",
    "m200": "m200",
    "masse": "m200",
    "mass": "m200",
    "z": "z_lens",
    "z_lens": "z_lens",
}
_POTFILE_KEYS = {
    "rcut": "cut",
    "sigma": "sigma",
    "rcut_slope": "slope",
    "sigma_slope": "vdslope",
    "vdscatter": None,
    "rcutscatter": None,
}
_COSMOLOGY_KEYS = {"omegaM": "omegaM", "omegaX": "omegaX", "wX": "wX", "wa": "wa", "H0": "H0"}
ParameterTarget = tuple[str, int, str]
"""What a column changes: ``lens``, ``potfile`` or ``universe``, which of these, and its keyword."""


def sample_models(
    path_par: str | Path,
    path_bayes: str | Path,
    *,
    count: int,
    seed: int,
    z_source: float | None = None,
    cosmology: object = None,
    all_lenses: bool = False,
) -> Iterator[LensModel]:
    """Models with the parameters of randomly chosen rows of ``bayes.dat`` put in.

    Parameters
    ----------
    path_par, path_bayes : str or Path
        the parameter file with every lens, and the samples of its parameters.
    count : int
        how many rows to take, each at most once; all of them when there are fewer.
    seed : int
        seed of the choice.
    z_source, cosmology, all_lenses
        as of :func:`~fitslint.pipeline.kappa.reading.load_model`; a given cosmology replaces the
        sampled ones.

    Yields
    ------
    LensModel
        in the order of the rows.

    Raises
    ------
    PipelineError
        when a file cannot be used, or a column names what the parameter file does not have.
    """
    source = read_documents(path_par)
    try:
        read = bayes.read_samples(path_bayes)
    except LenstoolError as error:
        raise PipelineError(error.sentence, path=error.path, line=error.line) from error
    places = _map_columns(read, source.document)
    source = _add_input(source, InputFile(read.path, read.sha256))
    notes = list(source.notes)
    universe = read_model_cosmology(source.document, cosmology, notes)
    for row in _choose_rows(len(read.values), count, seed):
        changes, densities = _build_overrides(places, read.values[row])
        own = universe if cosmology is not None else apply_sample(universe, densities)
        yield resolve_model(
            source, own, list(notes), z_source=z_source, all_lenses=all_lenses, overrides=changes
        )


def _choose_rows(rows: int, count: int, seed: int) -> NDArray[np.int64]:
    if count < 1:
        raise PipelineError(f"{count} samples are none; ask for at least 1")
    chosen = np.random.default_rng(seed).choice(rows, size=min(rows, count), replace=False)
    return np.sort(chosen)


def _add_input(source: ModelDocuments, more: InputFile) -> ModelDocuments:
    return ModelDocuments(source.document, source.members, (*source.inputs, more), source.notes)


def _map_columns(read: PosteriorSamples, document: ParameterFile) -> dict[int, ParameterTarget]:
    """What every column changes, by its number; columns that change no map are left out."""
    lenses = _index_potentials(document)
    potfiles = len(document.find_sections("potfile"))
    places = {}
    for i, column in enumerate(read.columns):
        place = _map_column(column, lenses, potfiles, read.path, i + 1)
        if place is not None:
            places[i] = place
    return places


def _map_column(
    column: SampleColumn, lenses: Mapping[str, int], potfiles: int, path: str, line: int
) -> ParameterTarget | None:
    if column.lens is not None and not column.lens.startswith("src "):
        place = lenses.get(column.lens.removeprefix("O"))
        key = _LENS_KEYS.get(column.name)
        if place is None or key is None:
            what = "lens" if place is None else "parameter"
            raise PipelineError(
                f"the model has no such {what}: {column.title[:60]!r}", path=path, line=line
            )
        return "lens", place, _add_kpc_suffix(key, column, "_kpc")
    if column.potfile is not None:
        if column.potfile >= potfiles or column.name not in _POTFILE_KEYS:
            what = "potfile" if column.potfile >= potfiles else "parameter of a potfile"
            raise PipelineError(
                f"the model has no such {what}: {column.title[:60]!r}", path=path, line=line
            )
        scaled = _POTFILE_KEYS[column.name]
        return (
            ("potfile", column.potfile, _add_kpc_suffix(scaled, column, "kpc")) if scaled else None
        )
    density = _COSMOLOGY_KEYS.get(column.name)
    return ("universe", 0, density) if density else None


def _add_kpc_suffix(key: str, column: SampleColumn, suffix: str) -> str:
    return key + suffix if column.unit == "kpc" else key


def _index_potentials(document: ParameterFile) -> dict[str, int]:
    """The potentials by their number in the file and by their name, both without Lenstool's O."""
    found: dict[str, int] = {}
    labelled: dict[str, int] = {}
    for place, section in enumerate(document.find_sections("potentiel")):
        found[str(place + 1)] = place
        named = section.find_statement("nid")
        words = [section.label, *(named.arguments[:1] if named else ())]
        labelled |= {word.text.removeprefix("O"): place for word in words if word is not None}
    return found | labelled


def _build_overrides(
    places: Mapping[int, ParameterTarget], row: NDArray[np.float64]
) -> tuple[SampleOverrides, dict[str, float]]:
    lenses: dict[int, dict[str, float]] = {}
    potfiles: dict[int, dict[str, float]] = {}
    densities: dict[str, float] = {}
    for i, (kind, place, key) in places.items():
        value = float(row[i])
        if kind == "lens":
            own = lenses.setdefault(place, {})
            own[key] = value
            if key == "ellip_pot":
                own["ellipticite"] = 0.0
        elif kind == "potfile":
            potfiles.setdefault(place, {})[key] = value
        else:
            densities[key] = value
    return SampleOverrides(lenses, potfiles), densities
