"""What the engine says of a planted fault."""

from __future__ import annotations

import functools

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.finding import FileReport, Finding
from fitslint.source.files import read_bytes
from tests.faults import (
    cards,
    coordinates,
    mandatory,
    oddities,
    reserved,
    sequences,
    structure,
    tables,
    units,
    values,
)
from tests.faults.fault import Fault

STYLE = frozenset(
    (
        *("C012", "C014", "C018", "N005", "V011", "F021", "I009", "I010", "L014", "N006", "H008"),
        *("M021", "R006", "R016", "R020", "R022", "T038", "U004", "U014"),
        *("D005", "O006", "C009", "D012", "L011", "Q008"),
    )
)
"""Rows where information is enough: of level style, or loud on many files that nothing is wrong
with (an image without BUNIT, a word such as electron for its unit, an extension without name, a
column without unit, COMMENT with an equals sign, a day beside TIME-OBS, a comment that a long name
cut)."""


@functools.cache
def faults() -> tuple[Fault, ...]:
    """Every planted fault."""
    groups = (
        structure,
        cards,
        values,
        mandatory,
        reserved,
        tables,
        sequences,
        oddities,
        coordinates,
        units,
    )
    return tuple(fault for group in groups for fault in group.faults())


@functools.cache
def _judge() -> Linter:
    return Linter(Settings())


def judge(data: bytes, name: str) -> FileReport:
    """The report under the default settings."""
    return _judge().lint(read_bytes(data, name))


def telling(fault: Fault, report: FileReport) -> list[Finding]:
    """The findings on the right HDU and keyword that weigh enough."""
    return [one for one in report.findings if _tells(fault, one)]


def _tells(fault: Fault, finding: Finding) -> bool:
    if finding.severity == "info" and fault.row not in STYLE:
        return False
    if fault.hdu is not None and finding.hdu not in (fault.hdu, None):
        return False
    if finding.hdu is None and fault.hdu is not None and "*" not in fault.keywords:
        return False
    return "*" in fault.keywords or (finding.keyword or "") in fault.keywords


def noticed(fault: Fault, report: FileReport) -> bool:
    """Is the fault told? A file that cannot be judged at all says so by its status."""
    refused = fault.hdu is None and report.status in ("not-fits", "unreadable", "truncated")
    return refused or bool(telling(fault, report))
