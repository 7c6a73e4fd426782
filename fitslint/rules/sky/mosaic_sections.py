"""Where a detector lies in its mosaic (DETSEC in DETSIZE), against the reference pixel.

IRAF, keywords of the NOAO mosaic format. Coordinates of most mosaics count from one reference point
in the middle of all detectors.
"""

from __future__ import annotations

import math
from functools import lru_cache

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Layout
from fitslint.model.late import compile_late

SECTION_KEYWORDS = ("DETSEC", "DETSIZE")
_SECTION = compile_late(rb"= '\[ *(\d{1,6}): *(\d{1,6}) *, *(\d{1,6}): *(\d{1,6}) *\] *'")
_CLOSE = 0.07
"""Part of the longer side of the mosaic that gaps between detectors make; 0.037 in DECam."""
_FAR = 0.2
_TIMES = 4.0
_REMEMBERED = 128
_Pair = tuple[float, float]


class SectionReader:
    """Reads the two keywords at their places in a layout."""

    def __init__(self, layout: Layout) -> None:
        places = [layout.index.get(name) for name in SECTION_KEYWORDS]
        self._starts = [place[0] * CARD_SIZE + 8 for place in places if place is not None]

    def measure_exchanged(self, raw: bytes, origin: _Pair) -> _Pair | None:
        """Pixels of CRPIX1, CRPIX2 from the middle of the mosaic, as they are and exchanged.

        None where they are not surely exchanged.
        """
        if len(self._starts) < 2:
            return None
        one, whole = (raw[start : start + 72] for start in self._starts)
        middle = _find_middle(one, whole)
        if middle is None:
            return None
        place, side = middle
        off = math.dist(place, origin)
        left = math.dist(place, (origin[1], origin[0]))
        is_sure = left < _CLOSE * side and off > _FAR * side and off > _TIMES * left
        return (off, left) if is_sure else None


@lru_cache(_REMEMBERED)
def _find_middle(section: bytes, whole: bytes) -> tuple[_Pair, int] | None:
    """The pixel of a detector at the middle of its mosaic, and the longer side of the mosaic.

    A section that counts down is of a detector that is turned in the mosaic.
    """
    found, sides = _SECTION.match(section), _SECTION.match(whole)
    if found is None or sides is None:
        return None
    first, last, bottom, top = map(int, found.groups())
    left, right, low, high = map(int, sides.groups())
    if not (right - left > 2 * abs(last - first) or high - low > 2 * abs(top - bottom)):
        return None  # most of the mosaic is this detector: there is no place to tell
    centre = (left + right) / 2, (low + high) / 2
    x = centre[0] - first if last > first else first - centre[0]
    y = centre[1] - bottom if top > bottom else bottom - centre[1]
    return (x + 1, y + 1), max(right - left, high - low) + 1
