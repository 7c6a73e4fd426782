"""The words of ``--id``: which visits and CCDs are meant (the grammar of LSST's command lines)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fitslint.hscpipe.identity import DataId, standardise_filter
from fitslint.pipeline.hsc.errors import SelectionError
from fitslint.text import suggest

_KEYS = {
    "visit": "visit", "ccd": "ccd", "field": "field", "filter": "filter", "pointing": "pointing",
    "tract": "tract", "dateObs": "date_obs",
}  # fmt: skip
_NUMBERS = ("visit", "ccd", "pointing", "tract")
_RANGE = re.compile(r"(\d+)\.\.(\d+)(?::(\d+))?")
_COUNT_MAX = 1_000_000
"""Values of a key; more are a mistake."""


@dataclass(frozen=True, slots=True)
class IdSelection:
    """The cross product of the values of some keys; other keys are free.

    Attributes
    ----------
    values : dict of str to tuple
        by the attribute of `DataId`; ``tract`` stands among them too.
    """

    values: dict[str, tuple[int | str, ...]]

    def has(self, identity: DataId) -> bool:
        """Whether a file is meant."""
        return all(
            key == "tract" or getattr(identity, key) in allowed
            for key, allowed in self.values.items()
        )

    @property
    def size(self) -> int | None:
        """Data ids in the cross product of visits and CCDs; None where either is not named."""
        if "visit" not in self.values or "ccd" not in self.values:
            return None
        return len(self.values["visit"]) * len(self.values["ccd"])


def parse_selection(words: Sequence[str]) -> IdSelection:
    """The words behind one ``--id``.

    Parameters
    ----------
    words : sequence of str
        ``key=value^value``; ``a..b`` is inclusive, ``a..b:s`` has a stride.

    Raises
    ------
    SelectionError
        with the word, when it has no meaning.
    """
    values: dict[str, tuple[int | str, ...]] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not text:
            raise _make_error(word, word, "a word is KEY=VALUE")
        if key not in _KEYS:
            near = suggest(key, _KEYS, otherwise=f"; keys are {' '.join(_KEYS)}")
            raise _make_error(word, key, f"there is no key {key!r}{near}")
        if _KEYS[key] in values:
            raise _make_error(word, key, f"{key} stands twice in one --id")
        found: dict[int | str, None] = {}
        for part in text.split("^"):
            found.update(dict.fromkeys(_parse_values(word, key, part)))
        values[_KEYS[key]] = tuple(found)
    return IdSelection(values)


def _parse_values(word: str, key: str, part: str) -> Sequence[int | str]:
    match = _RANGE.fullmatch(part)
    if match is not None and key in _NUMBERS:
        first, last, stride = int(match[1]), int(match[2]), int(match[3] or 1)
        if last < first:
            raise _make_error(word, part, f"{last} is less than {first}")
        if stride == 0:
            raise _make_error(word, part, "the stride is 0")
        if (last - first) // stride >= _COUNT_MAX:
            raise _make_error(word, part, f"these are more than {_COUNT_MAX} values")
        return range(first, last + 1, stride)
    if key in _NUMBERS:
        if not part.isascii() or not part.isdigit():
            raise _make_error(word, part, f"{key} is a number, or a range a..b")
        return [int(part)]
    if not part:
        raise _make_error(word, word, "a value is empty")
    if key == "filter":
        return [standardise_filter(part)]
    return [part.upper() if key == "field" else part]


def _make_error(word: str, part: str, sentence: str) -> SelectionError:
    if part == word:
        return SelectionError(f"--id {word}: {sentence}")
    return SelectionError(f"--id {word}, in the part {part!r}: {sentence}")


def describe_selection(selections: Sequence[IdSelection], count: int) -> str:
    """How many of the data ids that are named have an image; empty where all have, or are free."""
    sizes = [selection.size or 0 for selection in selections]
    size = sum(sizes) if all(sizes) else 0
    return f"{count} of {size} data ids have an image" if size not in (0, count) else ""


def select(selections: Sequence[IdSelection], identity: DataId) -> bool:
    """Whether one of several ``--id`` means a file; none at all mean every file."""
    return not selections or any(selection.has(identity) for selection in selections)
