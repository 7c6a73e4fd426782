"""What is told of repairs: a line a file, differences card by card, the closing sentence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from fitslint.api.fix_text import describe_fixes
from fitslint.model.finding import FileReport, Severity
from fitslint.repair.corrections import JSON_LINES_SUFFIX, TOML_HEAD, format_entry
from fitslint.repair.diff import Hunk
from fitslint.repair.fixer import FixResult, list_rule_codes
from fitslint.repair.model import DECLINED, RepairError
from fitslint.repair.select import make_finding_key
from fitslint.report.concise import ConciseReporter
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.reporter import Reporter, Summary
from fitslint.text import count_noun, say


class FixReporter(Reporter):
    """A format that is told what was done, where others see what is left."""

    __slots__ = ()

    def render_fix(self, result: FixResult) -> str:
        """The text of one file, empty when there is nothing to say."""
        return self.render_file(result.after)


class LineReporter(FixReporter):
    """What was fixed, what could not be, and what is left, a line each."""

    __slots__ = ()
    name: ClassVar[str] = "lines"

    def render_fix(self, result: FixResult) -> str:
        """The lines of a file."""
        path = self.paint("path", escape_text(result.plan.path))
        lines = [f"{path}: {line}" for line in describe_fixes(result)]
        after = result.after
        is_said = result.error and (after.findings or after.reason == result.error)
        left = "" if is_said else self.render_file(after)
        return "".join(f"{line}\n" for line in lines) + left

    def render_file(self, report: FileReport) -> str:
        """What is left, as the format ``concise`` has it."""
        return ConciseReporter(self.colour, least=self.least).render_file(report)


class DiffReporter(FixReporter):
    """Unified differences; a line is a card, and the hunks name the HDU."""

    __slots__ = ()
    name: ClassVar[str] = "diff"

    def render_fix(self, result: FixResult) -> str:
        """The differences of a file."""
        error = (
            f"# {escape_text(result.plan.path)}: {escape_text(result.error)}\n"
            if result.error
            else ""
        )
        return error + self.render_hunks(result.plan.path, result.hunks)

    def render_hunks(self, path: str, hunks: tuple[Hunk, ...]) -> str:
        """The text of some hunks."""
        if not hunks:
            return ""
        name = escape_text(path)
        lines = [self.paint("path", f"--- {name}"), self.paint("path", f"+++ {name}")]
        for hunk in hunks:
            old, new = ",".join(map(str, hunk.old)), ",".join(map(str, hunk.new))
            lines.append(self.paint("frame", f"@@ -{old} +{new} @@ {escape_text(hunk.location)}"))
            for (sign, record), many in groupby(hunk.records):
                text = sign + _format_card(record, sum(1 for _ in many))
                lines.append(text if sign == " " else self.paint(sign, text))
        return "".join(f"{line}\n" for line in lines)

    def render_file(self, report: FileReport) -> str:
        """Why a file could not be judged."""
        return (
            f"# {escape_text(report.path)}: {escape_text(report.reason)}\n" if report.reason else ""
        )


def _format_card(record: bytes, times: int) -> str:
    """A card; one that says nothing, and one that is there several times, in a few characters."""
    text = "".join(escape_columns(record.rstrip(b" \r\n")))
    if len(record) > 1 and record.count(record[0]) == len(record) and text:
        text = say("{byte} ({count} bytes)", byte=escape_columns(record[:1])[0], count=len(record))
    return say("{text} ({times} times)", text=text, times=times) if times > 1 else text


@dataclass(frozen=True, slots=True)
class CorrectionsReporter(FixReporter):
    """The entries of a file of corrections."""

    target: str = ""
    name: ClassVar[str] = "corrections"

    def render_start(self) -> str:
        """The schema, once in TOML and in every line otherwise."""
        return "" if self.target.endswith(JSON_LINES_SUFFIX) else TOML_HEAD

    def render_fix(self, result: FixResult) -> str:
        """The entry of a file with corrections."""
        if result.corrections is None:
            return ""
        try:
            return format_entry(
                result.plan.path, self.target, result.corrections, list_rule_codes(result.plan)
            )
        except RepairError as error:
            result.error = str(error)
            return ""

    def render_file(self, report: FileReport) -> str:
        """Nothing: there are no corrections of a file that could not be read."""
        return ""


@dataclass(slots=True)
class FixCountsReport(FileReport):
    """Counts for the closing sentence; the findings stay where they were made."""

    fixes: int = 0
    later: int = 0
    changed: bool = False
    refused: int = 0
    declined: int = 0
    failed: bool = False
    style: int = 0
    unsafe: int = 0


def build_counts_report(result: FixResult) -> FixCountsReport:
    """The counts of a file, which travel between processes."""
    after = result.after
    is_done = result.error is None
    declined = sum(why == DECLINED for _, why in result.plan.refused)
    left: Counter[str] = Counter()
    for finding in after.findings:
        if finding.fix is not None:
            left[finding.fix.safety] += finding.places
    return FixCountsReport(
        after.path,
        after.status,
        after.verdict,
        after.profile,
        fixes=len(result.plan.repairs) if is_done else 0,
        later=_count_later(result) if is_done else 0,
        changed=result.plan.has_changes and is_done,
        refused=len(result.plan.refused) - declined,
        declined=declined,
        failed=not is_done,
        style=left["style"],
        unsafe=left["unsafe"],
    )


def _count_later(result: FixResult) -> int:
    """Fixes of what was no finding before others were made."""
    repairs = [repair for repair in result.plan.repairs if repair.round > 1]
    if not repairs:
        return 0
    known = {make_finding_key(finding) for finding in result.before.findings}
    folded = {
        finding.code
        for finding in result.before.findings
        if finding.places > 1 and finding.fix is not None
    }
    return sum(
        repair.finding.code not in folded and make_finding_key(repair.finding) not in known
        for repair in repairs
    )


@dataclass(slots=True)
class FixCounts:
    """What the closing sentence counts."""

    files: int = 0
    changed: int = 0
    fixes: int = 0
    later: int = 0
    """Those of them that only others made possible: nothing told of them before."""
    refused: int = 0
    declined: int = 0
    failed: int = 0
    style: int = 0
    """Fixes of style of what is left."""
    unsafe: int = 0
    """Unsafe fixes of what is left."""

    def add(self, report: FileReport) -> None:
        """Count a file."""
        self.files += 1
        if isinstance(report, FixCountsReport):
            self.changed += report.fixes > 0 or report.changed
            self.fixes += report.fixes
            self.later += report.later
            self.refused += report.refused
            self.declined += report.declined
            self.failed += report.failed
            self.style += report.style
            self.unsafe += report.unsafe
        else:
            self.failed += 1


def describe_fix_counts(
    counts: FixCounts,
    summary: Summary,
    *,
    is_written: bool,
    style: bool,
    unsafe: bool,
    least: Severity = "info",
) -> str:
    """How many fixes there were, what is left, and what was not repaired.

    Fixes of ``style`` and ``unsafe`` ones are offered where they were not applied; what is less
    grave than ``least`` was not shown, which is said.
    """
    files = count_noun(counts.files, "file")
    if not counts.files:
        parts = [say("No files to fix")]
    elif counts.changed:
        template = (
            "{fixes} in {number:,} of {files}"
            if is_written
            else "{fixes} would be made in {number:,} of {files}"
        )
        fixes = count_noun(counts.fixes, "fix")
        parts = [say(template, fixes=fixes, number=counts.changed, files=files)]
        if counts.later:
            parts.append(say("{later:,} of them possible only after others", later=counts.later))
    else:
        parts = [say("{files}, nothing to fix", files=files)]
    if counts.files:
        parts.append(_describe_rest(summary, hidden=least != "info"))
    left_out = (
        "{number} left out because of what would come of it"
        if counts.refused == 1
        else "{number} left out because of what would come of them"
    )
    told = (
        (counts.refused, "fix", left_out),
        (counts.declined, "fix", "{number} declined"),
        (0 if style else counts.style, "fix", "{number} more with --style"),
        (0 if unsafe else counts.unsafe, "fix", "{number} more with --unsafe-fixes"),
        (summary.tally.withheld["waived"], "finding", "{number} waived"),
        (counts.failed, "file", "{number} not repaired"),
        (sum(summary.skipped.values()), "other file", "{number} passed over"),
    )
    parts += [
        say(template, number=count_noun(number, noun)) for number, noun, template in told if number
    ]
    return say("; ").join(parts) + say(".")


def _describe_rest(summary: Summary, *, hidden: bool) -> str:
    """What is left, by severity; infos may be ``hidden``."""
    severity = summary.tally.severity
    if not summary.tally.findings:
        return say("nothing left")
    kinds = tuple(
        count_noun(severity[kind], kind) for kind in ("error", "warning", "info") if severity[kind]
    )
    template = (
        "{findings} left ({kinds} not shown)"
        if hidden and severity["info"]
        else "{findings} left ({kinds})"
    )
    return say(template, findings=count_noun(summary.tally.findings, "finding"), kinds=kinds)
