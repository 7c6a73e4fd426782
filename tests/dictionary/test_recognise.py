"""Which authority a header, or a file name, tells."""

import pytest

from fitslint.dictionary import DictionaryError, load_chain
from fitslint.dictionary.recognition.recognise import (
    Recogniser,
    find_base_dictionary,
    get_recogniser,
    list_families,
    recognise_header,
)
from fitslint.dictionary.recognition.user_dictionaries import UserDictionaries

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


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("tsa990101.fits", True), ("tcz990101b", True), ("tsz990101_012345", True),
        ("ifr990101_012345.123", True), ("ipl990101_012345.fits", True),
        ("ifx990101_012345", False),
        ("scaled_broad_flux.fits", True), ("scaled_broad_flux_cropped.fits.gz", True),
        ("scaled_broad_flux_other.fits", False), ("gammax_obs_1.fits", False),
        ("gamma1_obs_1.fits", True), ("deflection_obs_1.fits", True),
        ("exposure000000.fits", False),
        ("t", False), ("", False),
    ],
)  # fmt: skip
def test_forms_of_file_names(name, answer):
    assert get_recogniser("").has_filename_form(name) is answer


def test_a_form_of_whatever_beginning_is_found(tmp_path):
    heads = {"me/camera": {"recognises": {"filename": ["a?bc[0-9]", "(x|yy)z", "q|rs"]}}}
    own = UserDictionaries()
    own.heads, own["me/camera"] = heads, tmp_path / "camera.toml"
    recogniser = Recogniser("me", own)
    found = [name for name in ("abc1", "bc1", "abc", "xz", "yyz", "q", "rs", "qs")
             if recogniser.has_filename_form(f"{name}.fits")]  # fmt: skip
    assert found == ["abc1", "bc1", "xz", "yyz", "q", "rs"]
