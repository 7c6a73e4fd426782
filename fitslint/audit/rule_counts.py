"""How often each rule found something: counted where findings are written, added where asked.

A file stands in one shard, so that files too can be added; nobody has to read the findings again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pyarrow as pa

from fitslint.model.finding import Severity


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
    if not len(findings):
        return {}
    import pyarrow.compute as pc  # who only adds counts does without

    keys = ["code", "severity"]
    safe = pc.cast(pc.fill_null(pc.equal(findings["fix_safety"], "safe"), False), pa.int32())
    table = findings.select([*keys, "name", "path"]).append_column("safe", safe)
    groups = table.group_by(keys).aggregate(
        [("name", "min"), ("path", "count"), ("path", "count_distinct"), ("safe", "sum")]
    )
    columns = (*keys, "name_min", "path_count", "path_count_distinct", "safe_sum")
    rows = zip(*(groups[column].to_pylist() for column in columns), strict=True)
    return {
        (code, severity): FoundCount(code, name, severity, findings, files, fixable)
        for code, severity, name, findings, files, fixable in sorted(rows)
    }


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
