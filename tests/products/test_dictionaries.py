"""The dictionaries of products: as many as kinds, complete, and without fault."""

import json

import pytest

from fitslint.cli.dictionary.lint import LintOptions, print_lint
from fitslint.dictionary import find_data_folder, list_ids, load_dictionary
from fitslint.products.kinds import PRODUCT_KINDS
from fitslint.products.missing import explain_supply
from fitslint.products.user_facts import FACT_KEYWORDS

PRODUCTS = [name for name in list_ids() if name.startswith("products/")]


@pytest.mark.parametrize("kind", PRODUCT_KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_a_dictionary_that_is_told_by_its_name(kind):
    entry = kind.authority.lookup("PRODUCT").entry
    assert kind.name in (entry.fixed, *entry.enum)
    assert kind.authority.ids[-1] == "products/common"
    assert kind.name in load_dictionary("products/common").lookup("PRODUCT").entry.enum


def test_every_dictionary_has_a_kind():
    known = {name for kind in PRODUCT_KINDS.values() for name in kind.authority.ids}
    assert set(PRODUCTS) - known == {"products/xray-events"}
    assert set(load_dictionary("products/common").lookup("PRODUCT").entry.enum) == set(
        PRODUCT_KINDS
    )


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_keyword_is_described_in_both_languages(name):
    for entry in load_dictionary(name):
        described = entry.more["description"]
        assert described["en"].endswith(".") and described["ja"].endswith("。"), entry.name
        assert entry.more["category"] and entry.more.get("sample") is not None


def test_every_fact_has_a_keyword_in_some_product():
    for keyword in FACT_KEYWORDS.values():
        assert any(kind.authority.lookup(keyword) for kind in PRODUCT_KINDS.values()), keyword


def test_what_is_required_of_a_map_can_be_given_by_a_flag():
    written = {"PRODUCT", "DATE", "CREATOR", "RADESYS", "CHECKSUM", "DATASUM", "ELLIPDEF"}
    for kind in PRODUCT_KINDS.values():
        if kind.name.startswith("xray") or kind.name in ("binmap", "sn"):
            continue
        for entry in kind.authority:
            if entry.importance == "required" and entry.name not in written:
                assert "--set" not in explain_supply(entry.name), entry.name


def test_the_linter_has_no_complaint(capsys):
    names = [str(find_data_folder() / f"{name}.toml") for name in PRODUCTS]
    print_lint(LintOptions(names=names, form="json"))
    assert {one["severity"] for one in json.loads(capsys.readouterr().out)} <= {"info"}
