"""An archive that is watched: what lands is in the audit when it is whole, and findings arrive."""

import http.server
import itertools
import json
import os
import shutil
import socket
import threading
from pathlib import Path

import pytest

from fitslint.audit import post as post_module
from fitslint.audit import run as run_module
from fitslint.audit import watch as watch_module
from fitslint.audit.manifest import Manifest
from fitslint.audit.post import Poster
from fitslint.audit.run import AuditRun
from fitslint.audit.shard import ShardChecker
from fitslint.audit.tables import AuditFolderError
from fitslint.audit.watch import Watcher
from fitslint.config.settings import Settings
from tests.audit.content import read_rows
from tests.audit.made import audit_files
from tests.audit.servers import start_bad_server
from tests.cli.tool import run
from tests.engine.test_run import fits

LOW = fits(b"EXPTIME =              1.5e+02 / [s]")
TICKS_MAX = 400
"""Ticks (a quarter of a second) after which nothing comes any more."""


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    monkeypatch.setattr(run_module, "run_shard", lambda job, shard: ShardChecker(job).run(shard))


class Clock:
    """Stands still until it is told to go on."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def watched(tmp_path):
    options = audit_files(tmp_path, {"a.fits": fits(), "old/b.fits": LOW})
    clock = Clock()
    watcher = Watcher(options, settle=2.0, clock=clock)
    batches = watcher.watch()
    assert next(batches) == (0, 0, [], {})
    yield tmp_path, clock, batches
    batches.close()


def wait_for(batches, clock):
    """The next batch of files, as time goes by."""
    for batch in itertools.islice(batches, TICKS_MAX):
        if batch is not None:
            return batch
        clock.now += 1.0
    pytest.fail("nothing came of it")


def list_codes(folder):
    rows = read_rows(folder / "audit", "findings")
    return sorted((row["path"].removeprefix(f"{folder}/archive/"), row["code"]) for row in rows)


def test_a_name_that_is_no_text_is_found_by_listing(watched, monkeypatch):
    folder, clock, batches = watched
    monkeypatch.setattr(watch_module, "LISTING_SECONDS", 2.0)
    path = os.fsencode(folder / "archive") + b"/\xff.fits"
    try:
        Path(os.fsdecode(path)).write_bytes(LOW)
    except OSError:
        pytest.skip("names here are text")
    assert wait_for(batches, clock).counts["error"] == 1
    assert ("\\xff.fits", "VF110") in list_codes(folder)


def test_what_lands_changes_and_goes_is_in_the_audit(watched):
    folder, clock, batches = watched
    (folder / "archive/c.fits").write_bytes(LOW)
    batch = wait_for(batches, clock)
    assert (batch.files, batch.gone, batch.counts["error"]) == (1, 0, 1)
    assert list_codes(folder) == [("c.fits", "VF110"), ("old/b.fits", "VF110")]
    (folder / "archive/c.fits").write_bytes(fits())
    assert wait_for(batches, clock).files == 1
    assert list_codes(folder) == [("old/b.fits", "VF110")]
    (folder / "archive/a.fits").unlink()
    assert wait_for(batches, clock)[:2] == (0, 1)
    names = [row["path"].rpartition("/")[2] for row in read_rows(folder / "audit", "files")]
    assert sorted(names) == ["b.fits", "c.fits"]


def test_a_file_is_left_alone_until_its_writer_is_done(watched):
    folder, clock, batches = watched
    path = folder / "archive/slow.fits"
    path.write_bytes(LOW[:1000])
    for batch in itertools.islice(batches, 12):
        assert batch is None  # the clock stands still: it has not rested
    path.write_bytes(LOW)
    assert wait_for(batches, clock).files == 1
    (row,) = [row for row in read_rows(folder / "audit", "files") if row["path"] == str(path)]
    assert (row["status"], row["size"]) == ("ok", len(LOW))


def test_folders_come_and_go_as_a_whole(watched):
    folder, clock, batches = watched
    (folder / "new").mkdir()
    for name in ("x.fits", "y.fits"):
        (folder / "new" / name).write_bytes(LOW)
    (folder / "new").rename(folder / "archive/new")
    assert wait_for(batches, clock).files == 2
    shutil.move(folder / "archive/old", folder / "elsewhere")
    wait_for(batches, clock)
    assert list_codes(folder) == [("new/x.fits", "VF110"), ("new/y.fits", "VF110")]


def test_what_happened_before_is_made_up_for(tmp_path):
    options = audit_files(tmp_path, {"a.fits": fits()})
    (tmp_path / "archive/b.fits").write_bytes(LOW)
    batches = Watcher(options).watch()
    assert next(batches).counts["error"] == 1
    batches.close()


def test_other_rules_and_roots_that_are_no_folders_are_refused(tmp_path):
    options = audit_files(tmp_path, {"a.fits": fits()})
    with pytest.raises(AuditFolderError, match="other rules"):
        Watcher(AuditRun(options.roots, options.folder, Settings(ignore=("VF",)))).update([])
    with pytest.raises(AuditFolderError, match="no folder"):
        Watcher(AuditRun(("s3://bucket",), options.folder, Settings()))


@pytest.fixture
def receiver():
    """A server that keeps what it is sent, and refuses as often as it is told."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = self.server.answers.pop(0) if self.server.answers else 204
            if code == 204:
                self.server.taken.append((self.headers["Idempotency-Key"], body))
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.answers, server.taken = [], []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def list_lines(server):
    return [json.loads(line) for _, body in server.taken for line in body.splitlines()]


def test_findings_arrive_once_and_in_order(tmp_path, receiver, monkeypatch):
    monkeypatch.setattr(post_module, "_LINES_MAX", 2)
    files = {f"{n}.fits": LOW for n in range(5)}
    audit_files(tmp_path, files)
    url = f"http://127.0.0.1:{receiver.server_port}/findings"
    poster = Poster(tmp_path / "audit", url, 0)
    poster.queue_shards([0])
    assert poster.waiting == 3
    receiver.answers = [503, 500]
    assert poster.send(0.0) == 0 and "503" in poster.problem
    assert poster.send(0.1) == 0 and receiver.answers == [500], "too early for another trial"
    assert poster.send(10.0) == 0 and "500" in poster.problem
    again = Poster(tmp_path / "audit", url, 0)  # as after a crash
    again.queue_shards([0])
    assert again.send(20.0) == 3 and again.waiting == 0 and again.problem == ""
    assert [key for key, _ in receiver.taken] == [f"00000000-{n:04d}" for n in range(3)]
    assert [one["path"][-6:] for one in list_lines(receiver)] == sorted(files)
    assert {one["code"] for one in list_lines(receiver)} == {"VF110"}
    again.queue_shards(list(Manifest(tmp_path / "audit").shards))
    assert again.waiting == 0, "sent before"


def test_a_redirection_does_not_count_as_taken(tmp_path):
    audit_files(tmp_path, {"a.fits": LOW})
    with start_bad_server(tmp_path / "archive") as address:  # sends POST where GET is answered
        poster = Poster(tmp_path / "audit", f"{address}findings", 0)
        poster.queue_shards([0])
        assert poster.send(0.0) == 0
    assert poster.waiting == 1
    assert poster.problem == "302 Found: /good/CAM00000002.fits"


def test_an_endpoint_that_hangs_costs_its_time_and_no_finding(tmp_path, monkeypatch):
    monkeypatch.setattr(post_module, "_TIMEOUT_SECONDS", 0.05)
    audit_files(tmp_path, {"a.fits": LOW})
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes, and never answers
        poster = Poster(tmp_path / "audit", f"http://127.0.0.1:{server.getsockname()[1]}/", 0)
        poster.queue_shards([0])
        assert poster.send(0.0) == 0
    assert poster.waiting == 1
    assert "timed out" in poster.problem


def test_nothing_is_read_while_too_much_waits(tmp_path, monkeypatch):
    options = audit_files(tmp_path, {"a.fits": LOW})
    monkeypatch.setattr(post_module, "PIECES_MAX", 1)
    poster = Poster(tmp_path / "audit", "http://127.0.0.1:9/", 0)
    poster.queue_shards([0])
    poster.send(0.0)
    assert poster.problem and poster.is_full
    batches = Watcher(options, settle=0.0).watch(poster)
    next(batches)
    (tmp_path / "archive/b.fits").write_bytes(LOW)
    assert set(itertools.islice(batches, 8)) == {None}
    batches.close()
    assert poster.waiting == 1


@pytest.mark.parametrize("url", ["ftp://host/", "http://", "findings", "file:///etc/passwd"])
def test_an_address_that_is_none_is_told(url, tmp_path):
    audit_files(tmp_path, {"a.fits": fits()})
    done = run("audit", "watch", tmp_path / "audit", "--no-config", "--post", url)
    assert done.returncode == 2 and url.encode() in done.stderr and done.stderr.count(b"\n") == 1
