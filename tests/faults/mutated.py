"""Small files with one or two odd cards each, as many as are asked for, always the same ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.strategies import ARRAY, BLOCK, CARD, PRIMARY, TABLE, file_of, padded


def _split(words: str) -> list[str]:
    return words.split()


_NAMES = _split("""
OBJECT TELESCOP INSTRUME OBSERVER ORIGIN AUTHOR REFERENC DATE DATE-OBS DATE-END DATE-LOC TIME-OBS
UT MJD-OBS TIMESYS EXPTIME EXPOSURE AIRMASS GAIN RDNOISE FILTER RA DEC EQUINOX EPOCH RADESYS
RADECSYS LONGPOLE LONPOLE LATPOLE WCSAXES WCSNAME CTYPE1 CTYPE2 CUNIT1 CUNIT2 CRVAL1 CRVAL2 CRPIX1
CRPIX2 CDELT1 CDELT2 CROTA2 CD1_1 CD2_2 PC1_1 PC2_2 CD001001 PC001002 PROJP1 PV2_1 RESTFREQ
RESTFRQ VELREF SPECSYS BSCALE BZERO BUNIT BLANK DATAMIN DATAMAX EXTNAME EXTVER EXTLEVEL EXTEND
INHERIT BLOCKED LONGSTRN CHECKSUM DATASUM NEXTEND FILENAME SIMPLE BITPIX NAXIS NAXIS1 PCOUNT
GCOUNT GROUPS TTYPE1 TUNIT1 TDISP1 TNULL1 TSCAL1 TZERO1 TDIM1 TFORM1 TBCOL1 THEAP TFIELDS HDUCLASS
HDUCLAS1 NCOMBINE SHUTTER MYFLAG MYVALUE KEY NOTE FOO CRPIX01 DATEOBS EXP-TIME IRAF-MAX LTV1
LTM1_1 WAT0_001
""")
_TEXTS = _split("""
M31 NGC_1275 ICRS FK5 FK4 J2000 B1950 deg degree s adu counts e-/s RA---TAN DEC--TAN RA--TAN
ra---tan UTC utc TAI 2020-01-02 2020-01-02T03:04:05 2020-01-02T03:04:05.5Z 2020/01/02 02/01/20
2020-1-2 31/12/99 20200102 N/A INDEF None null NaN Inf f/8 data/img1.fits 1.5 120 0042 T TRUE
F814W R I8 F8.2 A10 1J 16A (3,4) 19:49:32.4 -00:30:00 O''Neil it's R&D half& 10**-2 Jy/beam
""")
_NUMBERS = _split("""
0 1 5 -32 0.0 1. .5 -.25 120.0 1.5E+02 1.5e+02 1.5d3 1.5D2 1E5 -1.0E-4 1,5 1,000 1_000 0x1F 1.5s
+7 007 1.2.3 99999999999999999999 1E400 4.9E-324 NaN INDEF 2000 2000.0 1950.0 2015.5 180.0 45.
32768 -9999 (1,2) (1.5,-0.5)
""")
_BARE = _split("""
T F t f TRUE FALSE true false True .TRUE. .T. YES N/A M31 INDEF None null 2020-01-02
2020-01-02T03:04:05 f/8 e-/s 3 Juno F_814W 12:34:56 1.5_seconds 1.5_[s] 600_lines/mm
""")
_COMMENTS = [
    "",
    "",
    "",
    "comment",
    "[s] exposure time",
    "f/8 beam",
    "it's",
    "a / b",
    "\xb5m",
    "(deg)",
]
_GAPS = [" / ", " / ", "/", " /", "  /  ", "\t/ ", " "]
_ALPHABET = " '/=&\t,.:-+()[]TFEDedtf0159aZ\x00\xe9"
_HIERARCH = [
    "ESO DET NAME",
    "ESO DET CHIP1 GAIN",
    "eso det name",
    "hello",
    "HELLO",
    "a.b",
    "LONG NAME",
]
_SAID = ["COMMENT made for a test", "HISTORY made for a test", "        blank keyword",
         "COMMENT= 5", "HISTORY  FLAT = 5", "CONTINUE  'lost'"]  # fmt: skip
_OPEN = re.compile(rb"[= ]*\((?!-?[0-9.]+,-?[0-9.]+\)( |/|$))")
"""Values that are not made, as other programs may end abnormally on them."""
_GUARDS = ("BEFORE1 =                   11", "AFTER1  =                   22")


def files(number: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """(label, bytes) of files: an odd card, or some, between two guards."""
    chance = random.Random(seed)
    for _ in range(number):
        cards = _cards(chance)
        label = " | ".join(card.decode("latin-1").rstrip() for card in cards)
        yield label, _file(chance, cards)


def _file(chance: random.Random, cards: list[bytes]) -> bytes:
    kind = chance.random()
    middle = [padded(_GUARDS[0]), *cards, padded(_GUARDS[1])]
    if kind < 0.6:
        return file_of([*map(padded, PRIMARY), *middle])
    if kind < 0.8:
        return file_of([*map(padded, ARRAY), *middle]) + bytes(BLOCK)
    return file_of(list(map(padded, PRIMARY))) + file_of([*map(padded, TABLE), *middle])


def _cards(chance: random.Random) -> list[bytes]:
    kind = chance.random()
    if kind < 0.7:
        return [_value_card(chance)]
    if kind < 0.76:
        twin = _value_card(chance)
        return [twin, chance.choice([twin, twin[:8] + _value_card(chance)[8:]])]
    if kind < 0.84:
        return _long_string(chance)
    if kind < 0.9:
        name, text = chance.choice(_HIERARCH), _value(chance)
        image = padded(f"HIERARCH {name}{chance.choice([' = ', '= ', '='])}{text}")
        return [_mutated(chance, image)]
    if kind < 0.95:
        return [_value_card(chance) for _ in range(3)]
    return [padded(chance.choice(_SAID)), _value_card(chance)]


def _value_card(chance: random.Random) -> bytes:
    name, text = chance.choice(_NAMES), _value(chance)
    width = chance.choice([0, 20, 20, 20, 31])
    text = text.ljust(width) if text[:1] == "'" else text.rjust(width)
    comment = chance.choice(_COMMENTS)
    indicator = chance.choice(["= "] * 12 + ["=", " ", " = ", "=  ", ": "])
    image = padded(f"{name:<8}{indicator}{text}{chance.choice(_GAPS) if comment else ''}{comment}")
    return _mutated(chance, image) if chance.random() < 0.4 else image


def _value(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.35:
        return chance.choice(_NUMBERS)
    if kind < 0.7:
        text = chance.choice(_TEXTS)
        return f"'{text:<8}'" if chance.random() < 0.8 else f"'{text}'"
    if kind < 0.9:
        return chance.choice(_BARE).replace("_", " ")
    return chance.choice(["T", "F", "", "''", "' '", "'T'", "'120'", "'1.5'"])


def _long_string(chance: random.Random) -> list[bytes]:
    text = "x" * chance.choice([3, 40, 67])
    first = padded(f"{chance.choice(_NAMES):<8}= '{text}&'")
    form = chance.choice(
        ["CONTINUE  'rest'", "CONTINUE 'rest'", "CONTINUE= 'rest'", "CONTINUE  'rest&'",
         "CONTINUE  'rest' / said", "CONTINUE  '&' / said", "CONTINUE  rest", "continue  'rest'"]
    )  # fmt: skip
    cards = [first, padded(form)]
    return [padded("LONGSTRN= 'OGIP 1.0'"), *cards] if chance.random() < 0.3 else cards


def _mutated(chance: random.Random, image: bytes) -> bytes:
    """The card with a byte put in, taken out or changed, or its case turned."""
    end = max(len(image.rstrip()), 10)
    at, other = chance.randrange(end), chance.choice(_ALPHABET).encode("latin-1")
    kind = chance.random()
    if kind < 0.3:
        image = image[:at] + other + image[at:]
    elif kind < 0.6:
        image = image[:at] + image[at + 1 :]
    elif kind < 0.85:
        image = image[:at] + other + image[at + 1 :]
    else:
        image = image[:8].lower() + image[8:] if kind < 0.93 else image.swapcase()
    image = image.ljust(CARD)[:CARD]
    return image.replace(b"(", b"1") if _OPEN.match(image, 8) else image
