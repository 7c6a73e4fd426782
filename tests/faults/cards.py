# ruff: noqa: E501 -- a card has 80 columns, and a table is read by lines
"""Faults of card syntax and keyword names (rows C and K)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.building import HEADERS, Hdu, fits
from tests.faults.fault import Entry, Fault, on_cards

FEW = ("primary", "image", "third", "last")
ARRAYS = ("primary", "image", "long")

_SYNTAX: list[Entry] = [
    ("C001", "EXPTIME", "EXPTIME =\t             120.0 / [s] exposure time"),
    ("C001", "EXPTIME", "EXPTIME =                120.0\t/ [s] exposure time"),
    ("C001", "OBJECT", "OBJECT  = 'NGC\t1234'           / target"),
    ("C001", "OBJECT", "OBJECT  = 'NGC 1234'           / target\r"),
    ("C001", "GAIN", "GAIN    =                  1.8 / line\ffeed"),
    ("C001", "HISTORY", "HISTORY a step\twith a tabulator", FEW),
    ("C001", "COMMENT", "COMMENT bell \x07 rings", FEW),
    ("C001", "GAIN", "GAIN    =                  1.8 / delete \x7f", FEW),
    ("C002", "OBJECT", "OBJECT  = 'NGC\x001234'           / target"),
    ("C002", "OBJECT", "OBJECT  = 'NGC 1234\x00\x00'"),
    ("C002", "EXPTIME", "EXPTIME =                120.0\x00/ [s] exposure time"),
    ("C002", "GAIN", "GAIN    =                  1.8 / gain" + "\x00" * 20),
    ("C002", "COMMENT", "COMMENT a NUL\x00here", FEW),
    ("C003", "EXPTIME", "EXPTIME =                120.0 / [\xb5s] exposure time"),
    ("C003", "OBSERVER", "OBSERVER= 'Andr\xe9'             / who observed"),
    ("C003", "CCDTEMP", "CCDTEMP =              -110.25 / [\xb0C] detector"),
    ("C003", "HISTORY", "HISTORY calibrated by M\xfcller", FEW),
    ("C003", "OBSERVER", "OBSERVER= 'Andr\xc3\xa9'            / UTF-8", FEW),
    ("C005", "GAIN", "GAIN    =5"),
    ("C005", "GAIN", "GAIN    =1.8 / gain"),
    ("C005", "OBJECT", "OBJECT  ='NGC 1234'           / target"),
    ("C005", "SHUTOPEN", "SHUTOPEN=T"),
    ("C005", "RDNOISE", "RDNOISE =4.5                  / noise"),
    ("C006", "FOO", "FOO=5"),
    ("C006", "FOO", "FOO  = 5"),
    ("C006", "FOO", "FOO = 'text'  / a comment"),
    ("C006", "FOO", "FOO       = 5"),
    ("C006", "EXPTIM", "EXPTIM=           12.5 / comment"),
    ("C007", "EXPTIMEXX|EXPTIMEX", "EXPTIMEXX= 5"),
    ("C007", "TEMPERATURE|TEMPERAT", "TEMPERATURE= 12.5 / [K]"),
    ("C007", "OBSERVERS|OBSERVER", "OBSERVERS= 'A. Nother'"),
    ("C007", "INSTRUMENT|INSTRUME", "INSTRUMENT = 'WFCAM   '"),
    ("C008", "EQUINOX", "EQUINOX   2000.0"),
    ("C008", "TELESCOP", "TELESCOP  'EX-3.5m'"),
    ("C008", "DATE-END", "DATE-END 2021-04-01T22:15:14"),
    ("C008", "BZERO", "BZERO     32768", ARRAYS),
    ("C008", "OBSERVER", "OBSERVER: A. O'Neil"),
    ("C009", "COMMENT", "COMMENT = 'a remark'"),
    ("C009", "HISTORY", "HISTORY = 'flat fielded'      / reduction"),
    ("C009", "*|", "        = 'no name'", FEW),
    ("C009", "COMMENT", "COMMENT = 5 / comment with a value"),
    ("C010", "EXPTIME", "EXPTIME =                120.0   exposure time"),
    ("C010", "DETN3", "DETN3   =                   51 counter 3"),
    ("C010", "SHUTOPEN", "SHUTOPEN=                    T was the shutter open"),
    ("C010", "MYVAL", "MYVAL   = 5 the value"),
    ("C010", "CPLX", "CPLX    = (1.0, 2.0) complex"),
    ("C011", "OBJECT", "OBJECT  = 'NGC 1234'  target"),
    ("C011", "FILTER", "FILTER  = 'r'r                / filter"),
    ("C011", "ORIGIN", "ORIGIN  = 'Example' Observatory / place"),
    ("C011", "OBSERVER", "OBSERVER= 'A' 'B'             / two"),
    ("C011", "NOTE", "NOTE    = ''empty'            / x", FEW),
    ("C013", "OBJECT", "OBJECT  = 'NGC 1234'           / target\x1bhere"),
    ("C013", "EXPTIME", "EXPTIME =                120.0 / exposure\ttime"),
    ("C013", "DETV1", "DETV1   =                1.250 / voltage \x80"),
    ("C013", "SHUTOPEN", "SHUTOPEN=                    T / open\x0bclosed"),
    ("C014", "OBSMODE", "OBSMODE = 'fast    '           / the mode of observation that was selected by th", FEW),
    ("C014", "DETN1", "DETN1   =                   17 / counter of the photons that reached the detecto", FEW),
    ("C014", "NOTE", "NOTE    = 5 / this comment runs on and on until the card is full of letters an e", FEW),
    ("C017", "EXPTIME", "EXPTIME ="),
    ("C017", "EXPTIME", "EXPTIME =                      / [s] exposure time"),
    ("C017", "EQUINOX", "EQUINOX =                      / equinox"),
    ("C017", "MJD-OBS", "MJD-OBS =                      / [d] start"),
    ("C017", "CRVAL1", "CRVAL1  =                      / right ascension", ARRAYS),
    ("C017", "BSCALE", "BSCALE  =", ARRAYS),
    ("C017", "EXTVER", "EXTVER  =                      / version", ("image", "third", "table")),
    ("C012", "EXPTIME", "EXPTIME =                120.0/ [s] exposure time", FEW),
    ("C012", "EXPTIME", "EXPTIME =                120.0 /[s] exposure time", FEW),
    ("C012", "OBJECT", "OBJECT  = 'NGC 1234'/target", FEW),
    ("C018", "MYVAL", "MYVAL   = 5 / number at the left", FEW),
    ("C018", "MYVAL", "MYVAL   =           2.5 / number in the middle", FEW),
    ("C018", "MYTEXT", "MYTEXT  =    'abc' / string that begins late", FEW),
    ("C018", "MYFLAG", "MYFLAG  = T / logical at the left", FEW),
]  # fmt: skip

_NAMES: list[Entry] = [
    ("K001", "GA#IN", "GA#IN   =                  1.8 / gain"),
    ("K001", "FLUX(1)", "FLUX(1) =                  1.8"),
    ("K001", "A/B", "A/B     =                  1.8 / ratio"),
    ("K001", "ETA+", "ETA+    = 'x       '"),
    ("K001", "TEMP:1", "TEMP:1  =                    T"),
    ("K002", "exptime|EXPTIME", "exptime =                120.0 / [s] exposure time"),
    ("K002", "Filter2|FILTER2", "Filter2 = 'r       '           / filter"),
    ("K002", "myKey|MYKEY", "myKey   =                    5"),
    ("K002", "fLAG|FLAG", "fLAG    =                    T"),
    ("K003", "GAIN2", " GAIN2  =                  1.8 / gain"),
    ("K003", "OFFSET", "  OFFSET=                    5"),
    ("K003", "MYKEY", "   MYKEY= 'text    '"),
    ("K004", "MY KEY", "MY KEY  =                    5"),
    ("K004", "DATE OBS", "DATE OBS= '2021-04-01'"),
    ("K004", "A B", "A B     =                  1.5 / x"),
    ("K005", "CRPIX01", "CRPIX01 =                  4.5", ARRAYS),
    ("K005", "NAXIS01", "NAXIS01 =                    8", ("primary", "image")),
    ("K005", "TFORM01", "TFORM01 = '1D      '", ("third", "table")),
    ("K005", "PC01_01", "PC01_01 =                  1.0", ARRAYS),
    ("K005", "CTYPE02", "CTYPE02 = 'DEC--TAN'", ARRAYS),
    ("K005", "TTYPE002", "TTYPE002= 'FLUX    '", ("third", "table")),
    ("K006", "CRPIX0", "CRPIX0  =                  4.5", ARRAYS),
    ("K006", "CRVAL100", "CRVAL100=                  4.5", ARRAYS),
    ("K006", "TTYPE0", "TTYPE0  = 'ZERO    '", ("third", "table")),
    ("K006", "TFORM0", "TFORM0  = '1D      '", ("third", "table")),
    ("K006", "PV1_100", "PV1_100 =                  1.0", ARRAYS),
    ("K006", "NAXIS0", "NAXIS0  =                    8", ("primary", "image")),
    ("K006", "CD0_1", "CD0_1   =                  1.0", ARRAYS),
    ("K007", "TELESCOPE|TELESCOP", "TELESCOPE= 'EX-3.5m '"),
    ("K007", "TELSCOP", "TELSCOP = 'EX-3.5m '"),
    ("K007", "INSTRUM", "INSTRUM = 'WFCAM   '"),
    ("K007", "CTPYE1", "CTPYE1  = 'RA---TAN'", ARRAYS),
    ("K007", "EQUNIOX", "EQUNIOX =               2000.0"),
    ("K007", "LONPOLE2", "LONPOLE2=                180.0", ARRAYS),
    ("K007", "CRVALL1", "CRVALL1 =                47.25", ARRAYS),
    ("K007", "EXTNAM", "EXTNAM  = 'SCI     '", ("image", "third")),
    ("K007", "BSCAL", "BSCAL   =                  1.0", ARRAYS),
    ("K007", "OBSERVR", "OBSERVR = 'A. Nother'"),
    ("K008", "DATE_OBS", "DATE_OBS= '2021-04-01T23:13:14'", FEW),
    ("K008", "MJD_OBS", "MJD_OBS =       59300.92586227", FEW),
    ("K008", "TIME_OBS", "TIME_OBS= '22:13:14'", FEW),
    ("K008", "DATE_END", "DATE_END= '2021-04-01T22:15:14'", FEW),
    ("K008", "MJD_BEG", "MJD_BEG =       59305.92586227", FEW),
    ("K008", "OBSGEO_X", "OBSGEO_X=            5327448.0", FEW),
    ("K009", "TNULLABL", "TNULLABL=                    T", FEW),
    ("K009", "PV1", "PV1     =                  1.0", ARRAYS),
    ("K009", "CRPIXERR", "CRPIXERR=                  0.1", ARRAYS),
    ("K009", "TFORMAT", "TFORMAT = 'x       '", ("third", "table")),
    ("K009", "CTYPES", "CTYPES  = 'x       '", ARRAYS),
    ("K011", "TTYPE1", "TTYPE1  = 'TIME    '", ("primary", "image")),
    ("K011", "EXTLEVEL", "EXTLEVEL=                    1", ("primary",)),
    ("K011", "PTYPE1", "PTYPE1  = 'UU      '", ("image", "third")),
    ("K011", "ZIMAGE", "ZIMAGE  =                    T", ("image",)),
    ("K011", "TBCOL1", "TBCOL1  =                    1", ("third", "image")),
    ("K012", "DET.GAIN", "DET.GAIN=                  1.8"),
    ("K012", "US$RATE", "US$RATE =                  1.8"),
    ("K012", "A%B", "A%B     = 'text    '"),
    ("K012", "X.Y", "X.Y     =                    T / dotted"),
]  # fmt: skip


def faults() -> Iterator[Fault]:
    """All of them."""
    yield from on_cards(_SYNTAX)
    yield from on_cards(_NAMES)
    yield from _blanks()
    yield from _drift()
    yield from _merged()
    dated = [line for line in HEADERS["primary"] if line[:8] not in ("DATE-OBS", "MJD-OBS ")]
    for row, keyword, card in (
        ("K008", "DATE_OBS", "DATE_OBS= '2021-04-01T22:13:14'"),
        ("K008", "MJD_OBS", "MJD_OBS =       59305.92586227"),
        ("K007", "DATEOBS", "DATEOBS = '2021-04-01T22:13:14'"),
    ):
        data = fits(Hdu(whole=[*dated, card]))
        yield Fault(row, f"only {card}", data, 1, (keyword,))


def _blanks() -> Iterator[Fault]:
    """C016: blank cards between mandatory keywords."""
    for kind, at in (("primary", 1), ("primary", 3), ("image", 2), ("bintable", 6), ("table", 7)):
        lines = HEADERS[kind]
        whole = [*lines[:at], "", *lines[at:]]
        hdus = [Hdu(whole=whole)] if kind == "primary" else [Hdu("primary"), Hdu(whole=whole)]
        follows = lines[at][:8].strip()
        yield Fault("C016", f"{kind} before {follows}", fits(*hdus), len(hdus), ("", "*", follows))


def _drift() -> Iterator[Fault]:
    """C004: from some card on the records are shifted."""
    for kind, shift in (("primary", 1), ("primary", -1), ("image", 3), ("bintable", 1)):
        raw = Hdu(kind).header()
        at = 80 * 20
        moved = raw[:at] + b" " * shift + raw[at:] if shift > 0 else raw[:at] + raw[at - shift :]
        moved = moved[: len(raw)] if shift > 0 else moved.ljust(len(raw))
        data = moved + bytes(2880)
        if kind != "primary":
            data = fits(Hdu("primary")) + data
        yield Fault("C004", f"{kind} {shift:+d}", data, 1 if kind == "primary" else 2, ("*",))


def _merged() -> Iterator[Fault]:
    """C015: two cards in one record."""
    merged = (
        "GAIN    = 1.8\nRDNOISE = 4.5",
        "OBJECT  = 'NGC 1234'\nFILTER  = 'r'",
        "GAIN    =                  1.8 / gain  RDNOISE =                  4.5 / noise",
        "OBJECT  = 'NGC 1234'           FILTER  = 'r       '           / filter",
    )
    for card in merged:
        for kind in ("primary", "image", "bintable"):
            name = card[:8].strip()
            before = [] if kind == "primary" else [Hdu("primary")]
            data = fits(*before, Hdu(kind, [card], drop=[name]))
            yield Fault("C015", f"{kind} {card!r}", data, len(before) + 1, (name,))
