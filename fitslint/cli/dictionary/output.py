"""How answers are printed: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from fitslint.cli.completion import complete_dictionary
from fitslint.cli.options import option
from fitslint.report.escape import escape_text
from fitslint.text import say

FORMAT = option("text (default) or json.", "NAME", "--format", default="text")
WHERE = option(
    "Dictionaries to look in; repeatable.", "ID|FILE", "--in", complete=complete_dictionary
)


def print_json(data: object) -> None:
    """Print data as JSON; everything beyond ASCII stays readable, nothing steers a terminal."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    sys.stdout.write(re.sub(r"[^\x20-\x7e\n]", _escape_json, text) + "\n")


def _escape_json(match: re.Match[str]) -> str:
    char = match[0]
    return char if escape_text(char) == char else json.dumps(char)[1:-1]


def print_text(text: str) -> None:
    """Print a text of several lines that may hold what was read from files."""
    sys.stdout.write("".join(f"{escape_text(line)}\n" for line in text.rstrip("\n").split("\n")))


def print_rows(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], form: str, *, wrap: Sequence[str]
) -> None:
    """Print rows as a table, or as JSON."""
    if form == "json":
        print_json(list(rows))
        return
    from fitslint.report.tables import print_table

    cells = [[_format_cell(row.get(column)) for column in columns] for row in rows]
    right = [say(column) for column in columns if rows and isinstance(rows[0].get(column), int)]
    print_table(sys.stdout, list(map(say, columns)), cells, right=right, wrap=list(map(say, wrap)))


def _format_cell(item: object) -> str:
    return "" if item is None else " ".join(str(item).split())
