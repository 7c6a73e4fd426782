"""The table of rules in a wheel says what the decorators say, and leads to the same functions."""

import subprocess
import sys
import threading
from dataclasses import FrozenInstanceError

import pytest

from fitslint.data_files import read_stored, write_stored
from fitslint.model.rule import Rule
from fitslint.rules.registry import import_rules
from fitslint.rules.stored import StoredRule, load_stored_rules, store_rules

FIELDS = Rule.__match_args__


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return store_rules(tmp_path_factory.mktemp("stored") / "rules.marshal", import_rules())


def test_every_field_of_every_rule_comes_back(table):
    rules, stored = import_rules(), load_stored_rules(table)
    assert list(stored) == list(rules)
    assert len(stored) > 400
    for code, rule in rules.items():
        assert type(stored[code]) is StoredRule
        for field in FIELDS:
            mine, declared = getattr(stored[code], field), getattr(rule, field)
            assert mine == declared, (code, field)
            assert type(mine) is type(declared), (code, field)
        assert type(stored[code]) is Rule
        assert stored[code] == rule
        assert stored[code].doc == rule.doc
        assert stored[code].is_conditional == rule.is_conditional
    with pytest.raises(FrozenInstanceError):
        stored[code].name = "other"
    with pytest.raises(AttributeError):
        load_stored_rules(table)[code].colour  # noqa: B018


CODE = """
import sys
from pathlib import Path
from fitslint.rules.stored import load_stored_rules
rules = load_stored_rules(Path(sys.argv[1]))
rule = rules["VF110"]
before = [name for name in sys.modules if name.startswith("fitslint.rules.")]
words = rule.name, rule.level, rule.needs_name, rule.told_summary
assert [name for name in sys.modules if name.startswith("fitslint.rules.")] == before
assert rule.check.__module__ == rule.module and rule.module in sys.modules
print(*before)
"""


def test_a_module_is_imported_when_a_function_of_it_is_wanted(table, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(table)],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert set(done.stdout.split()) == {"fitslint.rules.api", "fitslint.rules.stored"}


def test_threads_ask_one_rule_at_a_time_or_at_once(table):
    # Turns are taken while a rule becomes a plain one; once a thread found it frozen.
    threads, failed = 8, []
    rules, start = list(load_stored_rules(table).values()), threading.Barrier(threads)

    def ask():
        start.wait()
        for rule in rules:
            try:
                assert rule.check
            except Exception as error:
                failed.append((rule.code, repr(error)))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        asking = [threading.Thread(target=ask) for _ in range(threads)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failed == []
    assert {type(rule) for rule in rules} == {Rule}


@pytest.mark.parametrize("content", [5, True, "text", (), (1,), (1, 2, 3), {"a": 1, "b": 2}, None])
def test_a_table_of_something_else_is_none(tmp_path, content):
    assert load_stored_rules(write_stored(tmp_path / "other.marshal", content)) == {}


@pytest.mark.parametrize("cut", [0, 1, 1000])
def test_a_table_that_is_cut_or_missing_is_none(table, tmp_path, cut):
    short = tmp_path / "short.marshal"
    short.write_bytes(table.read_bytes()[:cut])
    assert load_stored_rules(short) == {}
    assert load_stored_rules(tmp_path / "missing") == {}


def test_a_table_with_one_byte_changed_is_none(table, tmp_path):
    content = table.read_bytes()
    other = tmp_path / "other.marshal"
    for at in (*range(8), *range(8, len(content), len(content) // 50)):
        other.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert load_stored_rules(other) == {}, at


def test_a_table_of_other_fields_is_none(table, tmp_path):
    fields, rows = read_stored(table)
    assert load_stored_rules(write_stored(tmp_path / "other.marshal", (fields[1:], rows))) == {}
