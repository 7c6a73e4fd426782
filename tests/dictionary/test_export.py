"""Dictionaries as JSON and as JSON Schema."""

import json

import jsonschema
import pytest

from fitslint.dictionary import list_ids
from fitslint.dictionary.export import export_json, export_json_schema
from fitslint.dictionary.linting.base_documents import BaseDocuments
from fitslint.dictionary.lookup import load_document
from tests.dictionary.samples import document

ALWAYS = {
    "name", "type", "fortran", "c", "unit", "importance", "category", "status", "clause", "enum",
    "minimum", "maximum", "fixed", "recommended", "pattern", "relation", "comment", "description",
    "alias", "sample", "revision", "doubtful",
}  # fmt: skip


@pytest.mark.parametrize("name", list_ids())
def test_json_has_every_keyword_with_every_key(name):
    one = load_document(name)
    data = json.loads(json.dumps(export_json(one)))
    assert (data["id"], data["version"]) == (name, one.head["version"])
    assert [keyword["name"] for keyword in data["keywords"]] == [t["name"] for t in one.keywords]
    for keyword, table in zip(data["keywords"], one.keywords, strict=True):
        assert set(keyword) >= ALWAYS
        assert all(keyword[key] == table.get(key) for key in keyword)


@pytest.mark.parametrize("name", list_ids())
def test_the_schema_is_one(name):
    one = load_document(name)
    made = export_json_schema(one, tuple(BaseDocuments(one)))
    jsonschema.Draft202012Validator.check_schema(made)
    json.dumps(made)


HEADER = {
    "TEXP": 1.5,
    "NFRAME": 3,
    "MODE": "IMAG",
    "DONE": True,
    "WHEN": "2020-01-01T00:00:00",
    "FILTER01": "B",
}
WRONG = {
    "TEXP": ["long", 0],
    "NFRAME": [1.5, 0, "3"],
    "MODE": ["SPEC"],
    "DONE": ["T", 1],
    "WHEN": ["yesterday", 2020],
    "FILTER01": ["b", 7],
    "FILTER99": ["x"],
}


@pytest.fixture(scope="module")
def validator():
    one = document(
        'name = "TEXP"\ntype = "real"\nminimum = 0\nexclusive_minimum = true\nimportance = "must"',
        'name = "NFRAME"\ntype = "integer"\nminimum = 1\nimportance = "may"',
        'name = "MODE"\ntype = "string"\nenum = ["IMAG"]',
        'name = "DONE"\ntype = "logical"',
        'name = "WHEN"\ntype = "date"\nimportance = "must"\ncondition = "DONE == T"',
        'name = "FILTERnn"\ntype = "string"\npattern = "[A-Z]"',
        'name = "FILTER77"\ntype = "integer"',
        head='importance = { must = "true" }',
    )
    return jsonschema.Draft202012Validator(export_json_schema(one))


def test_a_header_that_conforms(validator):
    assert list(validator.iter_errors({**HEADER, "OTHER": 1, "FILTER1": 5, "FILTER77": 5})) == []


@pytest.mark.parametrize(
    ("keyword", "value"), [(key, value) for key, values in WRONG.items() for value in values]
)
def test_values_that_do_not(validator, keyword, value):
    assert not validator.is_valid({**HEADER, keyword: value})


@pytest.mark.parametrize(("keyword", "needed"), [("TEXP", True), ("WHEN", False), ("MODE", False)])
def test_keywords_that_are_required(validator, keyword, needed):
    rest = {key: value for key, value in HEADER.items() if key != keyword}
    assert validator.is_valid(rest) is not needed
