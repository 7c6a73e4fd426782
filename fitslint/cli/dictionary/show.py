"""``fitslint dict list``, ``show`` and ``search``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fitslint.cli.completion import complete_keyword
from fitslint.cli.dictionary.output import FORMAT, WHERE, print_json, print_rows
from fitslint.cli.errors import ExitCode, print_error, require_choice
from fitslint.cli.options import FORMATS, Options, Words, argument
from fitslint.text import get_language, say

if TYPE_CHECKING:
    from fitslint.dictionary.lookup import LookupResult

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


class ListOptions(Options):
    """The options of ``fitslint dict list``."""

    form: str = FORMAT


class KeywordOptions(Options):
    """The options of ``fitslint dict show``."""

    keyword: list[str] = argument(
        "Keyword, or template (CRVALia).", "KEYWORD", complete=complete_keyword
    )
    where: Words = WHERE
    form: str = FORMAT


class SearchOptions(Options):
    """The options of ``fitslint dict search``."""

    text: list[str] = argument("Words; all have to occur.", "TEXT")
    where: Words = WHERE
    form: str = FORMAT


def print_dictionaries(options: ListOptions) -> None:
    """List the dictionaries of this distribution."""
    from fitslint.dictionary.lookup import open_documents

    require_choice("--format", options.form, FORMATS)
    rows = [
        {
            "id": document.id,
            "keywords": len(document.keywords),
            "authority": document.head["authority"],
            "edition": document.head["edition"],
            "title": document.head["title"],
        }
        for document in open_documents()
    ]
    columns = ("id", "keywords", "authority", "edition", "title")
    print_rows(columns, rows, options.form, wrap=("authority", "edition", "title"))


def print_keyword(options: KeywordOptions) -> ExitCode:
    """Show what every dictionary says of a keyword, side by side; exit 1 when none knows it."""
    from fitslint.dictionary.lookup import find_entries, open_documents, suggest_keywords
    from fitslint.text import join_words, suggest_word

    require_choice("--format", options.form, FORMATS)
    keyword = " ".join(options.keyword)
    documents = open_documents(options.where or ())
    matches = find_entries(keyword, documents)
    if not matches:
        close = suggest_keywords(keyword, documents)
        hint = suggest_word(join_words(close), quote=False)
        print_error(
            say("no dictionary has the keyword {keyword!r}{hint}", keyword=keyword, hint=hint)
        )
        return ExitCode.FOUND
    if options.form == "json":
        print_json([{"dictionary": match.document.id, **match.table} for match in matches])
    else:
        _print_facts(matches, get_language())
    return ExitCode.OK


def print_matches(options: SearchOptions) -> ExitCode:
    """Search names, comments, descriptions, units and categories; exit 1 when nothing is found."""
    from fitslint.dictionary.lookup import open_documents, search_entries

    require_choice("--format", options.form, FORMATS)
    text = " ".join(options.text)
    rows = [
        {
            "dictionary": match.document.id,
            "keyword": match.table["name"],
            "type": match.table["type"],
            "unit": match.table.get("unit"),
            "description": _get_description(match.table, get_language())
            or match.table.get("comment"),
        }
        for match in search_entries(text, open_documents(options.where or ()))
    ]
    if not rows:
        print_error(say("nothing in the dictionaries holds {text!r}", text=text))
        return ExitCode.FOUND
    columns = ("dictionary", "keyword", "type", "unit", "description")
    print_rows(columns, rows, options.form, wrap=("description",))
    return ExitCode.OK


def _print_facts(matches: Sequence[LookupResult], lang: str) -> None:
    """Print what dictionaries say side by side, or beneath one another where that is too narrow."""
    wide = _LABEL_WIDTH + _COLUMN_WIDTH * len(matches)
    if sys.stdout.isatty() and shutil.get_terminal_size().columns < wide:
        for number, match in enumerate(matches):
            sys.stdout.write("\n" if number else "")
            _print_side_by_side([match], lang)
    else:
        _print_side_by_side(matches, lang)


def _print_side_by_side(matches: Sequence[LookupResult], lang: str) -> None:
    from fitslint.report.tables import print_table

    columns = [_collect_facts(match, lang) for match in matches]
    rows = [
        [_LABELS[key] if lang == "ja" else key, *(facts.get(key, "") for facts in columns)]
        for key in _LABELS
        if any(facts.get(key) for facts in columns)
    ]
    names = [match.document.id for match in matches]
    most = None if sys.stdout.isatty() else _FILE_WIDTH
    print_table(sys.stdout, ["", *names], rows, wrap=names, most=most)


def _collect_facts(match: LookupResult, lang: str) -> dict[str, str]:
    """What an entry says, by row of the table."""
    table = match.table
    plain = ("type", "fortran", "c", "unit", "importance", "condition", "category", "comment")
    facts = {key: table.get(key, "") for key in (*plain, "sample", "clause", "note", "doubtful")}
    facts["keyword"] = table["name"]
    facts["values"] = _describe_values(table)
    facts["relation"] = "; ".join(
        rule if isinstance(rule, str) else rule["holds"] for rule in table.get("relation", ())
    )
    facts["archive"] = _describe_archive(table)
    facts["alias"] = ", ".join(table.get("alias", ()))
    facts["description"] = _get_description(table, lang)
    facts["conflict"] = "; ".join(
        _describe_conflict(name, lang) for name in table.get("conflict", ())
    )
    return {key: " ".join(text.split()) for key, text in facts.items()}


def _describe_values(table: Mapping[str, Any]) -> str:
    """What values an entry allows, in words."""
    from fitslint.text import quote_short, say

    parts = []
    if "fixed" in table:
        parts.append(say("always {value}", value=quote_short(table["fixed"])))
    if "recommended" in table:
        parts.append(say("recommended {value}", value=quote_short(table["recommended"])))
    if "enum" in table:
        parts.append(say("one of {values}", values=tuple(map(quote_short, table["enum"]))))
    if "minimum" in table:
        template = "over {value}" if table.get("exclusive_minimum") else "at least {value}"
        parts.append(say(template, value=table["minimum"]))
    if "maximum" in table:
        template = "below {value}" if table.get("exclusive_maximum") else "at most {value}"
        parts.append(say(template, value=table["maximum"]))
    if "pattern" in table:
        parts.append(say("like {pattern}", pattern=table["pattern"]))
    if "default" in table:
        parts.append(say("{value} when absent", value=quote_short(table["default"])))
    if "index" in table:
        limits = (
            say("{letter} = {low} to {high}", letter=letter, low=low, high=high)
            for letter, (low, high) in table["index"].items()
        )
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
    from fitslint.dictionary.lookup import load_conflict_rows

    row = load_conflict_rows().get(name)
    if row is None:
        return name
    topic, *sides = (
        words.get(lang) or next(iter(words.values()), "")
        for words in (row.get(key, {}) for key in ("topic", "standard", "authority"))
    )
    return f"{name}: {topic} ({' / '.join(side for side in sides if side)})"
