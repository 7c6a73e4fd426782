"""The short way from words to a request gives what the option parser gives, or leaves it to it."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from fitslint.cli import app
from fitslint.cli.check import CheckOptions
from fitslint.cli.fix.command import FixCommandOptions
from fitslint.cli.quick import parse_words
from tests.cli.tool import environment

WORDS = st.sampled_from((
    "a.fits", "-", "--", "--every", "--show-infos", "--no-config", "--statistics", "--select",
    "--select=VF", "VF,CD104", "--output", "concise", "json=x.json", "--output=jsonl", "--jobs",
    "2", "-j", "x", "--timeout=5", "--timeout", "0.5", "--profile", "strict", "--fail-on=info",
    "--colour", "--color", "never", "--exclude", "raw", "--help", "-q", "--every=1", "--config",
    "--severity", "VF=error", "--max-findings", "--only-fits", "--follow-links", "--diff",
    "--fix-only", "--unsafe-fixes", "--undo=log", "--in-place", "--backup", ".old",
))  # fmt: skip


QUICK = {"check": CheckOptions, "fix": FixCommandOptions}
COMMANDS = get_command(app.app).commands


def parse_slowly(command, words):
    """What the option parser makes of words; None where it ends otherwise."""
    try:
        values = COMMANDS[command].make_context(command, list(words)).params
    except (click.exceptions.Exit, click.ClickException):
        return None
    return QUICK[command](
        **{
            name: (list(value) or None) if isinstance(value, tuple | list) else value
            for name, value in values.items()
        }
    )


@pytest.mark.parametrize("command", QUICK)
@given(words=st.lists(WORDS, max_size=7))
@settings(max_examples=400)
def test_both_ways_make_the_same_of_words(command, words):
    quick = parse_words(QUICK[command], words)
    if quick is not None:
        assert quick == parse_slowly(command, words)


@pytest.mark.parametrize("command", QUICK)
def test_every_option_is_known_both_ways(command):
    names = {param.name for param in COMMANDS[command].params} - {"help"}
    assert names == set(QUICK[command].declared)


@pytest.mark.parametrize("command", QUICK)
@pytest.mark.parametrize(
    "words",
    [["--help"], ["--selct", "VF"], ["--jobs", "x"], ["--output"], ["-j=2"], ["--show_infos"]],
)
def test_what_is_not_plain_is_left_to_the_parser(command, words):
    assert parse_words(QUICK[command], words) is None


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--no-config", "--output", "concise", "--select", "VF", "."],
        ["fix", "--no-config", "--diff", "--select", "VF", "--unsafe-fixes", "."],
        ["fix", "--recover", "."],
    ],
    ids=" ".join,
)
def test_a_command_with_options_does_not_load_the_parser(tmp_path, words):
    code = (
        "import sys\n"
        "from fitslint.cli.main import main\n"
        "try:\n"
        f"    main({words!r})\n"
        "except SystemExit:\n"
        "    print(sorted({'typer', 'click', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == b"[]"
