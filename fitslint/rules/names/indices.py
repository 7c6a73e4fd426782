"""Indices of keyword names: no leading zeros, inside their range (sections 4.1.2.1 and 8.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.dictionary import load_standard
from fitslint.dictionary.matching.match import NearMatch
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import rename_card
from fitslint.rules.names.registered import is_mandatory
from fitslint.text import phrase

_NAME_LENGTH_MAX = 8
_COLUMN_AXIS = compile_late(r"(?:[0-9]{1,2}|T)C[A-Z]{1,4}[0-9]+[A-Z]?")
"""TCTYPn, TCRVna, iCTYPn and the like: the coordinates of a column."""


def _find_stray_indices(header: Header, reason: str) -> Iterator[tuple[str, NearMatch]]:
    """Names of this header with the form of a reserved one and an index it does not allow."""
    for name in header.layout.index:
        found = _find_near_match(name)
        if found and found.reason == reason and found.entry.may_stand_in(header.kind):
            yield name, found


def _find_near_match(name: str) -> NearMatch | None:
    """The reserved keyword of the form of a name, with an index that it does not allow."""
    # Names without a digit have no index, and that is most of them.
    if name.isalpha() or len(name) > _NAME_LENGTH_MAX:
        return None
    return load_standard().find_near_match(name)


def _find_index_span(name: str, near: NearMatch) -> tuple[int, int]:
    """The columns of the index at fault."""
    runs = (run.span() for run in re.finditer("[0-9]+", name) if run[0] == near.text)
    return next(runs, (0, len(name)))


def _is_column_qualifier(near: NearMatch) -> bool:
    """Whether the keyword (RADEna, SPECna) says more of coordinates that others give a column."""
    entry = near.entry
    return not entry.may_stand_in("image") and entry.clause[:1] == "8" and entry.name[0] not in "Ti"


@rule(
    "KN105",
    "leading-zero-index",
    clause="4.1.2.1, 8.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("K005",),
    reads="layout",
    needs_name=_find_near_match,
    summary_ja="キーワードの番号が 0 で始まっている",
    message="the index {index} of {keyword} has a leading zero; write {new}",
)
def leading_zero(header: Header) -> Iterator[Flag]:
    """The index of a reserved keyword is written with a leading zero.

    ## Why it matters
    CRPIX01 is not CRPIX1: readers that follow the standard do not find it, and the reference
    pixel, the axis length or the column format is missing. Renamed, the card speaks to all of them
    at once, and the coordinates of the image move: be sure that the value is meant.

    ## Example
    ```fits
    CRPIX01 =                512.5 / reference pixel
    ```
    Use instead:
    ```fits
    CRPIX1  =                512.5 / reference pixel
    ```
    """
    for name, near in _find_stray_indices(header, "leading-zero"):
        new = near.canonical
        for card in header.find_cards(name):
            free = new not in header and not is_mandatory(name)
            yield flag(
                card,
                _find_index_span(name, near),
                fix=rename_card(card, new) if free else None,
                title=phrase("call it {new}", new=new),
                index=near.text,
                keyword=name,
                new=new,
            )


@rule(
    "KN106",
    "index-out-of-range",
    clause="4.1.2.1, 8.1",
    level="must",
    catalogue_rows=("K006",),
    reads="layout",
    needs_name=_find_near_match,
    summary_ja="キーワードの番号が範囲外にある",
    message="the index {index} of {keyword} is outside {low} to {high}",
)
def out_of_range(header: Header) -> Iterator[Flag]:
    """The index of a reserved keyword is outside the range that the standard gives it.

    ## Why it matters
    Axes and columns are counted from 1, axes of coordinate systems up to 99 and columns up to 999,
    parameters of projections from 0 to 99. No reader looks for another index.

    ## Example
    ```fits
    CTYPE0  = 'WAVE    '
    ```
    Use instead:
    ```fits
    CTYPE1  = 'WAVE    '
    ```
    """
    for name, near in _find_stray_indices(header, "out-of-range"):
        if _is_column_qualifier(near) and not any(map(_COLUMN_AXIS.fullmatch, header.layout.index)):
            continue  # SPEC0 beside no coordinates is somebody's own name
        for card in header.find_cards(name):
            yield flag(
                card,
                _find_index_span(name, near),
                index=near.text,
                keyword=name,
                low=near.low,
                high=near.high,
            )
