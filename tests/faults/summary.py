"""How many of the planted faults are noticed: ``python -m tests.faults.summary [ROW ...]``."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

from fitslint.rules import coverage, registry
from tests.faults.judging import faults, judge, noticed, telling


def main(wanted: list[str]) -> None:
    """Print the misses, the pile-ups and a line for each group."""
    answered = coverage.group_rules_by_row(registry.load_rules().values())
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for fault in faults():
        if wanted and not fault.row.startswith(tuple(wanted)):
            continue
        report = judge(fault.data, fault.name)
        codes = {rule.code for rule in answered.get(fault.row, ())}
        own = any(one.code in codes for one in telling(fault, report))
        told = noticed(fault, report)
        group = counts[fault.row[0]]
        group["variants"] += 1
        group["noticed"] += told
        group["own"] += own
        group["crashed"] += report.status == "crashed"
        said = [f"{f.severity[0]}:{f.hdu}:{f.keyword}:{f.code}" for f in report.findings]
        if not told or not own or report.status == "crashed":
            mark = "MISS" if not told else "other"
            status = report.reason or report.status
            print(f"{mark} {fault.row} {fault.label[:110]!r} hdu {fault.hdu} {status} {said}")
        loud = {f.code for f in report.findings if f.severity != "info"}
        if len(loud) > 3:
            group["piled"] += 1
            print(f"pile {fault.row} {fault.label[:100]!r} {said}")
    for group_name, group in counts.items():
        rows = len({one.row for one in faults() if one.row[0] == group_name})
        print(f"{group_name}: {rows} rows", dict(group))


if __name__ == "__main__":
    main(sys.argv[1:])
