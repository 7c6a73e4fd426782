"""Whose dictionaries hold: recognised or asked for, at home or abroad, and where they disagree."""

from pathlib import Path

import pytest

import fitslint
from fitslint.config.settings import Settings
from fitslint.dictionary import DictionaryError
from fitslint.engine.run import check_all

SAMPLES = Path(__file__).parents[2] / "fixtures" / "samples"
FOCAS = SAMPLES / "focas-imaging.hdr"
FIRST = (
    "SIMPLE  =                    T",
    "BITPIX  =                    8",
    "NAXIS   =                    0",
)
EXTENSION = (
    "XTENSION= 'IMAGE   '", "BITPIX  =                    8", "NAXIS   =                    0",
    "PCOUNT  =                    0", "GCOUNT  =                    1",
)  # fmt: skip
SUBARU = ("TELESCOP= 'Subaru  '", "INSTRUME= 'FOCAS   '")


def fits(*headers):
    blocks = ("".join(card.ljust(80) for card in (*cards, "END")) for cards in headers)
    return b"".join(block.ljust(-(-len(block) // 2880) * 2880).encode() for block in blocks)


def codes(report, prefix="DI"):
    return {finding.code for finding in report.findings if finding.code.startswith(prefix)}


def of(report, code):
    return [finding for finding in report.findings if finding.code == code]


def test_a_header_tells_its_authority():
    report = fitslint.check(fits((*FIRST, *SUBARU)))
    assert report.dictionaries == ("subaru/focas", "subaru/basic")
    assert report.to_dict()["recognised"] == "INSTRUME = 'FOCAS'"
    assert of(report, "DI101")


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_tells_the_dictionaries_is_of_the_file_itself(tmp_path, jobs):
    """Files of one instrument share what was learnt of the first of them, not its FRAMEID."""
    numbers = [f"FCSA{number:08}" for number in range(100)]
    paths = [str(tmp_path / f"{number}.fits") for number in numbers]
    for path, number in zip(paths, numbers, strict=True):
        Path(path).write_bytes(fits((*FIRST, f"FRAMEID = '{number}'", *SUBARU)))
    reports = list(check_all(paths, Settings(jobs=jobs)))
    assert [report.dictionary_evidence for report in reports] == [
        f"FRAMEID = {number!r}" for number in numbers
    ]


def test_none_turns_dictionaries_off():
    report = fitslint.check(fits((*FIRST, *SUBARU)), profile="none")
    assert report.dictionaries == ()
    assert codes(report) == set()
    assert "dictionaries" not in report.to_dict()


def test_what_was_asked_for_weighs_like_the_standard():
    data = fits((*FIRST, *SUBARU))
    recognised = {one.severity for one in of(fitslint.check(data), "DI101")}
    asked = {one.severity for one in of(fitslint.check(data, profile="subaru"), "DI101")}
    assert "error" not in recognised
    assert "error" in asked


def test_a_family_lets_the_file_tell():
    assert fitslint.check(FOCAS, profile="subaru").dictionaries[0] == "subaru/focas"
    assert fitslint.check(fits(FIRST), profile="subaru").dictionaries == ("subaru/basic",)
    assert fitslint.check(FOCAS, profile="subaru/hds").dictionaries[0] == "subaru/hds"
    assert fitslint.check(FOCAS, profile="strict,none").dictionaries == ()


def test_demands_hold_at_home_only():
    report = fitslint.check(fits((*FIRST, *SUBARU), (*EXTENSION, "AIRMASS = 'high    '")))
    assert {one.hdu for one in of(report, "DI101")} == {1}
    assert [(one.hdu, one.keyword) for one in of(report, "DI103")] == [(2, "AIRMASS")]


def test_the_first_hdu_that_tells_is_home():
    report = fitslint.check(fits(FIRST, (*EXTENSION, *SUBARU)))
    assert {one.hdu for one in of(report, "DI101")} == {2}
    assert not {"SIMPLE", "EXTEND"} & {one.keyword for one in of(report, "DI101")}


def test_an_unknown_instrument_is_one_finding():
    many = [f"T_KEY{number:03}= {number:20}" for number in range(300)]
    cards = ("TELESCOP= 'Subaru  '", "INSTRUME= 'HSC     '", *many)
    found = of(fitslint.check(fits((*FIRST, *cards))), "DI120")
    assert len(found) == 1
    assert "no dictionary for this instrument (HSC): 300 keywords" in found[0].message


def test_conflicts_name_both_sides_and_carry_no_fix():
    card = "RADECSYS= 'FK5     '"
    plain = of(fitslint.check(fits((*FIRST, card))), "DP103")[0]
    subaru = of(fitslint.check(fits((*FIRST, *SUBARU, card))), "DP103")[0]
    assert plain.severity == "warning" and plain.fix
    assert subaru.severity == "info" and subaru.fix is None
    assert "FITS 4.0: " in subaru.message and "Subaru: " in subaru.message


def test_severities_of_the_user_stand_over_conflicts():
    data = fits((*FIRST, *SUBARU, "RADECSYS= 'FK5     '"))
    report = fitslint.check(data, severity={"DP103": "error"})
    assert of(report, "DP103")[0].severity == "error"


def test_the_order_of_files_does_not_matter():
    """One judge, files of several authorities: the memos of one do not answer for another."""
    cards = (*FIRST, "DATA-TYP= 'map     '", "DEC     =                 12.5")
    norh = fits((*cards, "TELESCOP= 'radioheliograph'"))
    subaru = fits((*cards, "TELESCOP= 'Subaru'"))
    nobody = fits((*cards, "TELESCOP= 'HST'"))
    alone = [fitslint.check(data).to_dict()["findings"] for data in (norh, subaru, nobody)]
    for _ in range(3):
        for data, wanted in zip((norh, subaru, nobody), alone, strict=True):
            assert fitslint.check(data).to_dict()["findings"] == wanted
    assert len({str(one) for one in alone}) == 3


HEAD = """[dictionary]
id = "my/dictionary"
version = "1.0.0"
title = "Mine"
authority = "Me"
edition = "1"
"""


def mine(tmp_path, text, head=HEAD):
    path = tmp_path / "my.toml"
    path.write_text(f"{head}{text}", encoding="utf-8")
    return path


KEYWORDS = """
[dictionary.importance]
wanted = "true"
sky = "starts(OBSTYPE, 'sky')"

[[keyword]]
name = "SKYTEMP"
type = "real"
importance = "sky"
unit = "K"
minimum = 0

[[keyword]]
name = "CAMn"
type = "string"
enum = ["in", "out"]
severity = "warning"

[[keyword]]
name = "PART"
type = "integer"
importance = "wanted"
relation = ["PART <= PARTS"]

[[keyword]]
name = "PARTS"
type = "integer"
"""


def test_a_dictionary_of_anybody(tmp_path):
    path = mine(tmp_path, KEYWORDS)
    data = fits((
        *FIRST, "OBSTYPE = 'sky twilight'", "CAM1    = 'inside  '", "CAM2    = 'OUT     '",
        "PART    =                    3", "PARTS   =                    2",
    ))  # fmt: skip
    report = fitslint.check(data, dictionary=path)
    assert report.dictionaries == ("my/dictionary",)
    found = {(one.code, one.keyword, one.severity) for one in report.findings}
    assert {
        ("DI101", "SKYTEMP", "error"),
        ("DI113", "CAM1", "warning"),
        ("DI113", "CAM2", "info"),
        ("DI106", "PART", "error"),
    } <= found
    cold = fits(
        (*FIRST, "SKYTEMP =                -3.00 / [K] sky", "PART    =                    1")
    )
    found = {(one.code, one.keyword) for one in fitslint.check(cold, dictionary=str(path)).findings}
    assert ("DI114", "SKYTEMP") in found
    assert not {("DI106", "PART"), ("DI101", "SKYTEMP"), ("DI105", "SKYTEMP")} & found


@pytest.mark.parametrize(("name", "given"), [("CAM LENS TEMP", ""), ("CAM LENSn TEMP", "3")])
def test_keywords_of_several_words_are_found(tmp_path, name, given):
    text = (
        f"[dictionary.importance]\nmust = 'true'\n\n[[keyword]]\nname = '{name}'\n"
        "type = 'real'\nimportance = 'must'\nminimum = 0\n"
    )
    path = mine(tmp_path, text)
    keyword = f"HIERARCH {name.replace('n', given)}"
    for header, expected in (
        (FIRST, {"DI101"}),
        ((*FIRST, f"{keyword} = 3.0"), set()),
        ((*FIRST, f"{keyword} = -3.0"), {"DI114"}),
    ):
        assert codes(fitslint.check(fits(header), dictionary=str(path))) == expected


def test_relations_of_a_compressed_image_are_those_of_the_image(tmp_path):
    text = "\n[[keyword]]\nname = 'WIDTH'\ntype = 'integer'\nrelation = ['WIDTH <= NAXIS1']\n"
    path = mine(tmp_path, text)
    for width, codes_ in (300, set()), (600, {"DI106"}):
        head = (*FIRST, "ZIMAGE  =                    T", "NAXIS1  =                    8",
                "ZNAXIS1 =                  512", f"WIDTH   = {width:20}")  # fmt: skip
        found = codes(fitslint.check(fits(head), dictionary=str(path)))
        assert found & {"DI106"} == codes_


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[keyword]\n", "my.toml"),
        ("\n[[keyword]]\nname = 3\ntype = 'real'\n", "name"),
        ("\n[[keyword]]\nname = 'A'\ntype = 'reel'\n", "type"),
        ("\n[[keyword]]\nname = 'A'\ntype = 'string'\npattern = '(a+)+b'\n", "pattern"),
        ("\n[[keyword]]\nname = 'A'\ntype = 'real'\nrelation = ['A = 1']\n", "relation"),
        ("extends = ['my.toml']\n\n[[keyword]]\nname = 'A'\ntype = 'real'\n", "extends itself"),
        ("extends = ['subaru/nothing']\n\n[[keyword]]\nname = 'A'\ntype = 'real'\n", "nothing"),
    ],
)
def test_a_broken_dictionary_is_a_sentence(tmp_path, text, said):
    with pytest.raises(DictionaryError) as error:
        fitslint.check(fits(FIRST), dictionary=str(mine(tmp_path, text)))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_an_edited_dictionary_is_read_again(tmp_path):
    entry = "\n[[keyword]]\nname = 'SKY'\ntype = 'integer'\nmaximum = {}\n"
    data = fits((*FIRST, "SKY     =                    7"))
    for maximum, wanted in ((9, False), (5, True), (8, False)):
        path = mine(tmp_path, entry.format(maximum))
        assert bool(of(fitslint.check(data, dictionary=path), "DI114")) == wanted
