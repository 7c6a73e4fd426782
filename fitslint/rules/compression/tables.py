"""Compressed tables: how the original columns are stored (FITS 4.0 section 10.3)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.rules.compression.tiles import is_count
from fitslint.rules.mandatory.order import group_runs
from fitslint.rules.tables.columns import COLUMNS_MAX
from fitslint.syntax.column_formats import BinaryFormat, parse_binary_format
from fitslint.text import suggest

_ALGORITHMS = ("RICE_1", "GZIP_1", "GZIP_2", "NOCOMPRESS")
_COUNTS = {"ZTILELEN": 1, "ZNAXIS1": 0, "ZNAXIS2": 0, "ZPCOUNT": 0}
"""Mandatory integers and their least value."""
_RICE_ELEMENTS = "BIJ"
"""Integers that RICE_1 compresses: up to 32 bits."""


@rule(
    "ZC110",
    "compressed-table-keywords",
    clause="10.3.1, 10.3.4, 10.3.5",
    level="must",
    catalogue_rows=("Z010",),
    hdus=("compressed-table",),
    reads="values",
    needs=(
        *("ZTABLE", "ZIMAGE", "ZTILELEN", "ZNAXISn", "ZPCOUNT", "ZTHEAP", "ZFORMn", "ZCTYPn"),
        *("TFORMn", "TFIELDS"),
    ),
    requires=("MK104", "MK112"),
    summary_ja="圧縮表に必須の ZTILELEN、ZNAXISn、ZPCOUNT、ZFORMn、ZCTYPn が正しくない",
    message={
        "absent": "{name} is absent; a compressed table needs it, and funpack does not expand it"
        " without",
        "several": "{root}{first} to {root}{last} are absent; each column of a compressed table"
        " needs one",
        "count": "{keyword} must be an integer, {least} or more",
        "algorithm": "{keyword} = {value!r} is no algorithm for columns{hint}",
        "rice": "RICE_1 compresses integers of up to 32 bits, and column {column} holds {form!r}",
        "format": "{keyword} = {value!r} is no format of a column, which readers need to expand it",
        "stored": "column {column} must be stored as bytes of variable length (1QB or 1PB), not"
        " {value!r}",
        "width": "the columns of ZFORMn take {sum} bytes in a row, and ZNAXIS1 is {naxis1}",
        "rows": "ZNAXIS2 = {naxis2} rows in tiles of {length} make {tiles} tiles, but the table has"
        " {rows} rows, and each row holds one tile",
        "heap": "ZTHEAP = {theap} is not between the {least} bytes of the rows and the {most} of"
        " rows and ZPCOUNT",
    },
)
def compressed_table_keywords(header: Header) -> Iterator[Flag]:
    """A compressed table lacks a keyword of the table in it, or one that cannot hold.

    ## Why it matters
    ZTABLE = T makes the rows tiles of another table, whose size and columns these keywords give.
    funpack stops where one is absent, and where sizes are wrong it writes past the end of its
    memory.

    ## Example
    ```fits bintable
    NAXIS1  =                   16
    NAXIS2  =                    0
    TFIELDS =                    1
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1QB(0)  '
    ZTABLE  =                    T
    ZTILELEN=                  100
    ZNAXIS1 =                    4
    ZNAXIS2 =                    0
    ZPCOUNT =                    0
    ZFORM1  = '1J      '
    ZCTYP1  = 'RICE    '
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                   16
    NAXIS2  =                    0
    TFIELDS =                    1
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1QB(0)  '
    ZTABLE  =                    T
    ZTILELEN=                  100
    ZNAXIS1 =                    4
    ZNAXIS2 =                    0
    ZPCOUNT =                    0
    ZFORM1  = '1J      '
    ZCTYP1  = 'RICE_1  '
    ```
    """
    counts: dict[str, int] = {}
    for name, least in _COUNTS.items():
        card = header.find_card(name)
        if card is None:
            yield flag_missing(name, message="absent", name=name)
        elif not is_count(card, least):
            yield flag(card, message="count", keyword=name, least=least)
        else:
            counts[name] = int(card.number_value or 0)
    tfields = header.structure.tfields or 0
    if not 0 <= tfields <= COLUMNS_MAX:
        return
    for root in ("ZFORM", "ZCTYP"):
        found = header.map_indices(root)
        for first, last in group_runs([n for n in range(1, tfields + 1) if n not in found]):
            name, message = f"{root}{first}", "absent" if first == last else "several"
            yield flag_missing(name, message=message, name=name, root=root, first=first, last=last)
    formats = dict(_read_formats(header))
    yield from _flag_columns(header, formats)
    yield from _flag_sizes(header, counts, formats, tfields)


def _read_formats(header: Header) -> Iterator[tuple[int, BinaryFormat | None]]:
    """Column → format of ZFORMn, None where it is none."""
    for number, card in header.map_indices("ZFORM").items():
        value = card.value
        if isinstance(value, str):
            yield number, parse_binary_format(value.rstrip())


def _flag_columns(header: Header, formats: dict[int, BinaryFormat | None]) -> Iterator[Flag]:
    """Flags on the cards of single columns."""
    for card in header.map_indices("ZCTYP").values():
        value = card.value
        if isinstance(value, str) and value.rstrip() not in _ALGORITHMS:
            hint = suggest(value.rstrip().upper(), _ALGORITHMS)
            yield flag(card, message="algorithm", keyword=card.keyword, value=value.rstrip(),
                       hint=hint)  # fmt: skip
    algorithms, stored_forms = header.map_indices("ZCTYP"), header.map_indices("TFORM")
    for number, card in header.map_indices("ZFORM").items():
        form, stored = formats.get(number), stored_forms.get(number)
        if stored is not None:
            yield from _flag_stored(stored, number)
        if form is None and number in formats:
            yield flag(card, message="format", keyword=card.keyword, value=card.value)
        algorithm = algorithms.get(number)
        if form is None or algorithm is None or form.is_variable:
            continue
        if algorithm.value == "RICE_1" and form.element not in _RICE_ELEMENTS:
            yield flag(algorithm, message="rice", column=number, form=card.value)


def _flag_stored(card: Card, number: int) -> Iterator[Flag]:
    value = card.value
    form = parse_binary_format(value.rstrip()) if isinstance(value, str) else None
    if form is not None and not (form.is_variable and form.element == "B"):
        yield flag(card, message="stored", column=number, value=value)


def _flag_sizes(
    header: Header, counts: dict[str, int], formats: dict[int, BinaryFormat | None], tfields: int
) -> Iterator[Flag]:
    """Flags where the sizes of the original table do not agree."""
    card, widths = header.find_card("ZNAXIS1"), [form for form in formats.values() if form]
    if card is not None and "ZNAXIS1" in counts and len(widths) == tfields == len(formats):
        total = sum(form.field_bytes for form in widths)
        if total != counts["ZNAXIS1"]:
            yield flag(card, message="width", sum=total, naxis1=counts["ZNAXIS1"])
    axes, card = header.structure.axes, header.find_card("ZTILELEN")
    if card is not None and {"ZTILELEN", "ZNAXIS2"} <= counts.keys() and len(axes) == 2:
        length, naxis2 = counts["ZTILELEN"], counts["ZNAXIS2"]
        tiles = -(-naxis2 // length)
        if axes[1] != tiles:
            yield flag(card, message="rows", naxis2=naxis2, length=length, tiles=tiles,
                       rows=axes[1])  # fmt: skip
    card = header.find_card("ZTHEAP")
    if card is not None and {"ZNAXIS1", "ZNAXIS2", "ZPCOUNT"} <= counts.keys():
        least = counts["ZNAXIS1"] * counts["ZNAXIS2"]
        most, value = least + counts["ZPCOUNT"], card.value
        if type(value) is int and not least <= value <= most:
            yield flag(card, message="heap", theap=value, least=least, most=most)
