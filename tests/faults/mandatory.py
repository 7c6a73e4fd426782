"""Faults of mandatory keywords and their order (rows M)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.building import HEADERS, Hdu, encoded, fits, name_of, number
from tests.faults.fault import EXTENSIONS, Entry, Fault, on_cards

BOTH = ("primary", "image")
ALL = ("primary", "image", "bintable", "table", "third")
TABLES = ("third", "table", "bintable")

_VALUES: list[Entry] = [
    ("M001", "SIMPLE", "SIMPLE  =                    F", ("primary", "bare", "hdr", "gz", "last")),
    ("M001", "SIMPLE", "SIMPLE  =                    F / not quite", ("primary", "bare")),
    ("M001", "SIMPLE", "SIMPLE  =", ("primary", "bare")),
    ("M002", "BITPIX", "BITPIX  =                   12", BOTH),
    ("M002", "BITPIX", "BITPIX  =                  -16", BOTH),
    ("M002", "BITPIX", "BITPIX  =                    0", BOTH),
    ("M002", "BITPIX", "BITPIX  =", BOTH),
    ("M002", "BITPIX", "BITPIX  = 'SHORT   '", BOTH),
    ("M003", "NAXIS", "NAXIS   =                 1000", BOTH),
    ("M003", "NAXIS", "NAXIS   =                   -1", BOTH),
    ("M003", "NAXIS", "NAXIS   = 'two     '", BOTH),
    ("M003", "NAXIS", "NAXIS   =                    T", BOTH),
    ("M004", "NAXIS1", "NAXIS1  =                   -5", BOTH),
    ("M004", "NAXIS2", "NAXIS2  =                   -8", ALL),
    ("M004", "NAXIS2", "NAXIS2  = 'eight   '", BOTH),
    ("M004", "NAXIS1", "NAXIS1  =                     ", BOTH),
    ("M004", "NAXIS3", "NAXIS   =                    3", BOTH),
    ("M005", "NAXIS3", "NAXIS3  =                    8", ALL),
    ("M005", "NAXIS4", "NAXIS4  =                    8", BOTH),
    ("M005", "NAXIS1", "NAXIS1  =                    8", ("bare",)),
    ("M005", "NAXIS1|NAXIS2", "NAXIS   =                    0", BOTH),
    ("M007", "PCOUNT", "PCOUNT  = 'zero    '", EXTENSIONS),
    ("M007", "GCOUNT", "GCOUNT  =                    T", EXTENSIONS),
    ("M008", "GCOUNT", "GCOUNT  =                    2", EXTENSIONS),
    ("M008", "GCOUNT", "GCOUNT  =                    0", EXTENSIONS),
    ("M008", "GCOUNT", "GCOUNT  =                   -1", EXTENSIONS),
    ("M009", "PCOUNT", "PCOUNT  =                   10", ("image", "long")),
    ("M009", "PCOUNT", "PCOUNT  =                   -1", ("image", "long")),
    ("M009", "PCOUNT", "PCOUNT  =                    1 / one", ("image", "long")),
    ("M010", "BITPIX", "BITPIX  =                   16", ("table",)),
    ("M010", "NAXIS", "NAXIS   =                    1", ("table",)),
    ("M010", "PCOUNT", "PCOUNT  =                    5", ("table",)),
    ("M010", "BITPIX", "BITPIX  =                  -32 / table", ("table",)),
    ("M010", "NAXIS", "NAXIS   =                    3\nNAXIS3  =                    1", ("table",)),
    ("M011", "BITPIX", "BITPIX  =                   16", ("third", "bintable", "compressed")),
    ("M011", "NAXIS", "NAXIS   =                    1", ("third", "bintable")),
    ("M011", "PCOUNT", "PCOUNT  =                   -5", ("third", "bintable")),
    ("M011", "NAXIS", "NAXIS   =                    0", ("third", "bintable")),
    ("M011", "BITPIX", "BITPIX  =                  -64", ("third", "bintable")),
    ("M012", "TFIELDS", "TFIELDS =                 1000", TABLES),
    ("M012", "TFIELDS", "TFIELDS =                   -1", TABLES),
    ("M012", "TFIELDS", "TFIELDS = '4       '", TABLES),
    ("M012", "TFIELDS", "TFIELDS =", TABLES),
    ("M013", "TFORM5", "TFIELDS =                    5", TABLES),
    ("M014", "TBCOL5", "TFIELDS =                    5", ("table",)),
    ("M014", "TBCOL5", "TFIELDS =                    5\nTFORM5  = 'I2      '", ("table",)),
    ("M015", "GROUPS", "GROUPS  =                    F", ("groups",)),
    ("M015", "PCOUNT", "PCOUNT  =                  2.5", ("groups",)),
    ("M015", "GCOUNT", "GCOUNT  = 'three   '", ("groups",)),
    ("M015", "GCOUNT", "GCOUNT  =                   -3", ("groups",)),
    ("M015", "NAXIS1|GROUPS", "NAXIS1  =                    8", ("groups",)),
    ("M016", "GROUPS", "OBJECT  = 'UV data '", ("groups",)),
    ("M017", "SIMPLE", "SIMPLE  =                    T", EXTENSIONS),
    ("M017", "EXTEND", "EXTEND  =                    T", EXTENSIONS),
    ("M017", "BLOCKED", "BLOCKED =                    T", EXTENSIONS),
    ("M018", "XTENSION", "XTENSION= 'IMAGE   '", ("primary", "bare", "last", "groups")),
    ("M018", "XTENSION", "XTENSION= 'BINTABLE'           / x", ("primary", "bare")),
    ("M021", "PCOUNT", "PCOUNT  =                    0", ("primary", "bare", "last")),
    ("M021", "GCOUNT", "GCOUNT  =                    1", ("primary", "bare", "last")),
    ("M021", "PCOUNT", "PCOUNT  =                   17", ("primary", "bare")),
    ("M022", "GROUPS", "GROUPS  =                    T", ("primary", "image", "third")),
    ("M022", "PTYPE1", "PTYPE1  = 'UU      '", ("primary", "image", "third")),
    ("M022", "PSCAL1", "PSCAL1  =                  1.0", ("primary", "image", "table")),
    ("M022", "PZERO2", "PZERO2  =                  0.0", ("primary", "image", "third")),
    ("M023", "PTYPE3", "PTYPE3  = 'WW      '", ("groups",)),
    ("M023", "PSCAL4", "PSCAL4  =                  1.0", ("groups",)),
    ("M023", "PZERO3", "PZERO3  =                  1.0", ("groups",)),
    ("M025", "ZBITPIX", "ZBITPIX =                   12", ("compressed",)),
    ("M025", "ZNAXIS", "ZNAXIS  =                   -2", ("compressed",)),
    ("M025", "ZCMPTYPE", "ZCMPTYPE=                    1", ("compressed",)),
    ("M025", "ZNAXIS2", "ZNAXIS2 =                   -8", ("compressed",)),
    ("M025", "ZBITPIX", "ZBITPIX = '16      '", ("compressed",)),
    ("M025", "ZNAXIS3", "ZNAXIS  =                    3", ("compressed",)),
]  # fmt: skip

_REPEATED = ("BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT", "TFIELDS")
_MOVED = (
    ("primary", "BITPIX", "BITPIX|NAXIS"),
    ("primary", "NAXIS1", "NAXIS1|NAXIS2"),
    ("primary", "NAXIS", "NAXIS|NAXIS1"),
    ("primary", "NAXIS2", "NAXIS2"),
    ("image", "PCOUNT", "PCOUNT|GCOUNT"),
    ("image", "GCOUNT", "GCOUNT"),
    ("bintable", "PCOUNT", "PCOUNT|GCOUNT"),
    ("bintable", "TFIELDS", "TFIELDS"),
    ("table", "GCOUNT", "GCOUNT|TFIELDS"),
    ("table", "TFIELDS", "TFIELDS"),
)
_ROW_OF = {"BITPIX": "M002", "NAXIS": "M003", "PCOUNT": "M007", "GCOUNT": "M007", "TFIELDS": "M012"}
_DROPPED = (
    ("primary", "BITPIX"), ("primary", "NAXIS"), ("primary", "NAXIS1"), ("primary", "NAXIS2"),
    ("image", "BITPIX"), ("image", "NAXIS"), ("image", "PCOUNT"), ("image", "GCOUNT"),
    ("bintable", "PCOUNT"), ("bintable", "GCOUNT"), ("bintable", "TFIELDS"),
    ("table", "PCOUNT"), ("table", "TFIELDS"), ("table", "NAXIS1"),
)  # fmt: skip


def faults() -> Iterator[Fault]:
    """All of them."""
    yield from on_cards(_VALUES)
    for some in (_dropped, _order, _repeated, _extend, _columns):
        yield from some()


def _file(kind: str, hdu: Hdu) -> tuple[bytes, int]:
    hdus = [hdu] if kind in ("primary", "groups") else [Hdu("primary"), Hdu("image"), hdu]
    return fits(*hdus), len(hdus)


def _dropped() -> Iterator[Fault]:
    for kind, name in _DROPPED:
        data, count = _file(kind, Hdu(kind, drop=[name], data=bytes(256)))
        row = "M004" if name.startswith("NAXIS") and name != "NAXIS" else _ROW_OF[name]
        yield Fault(row, f"{kind} without {name}", data, count, (name,))
    for kind, name, row in (
        ("bintable", "TFORM2", "M013"), ("bintable", "TFORM4", "M013"), ("table", "TFORM1", "M013"),
        ("table", "TBCOL1", "M014"), ("table", "TBCOL3", "M014"), ("table", "TBCOL4", "M014"),
        ("groups", "GROUPS", "M015"), ("groups", "PCOUNT", "M015"), ("groups", "GCOUNT", "M015"),
        ("compressed", "ZCMPTYPE", "M025"), ("compressed", "ZBITPIX", "M025"),
        ("compressed", "ZNAXIS", "M025"), ("compressed", "ZNAXIS2", "M025"),
    ):  # fmt: skip
        data, count = _file(kind, Hdu(kind, drop=[name]))
        names = (name, "NAXIS1") if name == "GROUPS" else (name,)
        yield Fault(row, f"{kind} without {name}", data, count, names)


def _order() -> Iterator[Fault]:
    for kind, name, names in _MOVED:
        lines = HEADERS[kind]
        moved = next(line for line in lines if name_of(encoded(line)) == encoded(name))
        whole = [line for line in lines if line is not moved]
        data, count = _file(kind, Hdu(whole=[*whole, moved], data=bytes(256)))
        row = "M004" if name in ("NAXIS1", "NAXIS2") else _ROW_OF[name]
        yield Fault(row, f"{kind} {name} at the end", data, count, tuple(names.split("|")))
    for kind, at, extra in (
        ("primary", 2, "OBJECX  = 'M31     '"),
        ("primary", 1, "COMMENT a remark"),
        ("primary", 4, "HISTORY between the axes"),
        ("primary", 3, "EXTENX  =                    T"),
        ("image", 3, "OBJECX  = 'M31     '"),
        ("image", 6, "EXTNAMX = 'SCI     '"),
        ("bintable", 5, "COMMENT heap"),
        ("bintable", 7, "MYKEY   =                    5"),
        ("table", 4, "MYKEY   =                    5"),
    ):
        lines = HEADERS[kind]
        hdu = Hdu(whole=[*lines[:at], extra, *lines[at:]], data=bytes(256))
        data, count = _file(kind, hdu)
        names = (extra.split()[0], lines[at][:8].strip())
        row = "M007" if kind == "image" and at == 6 else "M006"
        yield Fault(row, f"{kind} {extra} at {at + 1}", data, count, names)
    lines = HEADERS["primary"]
    swapped = [*lines[:3], lines[4], lines[3], *lines[5:]]
    data, count = _file("primary", Hdu(whole=swapped))
    yield Fault("M004", "axes swapped", data, count, ("NAXIS1", "NAXIS2"))
    lines = HEADERS["image"]
    swapped = [*lines[:5], lines[6], lines[5], *lines[7:]]
    data, count = _file("image", Hdu(whole=swapped))
    yield Fault("M007", "counts swapped", data, count, ("PCOUNT", "GCOUNT"))


def _repeated() -> Iterator[Fault]:
    for kind in ("primary", "image", "bintable", "table"):
        names = [line[:8].strip() for line in HEADERS[kind][:8]]
        for name in _REPEATED:
            if name not in names:
                continue
            line = HEADERS[kind][names.index(name)]
            other = number(name, 16 if name == "BITPIX" else 3)
            for again in (line, other):
                data, count = _file(kind, Hdu(whole=[*HEADERS[kind], again]))
                yield Fault("M024", f"{kind} {again}", data, count, (name,))


def _extend() -> Iterator[Fault]:
    for kind in ("primary", "bare"):
        for others in ([Hdu("image")], [Hdu("bintable"), Hdu("table")]):
            hdu = Hdu(kind, [number("EXTEND", "F", "no extensions")])
            yield Fault("M019", f"{kind} {len(others)}", fits(hdu, *others), 1, ("EXTEND",))
    whole = [*HEADERS["bare"], number("AAA", 5), number("EXTEND", "F")]
    yield Fault("M019", "late", fits(Hdu(whole=whole), Hdu("image")), 1, ("EXTEND",))


def _columns() -> Iterator[Fault]:
    for count, kind in ((999, "bintable"), (50, "table")):
        hdu = Hdu(kind, [number("TFIELDS", count)])
        data, where = _file(kind, hdu)
        yield Fault("M013", f"{kind} {count} announced", data, where, ("TFORM5",))
