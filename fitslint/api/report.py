"""What a check found, as a program reads it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fitslint.model.errors import FitslintError
from fitslint.model.finding import (
    FileReport,
    Finding,
    FindingCap,
    HduSummary,
    Status,
    Verdict,
    WaivedFinding,
)
from fitslint.model.records import replace
from fitslint.report.registry import create_reporter
from fitslint.text import count_noun, join_words

_TEXTS = ("concise", "full")
_SHOWN_MAX = 20
"""Errors that the message of an exception names."""


class ConformanceError(FitslintError):
    """Raised by :meth:`Report.raise_for_errors`; ``report`` is the report behind it."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.explanation())
        self.report = report


FitsLintError = ConformanceError
"""The name until 0.1."""


class Report:
    """What :func:`check` found.

    Attributes
    ----------
    findings : list of Finding
        in the order of the file.
    status : str
        ``ok``, ``unreadable``, ``not-fits``, ``truncated`` or ``crashed``.
    verdict : str
        ``conforms`` (no error), ``violates`` or ``undetermined``.
    hdus : list of HduSummary
        the HDUs that were read.
    """

    def __init__(self, file: FileReport) -> None:
        self._file = file

    @property
    def path(self) -> str:
        """The name of the input."""
        return self._file.path

    @property
    def status(self) -> Status:
        """How reading went."""
        return self._file.status

    @property
    def verdict(self) -> Verdict:
        """The answer in a word."""
        return self._file.verdict

    @property
    def reason(self) -> str | None:
        """Why the input could not be judged."""
        return self._file.reason

    @property
    def findings(self) -> list[Finding]:
        """Everything found."""
        return self._file.findings

    @property
    def errors(self) -> list[Finding]:
        """The findings of severity error."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def waived(self) -> list[WaivedFinding]:
        """What waivers accepted: the finding, the number of the waiver from 0, and its reason."""
        return list(self._file.withheld.waived) if self._file.withheld else []

    @property
    def known(self) -> list[Finding]:
        """What was in the baseline."""
        return list((self._file.withheld and self._file.withheld.known) or ())

    @property
    def hdus(self) -> list[HduSummary]:
        """The HDUs that were read."""
        return self._file.hdus

    @property
    def dictionaries(self) -> tuple[str, ...]:
        """The keyword dictionaries that hold for the input, the most special first."""
        return self._file.dictionaries

    @property
    def truncated(self) -> list[FindingCap]:
        """The rules of which not every finding was kept, with the true counts."""
        return self._file.truncated

    @property
    def limits_hit(self) -> list[str]:
        """What a limit left unread or not judged, in sentences."""
        return self._file.limits_hit

    @property
    def cut(self) -> list[str]:
        """Another name of :attr:`limits_hit`: the only one until 0.1."""
        return self.limits_hit

    @property
    def not_judged(self) -> tuple[str, ...]:
        """The codes of rules that failed on the input, which is a fault of fitslint."""
        return self._file.not_judged

    @property
    def ok(self) -> bool:
        """Whether the input was judged to its end and nothing of severity error is left."""
        is_judged = self.status == "ok" and self.verdict != "undetermined"
        return is_judged and not self.errors and not self._count_hidden_errors()

    def raise_for_errors(self) -> None:
        """Raise :class:`ConformanceError` unless :attr:`ok`.

        Raises
        ------
        ConformanceError
            naming the errors.
        """
        if not self.ok:
            raise ConformanceError(self)

    def explanation(self) -> str:
        """The errors, or why there is no verdict, one a line."""
        errors = self.errors[:_SHOWN_MAX]
        text = self.format(only=errors).rstrip("\n")
        more = len(self.errors) - len(errors) + self._count_hidden_errors()
        return f"{text}\n... and {more} more errors" if more else text or self.status

    def _count_hidden_errors(self) -> int:
        """Errors that were counted and not kept."""
        return sum(cut.hidden.get("error", 0) for cut in self.truncated)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data: a file object of ``schemas/report-1.0.0.json``."""
        from fitslint.report.json_report import build_file_dict

        return build_file_dict(self._file)

    def format(
        self,
        output: str = "concise",
        *,
        colour: bool = False,
        only: Collection[Finding] | None = None,
    ) -> str:
        """What ``fitslint check`` prints of the file; empty where nothing was found.

        Parameters
        ----------
        output : str
            ``concise``, a line for each finding, or ``full``, with the cards.
        colour : bool
            with the escape sequences of a terminal.
        only : collection of Finding, optional
            those of its findings that are wanted.

        Raises
        ------
        ValueError
            when there is no such format.
        """
        if output not in _TEXTS:
            raise ValueError(f"a report is formatted as {join_words(_TEXTS)}, not {output!r}")
        file = self._file
        if only is not None:
            file = replace(file, findings=list(only), truncated=[])
        return create_reporter(output, colour=colour).render_file(file)

    def __str__(self) -> str:
        return self.format().rstrip("\n") or f"{self.path}: {self.verdict}"

    def __repr__(self) -> str:
        found = count_noun(len(self.findings), "finding")
        how = self.verdict if self.status == "ok" else self.status
        return f"<Report {self.path!r}: {how}, {found}>"

    def _repr_html_(self) -> str:
        from fitslint.report.html_report import render_html

        return render_html(self._file)
