"""The README and the pages of the documentation show what really happens."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest

from fitslint.config.load import read_config
from tests.docs.sessions import (
    PAGES,
    find_blocks,
    find_commands,
    normalize,
    prepare_folder,
    run_line,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_is_shown(page, examples, tmp_path):
    prepare_folder(tmp_path, examples)
    for block in find_blocks(page.read_text("utf-8")):
        assert block.startswith("$ ")
        for command in find_commands(block):
            said = run_line(command.line, tmp_path)
            assert normalize(said) == normalize(command.shown), command.line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks_of_shell_are_shell(page):
    for block in re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S):
        subprocess.run(["bash", "-n", "-c", block], check=True)


def find_settings(text):
    """Name and content of the configuration files in a page, by the last name before each."""
    for match in re.finditer(r"^```toml\n(.*?)^```$", text, re.M | re.S):
        names = re.findall(r"`(fitslint\.toml|pyproject\.toml)`", text[: match.start()])
        if names and match[1].startswith(("[tool.fitslint]", "profile = ")):
            yield names[-1], match[1]


def test_settings_that_are_shown_can_be_read(tmp_path):
    shown = [pair for page in PAGES for pair in find_settings(page.read_text("utf-8"))]
    assert {name for name, _ in shown} == {"fitslint.toml", "pyproject.toml"}
    for name, text in shown:
        (tmp_path / name).write_text(text, "utf-8")
        table = tomllib.loads(text)
        expected = table["tool"]["fitslint"] if "tool" in table else table
        assert set(read_config(tmp_path / name)) == set(expected)


def test_enough_is_tried():
    pages = {page.name: page.read_text("utf-8") for page in PAGES}
    for name in ("README.md", "observatory.md", "archive.md", "pipeline.md", "coming-from.md"):
        assert find_blocks(pages[name]), name
    commands = [
        command
        for text in pages.values()
        for block in find_blocks(text)
        for command in find_commands(block)
    ]
    assert len(commands) > 30


def test_a_command_goes_on_behind_a_backslash():
    (first, second) = find_commands("$ a \\\n  b\nout\n$ c\n")
    assert (first.line, first.shown) == ("a \\\n  b", "out\n")
    assert (second.line, second.shown) == ("c", "")
