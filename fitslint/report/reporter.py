"""What every output format is: text at the start, text for each file, text at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from fitslint.engine.tally import Tally
from fitslint.model.finding import SEVERITIES, FileReport, Finding, Severity
from fitslint.model.records import dataclass, field

if TYPE_CHECKING:
    from fitslint.model.rule import Rule
    from fitslint.model.rule_page import RulePage

_SGR = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "path": "1",
    "frame": "2;34",
    "+": "32",
    "-": "31",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands at the end of a report: the counts, and what the folder walk passed over."""

    tally: Tally
    skipped: Mapping[str, int] = field(default_factory=dict)
    coverage: Coverage | None = None
    with_data: bool = False
    """Whether data units were read, so that some of the fixes are those of ``fix --data``."""
    interrupted: bool = False
    """Whether the work was broken off, so that the counts are those of a part."""
    has_withheld: bool = False
    """Whether there is a baseline or waivers, which take findings out of reports."""
    rules: Mapping[str, tuple[Rule, RulePage]] = field(default_factory=dict)
    """The rules that found something, for formats that explain rules."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which rows of the catalogue of checks no rule answered that was asked."""

    rows: int
    unjudged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reporter:
    """An output format; its files are rendered where they are checked, in any process."""

    colour: bool = False
    least: Severity = field(default="info", kw_only=True)
    """The least severity that is shown; what is left out is counted at the end."""
    fail_on: Severity = field(default="error", kw_only=True)
    """The least severity that counts as a failure."""
    name: ClassVar[str] = ""
    renders_clean_files: ClassVar[bool] = False
    """Whether a file without anything to say of still has a text."""
    for_programs: ClassVar[bool] = False
    """Whether programs read it: nothing for people goes into the same stream."""
    explains_rules: ClassVar[bool] = False
    """Whether its end has the pages of the rules that found something."""
    separator: ClassVar[str] = ""

    def render_start(self) -> str:
        """Text before the first file."""
        return ""

    def render_file(self, report: FileReport) -> str:
        """Text of one file, empty when there is nothing to say."""
        return ""

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """Text after the last file; ``any_file`` tells whether a file had a text."""
        return ""

    def select_findings(self, report: FileReport) -> list[Finding]:
        """The findings of a file that are grave enough to be shown."""
        if self.least == "info":
            return report.findings
        grave = SEVERITIES[SEVERITIES.index(self.least) :]
        return [finding for finding in report.findings if finding.severity in grave]

    def is_failure(self, finding: Finding) -> bool:
        """Whether a finding is as grave as what makes the exit code 1."""
        return SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.fail_on)

    def paint(self, kind: str, text: str) -> str:
        """``text`` in the colour of a severity or a part, if there are colours."""
        return f"\x1b[{_SGR[kind]}m{text}\x1b[0m" if self.colour else text
