"""The dictionary files themselves: schema, form, counts, facts of the standard."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from fitslint.dictionary import (
    find_data_folder,
    list_ids,
    load_conventions,
    load_dictionary,
    load_standard,
)
from fitslint.dictionary.files.load import build_entry
from fitslint.dictionary.matching.match import Template

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "dictionary-1.0.0.json").read_text(encoding="utf-8"))
NAMES = list_ids()


def document(name):
    return tomllib.loads((find_data_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", NAMES)
def test_conforms_to_the_schema(name):
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(document(name))
    assert [f"{list(error.path)}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("name", NAMES)
def test_is_called_as_its_file(name):
    assert load_dictionary(name).id == name


@pytest.mark.parametrize("name", NAMES)
def test_entry_by_entry_reads_the_same_as_the_whole(name):
    whole = document(name)
    ranges = whole["dictionary"].get("index", {})
    entries = [build_entry(table, ranges) for table in whole["keyword"]]
    assert list(load_dictionary(name)) == entries
    assert len({one.name for one in entries}) == len(entries)


@pytest.mark.parametrize("name", NAMES)
def test_templates_do_not_swallow_each_other(name):
    templates = [Template(one) for one in load_dictionary(name).names if one != one.upper()]
    forms = [
        (
            t.skeleton,
            [[(one if one.isdigit() else "", width) for one, width in run] for run in t.runs],
        )
        for t in templates
    ]
    assert [form for form in forms if forms.count(form) > 1] == []


@pytest.mark.parametrize("name", ["fits/reserved", "fits/conventions"])
def test_names_fit_in_eight_characters(name):
    assert [one for one in load_dictionary(name).names if len(one.removesuffix("a")) > 8] == []


def test_unknown_keys_are_refused():
    broken = document("fits/conventions")
    broken["keyword"][0]["tpye"] = "string"
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(broken)


def test_replacements_exist():
    names = set(load_standard().names)
    # DATA* replace IRAF's; all others replace names of the same dictionary.
    assert {one.replaced_by for one in load_standard() if one.replaced_by} <= names
    assert {one.replaced_by for one in load_conventions() if one.replaced_by} <= names


def test_no_convention_is_reserved():
    assert [one.name for one in load_conventions() if load_standard().lookup(one.name)] == []


# Copied by hand from the tables of the standard: keyword, type, kinds where it may stand.
BY_HAND = [
    ("SIMPLE", "logical", "primary"),
    ("BITPIX", "integer", "bintable"),
    ("NAXIS999", "integer", "image"),
    ("TBCOL4", "integer", "table"),
    ("DATE", "date", "primary"),
    ("REFERENC", "string", "image"),
    ("BZERO", "real", "compressed-image"),
    ("BLANK", "integer", "image"),
    ("EXTLEVEL", "integer", "table"),
    ("PTYPE3", "string", "groups"),
    ("TDIM12", "string", "bintable"),
    ("TLMAX2", "real", "bintable"),
    ("WCSAXESB", "integer", "primary"),
    ("CTYPE2A", "string", "image"),
    ("1CTYP5", "string", "bintable"),
    ("1CTY5Z", "string", "bintable"),
    ("TCTYP5", "string", "table"),
    ("TCTY5Z", "string", "bintable"),
    ("2CDE7A", "real", "bintable"),
    ("12PC3B", "real", "bintable"),
    ("TPC12_13", "real", "bintable"),
    ("PV2_0", "real", "image"),
    ("PS1_99A", "string", "image"),
    ("2V5_1A", "real", "bintable"),
    ("CSYER1", "real", "image"),
    ("TCRD4A", "real", "bintable"),
    ("RADESYSA", "string", "primary"),
    ("EQUI3", "real", "bintable"),
    ("LONP3A", "real", "bintable"),
    ("RESTWAV", "real", "image"),
    ("SSYSSRC", "string", "image"),
    ("VELOSYSA", "real", "image"),
    ("OBSGEO-X", "real", "primary"),
    ("OBSGX2", "real", "bintable"),
    ("TIMESYS", "string", "primary"),
    ("MJDREFI", "integer", "bintable"),
    ("TRPOS12", "string", "bintable"),
    ("TIMEPIXR", "real", "bintable"),
    ("DATE-AVG", "date", "image"),
    ("JEPOCH", "real", "primary"),
    ("CPERI3", "real", "image"),
    ("TELAPSE", "real", "image"),
    ("ZQUANTIZ", "string", "compressed-image"),
    ("ZDITHER0", "integer", "compressed-image"),
    ("ZVAL2", "any", "compressed-image"),
    ("ZCTYP9", "string", "compressed-table"),
    ("ZTILELEN", "integer", "compressed-table"),
]


@pytest.mark.parametrize(("keyword", "kind", "hdu"), BY_HAND)
def test_as_in_the_standard(keyword, kind, hdu):
    match = load_standard().lookup(keyword)
    assert match is not None
    assert match.entry.resolve_type(hdu) == kind
    assert match.entry.may_stand_in(hdu)


def test_the_type_of_tnull_depends_on_the_table():
    tnull = load_standard().entry("TNULLn")
    assert (tnull.resolve_type("table"), tnull.resolve_type("bintable")) == ("string", "integer")


def test_how_many_of_each_status():
    counts = Counter(one.status for one in load_standard())
    assert counts == {"mandatory": 12, "reserved": 210, "deprecated": 13}
