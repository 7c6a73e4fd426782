"""CHECKSUM and DATASUM as far as the header tells (FITS 4.0 section 4.4.2.7 and Appendix J)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit, Level
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, replace_columns, rule
from fitslint.rules.checksum_edits import (
    DATASUM_MAX,
    STRING_COLUMN,
    add_both_sums,
    add_missing_sum,
    align_checksum,
    match_datasum_card,
    write_valid_checksum,
)
from fitslint.syntax.checksum import MODULUS, add_words
from fitslint.text import phrase

_PLAIN_SUM = compile_late(rb"' *(?:[0-9]{0,9}|[0-3][0-9]{9}|4[01][0-9]{8}|42[0-8][0-9]{7}) *'")
_STAMP_PREFIX = b"updated "  # CFITSIO and astropy write "HDU checksum updated 2024-03-05T10:00:00"


def _precheck_datasum(text: bytes) -> bool:
    return _PLAIN_SUM.fullmatch(text) is not None


@rule(
    "CK101",
    "datasum",
    clause="4.4.2.7",
    level="must",
    catalogue_rows=("H001",),
    reads="value",
    keywords=("DATASUM", "ZDATASUM"),
    precheck=_precheck_datasum,
    fix="safe",
    changes=("own",),
    summary_ja="DATASUM が引用符で囲まれた 0 から 4294967295 の整数でない",
    message={
        "type": "{keyword} must be a character string: an unsigned integer within quotes",
        "digits": "{keyword} holds {value!r}, which is not an unsigned integer",
        "large": "{keyword} = {value} is more than 4294967295, the largest 32-bit sum",
    },
)
def datasum(card: Card) -> Iterator[Flag]:
    """DATASUM is not a quoted unsigned integer of 32 bits.

    ## Why it matters
    The sum of the data unit is written as a string, because it does not fit a signed 32-bit
    integer; readers compare the string. An empty string means that the sum is not defined.

    ## Example
    ```fits
    DATASUM =                    0
    CHECKSUM= '                '
    ```
    Use instead:
    ```fits
    DATASUM = '0       '
    CHECKSUM= '                '
    ```
    """
    keyword, kind, value = card.keyword, card.form.type, card.value
    if kind in ("undefined", "faulty", "none") or card.form.value is None:
        return
    if not isinstance(value, str):
        yield flag(
            card, message="type", fix=_quote_integer(card), title=phrase("quote it"),
            keyword=keyword,
        )  # fmt: skip
        return
    text = value.strip(" ")
    if text and not (text.isascii() and text.isdigit()):
        wrong = _find_illegal_character(rb"[0-9 ]", card)
        yield flag(card, wrong, message="digits", keyword=keyword, value=text)
    elif text and int(text) > DATASUM_MAX:
        yield flag(card, message="large", keyword=keyword, value=text)


def _quote_integer(card: Card) -> Edit | None:
    """The edit that writes an integer that fits as a string."""
    if card.form.type != "integer" or card.form.value is None or not card.image.isprintable():
        return None
    digits = card.text.lstrip("+")
    if not digits.isdigit() or int(digits) > DATASUM_MAX:
        return None
    start, end = card.form.value
    text = f"'{digits:<8}'"
    # The field before the comment keeps its width where the new value fits into it.
    return replace_columns(
        card, (STRING_COLUMN, end), text.ljust(end - STRING_COLUMN)
    ) or replace_columns(card, (start, end), text)


def _find_illegal_character(allowed: bytes, card: Card) -> tuple[int, int] | None:
    """The column of the first character in the quotes that is not among those allowed."""
    start, end = card.form.value or (0, 0)
    wrong = re.compile(allowed.replace(b"[", b"[^")).search(card.raw, start + 1, end - 1)
    return wrong.span() if wrong else None


@rule(
    "CK106",
    "checksum-form",
    clause="App. J",
    level="should",
    catalogue_rows=("H006", "H005"),
    keywords=("CHECKSUM", "ZHECKSUM"),
    summary_ja="CHECKSUM が 16 文字の ASCII 英数字でない",
    message={
        "type": "{keyword} must be a character string of 16 ASCII letters and digits",
        "length": "{keyword} has {length} characters instead of 16",
        "letters": "{keyword} has a character that is neither an ASCII letter nor a digit",
        "column": "the string of {keyword} starts in column {column} instead of 11",
    },
)
def checksum_form(card: Card, header: Header) -> Iterator[Flag]:
    """CHECKSUM is not a string of 16 ASCII letters and digits in fixed format.

    ## Why it matters
    The 16 characters encode a number that makes the whole HDU sum to zero; the encoding never
    gives anything else. An empty string means that the checksum is not defined.

    ## Example
    ```fits
    CHECKSUM= 'hcHjjc9ghcEghc9'
    DATASUM = '0       '
    ```
    Use instead:
    ```fits
    @seal
    CHECKSUM= '0000000000000000'
    DATASUM = '0       '
    ```
    """
    keyword, kind, value = card.keyword, card.form.type, card.value
    if kind in ("undefined", "faulty", "none") or card.form.value is None:
        return
    if not isinstance(value, str):
        yield flag(card, message="type", keyword=keyword)
        return
    if not value.strip(" "):
        return
    if len(value) != 16:
        yield flag(card, message="length", keyword=keyword, length=len(value))
    elif not (value.isascii() and value.isalnum()):
        yield flag(
            card, _find_illegal_character(rb"[0-9A-Za-z]", card), message="letters", keyword=keyword
        )
    elif card.form.value[0] != STRING_COLUMN:
        column = card.form.value[0] + 1
        title = phrase("begin it in column 11")
        yield flag(card, message="column", fix=align_checksum(card, header), safety="safe",
                   title=title, keyword=keyword, column=column)  # fmt: skip


_HEADER_SIZE_MAX = 20_000 * CARD_SIZE
"""Bytes of the largest header that is judged whole."""


_CHECKSUM_CARD = compile_late(rb"CHECKSUM= *' *[^' ]")
_BLANKS = b" " * BLOCK_SIZE
_BLANK_WORD = 0x20202020
_END = b"END".ljust(CARD_SIZE)
_END_SUM = add_words(_END)


def _has_valid_checksum(header: Header) -> bool:
    """Whether the words of the header and DATASUM make -0, or nobody can know."""
    # Both are new in every file, so this runs on every header that has them: look at the bytes.
    raw, fill, index = header.raw, header.fill, header.layout.index
    datasum = match_datasum_card(raw, index["DATASUM"][0] * CARD_SIZE)
    if datasum is None or not _CHECKSUM_CARD.match(raw, index["CHECKSUM"][0] * CARD_SIZE):
        return True
    if header.is_text or header.starts is not None or header.end is None:
        return True
    total = int(datasum[1])
    if (
        total > DATASUM_MAX
        or len(raw) >= _HEADER_SIZE_MAX
        or (len(raw) + CARD_SIZE + len(fill)) % BLOCK_SIZE
    ):
        return True
    total += add_words(raw) + (_END_SUM if header.end == _END else add_words(header.end))
    blank = fill == _BLANKS[: len(fill)]
    total += len(fill) // 4 * _BLANK_WORD if blank else add_words(fill)
    return total % MODULUS == 0


@rule(
    "CK103",
    "checksum-stale",
    clause="4.4.2.7",
    level="must",
    reads="values",
    catalogue_rows=("H003",),
    fix="unsafe",
    needs=("CHECKSUM", "DATASUM"),
    needs_one_of=(("CHECKSUM",), ("DATASUM",)),
    precheck=_has_valid_checksum,
    summary_ja="ヘッダが CHECKSUM の計算後に変更されている",
    message="CHECKSUM does not hold for this header with DATASUM = {datasum}: one of the three was"
    " changed after the others were written",
)
def checksum_stale(header: Header) -> Iterator[Flag]:
    """The header does not sum to zero with the DATASUM that it records.

    ## Why it matters
    CHECKSUM is chosen so that all words of the HDU add up to -0. The header tells without the data:
    its own words and the recorded sum of the data do not, so it was edited by a program that left
    CHECKSUM as it was (sethead, IRAF, MissFITS, SExtractor, casacore and Montage do), and nobody
    can tell that edit from damage.

    ## Example
    ```fits
    OBJECT  = 'M 33    '
    CHECKSUM= 'hcHjjc9ghcEghc9g'
    DATASUM = '0       '
    ```
    Use instead:
    ```fits
    @seal
    OBJECT  = 'M 33    '
    CHECKSUM= '0000000000000000'
    DATASUM = '0       '
    ```
    """
    if not _has_valid_checksum(header):
        card = header.find_cards("CHECKSUM")[0]
        title = phrase("write the sum that holds")
        yield flag(card, fix=write_valid_checksum(card, header), title=title,
                   datasum=header.find_cards("DATASUM")[0].value)  # fmt: skip


@rule(
    "CK107",
    "checksum-incomplete",
    clause="4.4.2.7",
    level="should",
    catalogue_rows=("H007",),
    fix="safe",
    requires=("ZC109",),
    needs=("CHECKSUM", "DATASUM"),
    summary_ja="CHECKSUM と DATASUM の一方しかない",
    message="{name} is absent although the HDU has {other}",
)
def checksum_incomplete(header: Header) -> Iterator[Flag]:
    """An HDU has only one of CHECKSUM and DATASUM.

    ## Why it matters
    Only both together tell a changed header from changed data.

    ## Example
    ```fits
    DATASUM = '0       '
    ```
    Use instead:
    ```fits
    @seal
    CHECKSUM= '0000000000000000'
    DATASUM = '0       '
    ```
    """
    # What DATASUM says of data that are there may be wrong, and then both sums would be.
    sure = header.structure.data_bytes == 0
    for name, other in (("CHECKSUM", "DATASUM"), ("DATASUM", "CHECKSUM")):
        if name not in header:
            yield flag_missing(name, fix=add_missing_sum(name, other, header),
                               safety="safe" if sure else "unsafe",
                               title=phrase("add {name}", name=name), name=name,
                               other=other)  # fmt: skip


@rule(
    "CK110",
    "checksum-coverage",
    clause="4.4.2.7",
    level="should",
    catalogue_rows=("H007",),
    fix="safe",
    once="rule",
    needs=("CHECKSUM", "DATASUM"),
    multi_hdu_only=True,
    summary_ja="一部の HDU にしか CHECKSUM がない",
    message="HDU {bare} has neither CHECKSUM nor DATASUM, other HDUs of the file have them",
)
def checksum_coverage(file: FitsFile) -> Iterator[Flag]:
    """Only some HDUs of the file have CHECKSUM and DATASUM.

    ## Why it matters
    An HDU without them can be damaged unnoticed while the file as a whole seems protected. Where
    it holds no data it is only mentioned.

    ## Example
    ```fits
    @seal
    CHECKSUM= '0000000000000000'
    DATASUM = '0       '
    @hdu image
    ```
    Use instead:
    ```fits
    @seal
    CHECKSUM= '0000000000000000'
    DATASUM = '0       '
    @hdu image
    @seal
    CHECKSUM= '0000000000000000'
    DATASUM = '0       '
    ```
    """
    # An empty string says that the sum is not defined, so nothing is covered by it.
    if not any((hdu.header.string("CHECKSUM") or "").strip() for hdu in file.hdus):
        return
    for hdu in file.hdus:
        if "CHECKSUM" not in hdu.header and "DATASUM" not in hdu.header:
            byte = hdu.header.offset
            # A header without data has little to protect.
            level: Level | None = "style" if hdu.header.structure.data_bytes == 0 else None
            yield flag_missing(
                "CHECKSUM", hdu=hdu.number, byte=byte, level=level, fix=add_both_sums(hdu.header),
                title=phrase("add CHECKSUM and DATASUM"), bare=hdu.number,
            )  # fmt: skip


def _find_stamps(header: Header) -> tuple[int, bytes, bytes]:
    """Column and text of the date in the comment of CHECKSUM, -1 where it has none, and DATE."""
    index, raw = header.layout.index, header.raw
    place, card = index["DATE"][0] * CARD_SIZE, index["CHECKSUM"][0] * CARD_SIZE
    found = raw.find(_STAMP_PREFIX, card + 20, card + CARD_SIZE)
    if found < 0:
        return -1, b"", b""
    start = found + len(_STAMP_PREFIX)
    return start - card, raw[start : start + 10], raw[place + 11 : place + 21]


def _precheck_stamp(header: Header) -> bool:
    # Every checksum is new, so this is asked of every header: the bytes of ISO dates are enough.
    _, stamp, made = _find_stamps(header)
    return stamp >= made


@rule(
    "CK108",
    "checksum-older",
    clause="4.4.2.7",
    level="style",
    catalogue_rows=("H008",),
    reads="values",
    needs=("CHECKSUM", "DATE"),
    needs_one_of=(("CHECKSUM",), ("DATE",)),
    precheck=_precheck_stamp,
    summary_ja="CHECKSUM のコメントの日付が DATE より古い",
    message="CHECKSUM was written on {stamp}, before the header (DATE = {date})",
)
def checksum_older(header: Header) -> Iterator[Flag]:
    """The comment of CHECKSUM gives a date before that of DATE.

    ## Why it matters
    The header was written after its checksum, which is then likely to be wrong.

    ## Example
    ```fits
    @seal
    DATE    = '2024-03-05'
    CHECKSUM= '0000000000000000'   / HDU checksum updated 2023-11-30T10:00:00
    DATASUM = '0       '
    ```
    Use instead:
    ```fits
    @seal
    DATE    = '2024-03-05'
    CHECKSUM= '0000000000000000'   / HDU checksum updated 2024-03-05T10:00:00
    DATASUM = '0       '
    ```
    """
    column, stamp, made = _find_stamps(header)
    days = _parse_day(stamp), _parse_day(made)
    # Writers stamp in local time, DATE is in UTC: a day apart proves nothing.
    if days[0] is not None and days[1] is not None and (days[1] - days[0]).days > 1:
        span = (column, column + 10)
        yield flag(header.find_cards("CHECKSUM")[0], span, stamp=str(days[0]), date=str(days[1]))


def _parse_day(text: bytes) -> date | None:
    try:
        return date.fromisoformat(text.decode("ascii"))
    except ValueError:
        return None
