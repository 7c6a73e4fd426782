"""Loading lark grammars: from stored parse tables where they fit, else from the grammar text."""

from __future__ import annotations

import importlib.util
import marshal
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Lark

# What reading a stored file can raise when it is absent, cut short, or of another version.
_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, ImportError)
_MARSHAL_VERSION = 4
"""What every Python reads; marshal, as pickle takes a millisecond to import."""
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


def load_common_forms() -> dict[bytes, tuple[object, ...]]:
    """The fields of the forms of common card shapes; empty where the build stored none."""
    try:
        source = (GRAMMAR_FOLDER / "card.lark").read_text(encoding="utf-8")
        path = TABLES / f"forms-{_compute_stamp(source, GRAMMARS['card'])}.marshal"
        forms: dict[bytes, tuple[object, ...]] = marshal.loads(path.read_bytes())
    except _DAMAGED:
        return {}
    return forms


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


def store_tables(folder: Path, forms: dict[bytes, tuple[object, ...]]) -> list[Path]:
    """Write the tables of all grammars, and ``forms``, into ``folder``, as the build does."""
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
    source = (GRAMMAR_FOLDER / "card.lark").read_text(encoding="utf-8")
    target = folder / f"forms-{_compute_stamp(source, GRAMMARS['card'])}.marshal"
    target.write_bytes(marshal.dumps(forms, _MARSHAL_VERSION))
    return [*written, target]


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
