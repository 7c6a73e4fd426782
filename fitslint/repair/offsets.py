"""Files that store byte offsets of their own HDUs: nothing in them may move.

The files of lsst-images do: ``INDXADDR`` and ``JSONADDR`` in the primary header say where two HDUs
begin, and the columns ``HDRADDR`` and ``DATADDR`` of the table ``INDEX`` where every header and
data unit does. Their reader goes there without looking, so after a move it fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header

COLUMNS = ("HDRADDR", "DATADDR")
_ADDRESS = "ADDR"
"""What the name of a keyword that holds an offset ends with."""
_NAMED = 4
"""Offsets that a sentence names."""


def refuse_moves(before: FitsFile, after: FitsFile) -> str | None:
    """Why ``after`` cannot be the same file; None where nothing moves, or nobody stored where."""
    pairs = zip(before.hdus, after.hdus, strict=False)
    if all(_place(old) == _place(new) for old, new in pairs):
        return None
    stored = list(_find_stored(before))
    if not stored:
        return None
    names = ", ".join(stored[:_NAMED]) + (" …" if len(stored) > _NAMED else "")
    return (
        "what stands behind a header that grows or shrinks by a block would move, and the file "
        f"stores byte offsets of its HDUs ({names}), by which its own reader finds them"
    )


def _place(hdu: Hdu) -> tuple[int, int]:
    return hdu.header.offset, hdu.data_offset


def _find_stored(file: FitsFile) -> Iterator[str]:
    """The keywords and columns in which offsets of HDUs are stored."""
    places = {place for hdu in file.hdus for place in (hdu.header.offset, hdu.data_offset)} - {0}
    for hdu in file.hdus:
        header = hdu.header
        for name in header.layout.index:
            if name.endswith(_ADDRESS) and header.value(name) in places:
                yield f"{name} of HDU {hdu.number}"
        yield from (f"column {name} of HDU {hdu.number}" for name in _find_columns(header))


def _find_columns(header: Header) -> Iterator[str]:
    """The columns of a table that hold offsets of HDUs."""
    for card in header.family("TTYPE").values():
        name = card.value
        if isinstance(name, str) and name.strip().upper() in COLUMNS:
            yield name.strip()
