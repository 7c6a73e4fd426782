"""The README shows what really happens."""

import re
import shlex
import subprocess
import tomllib

from fitslint.config.options import OPTIONS, parse_option
from fitslint.config.settings import Settings
from fitslint.dictionary.entry import build_entry
from fitslint.dictionary.relation import parse_relation
from fitslint.engine.ruleset import RuleSet, expand_selectors
from tests.cli.tool import run


def blocks(root, language):
    text = (root / "README.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def test_the_first_two_commands_are_the_promised_ones(root):
    start = "python3 -m venv .venv && .venv/bin/pip install '.[all]' && .venv/bin/"
    assert blocks(root, "sh")[:2] == [
        f"{start}fitslint demo\n",
        f"{start}pytest\n",
    ]


def test_shell_blocks_are_shell(root):
    for block in blocks(root, "sh"):
        subprocess.run(["bash", "-n", "-c", block], check=True)


def test_sessions_are_real(root, examples, tmp_path):
    (tmp_path / "fixtures").symlink_to(root / "fixtures")
    (tmp_path / "examples").symlink_to(examples)
    sessions = blocks(root, "console")
    assert sessions
    for session in sessions:
        command, _, shown = session.partition("\n")
        words = shlex.split(command.removeprefix("$ "))
        assert words[0] == "fitslint"
        done = run(*words[1:], cwd=tmp_path)
        # How many checks wait for a rule changes with every rule; that it is told does not.
        told = [
            re.sub("[0-9]+ of [0-9]+ checks", "N of M checks", text)
            for text in ((done.stdout + done.stderr).decode(), shown)
        ]
        assert told[0] == told[1]


def test_the_configuration_shown_is_valid(root):
    tables = [tomllib.loads(block) for block in blocks(root, "toml")]
    assert any("tool" in table for table in tables)
    for table in (one["tool"]["fitslint"] for one in tables if "tool" in one):
        for name, value in table.items():
            parse_option(OPTIONS[name], value)
        selectors = [code for codes in table["per-file-ignores"].values() for code in codes]
        assert expand_selectors((*selectors, *table["severity"], *table["extend-select"]))
        assert RuleSet.from_settings(Settings(profile=table["profile"])).rules


def test_the_rule_shown_is_the_rule(root):
    block = next(block for block in blocks(root, "python") if "@rule(" in block)
    shown = "".join(block.partition('    """')[0].split())
    sources = "".join(
        "".join(path.read_text("utf-8").split()) for path in (root / "fitslint/rules").rglob("*.py")
    )
    assert shown in sources


def test_the_dictionary_shown_is_valid(root):
    found = [tomllib.loads(block) for block in blocks(root, "toml") if "[[keyword]]" in block]
    assert found
    for table in found:
        for condition in table["dictionary"]["importance"].values():
            assert parse_relation(condition).names
        for keyword in table["keyword"]:
            assert build_entry(keyword, {}).name
            assert all(parse_relation(text).names for text in keyword["relation"])
