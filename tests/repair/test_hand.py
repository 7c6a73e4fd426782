"""Editing by hand: types, layout, long strings, and what is refused."""

import pytest
from astropy.io import fits as astropy_fits

from fitslint.config.settings import Settings
from fitslint.repair.byhand import edit
from fitslint.repair.fixing import Writing
from fitslint.repair.hand import Change, Place, keyword_of
from fitslint.repair.model import RepairError
from fitslint.repair.typed import value_text
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
    return edit(str(path), changes, Settings(**options), Writing())


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
    assert value_text("X", word, wanted) == text


@pytest.mark.parametrize(
    ("word", "wanted"), [("x", "real"), ("1.5", "integer"), ("'1'", "real"), ("1", "logical")]
)
def test_what_a_keyword_cannot_hold(word, wanted):
    with pytest.raises(RepairError, match="X holds"):
        value_text("X", word, wanted)


def test_set_keeps_type_place_and_comment(path):
    change(path, Change("set", "OBJECT", "NGC 1275"), Change("set", "gain", "3"))
    assert cards(path) == [
        "OBJECT  = 'NGC 1275'           / target",
        "GAIN    =                  3.0",
    ]


def test_dictionaries_give_the_type_of_a_new_keyword(path):
    change(path, Change("set", "EXPTIME", "30"), Change("set", "TELESCOP", "188"))
    assert cards(path)[2:] == ["EXPTIME =                 30.0", "TELESCOP= '188     '"]


def test_long_strings_are_continued_and_replaced_whole(path):
    text = "it's " + "long " * 30
    change(path, Change("set", "PROGRAM", text, "the program"))
    assert [card[:8] for card in cards(path)[2:]] == ["PROGRAM ", *["CONTINUE"] * 3]
    with astropy_fits.open(path) as hdus:
        assert hdus[0].header["PROGRAM"] == text.rstrip()
        assert hdus[0].header.comments["PROGRAM"] == "the program"
    change(path, Change("set", "PROGRAM", "short"))
    assert cards(path)[2:] == ["PROGRAM = 'short   '           / the program"]


def test_a_header_may_grow_by_a_block_and_shrink_again(path):
    before = path.read_bytes()
    for number in range(40):
        change(path, Change("set", "HISTORY", f"step {number}"))
    assert len(path.read_bytes()) == 2 * 2880
    for _ in range(40):
        change(path, Change("delete", "HISTORY", card=6))
    assert path.read_bytes() == before


def test_hierarch(path):
    change(path, Change("set", "ESO DET ID", "7"))
    assert cards(path)[2] == "HIERARCH ESO DET ID = '7       '"
    change(path, Change("rename", "HIERARCH ESO DET ID", "DETID"))
    assert cards(path)[2] == "DETID   = '7       '"
    with pytest.raises(RepairError, match="HIERARCH TOOLONGNAME"):
        keyword_of("TOOLONGNAME")


def test_move(path):
    change(path, Change("move", "GAIN", place=Place(before="OBJECT")))
    assert [card[:6] for card in cards(path)] == ["GAIN  ", "OBJECT"]
    change(path, Change("move", "GAIN", place=Place(after="OBJECT")))
    assert [card[:6] for card in cards(path)] == ["OBJECT", "GAIN  "]


def test_twins_are_told_apart(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(b"GAIN    =                  2.5", b"GAIN    =                  3.5"))
    with pytest.raises(RepairError, match="cards 4, 5; say which by --card"):
        change(path, Change("delete", "GAIN"))
    change(path, Change("delete", "GAIN", card=5))
    assert cards(path) == ["GAIN    =                  2.5"]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (Change("set", "NAXIS", "2"), "how the file is laid out"),
        (Change("set", "TFORM1", "1J"), "how the file is laid out"),
        (Change("delete", "END"), "how the file is laid out"),
        (Change("rename", "GAIN", "OBJECT"), "there already"),
        (Change("rename", "GAIN", "BITPIX"), "how the file is laid out"),
        (Change("move", "GAIN", place=Place(before="BITPIX")), "conform|refused"),
        (Change("set", "DATE-OBS", "yesterday"), "DT1.*yesterday"),
        (Change("set", "OBJECT", "x", "c" * 70), "has no room"),
        (Change("set", "OBJECT", "\x1b[31m"), "ASCII"),
        (Change("set", "X", "1", hdu="9"), "no HDU 9"),
        (Change("set", "X", "1", hdu="SCI"), "no HDU has the EXTNAME"),
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
    change(path, Change("set", "GAIN", "3.5"))
    with astropy_fits.open(path, checksum=True) as hdus:
        assert hdus[0].verify_checksum() == 1
        assert hdus[0].header["GAIN"] == 3.5
