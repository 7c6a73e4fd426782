"""Waivers: findings that somebody accepts, with the reason, in a TOML file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitslint.config.load import read_toml_document
from fitslint.config.options import SettingsError
from fitslint.model.late import compile_late
from fitslint.model.records import dataclass

WAIVERS_SCHEMA = "waivers-1.0.0.json"
_HEADING = compile_late(r"[ \t]*\[\[[ \t]*waiver[ \t]*\]\]")


@dataclass(frozen=True, slots=True)
class Waiver:
    """What is accepted: findings of ``rules``, where, why and until when.

    Empty ``paths``, and None for ``hdu`` and ``keyword``, mean everywhere.
    """

    rules: tuple[str, ...]
    reason: str
    paths: tuple[str, ...] = ()
    hdu: int | str | None = None
    """Number from 1, or EXTNAME."""
    keyword: str | None = None
    until: str = ""
    """The last day, YYYY-MM-DD; empty for always."""
    line: int = 1
    """Where in its file it begins."""

    def is_expired(self, today: str) -> bool:
        """Whether its last day is over on the day ``today`` (YYYY-MM-DD)."""
        return bool(self.until) and self.until < today


def load_waivers(path: str) -> tuple[Waiver, ...]:
    """The waivers of a file.

    Raises
    ------
    SettingsError
        naming the file and the place, when it is not TOML or does not follow its schema.
    """
    document, text = read_toml_document(Path(path), "list of waivers")
    return build_waivers(document, text, path)


def build_waivers(document: Mapping[str, Any], text: str, path: str) -> tuple[Waiver, ...]:
    """The waivers of a document, whose ``text`` tells the lines where they begin.

    Raises
    ------
    SettingsError
        when it does not follow its schema.
    """
    from fitslint.schema_reader import SchemaReader, read_schema

    plain = {key: _spell_dates(item) for key, item in document.items()}
    faults = SchemaReader(read_schema(WAIVERS_SCHEMA)).judge(plain)
    if faults:
        sentence = faults[0].sentence
        place = _name_place(faults[0].path)
        colon = ":" if place and sentence.startswith("the key ") else ""
        raise SettingsError(f"{path}: {place}{colon}{' ' if place else ''}{sentence}")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _HEADING.match(line)]
    tables: list[dict[str, Any]] = plain.get("waiver", [])
    # A list in brackets has no headings.
    starts = lines if len(lines) == len(tables) else [1] * len(tables)
    for number, table in enumerate(tables, 1):
        day = table.get("until", "")
        if day and not _is_day(day):
            raise SettingsError(f"{path}: waiver {number}, until: the calendar has no day {day}")
    return tuple(
        Waiver(
            rules=tuple(table["rules"]),
            reason=table["reason"],
            paths=tuple(table.get("paths", ())),
            hdu=table.get("hdu"),
            keyword=table.get("keyword"),
            until=table.get("until", ""),
            line=line,
        )
        for table, line in zip(tables, starts, strict=True)
    )


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _spell_dates(item: Any) -> Any:
    """``item`` with dates of TOML as strings."""
    if isinstance(item, list):
        return [_spell_dates(word) for word in item]
    if isinstance(item, dict):
        return {key: _spell_dates(value) for key, value in item.items()}
    is_time = isinstance(item, datetime.date | datetime.time)
    return item.isoformat() if is_time else item


def _name_place(path: tuple[str | int, ...]) -> str:
    """``waiver 2, until``, counted from 1."""
    words = [f" {step + 1}" if isinstance(step, int) else f", {step}" for step in path]
    return "".join(words).removeprefix(", ")
