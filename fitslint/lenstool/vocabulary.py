"""The sections and words that Lenstool knows, with their aliases and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

ArgumentKind = Literal["int", "real", "text", "file", "angle", "position"]
_FILE = Path(__file__).with_name("vocabulary.toml")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a keyword."""

    name: str
    kind: ArgumentKind
    optional: bool = False
    repeatable: bool = False
    """Whether it may stand any number of times; only the last argument does."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word of a section."""

    key: str
    """The canonical spelling."""
    aliases: tuple[str, ...]
    prefixes: tuple[str, ...]
    """Any word that begins like this is the keyword as well."""
    arguments: tuple[Argument, ...]
    meaning: str

    @property
    def min_arguments(self) -> int:
        """How many arguments it needs."""
        return sum(not argument.optional for argument in self.arguments)

    @property
    def max_arguments(self) -> int | None:
        """How many arguments it takes; None when there is no limit."""
        if any(argument.repeatable for argument in self.arguments):
            return None
        return len(self.arguments)

    @property
    def usage(self) -> str:
        """Its line as a text: ``mass mode size z_lens file``."""
        words = [
            f"[{argument.name}]" if argument.optional else argument.name
            for argument in self.arguments
        ]
        return " ".join([self.key, *words]) + ("..." if self.max_arguments is None else "")


@dataclass(frozen=True, slots=True)
class SectionVocabulary:
    """A kind of section and its keywords."""

    kind: str
    """The canonical name."""
    names: tuple[str, ...]
    """Its first word in full; French and English."""
    prefixes: tuple[str, ...]
    label: str | None
    """What follows the first word: ``identity`` of a potential; None where nothing does."""
    meaning: str
    keywords: Mapping[str, Keyword]
    """By canonical key."""
    spellings: Mapping[str, str]
    """Canonical keys by every full spelling."""


@cache
def load_vocabulary() -> Mapping[str, SectionVocabulary]:
    """Every kind of section by its canonical name."""
    import tomllib

    with _FILE.open("rb") as file:
        tables = tomllib.load(file)["sections"]
    return MappingProxyType({kind: _build_section(kind, table) for kind, table in tables.items()})


@lru_cache(maxsize=256)
def find_section_kind(word: str) -> str | None:
    """The canonical kind of the section that a first word opens; None when it opens none."""
    for section in load_vocabulary().values():
        if word in section.names:
            return section.kind
    for section in load_vocabulary().values():
        if section.prefixes and word.startswith(section.prefixes):
            return section.kind
    return None


def find_canonical_key(kind: str, word: str) -> str | None:
    """The canonical keyword for a word of a section; None when Lenstool ignores the word."""
    section = load_vocabulary().get(kind)
    if section is None:
        return None
    exact = section.spellings.get(word)
    if exact is not None:
        return exact
    for keyword in section.keywords.values():
        if keyword.prefixes and word.startswith(keyword.prefixes):
            return keyword.key
    return None


def find_keyword(kind: str, key: str) -> Keyword | None:
    """The keyword of a canonical kind and key."""
    section = load_vocabulary().get(kind)
    return section.keywords.get(key) if section else None


def _build_section(kind: str, table: dict[str, Any]) -> SectionVocabulary:
    default = table.get("default", "")
    keywords = {key: _build_keyword(key, word, default) for key, word in table["words"].items()}
    spellings = {
        name: keyword.key
        for keyword in keywords.values()
        for name in (keyword.key, *keyword.aliases)
    }
    return SectionVocabulary(
        kind=kind,
        names=tuple(table["names"]),
        prefixes=tuple(table.get("prefixes", ())),
        label=table.get("label"),
        meaning=table["meaning"],
        keywords=MappingProxyType(keywords),
        spellings=MappingProxyType(spellings),
    )


def _build_keyword(key: str, table: dict[str, Any], default: str) -> Keyword:
    return Keyword(
        key=key,
        aliases=tuple(table.get("aliases", ())),
        prefixes=tuple(table.get("prefixes", ())),
        arguments=tuple(_parse_argument(text) for text in table.get("arguments", default).split()),
        meaning=table["meaning"],
    )


def _parse_argument(text: str) -> Argument:
    optional = text.startswith("[")
    text = text.strip("[]")
    repeated = text.endswith("...")
    name, _, kind = text.removesuffix("...").partition(":")
    return Argument(name, cast("ArgumentKind", kind), optional or repeated, repeated)
