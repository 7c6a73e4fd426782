"""The cosmology of a parameter file."""

from __future__ import annotations

from fitslint.cosmology.model import Cosmology, CosmologyError, build_cosmology, parse_cosmology
from fitslint.lenstool.defaults import DEFAULT_COSMOLOGY
from fitslint.lenstool.parameter_file import ParameterFile
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.reading.notes import note_findings
from fitslint.pipeline.kappa.reading.values import parse_integer_value, parse_real_value

_UNSUPPORTED_MODELS = {2: "Cardassian", 3: "interacting dark energy", 4: "holographic"}


def read_model_cosmology(document: ParameterFile, given: object, notes: list[str]) -> Cosmology:
    """The cosmology that is ``given``, or else the file's.

    Lenstool has matter, dark energy and curvature without radiation; ``omegaK 0`` sets omegaX to
    1 - omegaM, whatever the file says.

    Raises
    ------
    PipelineError
        for one that is not supported or makes no universe.
    """
    if given is not None:
        try:
            made = parse_cosmology(given)
        except CosmologyError as error:
            raise PipelineError(str(error), path=document.path) from error
        notes.append(
            f"The cosmology {made.name} replaces that of the file, for lengths in kpc too."
        )
        return made
    values, line = _read_values(document, notes)
    try:
        return _build_cosmology(values)
    except (CosmologyError, ValueError, ArithmeticError) as error:
        raise PipelineError(str(error), path=document.path, line=line) from error


def apply_sample(cosmology: Cosmology, changes: dict[str, float]) -> Cosmology:
    """A cosmology with some of omegaM, omegaX, wX, wa, H0 of a sample put in.

    A flat one stays flat when only omegaM changes, as in Lenstool.
    """
    values = {
        "H0": cosmology.h0,
        "omegaM": cosmology.omega_m,
        "omegaX": cosmology.omega_l,
        "wX": cosmology.w0,
        "wa": 0.0,
    }
    flat = abs(cosmology.omega_m + cosmology.omega_l - 1) < 1e-12
    values |= changes
    if flat and "omegaX" not in changes:
        values["omegaX"] = 1 - values["omegaM"]
    return _build_cosmology(values)


def _read_values(document: ParameterFile, notes: list[str]) -> tuple[dict[str, float], int | None]:
    path = document.path
    model = document.find_statement("cosmologie", "model")
    found = {
        key: document.find_statement("cosmologie", key) for key in (*DEFAULT_COSMOLOGY, "omegaK")
    }
    values = {
        key: parse_real_value(path, statement)
        for key, statement in found.items()
        if statement is not None
    }
    line = next((statement.line for statement in found.values() if statement is not None), None)
    curvature = values.pop("omegaK", None)
    values = DEFAULT_COSMOLOGY | values
    if curvature == 0:
        flat = 1 - values["omegaM"]
        if found["omegaX"] is not None and abs(values["omegaX"] - flat) > 1e-9:
            notes.append(f"`omegaK 0` replaces omegaX {values['omegaX']:g} by {flat:g}.")
        values["omegaX"] = flat
    notes.extend(note_findings(document, "LM141"))
    number = parse_integer_value(path, model) if model is not None else 1
    if number != 1:
        kind = _UNSUPPORTED_MODELS.get(number, "unknown")
        sentence = f"cosmology model {number} ({kind}) is not supported; 1 is"
        raise PipelineError(sentence, path=path, line=model.line if model else None)
    return values, line


def _build_cosmology(values: dict[str, float]) -> Cosmology:
    h0, omega_m, omega_l = values["H0"], values["omegaM"], values["omegaX"]
    if values["wa"] == 0:
        return build_cosmology(h0, omega_m, omega_l, values["wX"])
    build_cosmology(h0, omega_m, omega_l)  # the bounds of its parameters
    from astropy.cosmology import w0waCDM

    return parse_cosmology(
        w0waCDM(H0=h0, Om0=omega_m, Ode0=omega_l, w0=values["wX"], wa=values["wa"], Tcmb0=0)
    )
