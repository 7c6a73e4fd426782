"""Parameter files of Lenstool among the inputs of a check: read here, with their catalogues.

Only a file that is named and called ``.par`` is looked at: folders are searched for FITS files, and
the parameter files of CIAO and IRAF have the same suffix.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from fitslint.model.finding import FileReport
from fitslint.source.foreign_errors import raise_foreign
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.engine.linter import Linter
    from fitslint.lenstool.parameter_file import ParameterFile
    from fitslint.rules.lens.model_file import CatalogueSummary

MODEL_SUFFIXES = (".par", ".PAR")
SIZE_MAX = 64 << 20
"""Bytes of a parameter file that are read; published ones have a hundred kilobytes."""
_CATALOGUE_FORMATS = ("1", "3")
"""Formats of catalogues with the columns id x y a b theta mag lum."""
_CATALOGUES_MAX = 100
_FITS = (b"SIMPLE  =", b"XTENSION=", b"\x1f\x8b")
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def lint_model_file(path: str, linter: Linter) -> FileReport | None:
    """The report on a file whose name ends as parameter files do.

    None when it is to be read as FITS: that is what it holds, or it cannot be read at all.
    """
    raw = _read_content(path)
    if raw is None or raw.startswith(_FITS):
        return None
    return lint_model_bytes(raw, path, linter)


def lint_model_bytes(raw: bytes, path: str, linter: Linter) -> FileReport:
    """The report on a parameter file that was read; its catalogues lie beside ``path``."""
    from fitslint.lenstool.parse import parse_parameter_file
    from fitslint.rules.lens.model_file import ModelFile

    document = parse_parameter_file(raw, path)
    why = _explain_foreign(document)
    if why:
        profile = linter.settings.profile
        return FileReport(path, "not-fits", "undetermined", profile, reason=why)
    return linter.lint_model(ModelFile(document, _read_catalogues(document)))


def _read_content(path: str) -> bytes | None:
    """The bytes of a regular file that is not too large."""
    try:
        fd = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        with os.fdopen(os.dup(fd), "rb") as stream:
            return stream.read(SIZE_MAX + 1)
    except OSError as error:
        raise_foreign(error)
        return None
    finally:
        os.close(fd)


def _explain_foreign(document: ParameterFile) -> str:
    """Why the file is no model at all; empty when it is one."""
    for fault in document.faults:
        if fault.kind == "empty":
            return phrase(
                "this file is empty; a Lenstool model begins with a section such as runmode"
            )
        if fault.kind == "binary":
            return phrase(
                "line {line} is binary: this is neither a FITS file nor a Lenstool model",
                line=fault.line,
            )
        if fault.kind == "not-a-model":
            return phrase(
                "this is no Lenstool model: no line begins one of its sections (runmode, grille, "
                "potentiel, potfile, ...)"
            )
    return ""


def _read_catalogues(document: ParameterFile) -> dict[str, CatalogueSummary]:
    """The catalogues that the file names, read where they lie beside it."""
    folder = os.path.dirname(document.path)  # noqa: PTH120 -- names of any bytes
    found: dict[str, CatalogueSummary] = {}
    for section in document.find_sections("potfile"):
        statement = section.find_statement("filein")
        words = [argument.text for argument in statement.arguments] if statement else []
        if len(words) > 1 and words[0] in _CATALOGUE_FORMATS and len(found) < _CATALOGUES_MAX:
            name = words[1]
            if name not in found:
                found[name] = _read_catalogue(os.path.join(folder, name))  # noqa: PTH118
    return found


def _read_catalogue(path: str) -> CatalogueSummary:
    from fitslint.lenstool.catalogue import read_catalogue
    from fitslint.lenstool.errors import LenstoolError
    from fitslint.rules.lens.model_file import CatalogueSummary

    try:
        regular = stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 -- names of any bytes
    except (OSError, ValueError):
        return CatalogueSummary(problem=phrase("there is no such file beside the model"))
    if not regular:
        return CatalogueSummary(problem=phrase("this is not a file"))
    try:
        return CatalogueSummary(len(read_catalogue(path).galaxies))
    except LenstoolError as error:
        problem = error.sentence
        if error.line:
            problem = phrase("line {number} {problem}", number=error.line, problem=problem)
        return CatalogueSummary(problem=problem)
