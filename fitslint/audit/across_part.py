"""The part that holds what was found across files: whether it is there, and who makes it."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from fitslint.audit.tables import (
    FINDINGS_SCHEMA,
    AuditFolderError,
    ParquetFileWriter,
    list_parts,
    read_part_facts,
)
from fitslint.audit.thresholds import THRESHOLDS_FILE
from fitslint.audit.worker import choose_start_method
from fitslint.config.settings import Settings
from fitslint.text import say

ACROSS_FILE = "across.parquet"
"""Findings of the rules across files: a part of the table ``findings`` beside those of shards."""


def judge_across_apart(folder: Path, settings: Settings | None = None) -> Counter[str]:
    """The same in a process like those of the shards, where all rules are loaded already.

    What it takes of memory is not added to that of a long run. Where the settings leave no rule
    that could be asked there is none.

    Raises
    ------
    AuditFolderError, UnknownSelectorError, SettingsError, OSError
        as :func:`fitslint.audit.across.judge_across`; the first also when that process was ended.
    """
    if settings is not None and not _is_any_asked(settings):
        _store_none(folder)
        return Counter()
    context = multiprocessing.get_context(choose_start_method())
    try:
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            return pool.submit(_judge, folder, settings).result()
    except BrokenProcessPool:
        raise AuditFolderError(
            say("{folder}: holding files against each other was ended; `fitslint audit across` "
                "does it again", folder=folder)
        ) from None  # fmt: skip


def _judge(folder: Path, settings: Settings | None) -> Counter[str]:
    from fitslint.audit.across import judge_across  # only that process asks the tables

    return judge_across(folder, settings)


def _is_any_asked(settings: Settings) -> bool:
    """Whether some rule is across files, or waivers are to be judged."""
    if settings.waivers or (not settings.select and not settings.ignore):
        return True
    from fitslint.engine.ruleset import RuleSet

    return bool(RuleSet.from_settings(settings, ("archive",)).rules)


def _store_none(folder: Path) -> None:
    """Store that nothing was found."""
    writer = ParquetFileWriter(folder / ACROSS_FILE, FINDINGS_SCHEMA)
    try:
        writer.finish({"source": compute_source_digest(folder)})
    finally:
        writer.discard()


def compute_source_digest(folder: Path) -> str:
    """What an answer is made of: the shards, by what the part of the files says, and thresholds."""
    digest = hashlib.blake2b(digest_size=16)
    for path in list_parts(folder, "files"):
        digest.update(f"{path.name} {read_part_facts(path)}\n".encode())
    with contextlib.suppress(OSError):
        digest.update((folder / THRESHOLDS_FILE).read_bytes())
    return digest.hexdigest()


def is_across_stale(folder: Path) -> bool:
    """Whether the findings across files are missing, or older than the audit."""
    found = read_part_facts(folder / ACROSS_FILE)
    return found is None or found.facts.get("source") != compute_source_digest(folder)
