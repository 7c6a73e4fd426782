"""The rules across files at work: what an audit found is held against itself.

The findings are a part of the table ``findings`` beside those of the shards. What they were made of
is stored with them, so that a part that is older than the audit is known.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitslint.audit.database import ACROSS_FILE, AuditDatabase
from fitslint.audit.shard import describe_finding
from fitslint.audit.tables import (
    FINDINGS_SCHEMA,
    ROWS_MAX,
    ParquetFileWriter,
    RowBuffer,
    list_parts,
    read_part_facts,
)
from fitslint.config.settings import Settings
from fitslint.engine.across import find_by_path
from fitslint.model.finding import Finding
from fitslint.text import ENGLISH, choose_language, get_language


def judge_across(folder: Path, settings: Settings | None = None) -> Counter[str]:
    """Ask the rules across files, and store what they find; findings by severity.

    Raises
    ------
    AuditFolderError
        when there is no audit that could be asked.
    UnknownSelectorError
        when the settings name a rule that does not exist.
    OSError
        when the findings cannot be written; those of before stay.
    """
    digest = compute_source_digest(folder)
    counts: Counter[str] = Counter()
    writer = ParquetFileWriter(folder / ACROSS_FILE, FINDINGS_SCHEMA)
    try:
        with AuditDatabase(folder, is_across_wanted=False) as database:
            rows = RowBuffer(FINDINGS_SCHEMA)
            for path, finding in find_across(database, settings or Settings()):
                counts[finding.severity] += 1
                rows.add(describe_finding(path, finding))
                if len(rows) >= ROWS_MAX:
                    writer.write(rows.build_table())
            writer.write(rows.build_table())
        writer.finish({"source": digest})
    finally:
        writer.discard()
    return counts


def find_across(database: AuditDatabase, settings: Settings) -> Iterator[tuple[str, Finding]]:
    """(path, finding) of the rules across files, in the order of the rules and paths.

    Messages are English, as all that is stored.

    Raises
    ------
    AuditFolderError
        when a table cannot be read.
    UnknownSelectorError
        when the settings name a rule that does not exist.
    """
    yield from find_by_path("archive", database, settings, speak_english)


@contextmanager
def speak_english() -> Iterator[None]:
    """Say everything in English for a while."""
    language = get_language()
    choose_language(ENGLISH)
    try:
        yield
    finally:
        choose_language(language)


def compute_source_digest(folder: Path) -> str:
    """What the shards are told from others by: what the part of the files says of each."""
    digest = hashlib.blake2b(digest_size=16)
    for path in list_parts(folder, "files"):
        digest.update(f"{path.name} {read_part_facts(path)}\n".encode())
    return digest.hexdigest()


def is_across_stale(folder: Path) -> bool:
    """Whether the findings across files are missing, or older than the audit."""
    found = read_part_facts(folder / ACROSS_FILE)
    return found is None or found.facts.get("source") != compute_source_digest(folder)
