"""Files that store byte offsets of their own HDUs: nothing in them may move.

The files of lsst-images do: ``INDXADDR`` and ``JSONADDR`` in the primary header say where two HDUs
begin, and the columns ``HDRADDR`` and ``DATADDR`` of the table ``INDEX`` where every header and
data unit does. Their reader goes there without looking, so after a move it fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header

OFFSET_COLUMNS = ("HDRADDR", "DATADDR")
_ADDRESS_SUFFIX = "ADDR"
"""What the name of a keyword that holds an offset ends with."""
_NAMES_SHOWN = 4
"""Offsets that a sentence names."""


def refuse_moves(before: FitsFile, after: FitsFile) -> str | None:
    """Why ``after`` cannot be the same file; None where nothing moves, or nobody stored where."""
    pairs = zip(before.hdus, after.hdus, strict=False)
    if all(_get_offsets(old) == _get_offsets(new) for old, new in pairs):
        return None
    stored = list(_find_offset_names(before))
    if not stored:
        return None
    names = ", ".join(stored[:_NAMES_SHOWN]) + (" …" if len(stored) > _NAMES_SHOWN else "")
    return (
        "what stands behind a header that grows or shrinks by a block would move, and the file "
        f"stores byte offsets of its HDUs ({names}), by which its own reader finds them"
    )


def _get_offsets(hdu: Hdu) -> tuple[int, int]:
    return hdu.header.offset, hdu.data_offset


def _find_offset_names(file: FitsFile) -> Iterator[str]:
    """The keywords and columns in which offsets of HDUs are stored."""
    places = {place for hdu in file.hdus for place in (hdu.header.offset, hdu.data_offset)} - {0}
    for hdu in file.hdus:
        header = hdu.header
        for name in header.layout.index:
            if name.endswith(_ADDRESS_SUFFIX) and header.value(name) in places:
                yield f"{name} of HDU {hdu.number}"
        yield from (f"column {name} of HDU {hdu.number}" for name in _find_offset_columns(header))


def _find_offset_columns(header: Header) -> Iterator[str]:
    """The columns of a table that hold offsets of HDUs."""
    for card in header.map_indices("TTYPE").values():
        name = card.value
        if isinstance(name, str) and name.strip().upper() in OFFSET_COLUMNS:
            yield name.strip()
