"""Finding dictionaries and keywords in all of them."""

import pytest

from fitslint.dictionary import DictionaryError, list_ids
from fitslint.dictionary.lookup import (
    expand_entry,
    find_entries,
    fold_text,
    load_conflict_rows,
    load_document,
    open_document,
    open_documents,
    search_entries,
    suggest_keywords,
)
from tests.dictionary.samples import write


def test_all_of_this_distribution():
    assert [one.id for one in open_documents()] == list(list_ids())


def test_by_file(tmp_path):
    path = write(tmp_path, "one.toml", 'name = "A"\ntype = "real"')
    assert open_document(str(path)).id == "test/one"


@pytest.mark.parametrize(
    ("given", "said"),
    [("subaru/basik", "did you mean 'subaru/basic'"), ("no.toml", "no.toml: cannot be read")],
)
def test_dictionaries_that_are_not_there(given, said):
    with pytest.raises(DictionaryError, match=said):
        open_document(given)


def test_a_file_that_does_not_follow_the_schema(tmp_path):
    path = write(tmp_path, "one.toml", 'name = "A"\ntype = "reel"')
    with pytest.raises(DictionaryError, match=r"one\.toml:10: A\.type: is 'reel'"):
        open_document(str(path))


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
    found = {one.document.id: one for one in find_entries(keyword, open_documents())}
    assert (found[dictionary].table["name"], found[dictionary].match_kind) == (name, how)


def test_names_with_blanks_and_other_names(tmp_path):
    path = write(
        tmp_path, "eso.toml", 'name = "ESO DETi DIT"\ntype = "real"\nalias = ["DIT"]',
    )  # fmt: skip
    where = [open_document(str(path))]
    for keyword, how in [("HIERARCH ESO  DET2 DIT", "template"), ("dit", "alias")]:
        (found,) = find_entries(keyword, where)
        assert found.match_kind == how


def test_close_names():
    where = [load_document("subaru/basic")]
    assert suggest_keywords("EXPTIMR", where)[0] == "EXPTIME"
    assert suggest_keywords("QQQQQQQQ", where) == []


def test_search_is_blind_to_case_and_width():
    names = {
        one.table["name"]
        for one in search_entries("ＥＸＰＴＩＭＥ", open_documents(["subaru/basic"]))
    }
    assert "EXPTIME" in names
    assert fold_text("ＦＩＴＳ ｶﾅ") == "fits カナ"


def test_search_in_both_languages():
    basic = open_documents(["subaru/basic"])
    assert {one.table["name"] for one in search_entries("Common 秒 EXPTIME", basic)} <= {"EXPTIME"}
    assert any(search_entries("積分時間", basic))
    assert not any(search_entries("kaleidoscope", basic))


def test_instances_of_templates():
    reserved = load_document("fits/reserved").dictionary
    assert expand_entry(reserved, "EXTEND") == ["EXTEND"]
    assert expand_entry(reserved, "CRVALia") == ["CRVAL1", "CRVAL99"]
    basic = load_document("subaru/basic").dictionary
    assert all(basic.lookup(one) for name in basic.names for one in expand_entry(basic, name))


def test_every_conflict_of_an_entry_is_known():
    known = load_conflict_rows()
    for one in open_documents():
        for table in one.keywords:
            assert set(table.get("conflict", ())) <= set(known)
