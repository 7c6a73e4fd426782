"""Finding dictionaries and keywords in all of them."""

import pytest

from fitslint.dictionary import DictionaryError, ids
from fitslint.dictionary.catalogue import (
    close_names,
    conflicts,
    documents,
    entries_of,
    find,
    folded,
    instances,
    search,
    shipped_document,
)
from tests.dictionary.samples import write


def test_all_of_this_distribution():
    assert [one.id for one in documents()] == list(ids())


def test_by_file(tmp_path):
    path = write(tmp_path, "one.toml", 'name = "A"\ntype = "real"')
    assert find(str(path)).id == "test/one"


@pytest.mark.parametrize(
    ("given", "said"),
    [("subaru/basik", "did you mean 'subaru/basic'"), ("no.toml", "no.toml: cannot be read")],
)
def test_dictionaries_that_are_not_there(given, said):
    with pytest.raises(DictionaryError, match=said):
        find(given)


def test_a_file_that_does_not_follow_the_schema(tmp_path):
    path = write(tmp_path, "one.toml", 'name = "A"\ntype = "reel"')
    with pytest.raises(DictionaryError, match=r"one\.toml:10: A\.type: is 'reel'"):
        find(str(path))


@pytest.mark.parametrize(
    ("keyword", "dictionary", "name", "how"),
    [
        ("EXPTIME", "subaru/basic", "EXPTIME", "name"),
        ("exptime", "subaru/basic", "EXPTIME", "name"),
        ("CRVAL3", "fits/reserved", "CRVALia", "template"),
        ("CRVALia", "fits/reserved", "CRVALia", "name"),
        ("FILTER01", "subaru/basic", "FILTERnn", "template"),
    ],
)
def test_entries_of_a_keyword(keyword, dictionary, name, how):
    found = {one.document.id: one for one in entries_of(keyword, documents())}
    assert (found[dictionary].table["name"], found[dictionary].how) == (name, how)


def test_names_with_blanks_and_other_names(tmp_path):
    path = write(
        tmp_path, "eso.toml", 'name = "ESO DETi DIT"\ntype = "real"\nalias = ["DIT"]',
    )  # fmt: skip
    where = [find(str(path))]
    for keyword, how in [("HIERARCH ESO  DET2 DIT", "template"), ("dit", "alias")]:
        (found,) = entries_of(keyword, where)
        assert found.how == how


def test_close_names():
    where = [shipped_document("subaru/basic")]
    assert close_names("EXPTIMR", where)[0] == "EXPTIME"
    assert close_names("QQQQQQQQ", where) == []


def test_search_is_blind_to_case_and_width():
    names = {one.table["name"] for one in search("ＥＸＰＴＩＭＥ", documents(["subaru/basic"]))}
    assert "EXPTIME" in names
    assert folded("ＦＩＴＳ ｶﾅ") == "fits カナ"


def test_search_in_both_languages():
    basic = documents(["subaru/basic"])
    assert {one.table["name"] for one in search("Common 秒 EXPTIME", basic)} <= {"EXPTIME"}
    assert any(search("積分時間", basic))
    assert not any(search("kaleidoscope", basic))


def test_instances_of_templates():
    reserved = shipped_document("fits/reserved").dictionary
    assert instances(reserved, "EXTEND") == ["EXTEND"]
    assert instances(reserved, "CRVALia") == ["CRVAL1", "CRVAL99"]
    basic = shipped_document("subaru/basic").dictionary
    assert all(basic.lookup(one) for name in basic.names for one in instances(basic, name))


def test_every_conflict_of_an_entry_is_known():
    known = conflicts()
    for one in documents():
        for table in one.keywords:
            assert set(table.get("conflict", ())) <= set(known)
