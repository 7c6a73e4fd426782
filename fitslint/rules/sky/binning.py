"""How many pixels of the detector make one of the image."""

from __future__ import annotations

import math

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late

_PAIRS = (
    ("XBINNING", "YBINNING"), ("BIN-FCT1", "BIN-FCT2"), ("CCDXBIN", "CCDYBIN"),
    ("CCDBIN1", "CCDBIN2"), ("CCDBINX", "CCDBINY"), ("BINX", "BINY"),
    ("HIERARCH ESO DET WIN1 BINX", "HIERARCH ESO DET WIN1 BINY"),
)  # fmt: skip
_BOTH = ("CCDSUM", "BINNING")
"""Keywords of texts with both, ``2 2`` of IRAF and ``2x2``."""
_TEXT = compile_late(r" *([0-9]{1,2})(?: +| *[xX, ] *)([0-9]{1,2}) *")
_REDUCED = ("LTM1_1", "LTM2_2")
"""Of IRAF: below 1 where a program averaged pixels afterwards."""
_MOST = 32
BINNING_KEYWORDS = (*(name for pair in _PAIRS for name in pair), *_BOTH, *_REDUCED)


def list_binning_names(layout: Layout) -> tuple[str, ...]:
    """The keywords of a layout that tell the binning."""
    return tuple(name for name in BINNING_KEYWORDS if name in layout.index)


def read_binning(header: Header) -> float | None:
    """The geometric mean of the pixels that were put together along the two axes.

    None where the header does not tell it, or tells two.
    """
    found = set()
    for pair in _PAIRS:
        first, second = header.number(pair[0]), header.number(pair[1])
        if first is not None:
            found.add((first, first if second is None else second))
    for name in _BOTH:
        text = _TEXT.fullmatch(header.string(name) or "")
        if text:
            found.add((float(text[1]), float(text[2])))
    if len(found) != 1:
        return None
    first, second = found.pop()
    is_known = all(1 <= one <= _MOST and one == int(one) for one in (first, second))
    for name in _REDUCED:
        part = abs(header.number(name) or 1.0)
        first *= 1 / part if 1 / _MOST <= part < 1 else 1.0
    return math.sqrt(first * second) if is_known else None
