"""What the formats have in common: reading files, and putting a dictionary together."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fitslint.dictionary.files.document import read_dictionary_bytes
from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.making.cleanup import clean_dictionary
from fitslint.units.spelling import standardise_unit
from fitslint.units.unit import UnitError, parse_unit

_SUFFIXES = (".yaml", ".yml", ".tpn", ".dic", ".txt")


class ImportedDictionary(NamedTuple):
    """A dictionary as TOML, how many keywords it has, and what could not be taken over."""

    text: str
    keywords: int
    losses: Counter[str]


def read_source_text(path: Path) -> str:
    """The text of a file; bytes that are not UTF-8 read as Latin-1.

    Raises
    ------
    DictionaryError
        when it cannot be read or is too large.
    """
    data = read_dictionary_bytes(path, str(path))
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise DictionaryError(f"{path}:{line}: holds a zero byte and is no text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def make_id(form: str, path: Path) -> str:
    """An id made of the name of a file."""
    stem = path.stem if path.suffix.lower() in _SUFFIXES else path.name
    word = re.sub("[^a-z0-9]+", "-", stem.lower()).strip("-") or "keywords"
    return f"{form}/{word}"


def make_file_error(file: str, line: int, sentence: str) -> DictionaryError:
    """The error of a malformed file."""
    return DictionaryError(f"{file}:{line}: {sentence}")


class DictionaryBuilder:
    """Collects the keywords of a new dictionary, and what of the old one has no place in it."""

    def __init__(self, name: str, title: str, authority: str, file: str) -> None:
        self.head: dict[str, Any] = {
            "id": name,
            "version": "0.1.0",
            "title": title,
            "authority": authority,
            "edition": "imported",
            "source": Path(file).name or file,
        }
        self.losses: Counter[str] = Counter()
        self.tables: dict[str, dict[str, Any]] = {}
        self.importance_words: dict[str, str] = {}
        """Words of importance and their conditions."""

    def count_loss(self, what: str, count: int = 1) -> None:
        """Count something that cannot be expressed."""
        if count:
            self.losses[what] += count

    def add(self, table: dict[str, Any]) -> None:
        """Take a keyword; None and empty values count as absent."""
        kept = {key: item for key, item in table.items() if item not in (None, "", [], {})}
        name = kept["name"]
        if name in self.tables:
            self.count_loss("repeated entries")
            add_note(self.tables[name], "the source has it more than once; the first is kept")
            return
        _normalise_unit(kept)
        self.tables[name] = {**kept, "status": "project"}

    def build(self) -> ImportedDictionary:
        """The dictionary."""
        head = {**self.head}
        used = {table.get("importance") for table in self.tables.values()}
        words = {word: text for word, text in self.importance_words.items() if word in used}
        if words:
            head["importance"] = words
        if self.losses:
            said = ", ".join(f"{what} {count}" for what, count in self.losses.items())
            head["note"] = f"could not be taken over: {said}"
        made = clean_dictionary(
            head, list(self.tables.values()), ("Imported; every entry wants a look.",)
        )
        lost = self.losses.copy()
        for key, count in made.dropped.items():
            lost["contradictory entries" if key == "keyword" else f"contradictory {key}"] += count
        return ImportedDictionary(made.text, len(self.tables) - made.dropped["keyword"], lost)


def add_note(table: dict[str, Any], sentence: str) -> None:
    """Add to the note of an entry."""
    before = table.get("note")
    if before is None or sentence not in before:
        table["note"] = f"{before}; {sentence}" if before else sentence


def convert_value(kind: str, value: object) -> str | int | float | bool | None:
    """A value of the type ``kind`` (the word of our dictionaries); None when it is of another."""
    if isinstance(value, bool):
        return value if kind in ("logical", "any") else None
    if kind in ("string", "date"):
        return str(value) if isinstance(value, str | int | float) else None
    if kind == "logical":
        return {"T": True, "F": False, "TRUE": True, "FALSE": False}.get(str(value).upper())
    if kind == "integer":
        return _parse_number(value, whole=True)
    if kind == "real":
        return _parse_number(value, whole=False)
    return value if isinstance(value, str | int | float) else None


def _parse_number(value: object, *, whole: bool) -> int | float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if whole:
        return int(number) if number.is_integer() else None
    return number


def convert_values(
    builder: DictionaryBuilder, table: Mapping[str, Any], values: list[object]
) -> list[Any]:
    """An enumeration of the type of its entry; values of other types are counted as lost."""
    found = [convert_value(table["type"], value) for value in values]
    builder.count_loss(
        "listed values of another type", sum(converted is None for converted in found)
    )
    return [*dict.fromkeys(converted for converted in found if converted is not None)]


def _normalise_unit(table: dict[str, Any]) -> None:
    """Write the unit as the standard does where that is known; mark it where it is not."""
    unit = table.get("unit")
    if unit is None:
        return
    standard = standardise_unit(unit)
    if standard:
        table["unit"] = standard
        add_note(table, f"the source writes the unit {unit!r}")
        return
    try:
        parse_unit(unit)
    except UnitError as error:
        table["doubtful"] = f"the unit is none of the FITS standard: {error}"
