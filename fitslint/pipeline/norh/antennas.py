"""The 84 antennas: their names, numbers, pairs and places.

They are numbered in the order of the ephemeris files (sz), N01 to N28, E28 to E01, W01 to W28.
That the routines of IDL number them so, from 0, is plausible and not published; nor is the order
of pairs.
"""

from __future__ import annotations

import math
import re
import tomllib
from functools import cache
from itertools import accumulate
from pathlib import Path

from fitslint.pipeline.norh.errors import NorhError

ARM_SIZE = 28
ANTENNAS = (
    *(f"N{at:02d}" for at in range(1, ARM_SIZE + 1)),
    *(f"E{at:02d}" for at in range(ARM_SIZE, 0, -1)),
    *(f"W{at:02d}" for at in range(1, ARM_SIZE + 1)),
)
"""Names by number from 0."""
PAIRS = len(ANTENNAS) * (len(ANTENNAS) - 1) // 2
_NAME = re.compile("([NEW])0*([1-9][0-9]?)", re.I)


def find_antenna(word: str) -> int:
    """Number of the antenna that is called so (``N01``, ``n1``) or has this number.

    Raises
    ------
    NorhError
        when there is none.

    Examples
    --------
    >>> find_antenna("n1"), find_antenna("E10"), find_antenna("83")
    (0, 46, 83)
    """
    match = _NAME.fullmatch(word)
    name = f"{match[1].upper()}{int(match[2]):02d}" if match else word
    if name in ANTENNAS:
        return ANTENNAS.index(name)
    if word.isascii() and word.isdigit() and len(word) <= 2 and int(word) < len(ANTENNAS):
        return int(word)
    raise NorhError(
        f"there is no antenna {word[:20]!r}; there are N01 to N28, E01 to E28, W01 to W28, and "
        f"numbers 0 to {len(ANTENNAS) - 1}"
    )


def number_pair(first: int, second: int) -> int:
    """Number of a pair of antennas from 0, whichever is told first.

    Raises
    ------
    NorhError
        when they are one antenna, or a number is out of range.

    Examples
    --------
    >>> number_pair(0, 28), number_pair(83, 82)
    (27, 3485)
    """
    low, high = sorted((first, second))
    if low < 0 or high >= len(ANTENNAS):
        raise NorhError(f"antennas are numbered 0 to {len(ANTENNAS) - 1}, not {low} and {high}")
    if low == high:
        raise NorhError(f"{ANTENNAS[low]} makes no pair with itself; name two antennas")
    return low * (2 * len(ANTENNAS) - 1 - low) // 2 + high - low - 1


def split_pair(number: int) -> tuple[int, int]:
    """The antennas of a pair, the lower number first.

    Raises
    ------
    NorhError
        when there is no such pair.

    Examples
    --------
    >>> split_pair(27), split_pair(3485)
    ((0, 28), (82, 83))
    """
    if not 0 <= number < PAIRS:
        raise NorhError(f"pairs are numbered 0 to {PAIRS - 1}, not {number}")
    last = 2 * len(ANTENNAS) - 1
    # i(167 - i)/2 is the number of the first pair of antenna i; the root is rounded downwards.
    low = (last - 1 - math.isqrt(last * last - 8 * number - 1)) // 2
    low += (low + 1) * (last - low - 1) // 2 <= number
    return low, number - low * (last - low) // 2 + low + 1


@cache
def load_places() -> tuple[tuple[int, int], ...]:
    """(west, north) of every antenna in unit spacings from the crossing; reconstructed."""
    table = tomllib.loads(Path(__file__).with_name("antennas.toml").read_text("utf-8"))
    arms = {}
    for arm, steps in table["steps"].items():
        widths = [step for count, step in steps for _ in range(count)]
        arms[arm] = list(accumulate([table["first"][arm], *widths]))
    places = []
    for name in ANTENNAS:
        distance = arms[name[0]][int(name[1:]) - 1]
        west = {"N": 0, "E": -distance, "W": distance}[name[0]]
        places.append((west, distance if name[0] == "N" else 0))
    return tuple(places)
