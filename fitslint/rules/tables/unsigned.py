"""Unsigned integers and signed bytes in binary tables (FITS 4.0 sections 5.2.5 and 7.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.hdu_kinds import BINTABLE_KINDS
from fitslint.rules.tables.columns import read_original_columns
from fitslint.text import phrase

_OFFSETS = {"B": -128, "I": 2**15, "J": 2**31, "K": 2**63}
"""TZEROn that turns the stored integers into signed bytes and unsigned integers (Table 19)."""
_UNSIGNED_OFFSETS = (2**15, 2**31, 2**63)
_SIGNED_SLIPS = (128, -127, -129)
_INTEGER_ONLY_CODES = "IJ"
"""Columns of these types are not read by astropy 8.0 when the offset is written as a real."""


@rule(
    "TB120",
    "unsigned-offset",
    clause="5.2.5, 7.3.2",
    level="should",
    reads="values",
    catalogue_rows=("T020",),
    needs=("TZEROn", "TSCALn", "TFORMn", "ZFORMn"),
    hdus=BINTABLE_KINDS,
    summary_ja="符号なし整数を表す TZEROn が規約の値と異なる",
    message={
        "offset": "TZERO{column} = {value} is not the {wanted} by which a {code} column holds "
        "unsigned integers (signed for B)",
        "scale": "TZERO{column} = {value} marks offset integers, which need TSCAL{column} = 1, "
        "not {scale}",
    },
)
def unsigned_offset(header: Header) -> Iterator[Flag]:
    """TZEROn is nearly, but not quite, the offset of unsigned integers.

    ## Why it matters
    Unsigned integers (and signed bytes) are stored with TSCALn = 1 and a TZEROn of exactly 2^15,
    2^31, 2^63 or -128. Any other value, and a value that belongs to another integer width, makes
    readers turn the column into rounded floating-point numbers.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TZERO1  =                32767
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TZERO1  =                32768
    ```
    """
    if not header.layout.map_indices("TZERO"):
        return
    columns = read_original_columns(header)
    scales = header.map_indices("TSCAL")
    for n, card in header.map_indices("TZERO").items():
        form, zero = columns.get(n), card.value
        wanted = _OFFSETS.get(form.element) if form else None
        if wanted is None or form is None or type(zero) not in (int, float):
            continue
        scale = scales[n].number_value if n in scales else 1.0
        value = card.text
        if zero == wanted:
            if scale is not None and scale not in (0.0, 1.0):
                yield flag(card, message="scale", column=n, value=value, scale=scale)
        elif scale == 1.0 and _is_near_offset(float(zero), form.element):  # type: ignore[arg-type]
            code = form.element
            yield flag(card, message="offset", column=n, value=value, wanted=wanted, code=code)


def _is_near_offset(zero: float, code: str) -> bool:
    """Whether a number is, or is a slip of, one of the conventional offsets."""
    if code == "B" and zero in _SIGNED_SLIPS:
        return True
    return any(abs(abs(zero) - offset) <= max(1.0, 1e-6 * offset) for offset in _UNSIGNED_OFFSETS)


@rule(
    "TB139",
    "unsigned-offset-as-real",
    clause="5.2.5, 7.3.2",
    level="conv",
    fix="safe",
    reads="values",
    catalogue_rows=("T020",),
    needs=("TZEROn", "TSCALn", "TFORMn", "ZFORMn"),
    hdus=BINTABLE_KINDS,
    summary_ja="符号なし整数を表す TZEROn が実数で書かれている",
    changes=("own",),
    message={
        "": "TZERO{column} = {value} is the offset of unsigned integers written as a real: astropy"
        " 8.0 cannot read the column and gnuastro not the table; write {wanted}",
        "scale": "TSCAL{column} = {value} is the scale of unsigned integers written as a real, with"
        " which gnuastro does not read the table; write 1",
    },
)
def unsigned_offset_as_real(header: Header) -> Iterator[Flag]:
    """The offset of unsigned 16- or 32-bit integers is written as a real number.

    ## Why it matters
    The standard allows it, and the value is the same. But astropy 8.0 fails on such a column and
    gnuastro refuses the table (with a real TSCALn as well), while every reader takes the integer.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TSCAL1  =                  1.0
    TZERO1  =              32768.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TSCAL1  =                    1
    TZERO1  =                32768
    ```
    """
    zeros = header.map_indices("TZERO")
    if not zeros:
        return
    columns, scales = read_original_columns(header), header.map_indices("TSCAL")
    for n, card in zeros.items():
        form, scale = columns.get(n), scales.get(n)
        if form is None or form.element not in _INTEGER_ONLY_CODES or type(card.value) is not float:
            continue
        wanted = _OFFSETS[form.element]
        if card.value != wanted or (scale is not None and scale.number_value != 1.0):
            continue
        yield flag(
            card,
            fix=_write_integer(card, wanted),
            title=phrase("write {wanted}", wanted=wanted),
            column=n,
            value=card.text,
            wanted=wanted,
        )
        if scale is not None and type(scale.value) is float:
            yield flag(
                scale,
                message="scale",
                fix=_write_integer(scale, 1),
                title=phrase("write 1"),
                column=n,
                value=scale.text,
            )


def _write_integer(card: Card, number: int) -> Edit | None:
    """The edit that writes a number without a point, ending in the column it ended in."""
    start, end = card.form.value or (0, 0)
    return overwrite_value(card, f"{number:>{end - start}}")
