"""For the tests of pipelines: a product that does not conform fails the test, and says why."""

from __future__ import annotations

from typing import Any

from fitslint.api.check import check
from fitslint.api.report import Report
from fitslint.config.options import SEVERITY_NAMES
from fitslint.model.finding import SEVERITIES, Severity

_SHOWN = 20


def assert_conforms(source: object, *, fail_on: Severity = "error", **options: Any) -> Report:
    """Check a FITS file and raise an AssertionError that names what is wrong with it.

    Parameters
    ----------
    source
        a path, bytes, a binary file object, or an astropy ``HDUList``, HDU or ``Header``.
    fail_on : {"error", "warning", "info"}
        the least severity that fails.
    **options
        as for :func:`fitslint.check`: ``profile``, ``dictionary``, ``select``, ``ignore`` …

    Returns
    -------
    Report
        what was found, for further questions.

    Raises
    ------
    AssertionError
        when something of that severity was found, or the source could not be judged to its end.
    ValueError
        when an option has no meaning.
    """
    __tracebackhide__ = True
    if fail_on not in SEVERITIES:
        raise ValueError(f"fail_on is one of {', '.join(SEVERITY_NAMES)}, not {fail_on!r}")
    report = check(source, **options)
    lowest = SEVERITIES.index(fail_on)
    found = [finding for finding in report.findings if SEVERITIES.index(finding.severity) >= lowest]
    if found or report.status != "ok" or report.verdict == "undetermined":
        raise AssertionError(_describe_report(report, len(found), fail_on))
    return report


def _describe_report(report: Report, count: int, fail_on: Severity) -> str:
    __tracebackhide__ = True
    head = f"{report.path} does not conform: {report.verdict}, {report.status}"
    head += f", {count} findings of severity {fail_on} or higher" if count else ""
    lines = str(report).splitlines()
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([head, *lines[:_SHOWN], *more])
