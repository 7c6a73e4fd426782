"""Variable arrays: their descriptors, and the heap (FITS 4.0 sections 7.3.2, 7.3.5 and 7.3.6)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.data_facts import DataFacts, PlaceKind, Places
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.data.places import flag_column
from fitslint.rules.edits import set_value
from fitslint.syntax.column_formats import parse_dimensions
from fitslint.text import phrase

_MAXIMUM = compile_late(r"\([0-9]+\)")
_TABLES = ("bintable", "compressed-image", "compressed-table")


@rule(
    "DA110",
    "heap-descriptor",
    clause="7.3.5",
    level="must",
    catalogue_rows=("T007",),
    needs=("TFORMn",),
    hdus=_TABLES,
    facts=("descriptors",),
    summary_ja="可変長配列の記述子がヒープの外を指している",
    message={
        "outside": "column {column}: the array ends {end} bytes behind the beginning of the heap,"
        " which has {heap} bytes, {where}",
        "negative": "column {column}: the number of elements or the offset is negative, {where}",
    },
)
def heap_descriptor(data: DataFacts) -> Iterator[Flag]:
    r"""A descriptor points out of the heap.

    ## Why it matters
    The array is not in the data unit. CFITSIO, astropy, STIL, nom.tam.fits and fitsio read on into
    the fill or the next HDU and hand out what stands there as values, mostly without a word. The
    heap begins at THEAP and ends with PCOUNT.

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                    8
    TFIELDS =                    1
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PJ(3)  '
    @unit \x00\x00\x00\x03\x00\x00\x00\x00
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   12
    TFIELDS =                    1
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PJ(3)  '
    @unit \x00\x00\x00\x03\x00\x00\x00\x00
    ```
    """
    for column, found in data.list_places("outside"):
        yield _flag_descriptor(data, "outside", column, found, end=found.number)
    for column, found in data.list_places("negative"):
        yield _flag_descriptor(data, "negative", column, found)


def _flag_descriptor(
    data: DataFacts, message: PlaceKind, column: int, found: Places, **params: object
) -> Flag:
    heap = _measure_heap(data.header)
    return flag_column(data, "TFORM", column, found, message=message, heap=heap, **params)


def _measure_heap(header: Header) -> int:
    """Bytes from THEAP to the end of the data unit."""
    structure = header.structure
    width, rows = structure.axes
    begun = header.value("THEAP")
    gap = begun - (width or 0) * (rows or 0) if type(begun) is int else 0
    return (structure.pcount or 0) - gap


@rule(
    "DA111",
    "heap-use",
    clause="7.3.6",
    level="style",
    catalogue_rows=("T012",),
    needs=("TFORMn",),
    hdus=_TABLES,
    facts=("heap",),
    summary_ja="ヒープに使われていないバイト、または部分的に重なる配列がある",
    message={
        "unused": "{unused} of the {size} bytes of the heap are in no array",
        "overlap": "column {column}: the array shares a part of its bytes with another, {where}",
    },
)
def heap_use(data: DataFacts) -> Iterator[Flag]:
    r"""Bytes of the heap are in no array, or in several that are not the same.

    ## Why it matters
    Both are allowed: arrays may be the same bytes, and gaps may stay behind when a table was
    edited. A tool that packs the heap anew makes the file smaller; two arrays that share a part of
    their bytes are mostly a mistake of the program that computed the offsets.

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   40
    TFIELDS =                    1
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PJ(3)  '
    @unit \x00\x00\x00\x03\x00\x00\x00\x00
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   12
    TFIELDS =                    1
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PJ(3)  '
    @unit \x00\x00\x00\x03\x00\x00\x00\x00
    ```
    """
    heap = data.heap
    if heap is not None and heap.used < heap.size:
        card = data.header.find_card("PCOUNT")
        if card is not None:
            yield flag(card, message="unused", unused=heap.size - heap.used, size=heap.size)
    for column, found in data.list_places("overlap"):
        yield flag_column(data, "TFORM", column, found, message="overlap", level="conv")


@rule(
    "DA112",
    "array-shape",
    clause="7.3.2",
    level="must",
    catalogue_rows=("T023",),
    needs=("TDIMn",),
    hdus=_TABLES,
    facts=("descriptors",),
    summary_ja="TDIM の要素数が可変長配列の長さより多い",
    message="TDIM{column} needs {needed} elements, and an array has {elements}, {where}",
)
def array_shape(data: DataFacts) -> Iterator[Flag]:
    r"""A variable array has fewer elements than its TDIMn.

    ## Why it matters
    The array cannot have the shape that the header gives it; readers fail on the row, or hand out a
    flat array. (An array without elements is no fault.)

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   12
    TFIELDS =                    1
    TTYPE1  = 'STAMP   '
    TFORM1  = '1PJ(3)  '
    TDIM1   = '(2,2)   '
    @unit \x00\x00\x00\x03\x00\x00\x00\x00
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   16
    TFIELDS =                    1
    TTYPE1  = 'STAMP   '
    TFORM1  = '1PJ(4)  '
    TDIM1   = '(2,2)   '
    @unit \x00\x00\x00\x04\x00\x00\x00\x00
    ```
    """
    for column, found in data.list_places("dimensions"):
        shape = parse_dimensions(data.header.string(f"TDIM{column}") or "") or ()
        needed = math.prod(shape)
        yield flag_column(data, "TDIM", column, found, elements=found.number, needed=needed)


@rule(
    "DA113",
    "array-length",
    clause="7.3.5",
    level="must",
    catalogue_rows=("T006", "T007"),
    needs=("TFORMn",),
    hdus=_TABLES,
    facts=("descriptors",),
    fix="unsafe",
    summary_ja="可変長配列が TFORM の最大長より長い",
    message="column {column}: an array has {elements} elements, more than the maximum in TFORM"
    "{column}, {where}",
)
def array_length(data: DataFacts) -> Iterator[Flag]:
    r"""A variable array is longer than the maximum that its TFORMn tells.

    ## Why it matters
    Readers make room for the maximum: fitsio stops with an error, others cut the array or read it
    whole.

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   12
    TFIELDS =                    1
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PJ(1)  '
    @unit \x00\x00\x00\x03\x00\x00\x00\x00
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   12
    TFIELDS =                    1
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PJ(3)  '
    @unit \x00\x00\x00\x03\x00\x00\x00\x00
    ```
    """
    for column, found in data.list_places("long"):
        longest = data.longest_arrays[column]
        card = data.header.find_cards(f"TFORM{column}")[0]
        new = _MAXIMUM.sub(f"({longest})", card.text.strip())
        yield flag_column(
            data, "TFORM", column, found, elements=found.number, fix=set_value(card, new),
            title=phrase("write {longest} as the maximum", longest=longest),
        )  # fmt: skip
