"""Editing by hand: types, layout, long strings, and what is refused."""

import pytest
from astropy.io import fits as astropy_fits

from fitslint.config.settings import Settings
from fitslint.repair.edit.apply import edit_file
from fitslint.repair.edit.keywords import CardPosition, KeywordEdit, require_keyword
from fitslint.repair.edit.values import format_value_word
from fitslint.repair.fixer import WriteOptions
from fitslint.repair.model import RepairError
from tests.engine.test_run import fits

GAIN = b"GAIN    =                  2.5"


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "x.fits"
    made.write_bytes(
        fits(b"OBJECT  = 'M31     '           / target", b"GAIN    =                  2.5")
    )
    return made


def change(path, *changes, **options):
    return edit_file(str(path), changes, Settings(**options), WriteOptions())


def cards(path):
    data = path.read_bytes()
    images = [data[at : at + 80].decode() for at in range(0, len(data), 80)]
    return [image.rstrip() for image in images[3 : images.index("END".ljust(80))]]


@pytest.mark.parametrize(
    ("word", "wanted", "text"),
    [
        ("5", "real", "5.0"), ("1e3", "real", "1.0E3"), ("1.50", "real", "1.50"),
        ("-.5d2", "real", "-.5D2"), ("7.", "any", "7.0"), ("7", "any", "7"), ("T", "any", "T"),
        ("true", "logical", "T"), ("true", "any", None), ("(1,2.5)", "complex", "(1.0, 2.5)"),
        ("42", "string", None), ("'42'", "any", None), ("", "real", ""), ("1_000", "any", None),
    ],
)  # fmt: skip
def test_types(word, wanted, text):
    assert format_value_word("X", word, wanted) == text


@pytest.mark.parametrize(
    ("word", "wanted"), [("x", "real"), ("1.5", "integer"), ("'1'", "real"), ("1", "logical")]
)
def test_what_a_keyword_cannot_hold(word, wanted):
    with pytest.raises(RepairError, match="X holds"):
        format_value_word("X", word, wanted)


def test_set_keeps_type_place_and_comment(path):
    change(path, KeywordEdit("set", "OBJECT", "NGC 1275"), KeywordEdit("set", "gain", "3"))
    assert cards(path) == [
        "OBJECT  = 'NGC 1275'           / target",
        "GAIN    =                  3.0",
    ]


def test_dictionaries_give_the_type_of_a_new_keyword(path):
    change(path, KeywordEdit("set", "EXPTIME", "30"), KeywordEdit("set", "TELESCOP", "188"))
    assert cards(path)[2:] == ["EXPTIME =                 30.0", "TELESCOP= '188     '"]


def test_long_strings_are_continued_and_replaced_whole(path):
    text = "it's " + "long " * 30
    change(path, KeywordEdit("set", "PROGRAM", text, "the program"))
    assert [card[:8] for card in cards(path)[2:]] == ["PROGRAM ", *["CONTINUE"] * 3]
    with astropy_fits.open(path) as hdus:
        assert hdus[0].header["PROGRAM"] == text.rstrip()
        assert hdus[0].header.comments["PROGRAM"] == "the program"
    change(path, KeywordEdit("set", "PROGRAM", "short"))
    assert cards(path)[2:] == ["PROGRAM = 'short   '           / the program"]


def test_a_header_may_grow_by_a_block_and_shrink_again(path):
    before = path.read_bytes()
    for number in range(40):
        change(path, KeywordEdit("set", "HISTORY", f"step {number}"))
    assert len(path.read_bytes()) == 2 * 2880
    for _ in range(40):
        change(path, KeywordEdit("delete", "HISTORY", card=6))
    assert path.read_bytes() == before


def test_hierarch(path):
    change(path, KeywordEdit("set", "ESO DET ID", "7"))
    assert cards(path)[2] == "HIERARCH ESO DET ID = '7       '"
    change(path, KeywordEdit("rename", "HIERARCH ESO DET ID", "DETID"))
    assert cards(path)[2] == "DETID   = '7       '"
    with pytest.raises(RepairError, match="HIERARCH TOOLONGNAME"):
        require_keyword("TOOLONGNAME")


def test_move(path):
    change(path, KeywordEdit("move", "GAIN", position=CardPosition(before="OBJECT")))
    assert [card[:6] for card in cards(path)] == ["GAIN  ", "OBJECT"]
    change(path, KeywordEdit("move", "GAIN", position=CardPosition(after="OBJECT")))
    assert [card[:6] for card in cards(path)] == ["OBJECT", "GAIN  "]


def test_twins_are_told_apart(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(b"GAIN    =                  2.5", b"GAIN    =                  3.5"))
    with pytest.raises(RepairError, match="cards 4, 5; say which by --card"):
        change(path, KeywordEdit("delete", "GAIN"))
    change(path, KeywordEdit("delete", "GAIN", card=5))
    assert cards(path) == ["GAIN    =                  2.5"]


@pytest.mark.parametrize("name", ["airmass", "AIRMASS"])
def test_a_name_in_small_letters_can_be_renamed_and_deleted(tmp_path, name):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(b"airmass =                  2.5", b"HIERARCH my key = 3"))
    change(path, KeywordEdit("rename", name, "AIRMASS"))
    change(path, KeywordEdit("delete", "my key"))
    assert cards(path) == ["AIRMASS =                  2.5"]


def test_names_that_differ_in_letters_alone_are_told_apart(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(b"AIRMASS =                  2.5", b"airmass =                  3.5"))
    for kind in ("delete", "move"):
        with pytest.raises(RepairError, match="cards 4, 5; say which by --card"):
            change(path, KeywordEdit(kind, "airmass"))
    change(path, KeywordEdit("delete", "airmass", card=5))
    assert cards(path) == ["AIRMASS =                  2.5"]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (KeywordEdit("set", "NAXIS", "2"), "how the file is laid out"),
        (KeywordEdit("set", "TFORM1", "1J"), "how the file is laid out"),
        (KeywordEdit("delete", "END"), "how the file is laid out"),
        (KeywordEdit("rename", "GAIN", "OBJECT"), "there already"),
        (KeywordEdit("rename", "GAIN", "BITPIX"), "how the file is laid out"),
        (KeywordEdit("move", "GAIN", position=CardPosition(before="BITPIX")), "conform|refused"),
        (KeywordEdit("set", "DATE-OBS", "yesterday"), "DT1.*yesterday"),
        (KeywordEdit("set", "OBJECT", "x", "c" * 70), "has no room"),
        (KeywordEdit("set", "OBJECT", "\x1b[31m"), "ASCII"),
        (KeywordEdit("set", "X", "1", hdu="9"), "no HDU 9"),
        (KeywordEdit("set", "X", "1", hdu="SCI"), "no HDU has the EXTNAME"),
    ],
)
def test_refusals_leave_the_file_as_it_was(path, made, why):
    before = path.read_bytes()
    with pytest.raises(RepairError, match=why):
        change(path, made)
    assert path.read_bytes() == before


def test_checksum_goes_along(tmp_path):
    path = tmp_path / "x.fits"
    hdu = astropy_fits.PrimaryHDU()
    hdu.header["GAIN"] = 2.5
    hdu.writeto(path, checksum=True)
    change(path, KeywordEdit("set", "GAIN", "3.5"))
    with astropy_fits.open(path, checksum=True) as hdus:
        assert hdus[0].verify_checksum() == 1
        assert hdus[0].header["GAIN"] == 3.5
