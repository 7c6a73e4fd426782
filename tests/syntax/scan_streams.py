"""FITS streams made of a few words, for the tests of the reader."""

from __future__ import annotations

from fitslint.model.file import FitsFile
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.scan import scan_stream
from fitslint.syntax.scan_reader import STANDARD_BOUNDS, BytesReader, ScanBounds

END = b"END".ljust(CARD_SIZE)


def cards(*lines: str) -> bytes:
    return b"".join(line.encode("latin-1").ljust(CARD_SIZE) for line in lines)


def block(raw: bytes, fill: bytes = b" ") -> bytes:
    return raw + fill * (-len(raw) % BLOCK_SIZE)


def lines(kind: str, axes: tuple[int, ...] = (), *more: str, bitpix: int = 8) -> list[str]:
    first = "SIMPLE  =                    T" if kind == "SIMPLE" else f"XTENSION= '{kind:<8}'"
    out = [first, f"BITPIX  = {bitpix:>20}", f"NAXIS   = {len(axes):>20}"]
    out += [f"NAXIS{n:<3}= {axis:>20}" for n, axis in enumerate(axes, 1)]
    if kind != "SIMPLE":
        out += ["PCOUNT  =                    0", "GCOUNT  =                    1"]
    return [*out, *more]


def header(kind: str = "SIMPLE", axes: tuple[int, ...] = (), *more: str, end: bytes = END) -> bytes:
    return block(cards(*lines(kind, axes, *more)) + end)


def hdu(kind: str = "SIMPLE", axes: tuple[int, ...] = (), *more: str) -> bytes:
    size = 1 if axes else 0
    for axis in axes:
        size *= axis
    return header(kind, axes, *more) + block(b"\x01" * size, b"\x00")


PRIMARY = hdu()
IMAGE = hdu("IMAGE", (100, 50))
THREE = PRIMARY + IMAGE + hdu("IMAGE", (10,), "EXTNAME = 'LAST'")


def read(data: bytes, name: str = "x.fits", bounds: ScanBounds = STANDARD_BOUNDS) -> FitsFile:
    return scan_stream(BytesReader(data), name, bounds)


def kinds(file: FitsFile) -> list[str]:
    return [problem.kind for problem in file.problems]


def names(file: FitsFile) -> list[str | None]:
    return [one.header.string("EXTNAME") for one in file.hdus]
