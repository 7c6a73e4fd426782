"""Downloads by processes: one that is killed, two at once."""

import signal
import subprocess
import sys

from fitslint.pipeline.fetch.download import download
from fitslint.pipeline.fetch.session import Session
from tests.cli.tool import ROOT, environment
from tests.patience import HANG, wait_for
from tests.pipeline.fetch.place import DATA, DIGEST, QUICK, Served, slow

CODE = """
import sys
from pathlib import Path
from fitslint.pipeline.fetch.download import download
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import FetchLimits
from fitslint.pipeline.fetch.session import Session

try:
    with Session(FetchLimits(attempts=3, read=5.0, pause=0.01)) as session:
        download(session, sys.argv[1], Path(sys.argv[2]))
except FetchError as error:
    sys.exit(error.reason)
"""


def begin(url, target):
    return subprocess.Popen(
        [sys.executable, "-c", CODE, url, str(target)], cwd=ROOT,
        env=environment(NO_PROXY="127.0.0.1"), stderr=subprocess.PIPE,
    )  # fmt: skip


def test_killed_in_the_middle_and_continued(place, tmp_path):
    target, part = tmp_path / "f.tar.gz", tmp_path / "f.tar.gz.part"
    url = place.on("/f", slow(DATA, 0.005))
    process = begin(url, target)
    try:
        wait_for(
            lambda: process.poll() is not None or (part.exists() and part.stat().st_size >= 30_000)
        )
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not target.exists()
    have = part.stat().st_size
    assert 30_000 <= have < len(DATA)
    place.on("/f", Served(etag='"slow"'))
    with Session(QUICK) as session:
        assert download(session, url, target).sha256 == DIGEST
    assert place.asked[-1][1]["Range"] == f"bytes={have}-"
    assert len(place.asked) == 2
    assert {one.name for one in tmp_path.iterdir()} == {"f.tar.gz", "f.tar.gz.sha256"}


def test_two_at_once(place, tmp_path):
    target = tmp_path / "f.tar.gz"
    url = place.on("/f", slow(DATA, 0.003))
    processes = [begin(url, target) for _ in range(2)]
    told = [process.communicate(timeout=HANG)[1] for process in processes]
    codes = [process.returncode for process in processes]
    # One has it; the other was told so, or came when the file was there.
    assert sorted(codes) in ([0, 0], [0, 1])
    assert all(b"in-use" in text for text, code in zip(told, codes, strict=True) if code)
    assert target.read_bytes() == DATA
    assert {one.name for one in tmp_path.iterdir()} == {"f.tar.gz", "f.tar.gz.sha256"}
