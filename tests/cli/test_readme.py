"""The README and the pages of the documentation tell of what there is."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import fitslint
from fitslint.config.options import OPTIONS, parse_option
from fitslint.config.settings import Settings
from fitslint.dictionary.files.load import build_entry
from fitslint.dictionary.values.relation import parse_relation
from fitslint.engine.ruleset import RuleSet, expand_selectors
from fitslint.rules.registry import load_rules
from tests.docs.sessions import PAGES

PACKAGE = Path(fitslint.__file__).parent
README_MAX = 20_000
"""Bytes that are read in ten minutes."""


def blocks(language):
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    return re.findall(rf"^```{language}\n(.*?)^```$", pages, re.M | re.S)


def readme(root):
    return (root / "README.md").read_text("utf-8")


def test_the_first_two_commands_are_the_promised_ones(root):
    start = "python3 -m venv .venv && .venv/bin/pip install '.[all]' && .venv/bin/"
    found = re.findall(r"^```sh\n(.*?)^```$", readme(root), re.M | re.S)
    assert found[:2] == [f"{start}fitslint demo\n", f"{start}pytest\n"]


def test_the_readme_stays_short_and_its_links_lead_to_files(root):
    text = readme(root)
    assert len(text.encode()) <= README_MAX
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert len(links) > 10
    assert [link for link in links if not (root / link).is_file()] == []


def list_defined_names(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
            yield from (
                f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)
            )
        elif isinstance(node, ast.FunctionDef):
            yield node.name


def test_the_functions_that_the_readme_names_are_where_it_says(root):
    section = readme(root).partition("Where is it?")[2].partition("A module imports")[0]
    rows = re.findall(r"^\| [^|]+ \| (.*) \|$", section, re.M)
    assert len(rows) > 15
    for row in rows:
        names = set()
        for word in re.findall(r"`([^`]+)`", row):
            if "/" in word:
                assert (PACKAGE / word).exists(), word
            if word.endswith(".py"):
                names |= set(list_defined_names(PACKAGE / word))
            elif "/" not in word and not word.startswith("fitslint "):
                assert word in names, f"{word}: {row}"


def test_the_layers_that_the_readme_names_are_those_that_are_held(root):
    contracts = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (held,) = [one for one in contracts["contracts"] if one["name"] == "Data flows one way"]
    order = " > ".join(held["layers"]).replace("fitslint.", "")
    assert f"those to its right in `{order}`" in readme(root)


def test_rules_that_pages_name_exist():
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    known = load_rules()
    groups = {code[:2] for code in known}
    named = {code for code in re.findall(r"\b[A-Z]{2}[1-9][0-9]{2}\b", text) if code[:2] in groups}
    assert len(named) > 20
    assert named - known.keys() == set()


def test_the_configuration_shown_is_valid():
    tables = [tomllib.loads(block) for block in blocks("toml")]
    shown = [one["tool"]["fitslint"] for one in tables if "tool" in one]
    assert shown
    for table in shown:
        for name, value in table.items():
            parse_option(OPTIONS[name], value)
        selectors = [code for codes in table.get("per-file-ignores", {}).values() for code in codes]
        selectors += [*table.get("severity", {}), *table.get("extend-select", [])]
        assert expand_selectors(tuple(selectors)) or not selectors
        assert RuleSet.from_settings(Settings(profile=table["profile"])).rules


def test_the_rule_shown_is_the_rule():
    block = next(block for block in blocks("python") if "@rule(" in block)
    shown = "".join(block.partition('    """')[0].split())
    sources = "".join(
        "".join(path.read_text("utf-8").split()) for path in (PACKAGE / "rules").rglob("*.py")
    )
    assert shown in sources


@pytest.mark.parametrize("block", blocks("python"))
def test_python_that_is_shown_is_python(block):
    ast.parse(block.replace("...\n", "pass\n") if "@rule(" not in block else "pass")


def test_the_dictionary_shown_is_valid():
    found = [tomllib.loads(block) for block in blocks("toml") if "[[keyword]]" in block]
    assert found
    for table in found:
        for condition in table["dictionary"]["importance"].values():
            assert parse_relation(condition).names
        for keyword in table["keyword"]:
            assert build_entry(keyword, {}).name
            assert all(parse_relation(text).names for text in keyword["relation"])
