"""The process as shells see it: closed pipes, Ctrl-C, terminals, modules loaded."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import tool
from tests.cli.tool import COMMAND, check, environment, run
from tests.engine.test_run import BAD, fits
from tests.patience import HANG, wait_for


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    for number in range(3000):
        (folder / f"{number:04}.fits").write_bytes(fits(BAD))
    return folder


def start(*arguments, **options):
    return tool.start("check", "--no-config", *arguments, **options)


def alive(group):
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-g", str(group)], capture_output=True, text=True, check=False
    ).stdout
    return [line for line in listed.splitlines() if "Z" not in line]


def wait_until_gone(group):
    wait_for(lambda: not alive(group))


@pytest.mark.long
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("form", ["full", "concise", "json", "jsonl"])
def test_a_closed_pipe_ends_quietly(many, form, jobs):
    process = start("--output", form, "--jobs", jobs, cwd=many, stdout=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(HANG) == 141
    wait_until_gone(process.pid)


@pytest.mark.parametrize(
    ("closed", "said"), [("0", b"not-fits"), ("1", b""), ("2", b"not-fits"), ("0 1 2", b"")]
)
def test_closed_streams(tmp_path, closed, said):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    closing = " ".join(f"{stream}<&-" for stream in closed.split())
    done = subprocess.run(
        ["sh", "-c", f'"$@" bad.fits - {closing}', "sh", *COMMAND, "check"],
        cwd=tmp_path, env=environment(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert said in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("command", ["rules", "rules --coverage", "config schema", "--help"])
def test_a_pipe_closed_before_anything_was_written(command):
    line = f"{' '.join(COMMAND)} {command} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, env=environment(), check=False, text=True
    )
    assert done.stderr == ""
    assert int(done.stdout) in (0, 141)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_with_130_and_a_sentence(many, jobs):
    paths = ["."] * 200
    process = start("--output", "jsonl", "--jobs", jobs, *paths, cwd=many, stdout=subprocess.PIPE)
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, complaint = process.communicate(timeout=HANG)
    assert process.returncode == 130
    assert re.fullmatch(rb"fitslint: interrupted after [0-9,]+ files?\n", complaint)
    wait_until_gone(process.pid)


@pytest.mark.parametrize("module", ["site", "fitslint", "fitslint.cli.main", "fitslint.engine.run"])
def test_ctrl_c_while_starting(many, module):
    """When a module has been loaded, which the interpreter tells on standard error."""
    process = start(cwd=many, stdout=subprocess.DEVNULL, PYTHONPROFILEIMPORTTIME="1")
    for line in process.stderr:
        if line.rpartition(b"|")[2].strip() == module.encode():
            break
    else:
        raise AssertionError(f"{module} is not loaded")
    os.killpg(process.pid, signal.SIGINT)
    told = [line for line in process.stderr if not line.startswith(b"import time:")]
    process.wait(HANG)
    # Before our first line runs, the interpreter answers for itself.
    if process.returncode == 130:
        assert told == []


def test_workers_end_when_the_parent_is_killed(many):
    paths = ["."] * 200
    process = start("--output", "jsonl", "--jobs", "2", *paths, cwd=many, stdout=subprocess.PIPE)
    process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()
    wait_until_gone(process.pid)


def on_terminal(arguments, cwd, command=COMMAND, **changes):
    """What a command writes when both its outputs are one terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*command, *arguments], cwd=cwd, stdout=theirs, stderr=theirs, stdin=theirs,
        env=environment(TERM="xterm", **changes),
    )  # fmt: skip
    os.close(theirs)
    told = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        told += piece
    os.close(ours)
    assert process.wait(HANG) in (0, 1)
    return told


def test_a_terminal_gets_colours_unless_it_wants_none(tmp_path):
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    command = ["check", "--no-config", "bad.fits"]
    assert b"\x1b[1;31merror\x1b[0m" in on_terminal(command, tmp_path)
    assert b"\x1b" not in on_terminal(command, tmp_path, NO_COLOR="1")
    assert b"\x1b" not in on_terminal([*command, "--color", "never"], tmp_path)


def test_a_page_on_a_terminal(tmp_path):
    assert b"lowercase-exponent" in on_terminal(["rule", "VF110"], tmp_path)
    assert b"VF110" in on_terminal(["rules"], tmp_path)


def test_progress_is_shown_on_a_terminal_when_it_takes_a_while(many):
    code = (
        "import sys, fitslint.cli.progress as progress; from fitslint.cli.main import main; "
        "progress._DELAY = progress._PAUSE = float(sys.argv.pop(1)); main()"
    )
    arguments = ["check", "--no-config", "--output=concise"]
    shown = on_terminal(["0", *arguments], many, [sys.executable, "-c", code])
    assert b"files checked" in shown
    # Every line of the report is whole: the progress line was taken away before it.
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", shown).replace(b"\r", b"\n").split(b"\n")
    told = {line for line in plain if b" error VF110 " in line}
    assert len(told) == 3000
    assert all(re.match(rb"[0-9]{4}\.fits:1:4:[0-9]+: error", line) for line in told)
    assert b"files checked" not in on_terminal(
        ["99", *arguments], many, [sys.executable, "-c", code]
    )


def test_output_that_cannot_be_written_is_a_sentence(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    (tmp_path / "bad.fits").write_bytes(fits(BAD))
    for target in ("json=/dev/full", "full=/dev/full"):
        done = check("--output", target, "bad.fits", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.decode().count("\n") == 1
        assert "No space left on device" in done.stderr.decode()


def test_python_m_and_the_entry_point_are_one(tmp_path):
    assert run("--version").stdout.startswith(b"fitslint ")
