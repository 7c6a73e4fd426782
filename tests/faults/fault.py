"""One planted fault: where it is, and what must be named in a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.faults.building import place

EVERYWHERE = ("primary", "bare", "image", "third", "table", "last", "gz", "hdr", "long")
EXTENSIONS = ("image", "third", "table")
ANY = ("*",)
"""Keywords of a fault that belongs to no keyword."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A file with one fault of a row of the catalogue."""

    row: str
    label: str
    data: bytes
    hdu: int | None
    keywords: tuple[str, ...]
    """Names that an examiner may give the place; ``*`` where there is no keyword."""
    name: str = "example.fits"


Entry = tuple[str, str, str] | tuple[str, str, str, Sequence[str]]


def on_cards(entries: Iterable[Entry], everywhere: Sequence[str] = EVERYWHERE) -> Iterator[Fault]:
    """(row, keywords separated by ``|``, cards separated by newlines, places) laid over headers."""
    for row, keywords, lines, *wheres in entries:
        for where in wheres[0] if wheres else everywhere:
            data, name, hdu = place(where, lines.split("\n"))
            yield Fault(row, f"{where}: {lines}", data, hdu, tuple(keywords.split("|")), name)
