"""A run of an audit: list once, work on the shards that are not done, say how it went."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from fitslint.audit.executors import LOCAL, open_executor
from fitslint.audit.job import AuditJob, add_counts, is_shard_done
from fitslint.audit.listing import list_roots
from fitslint.audit.manifest import (
    SHARD_SIZE,
    ListedFile,
    Manifest,
    update_manifest,
    write_manifest,
)
from fitslint.audit.tables import (
    MANIFEST_FILE,
    PARTS_FOLDER,
    TABLES,
    AuditFolderError,
    list_parts,
    read_part,
    read_shard_facts,
)
from fitslint.audit.worker import ShardError, begin_work, count_cores, run_shard
from fitslint.config.settings import Settings
from fitslint.engine.cache import compute_digest
from fitslint.engine.filters import tell_today
from fitslint.model.records import dataclass, field
from fitslint.text import ENGLISH, choose_language, get_language, say

_AHEAD = 4
"""Shards that are handed out before they can be begun, for each process."""
_FAILED = ("unreadable", "timeout", "crashed", "gone")
"""Statuses that may be others when a file is read another time."""
_LOCK_FILE, _LISTING_LOCK_FILE = ".run.lock", ".listing.lock"

Advance = Callable[[int, int], object]
"""Is told of files done and of all."""
ChangeListing = Callable[[Manifest], Iterable[ListedFile]]
"""Tells the files of the roots from the manifest of before, where who asks knows what changed."""


@dataclass(frozen=True, slots=True)
class AuditRun:
    """How an audit is run."""

    roots: tuple[str, ...]
    folder: str
    settings: Settings
    jobs: int | None = None
    dask: str | None = None
    """Address of a Dask scheduler, or ``local``."""
    part: tuple[int, int] = (1, 1)
    """This run works on each n-th shard from the i-th on: (i, n), i from 1."""
    shard_size: int = SHARD_SIZE


@dataclass(slots=True)
class RunResult:
    """How a run went."""

    files: int = 0
    """Of the manifest."""
    shards: int = 0
    """That this run had to see to."""
    done: int = 0
    """Of them, those that are done."""
    counts: dict[str, int] = field(default_factory=dict)
    """Of these: files by status (``status-ok``), findings by severity, ``not_checked``."""
    received: int = 0
    """Bytes that came over the network."""
    problems: list[str] = field(default_factory=list)
    """Why shards are not done, in sentences."""


def run_audit(
    options: AuditRun,
    advance: Advance = lambda done, total: None,
    change_listing: ChangeListing | None = None,
) -> RunResult:
    """Bring the parts of an audit to the state of what it is about.

    A run that was ended is taken up where it stopped; one that was finished lists again and reads
    what is new or has changed.

    Raises
    ------
    AuditFolderError
        when the folder cannot be used, or there is no scheduler.
    OSError
        when the manifest cannot be written.
    """
    folder = Path(options.folder)
    try:
        (folder / PARTS_FOLDER).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise AuditFolderError(
            say("{folder} cannot be a folder: {reason}; name another one",
                folder=folder, reason=error.strerror)
        ) from None  # fmt: skip
    if options.dask is None:
        # Of a new audit all is to be done, so that it loads while files are listed.
        begin_work(is_wanted=not (folder / MANIFEST_FILE).exists())
    today = tell_today()
    ruleset = compute_ruleset(options.settings, today)
    job = AuditJob(os.path.abspath(folder), options.settings, ruleset, today)  # noqa: PTH100
    with _lock(folder / _LOCK_FILE, is_shared=options.part[1] > 1):
        with _lock(folder / _LISTING_LOCK_FILE, is_shared=False, waits=True):
            manifest = prepare_manifest(folder, options, ruleset, change_listing)
        number, count = options.part
        shards = [shard for shard in manifest.shards if shard % count == number - 1]
        result = RunResult(manifest.files, len(shards))
        missing = {
            shard: manifest.shards[shard].rows
            for shard in shards
            if not is_shard_done(manifest, shard, ruleset)
        }
        _run_shards(job, missing, options, result, advance)
    _add_up(manifest, shards, ruleset, result)
    return result


def compute_ruleset(settings: Settings, today: str = "") -> str:
    """Digest of what decides an answer beside the file, the same in every language.

    Parameters
    ----------
    today
        the day by which waivers end, YYYY-MM-DD; that of today where none is given.
    """
    language = get_language()
    choose_language(ENGLISH)
    try:
        digest = compute_digest(settings, "")
    finally:
        choose_language(language)
    if settings.waivers is not None or settings.baseline is not None:
        from fitslint.audit.withholding import compute_filter_digest

        digest += compute_filter_digest(settings, today or tell_today()).encode()
        digest = hashlib.blake2b(digest, digest_size=8).digest()
    return digest.hex()[:16]


def prepare_manifest(
    folder: Path, options: AuditRun, ruleset: str, change_listing: ChangeListing | None = None
) -> Manifest:
    """The manifest that holds: that of a run that was ended, or a new one.

    Raises
    ------
    AuditFolderError
        when there is one of other roots, or a damaged one.
    """
    facts = {"roots": list(options.roots), "ruleset": ruleset}
    listed = list_roots(options.roots, options.settings.exclude)
    if not (folder / MANIFEST_FILE).exists():
        return write_manifest(folder, listed, facts, options.shard_size)
    old = Manifest(folder)
    if old.facts["roots"] != facts["roots"]:
        raise AuditFolderError(
            say("{folder} holds an audit of {roots}; name another folder", folder=folder,
                roots=", ".join(old.facts["roots"]))
        )  # fmt: skip
    is_half = old.facts["ruleset"] == ruleset and not all(
        is_shard_done(old, shard, ruleset) for shard in old.shards
    )
    if is_half and change_listing is None:
        return old
    if change_listing is None:
        new = update_manifest(old, listed, facts, partial(list_failed, folder))
    else:
        new = update_manifest(old, change_listing(old), facts)
    _remove_strays(folder, new)
    return new


def list_failed(folder: Path, shard: int) -> Collection[str]:
    """The files of a shard that could not be read: another time they may be."""
    found = read_shard_facts(folder, shard)
    if found is None or not any(found.facts.get(f"status-{status}") for status in _FAILED):
        return ()
    try:
        files = read_part(folder, "files", shard)
    except (OSError, pa.ArrowException):
        return ()
    rows = zip(files["path"].to_pylist(), files["status"].to_pylist(), strict=True)
    return {path for path, status in rows if status in _FAILED}


def _remove_strays(folder: Path, manifest: Manifest) -> None:
    """Remove the parts of shards that are no more."""
    for table in TABLES:
        for path in list_parts(folder, table):
            if int(path.stem.rpartition("-")[2]) not in manifest.shards:
                path.unlink(missing_ok=True)


def _run_shards(
    job: AuditJob, rows: Mapping[int, int], options: AuditRun, result: RunResult,
    advance: Advance,
) -> None:  # fmt: skip
    """Work on shards, of which ``rows`` tells how many files each has."""
    done, total = 0, sum(rows.values())
    advance(done, total)
    if not rows:
        return
    jobs = min(options.jobs or count_cores(), len(rows))
    running: dict[Future[Any], int] = {}
    with open_executor(jobs, options.dask) as executor:
        ahead = jobs * _AHEAD if options.dask in (None, LOCAL) else len(rows)
        for shard in rows:
            running[executor.submit(run_shard, job, shard)] = shard
            if len(running) >= ahead:
                done += _collect(running, rows, result)
                advance(done, total)
        while running:
            done += _collect(running, rows, result)
            advance(done, total)


def _collect(running: dict[Future[Any], int], rows: Mapping[int, int], result: RunResult) -> int:
    """Wait for a shard; the files of those that are done."""
    finished, _ = wait(running, return_when=FIRST_COMPLETED)
    files = 0
    for future in finished:
        shard = running.pop(future)
        files += rows[shard]
        try:
            result.received += future.result().get("received", 0)
        except ShardError as error:
            result.problems.append(str(error))
        except CancelledError:
            result.problems.append(say("shard {shard}: the scheduler was lost", shard=shard))
        except Exception as error:  # of the cluster
            reason = " ".join(str(error).split())[:200]
            result.problems.append(f"shard {shard}: {type(error).__name__}: {reason}")
    return files


def _add_up(manifest: Manifest, shards: Sequence[int], ruleset: str, result: RunResult) -> None:
    counts: Counter[str] = Counter()
    folder = manifest.path.parent
    for shard in shards:
        if not is_shard_done(manifest, shard, ruleset):
            continue
        result.done += 1
        found = read_shard_facts(folder, shard)
        if found is not None:
            facts = {name: n for name, n in found.facts.items() if type(n) is int}
            facts.pop("shard", None)
            counts = Counter(add_counts(counts, facts))
    result.counts = dict(counts)


@contextlib.contextmanager
def _lock(path: Path, *, is_shared: bool, waits: bool = False) -> Iterator[None]:
    """Keep others off the folder: a second run would do everything twice."""
    with path.open("a") as stream:
        mode = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
        try:
            fcntl.flock(stream, mode | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            raise AuditFolderError(
                say("{folder}: another run works there", folder=path.parent)
            ) from None
        except OSError:
            pass  # a file system without locks
        yield
