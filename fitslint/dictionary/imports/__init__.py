"""Dictionaries of other formats, taken over as ours.

One module a format: ``crds.py``, ``dkist.py``, ``eso.py``, ``solarnet.py``. Each gives the
tables of a dictionary and tells what of the original has no place in it; ``common.py`` reads the
files and puts the dictionary together, ``yamlfile.py`` reads YAML with line numbers.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.imports.common import (
    ImportedDictionary,
    make_file_error,
    make_id,
    read_source_text,
)

FORMATS = ("solarnet", "dkist", "crds", "eso")
"""Names of the formats, and of the modules that read them."""
ALIASES = {"tpn": "crds", "dic": "eso", "crds-tpn": "crds", "eso-dic": "eso"}


def convert_dictionary(form: str, path: Path, name: str = "") -> ImportedDictionary:
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
    text = read_source_text(path)
    try:
        reader = importlib.import_module(f"fitslint.dictionary.imports.{form}")
    except ModuleNotFoundError as error:
        if error.name != "yaml":
            raise
        raise DictionaryError(f"{form} files are YAML: reading them needs PyYAML") from None
    made: ImportedDictionary = reader.read(text, str(path), name or make_id(form, path))
    if not made.keywords:
        counts = ", ".join(f"{what} {count}" for what, count in made.losses.items())
        more = f" ({counts} cannot be taken over)" if counts else ""
        raise make_file_error(str(path), 1, f"defines no keyword of FITS headers{more}")
    return made
