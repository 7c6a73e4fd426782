"""The reserved name that a misspelt keyword was perhaps meant to be."""

from __future__ import annotations

import re
from functools import lru_cache

from fitslint.dictionary.match import Dictionary

_DIGITS = re.compile(r"[0-9]+")


def distance(first: str, second: str, limit: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that make one the other.

    Anything over ``limit`` is given as ``limit + 1``.
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, char in enumerate(first, 1):
        here = [row]
        for column, other in enumerate(second, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (char != other))
            swapped = row > 1 and column > 1 and char == second[column - 2] != other
            if swapped and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        if min(here) > limit:
            return limit + 1
        before, above = above, here
    return above[-1]


@lru_cache(maxsize=1024)
def nearest(dictionary: Dictionary, keyword: str, limit: int = 1) -> str | None:
    """The keyword of ``dictionary`` nearest to ``keyword``, with its own indices; None if none.

    A template is compared with its indices left out, so that ``CRVALL1`` gives ``CRVAL1``.
    Deprecated keywords are never suggested.
    """
    skeleton = _DIGITS.sub("#", keyword)
    numbers = _DIGITS.findall(keyword)
    best, found = limit + 1, None
    for name in dictionary.names:
        form = re.sub("[a-z]+", "#", name.removesuffix("a"))
        # Most names differ in length or in too many letters: do not compare them.
        if abs(len(form) - len(skeleton)) > limit or len(set(form) - set(skeleton)) > limit:
            continue
        steps = distance(skeleton, form, best - 1)
        if steps >= best or form.count("#") != len(numbers):
            continue
        entry = dictionary.entry(name)
        if entry.status == "deprecated" or entry.type == "none":
            continue
        rest = iter(numbers)
        suggestion = re.sub("#", lambda _, rest=rest: next(rest), form)  # type: ignore[misc]
        if dictionary.lookup(suggestion) is not None and suggestion != keyword:
            best, found = steps, suggestion
    return found
