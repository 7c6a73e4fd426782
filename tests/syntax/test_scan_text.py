from __future__ import annotations

import pytest

from tests.syntax.scan_streams import END, block, cards, header, kinds, lines, read

PLAIN = [*lines("SIMPLE", (20, 10)), "OBJECT  = 'M 31'"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [0, 80])
@pytest.mark.parametrize("end", [True, False])
def test_lines(ending, width, end):
    wanted = [*PLAIN, "END"] if end else PLAIN
    data = "".join(line.ljust(width) + ending for line in wanted).encode()
    file = read(data, "x.hdr")
    (one,) = file.hdus
    assert (file.status, file.container, file.problems) == ("ok", "text", [])
    assert one.header.is_text
    assert one.header.names[-1] == "OBJECT"
    assert (one.header.end is not None) is end
    for card in one.header.cards:
        assert data[card.offset :].startswith(card.raw.rstrip())


def test_records_without_newlines():
    for data in (cards(*PLAIN), cards(*PLAIN) + END, block(cards(*PLAIN) + END)):
        file = read(data, "x.hdr")
        assert (file.container, file.problems) == ("text", [])
        assert len(file.hdus[0].header) == len(PLAIN)


def test_suffix_of_a_fits_file_promises_data():
    assert kinds(read(block(cards(*PLAIN) + END), "x.fits")) == ["data-cut"]
    assert read(header("SIMPLE"), "x.hdr").container == "fits"


def test_text_may_begin_anywhere():
    file = read(b"WCSAXES =                    2\nCRPIX1  =  1.5\n", "x.hdr")
    assert file.status == "ok"
    assert file.hdus[0].kind == "unknown"


def test_characters_beyond_ascii_are_one_column():
    text = "OBJECT  = 'x'    / µ and 銀河 here\nGAIN    = 2.5\n"
    file = read(text.encode(), "x.hdr")
    card = file.hdus[0].header.card(0)
    assert len(card.raw) == 80
    assert [i for i, byte in enumerate(card.raw) if byte > 0x7E] == [19, 25, 26]
    assert file.hdus[0].header.card(1).offset == len(text.partition("\n")[0].encode()) + 1


def test_several_headers_in_one_text():
    parts = [*PLAIN, "END", *lines("IMAGE", ()), "END", *lines("BINTABLE", ()), ""]
    file = read("\n".join(parts).encode(), "x.hdr")
    assert [one.kind for one in file.hdus] == ["primary", "image", "bintable"]
    parts = [line for line in parts if line != "END"]
    assert [one.kind for one in read("\n".join(parts).encode(), "x.hdr").hdus] == [
        "primary", "image", "bintable",
    ]  # fmt: skip


def test_long_line_is_noted():
    data = "\n".join([*PLAIN, "FILTER  = 'B' / ".ljust(95, "x")]).encode()
    file = read(data, "x.hdr")
    assert kinds(file) == ["long-line"]
    assert file.problems[0].params == {"columns": 95, "text": "FILTER"}


def test_text_under_the_name_of_a_fits_file():
    file = read("\n".join(PLAIN).encode(), "x.fits")
    assert kinds(file) == ["line-breaks"]
    assert file.container == "text"


def test_record_that_ends_in_a_line_break_keeps_its_grid():
    raw = b"".join(line.encode().ljust(79) + b"\n" for line in lines("SIMPLE", ()))
    file = read(block(raw + END), "x.fits")
    assert (file.container, kinds(file)) == ("fits", ["line-breaks"])


@pytest.mark.parametrize("text", ["FOO: 1\nBAR: 2\n", "a = 1\nb = 2\n", "runmode\n source 0\n"])
def test_other_text_is_none(text):
    assert read(text.encode(), "x.hdr").status == "not-fits"
