"""The abbreviations that an authority builds its keywords of, and their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise, product
from typing import Any

from fitslint.data_files import find_data_folder
from fitslint.model.records import dataclass
from fitslint.text import phrase

# What a form of an abbreviation costs, before its place in the name is looked at.
_SHORTER, _SPELT, _CUT = 1.0, 1.5, (2.5, 3.5)


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """An abbreviation and what it stands for."""

    short: str
    word: str
    """As the authority prints it: the capitals spell the abbreviation."""
    category: str
    ja: str = ""
    also: tuple[str, ...] = ()
    """Other words for it."""
    shorter: tuple[str, ...] = ()
    """Shortenings that keywords of the authority have."""
    last: bool = False
    """Whether it comes after the others of its level: MAX in WAV-MAX."""
    seen: str = ""
    """The keyword it is known from, when the authority's table does not have it."""
    note: str = ""
    doubtful: str = ""

    def list_forms(self) -> Iterator[tuple[str, float]]:
        """How it may be written in a name, and what that costs."""
        yield self.short, 0.0
        for text in self.shorter:
            yield text, _SHORTER
        if self.word.isalpha() and len(self.word) == 4 and self.word.upper() != self.short:
            yield self.word.upper(), _SPELT
        for size, cost in zip((2, 1), _CUT, strict=True):
            if size < len(self.short) and self.short[:size] not in self.shorter:
                yield self.short[:size], cost

    def list_phrases(self) -> Iterator[tuple[str, ...]]:
        """The words, as :func:`split_words` gives them, that mean it."""
        for text in (self.short, *self.word.split("/"), *self.also):
            yield tuple(split_words(text))


@dataclass(frozen=True, slots=True)
class AbbreviationTable:
    """The abbreviations of an authority."""

    rows: tuple[Abbreviation, ...]
    """The authority's table."""
    levels: Mapping[str, int]
    """Place of each category in a name."""
    phrases: Mapping[tuple[str, ...], tuple[Abbreviation, ...]]
    """What words stand for: rows of the table, then parts that keywords have besides."""
    longest: int
    """Words of the longest phrase."""


@cache
def load_abbreviations() -> AbbreviationTable:
    """The abbreviations of the Subaru Telescope."""
    path = find_data_folder() / "subaru" / "abbreviations.toml"
    import tomllib

    document = tomllib.loads(path.read_text(encoding="utf-8"))
    rows, parts = (tuple(map(_build_row, document[key])) for key in ("abbreviation", "part"))
    phrases: dict[tuple[str, ...], tuple[Abbreviation, ...]] = {}
    for row in rows + parts:
        for words in dict.fromkeys(row.list_phrases()):
            phrases[words] = (*phrases.get(words, ()), row)
    order = enumerate(document["abbreviations"]["order"])
    levels = {category: level for level, categories in order for category in categories}
    return AbbreviationTable(rows, levels, phrases, max(map(len, phrases)))


def _build_row(given: Mapping[str, Any]) -> Abbreviation:
    lists = {key: tuple(given.get(key, ())) for key in ("also", "shorter")}
    return Abbreviation(**{**given, **lists})


def find_order_fault(name: str) -> str | None:
    """How a keyword breaks the order of its abbreviations; None when it does not for sure.

    Only a name that consists of nothing but whole abbreviations of the table is judged, and only
    when every way to take it apart breaks the order.
    """
    if len(name) > 8:
        return None
    chunks = re.sub("^[A-Z0-9]_", "", name).split("-")
    readings = [list(_split_name(load_abbreviations().rows, chunk)) for chunk in chunks]
    fault = None
    for reading in product(*readings):
        rows = [row for chunk in reading for row in chunk]
        # MODEL is a word, not MOD and EL: without a hyphen two letters prove nothing.
        if len(chunks) == 1 and any(len(row.short) < 3 for row in rows):
            return None
        pairs = pairwise(rows)
        wrong = next((pair for pair in pairs if find_level(pair[0]) > find_level(pair[1])), None)
        if wrong is None:
            return None
        first, second = (f"{row.short} ({row.category})" for row in wrong)
        fault = fault or phrase("{first} stands before {second}", first=first, second=second)
    return fault


def split_words(text: str) -> list[str]:
    """The words of a text in lower case and in the singular."""
    return [_strip_plural(word) for word in re.findall("[a-z0-9]+", text.lower())]


def _strip_plural(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def find_level(row: Abbreviation) -> int:
    """The place of an abbreviation in a name: 0 stands in front."""
    return load_abbreviations().levels[row.category]


def _split_name(rows: Iterable[Abbreviation], text: str) -> Iterator[tuple[Abbreviation, ...]]:
    """Ways to take ``text`` apart into whole abbreviations; an index may follow."""
    if not text or text.isdigit():
        yield ()
        return
    for row in rows:
        if text.startswith(row.short):
            for rest in _split_name(rows, text.removeprefix(row.short)):
                yield (row, *rest)
