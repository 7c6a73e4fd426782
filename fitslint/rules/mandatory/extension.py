"""PCOUNT, GCOUNT, the fixed values of the standard extensions, TFIELDS and the columns."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, insert_after, insert_before, rule
from fitslint.rules.edits import set_value
from fitslint.rules.hdu_kinds import BINTABLE_KINDS, EXTENSION_KINDS, TABLE_KINDS
from fitslint.rules.mandatory.order import AXES_MAX, flag_order, group_runs, list_mandatory
from fitslint.rules.tables.columns import has_all_columns, read_text_columns
from fitslint.text import phrase

ORDER_MESSAGE = "{keyword} is card {number} of the header and must be card {wanted}"
_DEFAULTS = {"PCOUNT": 0, "GCOUNT": 1}


@rule(
    "MK107",
    "pcount-gcount",
    clause="4.4.1.2",
    level="must",
    catalogue_rows=("M007",),
    hdus=EXTENSION_KINDS,
    fix="safe",
    summary_ja="拡張の PCOUNT と GCOUNT が NAXISn の直後に揃っていない",
    message={
        "absent": "{name} is absent; every extension needs it after the last NAXISn",
        "order": ORDER_MESSAGE,
    },
)
def pcount_gcount(header: Header) -> Iterator[Flag]:
    """PCOUNT and GCOUNT do not follow the last NAXISn of an extension as integers.

    ## Why it matters
    Both enter the size of the data unit. A reader that does not know the type of an extension
    needs them to find the next one.

    ## Example
    ```fits image
    XTENSION= 'IMAGE   '
    BITPIX  =                    8
    NAXIS   =                    0
    PCOUNT  =                    0
    EXTNAME = 'EXAMPLE '
    ```
    Use instead:
    ```fits image
    XTENSION= 'IMAGE   '
    BITPIX  =                    8
    NAXIS   =                    0
    PCOUNT  =                    0
    GCOUNT  =                    1
    EXTNAME = 'EXAMPLE '
    ```
    """
    keywords = ("PCOUNT", "GCOUNT")
    for keyword in keywords:
        if keyword not in header:
            yield _flag_missing_keyword(header, keyword)
    yield from flag_order(header, keywords)


def _flag_missing_keyword(header: Header, keyword: str) -> Flag:
    wanted = list_mandatory(header)
    before = wanted[: wanted.index(keyword)]
    ahead = header.find_card(before[-1]) or header.find_card(f"NAXIS{header.structure.naxis}")
    image = f"{keyword:8}= {_DEFAULTS[keyword]:20d}"
    return flag_missing(
        keyword,
        message="absent",
        fix=insert_after(ahead, image) if ahead is not None else None,
        title=phrase("add {keyword} = {value}", keyword=keyword, value=_DEFAULTS[keyword]),
        name=keyword,
    )


@rule(
    "MK108",
    "gcount-not-one",
    clause="7.1.1, 7.2.1, 7.3.1",
    level="must",
    catalogue_rows=("M008",),
    fix="unsafe",
    hdus=("image", *TABLE_KINDS),
    requires=("MK107",),
    summary_ja="標準拡張の GCOUNT が 1 でない",
    message="GCOUNT = {gcount}; it must be 1 in a standard extension",
)
def gcount_not_one(header: Header) -> Iterator[Flag]:
    """GCOUNT of an image or table extension is not 1.

    ## Why it matters
    GCOUNT multiplies the size of the data unit; readers that assume 1 lose the next HDU.

    ## Example
    ```fits image
    GCOUNT  =                    2
    ```
    Use instead:
    ```fits image
    GCOUNT  =                    1
    ```
    """
    card = header.find_card("GCOUNT")
    value = header.structure.gcount
    if card is not None and value is not None and value != 1:
        # Refused where the data were written with the other number.
        yield flag(card, fix=set_value(card, "1"), title=phrase("write 1"), gcount=value)


@rule(
    "MK109",
    "image-pcount",
    clause="7.1.1",
    level="must",
    catalogue_rows=("M009",),
    fix="unsafe",
    hdus=("image",),
    requires=("MK107",),
    summary_ja="IMAGE 拡張の PCOUNT が 0 でない",
    message="PCOUNT = {pcount} bytes; it must be 0 in an IMAGE extension",
)
def image_pcount(header: Header) -> Iterator[Flag]:
    """PCOUNT of an IMAGE extension is not 0.

    ## Why it matters
    An image has no parameters and no heap: bytes that PCOUNT announces have no meaning.

    ## Example
    ```fits image
    PCOUNT  =                   10
    ```
    Use instead:
    ```fits image
    PCOUNT  =                    0
    ```
    """
    card = header.find_card("PCOUNT")
    value = header.structure.pcount
    if card is not None and value is not None and value != 0:
        yield flag(card, fix=set_value(card, "0"), title=phrase("write 0"), pcount=value)


def _flag_structure(header: Header, demanded: dict[str, int]) -> Iterator[Flag]:
    """Flags on integers of the structure that differ from the one value allowed."""
    structure = header.structure
    found = {"BITPIX": structure.bitpix, "NAXIS": structure.naxis, "PCOUNT": structure.pcount}
    for keyword, wanted in demanded.items():
        card = header.find_card(keyword)
        value = found[keyword]
        if card is not None and value is not None and value != wanted:
            yield flag(card, keyword=keyword, value=value, wanted=wanted)


@rule(
    "MK110",
    "ascii-table-values",
    clause="7.2.1",
    level="must",
    catalogue_rows=("M010",),
    hdus=("table",),
    summary_ja="TABLE 拡張の BITPIX、NAXIS、PCOUNT が 8、2、0 でない",
    message="{keyword} = {value}; it must be {wanted} in an ASCII table",
)
def ascii_table_values(header: Header) -> Iterator[Flag]:
    """BITPIX, NAXIS or PCOUNT of an ASCII table is not 8, 2 or 0.

    ## Why it matters
    An ASCII table is NAXIS2 rows of NAXIS1 characters of 8 bits and nothing else.

    ## Example
    ```fits table
    BITPIX  =                   16
    ```
    Use instead:
    ```fits table
    BITPIX  =                    8
    ```
    """
    yield from _flag_structure(header, {"BITPIX": 8, "NAXIS": 2, "PCOUNT": 0})


@rule(
    "MK111",
    "binary-table-values",
    clause="7.3.1",
    level="must",
    catalogue_rows=("M011",),
    hdus=BINTABLE_KINDS,
    summary_ja="BINTABLE 拡張の BITPIX、NAXIS が 8、2 でないか、PCOUNT が負である",
    message={
        "": "{keyword} = {value}; it must be {wanted} in a binary table",
        "heap": "PCOUNT = {value} bytes is negative; it is the size of gap and heap",
    },
)
def binary_table_values(header: Header) -> Iterator[Flag]:
    """BITPIX or NAXIS of a binary table is not 8 or 2, or PCOUNT is negative.

    ## Why it matters
    A binary table is NAXIS2 rows of NAXIS1 bytes, followed by PCOUNT bytes of gap and heap.

    ## Example
    ```fits bintable
    BITPIX  =                  -32
    ```
    Use instead:
    ```fits bintable
    BITPIX  =                    8
    ```
    """
    yield from _flag_structure(header, {"BITPIX": 8, "NAXIS": 2})
    card = header.find_card("PCOUNT")
    pcount = header.structure.pcount
    if card is not None and pcount is not None and pcount < 0:
        yield flag(card, message="heap", value=pcount)


@rule(
    "MK112",
    "tfields",
    clause="7.2.1, 7.3.1",
    level="must",
    catalogue_rows=("M012",),
    hdus=TABLE_KINDS,
    fix="safe",
    summary_ja="TFIELDS が八番目にないか、0 から 999 の整数でない",
    message={
        "absent": "TFIELDS is absent; a table needs it directly after GCOUNT",
        "value": "TFIELDS = {tfields} is not in the range 0 to 999 columns",
        "order": ORDER_MESSAGE,
    },
)
def tfields(header: Header) -> Iterator[Flag]:
    """TFIELDS of a table is absent, not the eighth card, or not an integer from 0 to 999.

    ## Why it matters
    TFIELDS is the number of columns; without it no column can be found.

    ## Example
    ```fits bintable
    XTENSION= 'BINTABLE'
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    0
    NAXIS2  =                    0
    TFIELDS =                    0
    PCOUNT  =                    0
    GCOUNT  =                    1
    EXTNAME = 'EXAMPLE '
    ```
    Use instead:
    ```fits bintable
    XTENSION= 'BINTABLE'
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    0
    NAXIS2  =                    0
    PCOUNT  =                    0
    GCOUNT  =                    1
    TFIELDS =                    0
    EXTNAME = 'EXAMPLE '
    ```
    """
    card = header.find_card("TFIELDS")
    if card is None:
        yield flag_missing("TFIELDS", message="absent")
        return
    value = header.structure.tfields
    if value is not None and not 0 <= value <= AXES_MAX:
        yield flag(card, message="value", tfields=value)
    yield from flag_order(header, ("TFIELDS",))


def _flag_column_gaps(header: Header, root: str) -> Iterator[Flag]:
    """Flags on runs of columns without their ``root`` keyword."""
    count = header.structure.tfields or 0
    if count > AXES_MAX:
        return
    present = header.layout.map_indices(root)
    for column, last in group_runs([n for n in range(1, count + 1) if n not in present]):
        message = "" if column == last else "several"
        yield flag_missing(
            f"{root}{column}", message=message, column=column, last=last, tfields=count
        )


@rule(
    "MK113",
    "column-format-absent",
    clause="7.2.1, 7.3.1",
    level="must",
    catalogue_rows=("M013",),
    hdus=TABLE_KINDS,
    requires=("MK112",),
    summary_ja="TFIELDS までの列に TFORMn がない",
    message={
        "": "TFORM{column} is absent although TFIELDS = {tfields}",
        "several": "TFORM{column} to TFORM{last} are absent although TFIELDS = {tfields}",
    },
)
def column_format_absent(header: Header) -> Iterator[Flag]:
    """A column of a table has no TFORMn.

    ## Why it matters
    TFORMn gives the type and the width of the column; without it none of the columns that follow
    can be read either.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    TTYPE1  = 'TIME    '
    TUNIT1  = 's       '
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    TFIELDS =                    1
    TTYPE1  = 'TIME    '
    TUNIT1  = 's       '
    TFORM1  = 'D       '
    ```
    """
    yield from _flag_column_gaps(header, "TFORM")


@rule(
    "MK114",
    "column-start-absent",
    clause="7.2.1",
    level="must",
    catalogue_rows=("M014",),
    fix="unsafe",
    hdus=("table",),
    requires=("MK112",),
    summary_ja="ASCII 表の列に TBCOLn がない",
    message={
        "": "TBCOL{column} is absent although TFIELDS = {tfields}",
        "several": "TBCOL{column} to TBCOL{last} are absent although TFIELDS = {tfields}",
    },
)
def column_start_absent(header: Header) -> Iterator[Flag]:
    """A column of an ASCII table has no TBCOLn.

    ## Why it matters
    TBCOLn says in which character of the row the field starts; there is no default.

    ## Example
    ```fits table
    NAXIS1  =                    8
    TFIELDS =                    1
    TFORM1  = 'I8      '
    TTYPE1  = 'NAME    '
    ```
    Use instead:
    ```fits table
    NAXIS1  =                    8
    TFIELDS =                    1
    TBCOL1  =                    1
    TFORM1  = 'I8      '
    TTYPE1  = 'NAME    '
    ```
    """
    edits = _insert_starts(header)
    for found in _flag_column_gaps(header, "TBCOL"):
        yield with_fields(found, edits=edits, title=phrase("write TBCOLn"))


def _insert_starts(header: Header) -> tuple[Edit, ...]:
    """TBCOLn before each TFORMn, where none is there and the fields fill the row without gaps."""
    formats, columns = header.map_indices("TFORM"), read_text_columns(header)
    structure = header.structure
    if header.map_indices("TBCOL") or not has_all_columns(header, columns) or not structure.axes:
        return ()
    edits, start = [], 1
    for number, form in sorted(columns.items()):
        if number > (structure.tfields or 0):
            return ()
        image = f"{f'TBCOL{number}':<8}= {start:>20}"
        edits.append(insert_before(formats[number], image))
        start += form.width
    return tuple(edits) if start - 1 == structure.axes[0] else ()
