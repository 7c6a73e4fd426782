"""What the rules on reserved, repeated and deprecated keywords say, and where they keep quiet."""

import pytest

from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

GROUPS = ("RK", "DU", "DP")


def codes(block, kind="primary", name="x.fits"):
    findings = lint_bytes(build_example(block, kind).data, name).findings
    return [
        (one.code, one.hdu, one.keyword)
        for one in findings
        if one.code.startswith(GROUPS) and one.code != "RK106"
    ]


QUIET = {
    "integers for reals": ("MJD-OBS = 59000\nEQUINOX = 2000\nTELAPSE = 5", "primary"),
    "undefined values": ("OBJECT  =\nEQUINOX =", "primary"),
    "private names that look reserved": ("DATENOTE= 5\nTEMP1   = 'cold'\nTNULLABL= 3", "primary"),
    "an alternate WCS": ("CTYPE1A = 'LINEAR  '\nCRVAL1A = 5\nWCSNAMEA= 'pixels'", "image"),
    "both vocabularies": ("BSCALE  = 2.0\nBUNIT   = 'Jy'\nTTYPE1  = 'X'", "compressed-image"),
    "names without value indicator": ("NOTE one\nNOTE two\nCOMMENT a\nCOMMENT a", "primary"),
    "record-valued cards": ("DP1     = 'NAXES: 2'\nDP1     = 'AXIS.1: 1'", "image"),
    "levels": (
        "EXTNAME = 'A'\nEXTLEVEL= 1\n@hdu image\nEXTNAME = 'A'\nEXTLEVEL= 2",
        "image",
    ),
    "types": ("EXTNAME = 'A'\n@hdu bintable\nEXTNAME = 'A'", "image"),
    "a null string in TNULL": (
        "NAXIS1  = 3\nTFIELDS = 1\nTFORM1  = 'I3'\nTBCOL1  = 1\nTNULL1  = '-99'",
        "table",
    ),
    "an integer in TNULL": ("NAXIS1  = 2\nTFIELDS = 1\nTFORM1  = '1I'\nTNULL1  = -99", "bintable"),
    "sexagesimal with its unit": (
        "RA      = '10:00:00' / [h:m:s]\nDEC     = '-10:00:00'",
        "primary",
    ),
    "the file's own name": ("FILENAME= 'data/x.fits[1]'", "primary"),
    "a DOI": ("REFERENC= '10.1051/0004-6361/201015362'", "primary"),
    "axes of two HDUs": (
        "CRVAL1  = 5.0\nDATE    = '2020-01-01'\n@hdu image\nCRVAL1  = 6.0\nDATE    = '2020-01-02'",
        "primary",
    ),
    "one leading zero in a private name": ("FLAG1   = 1\nFLAG01  = 2", "primary"),
    "a member of a group": ("GRPID1  = 3", "image"),
    "zero exposure": ("EXPTIME = 0.0\nXPOSURE = 0", "primary"),
}


@pytest.mark.parametrize("case", QUIET)
def test_keeps_quiet(case):
    block, kind = QUIET[case]
    assert codes(block, kind) == []


SAID = [
    ("OBJECT  = 5", "primary", ("RK101", 1, "OBJECT")),
    ("DATE-END= 20200101", "image", ("RK101", 2, "DATE-END")),
    ("CTYPE1A = T", "image", ("RK101", 2, "CTYPE1A")),
    ("MJD-AVG = 'J2000'", "primary", ("RK102", 1, "MJD-AVG")),
    ("WCSAXES = T", "image", ("RK102", 2, "WCSAXES")),
    ("EXTEND  = 'maybe'", "primary", ("RK102", 1, "EXTEND")),
    ("DATAMAX = 'many'", "image", ("RK102", 2, "DATAMAX")),
    ("EXTNAME = 'A'\nEXTVER  = -3", "image", ("RK103", 2, "EXTVER")),
    ("EXTNAME = 'A'\nEXTVER  = '1'", "image", ("RK103", 2, "EXTVER")),
    ("INHERIT = 'T'", "image", ("RK108", 2, "INHERIT")),
    ("OBJECT  = 'a'\nINHERIT = T", "image", ("RK108", 2, "INHERIT")),
    ("DATAMIN = 1.0", "table", ("RK111", 2, "DATAMIN")),
    ("TCTYP1  = 'RA---TAN'", "image", ("RK112", 2, "TCTYP1")),
    ("THEAP   = 0", "table", ("RK113", 2, "THEAP")),
    ("EXPTIME = 'long'", "primary", ("RK117", 1, "EXPTIME")),
    ("RA      = '150.1'", "primary", ("RK118", 1, "RA")),
    ("DEC     = 'north'", "primary", ("RK118", 1, "DEC")),
    ("RA      = 360.0", "primary", ("RK119", 1, "RA")),
    ("DEC     = -90.5", "primary", ("RK119", 1, "DEC")),
    ("ORIGFILE= 'y.fits'", "primary", ("RK120", 1, "ORIGFILE")),
    ("GRPID1  = -2", "image", ("RK121", 2, "GRPID1")),
    ("GAIN    = 2.0\nGAIN    = 2.00", "primary", ("DU101", 1, "GAIN")),
    ("S = 'a&'\n@hdu image\nNAXIS   = 0\nX       = 1\nX       = T", "primary", ("DU102", 2, "X")),
    ("exptime = 1.0\nEXPTIME = 2.0", "primary", ("DU103", 1, "exptime")),
    ("GAIN    = 2.0\n@hdu image\nGAIN    = 3.0", "primary", ("DU105", 2, "GAIN")),
    ("XTENSION= 'A3DTABLE'", "bintable", ("DP105", 2, "XTENSION")),
    ("VSOURCEA= 5.0", "image", ("DP107", 2, "VSOURCEA")),
]


@pytest.mark.parametrize(("airmass", "severity"), [("0.0", "info"), ("0.25", "warning")])
def test_nothing_lies_before_a_telescope_in_space(airmass, severity):
    found = lint_bytes(build_example(f"AIRMASS = {airmass}", "primary").data, "x.fits").findings
    assert [one.severity for one in found if one.code == "RK119"] == [severity]


@pytest.mark.parametrize(("block", "kind", "expected"), SAID, ids=lambda x: str(x)[:30])
def test_says(block, kind, expected):
    assert expected in codes(block, kind)


def test_a_name_in_bytes_is_no_file_name():
    assert codes("FILENAME= 'y.fits'", name="<bytes>") == []


def test_continued_strings_are_compared_whole():
    block = "A       = 'one&'\nCONTINUE  'two'\nB       = 1\nA       = 'one&'\nCONTINUE  'three'"
    assert codes(block) == [("DU102", 1, "A")]
