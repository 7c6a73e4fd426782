"""Words of unit strings, looked up in ``dictionaries/units.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Literal

from fitslint.data_files import load_data_file
from fitslint.model.records import dataclass

SpellingKind = Literal["spelling", "community"]


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit of the standard: the exponent of ten of its prefix, and its name without.

    Of two names of one unit the first is taken: ``yr`` is ``a``.
    """

    exponent: int
    base: str
    prefix: str = ""

    @property
    def symbol(self) -> str:
        """Prefix and name."""
        return self.prefix + self.base


@dataclass(frozen=True, slots=True)
class OtherWord:
    """A word that the standard does not have: the unit that is meant, if any, and what it is."""

    kind: SpellingKind
    unit: str
    said: str = ""
    quiet: bool = False
    """Whether it is a name in words, or a word for which the standard has nothing else."""


@cache
def load_units() -> Mapping[str, Mapping[str, Any]]:
    """The table of every unit of the standard, by name."""
    units: Mapping[str, Mapping[str, Any]] = load_data_file("units")["unit"]
    return units


@lru_cache(maxsize=4096)
def find_unit_name(word: str) -> UnitName | None:
    """The unit of the standard that a word is, with a prefix or without; None when it is none."""
    units = load_units()
    if word in units:
        return UnitName(0, units[word].get("same", word))
    split = split_prefix(word)
    if split is None or not units[split[1]].get("prefixes"):
        return None
    prefix, base = split
    exponent = load_data_file("units")["prefixes"][prefix]
    return UnitName(exponent, units[base].get("same", base), prefix)


def split_prefix(word: str) -> tuple[str, str] | None:
    """Prefix and unit of a word, whether or not the unit takes prefixes; None when it is no such.

    Examples
    --------
    >>> split_prefix("km"), split_prefix("mdeg"), split_prefix("furlong")
    (('k', 'm'), ('m', 'deg'), None)
    """
    units, prefixes = load_units(), load_data_file("units")["prefixes"]
    for length in (1, 2):
        if word[:length] in prefixes and word[length:] in units:
            return word[:length], word[length:]
    return None


@cache
def load_other_words() -> Mapping[str, OtherWord]:
    """Words that are written for units, by word: other spellings, and those of a community."""
    data = load_data_file("units")
    words = {
        word: OtherWord("spelling", unit, quiet=kind == "words")
        for kind in ("spellings", "words")
        for unit, spellings in data[kind].items()
        for word in spellings
    }
    for name, table in data["community"].items():
        other = OtherWord(
            "community", table.get("same", ""), table["said"], quiet=table.get("quiet", False)
        )
        words.update(dict.fromkeys((name, *table.get("words", ())), other))
    return words


def find_spelling(word: str) -> str | None:
    """The unit of the standard that another word for it means; None where there is none.

    Examples
    --------
    >>> find_spelling("degrees"), find_spelling("DN"), find_spelling("dex"), find_spelling("deg")
    ('deg', 'adu', None, None)
    """
    other = load_other_words().get(word)
    return other.unit or None if other else None
