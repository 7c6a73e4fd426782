"""The short way from words to a request gives what the option parser gives, or leaves it to it."""

from __future__ import annotations

import inspect
import subprocess
import sys

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from fitslint.cli import app
from fitslint.cli.check_parser import LISTS, SINGLE, SWITCHES, build_request, parse_check
from fitslint.cli.errors import UsageError
from tests.cli.tool import environment

WORDS = st.sampled_from((
    "a.fits", "-", "--", "--every", "--show-infos", "--no-config", "--statistics", "--select",
    "--select=VF", "VF,CD104", "--output", "concise", "json=x.json", "--output=jsonl", "--jobs",
    "2", "-j", "x", "--timeout=5", "--timeout", "0.5", "--profile", "strict", "--fail-on=info",
    "--colour", "--color", "never", "--exclude", "raw", "--help", "-q", "--every=1", "--config",
    "--severity", "VF=error", "--max-findings", "--only-fits", "--follow-links",
))  # fmt: skip


COMMAND = get_command(app.app).commands["check"]


def parse_slowly(words):
    """The request that the option parser makes of words; None where it ends otherwise."""
    try:
        params = COMMAND.make_context("check", list(words)).params
    except (click.exceptions.Exit, click.ClickException):
        return None
    values = {
        name: (list(value) or None) if isinstance(value, tuple) else value
        for name, value in params.items()
    }
    return build_request(values.pop("paths") or [], **values)


@given(st.lists(WORDS, max_size=7))
@settings(max_examples=400)
def test_both_ways_make_the_same_request(words):
    try:
        quick = parse_check(words)
    except UsageError as error:
        with pytest.raises(UsageError) as other:
            parse_slowly(words)
        assert str(other.value) == str(error)
        return
    if quick is not None:
        assert quick == parse_slowly(words)


def test_every_option_of_the_command_is_known():
    names = set(inspect.signature(app.check).parameters) - {"paths"}
    assert names == SWITCHES | LISTS | set(SINGLE)


@pytest.mark.parametrize("words", [["--help"], ["--selct", "VF"], ["--jobs", "x"], ["--output"]])
def test_what_is_not_plain_is_left_to_the_parser(words):
    assert parse_check(words) is None


def test_a_check_with_options_does_not_load_the_parser(tmp_path):
    code = (
        "import sys\n"
        "from fitslint.cli.main import main\n"
        "try:\n"
        "    main(['check', '--no-config', '--output', 'concise', '--select', 'VF', '.'])\n"
        "except SystemExit:\n"
        "    print(sorted({'typer', 'click', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == b"[]"
