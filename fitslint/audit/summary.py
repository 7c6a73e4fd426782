"""An audit in a few numbers: what is wrong, how often, where, and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fitslint.audit.across_part import is_across_stale
from fitslint.audit.database import AuditDatabase
from fitslint.audit.rule_counts import (
    FoundCount,
    RuleCounts,
    add_rule_counts,
    read_rule_counts,
)
from fitslint.audit.tables import MANIFEST_FILE, read_part_facts
from fitslint.model.finding import SEVERITIES

_GROUPS_MAX = 20
_VERDICT = "CASE exit_code WHEN 3 THEN 'undetermined' ELSE verdict END"
"""What is no FITS violates it, and could not be judged: it counts once."""


@dataclass(frozen=True, slots=True)
class GroupCount:
    """Files of an instrument and what was found in them."""

    name: str
    files: int
    violating: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class AuditSummary:
    """The numbers of an audit."""

    files: int
    bytes: int
    verdicts: Mapping[str, int]
    statuses: Mapping[str, int]
    """Of the undetermined files, those that could not be judged, by the reason."""
    severities: Mapping[str, int]
    """Findings, those across files and those not kept included."""
    rules: tuple[FoundCount, ...]
    """Those that found something, the gravest and most frequent first."""
    instruments: tuple[GroupCount, ...]
    further_instruments: int
    """Those with most files."""
    nights: tuple[str, str] | None
    """The first and the last."""
    skipped: Mapping[str, int]
    """Local files that were passed over, by suffix."""
    across: str
    """``done``, ``old`` or ``missing``: whether files were held against each other."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "rules": [one._asdict() for one in self.rules]}


def describe_size(size: int) -> str:
    """``3.2 GB``, with a decimal prefix."""
    power = min(max((len(str(size)) - 1) // 3, 1), 5)
    return f"{size / 1000**power:.1f} {' kMGTP'[power]}B"


def summarise(database: AuditDatabase) -> AuditSummary:
    """Count what an audit found."""
    files, size, errors, warnings, infos, first, last = database.select_row(
        "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(errors), 0), "
        "coalesce(sum(warnings), 0), coalesce(sum(infos), 0), min(night), max(night) FROM files"
    )
    across = _count_across(database)
    severities = Counter({"error": errors, "warning": warnings, "info": infos})
    for one in across.values():
        severities[one.severity] += one.findings
    return AuditSummary(
        files=files, bytes=int(size),
        verdicts=_count_files(database, _VERDICT),
        statuses=_count_files(database, "status", "exit_code = 3 AND status <> 'ok'"),
        severities={one: int(severities[one]) for one in reversed(SEVERITIES)},
        rules=tuple(_sort_rules(add_rule_counts(database.rule_counts, across))),
        instruments=(instruments := tuple(_count_instruments(database))),
        further_instruments=_count_names(database) - len(instruments),
        nights=(first, last) if first else None,
        skipped=_read_skipped(database),
        across="missing" if not database.has_across
        else "old" if is_across_stale(database.folder) else "done",
    )  # fmt: skip


def _count_files(database: AuditDatabase, column: str, condition: str = "true") -> dict[str, int]:
    sql = f"SELECT {column}, count(*) FROM files WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1"
    return dict(database.select(sql))


def _read_skipped(database: AuditDatabase) -> Mapping[str, int]:
    found = read_part_facts(database.folder / MANIFEST_FILE)
    return found.facts.get("skipped", {}) if found else {}


def _count_across(database: AuditDatabase) -> RuleCounts:
    """What rules across files found, which are few."""
    if not database.has_across:
        return {}
    sql = """
        SELECT code, any_value(name), severity, count(*), count(DISTINCT path),
               count(*) FILTER (fix_safety = 'safe')
        FROM across GROUP BY code, severity"""
    return read_rule_counts(database.select(sql))


def _sort_rules(counts: RuleCounts) -> list[FoundCount]:
    """The gravest and most frequent first."""
    return sorted(
        counts.values(),
        key=lambda one: (-SEVERITIES.index(one.severity), -one.findings, one.code),
    )


def _count_names(database: AuditDatabase) -> int:
    """How many instruments there are."""
    sql = "SELECT count(DISTINCT coalesce(instrument, '-')) FROM files"
    return int(database.select_row(sql)[0])


def _count_instruments(database: AuditDatabase) -> Iterator[GroupCount]:
    sql = f"""
        SELECT coalesce(instrument, '-'), count(*) AS files,
               count(*) FILTER (verdict = 'violates' AND exit_code <> 3),
               coalesce(sum(errors), 0), coalesce(sum(warnings), 0)
        FROM files GROUP BY 1 ORDER BY files DESC, 1 LIMIT {_GROUPS_MAX}"""
    for name, files, violating, errors, warnings in database.select(sql):
        yield GroupCount(name, files, violating, int(errors), int(warnings))
