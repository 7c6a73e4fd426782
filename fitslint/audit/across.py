"""The rules across files at work: what an audit found is held against itself.

The findings are a part of the table ``findings`` beside those of the shards. What they were made of
is stored with them, so that a part that is older than the audit is known.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from fitslint.audit.database import ACROSS_FILE, AuditDatabase
from fitslint.audit.paths import clean_text
from fitslint.audit.tables import (
    FINDINGS_SCHEMA,
    ROWS_MAX,
    TABLES,
    ParquetFileWriter,
    RowBuffer,
    list_parts,
    read_part_facts,
)
from fitslint.config.settings import Settings
from fitslint.engine.findings import FindingCollector
from fitslint.engine.ruleset import RuleSet
from fitslint.model.finding import Finding
from fitslint.model.rule import Rule


def judge_across(folder: Path, settings: Settings | None = None) -> Counter[str]:
    """Ask the rules across files, and store what they find; findings by severity.

    Parameters
    ----------
    folder
        of an audit.

    Raises
    ------
    AuditFolderError
        when there is no audit that could be asked.
    UnknownSelectorError
        when the settings name a rule that does not exist.
    OSError
        when the findings cannot be written; those of before stay.
    """
    chosen = settings or Settings()
    rules = RuleSet.from_settings(chosen, ("archive",))
    digest = compute_source_digest(folder)
    counts: Counter[str] = Counter()
    writer = ParquetFileWriter(folder / ACROSS_FILE, FINDINGS_SCHEMA)
    try:
        with AuditDatabase(folder) as database:
            rows = RowBuffer(FINDINGS_SCHEMA)
            for rule in rules.rules.values():
                for path, finding in _ask_rule(rule, rules, database):
                    counts[finding.severity] += 1
                    rows.add(build_finding_row(path, finding))
                    if len(rows) >= ROWS_MAX:
                        writer.write(rows.build_table())
            writer.write(rows.build_table())
        writer.finish({"source": digest})
    finally:
        writer.discard()
    return counts


def _ask_rule(rule: Rule, rules: RuleSet, database: AuditDatabase) -> Iterator[tuple[str, Finding]]:
    """(path, finding) of a rule, in the order of the paths."""
    cap = Settings().limits.findings_per_rule
    for path, flags in groupby(rule.check(database), attrgetter("path")):
        collector = FindingCollector(rules, frozenset(), cap)
        for flag in flags:
            collector.add(rule, flag, None)
        collector.close_hdu()
        for finding in collector.findings:
            yield path, finding


def build_finding_row(path: str, finding: Finding) -> tuple[Any, ...]:
    """The row of a finding on a file, in the order of the schema."""
    params = json.dumps(finding.params, ensure_ascii=False, sort_keys=True, default=str)
    return (
        path, finding.code, finding.name, finding.severity, finding.hdu, finding.extname,
        finding.card, finding.keyword, finding.column, finding.end_column, finding.byte,
        clean_text(finding.message), finding.message_id, clean_text(params), finding.clause,
        None, None, finding.fingerprint, finding.places, None,
    )  # fmt: skip


def compute_source_digest(folder: Path) -> str:
    """What the parts of the shards are told from others by: their names, rows and facts."""
    digest = hashlib.blake2b(digest_size=16)
    for name in TABLES:
        for path in list_parts(folder, name):
            found = read_part_facts(path)
            digest.update(f"{path.name} {found} {path.stat().st_size}\n".encode())
    return digest.hexdigest()


def is_across_stale(folder: Path) -> bool:
    """Whether the findings across files are missing, or older than the audit."""
    found = read_part_facts(folder / ACROSS_FILE)
    return found is None or found.facts.get("source") != compute_source_digest(folder)
