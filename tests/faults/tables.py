# ruff: noqa: E501 -- a card has 80 columns, and a table is read by lines
"""Faults of table keywords that the header shows (rows T)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.building import HEADERS, Hdu, fits, number, text
from tests.faults.fault import Entry, Fault, on_cards

BIN = ("third", "bintable")
TXT = ("table",)
BOTH = ("third", "table")

_ENTRIES: list[Entry] = [
    ("T001", "NAXIS1", "NAXIS1  =                   37", BIN),
    ("T001", "NAXIS1", "NAXIS1  =                   35", BIN),
    ("T001", "NAXIS1", "TFORM4  = '9A      '", BIN),
    ("T001", "NAXIS1", "TFORM2  = '4D      '", BIN),
    ("T001", "NAXIS1", "NAXIS1  =                    0", BIN),
    ("T002", "TFORM1", "TFORM1  = '1Y      '", BIN),
    ("T002", "TFORM1", "TFORM1  = '1d      '", BIN),
    ("T002", "TFORM2", "TFORM2  = ' 4E     '", BIN),
    ("T002", "TFORM2", "TFORM2  = '4E junk '", BIN),
    ("T002", "TFORM3", "TFORM3  = 'F10.3   '", BIN),
    ("T002", "TFORM4", "TFORM4  = 'A8      '", ("third",)),
    ("T002", "TFORM2", "TFORM2  = '-4E     '", BIN),
    ("T002", "TFORM2", "TFORM2  = '4.5E    '", BIN),
    ("T002", "TFORM3", "TFORM3  = '1P      '", BIN),
    ("T002", "TFORM1", "TFORM1  = ''", BIN),
    ("T003", "TFORM3", "TFORM3  = '1U      '", BIN),
    ("T003", "TFORM3", "TFORM3  = 'V       '", BIN),
    ("T003", "TFORM1", "TFORM1  = '1W      '", BIN),
    ("T003", "TFORM3", "TFORM3  = '4S      '", BIN),
    ("T004", "TFORM4", "TFORM4  = '8A3     '", BIN),
    ("T004", "TFORM4", "TFORM4  = '8A5     '", BIN),
    ("T004", "TFORM4", "TFORM4  = '8A9     '", BIN),
    ("T005", "TFORM1", "TFORM1  = '2PE(5)  '", BIN),
    ("T005", "TFORM1", "TFORM1  = '3QJ(10) '", BIN),
    ("T005", "TFORM1", "TFORM1  = '10PB(1) '", BIN),
    ("T006", "TFORM1", "TFORM1  = '1PE     '", BIN),
    ("T006", "TFORM1", "TFORM1  = 'PJ      '\nPCOUNT  =                  100", BIN),
    ("T006", "TFORM1", "TFORM1  = '1QD     '", BIN),
    ("T008", "PCOUNT|TFORM1", "TFORM1  = '1PB(9)  '\nPCOUNT  =           5000000000", BIN),
    ("T009", "THEAP", "TFORM1  = '1PB(9)  '\nPCOUNT  =                  100\nTHEAP   =                   50", BIN),
    ("T009", "THEAP", "TFORM1  = '1PB(9)  '\nPCOUNT  =                  100\nTHEAP   =                  500", BIN),
    ("T009", "THEAP", "TFORM1  = '1PB(9)  '\nPCOUNT  =                  100\nTHEAP   =                   -1", BIN),
    ("T010", "THEAP", "THEAP   =                  180", BIN),
    ("T010", "THEAP", "THEAP   =                    0", BIN),
    ("T010", "THEAP", "THEAP   =                 2880", BIN),
    ("T011", "PCOUNT", "PCOUNT  =                  100", BIN),
    ("T011", "PCOUNT", "PCOUNT  =                    1", BIN),
    ("T011", "PCOUNT", "PCOUNT  =                 2700 / to the end of the block", BIN),
    ("T013", "TTYPE2", "TTYPE2  = 'TIME    '", BIN),
    ("T013", "TTYPE2", "TTYPE2  = 'time    '", BIN),
    ("T013", "TTYPE3", "TTYPE3  = 'net counts'", BOTH),
    ("T013", "TTYPE3", "TTYPE3  = 'B-V     '", BOTH),
    ("T013", "TTYPE4", "TTYPE4  = 'flux(1) '", BOTH),
    ("T014", "TTYPE9", "TTYPE9  = 'NINE    '", BOTH),
    ("T014", "TUNIT5", "TUNIT5  = 's       '", BOTH),
    ("T014", "TFORM6", "TFORM6  = '1D      '", ("third",)),
    ("T014", "TDMIN12", "TDMIN12 =                  0.0", ("third",)),
    ("T014", "TLMAX5", "TLMAX5  =                  0.0", ("third",)),
    ("T014", "TCOMM7", "TCOMM7  = 'a remark'", ("third",)),
    ("T014", "TUCD5", "TUCD5   = 'pos.eq.ra'", ("third",)),
    ("T014", "TNULL5", "TNULL5  =                   -1", ("third",)),
    ("T014", "TTYPE1000", "TTYPE1000= 'X       '", ("third",)),
    ("T015", "TNULL1", "TNULL1  =                  -99", BIN),
    ("T015", "TNULL2", "TNULL2  =                    0", BIN),
    ("T015", "TNULL4", "TNULL4  =                   32", BIN),
    ("T016", "TNULL3", "TNULL3  =           2147483648", BIN),
    ("T016", "TNULL3", "TFORM3  = '4B      '\nTNULL3  =                   -1", BIN),
    ("T016", "TNULL3", "TFORM3  = '2I      '\nTNULL3  =                40000", BIN),
    ("T016", "TNULL3", "TFORM3  = '4B      '\nTNULL3  =                  256", BIN),
    ("T017", "TNULL2", "TNULL2  = 'NOTHING AT ALL'", TXT),
    ("T017", "TNULL2", "TNULL2  =                  -99", TXT),
    ("T017", "TNULL3", "TNULL3  = '***********'", TXT),
    ("T018", "TSCAL4", "TSCAL4  =                  2.0", ("third", "table")[:1]),
    ("T018", "TZERO4", "TZERO4  =                  1.0", BIN),
    ("T018", "TSCAL1", "TSCAL1  =                  2.0", TXT),
    ("T018", "TZERO3", "TFORM3  = '4L      '\nTZERO3  =                  1.0", BIN),
    ("T018", "TSCAL3", "TFORM3  = '32X     '\nTSCAL3  =                  0.5", BIN),
    ("T019", "TSCAL3", "TSCAL3  =                  0.0", BIN),
    ("T019", "TSCAL2", "TSCAL2  =                    0", BOTH),
    ("T019", "TSCAL1", "TSCAL1  =               0.0E+0", ("third",)),
    ("T020", "TZERO3", "TZERO3  =           2147483647", BIN),
    ("T020", "TZERO3", "TZERO3  =        2147483648.5", BIN),
    ("T020", "TZERO3", "TFORM3  = '2I      '\nTNULL3  =                   -9\nTZERO3  =                32767", BIN),
    ("T020", "TSCAL3|TZERO3", "TSCAL3  =                  2.0\nTZERO3  =           2147483648", BIN),
    ("T021", "TDISP1", "TDISP1  = 'Q10     '", BOTH),
    ("T021", "TDISP1", "TDISP1  = 'F10.3junk'", BIN),
    ("T021", "TDISP4", "TDISP4  = 'F10.3   '", BIN),
    ("T021", "TDISP1", "TDISP1  = 'I       '", BIN),
    ("T021", "TDISP1", "TDISP1  = 'A8      '", BIN),
    ("T021", "TDISP1", "TDISP1  = 'f15.4   '", BIN),
    ("T021", "TDISP1", "TDISP1  = '%10.3f  '", BIN),
    ("T022", "TDIM2", "TDIM2   = '(3,2)   '", BIN),
    ("T022", "TDIM2", "TDIM2   = '2,2     '", BIN),
    ("T022", "TDIM2", "TDIM2   = '(2,x)   '", BIN),
    ("T022", "TDIM2", "TDIM2   = '(2,2    '", BIN),
    ("T022", "TDIM2", "TDIM2   = '(-2,2)  '", BIN),
    ("T022", "TDIM2", "TDIM2   = '()      '", BIN),
    ("T022", "TDIM2", "TDIM2   =                    4", BIN),
    ("T024", "TDMIN1|TDMAX1", "TDMIN1  =                 10.0\nTDMAX1  =                  1.0", BIN),
    ("T024", "TLMIN3|TLMAX3", "TLMIN3  =                   10\nTLMAX3  =                    1", BIN),
    ("T024", "TDMIN1", "TDMIN1  = 'low     '", BIN),
    ("T024", "TLMAX1", "TLMAX1  =                    T", BIN),
    ("T029", "TBCOL4|TFORM4", "TBCOL4  =                   30", TXT),
    ("T029", "TBCOL1|TFORM1|TBCOL2|TFORM2", "TFORM1  = 'A12     '", TXT),
    ("T029", "TBCOL2|TBCOL1", "TBCOL2  =                    5", TXT),
    ("T029", "TBCOL1", "TBCOL1  =                    0", TXT),
    ("T029", "TBCOL4", "TBCOL4  =                  100", TXT),
    ("T029", "TBCOL1", "TBCOL1  =                   -1", TXT),
    ("T030", "TFORM3", "TFORM3  = 'F10     '", TXT),
    ("T030", "TFORM1", "TFORM1  = '8A      '", TXT),
    ("T030", "TFORM2", "TFORM2  = '1J      '", TXT),
    ("T030", "TFORM3", "TFORM3  = 'f10.3   '", TXT),
    ("T030", "TFORM4", "TFORM4  = 'E13     '", TXT),
    ("T030", "TFORM4", "TFORM4  = 'G13.5   '", TXT),
    ("T030", "TFORM1", "TFORM1  = 'A       '", TXT),
    ("T030", "TFORM3", "TFORM3  = 'F3.8    '", TXT),
    ("T034", "TCTYP9", "TCTYP9  = 'RA---TAN'", ("third",)),
    ("T034", "TCRVL5", "TCRVL5  =                 47.0", ("third",)),
    ("T034", "TP1_7|TP1_7A", "TP1_7   =                  1.0", ("third",)),
    ("T034", "TCRPX10", "TCRPX10 =                  0.0", ("third",)),
    ("T034", "1CTYP9", "1CTYP9  = 'RA---TAN'", ("third",)),
]  # fmt: skip


def faults() -> Iterator[Fault]:
    """All of them."""
    yield from on_cards(_ENTRIES)
    for kind, name, again in (
        ("bintable", "TFORM1", text("TFORM1", "1E")),
        ("bintable", "TTYPE2", text("TTYPE2", "OTHER")),
        ("table", "TBCOL2", number("TBCOL2", 11)),
        ("table", "TFORM3", text("TFORM3", "F10.2")),
        ("bintable", "TUNIT1", text("TUNIT1", "d")),
    ):
        data = fits(Hdu("primary"), Hdu(whole=[*HEADERS[kind], again]))
        yield Fault("T033", again, data, 2, (name,))
    for kind, name in (("bintable", "TTYPE3"), ("table", "TTYPE1"), ("bintable", "TTYPE1")):
        data = fits(Hdu("primary"), Hdu(kind, drop=[name]))
        yield Fault("T013", f"{kind} without {name}", data, 2, (name,))
    for kind, name in (("bintable", "TUNIT1"), ("table", "TUNIT3"), ("bintable", "TUNIT2")):
        data = fits(Hdu("primary"), Hdu(kind, drop=[name]))
        yield Fault("T038", f"{kind} without {name}", data, 2, (name,))
    wide = [number("TFIELDS", 999), number("NAXIS1", 999), number("NAXIS2", 0)]
    named = [text(f"TTYPE{n}", f"C{n}") for n in range(1, 1000)]
    forms = [text(f"TFORM{n}", "1B") for n in range(1, 999)]
    whole = [
        text("XTENSION", "BINTABLE"), number("BITPIX", 8), number("NAXIS", 2), *wide[1:],
        number("PCOUNT", 0), number("GCOUNT", 1), wide[0], text("EXTNAME", "WIDE"), *named, *forms,
    ]  # fmt: skip
    for label, more in (
        ("XT1000 without XT_ICOL", [text("TFORM999", "1B"), text("TTYPE1000", "X")[:80]]),
        ("XT_ columns", [text("TFORM999", "1B"), number("XT_NCOL", 1200)]),
    ):
        cards = [*whole, *more]
        names = ("XT_ICOL", "XT_NCOL", "TTYPE1000", "TTYPE100", "*")
        yield Fault("T035", label, fits(Hdu("bare"), Hdu(whole=cards)), 2, names)
