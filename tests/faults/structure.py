"""Faults of the file structure (rows F)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from tests.faults.building import HEADERS, Hdu, fits, header_text, number, text
from tests.faults.fault import ANY, Fault

KINDS = ("primary", "image", "bintable", "table")


def faults() -> Iterator[Fault]:
    """All of them."""
    for some in (_opening, _lengths, _extensions, _ends, _fills, _transfer, _sizes, _trailing):
        yield from some()


def _at(kind: str, **options: object) -> tuple[list[Hdu], int]:
    """The HDUs of a file whose last HDU is of ``kind``, and how many they are."""
    hdus = [] if kind == "primary" else [Hdu("primary"), Hdu("image")]
    hdus.append(Hdu(kind, **options))
    return hdus, len(hdus)


def _opening() -> Iterator[Fault]:
    good = fits(Hdu("primary"), Hdu("image"))
    late = fits(Hdu(whole=["COMMENT first", *HEADERS["primary"]]))
    openings = {
        "html": b"<!DOCTYPE html>\n<html><body>404</body></html>\n" * 80,
        "text": b"This is no FITS file.\n" * 200,
        "json": b'{"SIMPLE": true}' * 300,
        "zip": b"PK\x03\x04" + bytes(4000),
        "zeros": bytes(5760),
        "blanks": b" " * 5760,
        "lower case": b"simple" + good[6:],
        "comment first": late,
        "bitpix first": fits(Hdu(whole=HEADERS["primary"][1:])),
        "no equals": b"SIMPLE    " + good[10:],
        "extension first": fits(Hdu("image")),
        "late": b" " + good[:-1],
        "cut": good[:40],
    }
    for label, data in openings.items():
        yield Fault("F001", label, data, None, ("SIMPLE", "XTENSION", "simple", "COMMENT", *ANY))
    yield Fault("F016", "gz that is plain", good, None, ANY, "plain.fits.gz")
    yield Fault("F016", "plain that is gz", gzip.compress(good), None, ANY, "plain.fits")


def _lengths() -> Iterator[Fault]:
    for kind in KINDS:
        hdus, count = _at(kind)
        raw = fits(*hdus)
        data = len(raw) - 2880
        yield Fault("F002", f"{kind} cut in fill", raw[:-100], count, ANY)
        yield Fault("F003", f"{kind} cut in data", raw[: data + 30], count, ANY)
        yield Fault("F003", f"{kind} without data", raw[:data], count, ANY)
        yield Fault("F004", f"{kind} without fill", raw[: data + hdus[-1].size()], count, ANY)
        yield Fault("F002", f"{kind} 7 more", raw + bytes(7), None, ANY)
    big, count = _at("image", overlay=[number("NAXIS1", 200), number("NAXIS2", 200)])
    raw = fits(*big)
    yield Fault("F003", "half an image", raw[: len(raw) - 40000], 3, ANY)
    middle = fits(Hdu("primary")), fits(Hdu("image"))[:-1440], fits(Hdu("bintable"))
    yield Fault("F003", "cut in the middle", b"".join(middle), None, ANY)
    yield Fault("F003", "cut header", fits(Hdu("primary"))[:2000], 1, ANY)
    yield Fault("F003", "cut header of third", fits(Hdu("primary"), Hdu("image"))[:9000], 2, ANY)


def _extensions() -> Iterator[Fault]:
    two = fits(Hdu("primary"), Hdu("primary"))
    yield Fault("F007", "two files", two, 2, ("SIMPLE", "XTENSION", *ANY))
    three = fits(Hdu("primary"), Hdu("image"), Hdu("bare"), Hdu("bintable"))
    yield Fault("F007", "a file in the third", three, 3, ("SIMPLE", "XTENSION", *ANY))
    shifted = fits(Hdu("primary"), b" " * 80, Hdu("image"))
    yield Fault("F007", "a card too late", shifted, 2, ("XTENSION", *ANY))
    headless = fits(Hdu("primary"), Hdu(whole=HEADERS["image"][1:]))
    yield Fault("F007", "no XTENSION", headless, 2, ("XTENSION", "BITPIX", *ANY))
    for value in ("'MYTABLE '", "'SPECTRUM'", "'IMAGES  '", "'BIN     '"):
        for kind in ("image", "bintable"):
            hdus, count = _at(kind, overlay=[f"XTENSION= {value}"])
            yield Fault("F017", f"{kind} {value}", fits(*hdus), count, ("XTENSION",))
    for kind, value in (
        ("image", "'image   '"),
        ("image", "'IMAGE'"),
        ("bintable", "'BinTable'"),
        ("table", "'TABLE'"),
        ("table", "'Table   '"),
        ("bintable", "'bintable'           / lower"),
    ):
        hdus, count = _at(kind, overlay=[f"XTENSION= {value}"])
        yield Fault("F018", f"{kind} {value}", fits(*hdus), count, ("XTENSION",))
    for kind, count in (("primary", 3), ("primary", 0), ("bare", 7)):
        hdu = Hdu(kind, [f"NEXTEND = {count:>20}"])
        yield Fault("F020", f"{count}", fits(hdu, Hdu("image")), 1, ("NEXTEND",))


def _ends() -> Iterator[Fault]:
    for kind in KINDS:
        hdus, count = _at(kind, end=None)
        yield Fault("F008", f"{kind} no END", fits(*hdus), count, ("END", *ANY))
        hdus, count = _at(kind, end=None, data=b"")
        yield Fault("F008", f"{kind} no END, no data", fits(*hdus), count, ("END", *ANY))
        for end in (b"END of header", b"END     / the end", b"END" + b" " * 30 + b"x", b"END\x00"):
            hdus, count = _at(kind, end=end)
            yield Fault("F009", f"{kind} {end!r}", fits(*hdus), count, ("END",))
        for end in (b"END     = T", b"END     =                    T / end", b"END     = 'x'"):
            hdus, count = _at(kind, end=end)
            yield Fault("F010", f"{kind} {end!r}", fits(*hdus), count, ("END",))
            hdus, count = _at(kind, overlay=[end.decode()])
            yield Fault("F010", f"{kind} {end!r}, then END", fits(*hdus), count, ("END",))
    end = fits(Hdu("primary"), Hdu("image", end=None), Hdu("bintable"))
    yield Fault("F008", "no END before another", end, 2, ("END", *ANY))


def _fills() -> Iterator[Fault]:
    for kind in KINDS:
        for fill in (b"\0", b"\n", b"x", b"0"):
            hdus, count = _at(kind, fill=fill)
            yield Fault("F011", f"{kind} {fill!r}", fits(*hdus), count, ("END", *ANY))
        for lost in (number("GAIN2", 1.8), "HISTORY after the end", text("OBJECT2", "M31")):
            hdus, count = _at(kind, end=b"END".ljust(80) + lost.encode())
            names = (lost.split()[0], "END", *ANY)
            yield Fault("F012", f"{kind} {lost}", fits(*hdus), count, names)
    for blanks, kind in ((40, "primary"), (80, "image"), (36, "bintable")):
        hdus, count = _at(kind, overlay=[""] * blanks)
        yield Fault("F021", f"{kind} {blanks}", fits(*hdus), count, ("", *ANY))


def _transfer() -> Iterator[Fault]:
    good = fits(Hdu("primary"), Hdu("image"))
    lines = b"\r\n".join(good[at : at + 80] for at in range(0, 2880, 80))
    yield Fault("F015", "BOM", b"\xef\xbb\xbf" + good, None, ("SIMPLE", *ANY))
    yield Fault("F015", "CRLF cards", lines + good[2880:], None, ("SIMPLE", *ANY))
    ended = b"".join(good[at : at + 78] + b"\r\n" for at in range(0, 2880, 80)) + good[2880:]
    yield Fault("F015", "CRLF within cards", ended, 1, ("SIMPLE", *ANY))
    fed = b"".join(good[at : at + 79] + b"\n" for at in range(0, 2880, 80)) + good[2880:]
    yield Fault("F015", "LF within cards", fed, 1, ("SIMPLE", *ANY))
    data = b"\n\n\n\n" * 64
    grown = fits(Hdu("primary", data=data), Hdu("image")).replace(b"\n", b"\r\n")
    yield Fault("F015", "text mode", grown, None, ANY)
    at = 8640
    yield Fault("F015", "a byte lost", good[:at] + good[at + 1 :], None, ("XTENSION", *ANY))
    yield Fault("F015", "a byte more", good[:at] + b"\0" + good[at:], None, ("XTENSION", *ANY))
    broken = header_text(Hdu("primary")).replace(b"\n", b"\r\n")
    yield Fault("F015", "BOM in text", b"\xef\xbb\xbf" + broken, None, ("SIMPLE", *ANY), "a.hdr")


def _sizes() -> Iterator[Fault]:
    names = ("NAXIS", "NAXIS1", "NAXIS2", *ANY)
    huge = ("1000000000000000000", "9223372036854775807", "4000000000", "99999999999999999999999")
    for size in huge:
        for kind in ("primary", "image"):
            hdus, count = _at(kind, overlay=[f"NAXIS1  = {size:>20}", f"NAXIS2  = {size:>20}"])
            hdus[-1].data = bytes(200)
            yield Fault("F019", f"{kind} {size}", fits(*hdus), count, names)
    hdus, count = _at("bintable", overlay=[f"NAXIS2  = {10**18:>20}"])
    yield Fault("F019", "rows", fits(*hdus), count, names)
    hdus, count = _at("bintable", overlay=[f"PCOUNT  = {10**18:>20}"])
    yield Fault("F019", "heap", fits(*hdus), count, (*names, "PCOUNT"))


def _trailing() -> Iterator[Fault]:
    good = fits(Hdu("primary"), Hdu("image"))
    tails = {
        "zeros": bytes(2880),
        "blanks": b" " * 2880,
        "junk": b"junk" * 720,
        "half": b"x" * 1000,
        "header": Hdu("image").raw()[160:] + bytes(160),
        "text": b"appended by a script\n",
    }
    for label, tail in tails.items():
        row = "F022" if len(tail) == 2880 else "F006"
        yield Fault("F005", label, good + tail, None, ANY)
        yield Fault(row, label, fits(Hdu("bare")) + tail, None, ANY)
