"""``rules``, ``rule``, ``config``, ``--version`` and ``--help``."""

import json
import tomllib

import jsonschema
import pytest

import fitslint
from fitslint.config import schema_files
from fitslint.rules.registry import load_rules
from tests.cli.tool import run


def told(*arguments, **options):
    done = run(*arguments, **options)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_version():
    assert told("--version") == f"fitslint {fitslint.__version__}\n"


@pytest.mark.parametrize("command", [(), ("check",), ("rules",), ("rule",), ("config",)])
def test_help(command):
    assert told(*command, "--help").startswith("Usage: fitslint")


def test_rules_lists_every_rule():
    lines = told("rules").splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(load_rules())
    listed = json.loads(told("rules", "--format", "json"))
    assert [rule["code"] for rule in listed] == list(load_rules())
    assert all(rule["summary"] and rule["clause"] for rule in listed)


@pytest.mark.parametrize("words", [("WC,VF110",), ("wc", "--select", "lowercase-exponent")])
def test_rules_of_a_family(words):
    listed = [rule["code"] for rule in json.loads(told("rules", *words, "--format", "json"))]
    assert listed == [code for code in load_rules() if code.startswith("WC") or code == "VF110"]
    rows = json.loads(told("rules", *words, "--coverage", "--format", "json"))
    assert rows
    assert all({*row["answer"].split()} & {*listed} for row in rows)


def test_coverage_has_every_row_with_an_answer():
    rows = json.loads(told("rules", "--coverage", "--format", "json"))
    assert len(rows) == len({row["check"] for row in rows}) > 300
    assert all(row["answer"] for row in rows)
    assert len(told("rules", "--coverage").splitlines()) == len(rows) + 1


@pytest.mark.parametrize("name", ["VF110", "vf110", "lowercase-exponent"])
def test_a_rule_is_explained_by_code_or_name(name):
    text = told("rule", name)
    assert text.startswith("# VF110 lowercase-exponent\n")
    for part in (
        "- Clause: FITS 4.0, section 4.2.4",
        "- Fix: safe",
        "## Why it matters",
        "```fits",
    ):
        assert part in text


def test_every_rule_has_a_page():
    from fitslint.cli.rules import format_rule_page

    for rule in load_rules().values():
        text = format_rule_page(rule)
        assert rule.summary in text
        assert "## Example" in text


def test_config_schema_is_the_published_one():
    assert told("config", "schema") == schema_files.read_schema_text(schema_files.CONFIG_SCHEMA)


def test_config_show_is_toml_of_the_schema(tmp_path):
    (tmp_path / "fitslint.toml").write_text('profile = "strict"\n[severity]\nVF = "info"\n')
    text = told("config", "show", cwd=tmp_path)
    shown = tomllib.loads(text)
    jsonschema.validate(
        shown, json.loads(schema_files.read_schema_text(schema_files.CONFIG_SCHEMA))
    )
    assert shown["profile"] == "strict"
    assert shown["severity"] == {"VF": "info"}
    assert f'profile = "strict"  # {tmp_path}/fitslint.toml' in text
    assert 'profile = "standard"  # default' in told("config", "show", "--no-config", cwd=tmp_path)
