"""``fitslint fix --interactive``: every fix is shown and asked for."""

from __future__ import annotations

import sys
from typing import TextIO

from fitslint.cli.errors import UsageError
from fitslint.cli.fix.report import DiffReporter
from fitslint.model.form import CARD_SIZE
from fitslint.repair.model import Repair
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.sentences import SAFETY_TITLES
from fitslint.text import phrase, say, translate

_CARDS_SHOWN = 8
_HELP = phrase("y: apply it, n: leave it, a: apply all of this rule, q: no more")


class Prompt:
    """Asks on a terminal; the answer *all* holds for a rule, *quit* for everything after it.

    Raises
    ------
    UsageError
        when there is no terminal to ask on.
    """

    def __init__(self, *, colour: bool) -> None:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(say("'--interactive' needs a terminal to ask on"))
        self._paint = DiffReporter(colour).paint
        self._out: TextIO = sys.stderr
        self._path = ""
        self._accepted_rules: set[str] = set()
        self._is_over = False

    def start_file(self, path: str) -> bool:
        """Note the next file; False when no more are wanted."""
        self._path = path
        return not self._is_over

    def accept(self, repair: Repair) -> bool:
        """Whether a fix is to be applied."""
        if self._is_over:
            return False
        if repair.finding.code in self._accepted_rules:
            return True
        self._show(repair)
        while True:
            self._out.write("Apply this fix? [y/n/a/q] ")
            self._out.flush()
            line = sys.stdin.readline()
            answer = line.strip().lower()[:1]
            if answer in ("y", "n"):
                return answer == "y"
            if answer == "a":
                self._accepted_rules.add(repair.finding.code)
                return True
            if answer == "q" or not line:
                self._is_over = True
                return False
            self._out.write(f"{translate(_HELP)}\n")

    def _show(self, repair: Repair) -> None:
        finding = repair.finding
        location = ", ".join(
            part
            for part in (
                f"HDU {finding.hdu}" if finding.hdu else "",
                say("card {number}", number=finding.card) if finding.card else "",
                escape_text(finding.keyword or ""),
            )
            if part
        )
        name = self._paint("path", escape_text(self._path))
        self._out.write(f"\n{name}: {location}: {finding.code} {finding.name}\n")
        self._out.write(f"  {escape_text(finding.message)}\n")
        self._out.write(
            f"  {escape_text(repair.title)} ({translate(SAFETY_TITLES[repair.safety])})\n"
        )
        for sign, data in (("-", repair.before), ("+", repair.after)):
            for line in _format_cards(data):
                self._out.write(self._paint(sign, f"{sign} {line}") + "\n")


def _format_cards(data: bytes) -> list[str]:
    cards = [
        "".join(escape_columns(data[at : at + CARD_SIZE])).rstrip()
        for at in range(0, len(data), CARD_SIZE)
    ]
    more = len(cards) - _CARDS_SHOWN
    return (
        [*cards[:_CARDS_SHOWN], say("... and {count} more cards", count=more)]
        if more > 0
        else cards
    )
