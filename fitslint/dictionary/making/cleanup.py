"""Making a dictionary that was put together by a program one that can be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fitslint.dictionary.files.document import parse_document
from fitslint.dictionary.files.toml_writer import format_dictionary
from fitslint.dictionary.linting.linter import list_remarks
from fitslint.dictionary.linting.remark import Remark

_ROUNDS_MAX = 5
_KEYS_TO_MARK = frozenset(("type", "unit", "condition", "relation"))
"""Keys that stay although they are at odds with something; when that is no cure they go too."""


class CleanupResult(NamedTuple):
    """A dictionary that lints, and what had to go for it."""

    text: str
    dropped: Counter[str]
    """Keys that were left out, ``keyword`` where it was the whole entry."""


def clean_dictionary(
    head: Mapping[str, Any], keywords: Sequence[Mapping[str, Any]], comments: Sequence[str] = ()
) -> CleanupResult:
    """The text of a dictionary in which what contradicts itself is left out or marked doubtful."""
    top = dict(head)
    tables = [dict(table) for table in keywords]
    left_out: Counter[str] = Counter()
    text = ""
    for _ in range(_ROUNDS_MAX):
        text = format_dictionary(top, tables, comments)
        found = [
            remark
            for remark in list_remarks(parse_document(text, "draft"))
            if remark.severity != "info"
        ]
        useless = {
            place
            for fault in found
            if (place := _resolve_remark(fault, top, tables, left_out)) >= 0
        }
        if not found:
            break
        left_out["keyword"] += len(useless)
        tables = [table for at, table in enumerate(tables) if at not in useless]
    return CleanupResult(text, +left_out)


def _resolve_remark(
    remark: Remark, head: dict[str, Any], tables: list[dict[str, Any]], left_out: Counter[str]
) -> int:
    """Mark or leave out what a remark is about; the place of an entry that has to go, or -1."""
    path, severity, sentence, broken = remark
    said = " ".join(sentence.split())
    if path[:1] != ("keyword",) or len(path) < 2:
        _mark_doubtful(head, said)
        return -1
    at, key = int(path[1]), str(path[2]) if len(path) > 2 else "name"
    table = tables[at]
    if key in _KEYS_TO_MARK and not broken and _mark_doubtful(table, f"{key}: {said}"):
        return -1
    if key in ("name", "type"):
        # A name that only another entry matches as well does no harm.
        return at if severity == "error" or key == "type" else -1
    if key in table:
        del table[key]
        left_out[key] += 1
        _mark_doubtful(table, f"{key} left out: {said}")
    return -1


def _mark_doubtful(table: dict[str, Any], sentence: str) -> bool:
    """Mark an entry as doubtful; False when it is marked already."""
    before = table.get("doubtful")
    if before is not None and sentence in before:
        return False
    table["doubtful"] = f"{before}; {sentence}" if before else sentence
    return True
