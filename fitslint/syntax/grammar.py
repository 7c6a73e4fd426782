"""Loading lark grammars: from stored parse tables where they fit, else from the grammar text."""

from __future__ import annotations

import importlib.util
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.data_files import STORED_SUFFIX, read_stored, write_stored

if TYPE_CHECKING:
    from lark import Lark

# What reading a stored file can raise when it is absent, cut short, or of another version.
_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, ImportError)
GRAMMAR_FOLDER = Path(__file__).parent
TABLES = GRAMMAR_FOLDER / "tables"

GRAMMARS: dict[str, tuple[str, ...]] = {
    "card": ("card", "faulty", "record"),
    "date": ("date", "layout"),
    "lenstool_par": ("document",),
    "relation": ("start",),
    "tform": ("binary", "ascii", "display", "dimensions"),
    "units": ("start",),
}
"""Every grammar and its starts; the build stores the tables of each."""


@cache
def load_parser(name: str, start: tuple[str, ...] | None = None) -> Lark:
    """The LALR parser of ``syntax/<name>.lark``.

    Building the tables of a grammar takes about 50 ms, loading them about 3 ms; the wheel carries
    the tables for the lark version that it was built with, and any other version builds its own.
    """
    import pickle

    from lark import Lark

    starts = start or GRAMMARS[name]
    source = (GRAMMAR_FOLDER / f"{name}.lark").read_text(encoding="utf-8")
    stored = TABLES / f"{name}-{_compute_stamp(source, starts)}.tables"
    try:
        with stored.open("rb") as file:
            return Lark.load(file)
    except (*_DAMAGED, pickle.UnpicklingError):
        return build_parser(source, starts)


def load_common(name: str) -> dict[Any, Any]:
    """What a grammar makes of common texts; empty where the build stored none.

    Of ``card`` the fields of the forms of card images, of ``tform`` the tokens of column formats.
    """
    stored: dict[Any, Any] | None = read_stored(_locate_common(TABLES, name))
    return stored or {}


def _locate_common(folder: Path, name: str) -> Path:
    source = (GRAMMAR_FOLDER / f"{name}.lark").read_text(encoding="utf-8")
    return folder / f"{name}-{_compute_stamp(source, GRAMMARS[name])}{STORED_SUFFIX}"


def build_parser(source: str, starts: tuple[str, ...]) -> Lark:
    """The parser made from the grammar text."""
    from lark import Lark

    return Lark(
        source,
        parser="lalr",
        lexer="contextual",
        start=list(starts),
        maybe_placeholders=False,
        propagate_positions=False,
    )


def store_tables(folder: Path, common: Mapping[str, dict[Any, Any]]) -> list[Path]:
    """Write the tables of all grammars into ``folder``, as the build does.

    ``common`` has by grammar what :func:`load_common` gives back.
    """
    folder.mkdir(exist_ok=True)
    written = []
    for name, starts in GRAMMARS.items():
        path = GRAMMAR_FOLDER / f"{name}.lark"
        if not path.exists():
            continue
        source = path.read_text(encoding="utf-8")
        target = folder / f"{name}-{_compute_stamp(source, starts)}.tables"
        with target.open("wb") as file:
            build_parser(source, starts).save(file)
        written.append(target)
    for name, texts in common.items():
        target = _locate_common(folder, name)
        written.append(write_stored(target, texts))
    return written


def _compute_stamp(source: str, starts: tuple[str, ...]) -> str:
    # Tables of another lark or another grammar must never be read.
    text = "\0".join((*starts, source)).encode()
    return f"{_find_version()}-{len(text):x}-{zlib.crc32(text):08x}"


@cache
def _find_version() -> str:
    """The version of lark, read from its text where there is one: importing it takes longer.

    (So do the metadata of packages, which bring a reader of mails and sockets along.)
    """
    try:
        place = importlib.util.find_spec("lark")
        text = Path(str(place and place.origin)).read_text(encoding="utf-8")
    except (OSError, ValueError):  # in a bundle of programs, or in an archive
        text = ""
    for line in text.splitlines():
        if line.startswith("__version__"):
            version = line.partition("=")[2].strip(" \"'")
            if version.replace(".", "").isalnum():
                return version
    import lark

    return lark.__version__
