"""Flags on places in the rows of a table."""

from __future__ import annotations

from typing import Any

from fitslint.model.data_facts import DataFacts, Places
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing
from fitslint.text import phrase


def flag_column(data: DataFacts, root: str, column: int, found: Places, **params: Any) -> Flag:
    """A flag on the card ``root`` of a column, or on its absence."""
    card = data.header.find_card(f"{root}{column}")
    params = {"column": column, "where": describe_rows(found), "at": found.byte, **params}
    if card is None:
        return flag_missing(f"{root}{column}", byte=found.byte, **params)
    return flag(card, **params)


def flag_format(data: DataFacts, column: int, found: Places, **params: Any) -> Flag:
    """A flag on the format of the values of a column; that of a packed one is ZFORMn."""
    root = "ZFORM" if data.header.kind == "compressed-table" else "TFORM"
    return flag_column(data, root, column, found, **params)


def describe_rows(found: Places) -> str:
    """``in row 3``, or ``in 12 rows, the first of which is 3``."""
    if found.count == 1:
        return phrase("in row {row}", row=found.row)
    return phrase(
        "in {count:,} rows, the first of which is {row}", count=found.count, row=found.row
    )
