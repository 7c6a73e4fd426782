"""Lists of line segments by which PLIO packs masks (FITS 4.0 section 10.4.3)."""

from __future__ import annotations

from collections.abc import Sequence

from fitslint.data.decoders import EARLY, IMPOSSIBLE

_HEAD_OLD, _HEAD_NEW = 3, 7
"""Words before the instructions."""
_LEAST_WORDS = 4
_RUNS = (0, 4, 5)
"""Instructions that make as many pixels as their data say: zeros, ones, zeros and a last one."""
_SET_HIGH = 1
_STEPS = (6, 7)
"""Instructions that change the value and make one pixel."""


def measure_plio(words: Sequence[int]) -> int:
    """Pixels that a list makes; ``EARLY`` or ``IMPOSSIBLE`` where it cannot be read."""
    if len(words) < _LEAST_WORDS:
        return EARLY
    if words[2] > 0:  # a list of the first version has no head of its own
        first, length = _HEAD_OLD, words[2]
    elif len(words) < _HEAD_NEW:
        return EARLY
    else:
        first, length = words[1], (words[4] << 15) + words[3]
    if first < _HEAD_OLD or length < first:
        return IMPOSSIBLE
    return _count_pixels(words[first:length]) if length <= len(words) else EARLY


def _count_pixels(instructions: Sequence[int]) -> int:
    """Pixels that instructions make; ``IMPOSSIBLE`` where one is none."""
    pixels, is_high = 0, False
    for word in instructions:
        if is_high:
            is_high = False
            continue
        code, number = word >> 12, word & 0xFFF
        if code in _RUNS:
            pixels += number
        elif code in _STEPS:
            pixels += 1
        elif code == _SET_HIGH:
            is_high = True  # the next word belongs to it
        elif code < 0:
            return IMPOSSIBLE
    return pixels
