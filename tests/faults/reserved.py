# ruff: noqa: E501 -- a card has 80 columns, and a table is read by lines
"""Faults of reserved keywords, image scaling and deprecated keywords (rows R, I, O)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.building import HEADERS, Hdu, fits, number, text
from tests.faults.fault import ANY, EXTENSIONS, Entry, Fault, on_cards

FEW = ("primary", "image", "third", "table", "last")
ARRAYS = ("primary", "image", "long")
TABLES = ("third", "table")

_TYPES: list[Entry] = [
    *(
        ("R001", name, f"{name:<8}= {value:>20} / a string is wanted", FEW)
        for name, value in (
            ("AUTHOR", "12"), ("OBJECT", "1234"), ("TELESCOP", "T"), ("OBSERVER", "3.5"),
            ("INSTRUME", "1.5E3"), ("ORIGIN", "7"), ("REFERENC", "2001"), ("DATE-OBS", "20210401"),
            ("DATE", "59305.5"), ("TIMESYS", "5"), ("DATE-END", "2021"), ("PROGRAM", "42"),
            ("CREATOR", "(1, 2)"),
        )
    ),
    ("R001", "EXTNAME", "EXTNAME =                    1", EXTENSIONS),
    ("R001", "BUNIT", "BUNIT   =                    1", ARRAYS),
    ("R001", "CTYPE1", "CTYPE1  =                    1", ARRAYS),
    ("R001", "RADESYS", "RADESYS =               2000.0", ARRAYS),
    ("R001", "TTYPE1", "TTYPE1  =                    1", TABLES),
    ("R001", "TFORM1", "TFORM1  =                    8", TABLES),
    ("R001", "TUNIT1", "TUNIT1  =                    T", TABLES),
    *(
        ("R002", name, f"{name:<8}= {value:<20} / a number is wanted", FEW)
        for name, value in (
            ("EQUINOX", "'J2000   '"), ("MJD-OBS", "T"), ("EXPTIME", "'long    '"),
            ("MJD-AVG", "'mid     '"), ("XPOSURE", "T"), ("TELAPSE", "'1 h     '"),
        )
    ),
    ("R002", "DATAMIN", "DATAMIN = 'low     '", ARRAYS),
    ("R002", "DATAMAX", "DATAMAX =                    T", ARRAYS),
    ("R002", "BSCALE", "BSCALE  =                    T", ARRAYS),
    ("R002", "BZERO", "BZERO   = 'zero    '", ARRAYS),
    ("R002", "CRPIX1", "CRPIX1  = 'center  '", ARRAYS),
    ("R002", "EXTEND", "EXTEND  =                  1.5", ("primary", "bare")),
    ("R003", "EXTLEVEL", "EXTLEVEL=                    0", EXTENSIONS),
    ("R003", "EXTLEVEL", "EXTLEVEL=                  1.5", EXTENSIONS),
    ("R003", "EXTVER", "EXTVER  = 'A       '", EXTENSIONS),
    ("R008", "INHERIT", "INHERIT =                    T", ("primary", "bare")),
    ("R008", "INHERIT", "INHERIT =                  'T'", EXTENSIONS),
    ("R008", "INHERIT", "INHERIT =                    F", ("primary",)),
    ("R008", "INHERIT", "INHERIT =                  2.0", EXTENSIONS),
    ("R009", "INHERIT", "INHERIT =                    T", EXTENSIONS),
    *(
        ("R011", name, card, ("third", "table"))
        for name, card in (
            ("BSCALE", number("BSCALE", "1.0")), ("BZERO", number("BZERO", "0.0")),
            ("BUNIT", text("BUNIT", "Jy")), ("BLANK", number("BLANK", -1)),
            ("DATAMIN", number("DATAMIN", "0.0")), ("DATAMAX", number("DATAMAX", "9.0")),
        )
    ),
    *(
        ("R012", card[:8].strip(), card, ("primary", "image", "last", "bare"))
        for card in (
            text("TTYPE1", "TIME"), text("TUNIT2", "s"), text("TDIM1", "(2,2)"),
            number("TFIELDS", 2), number("THEAP", 100), text("TFORM1", "1D"),
            text("TCTYP1", "RA---TAN"), number("TNULL1", 5), number("TCRPX2", "1.0"),
        )
    ),
    ("R013", "THEAP", "THEAP   =                  200", ("table",)),
    ("R013", "TDIM1", "TDIM1   = '(2,4)   '", ("table",)),
    ("R013", "TBCOL1", "TBCOL1  =                    1", ("third", "bintable")),
    ("R013", "TBCOL3", "TBCOL3  =                    9", ("third",)),
    ("R014", "REFERENC", "REFERENC= 'my paper'", ("primary", "image")),
    ("R014", "REFERENC", "REFERENC= 'Smith et al. 2001'", ("primary", "third")),
    ("R014", "REFERENC", "REFERENC= '1999'", ("primary",)),
    ("R015", "HDUCLAS2|HDUCLAS1", "HDUCLASS= 'OGIP    '\nHDUCLAS2= 'ALL     '", ("third",)),
    ("R015", "HDUCLASS|HDUCLAS1", "HDUCLAS1= 'EVENTS  '\nHDUCLAS2= 'ALL     '", ("third",)),
    ("R015", "HDUCLAS3|HDUCLAS2", "HDUCLASS= 'OGIP    '\nHDUCLAS1= 'SPECTRUM'\nHDUCLAS3= 'COUNT   '", ("third",)),
    ("R016", "LONGSTRN", "LONGSTRN= 'OGIP 1.0'           / the convention", FEW),
    ("R017", "EXPTIME", "EXPTIME =               -120.0 / [s]", FEW),
    ("R017", "XPOSURE", "XPOSURE =                 -0.5", FEW),
    ("R017", "TELAPSE", "TELAPSE =                  -10", FEW),
    ("R017", "EXPTIME", "EXPTIME = 'short   '", FEW),
    ("R018", "RA", "RA      = 'north   '", FEW),
    ("R018", "DEC", "DEC     = '12d     '", FEW),
    ("R018", "RA", "RA      = '12:34:56.7'", FEW),
    ("R018", "DEC", "DEC     =                    T", FEW),
    ("R018", "RA", "RA      = '25:61:00'           / [h]", FEW),
    ("R019", "AIRMASS", "AIRMASS =                  0.5", FEW),
    ("R019", "RA", "RA      =                372.5 / [deg]", FEW),
    ("R019", "DEC", "DEC     =                 95.0 / [deg]", FEW),
    ("R019", "GAIN", "GAIN    =                 -1.8", FEW),
    ("R019", "DEC", "DEC     =                -91.5 / [deg] pointing", FEW),
    ("R020", "FILENAME", "FILENAME= 'other.fits'", ("primary", "gz", "last")),
    ("R020", "ORIGFILE", "ORIGFILE= 'raw0001.fits'", ("primary",)),
    ("R021", "GRPLC1", "GRPLC1  = 'group.fits'", EXTENSIONS),
    ("R023", "EXTNAME", "EXTNAME = 'GTI     '", ("image",)),
    ("R023", "EXTNAME", "EXTNAME = 'GROUPING'", ("image",)),
    ("R024", "DATAMIN|DATAMAX", "DATAMIN =                 10.0\nDATAMAX =                 -1.0", ARRAYS),
    ("R024", "DATAMIN|DATAMAX", "DATAMAX =              1.0E-30\nDATAMIN =                    1", ARRAYS),
    ("R024", "DATAMIN|DATAMAX", "DATAMIN = 5\nDATAMAX = 4.999 / close", ARRAYS),
]  # fmt: skip
_SCALING: list[Entry] = [
    ("I001", "BLANK", "BLANK   =                 -999", ("primary", "last", "gz")),
    ("I001", "BLANK", "BITPIX  =                  -64\nBLANK   =                    0", ("image", "long")),
    ("I002", "BLANK", "BITPIX  =                   16\nBLANK   =               -999.0", ARRAYS),
    ("I002", "BLANK", "BITPIX  =                   16\nBLANK   = '-999    '", ARRAYS),
    ("I002", "BLANK", "BITPIX  =                   16\nBLANK   =                  NaN", ARRAYS),
    ("I002", "BLANK", "BITPIX  =                   16\nBLANK   =                    T", ARRAYS),
    ("I003", "BLANK", "BITPIX  =                   16\nBLANK   =                40000", ARRAYS),
    ("I003", "BLANK", "BITPIX  =                    8\nBLANK   =                   -1", ARRAYS),
    ("I003", "BLANK", "BITPIX  =                    8\nBLANK   =                  256", ARRAYS),
    ("I003", "BLANK", "BITPIX  =                   32\nBLANK   =           2147483648", ARRAYS),
    ("I003", "BLANK", "BITPIX  =                   64\nBLANK   =  9223372036854775808", ARRAYS),
    ("I003", "BLANK", "BLANK   =               -32769", ("image",)),
    ("I004", "BSCALE", "BSCALE  =                  0.0", ARRAYS),
    ("I004", "BSCALE", "BSCALE  =                    0", ARRAYS),
    ("I004", "BSCALE", "BSCALE  =               0.0E+5", ARRAYS),
    ("I005", "BSCALE", "BSCALE  = '1.0     '", ARRAYS),
    ("I005", "BZERO", "BZERO   = 'none    '", ARRAYS),
    ("I005", "BZERO", "BZERO   =                    F", ARRAYS),
    ("I005", "BSCALE", "BSCALE  = (1.0, 0.0)", ARRAYS),
    ("I006", "BSCALE|BZERO", "BSCALE  =                  2.0\nBZERO   =                32768", ("image",)),
    ("I006", "BZERO|BITPIX", "BITPIX  =                   32\nBZERO   =                32768", ("image",)),
    ("I006", "BZERO|BITPIX", "BZERO   =           2147483648", ("image",)),
    ("I006", "BZERO|BITPIX", "BZERO   =                 -128", ("image",)),
    ("I007", "BZERO", "BZERO   =                32767", ("image", "long")),
    ("I007", "BZERO", "BZERO   =              32768.5", ("image", "long")),
    ("I007", "BZERO", "BITPIX  =                   32\nBZERO   =           2147483647", ("image",)),
    ("I007", "BZERO", "BITPIX  =                    8\nBZERO   =                 -127", ("image",)),
    ("I008", "BSCALE", "BSCALE  =                  2.0", ("primary", "last")),
    ("I008", "BZERO", "BZERO   =              32768.0", ("primary", "last")),
    ("I008", "BSCALE", "BITPIX  =                  -64\nBZERO   =                  0.0\nBSCALE  =                 0.01", ("image",)),
]  # fmt: skip
_DEPRECATED: list[Entry] = [
    ("O001", "EPOCH", "EPOCH   =               2000.0", ("primary", "image", "last", "hdr")),
    ("O001", "EPOCH", "EPOCH   =               1950.0 / equinox", ("primary", "third")),
    ("O001", "EPOCH", "EPOCH   =                 2000", ("bare", "image")),
    ("O002", "BLOCKED", "BLOCKED =                    T", ("primary", "bare", "last")),
    ("O002", "BLOCKED", "BLOCKED =                    F / tape", ("primary", "gz")),
    ("O003", "RADECSYS", "RADECSYS= 'FK5     '", ("primary", "image", "last", "third")),
    ("O003", "RADECSYS", "RADECSYS= 'ICRS    '           / frame", ("bare",)),
    ("O003", "RADECSYS", "RADECSYS= 'FK4     '           / frame", ("hdr",)),
    ("O004", "CROTA2", "CROTA2  =                 12.5", ARRAYS),
    ("O004", "CROTA1", "CROTA1  =                 -0.5", ARRAYS),
    ("O004", "CROTA2", "CDELT1  =               -1.E-4\nCDELT2  =                1.E-4\nCROTA2  =                 30.0", ("bare",)),
    ("O005", "XTENSION", "XTENSION= 'A3DTABLE'", ("bintable", "third")),
    ("O005", "XTENSION", "XTENSION= 'IUEIMAGE'", ("image",)),
    ("O005", "XTENSION", "XTENSION= 'FOREIGN '", ("image",)),
    ("O005", "XTENSION", "XTENSION= 'DUMP    '", ("image",)),
    ("O006", "DATE-OBS", "DATE-OBS= '01/04/99'", FEW),
    ("O006", "DATE", "DATE    = '31/12/85'           / created", FEW),
    ("O006", "DATE-END", "DATE-END= '99-04-01'", FEW),
    ("O007", "VELREF", "VELREF  =                  257", ARRAYS),
    ("O007", "RESTFREQ", "RESTFREQ=           1.420405E9", ARRAYS),
    ("O007", "VSOURCE", "VSOURCE =              12000.0", ARRAYS),
    ("O008", "IRAF-MAX", "IRAF-MAX=           1.234000E3", ("primary", "image")),
    ("O008", "IRAF-BPX|IRAF-B/P", "IRAF-BPX=                   16", ("primary", "image")),
    ("O008", "IRAF-B/P", "IRAF-B/P=                   16", ("primary", "image")),
    ("O008", "DC-FLAG", "DC-FLAG =                    0", ("primary", "image")),
]  # fmt: skip


def faults() -> Iterator[Fault]:
    """All of them."""
    for entries in (_TYPES, _SCALING, _DEPRECATED):
        yield from on_cards(entries)
    yield from _versions()
    yield from _inheriting()
    yield from _images()


def _versions() -> Iterator[Fault]:
    names = ("EXTNAME", "EXTVER", *ANY)
    same = fits(Hdu("primary"), Hdu("image"), Hdu("image"))
    yield Fault("R004", "two SCI,1", same, 3, names)
    absent = fits(Hdu("primary"), Hdu("image", drop=["EXTVER"]), Hdu("bintable"), Hdu("image"))
    yield Fault("R004", "absent EXTVER is 1", absent, 4, names)
    level = number("EXTLEVEL", 1)
    levels = fits(Hdu("primary"), Hdu("bintable", [level]), Hdu("bintable"))
    yield Fault("R004", "absent EXTLEVEL is 1", levels, 3, names)
    for other in ("sci", "Sci", " SCI"):
        hdus = Hdu("primary"), Hdu("image"), Hdu("image", [text("EXTNAME", other)])
        yield Fault("R005", repr(other), fits(*hdus), 3, ("EXTNAME",))
    for kind in ("image", "bintable", "table"):
        bare = Hdu(kind, drop=["EXTNAME", "EXTVER"])
        yield Fault("R006", kind, fits(Hdu("primary"), bare, Hdu("compressed")), 2, ("EXTNAME",))
        lone = Hdu(kind, drop=["EXTNAME"])
        yield Fault("R007", kind, fits(Hdu("primary"), lone), 2, ("EXTVER", "EXTNAME"))
    hdu = Hdu("table", [number("EXTLEVEL", 2)], drop=["EXTNAME", "EXTVER"])
    yield Fault("R007", "level", fits(Hdu("primary"), hdu), 2, ("EXTLEVEL", "EXTNAME"))


def _inheriting() -> Iterator[Fault]:
    for kind in ("image", "bintable", "table"):
        hdus = Hdu("bare", [text("OBJECT", "M 31")]), Hdu(kind, [number("INHERIT", "T")])
        yield Fault("R010", kind, fits(*hdus), 2, ("OBJECT", "INHERIT"))
        far = Hdu(kind, [*(number(f"AAA{n}", n) for n in range(60)), number("INHERIT", "F")])
        yield Fault("R008", f"{kind} far away", fits(Hdu("bare"), far), 2, ("INHERIT",))
        hdus = Hdu("primary"), Hdu("image"), Hdu(kind, [number("EXPTIME", "60.0")])
        yield Fault("N005", kind, fits(*hdus), 3, ("EXPTIME",))
    hdus = Hdu("primary"), Hdu("image", [text("OBJECT", "M 31"), text("FILTER", "r")])
    yield Fault("N005", "object", fits(*hdus), 2, ("OBJECT",))
    hdus = Hdu("primary"), Hdu("image"), Hdu("table", [text("TELESCOP", "other")])
    yield Fault("N005", "telescope", fits(*hdus), 3, ("TELESCOP",))


def _images() -> Iterator[Fault]:
    for kind in ("primary", "image"):
        before = [] if kind == "primary" else [Hdu("primary")]
        at = len(before) + 1
        data = fits(*before, Hdu(kind, drop=["BUNIT"]))
        yield Fault("I009", kind, data, at, ("BUNIT",))
        lines = HEADERS[kind]
        for size in (1,):
            naxis = number("NAXIS", 3)
            whole = [naxis if line.startswith("NAXIS  ") else line for line in lines]
            place = next(n for n, line in enumerate(whole) if line.startswith("NAXIS2")) + 1
            whole.insert(place, number("NAXIS3", size))
            data = fits(*before, Hdu(whole=whole))
            yield Fault("I010", kind, data, at, ("NAXIS3",))
    hdu = Hdu("bintable", [number("TIME", "5.0")])
    yield Fault("R022", "TIME", fits(Hdu("primary"), hdu), 2, ("TIME", "TTYPE1"))
    hdu = Hdu("table", [number("FLUX", "5.0")])
    yield Fault("R022", "FLUX", fits(Hdu("primary"), hdu), 2, ("FLUX", "TTYPE3"))
    hdu = Hdu("image", [number("GRPID1", -1)])
    yield Fault("R021", "elsewhere", fits(Hdu("primary"), hdu), 2, ("GRPID1", "GRPLC1"))
    hdu = Hdu("bintable", [text("GRPNAME", "MEMBERS")])
    yield Fault("R021", "no grouping table", fits(Hdu("primary"), hdu), 2, ("GRPNAME", "EXTNAME"))
