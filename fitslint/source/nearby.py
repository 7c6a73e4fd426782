"""The file that was meant when one is not there."""

from __future__ import annotations

import errno
import os
import re
from itertools import islice

from fitslint.model.late import compile_late
from fitslint.source.foreign_errors import raise_foreign
from fitslint.text import find_similar, say, suggest_word

_NAMES_MAX = 1000
"""Names of a folder that are looked at."""
_LOOKS_LEFT = iter(range(20))
"""How often a process looks: a list of a million files that are gone is not worth it."""
_EXTENDED = compile_late(r"(?P<file>[^\[\]]+)\[(?P<hdu>[^\[\]]*)\](?P<more>.*)", re.S)
"""A name as CFITSIO extends it: an HDU, and sections and filters of its data, in brackets."""
_HDU_NUMBER = compile_late(r"[0-9]{1,9}")
_HDU_NAME = compile_late(r"([A-Za-z_][\w .+-]*)(,[0-9]+)?")


def suggest_file(path: str) -> str:
    """Words that point to the file that may be meant by ``path``, or nothing."""
    if next(_LOOKS_LEFT, None) is None:
        return ""
    extended = find_extended_name(path)
    if extended:
        file, hdu = extended
        meant = f"HDU {hdu} of " if hdu else ""
        return f"; for CFITSIO the brackets mean {meant}{file!r}: name that, to have all its HDUs"
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or os.curdir) as entries:
            first = [entry.name for entry in islice(entries, _NAMES_MAX)]
    except (OSError, ValueError):
        return ""
    near = find_similar(name, [entry for entry in first if entry != name], 0.7)  # a link to nowhere
    return suggest_word(near and os.path.join(folder, near))  # noqa: PTH118


def find_extended_name(path: str) -> tuple[str, str] | None:
    """The file and the HDU that CFITSIO takes ``file.fits[1]`` for, where that is no file itself.

    Extensions are counted from 1 there, so that ``[1]`` is HDU 2. The HDU is its number from 1 or
    an EXTNAME, and empty where the brackets hold something else, such as a part of an image.
    """
    match = _EXTENDED.fullmatch(path)
    try:
        if match is None or os.path.lexists(path) or not os.path.isfile(match["file"]):  # noqa: PTH113
            return None
    except ValueError:
        return None
    text = match["hdu"].strip()
    if match["more"]:
        return match["file"], ""
    if _HDU_NUMBER.fullmatch(text):
        return match["file"], str(int(text) + 1)
    name = _HDU_NAME.fullmatch(text)
    return match["file"], name[1].strip() if name else ""


def require_file(path: str) -> None:
    """Raise where there is nothing to check, with the nearest name.

    Raises
    ------
    FileNotFoundError
    """
    try:
        os.stat(path)  # noqa: PTH116 -- names of any bytes
    except FileNotFoundError:
        is_link = os.path.islink(path)  # noqa: PTH114
        said = (
            say("this link leads to no file")
            if is_link
            else say("there is no such file{hint}", hint=suggest_file(path))
        )
        raise FileNotFoundError(errno.ENOENT, said, path) from None
    except (OSError, ValueError) as error:
        raise_foreign(error)  # reading it tells what is wrong
