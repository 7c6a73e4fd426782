"""The reserved name that a misspelt keyword was perhaps meant to be."""

from __future__ import annotations

import re
from functools import lru_cache

from fitslint.dictionary.matching.match import Dictionary
from fitslint.model.late import compile_late

_DIGITS = compile_late(r"[0-9]+")


def count_edits(first: str, second: str, limit: int) -> int:
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


@lru_cache(maxsize=8)
def _index_neighbours(dictionary: Dictionary) -> dict[str, list[tuple[str, str]]]:
    """(Form, name) of every entry under its form and under that with any one letter left out.

    Two texts one step apart have such a key in common, so only those need comparing.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for name in dictionary.names:
        form = re.sub("[a-z]+", "#", name.removesuffix("a"))
        for key in _drop_letters(form):
            found.setdefault(key, []).append((form, name))
    return found


def _drop_letters(text: str) -> dict[str, None]:
    """The text, and the text with any one letter left out."""
    return dict.fromkeys([text, *[text[:at] + text[at + 1 :] for at in range(len(text))]])


@lru_cache(maxsize=8192)
def find_nearest_keyword(dictionary: Dictionary, keyword: str) -> str | None:
    """The keyword of ``dictionary`` one step from ``keyword``, with its own indices; None if none.

    A template is compared with its indices left out, so that ``CRVALL1`` gives ``CRVAL1``.
    Deprecated keywords are never suggested.
    """
    skeleton = _DIGITS.sub("#", keyword)
    keys, neighbours = _drop_letters(skeleton), _index_neighbours(dictionary)
    if neighbours.keys().isdisjoint(keys):
        return None
    numbers = _DIGITS.findall(keyword)
    pairs = dict.fromkeys(pair for key in keys for pair in neighbours.get(key, ()))
    for form, name in sorted(pairs, key=lambda pair: dictionary.names.index(pair[1])):
        if form.count("#") != len(numbers) or count_edits(skeleton, form, 1) > 1:
            continue
        entry = dictionary.entry(name)
        if entry.status == "deprecated" or entry.type == "none":
            continue
        rest = iter(numbers)
        suggestion = re.sub("#", lambda _, rest=rest: next(rest), form)  # type: ignore[misc]
        if dictionary.lookup(suggestion) is not None and suggestion != keyword:
            return suggestion
    return None
