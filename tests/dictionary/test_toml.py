"""TOML written and read again, and the lines of its keys."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.dictionary import find_data_folder
from fitslint.dictionary.files.positions import find_key_line, locate_keys
from fitslint.dictionary.files.schema import load_schema
from fitslint.dictionary.files.toml_writer import (
    HEAD_KEYS,
    KEYWORD_KEYS,
    format_dictionary,
    format_toml_value,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.one_of(TEXTS, st.booleans(), st.integers(), st.floats(allow_nan=False))
KEYS = TEXTS.filter(bool)
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.one_of(
        st.lists(inside, max_size=3), st.dictionaries(KEYS, inside, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_reads_the_same(item):
    assert tomllib.loads(f"x = {format_toml_value(item)}")["x"] == item


@pytest.mark.long
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.lists(st.dictionaries(KEYS, VALUES)), KEYS)
def test_a_dictionary_reads_the_same(head, keywords, comment):
    tables = [{"name": "A", **table} for table in keywords]
    read = tomllib.loads(format_dictionary(head, tables, [comment]))
    assert read["dictionary"] == head
    assert read.get("keyword", []) == tables


@given(TEXTS)
def test_what_is_written_steers_no_terminal(text):
    assert format_toml_value(text).isprintable() or "\u3000" in text


def test_a_half_pair_is_replaced():
    assert tomllib.loads(f"x = {format_toml_value(chr(0xD800))}")["x"] == "\ufffd"


def test_every_key_of_the_schema_has_its_place():
    properties = load_schema()["$defs"]["keyword"]["properties"]
    assert set(KEYWORD_KEYS) == set(properties)
    head = load_schema()["properties"]["dictionary"]["properties"]
    assert set(HEAD_KEYS) == {key for key in head if head[key]["type"] != "object"}


def test_lines_of_keys():
    text = (
        '# first\n[dictionary]\nid = "a"\nnote = """\n[no]\nx = 1\n"""\n[dictionary.index]\n'
        'n = [\n 1, # ]\n 2,\n]\n\n[[keyword]]\nname = "A"\n\n[[keyword]]\n"name" = \'B\'\n'
        "description.en = 'x'\n"
    )
    tomllib.loads(text)
    found = locate_keys(text)
    assert found[("dictionary", "note")] == 4
    assert found[("dictionary", "index", "n")] == 9
    assert found[("keyword", 0)] == 14
    assert found[("keyword", 1, "name")] == 18
    assert found[("keyword", 1, "description", "en")] == 19
    assert find_key_line(found, ("keyword", 1, "enum", 3)) == 17
    assert ("no",) not in found
    assert ("x",) not in found


def test_lines_of_the_shipped_dictionaries():
    for path in find_data_folder().rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        found = locate_keys(text)
        for at, table in enumerate(tomllib.loads(text).get("keyword", ())):
            assert lines[found[("keyword", at)] - 1] == "[[keyword]]"
            for key in table:
                assert lines[found[("keyword", at, key)] - 1].startswith(key)
