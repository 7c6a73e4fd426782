"""The tables of Japanese hold what the code says, all of it and nothing else."""

import errno
import os
import re
import tomllib
from typing import get_args

import pytest
import typer

from fitslint.cli.app import app
from fitslint.cli.help_page import list_paragraphs
from fitslint.data_files import load_data_file
from fitslint.language.catalogue import join_lines
from fitslint.model.finding import SEVERITIES, Status, Verdict
from fitslint.model.safety import SAFETY_MEANINGS
from fitslint.rules.docs import parse_rule_page
from fitslint.rules.registry import load_rules
from fitslint.syntax import scan_foreign
from fitslint.units.names import find_unit_name, load_units
from fitslint.units.spelling import _QUANTITIES
from tests.language.spoken import PACKAGE, find_constants, find_templates, list_fields

TABLES = PACKAGE / "language" / "ja"
RULES = load_rules()
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
UNSPACED = re.compile(
    r"[\u3041-\u309f\u30a1-\u30fa\u30fc\u4e00-\u9fff][A-Za-z0-9(]"
    r"|[A-Za-z0-9)][\u3041-\u309f\u30a1-\u30fa\u4e00-\u9fff]"
)
UNWANTED = ("，", "．", "（", "ヘッダー", "パラメーター", "画素", "カラム", "です", "ます")
"""Other marks, other words for the terms, and another style."""
DATA_WORDS = frozenset((
    "FITS 4.0", "NoRH", "required", "recommended", "optional", "Optional", "program", "Common",
    "Imaging", "Spectroscopy", "Polarimetry", "Object",
))  # fmt: skip
"""Words of dictionaries: they stand in no module."""


SYSTEM_WORDS = frozenset(map(os.strerror, errno.errorcode))
"""What the system says of a file."""


@pytest.fixture(scope="module")
def rows():
    return {
        code: row
        for path in sorted((TABLES / "rules").glob("*.toml"))
        for code, row in tomllib.loads(path.read_text("utf-8")).items()
    }


@pytest.mark.parametrize("code", RULES)
def test_a_rule_says_everything_in_japanese(code, rows):
    rule, row = RULES[code], rows.get(code)
    assert row, f"language/ja/rules/{code[:2]}.toml has no [{code}]"
    said = {**row.get("messages", {}), **({"": row["message"]} if "message" in row else {})}
    assert said.keys() == rule.messages.keys()
    for key, english in rule.messages.items():
        assert list_fields(said[key]) == list_fields(english), key
        assert JAPANESE.search(said[key]) or not re.search("[a-z]", re.sub("{.*?}", "", english))
    assert parse_rule_page(rule).why
    assert JAPANESE.search(row["why"])
    assert JAPANESE.search(rule.summary_ja)


def test_no_table_is_of_a_rule_that_is_gone(rows):
    assert sorted(rows.keys() - RULES.keys()) == []


def test_every_template_is_in_a_table_with_its_fields(sentences, raised):
    missing = {one: where for one, where in find_templates().items() if one not in sentences}
    assert missing == {}
    assert {
        english: text
        for english, text in (sentences | raised).items()
        if list_fields(text) != list_fields(english)
    } == {}


def list_unit_words():
    """What messages say of units in words: the names of two letters, and what a word stands for."""
    data = load_data_file("units")
    letters = {**data["letters"], "A": "Angstrom"}
    named = filter(None, map(find_unit_name, letters))
    bases = {*letters.values(), *(one.base for one in named)}
    said = {table["said"] for table in data["community"].values()}
    return {load_units()[base]["name"] for base in bases} | {
        one for one in said if not one[0].isdigit()
    }


def list_catalogue_words():
    """What is said of a rule without a fix, and of a check without a rule."""
    table = tomllib.loads((PACKAGE / "rules/coverage.toml").read_text("utf-8"))
    return {*table["reason"].values(), *table["no-edit"].values()}


def test_what_is_said_by_a_variable_is_in_a_table(sentences):
    formats = list(vars(scan_foreign).values())
    formats += [answer for _, _, answer in scan_foreign._MAGIC]
    foreign = [value for value in formats if isinstance(value, scan_foreign.ForeignFormat)]
    words = {
        *SEVERITIES, *get_args(Status), *get_args(Verdict), *SAFETY_MEANINGS.values(),
        *(one.name for one in foreign), *(one.advice for one in foreign),
        *(kind for rule in RULES.values() for kind in rule.hdus if kind != "*"),
        *(title for rule in RULES.values() for title in parse_rule_page(rule).sections),
        "string", "logical", "integer", "real", "complex", "date", *list_unit_words(),
        *_QUANTITIES.values(), *list_catalogue_words(),
    }  # fmt: skip
    assert sorted(words - sentences.keys()) == []


def walk_commands(command, path="fitslint"):
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from walk_commands(child, f"{path} {name}")


def test_no_help_is_untranslated(sentences):
    missing = []
    for path, command in walk_commands(typer.main.get_command(app)):
        texts = list_paragraphs(command.help or "")
        own = [param for param in command.params if not param.name.endswith("_completion")]
        texts += [" ".join(param.help.split()) for param in own if getattr(param, "help", None)]
        missing += [f"{path}: {text}" for text in texts if text and text not in sentences]
    assert missing == []


def test_no_table_holds_what_nobody_says(sentences):
    helps = {
        " ".join(param.help.split())
        for _, command in walk_commands(typer.main.get_command(app))
        for param in command.params
        if getattr(param, "help", None)
    }
    known = helps | find_constants() | find_templates().keys() | DATA_WORDS | list_unit_words()
    known |= list_catalogue_words()
    clauses = {part.strip() for rule in RULES.values() for part in rule.clause.split(",")}
    counted = re.compile(r"\{number:,\} (fix|finding|card|file|line|lens|HDU|\w+)")
    assert [
        english
        for english in sentences
        if english not in known | clauses and not counted.fullmatch(english)
    ] == []


@pytest.mark.parametrize("path", sorted(TABLES.rglob("*.toml")), ids=lambda path: path.stem)
def test_a_table_is_written_in_one_manner(path):
    """Blanks between Japanese and Latin letters, marks of one form, and the terms of the manual."""
    table = tomllib.loads(path.read_text("utf-8"))
    values = [table.values()] if path.parent.name != "rules" else [
        [row.get("message", ""), row["why"], *row.get("messages", {}).values()]
        for row in table.values()
    ]  # fmt: skip
    for text in (text for row in values for text in row):
        plain = join_lines(text)
        assert not UNSPACED.search(plain.replace("fitslint rule", "")), text
        for wrong in UNWANTED:
            assert wrong not in text, text
