"""The rules across files at work: what an audit found is held against itself.

The findings are a part of the table ``findings`` beside those of the shards. What they were made of
is stored with them, so that a part that is older than the audit is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitslint.audit.across_part import ACROSS_FILE, SEVERITIES, compute_source_digest
from fitslint.audit.database import AuditDatabase
from fitslint.audit.paths import escape_path, unescape_path
from fitslint.audit.rows import RowBuffer, describe_finding
from fitslint.audit.tables import (
    FINDINGS_SCHEMA,
    ROWS_MAX,
    ParquetFileWriter,
    remove_temporaries,
)
from fitslint.audit.thresholds import read_thresholds
from fitslint.audit.waivers import judge_waivers
from fitslint.config.settings import Settings
from fitslint.engine.across import find_by_path
from fitslint.engine.filters import open_waiver_filter
from fitslint.engine.waivers import WaiverFilter
from fitslint.model.finding import Finding
from fitslint.text import ENGLISH, choose_language, get_language

_MEMORY = "100MB"
"""Most that a question takes; sorted and grouped rows beyond it lie on disk for a while."""


def judge_across(folder: Path, settings: Settings | None = None) -> Counter[str]:
    """Ask the rules across files, and store what they find; findings by severity.

    Raises
    ------
    AuditFolderError
        when there is no audit that could be asked.
    UnknownSelectorError, SettingsError
        when the settings name a rule that does not exist, or waivers or thresholds cannot be used.
    OSError
        when the findings cannot be written; those of before stay.
    """
    settings = settings or Settings()
    digest, waivers = compute_source_digest(folder), open_waiver_filter(settings)
    counts: Counter[str] = Counter()
    remove_temporaries(folder / ACROSS_FILE)
    writer = ParquetFileWriter(folder / ACROSS_FILE, FINDINGS_SCHEMA)
    try:
        with AuditDatabase(folder, memory=_MEMORY, threads=1, is_across_wanted=False) as database:
            database.thresholds = read_thresholds(folder)
            rows = RowBuffer(FINDINGS_SCHEMA)
            for path, finding in _find_unwaived(database, settings, waivers):
                counts[finding.severity] += 1
                rows.add(describe_finding(path, finding))
                if len(rows) >= ROWS_MAX:
                    writer.write(rows.build_table())
            writer.write(rows.build_table())
        writer.finish({"source": digest, SEVERITIES: counts})
    finally:
        writer.discard()
    return counts


def _find_unwaived(
    database: AuditDatabase, settings: Settings, waivers: WaiverFilter | None
) -> Iterator[tuple[str, Finding]]:
    """(path, finding) of what no waiver accepts, and then of the waivers themselves."""
    uses: Counter[int] = Counter()
    for path, finding in find_across(database, settings):
        accepting = None
        if waivers is not None:
            accepting = waivers.find_waiver(unescape_path(path), finding)
        if accepting is None:
            yield path, finding
        else:
            uses[accepting] += 1
    if waivers is not None:
        with speak_english():
            told = judge_waivers(waivers, database, settings, uses)
        for finding in told:
            yield escape_path(waivers.path), finding


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
