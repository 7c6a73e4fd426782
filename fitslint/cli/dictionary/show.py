"""``fitslint dict list``, ``show`` and ``search``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from fitslint.cli.dictionary.output import (
    FORMATS,
    LANGUAGES,
    complain,
    print_json,
    print_rows,
    require_choice,
)
from fitslint.cli.errors import ExitCode
from fitslint.dictionary.lookup import (
    LookupResult,
    find_entries,
    load_conflict_rows,
    open_documents,
    search_entries,
    suggest_keywords,
)
from fitslint.text import join_words, quote_short, suggest_word

_LABELS = {
    "keyword": "キーワード", "type": "型", "fortran": "書式 (Fortran)", "c": "書式 (C)",
    "unit": "単位", "archive": "データベースの書式", "importance": "重要度",
    "condition": "条件", "values": "値",
    "relation": "関係", "category": "分類", "comment": "コメント", "description": "説明",
    "sample": "例", "alias": "別名", "clause": "節", "note": "注", "doubtful": "疑問点",
    "conflict": "相違",
}  # fmt: skip
"""The rows of the table of a keyword, and their names in Japanese."""
_FILE_WIDTH = 60
"""Columns of a file or pipe for what a dictionary says, which is folded there."""
_LABEL_WIDTH, _COLUMN_WIDTH = 14, 26
"""Columns of a terminal for the names of the rows, and for what a dictionary says at least."""


def print_dictionaries(form: str) -> None:
    """Print every dictionary on a line."""
    require_choice("--format", form, FORMATS)
    rows = [
        {
            "id": one.id,
            "keywords": len(one.keywords),
            "authority": one.head["authority"],
            "edition": one.head["edition"],
            "title": one.head["title"],
        }
        for one in open_documents()
    ]
    columns = ("id", "keywords", "authority", "edition", "title")
    print_rows(columns, rows, form, wrap=("authority", "edition", "title"))


def print_keyword(keyword: str, where: Sequence[str], lang: str, form: str) -> ExitCode:
    """Print what dictionaries say of a keyword."""
    require_choice("--lang", lang, LANGUAGES)
    require_choice("--format", form, FORMATS)
    among = open_documents(where)
    found = find_entries(keyword, among)
    if not found:
        close = suggest_keywords(keyword, among)
        hint = suggest_word(join_words(close), quote=False)
        complain(f"no dictionary has the keyword {keyword!r}{hint}")
        return ExitCode.FOUND
    if form == "json":
        print_json([{"dictionary": one.document.id, **one.table} for one in found])
    else:
        _print_facts(found, lang)
    return ExitCode.OK


def print_matches(text: str, where: Sequence[str], lang: str, form: str) -> ExitCode:
    """Print the keywords that a text is found in."""
    require_choice("--lang", lang, LANGUAGES)
    require_choice("--format", form, FORMATS)
    rows = [
        {
            "dictionary": one.document.id,
            "keyword": one.table["name"],
            "type": one.table["type"],
            "unit": one.table.get("unit"),
            "description": _get_description(one.table, lang) or one.table.get("comment"),
        }
        for one in search_entries(text, open_documents(where))
    ]
    if not rows:
        complain(f"nothing in the dictionaries holds {text!r}")
        return ExitCode.FOUND
    columns = ("dictionary", "keyword", "type", "unit", "description")
    print_rows(columns, rows, form, wrap=("description",))
    return ExitCode.OK


def _print_facts(found: Sequence[LookupResult], lang: str) -> None:
    """Print what dictionaries say side by side, or beneath one another where that is too narrow."""
    wide = _LABEL_WIDTH + _COLUMN_WIDTH * len(found)
    if sys.stdout.isatty() and shutil.get_terminal_size().columns < wide:
        for number, one in enumerate(found):
            sys.stdout.write("\n" if number else "")
            _print_side_by_side([one], lang)
    else:
        _print_side_by_side(found, lang)


def _print_side_by_side(found: Sequence[LookupResult], lang: str) -> None:
    from fitslint.report.tables import print_table

    columns = [_collect_facts(one, lang) for one in found]
    rows = [
        [_LABELS[key] if lang == "ja" else key, *(facts.get(key, "") for facts in columns)]
        for key in _LABELS
        if any(facts.get(key) for facts in columns)
    ]
    names = [one.document.id for one in found]
    most = None if sys.stdout.isatty() else _FILE_WIDTH
    print_table(sys.stdout, ["", *names], rows, wrap=names, most=most)


def _collect_facts(found: LookupResult, lang: str) -> dict[str, str]:
    """What an entry says, by row of the table."""
    table = found.table
    plain = ("type", "fortran", "c", "unit", "importance", "condition", "category", "comment")
    facts = {key: table.get(key, "") for key in (*plain, "sample", "clause", "note", "doubtful")}
    facts["keyword"] = table["name"]
    facts["values"] = _describe_values(table)
    facts["relation"] = "; ".join(
        one if isinstance(one, str) else one["holds"] for one in table.get("relation", ())
    )
    facts["archive"] = _describe_archive(table)
    facts["alias"] = ", ".join(table.get("alias", ()))
    facts["description"] = _get_description(table, lang)
    facts["conflict"] = "; ".join(
        _describe_conflict(one, lang) for one in table.get("conflict", ())
    )
    return {key: " ".join(text.split()) for key, text in facts.items()}


def _describe_values(table: Mapping[str, Any]) -> str:
    """What values an entry allows, in words."""
    parts = []
    if "fixed" in table:
        parts.append(f"always {quote_short(table['fixed'])}")
    if "recommended" in table:
        parts.append(f"recommended {quote_short(table['recommended'])}")
    if "enum" in table:
        parts.append("one of " + ", ".join(map(quote_short, table["enum"])))
    for bound, word, over in (("minimum", "at least", "over"), ("maximum", "at most", "below")):
        if bound in table:
            parts.append(f"{over if table.get(f'exclusive_{bound}') else word} {table[bound]}")
    if "pattern" in table:
        parts.append(f"like {table['pattern']}")
    if "default" in table:
        parts.append(f"{quote_short(table['default'])} when absent")
    if "index" in table:
        limits = (f"{letter} = {low} to {high}" for letter, (low, high) in table["index"].items())
        parts.append(", ".join(limits))
    return "; ".join(parts)


def _describe_archive(table: Mapping[str, Any]) -> str:
    """In which formats the archive's database keeps a value, and for which instruments."""
    formats: dict[str, list[str]] = {}
    for instrument, text in table.get("archive", {}).items():
        formats.setdefault(text, []).append(instrument)
    parts = [f"{text} ({', '.join(of)})" for text, of in formats.items()]
    uncertain = table.get("archive_uncertain", ())
    if uncertain:
        parts.append(f"{', '.join(uncertain)} (of which instrument is uncertain)")
    return "; ".join(parts)


def _get_description(table: Mapping[str, Any], lang: str) -> str:
    words: Mapping[str, str] = table.get("description", {})
    return words.get(lang) or next(iter(words.values()), "")


def _describe_conflict(name: str, lang: str) -> str:
    """A conflict with both of its sides."""
    row = load_conflict_rows().get(name)
    if row is None:
        return name
    topic, *sides = (
        words.get(lang) or next(iter(words.values()), "")
        for words in (row.get(key, {}) for key in ("topic", "standard", "authority"))
    )
    return f"{name}: {topic} ({' / '.join(side for side in sides if side)})"
