"""``fitslint demo``: what it makes and tells, again and again, and only in its own folder."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from contextlib import suppress

import pytest

from fitslint import check
from tests.cli.tool import COMMAND, environment, run


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A demonstration: its folder, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    done = run("demo", cwd=folder)
    return folder / "fitslint-demo", done


def test_a_short_story_in_plain_text(told):
    folder, done = told
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    text = done.stdout.decode("ascii")
    assert "\x1b" not in text
    assert len(text.splitlines()) <= 115
    assert "0 fail" in text
    page = re.search(r"Look at (\S+)", text)
    assert page is not None
    assert (folder.parent / page[1]).is_file()
    assert not re.search(r"\d+ (?:error|warning)s?\b", text.splitlines()[-5])


def test_commands_print_what_is_shown(told):
    """Those that change nothing are run again; what came before changed the file of others."""
    folder, done = told
    tried = 0
    for part in re.split(r"^\$ ", done.stdout.decode(), flags=re.M)[1:]:
        line, _, shown = part.partition("\n")
        words = line.partition(" | grep -F ")[0].split()
        if words[:2] not in (["fitslint", "check"], ["fitslint", "fix"], ["fitslint", "kappa"]):
            continue
        if words[2] == "run" or (words[1] == "fix" and "--diff" not in words):
            continue
        again = run(*words[1:], cwd=folder.parent)
        said = (again.stdout + again.stderr).decode()
        if " | grep -F ' g.'" in line:
            said = "".join(one for one in said.splitlines(keepends=True) if " g." in one)
        assert shown.startswith(said), line
        assert shown[len(said) :].startswith("\n"), line
        tried += 1
    assert tried == 5


def test_the_broken_file_is_broken_and_the_repaired_one_is_not(told):
    folder, _ = told
    assert len({one.keyword for one in check(folder / "broken.fits").findings}) == 10
    assert check(folder / "repaired.fits", profile="products").findings == []
    for path in (folder / "products").rglob("*.fits"):
        assert check(path, profile="products").findings == []


@pytest.mark.long
def test_again_in_its_own_folder_and_on_a_terminal(told):
    folder, first = told
    (folder / "products/Abell1689/kappa_obs_lenstool_zs1p0.fits").write_bytes(b"edited")
    (folder / "a1689.par").write_text("edited")
    code, text = on_a_terminal(folder.parent)
    assert code == 0, text
    assert b"\x1b[31m-CDELT1" in text

    def numbers(text):
        """The lines that are the same each time, without colours and the bar."""
        plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", text)
        lines = [line.rpartition(b"\r")[2] for line in plain.replace(b"\r\n", b"\n").split(b"\n")]
        varying = (b"done", b"unchanged", b"  DATE")
        bar = "\u2501".encode()
        return [one for one in lines if one and bar not in one and not one.startswith(varying)]

    assert numbers(text)[-40:] == numbers(first.stdout)[-40:]


def on_a_terminal(folder):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "demo"], cwd=folder, stdout=theirs, stderr=theirs, env=environment(TERM="xterm")
    )
    os.close(theirs)
    text = b""
    # Linux ends the stream of a terminal whose other side is closed with an error.
    with suppress(OSError):
        while piece := os.read(ours, 65536):
            text += piece
    os.close(ours)
    return process.wait(), text


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = run("demo", str(tmp_path))
    assert done.returncode == 3
    assert b"holds files that no demonstration made" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
