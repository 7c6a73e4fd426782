"""Keywords and the entries they belong to."""

import pytest

from fitslint.dictionary import (
    Dictionary,
    DictionaryError,
    find_nearest_keyword,
    load_standard,
    open_dictionary,
)
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.spelling import count_edits


@pytest.mark.parametrize(
    ("keyword", "name", "indices", "version"),
    [
        ("NAXIS", "NAXIS", {}, ""),
        ("NAXIS1", "NAXISn", {"n": 1}, ""),
        ("CRVAL12B", "CRVALia", {"i": 12}, "B"),
        ("RADESYS", "RADESYSa", {}, ""),
        ("CD1_2Z", "CDi_ja", {"i": 1, "j": 2}, "Z"),
        ("12PC345", "ijPCna", {"i": 1, "j": 2, "n": 345}, ""),
        ("TP12_300A", "TPn_ka", {"n": 12, "k": 300}, "A"),
        ("PV1_0", "PVi_ma", {"i": 1, "m": 0}, ""),
        ("PC001002", "PCiiijjj", {"i": 1, "j": 2}, ""),
        ("1V2_XA", "iVn_Xa", {"i": 1, "n": 2}, "A"),
        ("", "", {}, ""),
        ("ZDITHER0", "ZDITHER0", {}, ""),
    ],
)
def test_lookup(keyword, name, indices, version):
    match = load_standard().lookup(keyword)
    assert match is not None
    assert (match.entry.name, match.indices, match.version) == (name, indices, version)
    assert load_standard().find_near_match(keyword) is None


@pytest.mark.parametrize(
    "keyword",
    [
        "TEMP1",
        "DATENOTE",
        "GAIN",
        "CRVAL",
        "CRVAL1AB",
        "PV1",
        "PC1",
        "crval1",
        "NAXIS1A",
        "DATE-1",
        "CRVAL#",
        "CRVAL#A",
        "CD#_2",
        "NAXIS#",
    ],
)
def test_private_keywords_are_nobodys(keyword):
    assert load_standard().lookup(keyword) is None
    assert load_standard().find_near_match(keyword) is None


@pytest.mark.parametrize(
    ("keyword", "reason", "letter", "canonical"),
    [
        ("NAXIS1000", "out-of-range", "n", "NAXIS1000"),
        ("NAXIS0", "out-of-range", "n", "NAXIS0"),
        ("CRPIX100", "out-of-range", "j", "CRPIX100"),
        ("PV1_100", "out-of-range", "m", "PV1_100"),
        ("CRPIX01", "leading-zero", "j", "CRPIX1"),
        ("CD01_02A", "leading-zero", "i", "CD1_2A"),
        ("TFORM001", "leading-zero", "n", "TFORM1"),
    ],
)
def test_near(keyword, reason, letter, canonical):
    assert load_standard().lookup(keyword) is None
    near = load_standard().find_near_match(keyword)
    assert near is not None
    assert (near.reason, near.letter, near.canonical) == (reason, letter, canonical)
    assert near.low <= near.high


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [
        ("CRVALL1", "CRVAL1"),
        ("DATEOBS", "DATE-OBS"),
        ("DATE_OBS", "DATE-OBS"),
        ("TELESCOPE", "TELESCOP"),
        ("CTPYE1", "CTYPE1"),
        ("INSTRUM", "INSTRUME"),
        ("TTYP12", "TTYPE12"),
        ("EXPTIME", None),
        ("FILTER", None),
        ("OBJECT", None),
    ],
)
def test_nearest(keyword, meant):
    assert find_nearest_keyword(load_standard(), keyword) == meant


def test_distance_counts_swaps_once():
    assert count_edits("CTPYE", "CTYPE", 3) == 1
    assert count_edits("ABC", "ABC", 1) == 0
    assert count_edits("ABC", "XYZ", 2) == 3


def test_the_memo_is_bounded_and_changes_nothing():
    names = [f"CRVAL{i}" for i in range(1, 99)] + [f"PRIV{i}" for i in range(20_000)]
    first = [load_standard().lookup(name) is None for name in names]
    assert [load_standard().lookup(name) is None for name in names] == first


def test_the_most_specific_template_wins():
    entries = {"ABn": Entry("ABn", "real"), "ABnnn": Entry("ABnnn", "string")}
    dictionary = Dictionary({"id": "x"}, entries, entries.__getitem__)
    three, two = dictionary.lookup("AB012"), dictionary.lookup("AB12")
    assert three is not None and three.entry.type == "string"
    assert two is not None and two.entry.type == "real"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[dictionary", "broken TOML"),
        (b"[dictionary]\nid='x'\n", "the key 'version' is missing"),
        (b"keyword = 3\ndictionary = {}\n", "has to be a list"),
        (b"\xff", "not UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_broken_dictionary_is_named(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(DictionaryError, match=said) as error:
        open_dictionary(str(path))
    assert "mine.toml" in str(error.value)
