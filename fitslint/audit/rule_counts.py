"""How often each rule found something: counted where findings are written, added where asked.

A file stands in one shard, so that files too can be added; nobody has to read the findings again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pyarrow as pa

from fitslint.audit.rows import list_values
from fitslint.model.finding import Severity

_COUNTED = ("code", "severity", "name", "path", "fix_safety")


class FoundCount(NamedTuple):
    """How often a rule found something in some files, of each of which all findings are known."""

    code: str
    name: str
    severity: Severity
    findings: int
    files: int
    fixable: int
    """Findings that a safe fix would repair."""


RuleCounts = dict[tuple[str, str], FoundCount]
"""By code and severity."""


def count_rules(findings: pa.Table) -> RuleCounts:
    """The counts of a table of findings."""
    columns = (list_values(findings[column]) for column in _COUNTED)
    found: dict[tuple[str, Severity, str], list[tuple[str, bool]]] = {}
    for code, severity, name, path, safety in zip(*columns, strict=True):
        found.setdefault((code, severity, name), []).append((path, safety == "safe"))
    return {
        (code, severity): FoundCount(
            code, name, severity, len(places), len({path for path, _ in places}),
            sum(is_safe for _, is_safe in places),
        )
        for (code, severity, name), places in sorted(found.items())
    }  # fmt: skip


def add_rule_counts(one: RuleCounts, other: RuleCounts) -> RuleCounts:
    """The sum of counts of two sets of files that have none in common."""
    total = dict(one)
    for key, count in other.items():
        old = total.get(key)
        total[key] = count if old is None else FoundCount(
            *old[:3], *(a + b for a, b in zip(old[3:], count[3:], strict=True))
        )  # fmt: skip
    return total


def read_rule_counts(rows: Iterable[Iterable[Any]]) -> RuleCounts:
    """The counts as a part of findings says them of itself."""
    counts = (FoundCount(*row) for row in rows)
    return {(one.code, one.severity): one for one in counts}
