"""TFORMn: what a column holds (FITS 4.0 sections 7.2.1, 7.3.1 and 7.3.5)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, insert_after, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.hdu_kinds import BINTABLE_KINDS, COMPRESSED_KINDS
from fitslint.syntax.column_formats import (
    BinaryFormat,
    FormatKind,
    explain_format,
    locate_fault,
    parse_ascii_format,
    parse_binary_format,
    repair_format,
)
from fitslint.text import phrase

_CACHE_SIZE = 4096
_LEGAL_START = compile_late(r"[0-9]*[LXBIJKAEDCM](?![LXBIJKAEDCMPQ])[^a-z ]*\Z")
_soundness: BoundedDict[bytes, bool] = BoundedDict.create(_CACHE_SIZE)


def precheck_tform(value: bytes) -> bool:
    """Whether a TFORM of a binary table is surely sound; no rule here has anything to say then."""
    sound = _soundness.get(value)
    if sound is None:
        sound = _soundness[value] = _is_sound(value)
    return sound


def _is_sound(value: bytes) -> bool:
    text = value.decode("latin-1")
    if len(text) < 3 or text[0] != "'" or text[-1] != "'":
        return False
    form = parse_binary_format(text[1:-1].rstrip(" "))
    if form is None or form.width is not None:
        return False
    return not form.is_variable or (form.repeat <= 1 and form.maximum is not None)


def _parse_form(card: Card) -> BinaryFormat | None:
    value = card.value
    return parse_binary_format(value) if isinstance(value, str) else None


_FAULT_MESSAGES = {
    "empty": "the format is empty; give {shape}",
    "blank": "'{value}' contains blanks; write '{new}'",
    "case": "'{value}' has a lower-case letter; write '{new}'",
    "other-table": "'{value}' is a format of {other} tables; here it must be {shape}",
    "junk": "'{value}' goes on after a legal format; write {shape} and nothing more",
    "decimals": "'{value}' lacks the number of decimals; write {shape}",
    "unknown": "'{value}' is no column format; write {shape}",
}
_SHAPES = {
    "binary": phrase("a repeat count and one of L X B I J K A E D C M P Q"),
    "ascii": phrase("Aw, Iw, Fw.d, Ew.d or Dw.d"),
}


def _flag_illegal(card: Card, start: FormatKind) -> Iterator[Flag]:
    value = card.value
    fault = explain_format(value, start) if isinstance(value, str) else None
    if not isinstance(value, str) or fault is None or fault == "private":
        return
    new = repair_format(value, start) or ""
    opening = (card.form.value or (0, 0))[0] + 1
    first, last = locate_fault(value, start, fault)
    # What follows the type of a binary column is not defined, and readers skip it (7.3.1).
    level: Level | None = "should" if start == "binary" and _has_legal_start(value) else None
    yield flag(
        card,
        (opening + first, opening + last) if value.strip() else None,
        message=fault,
        level=level,
        fix=overwrite_value(card, f"'{new:<8}'") if new else None,
        title=phrase("write '{new}'", new=new) if new else "",
        value=value,
        new=new,
        shape=_SHAPES[start],
        other="ASCII" if start == "binary" else phrase("binary"),
    )


def _has_legal_start(value: str) -> bool:
    """Whether repeat count and type of a column can be read and something stands behind them."""
    return _LEGAL_START.match(value) is not None


@rule(
    "TB102",
    "binary-column-format",
    clause="7.3.1",
    level="must",
    fix="safe",
    changes=("own",),
    reads="value",
    catalogue_rows=("T002",),
    keywords=("TFORMn",),
    hdus=BINTABLE_KINDS,
    precheck=precheck_tform,
    summary_ja="バイナリ表の TFORMn が規格の書式でない",
    message=_FAULT_MESSAGES,
)
def binary_column_format(card: Card, header: Header) -> Iterator[Flag]:
    """TFORMn of a binary table is not a repeat count and a type code of the standard.

    ## Why it matters
    TFORMn says how many bytes a column takes in a row. When it cannot be read, this column and all
    columns behind it are lost.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'TIME    '
    TUNIT1  = 's       '
    TFORM1  = '1j      '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'TIME    '
    TUNIT1  = 's       '
    TFORM1  = '1J      '
    ```
    """
    yield from _flag_illegal(card, "binary")


@rule(
    "TB103",
    "private-column-format",
    clause="7.3.1",
    level="must",
    reads="value",
    catalogue_rows=("T003",),
    fix="unsafe",
    keywords=("TFORMn",),
    hdus=BINTABLE_KINDS,
    precheck=precheck_tform,
    summary_ja="TFORMn に CFITSIO 内部用の型コードが残っている",
    message="'{value}' has a type code that only CFITSIO knows; write {code} with TZEROn instead",
)
def private_column_format(card: Card, header: Header) -> Iterator[Flag]:
    """TFORMn holds a type code (S, U, V or W) that was never meant to be in a file.

    ## Why it matters
    CFITSIO takes these letters as a short way to ask for signed bytes and unsigned integers when a
    table is *created*, and writes B, I, J or K with TZEROn. No reader accepts them in a file.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1V      '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1J      '
    TSCAL1  =                    1
    TZERO1  =           2147483648
    ```
    """
    value = card.value
    if isinstance(value, str) and explain_format(value, "binary") == "private":
        letter = next(char for char in value.upper() if char in "SUVW")
        code, offset = _UNSIGNED[letter]
        yield flag(
            card,
            fix=_make_unsigned(card, header, letter, code, offset),
            title=phrase("write {code} with TZEROn", code=code),
            value=value,
            code=code,
        )


def _make_unsigned(
    card: Card, header: Header, letter: str, code: str, offset: int
) -> tuple[Edit, ...] | None:
    """TFORMn with a code of the standard, and behind it the offset that CFITSIO means."""
    number = card.keyword.removeprefix("TFORM")
    name, value = f"TZERO{number}", card.text.upper().replace(letter, code)
    first = overwrite_value(card, value)
    if first is None or name in header or f"TSCAL{number}" in header:
        return None
    scale = insert_after(card, f"TSCAL{number:<3}= {1:>20}")
    return first, Edit(scale.start, scale.end, scale.new + _format_offset(name, offset))


def _format_offset(name: str, offset: int) -> bytes:
    return f"{name:<8}= {offset:>20}".ljust(CARD_SIZE).encode()


_UNSIGNED = {"S": ("B", -128), "U": ("I", 2**15), "V": ("J", 2**31), "W": ("K", 2**63)}
"""The code and offset that the private codes of CFITSIO stand for."""


@rule(
    "TB104",
    "substring-width",
    clause="7.3.1",
    level="conv",
    reads="value",
    catalogue_rows=("T004",),
    keywords=("TFORMn",),
    hdus=BINTABLE_KINDS,
    precheck=precheck_tform,
    summary_ja="rAw の r が w の倍数でない",
    message="'{value}' splits {repeat} characters into strings of {width}, which leaves a rest",
)
def substring_width(card: Card, header: Header) -> Iterator[Flag]:
    """The width of substrings in rAw does not divide the width of the field.

    ## Why it matters
    By convention rAw is an array of strings of w characters; when r is not a multiple of w the
    last one is cut off, and readers differ in whether they show it.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   20
    TTYPE1  = 'NAMES   '
    TFORM1  = '20A6    '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   20
    TTYPE1  = 'NAMES   '
    TFORM1  = '20A5    '
    ```
    """
    form = _parse_form(card)
    if form and form.width is not None and (form.width == 0 or form.repeat % form.width):
        yield flag(card, value=card.value, repeat=form.repeat, width=form.width)


@rule(
    "TB105",
    "descriptor-repeat",
    clause="7.3.5",
    level="must",
    reads="value",
    catalogue_rows=("T005",),
    keywords=("TFORMn",),
    hdus=BINTABLE_KINDS,
    precheck=precheck_tform,
    summary_ja="可変長配列 (P、Q) の繰り返し数が 0 でも 1 でもない",
    message="'{value}' has {repeat} array descriptors; a {code} column has 0 or 1",
)
def descriptor_repeat(card: Card, header: Header) -> Iterator[Flag]:
    """A variable-length array column has a repeat count over 1.

    ## Why it matters
    The row holds one descriptor, the length and place of the array in the heap. Several of them in
    one field have no meaning in the standard.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   16
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '2PE(30) '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    8
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PE(30) '
    ```
    """
    form = _parse_form(card)
    if form and form.is_variable and form.repeat > 1:
        yield flag(card, value=card.value, repeat=form.repeat, code=form.code)


@rule(
    "TB106",
    "array-maximum",
    clause="7.3.5",
    level="must",
    reads="value",
    catalogue_rows=("T006",),
    keywords=("TFORMn",),
    hdus=BINTABLE_KINDS,
    precheck=precheck_tform,
    summary_ja="可変長配列の TFORMn に最大要素数がない",
    message="'{value}' lacks the largest number of elements in parentheses, as in "
    "'1{code}{element}(30)'",
)
def array_maximum(card: Card, header: Header) -> Iterator[Flag]:
    """TFORMn of a variable-length array does not give the largest length.

    ## Why it matters
    The form is rPt(emax). Readers allocate their buffers from emax before they have seen a row;
    without it they must read the whole column first, or fail.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    8
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PE     '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    8
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PE(30) '
    ```
    """
    form = _parse_form(card)
    if form and form.is_variable and form.maximum is None and form.repeat:
        # Section 10.1.3 itself writes the columns of compressed images as 1PB, 1PI and 1PJ.
        level: Level | None = "style" if header.kind in COMPRESSED_KINDS else None
        yield flag(card, level=level, value=card.value, code=form.code, element=form.element)


@rule(
    "TB130",
    "ascii-column-format",
    clause="7.2.1",
    level="must",
    fix="safe",
    changes=("own",),
    reads="value",
    catalogue_rows=("T030",),
    keywords=("TFORMn",),
    hdus=("table",),
    summary_ja="ASCII 表の TFORMn が Aw、Iw、Fw.d、Ew.d、Dw.d のどれでもない",
    message=_FAULT_MESSAGES
    | {
        "narrow": "'{value}' has {decimals} decimals in {width} characters and leaves no room for"
        " the decimal point"
    },
)
def ascii_column_format(card: Card, header: Header) -> Iterator[Flag]:
    """TFORMn of an ASCII table is none of Aw, Iw, Fw.d, Ew.d and Dw.d.

    ## Why it matters
    TFORMn gives type and width of a field of characters. Formats of binary tables, or a width
    without decimals, do not say where the field ends and how it is read.

    ## Example
    ```fits table
    TFIELDS =                    1
    NAXIS1  =                   10
    TTYPE1  = 'FLUX    '
    TUNIT1  = 'Jy      '
    TBCOL1  =                    1
    TFORM1  = 'f10.3   '
    ```
    Use instead:
    ```fits table
    TFIELDS =                    1
    NAXIS1  =                   10
    TTYPE1  = 'FLUX    '
    TUNIT1  = 'Jy      '
    TBCOL1  =                    1
    TFORM1  = 'F10.3   '
    ```
    """
    yield from _flag_illegal(card, "ascii")
    value = card.value
    form = parse_ascii_format(value) if isinstance(value, str) else None
    decimals = form.decimals or 0 if form is not None else 0
    if form is not None and decimals >= form.width:
        # Without a point the last digits are the decimals: deprecated, yet legal (7.2.5).
        level: Level | None = "should" if decimals == form.width else None
        yield flag(card, _find_decimals(card), message="narrow", level=level, value=value,
                   decimals=decimals, width=form.width)  # fmt: skip


def _find_decimals(card: Card) -> tuple[int, int] | None:
    """The columns of the digits behind the point."""
    start, end = card.form.value or (0, 0)
    point = card.raw.find(b".", start, end)
    return (point + 1, start + len(card.text.rstrip("' "))) if point >= 0 else None
