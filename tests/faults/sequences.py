# ruff: noqa: E501 -- a card has 80 columns, and a table is read by lines
"""Faults of dates, checksums, long strings and duplicates (rows D, H, L, N)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.building import HEADERS, Hdu, fits
from tests.faults.fault import EXTENSIONS, Entry, Fault, on_cards

FEW = ("primary", "image", "third", "table", "last", "hdr")
TWO = ("primary", "third")

_DATES: list[Entry] = [
    ("D001", "DATE-OBS", "DATE-OBS= '2021-04-01 22:13:14'", FEW),
    ("D001", "DATE-OBS", "DATE-OBS= '2021-04-01T22:13:14Z'", FEW),
    ("D001", "DATE-OBS", "DATE-OBS= '2021-4-1'", FEW),
    ("D001", "DATE", "DATE    = '2021-04-01T22:13'", FEW),
    ("D001", "DATE-OBS", "DATE-OBS= '2021-04-01T22:13:14+02:00'", FEW),
    ("D001", "DATE-END", "DATE-END= '2021-04-01T22:13:14.'", FEW),
    ("D001", "DATE", "DATE    = '2021-04-01T'", FEW),
    ("D001", "DATE-OBS", "DATE-OBS= '2021-04-01t22:13:14'", FEW),
    ("D001", "DATE-BEG", "DATE-BEG= '2021-04-01T2:13:14'", FEW),
    ("D001", "DATE-OBS", "DATE-OBS= '20210401T221314'", FEW),
    ("D001", "DATEREF", "DATEREF = '2021-04-01 00:00:00'", FEW),
    ("D001", "DATE-OBS", "DATE-OBS= '2021-04-01T22:13:14,5'", TWO),
    ("D001", "DATE-OBS", "DATE-OBS= '12021-04-01'", TWO),
    ("D001", "DOBS1", "DOBS1   = '2021-04-01 22:13:14'", ("third",)),
    ("D003", "DATE-OBS", "DATE-OBS= '2021-04-01T22:13:60'", FEW),
    ("D003", "DATE-OBS", "DATE-OBS= '2016-12-31T22:59:60'", FEW),
    ("D003", "DATE-OBS", "TIMESYS = 'TAI     '\nDATE-OBS= '2016-12-31T23:59:60'", TWO),
    ("D003", "DATE-OBS", "DATE-OBS= '2017-12-31T23:59:60.5'", FEW),
    ("D004", "DATE-OBS", "DATE-OBS= '2021-04-01T24:00:00'", FEW),
    ("D004", "DATE-OBS", "DATE-OBS= '2021-02-29'", FEW),
    ("D004", "DATE-OBS", "DATE-OBS= '2021-00-10'", FEW),
    ("D004", "DATE", "DATE    = '2021-04-00'", FEW),
    ("D004", "DATE", "DATE    = '2021-13-01T00:00:00'", FEW),
    ("D004", "DATE-OBS", "DATE-OBS= '2021-04-31T10:00:00'", FEW),
    ("D004", "DATE-OBS", "DATE-OBS= '2021-04-01T10:60:00'", FEW),
    ("D004", "DATE-OBS", "DATE-OBS= '1900-02-29'", TWO),
    ("D004", "DATE-OBS", "DATE-OBS= '2021-04-01T10:10:61'", TWO),
    ("D005", "DATE-OBS", "DATE-OBS= '01/04/99'", FEW),
    ("D005", "DATE", "DATE    = '31/12/05'", FEW),
    ("D005", "DATE", "DATE    = '01/04/21'           / created", FEW),
    ("D006", "DATE-OBS", "DATE-OBS= '11-DEC-96'", FEW),
    ("D006", "DATE-OBS", "DATE-OBS= '2006.06.29_00:03:30_TAI'", FEW),
    ("D006", "DATE", "DATE    = '2024/01/01'", FEW),
    ("D006", "DATE", "DATE    = 'Mon Apr  5 10:11:12 2021'", FEW),
    ("D006", "DATE-OBS", "DATE-OBS= '01-04-2021'", FEW),
    ("D006", "DATE-OBS", "DATE-OBS= 'yesterday'", FEW),
    ("D006", "DATE-END", "DATE-END= '1999 Apr 1'", FEW),
    ("D007", "DATE", "DATE    = '2121-04-02T10:20:30'", FEW),
    ("D007", "DATE", "DATE    = '2021-03-01T10:20:30'", FEW),
    ("D007", "DATE", "DATE    = '2001-01-01'", FEW),
    ("D008", "MJD-OBS|DATE-OBS", "MJD-OBS =           58000.5000", FEW),
    ("D008", "MJD-OBS|DATE-OBS", "MJD-OBS =       59305.93586227", FEW),
    ("D008", "DATE-OBS|JEPOCH", "JEPOCH  =               1999.5", FEW),
    ("D008", "MJD-BEG|DATE-BEG", "DATE-BEG= '2021-04-01T22:13:14'\nMJD-BEG =              59000.0", FEW),
    ("D008", "MJD-END|DATE-END", "DATE-END= '2021-04-01T22:15:14'\nMJD-END =              59405.9", FEW),
    ("D008", "MJD-AVG|DATE-AVG", "DATE-AVG= '2021-04-01T22:14:14'\nMJD-AVG =              59305.1", FEW),
    ("D009", "DATE-END|DATE-BEG", "DATE-BEG= '2021-04-01T22:15:14'\nDATE-END= '2021-04-01T22:13:14'", FEW),
    ("D009", "DATE-AVG|DATE-BEG", "DATE-BEG= '2021-04-01T22:15:14'\nDATE-AVG= '2021-04-01T22:13:14'", FEW),
    ("D009", "TSTOP|TSTART", "MJDREF  =              59000.0\nTSTART  =                100.0\nTSTOP   =                 50.0", FEW),
    ("D009", "MJD-END|MJD-BEG", "MJD-BEG =              59305.9\nMJD-END =              59305.8", FEW),
    ("D010", "TELAPSE", "DATE-BEG= '2021-04-01T22:13:14.5'\nDATE-END= '2021-04-01T22:15:14.5'\nTELAPSE =                999.0", FEW),
    ("D010", "EXPTIME|TELAPSE", "TELAPSE =                 60.0", FEW),
    ("D010", "XPOSURE|TELAPSE", "DATE-BEG= '2021-04-01T22:13:14.5'\nDATE-END= '2021-04-01T22:15:14.5'\nXPOSURE =                500.0", FEW),
    ("D011", "TIME-OBS|DATE-OBS", "TIME-OBS= '03:33:33'", FEW),
    ("D011", "UT|DATE-OBS", "UT      = '11:44:14'", FEW),
    ("D011", "UTSTART|DATE-OBS", "UTSTART = '22:43:14.5'", FEW),
    ("D012", "TIME-OBS|DATE-OBS", "DATE-OBS= '2021-04-01'\nTIME-OBS= '22:13:14.5'", FEW),
    ("D012", "UT|DATE-OBS", "DATE-OBS= '2021-04-01'\nUT      = '22:13:14.5'", FEW),
    ("D012", "UTC-OBS|UTSTART|DATE-OBS", "DATE-OBS= '2021-04-01'\nUTSTART = '22:13:14'", FEW),
    ("D013", "MJD-OBS", "MJD-OBS =    2459306.42586227", FEW),
    ("D013", "MJD-END", "MJD-END =          2459306.5", FEW),
    ("D013", "MJDREF", "MJDREF  =          2451544.5", FEW),
    ("D013", "JD|JD-OBS", "JD      =      59305.92586227", FEW),
    ("D013", "JDREF", "JDREF   =              51544.0", FEW),
    ("D014", "TIME-OBS|UT|DATE-OBS", "TIME-OBS= '12:13:14.5'", FEW),
    ("D014", "UT|DATE-OBS", "UT      = '15:13:14.5'", FEW),
    ("D016", "DATE-OBS", "DATE-OBS= ''", FEW),
    ("D016", "DATE-OBS", "DATE-OBS= 'N/A     '", FEW),
    ("D016", "DATE", "DATE    = '        '", FEW),
    ("D016", "DATE-END", "DATE-END= 'UNKNOWN '", FEW),
    ("D016", "DATE-OBS", "DATE-OBS= '0000-00-00T00:00:00'", FEW),
    ("D016", "DATE-OBS", "DATE-OBS= '----------'", FEW),
]  # fmt: skip
_SUMS: list[Entry] = [
    ("H001", "DATASUM", "DATASUM =           1234567890\nCHECKSUM= 'aaaaaaaaaaaaaaaa'", FEW),
    ("H001", "DATASUM", "DATASUM = '4294967296'\nCHECKSUM= 'aaaaaaaaaaaaaaaa'", FEW),
    ("H001", "DATASUM", "DATASUM = '-1      '\nCHECKSUM= 'aaaaaaaaaaaaaaaa'", FEW),
    ("H001", "DATASUM", "DATASUM = '12.5    '\nCHECKSUM= 'aaaaaaaaaaaaaaaa'", FEW),
    ("H001", "DATASUM", "DATASUM = '0xFF    '\nCHECKSUM= 'aaaaaaaaaaaaaaaa'", FEW),
    ("H001", "DATASUM", "DATASUM = 'unknown '\nCHECKSUM= 'aaaaaaaaaaaaaaaa'", FEW),
    ("H006", "CHECKSUM", "CHECKSUM= 'abc     '\nDATASUM = '0       '", FEW),
    ("H006", "CHECKSUM", "CHECKSUM= 'aaaaaaaaaaaaaaa?'\nDATASUM = '0       '", FEW),
    ("H006", "CHECKSUM", "CHECKSUM=  'aaaaaaaaaaaaaaaa'\nDATASUM = '0       '", FEW),
    ("H006", "CHECKSUM", "CHECKSUM= 'aaaaaaaaaaaaaaaaa'\nDATASUM = '0       '", FEW),
    ("H006", "CHECKSUM", "CHECKSUM=            123456789\nDATASUM = '0       '", FEW),
    ("H007", "DATASUM|CHECKSUM", "CHECKSUM= 'aaaaaaaaaaaaaaaa'", FEW),
    ("H007", "DATASUM|CHECKSUM", "DATASUM = '0       '", FEW),
    ("H008", "CHECKSUM", "CHECKSUM= 'aaaaaaaaaaaaaaaa'   / HDU checksum updated 2001-01-01T00:00:00\nDATASUM = '0       '", FEW),
]  # fmt: skip
_LONG: list[Entry] = [
    ("L001", "CONTINUE|GAIN", "GAIN    =                  1.8\nCONTINUE  'more text'", FEW),
    ("L001", "CONTINUE|OBJECT", "OBJECTX = 'no ampersand'\nCONTINUE  'more text'", FEW),
    ("L001", "CONTINUE|COMMENT", "COMMENT text\nCONTINUE  'more text'", FEW),
    ("L001", "CONTINUE|NOTE", "NOTE    = 'a &'\nCOMMENT between\nCONTINUE  'b'", FEW),
    ("L002", "NOTE", "NOTE    = 'text that goes on &'\nMYKEY   =                    5", FEW),
    ("L002", "NOTE", "NOTE    = 'R&'", FEW),
    ("L002", "NOTE", "NOTE    = 'at the end of the header &'", FEW),
    ("L003", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE= 'b'", FEW),
    ("L003", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE  b without quotes", FEW),
    ("L003", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE'b'", FEW),
    ("L003", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE  'b without end", FEW),
    ("L003", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE  123", FEW),
    ("L003", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE  'b' junk", FEW),
    ("L004", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE  'b&'\nMYKEY   =                    5", FEW),
    ("L004", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE  'b&'\nCONTINUE  'c&'", FEW),
    ("L004", "CONTINUE|NOTE", "NOTE    = 'a&'\nCONTINUE  '&' / comment\nCOMMENT x", FEW),
    ("L005", "EXTNAME", "EXTNAME = 'SC&'\nCONTINUE  'I'", EXTENSIONS),
    ("L006", "CONTINUE|NOTE", "NOTE    = 'O'&'\nCONTINUE  ''Neil'", TWO),
    ("L007", "HIERARCH ESO DET GAIN|HIERARCH", "HIERARCH ESO DET GAIN 1.8", FEW),
    ("L007", "HIERARCH ESO det gain", "HIERARCH ESO det gain = 1.8", FEW),
    ("L007", "HIERARCH ESO DET#1 GAIN", "HIERARCH ESO DET#1 GAIN = 1.8", FEW),
    ("L007", "HIERARCHESO DET|HIERARCH", "HIERARCHESO DET DIT = 1.8", FEW),
    ("L007", "HIERARCH", "HIERARCH = 1.8", FEW),
    ("L008", "HIERARCH ESO DET DIT", "HIERARCH ESO DET DIT = 1.5\nHIERARCH ESO DET DIT = 1.5", FEW),
    ("L008", "HIERARCH ESO DET DIT", "HIERARCH ESO DET DIT = 1.5\nHIERARCH  ESO  DET  DIT = 2.5", FEW),
    ("L008", "HIERARCH ESO DET DIT|HIERARCH ESO Det Dit", "HIERARCH ESO DET DIT = 1.5\nHIERARCH ESO Det Dit = 1.5", FEW),
    ("L009", "HIERARCH EXPTIME|EXPTIME", "HIERARCH EXPTIME = 120.0", FEW),
    ("L009", "HIERARCH OBJECT|OBJECT", "HIERARCH OBJECT = 'NGC 1234'", FEW),
    ("L009", "HIERARCH GAIN|GAIN", "HIERARCH GAIN = 5 / other", FEW),
    ("L010", "HIERARCH ESO OBS NAME", "HIERARCH ESO OBS NAME = 'a long &'\nCONTINUE  'name'", FEW),
    ("L010", "HIERARCH ESO TPL ID", "HIERARCH ESO TPL ID = 'a&'\nCONTINUE  'b&'\nCONTINUE  'c'", FEW),
    ("L011", "HIERARCH ESO INS SENSOR TEMPERATURE LOWER LIMIT", "HIERARCH ESO INS SENSOR TEMPERATURE LOWER LIMIT = 2 / [K] lower limit of the tem", FEW),
    ("L013", "TARGET", "TARGET  = 'HD: 1234.5'", FEW),
    ("L013", "NOTE", "NOTE    = 'AXIS.1: 2'", FEW),
    ("L013", "OBJECT", "OBJECT  = 'NGC: 7.0'", FEW),
    ("L014", "HISTORY", "HISTORY " + "a text that is much longer than a card holds and was cut at the last column"[:72].ljust(72, "x"), FEW),
    ("L014", "COMMENT", "COMMENT " + "word " * 14 + "wo", FEW),
]  # fmt: skip
_DUPLICATES: list[Entry] = [
    ("N001", "GAIN", "GAIN    =                  1.8\nGAIN    =                  1.8", FEW),
    ("N001", "MYKEY", "MYKEY   = 'x       '\nMYKEY   = 'x       '", FEW),
    ("N001", "EXPTIME", "EXPTIME =                120.0\nEXPTIME = 120.0 / again", FEW),
    ("N002", "EXPTIME", "EXPTIME =                120.0\nEXPTIME =                 60.0", FEW),
    ("N002", "OBJECT", "OBJECT  = 'A       '\nMYKEY   = 5\nOBJECT  = 'B       '", FEW),
    ("N002", "MYKEY", "MYKEY   = 'x       '\nMYKEY   = 'y       '\nMYKEY   = 'z       '", FEW),
    ("N002", "DATE-OBS", "DATE-OBS= '2021-04-01T22:13:14.5'\nDATE-OBS= '2021-04-01T22:13:15.5'", FEW),
    ("N003", "Gain|GAIN", "GAIN    =                  1.8\nGain    =                  1.8", FEW),
    ("N003", "CRPIX01|CRPIX1", "CRPIX01 =                  4.5", ("primary", "image")),
    ("N003", "mykey|MYKEY", "MYKEY   = 5\nmykey   = 6", FEW),
    ("N003", "TTYPE01|TTYPE1", "TTYPE01 = 'TIME    '", ("third", "table")),
    ("N006", "HISTORY", "\n".join([f"HISTORY block line {n} of the pipeline" for n in range(6)] * 2), FEW),
    ("N006", "COMMENT", "\n".join([f"COMMENT block line {n} of the pipeline" for n in range(8)] * 2), FEW),
]  # fmt: skip


def faults() -> Iterator[Fault]:
    """All of them."""
    for entries in (_DATES, _SUMS, _LONG, _DUPLICATES):
        yield from on_cards(entries)
    orphan = ["CONTINUE  'an orphan'", *HEADERS["primary"][5:]]
    data = fits(Hdu(whole=[*HEADERS["primary"][:5], *orphan]))
    yield Fault("L001", "after a logical", data, 1, ("CONTINUE",))
    keys = ["CHECKSUM= 'aaaaaaaaaaaaaaaa'", "DATASUM = '0       '"]
    some = fits(Hdu("primary", keys), Hdu("image", keys), Hdu("bintable"))
    yield Fault("H007", "not all HDUs", some, 3, ("CHECKSUM", "DATASUM", "*"))
    some = fits(Hdu("primary"), Hdu("image", keys), Hdu("bintable", keys))
    yield Fault("H007", "not the primary", some, 1, ("CHECKSUM", "DATASUM", "*"))
    for kind, line, name in (
        ("bintable", "TTYPE1  = 'TI&'", "TTYPE1"),
        ("bintable", "TFORM2  = '4&'", "TFORM2"),
        ("primary", "DATE-OBS= '2021-04-01T22&'", "DATE-OBS"),
        ("primary", "BUNIT   = 'a&'", "BUNIT"),
        ("image", "CTYPE1  = 'RA---&'", "CTYPE1"),
    ):
        rest = {"TTYPE1": "ME", "TFORM2": "E", "BUNIT": "du"}.get(name, "TAN")
        if name == "DATE-OBS":
            rest = ":13:14.500"
        whole = []
        for card in HEADERS[kind]:
            same = card[:8].strip() == name
            whole += [line, f"CONTINUE  '{rest}'"] if same else [card]
        before = [] if kind == "primary" else [Hdu("primary")]
        hdu = Hdu(whole=whole)
        yield Fault("L005", line, fits(*before, hdu), len(before) + 1, (name, "CONTINUE"))
    for first, second in (("'it''", "'''s on'"), ("'O''", "'''Neil'"), ("'''", "''''")):
        whole = [*HEADERS["primary"], f"NOTE    = {first[:-1]}'&'", f"CONTINUE  {second[1:]}"]
        yield Fault("L006", first, fits(Hdu(whole=whole)), 1, ("NOTE", "CONTINUE"))
