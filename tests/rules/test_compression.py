"""Keywords of compressed images and tables (FITS 4.0 section 10)."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

IMAGE = "compressed-image"
TABLE = """
NAXIS1  =                   16
NAXIS2  =                    1
TFIELDS =                    1
TTYPE1  = 'COUNTS  '
TFORM1  = '1QB(0)  '
ZTABLE  =                    T
ZTILELEN=                  100
ZNAXIS1 =                    4
ZNAXIS2 =                  100
ZPCOUNT =                    0
ZFORM1  = '1J      '
ZCTYP1  = 'RICE_1  '
""".strip()


def told(lines: str, kind: str = IMAGE) -> list[tuple[str, str, str | None]]:
    """Message, severity and keyword of what the rules on compression say."""
    found = lint_bytes(build_example(lines, kind).data, "x.fits").findings
    return [
        (one.message_id, one.severity, one.keyword)
        for one in found
        if one.code.startswith("ZC") and one.message_id != "ZC103.default"
    ]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("ZCMPTYPE= 'RICE_ONE'", ("ZC101.one", "info", "ZCMPTYPE")),
        ("ZCMPTYPE= 'rice_1  '", ("ZC101", "error", "ZCMPTYPE")),
        ("ZMASKCMP= 'RICE    '", ("ZC101.mask", "error", "ZMASKCMP")),
        ("ZTILE1  = 0", ("ZC103.size", "error", "ZTILE1")),
        ("NAXIS2  = 4\nZNAXIS2 = 4\nZTILE1  = 3", ("ZC103.rows", "error", "ZTILE1")),
        ("NAXIS2  = 4\nZNAXIS2 = 4\nZTILE2  = 2", ("ZC103.rows", "error", "ZTILE2")),
        ("ZTILE3  = 1", ("ZC103.axis", "warning", "ZTILE3")),
        ("ZVAL1   = 1", ("ZC104.name", "error", "ZVAL1")),
        ("ZNAME1  = 'LEVEL   '\nZVAL1   = 1", ("ZC104.unknown", "warning", "ZNAME1")),
        ("ZBITPIX = -32\nZQUANTIZ= 'SUBTRACTIVE_DITHER_1'",
         ("ZC106.no-seed", "error", "ZDITHER0")),
        ("ZBITPIX = -32\nZDITHER0= 0", ("ZC106.seed", "info", "ZDITHER0")),
        ("ZQUANTIZ= 'NO_DITHER'", ("ZC106.integer", "warning", "ZQUANTIZ")),
        ("ZTENSION= 'IMAGE   '\nZEXTEND = T", ("ZC107.extension", "error", "ZEXTEND")),
        ("ZSIMPLE = F", ("ZC107.value", "error", "ZSIMPLE")),
        ("ZPCOUNT = 5", ("ZC107.value", "error", "ZPCOUNT")),
        ("ZBITPIX = -32\nZSCALE  = 0.5", ("ZC108.pair", "error", "ZZERO")),
        ("ZSCALE  = 0.5\nZZERO   = 0.5", ("ZC108.integer", "error", "ZBITPIX")),
        ("ZBITPIX = 64", ("ZC108.long", "info", "ZBITPIX")),
        ("ZCMPTYPE= 'RICE_1  '\nZNAME1  = 'BYTEPIX '\nZVAL1   = 1",
         ("ZC108.bytes", "error", "ZVAL1")),
        ("ZCMPTYPE= 'RICE_1  '\nZNAME1  = 'BYTEPIX '\nZVAL1   = 8",
         ("ZC108.reader", "warning", "ZVAL1")),
        ("ZTABLE  = T", ("ZC112.both", "error", "ZTABLE")),
        ("FZTILE  = 'ROW     '", ("ZC114.done", "info", "FZTILE")),
    ],
)  # fmt: skip
def test_a_compressed_image(lines, wanted):
    assert told(lines) == [wanted]


@pytest.mark.parametrize(
    "lines",
    [
        "ZCMPTYPE= 'RICE_1  '\nZNAME1  = 'BYTEPIX '\nZVAL1   = 4",
        "ZCMPTYPE= 'GZIP_2  '\nZBITPIX = -32",
        "ZBITPIX = -32\nZQUANTIZ= 'NONE    '",
        "ZNAME1  = 'NOISEBIT'\nZVAL1   = 16.0",
        "ZSIMPLE = T\nZEXTEND = T\nZPCOUNT = 0",
        "DATASUM = '0       '\nZDATASUM= '0       '",
        "NAXIS2  = 2\nZNAXIS2 = 3\nZTILE1  = 8\nZTILE2  = 2",
        "EXTNAME = 'COMPRESSED_IMAGE'",
    ],
)
def test_what_writers_may_do(lines):
    assert told(lines) == []


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("ZCTYP1  = 'RICE_1  '", "", ("ZC110.absent", "error", "ZCTYP1")),
        ("ZPCOUNT =                    0", "", ("ZC110.absent", "error", "ZPCOUNT")),
        ("'1J      '", "'1I      '", ("ZC110.width", "error", "ZNAXIS1")),
        ("'1QB(0)  '", "'1QJ(0)  '", ("ZC110.stored", "error", "TFORM1")),
        ("ZTILELEN=                  100", "ZTILELEN=                   50",
         ("ZC110.rows", "error", "ZTILELEN")),
        ("ZCTYP1  =", "ZTHEAP  = 10\nZCTYP1  =", ("ZC110.heap", "error", "ZTHEAP")),
        ("ZCTYP1  =", "ZSIMPLE = T\nZCTYP1  =", ("ZC107.table", "error", "ZSIMPLE")),
    ],
)  # fmt: skip
def test_a_compressed_table(old, new, wanted):
    assert told(TABLE, "bintable") == []
    lines = "\n".join(line for line in TABLE.replace(old, new).split("\n") if line)
    assert told(lines, "bintable") == [wanted]


@pytest.mark.parametrize(
    ("lines", "kind", "wanted"),
    [
        ("ZQUANTIZ= 'NO_DITHER'", "image", [("ZC112", "info", "ZQUANTIZ")]),
        ("ZCMPTYPE= 'RICE_1  '", "bintable", [("ZC112", "error", "ZCMPTYPE")]),
        ("ZSCALE  = 5", "image", []),
        ("EXTNAME = 'COMPRESSED_IMAGE'", "primary", [("ZC113.expanded", "warning", "EXTNAME")]),
        ("FZALGOR = 'RICE_1  '", "image", []),
        ("FZALGOR = 'rice_1  '", "image", []),
        ("FZALGOR = 'RICE    '", "image", [("ZC114.unknown", "warning", "FZALGOR")]),
    ],
)
def test_what_is_not_compressed(lines, kind, wanted):
    assert told(lines, kind) == wanted


def test_a_table_that_lost_zimage_is_told_once():
    data = build_example("ZCMPTYPE= 'GZIP_1  '", IMAGE).data
    found = lint_bytes(data.replace(b"ZIMAGE  =                    T", b"X       =" + b" " * 21),
                       "x.fits").findings  # fmt: skip
    assert [one.message_id for one in found if one.code.startswith("ZC")] == ["ZC112.hidden"]


def test_a_second_value_is_told_by_one_rule_and_a_copy_is_removed():
    lines = [f"ZTILE1  = {8:20}", f"ZTILE2  = {1:20}", f"ZTILE1  = {4:20}"]
    found = lint_bytes(build_example("\n".join(lines), IMAGE).data, "x.fits").findings
    assert [one.code for one in found if one.keyword == "ZTILE1"] == ["ZC111"]
    lines[2] = lines[0]
    found = lint_bytes(build_example("\n".join(lines), IMAGE).data, "x.fits").findings
    (copy,) = [one for one in found if one.keyword == "ZTILE1"]
    assert (copy.code, copy.fix.safety) == ("DU101", "safe")


def test_two_names_are_told_by_one_rule():
    lines = "@drop EXTNAME\nEXTNAME = 'COMPRESSED_IMAGE'\nEXTNAME = 'SCI     '"
    found = lint_bytes(build_example(lines, IMAGE).data, "x.fits").findings
    assert [one.code for one in found if one.keyword == "EXTNAME"] == ["ZC113"]


def test_copied_sums_are_removed_where_both_are_copies():
    sums = "CHECKSUM= 'hcHjjc9ghcEghc9g'\nDATASUM = '25      '"
    both = f"{sums}\nZHECKSUM= 'hcHjjc9ghcEghc9g'\nZDATASUM= '25      '"
    one = f"{sums}\nZDATASUM= '25      '"
    for lines, wanted in ((both, [True, True]), (one, [False])):
        found = lint_bytes(build_example(lines, IMAGE).data, "x.fits").findings
        assert [bool(each.fix) for each in found if each.code == "ZC109"] == wanted
