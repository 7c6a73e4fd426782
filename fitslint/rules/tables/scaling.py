"""TNULLn, TSCALn and TZEROn against the type of their column (FITS 4.0 sections 7.2.2, 7.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete, flag, rule
from fitslint.rules.tables.columns import BINTABLES, TABLES, binary_columns, text_columns
from fitslint.syntax.formats import INTEGERS

_OFFSETS = {"B": -128, "I": 2**15, "J": 2**31, "K": 2**63}
"""TZEROn that turns the stored integers into signed bytes and unsigned integers (Table 19)."""
_UNSIGNED = (2**15, 2**31, 2**63)
_SIGNED_SLIPS = (128, -127, -129)
_UNSCALED = "ALX"


@rule(
    "TB115",
    "null-without-integers",
    clause="7.3.2",
    level="must",
    fix="safe",
    reads="values",
    checks=("T015",),
    needs=("TNULLn", "TFORMn"),
    hdus=BINTABLES,
    ja="整数でない列に TNULLn がある",
    message="TNULL{column} belongs to a column of type {code}; only B, I, J and K columns have a "
    "null value",
)
def null_without_integers(header: Header) -> Iterator[Flag]:
    """TNULLn is given for a binary-table column that does not hold integers.

    ## Why it matters
    Undefined reals are NaN and undefined strings are empty; TNULLn has a meaning for integers
    alone, and some readers refuse the column.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    TNULL1  =                  -99
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    ```
    """
    if not header.layout.family("TNULL"):
        return
    columns = binary_columns(header)
    for n, card in header.family("TNULL").items():
        form = columns.get(n)
        if form is not None and form.element not in INTEGERS:
            title = f"delete TNULL{n}"
            yield flag(card, fix=delete(card), title=title, column=n, code=form.element)


@rule(
    "TB116",
    "null-out-of-range",
    clause="7.3.2",
    level="must",
    reads="values",
    checks=("T016",),
    needs=("TNULLn", "TFORMn"),
    hdus=BINTABLES,
    ja="TNULLn の値が列の型に収まらない",
    message="TNULL{column} = {value} does not fit a column of type {code}, which holds {least} to "
    "{most}",
)
def null_out_of_range(header: Header) -> Iterator[Flag]:
    """TNULLn is a number that the column cannot hold.

    ## Why it matters
    TNULLn is compared with the stored integers, before TSCALn and TZEROn. A value outside their
    range marks nothing, so undefined entries pass as data.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TNULL1  =               -99999
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TNULL1  =               -32768
    ```
    """
    if not header.layout.family("TNULL"):
        return
    columns = binary_columns(header)
    for n, card in header.family("TNULL").items():
        form, value = columns.get(n), card.value
        if form is None or type(value) is not int or form.element not in INTEGERS:
            continue
        least, most = INTEGERS[form.element]
        if not least <= value <= most:
            yield flag(card, column=n, value=value, code=form.element, least=least, most=most)


@rule(
    "TB117",
    "null-too-wide",
    clause="7.2.2",
    level="must",
    reads="values",
    checks=("T017",),
    needs=("TNULLn", "TFORMn"),
    hdus=("table",),
    ja="アスキー表の TNULLn がフィールドの幅より長い",
    message="TNULL{column} = '{value}' has {length} characters, but the field only {width}",
)
def null_too_wide(header: Header) -> Iterator[Flag]:
    """TNULLn of an ASCII table is longer than its field.

    ## Why it matters
    TNULLn is the string that stands in the field when a value is undefined. It can never be found
    in a field that is narrower.

    ## Example
    ```fits table
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TBCOL1  =                    1
    TFORM1  = 'I4      '
    TNULL1  = 'UNDEFINED'
    ```
    Use instead:
    ```fits table
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TBCOL1  =                    1
    TFORM1  = 'I4      '
    TNULL1  = '****    '
    ```
    """
    if not header.layout.family("TNULL"):
        return
    columns = text_columns(header)
    for n, card in header.family("TNULL").items():
        form, value = columns.get(n), card.value
        if form is not None and isinstance(value, str) and len(value) > form.width:
            yield flag(card, column=n, value=value, length=len(value), width=form.width)


@rule(
    "TB118",
    "scaled-text",
    clause="7.2.2, 7.3.2",
    level="must",
    fix="safe",
    reads="values",
    checks=("T018",),
    needs=("TSCALn", "TZEROn", "TFORMn"),
    hdus=TABLES,
    ja="文字列、論理値、ビットの列に TSCALn または TZEROn がある",
    message="{root}{column} belongs to a column of type {code}, whose values cannot be scaled",
)
def scaled_text(header: Header) -> Iterator[Flag]:
    """TSCALn or TZEROn is given for a column of characters, logicals or bits.

    ## Why it matters
    Only numbers can be multiplied and shifted. Readers that apply the keywords fail; the others
    hide that the keyword belongs to another column.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   10
    TTYPE1  = 'NAME    '
    TFORM1  = '10A     '
    TSCAL1  =                  2.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   10
    TTYPE1  = 'NAME    '
    TFORM1  = '10A     '
    ```
    """
    roots = [root for root in ("TSCAL", "TZERO") if header.layout.family(root)]
    if not roots:
        return
    codes = _codes(header)
    for root in roots:
        for n, card in header.family(root).items():
            code = codes.get(n, "")
            if code and code in _UNSCALED:
                title = f"delete {root}{n}"
                yield flag(card, fix=delete(card), title=title, root=root, column=n, code=code)


def _codes(header: Header) -> dict[int, str]:
    if header.kind == "table":
        return {n: form.code for n, form in text_columns(header).items()}
    return {n: form.element for n, form in binary_columns(header).items()}


@rule(
    "TB119",
    "zero-scale",
    clause="7.2.2, 7.3.2",
    level="should",
    reads="values",
    checks=("T019",),
    needs=("TSCALn",),
    hdus=TABLES,
    ja="TSCALn が 0 である",
    message="TSCAL{column} = 0 makes every value of the column the same",
)
def zero_scale(header: Header) -> Iterator[Flag]:
    """TSCALn is 0.

    ## Why it matters
    Every stored value is multiplied by TSCALn: with 0 the whole column reads as TZEROn.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TSCAL1  =                  0.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TSCAL1  =                  1.0
    ```
    """
    for n, card in header.family("TSCAL").items():
        if card.number_value == 0:
            yield flag(card, column=n)


@rule(
    "TB120",
    "unsigned-offset",
    clause="5.2.5, 7.3.2",
    level="should",
    reads="values",
    checks=("T020",),
    needs=("TZEROn", "TSCALn", "TFORMn"),
    hdus=BINTABLES,
    ja="符号なし整数を表す TZEROn が規約の値と異なる",
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
    if not header.layout.family("TZERO"):
        return
    columns = binary_columns(header)
    scales = header.family("TSCAL")
    for n, card in header.family("TZERO").items():
        form, zero = columns.get(n), card.value
        wanted = _OFFSETS.get(form.element) if form else None
        if wanted is None or form is None or type(zero) not in (int, float):
            continue
        scale = scales[n].number_value if n in scales else 1.0
        value = card.text
        if zero == wanted:
            if scale is not None and scale not in (0.0, 1.0):
                yield flag(card, message="scale", column=n, value=value, scale=scale)
        elif scale == 1.0 and _meant(float(zero), form.element):  # type: ignore[arg-type]
            code = form.element
            yield flag(card, message="offset", column=n, value=value, wanted=wanted, code=code)


def _meant(zero: float, code: str) -> bool:
    """Whether a number is, or is a slip of, one of the conventional offsets."""
    if code == "B" and zero in _SIGNED_SLIPS:
        return True
    return any(abs(abs(zero) - offset) <= max(1.0, 1e-6 * offset) for offset in _UNSIGNED)
