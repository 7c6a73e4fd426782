"""Making a dictionary that was put together by a program one that can be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fitslint.dictionary.document import parse_document
from fitslint.dictionary.linting.remark import Remark
from fitslint.dictionary.toml import dictionary
from fitslint.dictionary.validate import remarks

_ROUNDS = 5


class Mended(NamedTuple):
    """A dictionary that lints, and what had to go for it."""

    text: str
    left_out: Counter[str]
    """Keys that were left out, ``keyword`` where it was the whole entry."""


def mended(
    head: Mapping[str, Any], keywords: Sequence[Mapping[str, Any]], comments: Sequence[str] = ()
) -> Mended:
    """The text of a dictionary in which what contradicts itself is left out or marked doubtful."""
    tables = [dict(table) for table in keywords]
    left_out: Counter[str] = Counter()
    text = ""
    for _ in range(_ROUNDS):
        text = dictionary(head, tables, comments)
        found = [one for one in remarks(parse_document(text, "draft")) if one.severity != "info"]
        useless = {place for one in found if (place := _settle(one, tables, left_out)) is not None}
        if not found:
            break
        left_out["keyword"] += len(useless)
        tables = [table for at, table in enumerate(tables) if at not in useless]
    return Mended(text, +left_out)


def _settle(remark: Remark, tables: list[dict[str, Any]], left_out: Counter[str]) -> int | None:
    """Leave out or mark what a remark is about; the place of an entry that has to go as a whole."""
    path, severity, sentence, broken = remark
    if path[:1] != ("keyword",) or len(path) < 2:
        return None
    at = int(path[1])
    key = str(path[2]) if len(path) > 2 else "name"
    table = tables[at]
    said = " ".join(sentence.split())
    if key in ("type", "unit") and not broken and key in table:
        _doubt(table, f"{key}: {said}")
    elif key == "name":
        if severity == "error":
            return at
        _doubt(table, said)
    elif key in table:
        del table[key]
        left_out[key] += 1
        _doubt(table, f"{key} left out: {said}")
    return None


def _doubt(table: dict[str, Any], sentence: str) -> None:
    before = table.get("doubtful")
    if before is None or sentence not in before:
        table["doubtful"] = f"{before}; {sentence}" if before else sentence
