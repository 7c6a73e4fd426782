"""Values against the dictionary: what is allowed, what is recommended."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.values.constraints import FaultKind, get_constraints, get_precheck
from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.dictionary.fixes import set_entry_value
from fitslint.rules.dictionary.flags import LEVEL_BY_SEVERITY, find_authority_entry, flag_entry
from fitslint.text import phrase


def _flag_faults(card: Card, header: Header, *kinds: FaultKind) -> Iterator[Flag]:
    """The faults of these kinds in the value of a card, as flags with the severity of its entry."""
    found = find_authority_entry(card, header)
    if found is None:
        return
    entry = found[1].entry
    for fault in get_constraints(entry).find_faults(card.value):
        if fault.kind not in kinds:
            continue
        level = (
            "style" if fault.kind in ("case", "recommended") else LEVEL_BY_SEVERITY[entry.severity]
        )
        message = "case" if fault.kind == "case" else ""
        yield from flag_entry(
            card, header, message=message, level=level, fix=_build_edit(card, entry, fault.kind),
            title=phrase("write {expected}", expected=fault.expected),
            keyword=card.keyword, value=card.text, wanted=fault.expected,
        )  # fmt: skip


def _build_edit(card: Card, entry: Entry, kind: FaultKind) -> Edit | None:
    """The edit that writes the only value there is; a list of values leaves the choice open."""
    if kind == "fixed" and entry.fixed is not None:
        return set_entry_value(card, entry.fixed)
    if kind == "recommended" and entry.recommended is not None:
        return set_entry_value(card, entry.recommended)
    return None


@rule(
    "DI113",
    "not-in-enumeration",
    clause="dictionary of the authority",
    level="project",
    reads="value",
    authority="*",
    once="fact",
    dictionary_only=True,
    precheck_for_entry=get_precheck,
    catalogue_rows=(
        "P003",
        "S9-17",
        "S10-01",
        "D-12",
        "D-13",
        "D-14",
        "D-15",
        "D-16",
        "D-17",
        "D-20",
        "D-24",
        "D-26",
        "D-27",
        "D-29",
    ),
    summary_ja="値が辞書の列挙にない",
    message={
        "": "{keyword} is {value}; {who} allows {wanted}",
        "case": "{keyword} is {value}; {who} writes {wanted}",
    },
)
def not_in_enumeration(card: Card, header: Header) -> Iterator[Flag]:
    """A value is not among those that the dictionary lists.

    ## Why it matters
    Archives sort and search by such values; one that is not listed is found by nobody.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-ALOC= 'Observing'          / allocation of the instrument
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-ALOC= 'OBSERVATION'        / allocation of the instrument
    ```
    """
    return _flag_faults(card, header, "enum", "case")


@rule(
    "DI114",
    "out-of-dictionary-range",
    clause="dictionary of the authority",
    level="project",
    reads="value",
    authority="*",
    once="fact",
    dictionary_only=True,
    precheck_for_entry=get_precheck,
    catalogue_rows=("P003", "D-18", "D-23", "D-32"),
    summary_ja="値が辞書の範囲の外にある",
    message="{keyword} is {value}; {who} allows {wanted}",
)
def out_of_range(card: Card, header: Header) -> Iterator[Flag]:
    """A number lies outside the range that the dictionary gives.

    ## Why it matters
    A temperature below 0 K or an angle of 400 degrees is a unit mixed up or a sensor that failed.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DET-TMP =              -110.00 / [K] temperature of the detector
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DET-TMP =               163.15 / [K] temperature of the detector
    ```
    """
    return _flag_faults(card, header, "range")


@rule(
    "DI115",
    "not-of-the-pattern",
    clause="dictionary of the authority",
    level="project",
    reads="value",
    authority="*",
    once="fact",
    dictionary_only=True,
    precheck_for_entry=get_precheck,
    catalogue_rows=("P003", "D-03", "D-04", "D-06", "D-07", "S9-16", "N-T6", "D-05", "D-33"),
    summary_ja="値が辞書の書式に合わない",
    message="{keyword} is {value}, which does not have the form that {who} gives: {wanted}",
)
def not_of_the_pattern(card: Card, header: Header) -> Iterator[Flag]:
    """A string does not have the form that the dictionary gives.

    ## Why it matters
    Programs of the observatory take such values apart by their columns.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FRAMEID = 'FCSA123 '           / frame
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FRAMEID = 'FCSA00000123'       / frame
    ```
    """
    return _flag_faults(card, header, "pattern")


@rule(
    "DI116",
    "recommended-value-not-used",
    clause="dictionary of the authority",
    level="style",
    fix="unsafe",
    reads="value",
    authority="*",
    once="fact",
    dictionary_only=True,
    precheck_for_entry=get_precheck,
    catalogue_rows=("S10-01", "D-25", "D-26", "D-27", "D-28", "D-29", "N-D5"),
    summary_ja="辞書が推奨する値が使われていない",
    message="{keyword} is {value}; {who} recommends {wanted}",
)
def recommended_not_used(card: Card, header: Header) -> Iterator[Flag]:
    """A value is not the one that the dictionary recommends.

    ## Why it matters
    A recommended value stands for all files of the observatory unless something speaks against it;
    another one asks the reader to look twice.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    TIMESYS = 'TAI     '           / time system
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    TIMESYS = 'UTC'                / time system
    ```
    """
    return _flag_faults(card, header, "recommended")


@rule(
    "DI117",
    "not-the-fixed-value",
    clause="dictionary of the authority",
    level="project",
    fix="unsafe",
    reads="value",
    authority="*",
    once="fact",
    dictionary_only=True,
    precheck_for_entry=get_precheck,
    catalogue_rows=("S10-01", "D-22", "N-C1"),
    summary_ja="辞書が定める値でない",
    message="{keyword} is {value}; {who} has {wanted} and nothing else",
)
def not_the_fixed_value(card: Card, header: Header) -> Iterator[Flag]:
    """A value is not the only one that the dictionary allows.

    ## Why it matters
    A fixed value says whose file it is; with another the file is not recognised.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'    / telescope
    HDRIDENT= 'HeliogFITS 2.0'     / header convention
    OBJECT  = 'moon    '           / object
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'    / telescope
    HDRIDENT= 'HeliogFITS 2.0'     / header convention
    OBJECT  = 'sun'                / object
    ```
    """
    return _flag_faults(card, header, "fixed")
