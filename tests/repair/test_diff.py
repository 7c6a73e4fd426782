"""Differences card by card, held against the bytes that a plan writes."""

import pytest

from fitslint.repair.diff import list_hunks
from fitslint.repair.model import Patch
from fitslint.source.files import read_bytes
from tests.engine.test_run import BAD, fits


def compared(data, *patches, name="x.fits"):
    file = read_bytes(data, name)
    return list(list_hunks(file, lambda offset, count: data[offset : offset + count], patches))


def card(text):
    return text.ljust(80)


def test_a_card_that_changes():
    (hunk,) = compared(fits(BAD), Patch(240, 320, card(b"EXPTIME = 150.")))
    assert hunk.location == "HDU 1"
    assert hunk.records == (
        (" ", card(b"BITPIX  =                    8")),
        (" ", card(b"NAXIS   =                    0")),
        ("-", card(BAD)),
        ("+", card(b"EXPTIME = 150.")),
        (" ", card(b"END")),
    )
    assert (hunk.old, hunk.new) == ((2, 4), (2, 4))


def test_part_of_a_card_is_shown_as_a_card():
    (hunk,) = compared(fits(BAD), Patch(266, 267, b"E"))
    assert [record for sign, record in hunk.records if sign == "+"] == [
        card(BAD.replace(b"e", b"E"))
    ]


def test_a_header_that_grows_says_by_how_many_blocks():
    new = b"".join(card(b"COMMENT %d" % n) for n in range(36))
    (hunk,) = compared(fits(), Patch(240, 240, new))
    assert hunk.location == "HDU 1, +1 header block"
    assert sum(sign == "+" for sign, _ in hunk.records) == 36


def test_changes_outside_headers_are_told_by_their_bytes():
    before, behind = compared(
        b"\xef\xbb\xbf" + fits() + b"junk", Patch(0, 3, b""), Patch(2883, 2887, b"")
    )
    assert before.location == "byte 0, 3 bytes become 0"
    assert behind.records == (("-", b"junk"),)


def test_every_hdu_has_its_own():
    head = fits().replace(b"END  ", card(b"EXTEND  =                    T") + b"END  ", 1)[:2880]
    first = [b"XTENSION= 'IMAGE   '", b"BITPIX  = 8", b"NAXIS   = 0", b"PCOUNT  = 0"]
    cards = [*first, b"GCOUNT  = 1", b"EXTNAME = 'SCI     '", BAD, b"END"]
    data = head + b"".join(map(card, cards)).ljust(2880)
    places = [hunk.location for hunk in compared(data, Patch(80, 160, card(b"BITPIX  = 8")),
                                            Patch(2880 + 480, 2880 + 560, b""))]  # fmt: skip
    assert places == ["HDU 1", "HDU 2 (SCI)"]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_lines_of_a_header_text(newline):
    lines = [b"SIMPLE  =                    T", b"BITPIX  = 8", b"NAXIS   = 0", BAD, b"END", b""]
    data = newline.join(lines)
    at = data.find(BAD)
    (hunk,) = compared(data, Patch(at, at + len(BAD), b"EXPTIME = 150."), name="x.hdr")
    assert ("-", BAD + newline) in hunk.records
    assert ("+", b"EXPTIME = 150." + newline) in hunk.records
