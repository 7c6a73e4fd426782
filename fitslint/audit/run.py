"""A run of an audit: list once, work on the shards that are not done, say how it went."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from fitslint.audit.executors import LOCAL, Crew, open_executor
from fitslint.audit.job import AuditJob, add_counts, is_shard_done
from fitslint.audit.listing import list_roots
from fitslint.audit.manifest import (
    SHARD_SIZE,
    ListedFile,
    Manifest,
    update_manifest,
    write_manifest,
)
from fitslint.audit.nursery import begin_nursery
from fitslint.audit.ruleset import compute_ruleset
from fitslint.audit.tables import (
    MANIFEST_FILE,
    PARTS_FOLDER,
    TABLES,
    AuditFolderError,
    list_parts,
    read_part,
    read_shard_facts,
)
from fitslint.audit.worker import ShardError, begin_work, run_shard
from fitslint.config.settings import Settings, count_cores
from fitslint.engine.filters import tell_today
from fitslint.model.records import dataclass, field
from fitslint.text import say

_PATIENCE_SECONDS = 5.0
"""After which, when no shard was done, it is looked whether anybody works."""
_AHEAD = 4
"""Shards that are handed out before they can be begun, for each process."""
_MANY_FILES = 512
"""Files from which on loading in a process of its own, at once, makes a run shorter."""
_FAILED = ("unreadable", "timeout", "crashed", "gone")
"""Statuses that may be others when a file is read another time."""
_LOCK_FILE, _LISTING_LOCK_FILE = ".run.lock", ".listing.lock"

Advance = Callable[[int, int], object]
"""Is told of files done and of all."""
Tell = Callable[[str], object]
"""Is told in a sentence what a user should know while the run goes on."""
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
    tell: Tell = lambda sentence: None,
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
        _run_shards(job, missing, options, result, (advance, tell))
    _add_up(manifest, shards, ruleset, result)
    return result


def prepare_manifest(
    folder: Path, options: AuditRun, ruleset: str, change_listing: ChangeListing | None = None
) -> Manifest:
    """The manifest that holds: that of a run that was ended, or a new one.

    Raises
    ------
    AuditFolderError
        when there is one of other roots, or a damaged one.
    """
    skipped: Counter[str] = Counter()
    facts = {"roots": list(options.roots), "ruleset": ruleset, "skipped": skipped}
    listed = list_roots(options.roots, options.settings.exclude, skipped)
    if not (folder / MANIFEST_FILE).exists():
        if options.dask is None:
            listed = _load_meanwhile(listed)
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
        skipped.update(old.facts.get("skipped", {}))
        new = update_manifest(old, change_listing(old), facts)
    _remove_strays(folder, new)
    return new


def _load_meanwhile(listed: Iterable[ListedFile]) -> Iterator[ListedFile]:
    """The files of a new audit; where there are many, what workers need is being loaded."""
    for number, file in enumerate(listed):
        if number == _MANY_FILES:
            begin_nursery()
        yield file


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
    listeners: tuple[Advance, Tell],
) -> None:  # fmt: skip
    """Work on shards, of which ``rows`` tells how many files each has."""
    advance, tell = listeners
    done, total = 0, sum(rows.values())
    advance(done, total)
    if not rows:
        return
    jobs = min(options.jobs or count_cores(), len(rows))
    if options.dask is None:
        begin_nursery()
        begin_work()
    running: dict[Future[Any], int] = {}
    with open_executor(jobs, options.dask) as crew:
        ahead = jobs * _AHEAD if options.dask in (None, LOCAL) else len(rows)
        for shard in rows:
            running[crew.executor.submit(run_shard, job, shard)] = shard
            if len(running) >= ahead:
                _wait_for_shard(running, crew, tell)
                done += _collect(running, rows, result)
                advance(done, total)
        while running:
            _wait_for_shard(running, crew, tell)
            done += _collect(running, rows, result)
            advance(done, total)


def _wait_for_shard(running: Mapping[Future[Any], int], crew: Crew, tell: Tell) -> None:
    """Wait until a shard is done; say once when nobody works, and once when somebody does again."""
    was_idle = False
    while not wait(running, _PATIENCE_SECONDS, FIRST_COMPLETED).done:
        is_idle = crew.is_idle()
        if is_idle != was_idle:
            tell(
                say("the scheduler has no workers; start some (dask worker ADDRESS), the run waits")
                if is_idle
                else say("the scheduler has workers now")
            )
        was_idle = is_idle


def _collect(running: dict[Future[Any], int], rows: Mapping[int, int], result: RunResult) -> int:
    """Take the answers of the shards that are done; their files."""
    finished = [future for future in running if future.done()]
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
