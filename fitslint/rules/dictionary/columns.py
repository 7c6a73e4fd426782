"""Columns that the tables of an authority have: which, and in which format and unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.dictionary.values.header_values import make_value_reader
from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.dictionary.hdus import HduRequirement, Requirement, index_hdus, read_hdu_name
from fitslint.rules.tables.columns import read_binary_columns, read_text_columns
from fitslint.syntax.column_formats import parse_dimensions
from fitslint.text import phrase
from fitslint.units.spelling import is_readable_unit, is_same_unit

_TABLE_KINDS = ("table", "bintable")
_COLUMN_KEYWORD = compile_late(r"T(?:TYPE|FORM|UNIT|DIM)[0-9]+")
_FORM = compile_late(r"([0-9]*)([A-Z]{1,2}).*")
_SIMILAR_LETTERS = ("BIJK", "ED", "CM", "FED")
"""Letters of TFORM that differ in width or precision only."""


def _plan_subchecks(authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    """One question for every table with a name; the answer hangs on its columns."""
    tables = {name: table for name, table in index_hdus(authority).items() if table.columns}
    if tables and "EXTNAME" in layout.index:
        needs = {name for name in layout.index if _COLUMN_KEYWORD.fullmatch(name)} | {
            "EXTNAME",
            "TFIELDS",
        }
        for table in tables.values():
            for column in table.columns.values():
                needs |= set(column.condition.names) if column.condition else set()
        yield Subcheck(tuple(sorted(needs)), tables)


def _number_columns(header: Header) -> dict[str, int]:
    """Names of columns in capitals with their numbers; the first of a name counts."""
    found: dict[str, int] = {}
    for number, card in header.map_indices("TTYPE").items():
        if isinstance(card.value, str):
            found.setdefault(card.value.strip(" ").upper(), number)
    return found


@rule(
    "DI133",
    "missing-column",
    clause="dictionary of the authority",
    level="project",
    reads="values",
    authority="*",
    hdus=_TABLE_KINDS,
    subchecks=_plan_subchecks,
    catalogue_rows=("P007", "T036"),
    summary_ja="辞書が必須とする列が表にない",
    message="the table {table} has no column {name}; {who} has it as {word}",
)
def missing_column(header: Header, tables: Mapping[str, HduRequirement]) -> Iterator[Flag]:
    """A column that the dictionary requires is not in its table.

    ## Why it matters
    Programs ask for the column by its name and stop.

    ## Example
    ```fits
    XTENSION= 'BINTABLE'           / extension
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    2 / rows and bytes
    NAXIS1  =                    8 / bytes of a row
    NAXIS2  =                    0 / rows
    PCOUNT  =                    0 / no heap
    GCOUNT  =                    1 / one group
    TFIELDS =                    1 / columns
    TTYPE1  = 'START   '           / begin of the interval
    TFORM1  = '1D      '           / format
    TUNIT1  = 's       '           / unit
    EXTNAME = 'GTI     '           / good time intervals
    PRODUCT = 'xray-events'        / kind of product
    @text
    ```
    Use instead:
    ```fits
    XTENSION= 'BINTABLE'           / extension
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    2 / rows and bytes
    NAXIS1  =                   16 / bytes of a row
    NAXIS2  =                    0 / rows
    PCOUNT  =                    0 / no heap
    GCOUNT  =                    1 / one group
    TFIELDS =                    2 / columns
    TTYPE1  = 'START   '           / begin of the interval
    TFORM1  = '1D      '           / format
    TUNIT1  = 's       '           / unit
    TTYPE2  = 'STOP    '           / end of the interval
    TFORM2  = '1D      '           / format
    TUNIT2  = 's       '           / unit
    EXTNAME = 'GTI     '           / good time intervals
    PRODUCT = 'xray-events'        / kind of product
    @text
    ```
    """
    table, card = tables.get(read_hdu_name(header)), header.find_card("EXTNAME")
    if table is None or card is None:
        return
    present, values = _number_columns(header), make_value_reader(header)
    for name, column in table.columns.items():
        if name not in present and column.condition and column.condition.holds(values) is True:
            yield flag(
                card, clause=column.clause, who=column.dictionary_id, table=table.hdu.name,
                name=column.name, word=phrase(column.definition["importance"]),
            )  # fmt: skip


@rule(
    "DI134",
    "column-differs",
    clause="dictionary of the authority",
    level="project",
    reads="values",
    authority="*",
    hdus=_TABLE_KINDS,
    subchecks=_plan_subchecks,
    catalogue_rows=("P007", "T036"),
    summary_ja="列の型、要素数、形または単位が辞書と違う",
    message={
        "": "the column {name} has the format {found}; {who} has {wanted}",
        "unit": "the column {name} is in {found}; {who} has it in {wanted}",
        "no-unit": "the column {name} has no unit; {who} has it in {wanted}",
        "shape": "cells of the column {name} are {found}; {who} has {wanted}",
    },
)
def column_differs(header: Header, tables: Mapping[str, HduRequirement]) -> Iterator[Flag]:
    """A column has another format, shape or unit than in the dictionary.

    ## Why it matters
    A text where a number was expected stops a program; a time in days taken for seconds does not.

    ## Example
    ```fits
    XTENSION= 'BINTABLE'           / extension
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    2 / rows and bytes
    NAXIS1  =                   16 / bytes of a row
    NAXIS2  =                    0 / rows
    PCOUNT  =                    0 / no heap
    GCOUNT  =                    1 / one group
    TFIELDS =                    2 / columns
    TTYPE1  = 'START   '           / begin of the interval
    TFORM1  = '1D      '           / format
    TUNIT1  = 'd       '           / unit
    TTYPE2  = 'STOP    '           / end of the interval
    TFORM2  = '8A      '           / format
    TUNIT2  = 's       '           / unit
    EXTNAME = 'GTI     '           / good time intervals
    PRODUCT = 'xray-events'        / kind of product
    @text
    ```
    Use instead:
    ```fits
    XTENSION= 'BINTABLE'           / extension
    BITPIX  =                    8 / bits per pixel
    NAXIS   =                    2 / rows and bytes
    NAXIS1  =                   16 / bytes of a row
    NAXIS2  =                    0 / rows
    PCOUNT  =                    0 / no heap
    GCOUNT  =                    1 / one group
    TFIELDS =                    2 / columns
    TTYPE1  = 'START   '           / begin of the interval
    TFORM1  = '1D      '           / format
    TUNIT1  = 's       '           / unit
    TTYPE2  = 'STOP    '           / end of the interval
    TFORM2  = '1D      '           / format
    TUNIT2  = 's       '           / unit
    EXTNAME = 'GTI     '           / good time intervals
    PRODUCT = 'xray-events'        / kind of product
    @text
    ```
    """
    table = tables.get(read_hdu_name(header))
    if table is None:
        return
    numbers = _number_columns(header)
    for name, column in table.columns.items():
        if name not in numbers:
            continue
        if table.hdu.definition.get("kind", header.kind) == header.kind:
            yield from _flag_format(header, numbers[name], column)
        yield from _flag_unit(header, numbers[name], column)
        yield from _flag_shape(header, numbers[name], column)


def _flag_shape(header: Header, number: int, column: Requirement) -> Iterator[Flag]:
    """A flag where the cells of a column have other axes than in the dictionary."""
    wanted = column.definition.get("shape")
    form = read_binary_columns(header).get(number)
    place = header.find_card(f"TDIM{number}") or header.find_card(f"TFORM{number}")
    if wanted is None or form is None or place is None or form.is_variable:
        return
    text = header.string(f"TDIM{number}")
    shape = parse_dimensions(text.rstrip()) if text else (form.repeat,)
    if shape and shape != tuple(wanted):
        yield _flag_difference(place, column, message="shape", found=_write_shape(shape),
                               wanted=_write_shape(wanted))  # fmt: skip


def _write_shape(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))


def _flag_format(header: Header, number: int, column: Requirement) -> Iterator[Flag]:
    """A flag where letter or repeat count of a column are not those of the dictionary."""
    card = header.find_card(f"TFORM{number}")
    wanted = _FORM.fullmatch(str(column.definition.get("form", "")))
    found = _read_format(header, number)
    if card is None or wanted is None or found is None:
        return
    repeat, letters = found
    count = int(wanted[1]) if wanted[1] else repeat
    if letters == wanted[2] and repeat == count:
        return
    alike = repeat == count and any(
        letters[-1] in letter and wanted[2][-1] in letter for letter in _SIMILAR_LETTERS
    )
    level: Level | None = "conv" if alike and len(letters) == len(wanted[2]) else None
    yield _flag_difference(
        card, column, level=level, found=card.text, wanted=column.definition["form"]
    )


def _read_format(header: Header, number: int) -> tuple[int, str] | None:
    """Repeat count and letters of a column's format; None when it is not legal."""
    if header.kind == "table":
        text = read_text_columns(header).get(number)
        return (1, text.code) if text else None
    form = read_binary_columns(header).get(number)
    if form is None:
        return None
    return form.repeat, form.code + form.element if form.is_variable else form.code


def _flag_unit(header: Header, number: int, column: Requirement) -> Iterator[Flag]:
    """A flag where a column is not in the unit of the dictionary."""
    wanted = column.definition.get("unit")
    if wanted is None:
        return
    card = header.find_card(f"TUNIT{number}")
    found = str(card.value or "").strip(" ") if card else ""
    if found and (is_same_unit(found, wanted) or found == wanted):
        return
    if card and found:
        level: Level | None = None if is_readable_unit(found) else "conv"
        yield _flag_difference(
            card, column, message="unit", level=level, found=found, wanted=wanted
        )
    else:
        title = header.find_card(f"TTYPE{number}")
        if title:
            yield _flag_difference(title, column, message="no-unit", level="conv", wanted=wanted)


def _flag_difference(card: Card, column: Requirement, **params: Any) -> Flag:
    return flag(card, clause=column.clause, who=column.dictionary_id, name=column.name, **params)
