"""Parameter files of Lenstool among the inputs of a check: read here, with their catalogues.

Only a file that is named and called ``.par`` is looked at: folders are searched for FITS files, and
the parameter files of CIAO and IRAF have the same suffix.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from fitslint.model.finding import FileReport
from fitslint.source.host import raise_foreign

if TYPE_CHECKING:
    from fitslint.engine.judge import Judge
    from fitslint.lenstool.document import Document
    from fitslint.rules.lens.model import Members

SUFFIXES = (".par", ".PAR")
SIZE_MAX = 64 << 20
"""Bytes of a parameter file that are read; published ones have a hundred kilobytes."""
_READABLE = ("1", "3")
"""Formats of catalogues with the columns id x y a b theta mag lum."""
_CATALOGUES_MAX = 100
_FITS = (b"SIMPLE  =", b"XTENSION=", b"\x1f\x8b")
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def judge_named(path: str, judge: Judge) -> FileReport | None:
    """The report on a file whose name ends as parameter files do.

    None when it is to be read as FITS: that is what it holds, or it cannot be read at all.
    """
    raw = _content(path)
    if raw is None or raw.startswith(_FITS):
        return None
    return judge_bytes(raw, path, judge)


def judge_bytes(raw: bytes, path: str, judge: Judge) -> FileReport:
    """The report on a parameter file that was read; its catalogues lie beside ``path``."""
    from fitslint.lenstool.parse import parse
    from fitslint.rules.lens.model import ModelFile

    document = parse(raw, path)
    why = _foreign(document)
    if why:
        profile = judge.settings.profile
        return FileReport(path, "not-fits", "undetermined", profile, reason=why)
    return judge.judge_model(ModelFile(document, _members(document)))


def _content(path: str) -> bytes | None:
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


_FOREIGN = {
    "empty": "this file is empty; a Lenstool model begins with a section such as runmode",
    "binary": "line {line} is binary: this is neither a FITS file nor a Lenstool model",
    "not-a-model": "this is no Lenstool model: no line begins one of its sections "
    "(runmode, grille, potentiel, potfile, ...)",
}


def _foreign(document: Document) -> str:
    """Why the file is no model at all; empty when it is one."""
    for fault in document.faults:
        if fault.kind in _FOREIGN:
            return _FOREIGN[fault.kind].format(line=fault.line)
    return ""


def _members(document: Document) -> dict[str, Members]:
    """The catalogues that the file names, read where they lie beside it."""
    folder = os.path.dirname(document.path)  # noqa: PTH120 -- names of any bytes
    found: dict[str, Members] = {}
    for section in document.all("potfile"):
        statement = section.last("filein")
        words = [one.text for one in statement.arguments] if statement else []
        if len(words) > 1 and words[0] in _READABLE and len(found) < _CATALOGUES_MAX:
            name = words[1]
            if name not in found:
                found[name] = _catalogue(os.path.join(folder, name))  # noqa: PTH118
    return found


def _catalogue(path: str) -> Members:
    from fitslint.lenstool.catalogue import read
    from fitslint.lenstool.errors import LenstoolError
    from fitslint.rules.lens.model import Members

    try:
        regular = stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 -- names of any bytes
    except (OSError, ValueError):
        return Members(problem="there is no such file beside the model")
    if not regular:
        return Members(problem="this is not a file")
    try:
        return Members(len(read(path).galaxies))
    except LenstoolError as error:
        where = f"line {error.line} " if error.line else ""
        return Members(problem=f"{where}{error.sentence}")
