"""FITS files made of bytes: realistic HDUs, and ways to lay faulty cards over them.

Nothing here knows fitslint: what the tests hold against it is made without its help.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

BLOCK = 2880
_NAME = re.compile(rb"[A-Z0-9_-]+")


def number(keyword: str, value: object, comment: str = "") -> str:
    """A card of a number or logical in fixed format."""
    return f"{keyword:<8}= {value!s:>20}" + (f" / {comment}" if comment else "")


def text(keyword: str, value: str, comment: str = "") -> str:
    """A card of a string in fixed format."""
    quoted = "'" + f"{value.replace(chr(39), chr(39) * 2):<8}" + "'"
    return f"{keyword:<8}= {quoted:<20}" + (f" / {comment}" if comment else "")


def _any(keyword: str, value: object, comment: str = "") -> str:
    return text(keyword, value, comment) if isinstance(value, str) else number(keyword, value)


def _many(*pairs: tuple[str, object]) -> list[str]:
    return [_any(keyword, value) for keyword, value in pairs]


T, F = (type("Logical", (), {"__str__": lambda self, letter=letter: letter})() for letter in "TF")


def _observation() -> list[str]:
    return [
        text("ORIGIN", "Example Observatory", "where the file was made"),
        text("DATE", "2021-04-02T10:20:30", "file creation date (UTC)"),
        text("TELESCOP", "EX-3.5m", "telescope"),
        text("INSTRUME", "WFCAM", "instrument"),
        text("OBSERVER", "A. O'Neil", "who observed"),
        text("OBJECT", "NGC 1234", "target"),
        text("TIMESYS", "UTC", "time scale"),
        text("DATE-OBS", "2021-04-01T22:13:14.500", "start of exposure"),
        number("MJD-OBS", "59305.92586227", "[d] start of exposure"),
        number("EXPTIME", "120.0", "[s] exposure time"),
        number("AIRMASS", "1.234", "air mass at start"),
        number("GAIN", "1.8", "[electron/adu] gain"),
        number("RDNOISE", "4.5", "[electron] read-out noise"),
        text("FILTER", "r", "filter"),
        number("CCDTEMP", "-110.25", "[K] offset of the detector"),
        number("SHUTOPEN", "T", "was the shutter open"),
        *(number(f"DETV{n}", f"{n * 1.25:.3f}", f"[V] clock voltage {n}") for n in range(1, 9)),
        *(number(f"DETN{n}", n * 17, f"counter {n}") for n in range(1, 9)),
    ]


def wcs() -> list[str]:
    """A celestial WCS of two axes."""
    return [
        number("WCSAXES", 2, "number of world axes"),
        text("RADESYS", "ICRS", "reference system"),
        text("CTYPE1", "RA---TAN", "gnomonic"),
        text("CTYPE2", "DEC--TAN", "gnomonic"),
        text("CUNIT1", "deg"),
        text("CUNIT2", "deg"),
        number("CRPIX1", "4.5"),
        number("CRPIX2", "4.5"),
        number("CRVAL1", "47.25"),
        number("CRVAL2", "-12.5"),
        number("CD1_1", "-1.0E-4"),
        number("CD1_2", "0.0"),
        number("CD2_1", "0.0"),
        number("CD2_2", "1.0E-4"),
    ]


def _history() -> list[str]:
    return [
        "COMMENT FITS (Flexible Image Transport System) format is defined in 'Astronomy",
        "COMMENT and Astrophysics', volume 376, page 359; bibcode: 2001A&A...376..359H",
        "",
        *(f"HISTORY step {n} of the reduction, rms {n * 0.37:.2f} adu" for n in range(1, 9)),
    ]


def _axes(bitpix: int, *axes: int) -> list[str]:
    sizes = [(f"NAXIS{n}", axis) for n, axis in enumerate(axes, 1)]
    return _many(("BITPIX", bitpix), ("NAXIS", len(axes)), *sizes)


def _counts(pcount: int = 0, gcount: int = 1) -> list[str]:
    return _many(("PCOUNT", pcount), ("GCOUNT", gcount))


def _columns(*columns: dict[str, object]) -> list[str]:
    return [
        _any(f"{keyword}{n}", value)
        for n, column in enumerate(columns, 1)
        for keyword, value in column.items()
    ]


BINARY = (
    {"TTYPE": "TIME", "TFORM": "1D", "TUNIT": "s", "TDISP": "F15.4"},
    {"TTYPE": "FLUX", "TFORM": "4E", "TUNIT": "Jy", "TDIM": "(2,2)"},
    {"TTYPE": "COUNTS", "TFORM": "J", "TUNIT": "count", "TNULL": -99},
    {"TTYPE": "NAME", "TFORM": "8A"},
)
ASCII = (
    {"TTYPE": "NAME", "TBCOL": 1, "TFORM": "A8"},
    {"TTYPE": "COUNTS", "TBCOL": 10, "TFORM": "I6", "TUNIT": "count", "TNULL": "NONE"},
    {"TTYPE": "FLUX", "TBCOL": 17, "TFORM": "F10.3", "TUNIT": "Jy"},
    {"TTYPE": "ERROR", "TBCOL": 28, "TFORM": "E13.5", "TUNIT": "Jy"},
)

HEADERS: dict[str, list[str]] = {
    "primary": [
        number("SIMPLE", "T", "conforms to the FITS standard"),
        *_axes(-32, 8, 8),
        number("EXTEND", "T", "extensions may follow"),
        *_observation(),
        text("BUNIT", "adu"),
        *wcs(),
        *_history(),
    ],
    "bare": [number("SIMPLE", "T"), *_axes(8)],
    "groups": [
        number("SIMPLE", "T"),
        *_axes(-32, 0, 4, 2),
        *_many(("GROUPS", T), ("PCOUNT", 2), ("GCOUNT", 3)),
        *_many(("PTYPE1", "UU"), ("PSCAL1", 1.0), ("PZERO1", 0.0)),
        *_many(("PTYPE2", "VV"), ("PSCAL2", 1.0), ("PZERO2", 0.0)),
        *_observation(),
    ],
    "image": [
        text("XTENSION", "IMAGE", "image extension"),
        *_axes(16, 8, 8),
        *_counts(),
        *_many(("EXTNAME", "SCI"), ("EXTVER", 1)),
        *_observation(),
        *_many(("BSCALE", 1.0), ("BZERO", 32768.0), ("BUNIT", "adu")),
        *wcs(),
        *_history(),
    ],
    "bintable": [
        text("XTENSION", "BINTABLE", "binary table extension"),
        *_axes(8, 36, 5),
        *_counts(),
        *_many(("TFIELDS", 4), ("EXTNAME", "EVENTS"), ("EXTVER", 1)),
        *_columns(*BINARY),
        *_observation(),
        *_history(),
    ],
    "table": [
        text("XTENSION", "TABLE", "ASCII table extension"),
        *_axes(8, 40, 5),
        *_counts(),
        *_many(("TFIELDS", 4), ("EXTNAME", "CATALOG"), ("EXTVER", 1)),
        *_columns(*ASCII),
        *_observation(),
        *_history(),
    ],
    "compressed": [
        text("XTENSION", "BINTABLE"),
        *_axes(8, 8, 8),
        *_counts(64),
        *_many(("TFIELDS", 1), ("TTYPE1", "COMPRESSED_DATA"), ("TFORM1", "1PB(8)")),
        *_many(("ZIMAGE", T), ("ZCMPTYPE", "RICE_1"), ("ZBITPIX", 16), ("ZNAXIS", 2)),
        *_many(("ZNAXIS1", 8), ("ZNAXIS2", 8), ("EXTNAME", "SCI")),
        *_observation(),
    ],
}
"""Headers of every kind that conform and that no examiner would frown at."""


@dataclass(slots=True)
class Hdu:
    """An HDU of one of the kinds above under ``overlay``, without ``drop``, or from ``whole``."""

    kind: str = "bare"
    overlay: Sequence[str] = ()
    drop: Sequence[str] = ()
    whole: Sequence[str] | None = None
    data: bytes | None = None
    end: bytes | None = b"END"
    fill: bytes = b" "
    pad: bytes | None = None
    last_of_block: bool = False
    cards: list[bytes] = field(default_factory=list)

    def header(self) -> bytes:
        """The header blocks."""
        lines = self.whole if self.whole is not None else HEADERS[self.kind]
        dropped = {encoded(name) for name in self.drop}
        self.cards = [one for line in lines if name_of(one := encoded(line)) not in dropped]
        if self.whole is None:
            self._lay_over()
        raw = b"".join(one.ljust(80) for one in self.cards)
        raw += b"" if self.end is None else self.end.ljust(80)
        return raw + self.fill * (-len(raw) % BLOCK)

    def _lay_over(self) -> None:
        places: dict[bytes, int] = {}
        for at, one in enumerate(self.cards):
            places.setdefault(name_of(one), at)
        extra = [encoded(line) for line in self.overlay]
        for one in [*extra]:
            place = places.pop(name_of(one), None)
            if place is not None and name_of(one) not in (b"COMMENT", b"HISTORY", b""):
                self.cards[place] = one
                extra.remove(one)
        while self.last_of_block and (len(self.cards) + len(extra)) % 36:
            self.cards.append(b"COMMENT filler number %d" % len(self.cards))
        self.cards += extra

    def size(self) -> int:
        """Bytes of the data unit that the cards declare; 0 when they do not say."""
        first: dict[bytes, bytes] = {}
        for one in self.cards:
            first.setdefault(name_of(one), one[10:])
        axes = [_integer(first, b"NAXIS%d" % n, 0) for n in range(1, self._naxis(first) + 1)]
        if not axes:
            return 0
        if b"GROUPS" in first and axes[0] == 0:
            axes = axes[1:]
        product = 1
        for axis in axes:
            product *= axis
        groups = _integer(first, b"GCOUNT", 1) * (_integer(first, b"PCOUNT", 0) + product)
        size = abs(_integer(first, b"BITPIX", 8)) // 8 * groups
        return size if 0 <= size < 1 << 22 else 0

    @staticmethod
    def _naxis(first: dict[bytes, bytes]) -> int:
        return min(_integer(first, b"NAXIS", 0), 999)

    def raw(self) -> bytes:
        """Header and data unit, padded."""
        header = self.header()
        blank = self.cards[:1] and b"'TABLE" in self.cards[0]
        filler = b" " if blank else b"\0"
        data = filler * self.size() if self.data is None else self.data
        return header + data + (filler if self.pad is None else self.pad) * (-len(data) % BLOCK)


def encoded(line: str) -> bytes:
    """The bytes of a card: one character, one byte."""
    raw = line.encode("latin-1")
    if len(raw) > 80:
        raise ValueError(f"{len(raw)} bytes: {line!r}")
    return raw


def name_of(one: bytes) -> bytes:
    """The keyword of a card as far as it is legal."""
    match = _NAME.match(one)
    return match[0] if match else b""


def _integer(fields: dict[bytes, bytes], keyword: bytes, default: int) -> int:
    match = re.match(rb" *([+-]?[0-9]{1,19}) *(/|$)", fields.get(keyword, b""))
    return int(match[1]) if match else default


def fits(*hdus: Hdu | bytes) -> bytes:
    """A file of these HDUs (or raw bytes)."""
    return b"".join(one if isinstance(one, bytes) else one.raw() for one in hdus)


def header_text(hdu: Hdu) -> bytes:
    """The header as text, a line a card."""
    hdu.header()
    return b"".join(one.ljust(80) + b"\n" for one in [*hdu.cards, b"END"])


def place(where: str, lines: Sequence[str]) -> tuple[bytes, str, int]:
    """A file with ``lines`` in its header ``where``: bytes, name, HDU counted from 1."""
    if where in ("primary", "bare", "groups"):
        return fits(Hdu(where, lines)), f"{where}.fits", 1
    if where == "last":
        return fits(Hdu("primary", lines, last_of_block=True)), "last.fits", 1
    if where == "gz":
        return gzip.compress(fits(Hdu("primary", lines)), mtime=0), "small.fits.gz", 1
    if where == "hdr":
        return header_text(Hdu("primary", lines)), "small.hdr", 1
    if where == "third":
        hdus = Hdu("primary"), Hdu("image"), Hdu("bintable", lines), Hdu("table")
        return fits(*hdus), "third.fits", 3
    if where == "long":
        padding = [f"HISTORY padding line {n}" for n in range(90)]
        return fits(Hdu("primary"), Hdu("image", [*padding, *lines])), "long.fits", 2
    return fits(Hdu("primary"), Hdu(where, lines)), f"{where}.fits", 2
