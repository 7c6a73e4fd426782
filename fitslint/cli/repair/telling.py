"""What is told of repairs: a line a file, differences card by card, the closing sentence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from fitslint.api_fix_text import describe
from fitslint.cli.repair.outcome import FixReport
from fitslint.model.finding import FileReport, Severity
from fitslint.repair.corrections import HEAD, LINES, entry_text
from fitslint.repair.diff import Hunk
from fitslint.repair.fixing import Fixed, rules_of
from fitslint.repair.model import RepairError
from fitslint.repair.options import FixOptions
from fitslint.report.concise import Concise
from fitslint.report.escape import columns, visible
from fitslint.report.format import Format, Totals
from fitslint.text import count_noun


class FixFormat(Format):
    """A format that is told what was done, where others see what is left."""

    __slots__ = ()

    def fixed(self, done: Fixed) -> str:
        """The text of one file, empty when there is nothing to say."""
        return self.file(done.after)


class Lines(FixFormat):
    """What was fixed, what could not be, and what is left, a line each."""

    __slots__ = ()
    name: ClassVar[str] = "lines"

    def fixed(self, done: Fixed) -> str:
        """The lines of a file."""
        path = self.paint("path", visible(done.plan.path))
        lines = [f"{path}: {line}" for line in describe(done)]
        told = done.error and (done.after.findings or done.after.reason == done.error)
        left = "" if told else self.file(done.after)
        return "".join(f"{line}\n" for line in lines) + left

    def file(self, report: FileReport) -> str:
        """What is left, as the format ``concise`` has it."""
        return Concise(self.colour, least=self.least).file(report)


class Diff(FixFormat):
    """Unified differences; a line is a card, and the hunks name the HDU."""

    __slots__ = ()
    name: ClassVar[str] = "diff"

    def fixed(self, done: Fixed) -> str:
        """The differences of a file."""
        error = f"# {visible(done.plan.path)}: {visible(done.error)}\n" if done.error else ""
        return error + self.changes(done.plan.path, done.hunks)

    def changes(self, path: str, hunks: tuple[Hunk, ...]) -> str:
        """The text of some hunks."""
        if not hunks:
            return ""
        name = visible(path)
        lines = [self.paint("path", f"--- {name}"), self.paint("path", f"+++ {name}")]
        for hunk in hunks:
            old, new = ",".join(map(str, hunk.old)), ",".join(map(str, hunk.new))
            lines.append(self.paint("frame", f"@@ -{old} +{new} @@ {visible(hunk.place)}"))
            for (sign, record), many in groupby(hunk.records):
                text = sign + _shown(record, sum(1 for _ in many))
                lines.append(text if sign == " " else self.paint(sign, text))
        return "".join(f"{line}\n" for line in lines)

    def file(self, report: FileReport) -> str:
        """Why a file could not be judged."""
        return f"# {visible(report.path)}: {visible(report.reason)}\n" if report.reason else ""


def _shown(record: bytes, times: int) -> str:
    """A card; one that says nothing, and one that is there several times, in a few characters."""
    text = "".join(columns(record.rstrip(b" \r\n")))
    if len(record) > 1 and record.count(record[0]) == len(record) and text:
        text = f"{columns(record[:1])[0]} ({len(record)} bytes)"
    return f"{text} ({times} times)" if times > 1 else text


@dataclass(frozen=True, slots=True)
class KeptCorrections(FixFormat):
    """The entries of a file of corrections."""

    target: str = ""
    name: ClassVar[str] = "corrections"

    def head(self) -> str:
        """The schema, once in TOML and in every line otherwise."""
        return "" if self.target.endswith(LINES) else HEAD

    def fixed(self, done: Fixed) -> str:
        """The entry of a file with corrections."""
        if done.corrected is None:
            return ""
        try:
            return entry_text(done.plan.path, self.target, done.corrected, rules_of(done.plan))
        except RepairError as error:
            done.error = str(error)
            return ""

    def file(self, report: FileReport) -> str:
        """Nothing: there are no corrections of a file that could not be read."""
        return ""


@dataclass(slots=True)
class Sums:
    """What the closing sentence counts."""

    files: int = 0
    changed: int = 0
    fixes: int = 0
    refused: int = 0
    declined: int = 0
    failed: int = 0
    style: int = 0
    """Findings left whose fix is of style."""
    unsafe: int = 0
    """Findings left whose fix is unsafe."""

    def add(self, report: FileReport) -> None:
        """Count a file."""
        self.files += 1
        if isinstance(report, FixReport):
            self.changed += report.fixes > 0 or report.changed
            self.fixes += report.fixes
            self.refused += report.refused
            self.declined += report.declined
            self.failed += report.failed
            self.style += report.style
            self.unsafe += report.unsafe
        else:
            self.failed += 1


def closing(
    sums: Sums,
    totals: Totals,
    *,
    written: bool,
    options: FixOptions,
    least: Severity = "info",
) -> str:
    """How many fixes there were, what is left, and what was not repaired.

    What is less grave than ``least`` was not shown, which is said.
    """
    files = count_noun(sums.files, "file")
    if not sums.files:
        parts = ["No files to fix"]
    elif sums.changed:
        would = "" if written else " would be made"
        parts = [f"{count_noun(sums.fixes, 'fix')}{would} in {sums.changed:,} of {files}"]
    else:
        parts = [f"{files}, nothing to fix"]
    if sums.files:
        parts.append(_left(totals, hidden=least != "info"))
    if sums.refused:
        whose = "it" if sums.refused == 1 else "them"
        parts.append(
            f"{count_noun(sums.refused, 'fix')} left out because of what would come of {whose}"
        )
    if sums.declined:
        parts.append(f"{count_noun(sums.declined, 'fix')} declined")
    if sums.style and not options.style:
        parts.append(f"{count_noun(sums.style, 'fix')} more with --style")
    if sums.unsafe and not options.unsafe:
        parts.append(f"{count_noun(sums.unsafe, 'fix')} more with --unsafe-fixes")
    if sums.failed:
        parts.append(f"{count_noun(sums.failed, 'file')} not repaired")
    if totals.skipped:
        parts.append(f"{count_noun(sum(totals.skipped.values()), 'other file')} passed over")
    return "; ".join(parts) + "."


def _left(totals: Totals, *, hidden: bool) -> str:
    """What is left, by severity; infos may be ``hidden``."""
    severity = totals.tally.severity
    if not totals.tally.findings:
        return "nothing left"
    kinds = [
        count_noun(severity[one], one) for one in ("error", "warning", "info") if severity[one]
    ]
    shown = " not shown" if hidden and severity["info"] else ""
    return f"{count_noun(totals.tally.findings, 'finding')} left ({', '.join(kinds)}{shown})"
