"""Counts over many files: what a summary says and the exit code needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fitslint.model.finding import SEVERITIES, FileReport, Finding, Severity, Withheld
from fitslint.model.records import dataclass, field

_CHECKED = frozenset({"ok", "truncated"})
"""Statuses of inputs that rules were asked about."""


@dataclass(slots=True)
class Tally:
    """Files by status and verdict, findings by severity and code; findings not kept count too."""

    status: Counter[str] = field(default_factory=Counter)
    verdict: Counter[str] = field(default_factory=Counter)
    severity: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    authorities: Counter[str] = field(default_factory=Counter)
    """Files by the most special dictionary that held for them."""
    rule_names: dict[str, tuple[str, Severity]] = field(default_factory=dict)
    """Code → rule name and the gravest severity it was reported with."""
    fixes: Counter[str] = field(default_factory=Counter)
    """Findings by the safety of their fix."""
    fix_places: Counter[str] = field(default_factory=Counter)
    """The same with every place of a finding that is told once a file: fixes that would be made."""
    failed_rules: Counter[str] = field(default_factory=Counter)
    """Rules that failed, with the number of files that they did not judge."""
    gravest: Counter[str] = field(default_factory=Counter)
    """Files by the severity of their gravest finding."""
    withheld: Counter[str] = field(default_factory=Counter)
    """Findings ``known`` from the baseline, those ``gone`` from it, and those ``waived``."""
    waiver_uses: Counter[int] = field(default_factory=Counter)
    """Findings by the number of the waiver that accepts them."""
    waiver_files: Counter[int] = field(default_factory=Counter)
    """Files by the numbers of the waivers that are for them."""
    headers: int = 0
    data_units: int = 0
    """HDUs that have data."""
    data_units_read: int = 0
    """Those of them that rules on data were asked about."""
    not_checked: int = 0
    """Inputs that could not be judged, or are cut off without an error having been found."""

    def add(self, report: FileReport) -> None:
        """Count one file."""
        self.status[report.status] += 1
        self.verdict[report.verdict] += 1
        if report.status not in _CHECKED or report.verdict == "undetermined":
            self.not_checked += 1
        if report.dictionaries:
            self.authorities[report.dictionaries[0]] += 1
        self.headers += len(report.hdus)
        for hdu in report.hdus:
            if hdu.data_bytes:
                self.data_units += 1
                self.data_units_read += hdu.data_read
        if report.not_judged:
            self.failed_rules.update(report.not_judged)
        if report.findings:
            self._add_findings(report)
        if report.withheld is not None:
            self._add_withheld(report.withheld)

    def _add_withheld(self, withheld: Withheld) -> None:
        waived = [accepted.finding for accepted in withheld.waived]
        known = withheld.known or []
        counts = {"known": len(known), "gone": withheld.gone, "waived": len(waived)}
        self.withheld.update({kind: number for kind, number in counts.items() if number})
        self.waiver_uses.update(accepted.waiver for accepted in withheld.waived)
        self.waiver_files.update(withheld.waivers)
        for finding in (*known, *waived):
            self._add_name(finding.code, finding.name, finding.severity)

    def _add_findings(self, report: FileReport) -> None:
        last: dict[str, Finding] = {}
        names: dict[tuple[str, Severity], str] = {}
        for finding in report.findings:
            self.severity[finding.severity] += 1
            self.codes[finding.code] += 1
            if finding.fix is not None:
                self.fixes[finding.fix.safety] += 1
                self.fix_places[finding.fix.safety] += finding.places
            last[finding.code] = finding
            names[finding.code, finding.severity] = finding.name
        for cut in report.truncated:
            more = cut.total - cut.kept
            self.codes[cut.code] += more
            self.severity.update(cut.hidden)
            one = last[cut.code]
            names.update(((cut.code, severity), one.name) for severity in cut.hidden)
            if one.fix is not None:  # nobody built the fixes of the others
                self.fixes[one.fix.safety] += more
                self.fix_places[one.fix.safety] += more
        self.gravest[max((severity for _, severity in names), key=SEVERITIES.index)] += 1
        for (code, severity), name in names.items():
            self._add_name(code, name, severity)

    def _add_name(self, code: str, name: str, severity: Severity) -> None:
        known = self.rule_names.get(code)
        if known is None or SEVERITIES.index(severity) > SEVERITIES.index(known[1]):
            self.rule_names[code] = (name, severity)

    def update(self, other: Tally) -> None:
        """Add the counts of another tally."""
        self.status.update(other.status)
        self.verdict.update(other.verdict)
        self.authorities.update(other.authorities)
        self.failed_rules.update(other.failed_rules)
        self.headers += other.headers
        self.data_units += other.data_units
        self.data_units_read += other.data_units_read
        self.not_checked += other.not_checked
        for code, (name, severity) in other.rule_names.items():
            self._add_name(code, name, severity)
        if other.withheld or other.waiver_files:
            self.withheld.update(other.withheld)
            self.waiver_uses.update(other.waiver_uses)
            self.waiver_files.update(other.waiver_files)
        if other.codes:
            self.severity.update(other.severity)
            self.codes.update(other.codes)
            self.fixes.update(other.fixes)
            self.fix_places.update(other.fix_places)
            self.gravest.update(other.gravest)

    @property
    def files(self) -> int:
        """How many files were counted."""
        return sum(self.status.values())

    @property
    def findings(self) -> int:
        """How many findings there were, those not kept included."""
        return sum(self.severity.values())

    @property
    def files_with_findings(self) -> int:
        """How many files had findings."""
        return sum(self.gravest.values())

    def has_at_least(self, least: Severity) -> bool:
        """Whether any finding is at least as grave as ``least``."""
        grave: Iterator[Severity] = iter(SEVERITIES[SEVERITIES.index(least) :])
        return any(self.severity[severity] for severity in grave)
