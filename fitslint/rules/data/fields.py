"""Fields and rows of ASCII tables (FITS 4.0 sections 7.2.3 and 7.2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitslint.model.data_facts import DataFacts, Places
from fitslint.model.rule import Flag
from fitslint.rules.api import flag_missing, rule
from fitslint.rules.data.places import describe_rows, flag_column
from fitslint.syntax.column_formats import parse_ascii_format


@rule(
    "DA130",
    "ascii-field",
    clause="7.2.5",
    level="must",
    catalogue_rows=("T031",),
    needs=("TFORMn",),
    hdus=("table",),
    facts=("fields",),
    summary_ja="ASCII 表のフィールドが TFORM の書式の数として読めない",
    message={
        "number": "field {column} holds {text!r} {where}, which is no {kind} number",
        "point": "field {column} holds {text!r} {where}, without a decimal point: by {form} it is"
        " {implied} to CFITSIO, fitsio, STIL and gnuastro, and {plain} to astropy, nom.tam.fits"
        " and the IDL library",
        "exponent": "field {column} holds {text!r} {where}, an exponent without its letter: STIL"
        " reads it, astropy and fitsio stop, and others leave the exponent out",
    },
)
def ascii_field(data: DataFacts) -> Iterator[Flag]:
    """A field of an ASCII table cannot be read as a number of its format, or not by all readers.

    ## Why it matters
    Blanks may stand before and behind a number, and not in it; a blank field is zero. Without a
    decimal point the format says where it is: the standard allows that and advises against it, and
    readers differ by a power of ten.

    ## Example
    ```fits table
    NAXIS1  =                    8
    NAXIS2  =                    2
    TFIELDS =                    1
    TTYPE1  = 'MAG     '
    TBCOL1  =                    1
    TFORM1  = 'F8.3    '
    @unit  12.345  1234567
    ```
    Use instead:
    ```fits table
    NAXIS1  =                    8
    NAXIS2  =                    2
    TFIELDS =                    1
    TTYPE1  = 'MAG     '
    TBCOL1  =                    1
    TFORM1  = 'F8.3    '
    @unit  12.345 1234.567
    ```
    """
    for column, found in data.list_places("number"):
        text = data.header.string(f"TFORM{column}") or ""
        kind = "integer" if text.startswith("I") else "real"
        yield flag_column(
            data, "TFORM", column, found, message="number", text=found.text, kind=kind
        )
    for column, found in data.list_places("point"):
        yield _flag_implied_point(data, column, found)
    for column, found in data.list_places("exponent"):
        yield flag_column(
            data, "TFORM", column, found, message="exponent", level="should", text=found.text
        )


def _flag_implied_point(data: DataFacts, column: int, found: Places) -> Flag:
    text = data.header.string(f"TFORM{column}") or ""
    form = parse_ascii_format(text)
    plain = found.text.strip()
    number = float(plain.upper().replace("D", "E"))
    implied = number * 10.0 ** -(form.decimals or 0 if form else 0)
    return flag_column(
        data, "TFORM", column, found, message="point", level="should", text=found.text,
        form=text.strip(), implied=f"{implied:.15g}", plain=f"{number:.15g}",
    )  # fmt: skip


@rule(
    "DA131",
    "ascii-table-bytes",
    clause="7.2.3",
    level="must",
    catalogue_rows=("T032",),
    hdus=("table",),
    facts=("characters",),
    summary_ja="ASCII 表に ASCII でないバイトまたは制御文字がある",
    message={
        "": "the rows hold {shown} {where}, which is no ASCII",
        "controls": "the rows hold the control character {shown} {where}",
    },
)
def ascii_table_bytes(data: DataFacts) -> Iterator[Flag]:
    r"""The rows of an ASCII table hold bytes that are no ASCII, or control characters.

    ## Why it matters
    The table is text, and in its fields and between them stand ASCII characters. Of others readers
    make question marks or stop; a control character (a line feed that somebody added to see lines)
    shifts what people see.

    ## Example
    ```fits table
    NAXIS1  =                    4
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'NAME    '
    TBCOL1  =                    1
    TFORM1  = 'A4      '
    @unit Z\xFCri
    ```
    Use instead:
    ```fits table
    NAXIS1  =                    4
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'NAME    '
    TBCOL1  =                    1
    TFORM1  = 'A4      '
    @unit Zuri
    ```
    """
    for _, found in data.list_places("characters"):
        yield _flag_bytes(found)
    for _, found in data.list_places("controls"):
        yield _flag_bytes(found, message="controls", level="should")


def _flag_bytes(found: Places, **params: Any) -> Flag:
    params["where"] = describe_rows(found)
    return flag_missing(None, byte=found.byte, shown=found.text, **params)
