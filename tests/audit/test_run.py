"""A run over an archive: complete, the same however it is done, resumable, incremental."""

import json
import os
import random
import shutil
import signal
import sys
from collections import Counter
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from fitslint.audit import run as run_module
from fitslint.audit import shard as shard_module
from fitslint.audit.executors import Crew
from fitslint.audit.job import AuditJob
from fitslint.audit.manifest import ListedFile, Manifest
from fitslint.audit.paths import escape_path
from fitslint.audit.ruleset import compute_ruleset
from fitslint.audit.run import AuditRun, run_audit
from fitslint.audit.shard import ShardChecker
from fitslint.audit.tables import AuditFolderError, locate_part, read_shard_facts
from fitslint.config.settings import Settings
from tests.audit.archive import FAULTS, make_file, write_archive
from tests.audit.content import list_findings, read_all, read_rows, run, run_here

SIZE = 50
FILES = 220


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    return folder, write_archive(folder, FILES)


@pytest.fixture(scope="module")
def whole(archive, tmp_path_factory):
    """An audit of the archive by one process."""
    folder = tmp_path_factory.mktemp("whole")
    result = run_here(folder, archive[0], shard_size=SIZE)
    assert (result.files, result.shards, result.done) == (FILES, 5, 5)
    return folder, result


def make_checker(folder, settings=None):
    settings = settings or Settings()
    return ShardChecker(AuditJob(str(folder), settings, compute_ruleset(settings)))


def test_every_planted_fault_is_found_and_nothing_else(archive, whole):
    found = Counter((row["path"], row["code"]) for row in read_rows(whole[0], "findings"))
    assert found == Counter(archive[1].items())
    files = read_rows(whole[0], "files")
    assert [row["path"] for row in files] == sorted(row["path"] for row in files)
    assert sum(row["errors"] + row["warnings"] for row in files) == len(archive[1])
    assert {row["exit_code"] for row in files} == {0, 1}


def test_files_are_told_by_their_headers(whole):
    row = read_rows(whole[0], "files")[9]
    assert row["status"] == "ok"
    assert row["instrument"] == "CAM"
    assert row["frame_id"] == "CAM00000009"
    assert row["exp_id"] == "CAME00000002"
    assert row["night"] == "2010-01-01"
    assert row["exptime"] == 30.0
    assert row["mjd_end"] - row["mjd_start"] == pytest.approx(30 / 86400, rel=1e-5)
    assert row["header_hash"] != read_rows(whole[0], "files")[10]["header_hash"]


def test_the_census_counts_every_file(whole):
    rows = [row for row in read_rows(whole[0], "keywords") if row["keyword"] == "AIRMASS"]
    assert sum(row["files"] for row in rows) == FILES
    assert {(row["value_type"], row["unit"], row["meaning"]) for row in rows} == {
        ("real", None, "airmass at start")
    }
    assert all(1 <= row["minimum"] <= row["quantiles"][3] <= row["maximum"] <= 2 for row in rows)
    lost = [row for row in read_rows(whole[0], "keywords") if row["keyword"] == "GAIN"]
    assert {row["value_type"] for row in lost} == {"real", "faulty"}


def test_two_processes_write_the_same(archive, whole, tmp_path):
    run(tmp_path, archive[0], jobs=2, shard_size=SIZE)
    assert read_all(tmp_path) == read_all(whole[0])


def test_runs_of_a_part_each_write_the_same(archive, whole, tmp_path):
    for number in (2, 1, 3):
        run_here(tmp_path, archive[0], shard_size=SIZE, part=(number, 3))
    assert read_all(tmp_path) == read_all(whole[0])


def test_a_run_takes_up_what_is_missing_or_half(archive, whole, tmp_path):
    folder = tmp_path / "audit"
    shutil.copytree(whole[0], folder)
    kept = locate_part(folder, "files", 1)
    before = kept.stat().st_mtime_ns
    locate_part(folder, "files", 0).unlink()
    for table, shard in (("findings", 2), ("keywords", 3)):
        part = locate_part(folder, table, shard)
        part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    result = run_here(folder, archive[0])
    assert result.counts == whole[1].counts
    assert read_all(folder) == read_all(whole[0])
    assert kept.stat().st_mtime_ns == before


def test_unchanged_files_are_not_read_again(archive, whole, tmp_path, monkeypatch):
    root, folder = tmp_path / "archive", tmp_path / "audit"
    shutil.copytree(archive[0], root)
    run_here(folder, root, shard_size=SIZE)
    changed, gone, new = (root / "0000" / name for name in
                          ("CAM00000003.fits", "CAM00000060.fits", "NEW.fits"))  # fmt: skip
    changed.write_bytes(make_file(random.Random(1), 3, "VF110"))
    gone.unlink()
    new.write_bytes(make_file(random.Random(2), 999))
    seen = []
    monkeypatch.setattr(
        shard_module, "read_file", lambda path, *rest, real=shard_module.read_file: (
            seen.append(path), real(path, *rest))[1],
    )  # fmt: skip
    prepared = run_here(folder, root)
    assert sorted(seen) == sorted(map(str, (changed, new)))
    fresh = tmp_path / "fresh"
    run_here(fresh, root, shard_size=SIZE)
    ours, theirs = read_all(folder), read_all(fresh)
    assert sort(ours["files"]) == sort(theirs["files"])
    assert sort(ours["findings"]) == sort(theirs["findings"])
    assert count_census(ours["keywords"]) == count_census(theirs["keywords"])
    assert str(gone) not in json.dumps(ours["keywords"])
    assert prepared.counts["files"] == FILES


def test_a_file_is_read_again_that_keeps_its_size_and_time(tmp_path):
    """As a repair leaves it."""
    root, folder = tmp_path / "archive", tmp_path / "audit"
    root.mkdir()
    path = root / "a.fits"
    path.write_bytes(make_file(random.Random(1), 1, "VF110"))
    before = path.stat()
    first = run_here(folder, root)
    spoilt = path.read_bytes()
    path.write_bytes(b"#" * len(spoilt))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    second = run_here(folder, root)
    assert "status-not-fits" in second.counts and "status-not-fits" not in first.counts


def sort(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, default=str))


def count_census(rows):
    found = Counter()
    for row in rows:
        found[row["group"], row["keyword"], row["value_type"], row["unit"], row["meaning"]] += row[
            "files"
        ]
    return found


def test_what_could_not_be_read_is_tried_again(archive, tmp_path, monkeypatch):
    """A file may become readable without a change of its size and time."""
    real = shard_module.read_file

    def refuse(path, *rest):
        return real(path + "/secret" if "CAM00000070" in path else path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(shard_module, "read_file", refuse)
        before = run_here(tmp_path, archive[0], shard_size=SIZE)
    assert before.counts["not_checked"] == before.counts["status-unreadable"] == 1
    again = run_here(tmp_path, archive[0])
    assert again.counts["files"] == again.counts["status-ok"] == FILES
    assert "not_checked" not in again.counts


def test_other_rules_read_everything_again(archive, whole, tmp_path):
    folder = tmp_path / "audit"
    shutil.copytree(whole[0], folder)
    run_here(folder, archive[0], settings=replace(Settings(), ignore=("VF110",)))
    found = {row["code"] for row in read_rows(folder, "findings")}
    assert found == set(FAULTS) - {"VF110"}


def test_an_audit_is_no_file(archive, tmp_path):
    (tmp_path / "file").touch()
    for place in ("file", "file/below"):
        with pytest.raises(AuditFolderError, match="cannot be a folder"):
            run_here(tmp_path / place, archive[0])


def test_a_folder_holds_one_audit(archive, whole, tmp_path):
    with pytest.raises(AuditFolderError, match="name another folder"):
        run(whole[0], tmp_path)


@pytest.mark.parametrize("behaviour", ["hang", "die"])
def test_a_file_that_ends_its_process_is_named(archive, tmp_path, behaviour):
    """Two processes die of the same file; the third passes over it, and the rest is done."""
    root = tmp_path / "archive"
    shutil.copytree(archive[0], root)
    folder = tmp_path / "audit"
    prepare(folder, root)
    for _ in range(2 if behaviour == "die" else 1):
        pid = os.fork()
        if pid == 0:
            die_at(folder, "CAM00000017", behaviour)
        assert os.waitpid(pid, 0)[1] in (signal.SIGKILL, signal.SIGALRM)
        if behaviour == "hang":
            from fitslint.audit.marker import mark_late, read_place

            mark_late(folder, 0, read_place(folder, 0))
    make_checker(folder).run(0)
    files = {row["path"].rpartition("/")[2]: row for row in read_rows(folder, "files")}
    bad = files.pop("CAM00000017.fits")
    assert bad["status"] == {"die": "crashed", "hang": "timeout"}[behaviour]
    assert (bad["verdict"], bad["exit_code"]) == ("undetermined", 3)
    assert {row["status"] for row in files.values()} == {"ok"}
    assert not list((folder / "parts").glob(".*"))


def prepare(folder, root):
    from fitslint.audit.run import AuditRun, prepare_manifest

    (folder / "parts").mkdir(parents=True)
    options = AuditRun((str(root),), str(folder), Settings(), shard_size=SIZE)
    prepare_manifest(folder, options, compute_ruleset(Settings()))


def die_at(folder, name, behaviour):
    """In a child: meet the file, and be no more."""
    real = shard_module.read_file

    def read(path, *rest):
        if name in path:
            if behaviour == "hang":
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(1)
                signal.pause()
            os.kill(os.getpid(), signal.SIGKILL)
        return real(path, *rest)

    shard_module.read_file = read
    try:
        make_checker(folder).run(0)
    finally:
        os._exit(99)


def test_a_process_that_is_killed_is_replaced(archive, tmp_path, monkeypatch):
    """Whatever else kills a worker, the shard is done by the next one."""
    from fitslint.audit import worker as worker_module

    real, killed = worker_module.WorkerProcess.run, []

    def run_and_kill(self, shard):
        if not killed:
            killed.append(shard)
            self._end()
        return real(self, shard)

    monkeypatch.setattr(worker_module.WorkerProcess, "run", run_and_kill)
    result = run(tmp_path, archive[0], jobs=1, shard_size=SIZE)
    assert killed == [0]
    assert (result.done, result.problems) == (5, [])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a server forks")
def test_processes_are_forked_from_a_copy_of_the_run_and_die_alone(archive, tmp_path, monkeypatch):
    """What kills one is named; it has nothing open of the run, whose locks end with the run."""
    from fitslint.audit import nursery

    def read(path, *rest):
        if "CAM00000017" in path:
            os.kill(os.getpid(), signal.SIGKILL)
        if "CAM00000060" in path:
            links = [one for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
            names = [str(one.readlink()) for one in links if int(one.name) > 2]
            (tmp_path / "open").write_text("\n".join(names))
        return real(path, *rest)

    real = shard_module.read_file
    monkeypatch.setattr(nursery, "_nurseries", [])
    monkeypatch.setattr(nursery, "_is_alone", lambda: True)
    monkeypatch.setattr(shard_module, "read_file", read)
    result = run(tmp_path / "audit", archive[0], jobs=1, shard_size=SIZE)
    assert (result.done, result.counts["status-crashed"]) == (5, 1)
    assert result.counts["status-ok"] == FILES - 1
    names = (tmp_path / "open").read_text()
    assert ".shard-00001.place" in names and ".lock" not in names


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a server forks")
def test_a_run_outlives_the_process_that_others_are_forked_from(archive, tmp_path, monkeypatch):
    from fitslint.audit import nursery
    from fitslint.audit import worker as worker_module

    real, killed = worker_module.WorkerProcess.run, []

    def run_and_kill(self, shard):
        if not killed:
            (ours,) = nursery._nurseries
            killed.append(ours)
            os.kill(ours._pid, signal.SIGKILL)
            os.waitpid(ours._pid, 0)
            self.stop()
        return real(self, shard)

    monkeypatch.setattr(nursery, "_nurseries", [])
    monkeypatch.setattr(nursery, "_is_alone", lambda: True)
    monkeypatch.setattr(worker_module.WorkerProcess, "run", run_and_kill)
    result = run(tmp_path, archive[0], jobs=1, shard_size=SIZE)
    assert (len(killed), nursery._nurseries) == (1, [])
    assert (result.done, result.problems) == (5, [])


def test_many_files_are_loaded_for_while_they_are_listed(monkeypatch):
    begun = []
    monkeypatch.setattr(run_module, "begin_nursery", lambda: begun.append(None))
    files = [ListedFile(str(number)) for number in range(run_module._MANY_FILES + 2)]
    assert list(run_module._load_meanwhile(files[:-2])) == files[:-2]
    assert begun == []
    assert list(run_module._load_meanwhile(files)) == files
    assert begun == [None]


def test_who_waits_without_workers_is_told_once_and_again_when_there_are(
    archive, tmp_path, monkeypatch
):
    waiting, told, asked = Future(), [], []

    class Idle:
        def submit(self, work, *words):
            return waiting

    def is_idle():
        asked.append(None)
        if len(asked) == 5:
            waiting.set_result({})
        return len(asked) < 4

    monkeypatch.setattr(run_module, "_PATIENCE_SECONDS", 0.001)
    monkeypatch.setattr(
        run_module, "open_executor", lambda *words: nullcontext(Crew(Idle(), is_idle))
    )
    options = AuditRun((str(archive[0]),), str(tmp_path), Settings(), dask="tcp://x")
    run_audit(options, tell=told.append)
    assert [one.partition(";")[0] for one in told] == [
        "the scheduler has no workers", "the scheduler has workers now",
    ]  # fmt: skip
    assert len(asked) == 5


def test_names_of_any_bytes_and_loops_of_links(tmp_path):
    root, folder = tmp_path / "archive", tmp_path / "audit"
    root.mkdir()
    names = [b"line\nbreak.fits", b"bad\xff.fits", b"back\\slash.fits", "星.fits".encode()]
    for number, name in enumerate(names):
        (root / os.fsdecode(name)).write_bytes(make_file(random.Random(number), number))
    (root / "loop").symlink_to(root)
    (root / "self.fits").symlink_to("self.fits")
    (root / "empty.fits").touch()
    (root / "text.fits").write_text("no FITS at all")
    result = run_here(folder, root)
    rows = {row["path"]: row["status"] for row in read_rows(folder, "files")}
    here = escape_path(str(root))
    expected = {f"{here}/{escape_path(os.fsdecode(name))}": "ok" for name in names}
    assert {path: rows[path] for path in expected} == expected
    assert rows[f"{here}/self.fits"] == "unreadable"
    assert len(rows) == len(names) + 3
    assert result.counts["not_checked"] == 3


def test_a_full_disk_ends_a_run_that_can_be_taken_up(archive, whole, tmp_path, monkeypatch):
    prepare(tmp_path, archive[0])
    checker = make_checker(tmp_path)
    real, calls = os.fsync, []

    def fill(descriptor):
        calls.append(descriptor)
        if len(calls) == 5:
            raise OSError(28, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fill)
        with pytest.raises(OSError, match="space"):
            for shard in Manifest(tmp_path).shards:
                checker.run(shard)
    assert len(calls) == 5
    assert not list((tmp_path / "parts").glob("*.part"))
    run_here(tmp_path, archive[0])
    assert read_all(tmp_path) == read_all(whole[0])


def test_a_worker_says_that_the_disk_is_full(tmp_path, archive, monkeypatch):
    from fitslint.audit.worker import ShardError, _describe_error

    sentence = _describe_error(3, OSError(28, "No space left on device"))
    assert sentence == "shard 3 cannot be written: No space left on device"
    prepare(tmp_path / "audit", archive[0])
    parts = tmp_path / "audit" / "parts"
    parts.rmdir()
    parts.write_text("in the way")
    with pytest.raises((ShardError, OSError)):
        make_checker(tmp_path / "audit").run(0)
    assert read_shard_facts(tmp_path / "audit", 0) is None


def test_the_corpus_has_the_findings_of_a_check(shared, tmp_path):
    import fitslint

    corpus = shared / "corpus"
    paths = sorted(corpus.rglob("*.fits"))[:40]
    run_here(tmp_path, *paths)
    expected = sorted(
        (str(path), one.code, one.hdu or 0, one.card or 0, one.fingerprint)
        for path in paths
        for one in fitslint.check(path).findings
    )
    assert list_findings(tmp_path, "") == [(path.lstrip("/"), *rest) for path, *rest in expected]
