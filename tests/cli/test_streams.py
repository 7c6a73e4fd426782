"""No byte of a report is lost: slow pipes, short writes, signals, full disks, links."""

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fitslint.cli.interrupts import Interruption, acknowledge_signal, catch_signals, hold_signals
from tests.cli.tool import COMMAND, check, environment, run
from tests.engine.test_run import BAD, fits

FULL = Path("/dev/full")
FILES = 250
"""Their report is many times what a pipe holds."""


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    for number in range(FILES):
        (folder / f"{number:04}.fits").write_bytes(fits(BAD, b"GAIN    = 1.5.5"))
    return folder


@pytest.fixture(scope="module")
def whole(many, tmp_path_factory):
    """The report by way of a file."""
    report = tmp_path_factory.mktemp("whole") / "report.json"
    done = check("--output", f"json={report}", "--jobs", "1", ".", cwd=many)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    return report.read_bytes()


OFTEN = """
import signal
set_timer = signal.setitimer
signal.setitimer = lambda which, *seconds: set_timer(which, *(min(x, 0.01) for x in seconds))
from fitslint.cli.main import main
main()
"""
"""The command with an alarm that repeats every hundredth of a second."""


def start(*arguments, cwd, **changes):
    return subprocess.Popen(
        [sys.executable, "-c", OFTEN, "check", "--no-config", *arguments],
        cwd=cwd, env=environment(**changes),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def read_slowly(process, size):
    """What comes through the pipe in small pieces, with stops between."""
    told = []
    for number in range(10**9):
        piece = os.read(process.stdout.fileno(), size)
        if not piece:
            return b"".join(told)
        told.append(piece)
        if number % 50 == 7:
            # Ctrl-Z and fg while a write waits for room.
            os.kill(process.pid, signal.SIGSTOP)
            os.kill(process.pid, signal.SIGCONT)
    return b""


@pytest.mark.parametrize(
    ("size", "unbuffered", "jobs"), [(997, "1", "1"), (65536, "1", "2"), (65536, "", "1")]
)
def test_a_slow_pipe_gets_every_byte(many, whole, jobs, unbuffered, size):
    process = start("--output", "json", "--jobs", jobs, ".", cwd=many, PYTHONUNBUFFERED=unbuffered)
    assert read_slowly(process, size) == whole
    assert process.stderr.read() == b""
    assert process.wait() == 1


@pytest.mark.parametrize("unbuffered", ["1", ""])
def test_a_pipe_that_does_not_block_gets_every_byte(many, whole, unbuffered):
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    fcntl.fcntl(theirs, getattr(fcntl, "F_SETPIPE_SZ", 1031), 4096)
    process = subprocess.Popen(
        [*COMMAND, "check", "--no-config", "--output=json", "."], cwd=many, stdout=theirs,
        stderr=subprocess.PIPE, env=environment(PYTHONUNBUFFERED=unbuffered),
    )  # fmt: skip
    os.close(theirs)
    with os.fdopen(ours, "rb") as stream:
        assert stream.read() == whole
    assert process.communicate()[1] == b""
    assert process.returncode == 1


ONE_BYTE = """
import os, sys
write = os.write
os.write = lambda descriptor, data: write(descriptor, bytes(data[:1]))
from fitslint.cli.main import main
main()
"""


@pytest.mark.parametrize("unbuffered", ["1", ""])
def test_a_stream_that_takes_one_byte_at_a_time(tmp_path, unbuffered):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    plain = check("bad.fits", cwd=tmp_path)
    slow = subprocess.run(
        [sys.executable, "-c", ONE_BYTE, "check", "--no-config", "bad.fits"], cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED=unbuffered), capture_output=True, check=False,
    )  # fmt: skip
    assert (slow.returncode, slow.stdout, slow.stderr) == (1, plain.stdout, b"")


@pytest.mark.long
@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["1", ""])
@pytest.mark.parametrize(
    "arguments",
    ["check bad.fits", "check --output json bad.fits", "rules", "config show", "-h"],
)
def test_a_full_standard_output_is_said_and_ends_with_2(tmp_path, arguments, unbuffered):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments.split()], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE,
            env=environment(PYTHONUNBUFFERED=unbuffered), check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_both_streams_full_end_with_2(tmp_path):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "check", "bad.fits"], cwd=tmp_path, stdout=full, stderr=full,
            env=environment(), check=False,
        )  # fmt: skip
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("jobs", "number", "form"),
    [("1", signal.SIGINT, "json"), ("2", signal.SIGINT, "jsonl"), ("2", signal.SIGTERM, "json")],
)
def test_what_a_signal_ends_is_closed_and_says_so(many, jobs, number, form):
    process = start("--output", form, "--jobs", jobs, *["."] * 60, cwd=many)
    first = process.stdout.readline()
    os.kill(process.pid, number)
    rest, complaint = process.stdout.read(), process.stderr.read()
    assert process.wait() == 128 + number
    lines = (first + rest).splitlines()
    document = json.loads(first + rest if form == "json" else lines[-1])
    assert document["interrupted"] is True
    files = len(document["files"]) if form == "json" else len(lines) - 1
    assert 0 < files < 60 * FILES
    assert document["summary"]["files"] == files
    assert document["summary"]["findings"] == 2 * files
    assert complaint.decode() == f"fitslint: interrupted after {files:,} files\n"


def test_an_interrupted_report_in_a_file_is_not_there(many, tmp_path):
    old = tmp_path / "old.json"
    old.write_text("old")
    outputs = [f"--output=json={tmp_path}/new.json", f"--output=jsonl={old}", "--output=concise"]
    process = start(*outputs, "--jobs", "1", *["."] * 60, cwd=many)
    process.stdout.readline()
    os.kill(process.pid, signal.SIGINT)
    process.stdout.read()
    complaint = process.stderr.read()
    assert process.wait() == 130
    assert b"not written: " in complaint
    assert b"new.json" in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["old.json"]
    assert old.read_text() == "old"


def test_a_report_takes_the_place_of_an_older_one_whole(tmp_path):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    report = tmp_path / "report.json"
    report.write_text("x" * 100_000)
    report.chmod(0o640)
    kept = report.open("rb")
    assert check("--output", "json=report.json", "bad.fits", cwd=tmp_path).returncode == 1
    assert json.loads(report.read_text())["summary"]["files"] == 1
    assert report.stat().st_mode & 0o777 == 0o640
    with kept:
        assert kept.read() == b"x" * 100_000
    assert {path.name for path in tmp_path.iterdir()} == {"bad.fits", "report.json"}


def test_a_report_is_not_written_through_a_link(tmp_path):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "report.json").symlink_to("victim")
    done = check("--output", "json=report.json", "bad.fits", cwd=tmp_path)
    assert done.returncode == 2
    assert b"symbolic link" in done.stderr
    assert (tmp_path / "victim").read_text() == "precious"
    assert (tmp_path / "report.json").is_symlink()


def test_a_report_into_pipes_and_descriptors(tmp_path):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    for target in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
        done = check("--output", f"json={target}", "bad.fits", cwd=tmp_path)
        assert json.loads(done.stdout)["summary"]["files"] == 1
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE) as reader:
        assert check("--output", "json=pipe", "bad.fits", cwd=tmp_path).returncode == 1
        assert json.loads(reader.stdout.read())["summary"]["files"] == 1


def test_the_progress_line_has_a_total(many):
    code = (
        "import fitslint.cli.progress as progress; from fitslint.cli.main import main; "
        "progress._DELAY = progress._PAUSE = 0.0; progress._COUNTING_SECONDS = 60.0; main()"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, "check", "--no-config", "--jobs=1", "."], cwd=many,
        stdout=subprocess.DEVNULL, stderr=theirs, env=environment(TERM="xterm", COLUMNS="80"),
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass
    os.close(ours)
    assert process.wait() == 1
    assert f"of {FILES} files checked".encode() in shown


def test_version_is_told_whole_without_a_buffer():
    assert run("--version", PYTHONUNBUFFERED="1").stdout.startswith(b"fitslint ")


def test_a_signal_that_was_swallowed_ends_the_command_all_the_same(monkeypatch):
    """As in a hook that the interpreter runs behind a fork; nothing is printed of it."""

    class Hook:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)

    swallowed = []
    monkeypatch.setattr(sys, "unraisablehook", swallowed.append)
    with catch_signals():
        Hook()
        with pytest.raises(Interruption) as ended, hold_signals():
            pass
        acknowledge_signal()
    assert swallowed == []
    assert ended.value.exit_code == 128 + signal.SIGTERM
