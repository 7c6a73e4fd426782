"""The output formats by name; a format is loaded when it is asked for."""

from __future__ import annotations

import importlib

from fitslint.model.finding import Severity
from fitslint.report.reporter import Reporter

_REPORTERS = {
    "full": ("fitslint.report.full", "FullReporter"),
    "concise": ("fitslint.report.concise", "ConciseReporter"),
    "json": ("fitslint.report.json_report", "JsonReporter"),
    "jsonl": ("fitslint.report.json_report", "JsonLinesReporter"),
    "grouped": ("fitslint.report.grouped", "GroupedReporter"),
    "sarif": ("fitslint.report.sarif", "SarifReporter"),
    "github": ("fitslint.report.github", "GithubReporter"),
    "gitlab": ("fitslint.report.gitlab", "GitlabReporter"),
    "junit": ("fitslint.report.junit", "JunitReporter"),
    "html": ("fitslint.report.html_page", "HtmlReporter"),
}
FORMAT_NAMES = tuple(_REPORTERS)


def create_reporter(
    name: str, *, colour: bool = False, least: Severity = "info", fail_on: Severity = "error"
) -> Reporter:
    """The format called ``name``.

    ``least`` is the least severity that text for people shows, ``fail_on`` the least that is a
    failure.

    Raises
    ------
    KeyError
        when there is none.
    """
    module, kind = _REPORTERS[name]
    made: Reporter = getattr(importlib.import_module(module), kind)(
        colour, least=least, fail_on=fail_on
    )
    return made
