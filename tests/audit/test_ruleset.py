"""The digest of what decides an answer: of contents, wherever and whenever they were installed."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import fitslint
from fitslint.audit.ruleset import APART, compute_ruleset
from fitslint.config.settings import Settings
from fitslint.data_files import find_data_folder, parse_toml
from fitslint.dictionary.stored import store_dictionaries
from fitslint.rules.registry import import_rules
from fitslint.rules.stored import TABLE, store_rules
from fitslint.syntax.grammar import store_tables

ASK = (
    "import fitslint; from fitslint.audit.ruleset import compute_ruleset; "
    "from fitslint.config.settings import Settings; "
    "print(fitslint.__file__, compute_ruleset(Settings()))"
)
BEFORE = 1_000_000_000


def install(place):
    """A copy of the package; its files have times of their own."""
    leave = shutil.ignore_patterns("__pycache__", "*.so", "pipeline")
    shutil.copytree(Path(fitslint.__file__).parent, place / "fitslint", ignore=leave)
    shutil.copytree(find_data_folder(), place / "dictionaries")
    for path in place.rglob("*"):
        os.utime(path, (BEFORE, BEFORE))
    return place


def ask(place):
    command = [sys.executable, "-B", "-c", ASK]
    environment = {**os.environ, "PYTHONPATH": str(place)}
    told = subprocess.run(command, env=environment, cwd=place, capture_output=True, check=True)
    file, digest = told.stdout.decode().split()
    assert Path(file).is_relative_to(place)
    return digest


def test_two_installations_of_one_version_have_one_digest(tmp_path):
    node = install(tmp_path / "node")
    same = ask(node)
    assert same == compute_ruleset(Settings())
    packed = node / "fitslint" / "_data"  # of a wheel
    data = packed if packed.exists() else node
    for path in (node / "fitslint/rules/__init__.py", data / "dictionaries/across.toml"):
        with path.open("ab") as stream:
            stream.write(b"\n")
        assert ask(node) not in (same, None), path.name
        same = ask(node)


def test_what_a_build_stores_is_not_counted(tmp_path):
    node = install(tmp_path / "node")
    same = ask(node)
    data = node / "fitslint" / "_data"
    store_dictionaries(data / "dictionaries" if data.exists() else node / "dictionaries")
    store_rules(node / "fitslint" / "rules" / TABLE.name, import_rules())
    store_tables(node / "fitslint" / "syntax" / "tables", {})
    assert len([*node.rglob("*.marshal")]) > 20
    assert ask(node) == same


def test_what_a_build_makes_of_the_sources_does_not_count(tmp_path):
    """A wheel has tables of grammars, and JSON beside TOML; a checkout of the same has neither."""
    node = install(tmp_path / "node")
    before = ask(node)
    made = [*node.rglob("*.json"), *node.rglob("*.tables"), *node.rglob("*.marshal")]
    for path in made:
        path.unlink()
    assert ask(node) == before == compute_ruleset(Settings())
    data = next(node.rglob("across.toml"))
    data.with_suffix(".json").write_bytes(json.dumps(parse_toml(data.read_text())).encode())
    (node / "fitslint/syntax/tables").mkdir(exist_ok=True)
    (node / "fitslint/syntax/tables/card-0.tables").write_bytes(b"made")
    assert ask(node) == before


def test_what_is_left_out_is_not_loaded_by_who_judges():
    code = "import sys, fitslint.audit.preload; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = told.stdout.decode().split()
    assert "fitslint.engine.linter" in loaded
    parts = {name.split(".")[1] for name in loaded if name.startswith("fitslint.")}
    assert {"rules", "engine", "syntax"} <= parts
    assert not parts & APART


@pytest.mark.parametrize("kind", ["dictionary_path", "dictionary", "waivers", "baseline"])
def test_files_that_settings_name_count_by_what_is_in_them(tmp_path, kind):
    digests = []
    for place, text in (("a", ""), ("b", ""), ("c", "# more\n")):
        path = tmp_path / place / "own.toml"
        path.parent.mkdir()
        path.write_text(text)
        value = str(path) if kind in ("waivers", "baseline") else (str(path),)
        digests.append(compute_ruleset(replace(Settings(), **{kind: value}), "2026-06-01"))
    assert digests[0] == digests[1] != digests[2]
    assert digests[0] != compute_ruleset(Settings())


def test_settings_that_decide_count_and_others_do_not():
    plain = compute_ruleset(Settings())
    assert compute_ruleset(replace(Settings(), jobs=7, cache=True, lang="ja")) == plain
    for other in ({"ignore": ("VF110",)}, {"data": True}, {"fail_on": "warning"}):
        assert compute_ruleset(replace(Settings(), **other)) != plain, other
