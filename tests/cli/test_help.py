"""What help says, and what a shell is offered."""

import re

import pytest

from tests.cli.tool import run

COMMANDS = [
    [], ["check"], ["show"], ["rules"], ["rule"], ["abbrev"], ["fix"], ["set"], ["rename"],
    ["delete"], ["move"], ["conform"], ["demo"], ["config"], ["config", "show"], ["dict"],
    ["dict", "show"],
    ["kappa"], ["kappa", "maps"], ["kappa", "qc"],
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_in_whole_sentences_and_knows_no_python(command):
    done = run(*command, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    usage, _, text = done.stdout.decode().partition("\n\n")
    assert usage.startswith("Usage: fitslint")
    assert not re.search(r"\.\.\.$", text, re.MULTILINE)
    for word in ("<str>", "<list", "list[", "<int>", "Optional", "TEXT...", "<path>"):
        assert word not in text


def offered(line, shell="bash"):
    words = line.split(" ")
    asked = {"_FITSLINT_COMPLETE": f"complete_{shell}", "COMP_WORDS": line}
    done = run(**asked, COMP_CWORD=str(len(words) - 1))
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().split()


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("fitslint ch", ["check"]),
        ("fitslint check --sel", ["--select"]),
        ("fitslint check --select VF11", ["VF110", "VF111"]),
        ("fitslint check --ignore CD101,lowercase-e", ["CD101,lowercase-exponent"]),
        ("fitslint fix --fix-only VF110", ["VF110"]),
        ("fitslint check --output js", ["json", "jsonl"]),
        ("fitslint rule lowercase-exp", ["lowercase-exponent"]),
    ],
)
def test_a_shell_is_offered_rules_and_formats(line, some):
    found = offered(line)
    assert found[: len(some)] == some


def test_the_script_for_a_shell_is_shown():
    done = run("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert done.returncode == 0
    assert b"_FITSLINT_COMPLETE=complete_bash" in done.stdout


@pytest.mark.parametrize("arguments", [["rules"], ["rules", "--coverage"], ["rule", "VF110"]])
def test_summaries_in_japanese(arguments):
    english, japanese = run(*arguments), run(*arguments, "--lang", "ja")
    assert (japanese.returncode, japanese.stderr) == (0, b"")
    assert "実数の指数文字が小文字で書かれている" in japanese.stdout.decode()
    assert "実数" not in english.stdout.decode()
    assert "VF110" in japanese.stdout.decode()
