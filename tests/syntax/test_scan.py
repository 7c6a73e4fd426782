from __future__ import annotations

import pytest

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.scan_reader import StandardBounds
from tests.syntax.scan_streams import (
    END,
    IMAGE,
    PRIMARY,
    THREE,
    block,
    cards,
    hdu,
    header,
    kinds,
    lines,
    names,
    read,
)

LAST = hdu("IMAGE", (10,), "EXTNAME = 'LAST'")


def test_sound_file_has_no_problem():
    file = read(THREE)
    assert file.problems == []
    assert [(one.header.offset, one.data_offset, one.data_bytes) for one in file.hdus] == [
        (0, 2880, 0),
        (2880, 5760, 5000),
        (11520, 14400, 10),
    ]
    assert (file.status, file.size) == ("ok", len(THREE))


def test_header_of_many_blocks():
    long = header("SIMPLE", (), *(f"KEY{n:05d}= {n:>20}" for n in range(3000)))
    file = read(long + LAST)
    assert file.problems == []
    assert len(file.hdus[0].header) == 3003


def test_end_inside_a_card_is_no_end():
    data = header("SIMPLE", (), "COMMENT".ljust(40) + "END", *[""] * 5, "OBJECT  = 'M 31'")
    assert "OBJECT" in read(data).hdus[0].header


@pytest.mark.parametrize(
    ("data", "expected", "count"),
    [
        pytest.param(
            block(cards(*lines("SIMPLE", ()))) + IMAGE + LAST, ["no-end"], 3, id="no END, then HDU"
        ),
        pytest.param(
            PRIMARY + block(cards(*lines("IMAGE", (100, 50)))) + block(b"\1" * 5000, b"\0") + LAST,
            ["no-end"], 3, id="no END, then data",
        ),
        pytest.param(PRIMARY + IMAGE[:-100], ["no-padding"], 2, id="padding cut"),
        pytest.param(PRIMARY + IMAGE[:4000], ["data-cut"], 2, id="data cut"),
        pytest.param(PRIMARY + IMAGE[:100], ["header-cut"], 2, id="header cut"),
        pytest.param(PRIMARY + header("IMAGE", (10**5,)) + LAST, ["data-cut"], 3, id="too large"),
        pytest.param(
            PRIMARY + header("IMAGE", (10**6, 10**12)) + LAST, ["overflow"], 3, id="exabytes"
        ),
        pytest.param(
            PRIMARY + header("IMAGE", (10,)) + bytes(3 * BLOCK_SIZE) + LAST,
            ["recovered"], 3, id="gap",
        ),
        pytest.param(
            PRIMARY + header("IMAGE", (3000,)) + bytes(BLOCK_SIZE) + LAST + IMAGE,
            ["data-cut"], 4, id="swallows a header",
        ),
        pytest.param(PRIMARY + IMAGE[:-1] + LAST, ["shifted"], 3, id="byte lost in padding"),
        pytest.param(PRIMARY + b"\n" + IMAGE + LAST, ["shifted"], 3, id="byte before header"),
        pytest.param(PRIMARY + PRIMARY, ["second-simple"], 2, id="second file"),
        pytest.param(
            PRIMARY + header("IMAGE", ())[CARD_SIZE:].ljust(BLOCK_SIZE) + LAST,
            ["no-xtension"], 3, id="no XTENSION",
        ),
        pytest.param(THREE + bytes(BLOCK_SIZE), ["trailing"], 3, id="zero block behind"),
        pytest.param(THREE + b"xyz", ["trailing"], 3, id="three bytes behind"),
        pytest.param(b"\xef\xbb\xbf" + THREE, ["bom"], 3, id="BOM"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + THREE, ["prefix"], 3, id="prefix"),
        pytest.param(
            cards(*lines("SIMPLE", ())) + END, ["partial-block"], 1, id="header fill missing"
        ),
        pytest.param(block(cards(*lines("SIMPLE", ())) + END, b"\0"), ["fill"], 1, id="NUL fill"),
        pytest.param(
            header("SIMPLE", (), end=END + cards("GAIN    =                  2.5")) + LAST,
            ["lost-cards"], 2, id="cards behind END",
        ),
        pytest.param(
            header("SIMPLE", (), end=cards("END of header")), ["no-end"], 1, id="END OF HEADER"
        ),
        pytest.param(
            header("SIMPLE", (), end=cards("END      of header")), ["end-text"], 1, id="END text"
        ),
        pytest.param(
            header("SIMPLE", (), end=cards("END     = 5")) + LAST, ["end-value"], 2, id="END ="
        ),
        pytest.param(
            header("SIMPLE", (), "END     = 5", "GAIN    =                  2.5") + LAST,
            ["end-value"], 2, id="END = with cards behind",
        ),
        pytest.param(
            header("SIMPLE", (), end=b"END".ljust(CARD_SIZE, b"\0")), ["end-text"], 1, id="END NUL"
        ),
    ],
)  # fmt: skip
def test_one_fault_is_named_and_hides_nothing(data, expected, count):
    file = read(data)
    assert (kinds(file), len(file.hdus)) == (expected, count)
    if data.endswith(LAST):
        assert names(file)[-1] == "LAST"


def test_problem_places_and_figures():
    (cut,) = read(PRIMARY + IMAGE[:4000]).problems
    assert (cut.hdu, cut.byte) == (2, 6880)
    assert cut.params == {"expected": 5000, "actual": 1120, "followed": False}
    (padding,) = read(PRIMARY + IMAGE[:-100]).problems
    assert (padding.hdu, padding.byte, padding.params) == (2, 11420, {"missing": 100})
    (shifted,) = read(PRIMARY + b"\n" + IMAGE).problems
    assert (shifted.hdu, shifted.byte, shifted.params["expected"]) == (2, 2881, 2880)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (PRIMARY + IMAGE[:4000], "truncated"),
        (PRIMARY + IMAGE[:100], "truncated"),
        (PRIMARY + IMAGE[:-100], "ok"),
        (THREE + b"xyz", "ok"),
        (b"", "not-fits"),
        (b"<html></html>", "not-fits"),
    ],
)
def test_status(data, status):
    assert read(data).status == status


@pytest.mark.parametrize("shift", [-3, -1, 1, 2, 17])
@pytest.mark.parametrize("where", [4, 12, 39])
def test_drift_is_followed(shift, where):
    more = [f"KEY{n:05d}= {n:>20} / comment" for n in range(60)]
    raw = header("SIMPLE", (), *more)
    at = where * CARD_SIZE + 70
    data = raw[:at] + b" " * shift + raw[at:] if shift > 0 else raw[:at] + raw[at - shift :]
    file = read(data + LAST)
    (drift,) = file.problems
    assert (drift.kind, drift.params["shift"], drift.params["card"]) == ("drift", shift, where + 2)
    first = file.hdus[0].header
    assert first.names == read(raw).hdus[0].header.names
    card = first.find_card("KEY00050")
    assert data[card.offset : card.offset + CARD_SIZE] == card.raw
    assert names(file) == [None, "LAST"]


def test_endless_header_is_given_up_at_its_limit():
    data = cards(*lines("SIMPLE", ())) + cards("COMMENT no end in sight") * 50_000
    file = read(data, bounds=StandardBounds(header_bytes=1 << 20))
    assert kinds(file) == ["header-limit"]
    assert file.limits_hit
    assert len(file.hdus[0].header) < 20_000


def test_number_of_hdus_is_bounded():
    file = read(PRIMARY + IMAGE * 50, bounds=StandardBounds(hdus=10))
    assert kinds(file) == ["hdu-limit"]
    assert len(file.hdus) == 10
    assert file.limits_hit == ["reading stopped after 10 HDUs"]


def test_time_is_bounded():
    file = read(PRIMARY + IMAGE * 50, bounds=StandardBounds(seconds=0.0))
    assert file.status == "timeout"


def test_text_mode_copy_is_recognised():
    data = hdu("SIMPLE", (3000,))
    data = data[:BLOCK_SIZE] + (b"ab\n" * 1000).ljust(2 * BLOCK_SIZE, b"\0")
    file = read(data[:BLOCK_SIZE] + data[BLOCK_SIZE:].replace(b"\n", b"\r\n"))
    (trailing,) = file.problems
    assert trailing.params == {"size": 1000, "what": "text mode", "hidden": False}


@pytest.mark.parametrize(
    ("tail", "what"),
    [
        (bytes(100), "zeros"),
        (b" " * 100, "blanks"),
        (b"\r\n", "line breaks"),
        (b"words and words", "text"),
        (b"\x01\x02", "junk"),
        (cards("GAIN    =                  2.5"), "cards"),
    ],
)
def test_what_trails(tail, what):
    (problem,) = read(THREE + tail).problems
    assert problem.params == {"size": len(tail), "what": what, "hidden": False}


def test_cards_of_a_header_that_drifted_are_noted_behind_the_last_hdu():
    drifted = b"left over" + cards("TENSION = 'IMAGE   '", "BITPIX  =     8")
    (problem,) = read(THREE + drifted).problems
    assert problem.params["hidden"]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"PK\x03\x04abc", "zip"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x1f\x9dabc", "compress"),
        (b"x" * 257 + b"ustar\0", "tar"),
        (b"\x00\x05\x16\x07\x00", "AppleDouble"),
        (b'{"SIMPLE": true}', "JSON"),
        (b"SIMPLE: true\nBITPIX: 8\n", "YAML"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"#ASDF 1.0.0\n", "ASDF"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"\x00" * 3000, "zero bytes"),
        (bytes(range(256)) * 20, "binary"),
        (b"# a catalogue\n1 2 3\n", "text"),
    ],
)
def test_what_is_no_fits_file_is_named(head, words):
    file = read(head)
    assert file.status == "not-fits"
    assert words in file.reason
    assert file.problems[0].kind == "not-fits"
