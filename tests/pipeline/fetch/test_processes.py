"""Downloads by processes: one that is killed, two at once."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import time

from fitslint.pipeline.fetch.download import download
from tests.cli.tool import ROOT, environment
from tests.pipeline.fetch.served import Resource

BODY = random.Random(24).randbytes(300_000)
CODE = """
import sys
from pathlib import Path
from fitslint.pipeline.fetch.download import download
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import Limits
from fitslint.pipeline.fetch.session import Session

try:
    with Session(Limits(attempts=3, read=5.0, pause=0.01)) as session:
        download(session, sys.argv[1], Path(sys.argv[2]))
except FetchError as error:
    sys.exit(error.reason)
"""


def begin(url, target):
    return subprocess.Popen(
        [sys.executable, "-c", CODE, url, str(target)], cwd=ROOT, env=environment(),
        stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for(path, size):
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if path.exists() and path.stat().st_size >= size:
            return
        time.sleep(0.01)
    raise AssertionError(f"{path} did not grow")


def test_killed_in_the_middle_and_continued(server, session, tmp_path):
    target, part = tmp_path / "f.tar.gz", tmp_path / "f.tar.gz.part"
    found = server.resources["/f"] = Resource(BODY, headers={"ETag": '"x"'}, pause=0.005)
    process = begin(server.address("/f"), target)
    try:
        wait_for(part, 30_000)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not target.exists()
    have = part.stat().st_size
    assert 30_000 <= have < len(BODY)
    found.pause = 0
    done = download(session, server.address("/f"), target)
    assert server.asked("/f", "Range") == [None, f"bytes={have}-"]
    assert done.sha256 == hashlib.sha256(BODY).hexdigest()


def test_two_at_once(server, tmp_path):
    target = tmp_path / "f.tar.gz"
    server.resources["/f"] = Resource(BODY, headers={"ETag": '"x"'}, pause=0.005)
    processes = [begin(server.address("/f"), target) for _ in range(2)]
    told = [process.communicate(timeout=30)[1] for process in processes]
    codes = sorted(process.returncode for process in processes)
    # One has it; the other was told so, or came when the file was there.
    assert codes in ([0, 0], [0, 1])
    assert all(b"in-use" in text for text, one in zip(told, processes, strict=True)
               if one.returncode)  # fmt: skip
    assert target.read_bytes() == BODY
    assert {one.name for one in tmp_path.iterdir()} == {"f.tar.gz", "f.tar.gz.sha256"}
