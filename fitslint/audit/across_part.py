"""The part that holds what was found across files: whether it is there, and who makes it."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

from fitslint.audit.nursery import HelperProcess
from fitslint.audit.tables import (
    FINDINGS_SCHEMA,
    AuditFolderError,
    ParquetFileWriter,
    list_parts,
    read_part_facts,
)
from fitslint.audit.thresholds import THRESHOLDS_FILE
from fitslint.config.settings import Settings
from fitslint.text import say

ACROSS_FILE = "across.parquet"
"""Findings of the rules across files: a part of the table ``findings`` beside those of shards."""
SEVERITIES = "severities"
"""Their numbers, which the part says of itself."""


class AcrossEndedError(AuditFolderError):
    """The process that held files against each other was ended; one sentence says what to do."""


def judge_across_apart(folder: Path, settings: Settings | None = None) -> Counter[str]:
    """The same in a process like those of the shards, where all rules are loaded already.

    What it takes of memory is not added to that of a long run. Where the settings leave no rule
    that could be asked there is none.

    Raises
    ------
    AuditFolderError, UnknownSelectorError, SettingsError, OSError
        as :func:`fitslint.audit.across.judge_across`.
    AcrossEndedError
        when that process was ended.
    """
    if settings is not None and not _is_any_asked(settings):
        _store_none(folder)
        return Counter()
    process = HelperProcess(serve_across)
    try:
        process.send((folder, settings))
        answer = process.pipe.recv()
    except (EOFError, ConnectionError):
        raise AcrossEndedError(
            say("{folder}: holding files against each other was ended; `fitslint audit across` "
                "does it again", folder=folder)
        ) from None  # fmt: skip
    finally:
        process.stop()
    if isinstance(answer, Exception):
        raise answer
    counts: Counter[str] = answer
    return counts


def serve_across(pipe: Connection) -> None:
    """Hold the files of the folder that comes through a pipe against each other.

    Raises
    ------
    EOFError, OSError
        when the other end of the pipe is gone.
    """
    from fitslint.audit.across import judge_across  # only that process asks the tables
    from fitslint.config.options import SettingsError
    from fitslint.engine.ruleset import UnknownSelectorError

    answer: object
    try:
        answer = judge_across(*pipe.recv())
    except (AuditFolderError, UnknownSelectorError, SettingsError, OSError) as error:
        answer = error
    pipe.send(answer)


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


def read_across_counts(folder: Path) -> Counter[str] | None:
    """Findings across files by severity; None where they are missing, or older than the audit."""
    found = read_part_facts(folder / ACROSS_FILE)
    if found is None or found.facts.get("source") != compute_source_digest(folder):
        return None
    return Counter(found.facts.get(SEVERITIES) or {})


def is_across_stale(folder: Path) -> bool:
    """Whether the findings across files are missing, or older than the audit."""
    return read_across_counts(folder) is None
