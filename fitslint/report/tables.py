"""Tables for people; imported only when one is asked for, since rich takes its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fitslint.report.escape import escape_text
from fitslint.report.reporter import Summary
from fitslint.text import say

_WIDE = 1000
_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}


def build_console(stream: TextIO, *, colour: bool = False) -> Console:
    """A console on ``stream``; one that is not a terminal has room for whole lines."""
    width = None if stream.isatty() else _WIDE
    return Console(
        file=stream, width=width, no_color=not colour, force_terminal=colour or None,
        highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip


def print_table(
    stream: TextIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    wrap: Sequence[str] = (),
    most: int | None = None,
    colour: bool = False,
) -> None:
    """Print ``rows``; the columns of ``right`` hold numbers, those of ``wrap`` may be folded.

    No column is wider than ``most`` characters.
    """
    box = SIMPLE_HEAD if stream.isatty() else None
    table = Table(box=box, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=column not in wrap,
            overflow="fold",
            max_width=most,
        )
    for row in rows:
        table.add_row(*(Text(escape_text(cell), style=_STYLES.get(cell, "")) for cell in row))
    out = build_console(stream, colour=colour)
    with out.capture() as captured:
        out.print(table)
    stream.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def print_statistics(stream: TextIO, summary: Summary, *, colour: bool = False) -> None:
    """Findings by rule, the most frequent first."""
    tally = summary.tally
    ordered = sorted(tally.codes.items(), key=lambda item: (-item[1], item[0]))
    rows = []
    for code, count in ordered:
        name, severity = tally.rule_names.get(code, ("", ""))
        rows.append((code, name, severity and say(severity), f"{count:,}"))
    if rows:
        columns = list(map(say, ("code", "name", "severity", "findings")))
        print_table(stream, columns, rows, right=columns[-1:], colour=colour)
