"""Which authority a header, or a file name, tells."""

import pytest

from fitslint.dictionary import DictionaryError, load_chain
from fitslint.dictionary.recognition.recognise import (
    find_base_dictionary,
    list_families,
    recognise_header,
)

SUBARU = {"TELESCOP": "Subaru", "INSTRUME": "FOCAS"}


def told(values, filename="", family=""):
    found = recognise_header(values.get, filename, family)
    return found.id if found else None


@pytest.mark.parametrize(
    ("values", "filename", "wanted"),
    [
        (SUBARU, "", "subaru/focas"),
        ({"TELESCOP": "SUBARU  ", "INSTRUME": "focas"}, "", "subaru/focas"),
        ({"FRAMEID": "FCSA00000123"}, "", "subaru/focas"),
        ({"INSTRUME": "FOCAS"}, "", None),  # another telescope may have one
        ({"TELESCOP": "Subaru", "INSTRUME": "HSC"}, "", "subaru/basic"),
        ({"TELESCOP": "Subaru", "INSTRUME": "IRCS"}, "", "subaru/ircs"),
        ({"TELESCOP": "radioheliograph"}, "", "norh/heliograph"),
        ({"HDRIDENT": "HeliogFITS 2.0"}, "", "norh/heliograph"),
        ({}, "/data/ipa160724_061405.fits", "norh/heliograph"),
        ({}, "ipa160724_061405.fits.gz", "norh/heliograph"),
        (SUBARU, "ipa160724_061405", "subaru/focas"),  # a header outweighs a name
        ({"PRODUCT": "kappa"}, "", "products/kappa"),
        ({"TELESCOP": "HST", "INSTRUME": "ACS"}, "", None),
        ({}, "", None),
    ],
)
def test_recognised(values, filename, wanted):
    assert told(values, filename) == wanted


def test_within_a_family():
    assert told(SUBARU, family="norh") is None
    assert told(SUBARU, family="subaru") == "subaru/focas"


def test_families_and_their_roots():
    assert set(list_families()) == {"norh", "products", "subaru"}
    assert [find_base_dictionary(one) for one in list_families()] == [
        "norh/heliograph",
        "products/common",
        "subaru/basic",
    ]


def test_an_authority_holds_what_its_dictionaries_extend():
    ircs = load_chain(("subaru/ircs",), "")
    assert ircs.id == "subaru/ircs"
    assert set(ircs.ids) == {"subaru/ircs", "subaru/ao", "subaru/basic"}
    assert ircs.lookup("EXPTIME") and ircs.lookup("I_HDRVER") and not ircs.lookup("S_XFLIP")
    assert ircs.clause("I_HDRVER").startswith("subaru/ircs")
    assert not ircs.non_binding.binding


HEAD = '[dictionary]\nid = "{id}"\nversion = "1.0.0"\ntitle = "t"\nauthority = "a"\nedition = "1"\n'
KEYWORD = '\n[[keyword]]\nname = "SHIFT"\ntype = "real"\n'


def test_dictionaries_of_anybody(tmp_path):
    base, mine = tmp_path / "base.toml", tmp_path / "mine.toml"
    base.write_text(HEAD.format(id="x/base") + KEYWORD)
    mine.write_text(
        HEAD.format(id="x/mine") + 'extends = ["base.toml", "subaru/basic"]\n'
        + KEYWORD.replace("SHIFT", "TURN")
    )  # fmt: skip
    found = load_chain((str(mine),), "asked for")
    assert found.id == "x/mine"
    assert set(found.ids) == {"x/mine", "x/base", "subaru/basic"}
    assert found.lookup("SHIFT") and found.lookup("TURN") and found.lookup("EXPTIME")


def test_a_dictionary_that_extends_itself(tmp_path):
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(HEAD.format(id="x/one") + 'extends = ["other.toml"]\n' + KEYWORD)
    other.write_text(HEAD.format(id="x/other") + 'extends = ["one.toml"]\n' + KEYWORD)
    with pytest.raises(DictionaryError, match="extends itself"):
        load_chain((str(one),), "")


def test_files_of_one_name_in_two_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, place in enumerate(("fits", "south"), 1):
        folder = tmp_path / place
        folder.mkdir()
        base = KEYWORD.replace("SHIFT", f"SHIFT{number}")
        (folder / "base.toml").write_text(HEAD.format(id=f"{place}/base") + base)
        mine = HEAD.format(id=f"{place}/mine") + 'extends = ["base.toml"]\n' + KEYWORD
        (folder / "mine.toml").write_text(mine)
    found = load_chain(("fits/mine.toml", "./south/mine.toml", "south/mine.toml"), "")
    assert found.ids == ("fits/mine", "south/mine", "fits/base", "south/base")
    assert found.lookup("SHIFT1") and found.lookup("SHIFT2")


def test_a_file_that_changes_is_read_again(tmp_path):
    path = tmp_path / "mine.toml"
    for name in ("SHIFT", "TURN"):
        text = HEAD.format(id="x/mine") + KEYWORD.replace("SHIFT", name)
        path.write_text(text, encoding="utf-8-sig")  # as Notepad writes it
        assert [one.name for one in load_chain((str(path),), "")] == [name]


def test_what_holds_anyway_needs_not_be_asked_for():
    with pytest.raises(DictionaryError, match="holds for every file"):
        load_chain(("fits/eso", "fits/reserved"), "")


@pytest.mark.parametrize("name", ["subaru/nothing", "subaru", ""])
def test_a_dictionary_that_is_not_there(name):
    with pytest.raises(DictionaryError, match="there is no dictionary"):
        load_chain((name,), "")
