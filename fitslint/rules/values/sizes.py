"""Numbers that may be those of keywords that say how large the data are."""

from __future__ import annotations

from fitslint.model.header import Header
from fitslint.model.late import compile_late

_BITPIX = (8, 16, 32, 64, -32, -64)
_AXIS = compile_late("NAXIS[0-9]+")


def may_be_size(keyword: str, number: float, header: Header) -> bool:
    """Whether the rest of ``header`` bears out that a keyword of its structure is ``number``.

    True for keywords that say nothing of the size of the data.
    """
    if _AXIS.fullmatch(keyword):
        return number >= 0
    if keyword == "BITPIX":
        return number in _BITPIX
    roots = {"NAXIS": "NAXIS", "TFIELDS": "TFORM"}
    if keyword in roots:
        return number == len(header.layout.map_indices(roots[keyword]))
    plain = {"PCOUNT": 0, "GCOUNT": 1}
    return number == plain[keyword] if keyword in plain else keyword != "THEAP"
