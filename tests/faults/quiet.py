# ruff: noqa: E501 -- a card has 80 columns, and a table is read by lines
"""Files that conform, in every rare way that FITS 4.0 allows: nothing may be said of them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.building import HEADERS, Hdu, fits, header_text, number, place, text

EVERYWHERE = ("primary", "image", "third", "table", "last", "hdr")
ARRAYS = ("primary", "image")
ALONE = ("primary", "last", "hdr")
BINARY, ASCII, IMAGE, PRIMARY = ("third",), ("table",), ("image",), ("primary",)


@dataclass(frozen=True, slots=True)
class Quiet:
    """A conforming file."""

    label: str
    data: bytes
    name: str = "example.fits"


_CARDS: list[tuple[tuple[str, ...], str]] = [
    # Section 4.3: every way to write a unit
    *((ARRAYS, f"BUNIT   = '{unit}'") for unit in (
        "m**(2)", "m**+2", "m+2", "m2", "m^2", "m^(+2)", "m**-3", "/m3", "m(1.5)", "m^(3/2)",
        "10**3 J", "10^-17W/m2", "10+3 m", "10(-3) Jy", "log(Hz)", "sqrt(Jy)", "K km/s", "K.km/s",
        "ct/(s pix)", "mag", "kmag", "Sun", "voxel", "daN", "ZeV", "MJy/sr", "(mJy/beam)**2", "",
        "count", "ct", "a", "yr", "Pa", "u", "H/m", "S/m", "A", "mas/yr", "kbyte",
    )),
    (EVERYWHERE, "TIMEUNIT= 'cy'"),
    (EVERYWHERE, "TIMEUNIT= 'ms'"),
    (EVERYWHERE, "EXPTIME =                 30.0 / [s] exposure time"),
    (EVERYWHERE, "MYVAL   =                 30.0 / [adu, electrons] as it pleases"),
    # Section 4.2: free format and every form of a value
    (EVERYWHERE, "MYVAL   = 5"),
    (EVERYWHERE, "MYVAL   =     -17                                   / free format"),
    (EVERYWHERE, "MYVAL   =                                                          42"),
    (EVERYWHERE, "MYVAL   = +0042"),
    (EVERYWHERE, "MYVAL   = .5"),
    (EVERYWHERE, "MYVAL   = 5."),
    (EVERYWHERE, "MYVAL   = -.5E-3 / small"),
    (EVERYWHERE, "MYVAL   = 1.5E+02"),
    (EVERYWHERE, "MYVAL   = 1E5"),
    (EVERYWHERE, "MYVAL   = +1.E-07"),
    (EVERYWHERE, "MYVAL   = 2.5D+00"),
    (EVERYWHERE, "MYTEXT  = 'abc' / short string"),
    (EVERYWHERE, "MYVAL   = 9223372036854775807"),
    (EVERYWHERE, "MYVAL   = -9223372036854775808"),
    (EVERYWHERE, "MYVAL   = 3.141592653589793"),
    (EVERYWHERE, "MYVAL   = 1.7976931348623157E308"),
    (EVERYWHERE, "MYVAL   = 5                    / a comment / with / slashes"),
    (EVERYWHERE, "MYVAL   = 5 /"),
    (EVERYWHERE, "MYFLAG  = T"),
    (EVERYWHERE, "MYFLAG  =                    F / logical"),
    (EVERYWHERE, "MYCPLX  = (1,2)"),
    (EVERYWHERE, "MYCPLX  = (1.5, -2.5E3) / real"),
    (EVERYWHERE, "MYCPLX  = ( 1 , 2 )"),
    (EVERYWHERE, "MYCPLX  =          (-1,  +2)   / integers"),
    (EVERYWHERE, "MYCPLX  = (1.5D0, 2)"),
    (EVERYWHERE, "MYTEXT  = ''"),
    (EVERYWHERE, "MYTEXT  = '        '"),
    (EVERYWHERE, "MYTEXT  = 'O''Neil '"),
    (EVERYWHERE, "MYTEXT  = ''''                 / one quote"),
    (EVERYWHERE, "MYTEXT  = 'ends in quote'''"),
    (EVERYWHERE, "MYTEXT  = '''quoted'''         / both"),
    (EVERYWHERE, "MYTEXT  = 'a / slash'          / in a string"),
    (EVERYWHERE, "MYTEXT  =           'starts late'"),
    (EVERYWHERE, "MYTEXT  = ' leading blank of a private keyword'"),
    (EVERYWHERE, "MYTEXT  = '1.5e3d lower case and = signs'"),
    (EVERYWHERE, "MYTEXT  = 'T       '           / a string that looks like a logical"),
    (EVERYWHERE, "MYTEXT  = '5       '           / a string that looks like a number"),
    (EVERYWHERE, "MYTEXT  = '(1, 2)  '"),
    (EVERYWHERE, "MYTEXT  = '{[~!@#$%^&*()_+|<>?]}'"),
    (EVERYWHERE, "MYTEXT  = 'R&D     '"),
    (EVERYWHERE, "MYUNDEF =                      / undefined"),
    (EVERYWHERE, "MYUNDEF ="),
    # Section 4.1: names and commentary
    (EVERYWHERE, "A       =                    1"),
    (EVERYWHERE, "A-B_C-1 =                    1 / hyphen and underscore"),
    (EVERYWHERE, "-       =                    1"),
    (EVERYWHERE, "_X      =                    1"),
    (EVERYWHERE, "3COLOR  =                    3 / begins with a digit"),
    (EVERYWHERE, "12345678=                    1"),
    (EVERYWHERE, "COMMENT"),
    (EVERYWHERE, "COMMENT a = b in the text, and a / slash, and 'quotes"),
    (EVERYWHERE, "COMMENT   = 5 further to the right"),
    (EVERYWHERE, "HISTORY"),
    (EVERYWHERE, "HISTORY task = 'imarith' / operand = 5"),
    (EVERYWHERE, "        a blank keyword is commentary"),
    (EVERYWHERE, "MYNOTE  free text of a keyword without value indicator"),
    (EVERYWHERE, "MYNOTE  one\nMYNOTE  two\nMYNOTE  three"),
    (EVERYWHERE, "NOTES   one\nNOTES   one"),
    # Private names that begin with DATE, and other innocent look-alikes
    (EVERYWHERE, "DATENOTE= 'spring of 2021'"),
    (EVERYWHERE, "DATEFILE= 'dates.txt'"),
    (EVERYWHERE, "DATENUM =                  123"),
    (EVERYWHERE, "DATE-LOC= 'Mauna Kea'"),
    (EVERYWHERE, "DATE_X  = 'any text'"),
    (EVERYWHERE, "DATEMODE= 'fast    '"),
    (EVERYWHERE, "DATEOK  =                    T"),
    # Section 9: dates
    (ALONE, "DATE-OBS= '2021-04-01'\nMJD-OBS =              59305.0"),
    (ALONE, "DATE-OBS= '2021-04-01T22:13:14'"),
    (EVERYWHERE, "DATE-OBS= '2021-04-01T22:13:14.500000000'"),
    (EVERYWHERE, "DATE-END= '2021-04-01T22:15:14.5'"),
    (EVERYWHERE, "DATE    = '2021-04-02'         / date only"),
    (EVERYWHERE, "MJDREF  = 51544                / integer for a real"),
    (EVERYWHERE, "DATEREF = '+02000-01-01T12:00:00'"),
    (EVERYWHERE, "DATEREF = '-04713-11-24T12:00:00'"),
    (EVERYWHERE, "DATEREF = '+12345-06-07'"),
    (EVERYWHERE, "MJD-END = 59306"),
    (EVERYWHERE, "JEPOCH  = 2021.2489"),
    (EVERYWHERE, "DATE-BEG= '2021-04-01T22:13:14.5'\nDATE-AVG= '2021-04-01T22:14:14.5'"
                 "\nDATE-END= '2021-04-01T22:15:14.5'\nTELAPSE =                120.0"),
    (ALONE, "TIMESYS = 'TAI     '\nTREFPOS = 'GEOCENTER'\nTIMEUNIT= 's       '"),
    (ALONE, "TREFPOS = 'TOPOCENTER'\nOBSGEO-X=  -5464301.77\nOBSGEO-Y=  -2493489.87"
            "\nOBSGEO-Z=   2151085.14"),
    (ALONE, "TIMESYS = 'UTC(NIST)'"),
    (EVERYWHERE, "TELAPSE =                  120"),
    (EVERYWHERE, "XPOSURE =                    0 / bias"),
    (ALONE, "EXPTIME =                    0 / bias"),
    (EVERYWHERE, "EQUINOX =                 2000 / integer for a real"),
    # Sections 4.4.2 and 8: reserved keywords
    (EVERYWHERE, "REFERENC= '2001A&A...376..359H'"),
    (EVERYWHERE, "REFERENC= 'doi:10.1051/0004-6361:20010923'"),
    (EVERYWHERE, "AUTHOR  = 'Hanisch, R. J.'"),
    (EVERYWHERE, "CHECKSUM= '                '\nDATASUM = '          '"),
    (EVERYWHERE, "CHECKSUM= ''\nDATASUM = ''"),
    (EVERYWHERE, "CHECKSUM= '        '\nDATASUM = '0       '"),
    (ALONE, "CHECKSUM= ''                   / 2021-04-02T10:20:30\nDATASUM = '2503531142'"),
    (ARRAYS, "DATAMIN = 2\nDATAMAX = 5"),
    (ARRAYS, "DATAMIN =                  0.0\nDATAMAX =                  0.0"),
    (ARRAYS, "CRVAL1  = 47\nCRVAL2  = -12"),
    (ARRAYS, "LONPOLE =                180.0"),
    (ARRAYS, "RADESYSA= 'FK5     '\nEQUINOXA=               2000.0"),
    (ARRAYS, "WCSNAME = 'sky     '\nCNAME1  = 'RA      '"),
    (ARRAYS, "OBSGEO-X=      -5464468.106\nOBSGEO-Y=      -2493053.655\nOBSGEO-Z=       2150943.606"),
    (PRIMARY, "BLOCKEDX=                    T"),
    (PRIMARY, "NEXTEND =                    0"),
    (PRIMARY, "ORIGIN  = 'NOAO-IRAF FITS Image Kernel July 2003'"),
    (IMAGE, "BLANK   =               -32768"),
    (IMAGE, "BLANK   = 0"),
    (IMAGE, "BSCALE  =                 0.01\nBZERO   =                273.15"),
    (IMAGE, "BITPIX  =                    8\nBZERO   =                 -128\nBSCALE  = 1"),
    (IMAGE, "BITPIX  =                   32\nBZERO   =           2147483648"),
    (IMAGE, "BITPIX  =                   64\nBZERO   =  9223372036854775808"),
    (IMAGE, "BITPIX  =                   64\nBZERO   =                  0.0\nBLANK   = -1"),
    (IMAGE, "EXTVER  =                    7"),
    (IMAGE, "EXTLEVEL=                    2"),
    (IMAGE, "EXTVER  =                    0"),
    (IMAGE, "EXTVER  =                   -3"),
    (IMAGE, "EXTNAME = 'a name with blanks and (signs)'"),
    (IMAGE, "XTENSION= 'IMAGE   '           / image extension"),
    (IMAGE, "GCOUNT  =                    1 / one group"),
    # Section 7: tables
    (BINARY, "TFORM1  = 'D       '"),
    (BINARY, "TFORM3  = '1J      '\nTZERO3  =           2147483648\nTSCAL3  = 1"),
    (BINARY, "TFORM4  = '8A4     '"),
    (BINARY, "TTYPE4  = 'A_1     '\nTFORM4  = '1C      '"),
    (BINARY, "TFORM4  = '64X     '\nTTYPE4  = 'FLAGS   '"),
    (BINARY, "TFORM4  = '8L      '\nTTYPE4  = 'FLAGS   '"),
    (BINARY, "TFORM4  = '1C      '\nTTYPE4  = 'VISIB   '"),
    (BINARY, "TFORM4  = '8A      '\nTFORM1  = '1K      '\nTNULL1  = -1\nTDISP1  = 'I12     '"),
    (BINARY, "TDISP1  = 'E10.0   '"),
    (BINARY, "TDISP1  = 'E15.7E3 '"),
    (BINARY, "TDISP1  = 'EN15.5  '"),
    (BINARY, "TDISP1  = 'ES15.5  '"),
    (BINARY, "TDISP1  = 'G15.7   '"),
    (BINARY, "TDISP1  = 'D25.16E3'"),
    (BINARY, "TDISP1  = 'F8.0    '"),
    (BINARY, "TDISP3  = 'I8.4    '"),
    (BINARY, "TDISP3  = 'Z8      '"),
    (BINARY, "TDISP3  = 'B32.8   '"),
    (BINARY, "TDISP3  = 'O11     '"),
    (BINARY, "TDISP4  = 'A8      '"),
    (BINARY, "TDIM2   = '(4)     '"),
    (BINARY, "TDIM2   = '(1,2,2) '"),
    (BINARY, "TDIM2   = '(2,2)   '"),
    (BINARY, "TNULL3  =          -2147483648"),
    (BINARY, "TDMIN1  = 0\nTDMAX1  = 10\nTLMIN1  = 0\nTLMAX1  = 100"),
    (BINARY, "TUNIT4  = ''"),
    (BINARY, "TSCAL1  =                  0.5\nTZERO1  =                 -1.5"),
    (BINARY, "THEAPX  =                    5"),
    (BINARY, "TCOMM1  = 'time of arrival'\nTUCD2   = 'phot.flux'"),
    (BINARY, "MJDREFI = 51544\nMJDREFF = 0.00074287037037\nTSTART  = 1\nTSTOP   = 5"),
    (ASCII, "TNULL2  = '-99     '"),
    (ASCII, "TNULL2  = ''"),
    (ASCII, "TFORM2  = 'I6      '"),
    (ASCII, "TFORM3  = 'F10.0   '"),
    (ASCII, "TFORM4  = 'D13.5   '"),
    (ASCII, "TDISP3  = 'F10.3   '\nTDISP1  = 'A8      '\nTDISP2  = 'I6      '"),
    (ASCII, "TSCAL3  =                  2.0\nTZERO3  =                  1.0"),
    (ASCII, "NAXIS1  =                   80"),
    # Long strings, HIERARCH, record-valued cards
    (EVERYWHERE, "NOTE    = 'a long &'\nCONTINUE  'string'"),
    (EVERYWHERE, "NOTE    = 'a long &' / comment\nCONTINUE  'string &'\nCONTINUE  'of three' / end"),
    (EVERYWHERE, "NOTE    = 'a&'\nCONTINUE  '' / only a comment"),
    (EVERYWHERE, "NOTE    = 'a&'\nCONTINUE     'free format'"),
    (EVERYWHERE, "NOTE    = 'it''s &'\nCONTINUE  '''quoted'''"),
    (EVERYWHERE, "HIERARCH ESO DET DIT = 1.5 / [s] integration"),
    (EVERYWHERE, "HIERARCH ESO OBS NAME = 'O''Neil' / observation"),
    (EVERYWHERE, "HIERARCH ESO TEL AIRM START = 1.05\nHIERARCH ESO TEL AIRM END = 1.06"),
    (EVERYWHERE, "HIERARCH ESO DET1-X_Y OK = T"),
    (EVERYWHERE, "HIERARCH ESO INS NOTE ="),
    (ARRAYS, "CPERR1  = 0.01"),
]  # fmt: skip


def files() -> Iterator[Quiet]:
    """All of them."""
    for wheres, lines in _CARDS:
        for where in wheres:
            data, name, _ = place(where, lines.split("\n"))
            yield Quiet(f"{where}: {lines}", data, name)
    for label, *hdus in _files():
        data = fits(*hdus)
        yield Quiet(str(label), data)
    yield Quiet("gzip", gzip.compress(fits(Hdu("primary"), Hdu("image")), mtime=0), "a.fits.gz")
    for kind in ("primary", "bare", "image", "bintable"):
        yield Quiet(f"text of {kind}", header_text(Hdu(kind)), "a.hdr")
        yield Quiet(
            f"unbroken text of {kind}", header_text(Hdu(kind)).replace(b"\n", b""), "a.head"
        )


def _moved(kind: str, name: str, before: str) -> Hdu:
    """The header of a kind with one card before another."""
    lines = HEADERS[kind]
    card = next(line for line in lines if line[:8].strip() == name)
    rest = [line for line in lines if line is not card]
    at = next(n for n, line in enumerate(rest) if line[:8].strip() == before)
    return Hdu(whole=[*rest[:at], card, *rest[at:]])


def _heap(kind: str = "bintable", **changes: object) -> Hdu:
    values = {"PCOUNT": 100, **changes}
    form = values.pop("TFORM1", "1PE(25)")
    cards = [number(name, value) for name, value in values.items()]
    return Hdu(kind, [text("TFORM1", str(form)), *cards, number("TNULL3", -99)], drop=["TDISP1"])


def _files() -> Iterator[tuple[object, ...]]:
    primary, image, table = Hdu("primary"), Hdu("image"), Hdu("bintable")
    yield (
        "one of each",
        primary,
        image,
        table,
        Hdu("table"),
        Hdu("compressed", [text("EXTNAME", "E")]),
    )
    yield "EXTEND absent", Hdu("primary", drop=["EXTEND"]), image
    yield "EXTEND absent, nothing follows", Hdu("primary", drop=["EXTEND"])
    yield "EXTEND T, nothing follows", Hdu("primary")
    yield "EXTEND F, nothing follows", Hdu("primary", [number("EXTEND", "F")])
    yield "EXTEND late", _moved("primary", "EXTEND", "BUNIT"), image
    yield "empty image", Hdu("bare"), Hdu(whole=[*_empty(), text("EXTNAME", "EMPTY")])
    yield "rows 0", primary, Hdu("bintable", [number("NAXIS2", 0)])
    yield "rows 0, ASCII", primary, Hdu("table", [number("NAXIS2", 0)])
    yield "no columns", primary, Hdu(whole=_columnless("BINTABLE"))
    yield "no columns, ASCII", primary, Hdu(whole=_columnless("TABLE"))
    levels = [Hdu("image", [number("EXTLEVEL", n)]) for n in (1, 2, 3)]
    yield "EXTLEVEL tells apart", primary, *levels
    versions = [Hdu("image", [number("EXTVER", n)]) for n in (1, 2, 3)]
    yield "EXTVER tells apart", primary, *versions
    yield "types tell apart", primary, image, Hdu("bintable", [text("EXTNAME", "SCI")])
    yield "absent EXTVER is 1", primary, Hdu("image", drop=["EXTVER"]), versions[1]
    for gap, theap in ((0, None), (0, 180), (20, 200), (100, 280)):
        more = {} if theap is None else {"THEAP": theap}
        yield f"heap after {gap}", primary, _heap(PCOUNT=100 + gap, **more)
    yield (
        "heap of Q",
        primary,
        Hdu("bintable", [text("TFORM4", "1QJ(5)"), number("NAXIS1", 44), number("PCOUNT", 40)]),
    )
    yield (
        "empty descriptor",
        primary,
        Hdu("bintable", [text("TFORM4", "0PJ(0)"), number("NAXIS1", 28)]),
    )
    for n, first in enumerate(("CRPIX1", "CDELT1", "CTYPE1", "CD1_1", "CUNIT2")):
        yield f"WCS begins with {first}", _wcs_first(first, n)
    yield "no WCSAXES", Hdu("primary", drop=["WCSAXES"])
    yield "PC and CDELT", Hdu("primary", _matrix("PC"), drop=["CD1_1", "CD1_2", "CD2_1", "CD2_2"])
    yield "no END of block", Hdu("primary", [f"HISTORY {n}" for n in range(36 * 3 - 66)])
    for count in range(30, 45):
        lines = [number(f"KEY{n}", n) for n in range(count)]
        yield f"{count} more cards", Hdu("bare", lines), Hdu("image", lines)
    yield "blank cards", Hdu("primary", [""] * 20)
    leap = [text("DATE-OBS", "2016-12-31T23:59:60.5"), text("DATE", "2017-01-01")]
    yield "leap second", Hdu("primary", leap, drop=["MJD-OBS"])
    leap = [text("DATE-OBS", "2012-06-30T23:59:60"), text("DATE", "2021-04-02")]
    yield "leap second of 2012", Hdu("primary", leap, drop=["MJD-OBS", "TIMESYS"])
    tai = [text("TIMESYS", "TAI"), number("MJD-OBS", "59305.92586227")]
    yield "TAI", Hdu("primary", tai)
    yield "TT", Hdu("primary", [text("TIMESYS", "TT"), text("TREFPOS", "GEOCENTER")])
    yield "no TIMESYS", Hdu("primary", drop=["TIMESYS", "DATE"])
    yield "only dates", Hdu("bare", [text("DATE-OBS", "1999-12-31T23:59:59")])
    yield "leap day", Hdu("bare", [text("DATE-OBS", "2000-02-29")])
    yield from _others()


def _others() -> Iterator[tuple[object, ...]]:
    many = [number("NAXIS", 5), *(number(f"NAXIS{n}", 2) for n in range(1, 6))]
    yield "five axes", Hdu(whole=[number("SIMPLE", "T"), number("BITPIX", 8), *many])
    many = [number("NAXIS", 3), *(number(f"NAXIS{n}", n % 2 * 4) for n in range(1, 4))]
    yield "an axis of 0", Hdu(whole=[number("SIMPLE", "T"), number("BITPIX", 8), *many])
    yield "INHERIT", Hdu("bare", [text("ORIGIN", "here")]), _inheriting("T")
    yield "INHERIT = F", Hdu("bare"), _inheriting("F")
    tile = Hdu("compressed")
    yield "compressed without ZTILE", Hdu("bare"), tile
    sizes = [
        number("ZTILE1", 8),
        number("ZTILE2", 1),
        text("ZNAME1", "BLOCKSIZE"),
        number("ZVAL1", 32),
        text("ZNAME2", "BYTEPIX"),
        number("ZVAL2", 2),
    ]
    yield "compressed with ZTILE", Hdu("bare"), Hdu("compressed", sizes)
    wide = [text(f"TTYPE{n}", f"C{n}") for n in range(1, 121)]
    wide += [text(f"TFORM{n}", "1J") for n in range(1, 121)]
    yield (
        "120 columns",
        Hdu("bare"),
        Hdu(whole=[*_columnless("BINTABLE", 120, 480)[:-1], *wide, text("EXTNAME", "WIDE")]),
    )
    extra = [*_empty(), text("EXTNAME", "E")]
    yield (
        "many HDUs",
        Hdu("bare"),
        *(Hdu(whole=[*extra, number("EXTVER", n)]) for n in range(1, 60)),
    )


def _inheriting(value: str) -> Hdu:
    lines = HEADERS["image"]
    return Hdu(whole=[*lines[:7], number("INHERIT", value), *lines[7:]])


def _empty() -> list[str]:
    return [text("XTENSION", "IMAGE"), number("BITPIX", 8), number("NAXIS", 0),
            number("PCOUNT", 0), number("GCOUNT", 1)]  # fmt: skip


def _columnless(kind: str, columns: int = 0, width: int = 0) -> list[str]:
    return [text("XTENSION", kind), number("BITPIX", 8), number("NAXIS", 2),
            number("NAXIS1", width), number("NAXIS2", 0), number("PCOUNT", 0), number("GCOUNT", 1),
            number("TFIELDS", columns), text("EXTNAME", "NONE")]  # fmt: skip


def _matrix(root: str) -> list[str]:
    elements = [number(f"{root}{i}_{j}", float(i == j)) for i in (1, 2) for j in (1, 2)]
    return [*elements, number("CDELT1", "-1.0E-4"), number("CDELT2", "1.0E-4")]


def _wcs_first(first: str, turn: int) -> Hdu:
    """A header whose WCS begins with one keyword; WCSAXES, which must come first, is left out."""
    lines = [line for line in HEADERS["primary"] if not line.startswith("WCSAXES")]
    names = ("RADESYS", "CTYPE", "CUNIT", "CRPIX", "CRVAL", "CD", "CDELT")
    block = [line for line in lines if line.startswith(names)]
    rest = [line for line in lines if line not in block]
    if first == "CDELT1":
        block = [line for line in block if not line.startswith("CD")] + _matrix("PC")
    block.sort(key=lambda line: (not line.startswith(first), line if turn % 2 else ""))
    at = 5 + turn * 7
    return Hdu(whole=[*rest[:at], *block, *rest[at:]])
