"""Hypothesis strategies for card images, headers and files: legal ones, faulty ones, any bytes."""

from __future__ import annotations

import re
import string

from hypothesis import strategies as st

CARD, BLOCK = 80, 2880
LEGAL_NAME = string.ascii_uppercase + string.digits + "-_"
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
RESERVED = (
    "SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "EXTEND", "XTENSION", "PCOUNT", "GCOUNT",
    "TFIELDS", "TFORM1", "TTYPE1", "TUNIT1", "TDIM1", "TDISP1", "TNULL1", "TSCAL1", "TZERO1",
    "TBCOL1", "THEAP", "BSCALE", "BZERO", "BUNIT", "BLANK", "DATAMIN", "DATAMAX", "DATE",
    "DATE-OBS", "DATE-END", "MJD-OBS", "EXTNAME", "EXTVER", "EXTLEVEL", "OBJECT", "TELESCOP",
    "INSTRUME", "AUTHOR", "REFERENC", "CTYPE1", "CRPIX1", "CRVAL1", "CDELT1", "CUNIT1",
    "RADESYS", "EQUINOX", "WCSAXES", "CHECKSUM", "DATASUM", "LONGSTRN", "INHERIT", "GROUPS",
    "PTYPE1", "BLOCKED", "EPOCH", "ZIMAGE",
)  # fmt: skip

names = st.text(LEGAL_NAME, min_size=1, max_size=8).filter(
    lambda name: name not in ("END", "CONTINUE", "HIERARCH", "COMMENT", "HISTORY")
)
keywords = st.one_of(st.sampled_from(RESERVED), names)
texts = st.text(PRINTABLE, max_size=68)

integers = st.integers(-(10**19), 10**19)
floats = st.floats(allow_nan=False, allow_infinity=False)
values = st.one_of(
    st.none(),
    st.booleans(),
    integers,
    floats,
    st.complex_numbers(allow_nan=False, allow_infinity=False, max_magnitude=1e9),
    texts.map(lambda text: text.rstrip(" ")),
)
"""Values as a card holds them; trailing blanks of strings are not significant."""

_dates = st.datetimes().map(lambda moment: f"'{moment.isoformat()}'")
_numbers = st.from_regex(
    r"[+-]?(?:[0-9]{1,12}\.?[0-9]{0,8}|\.[0-9]{1,8})(?:[ED][+-]?[0-9]{1,3})?", fullmatch=True
)
legal_texts = st.one_of(
    st.sampled_from(["T", "F", "", "''", "'a''b'", "'ICRS'", "'1PJ(3)'", "'2E8.3'", "'(3,4)'"]),
    integers.map(str),
    _numbers,
    _dates,
    texts.map(lambda text: "'" + text.replace("'", "''")[:66].rstrip("'") + "'"),
    st.tuples(_numbers, _numbers).map(lambda pair: f"({pair[0]}, {pair[1]})"),
)
faulty_texts = st.sampled_from(
    [
        "1.5e+02", "1.5d3", "1.5E", "1E+", ".", "-", "NaN", "Inf", "1,5", "1_000", "1,000,000",
        "0x1F", "1.5s", "1.5 seconds", "TRUE", "true", "t", ".T.", "2004-01-02T03:04:05", "M31",
        "(1, 2", "1 2", "'open", "'a' b", "'abc'' / x", "1.5 [s]", "\t5", "5\t/ x", "\x00", "\xe9",
        "= 5", "'\x00'", "T T", "++1", "1.2.3", "'31/12/99'", "'2020-02-30'",
    ]
)  # fmt: skip


def padded(text: str) -> bytes:
    """A card image: Latin-1, cut or padded to 80 bytes."""
    return text.encode("latin-1")[:CARD].ljust(CARD)


@st.composite
def value_cards(draw, texts=legal_texts):
    """Cards with a value indicator in fixed or free format."""
    text = draw(texts)
    width = draw(st.sampled_from([0, 20, 20, 20, 25]))
    field = text.ljust(width) if text.startswith("'") else text.rjust(width)
    image = f"{draw(keywords):<8}= {field}"
    comment = draw(st.one_of(st.just(""), st.text(PRINTABLE, max_size=20)))
    separator = draw(st.sampled_from([" / ", "/", " /"])) if comment else ""
    return padded(image + separator + comment)


commentary_cards = st.tuples(
    st.sampled_from(["COMMENT ", "HISTORY ", "        ", "PRIVATE "]), st.text(PRINTABLE)
).map(lambda pair: padded(pair[0] + pair[1].lstrip("= ")))
continue_cards = texts.map(lambda text: padded("CONTINUE  '" + text.replace("'", "")[:60] + "&'"))
hierarch_cards = st.tuples(st.lists(names, min_size=1, max_size=4), legal_texts).map(
    lambda pair: padded(f"HIERARCH {' '.join(pair[0])} = {pair[1]}")
)
legal_cards = st.one_of(value_cards(), commentary_cards, continue_cards, hierarch_cards)

_names_gone_wrong = st.sampled_from(
    [
        "foo     = 5", " FOO    = 5", "FO O    = 5", "FOO=5", "FOO  = 5", "FOO     =5",
        "FOO       = 5", "EXPTIMEXX= 5", "DET.X   = 5", "CRPIX01 = 1.0", "TFORM01 = '1J'",
        "CONTINUE= 'x'", "CONTINUE   x", "CONTINUE  'x", "HIERARCH a b = 1", "HIERARCH= 1",
        "HIERARCH ESO = ", "HIERARCH ESO A B", "END     = 1", "END x", "EMD", "END\t", "=", "",
        "COMMENT = 5", "HISTORY\x00", "DATE-OBS 2020-01-01", "NAXIS", "SIMPLE  T",
    ]
).map(padded)  # fmt: skip
_DEADLY = re.compile(rb".{8}=[^'(]{0,2}(?:'[ \0]*$|\([^,]*$)", re.DOTALL)
"""Cards at which other programs end with a signal: a lone quote, a complex value without comma."""


faulty_cards = st.one_of(
    value_cards(faulty_texts),
    _names_gone_wrong,
    st.text("".join(map(chr, range(256))), max_size=CARD).map(padded),
)
any_cards = st.one_of(legal_cards, faulty_cards, st.binary(min_size=CARD, max_size=CARD)).filter(
    lambda card: not _DEADLY.match(card)
)

PRIMARY = (
    "SIMPLE  =                    T",
    "BITPIX  =                    8",
    "NAXIS   =                    0",
)
ARRAY = (*PRIMARY[:2], "NAXIS   =                    1", "NAXIS1  =                    4")
TABLE = (
    "XTENSION= 'BINTABLE'", PRIMARY[1], "NAXIS   =                    2",
    "NAXIS1  =                    8", "NAXIS2  =                    0",
    "PCOUNT  =                    0", "GCOUNT  =                    1",
    "TFIELDS =                    1", "TFORM1  = '1D'",
)  # fmt: skip


def file_of(cards: list[bytes]) -> bytes:
    """Cards and END as one header, with nothing after it."""
    header = b"".join([*cards, padded("END")])
    return header + b" " * (-len(header) % BLOCK)


@st.composite
def array_files(draw, cards=any_cards):
    """Files of one primary header: a sound start and any cards after it."""
    start, data = draw(st.sampled_from([(PRIMARY, 0), (ARRAY, BLOCK)]))
    rest = draw(st.lists(cards, max_size=12))
    return file_of([*map(padded, start), *rest]) + bytes(data)


@st.composite
def table_files(draw, cards=any_cards):
    """Files of a primary header and a binary table without rows with any cards in it."""
    rest = draw(st.lists(cards, max_size=12))
    return file_of(list(map(padded, PRIMARY))) + file_of([*map(padded, TABLE), *rest])


files = st.one_of(array_files(), table_files())
"""Files that start as FITS files do."""
