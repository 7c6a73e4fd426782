"""Dictionaries of other formats, taken over as ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fitslint.dictionary.imports import crds, dkist, eso, solarnet
from fitslint.dictionary.imports.common import Imported, fault, identified, read_text
from fitslint.dictionary.load import DictionaryError

FORMATS: dict[str, tuple[str, Callable[[str, str, str], Imported]]] = {
    "solarnet": ("SOLARNET attribute schema (YAML)", solarnet.read),
    "dkist": ("DKIST header specification 122 or 214 (YAML)", dkist.read),
    "crds": ("CRDS reference-file constraints (.tpn)", crds.read),
    "eso": ("ESO data interface dictionary (.dic)", eso.read),
}
"""Formats by name: what they are, and what reads them."""
ALIASES = {"tpn": "crds", "dic": "eso", "crds-tpn": "crds", "eso-dic": "eso"}


def imported(form: str, path: Path, name: str = "") -> Imported:
    """The dictionary that a file of another format holds.

    Parameters
    ----------
    form : str
        one of :data:`FORMATS`.
    path : Path
        the file.
    name : str
        the id of the new dictionary; without one it is made of the file name.

    Raises
    ------
    DictionaryError
        when the format is unknown, or the file is not of it; the sentence names the line.
    """
    form = ALIASES.get(form.lower(), form.lower())
    if form not in FORMATS:
        raise DictionaryError(f"no format {form!r}; there are {', '.join(FORMATS)}")
    made = FORMATS[form][1](read_text(path), str(path), name or identified(form, path))
    if not made.keywords:
        counts = ", ".join(f"{what} {count}" for what, count in made.lost.items())
        more = f" ({counts} cannot be taken over)" if counts else ""
        raise fault(str(path), 1, f"defines no keyword of FITS headers{more}")
    return made
