"""INHERIT: an extension that takes keywords over from the primary header (Appendix K)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary import load_standard
from fitslint.dictionary.matching.entry import SCOPES
from fitslint.model.card import Card
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header, Layout
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.hdu_kinds import EXTENSION_KINDS, PRIMARY_KINDS
from fitslint.rules.mandatory.order import list_mandatory
from fitslint.syntax.dates import repair_date
from fitslint.text import phrase

_VALUE_LENGTH_MAX = 24
_HDU_KEYWORDS = frozenset(
    (
        *("CHECKSUM", "DATASUM", "DATE", "EXTLEVEL", "EXTNAME", "EXTVER", "FILENAME", "HDUCLASS"),
        *("HDUNAME", "INHERIT", "IRAF-TLM", "IRAFNAME", "LONGSTRN", "ORIGIN"),
    )
)
"""Keywords that speak of their own HDU and differ from one to the next without conflict."""
_DATA_PREFIXES = ("HDUCLAS", "HDUDOC", "HDUVERS", "HIERARCH ", "NAXIS")
_LEADING_KEYWORDS = frozenset(("DATE", "EXTLEVEL", "EXTNAME", "EXTVER", "IRAF-TLM", "ORIGIN"))
"""Keywords that programs write first into the header of an extension."""


@rule(
    "RK108",
    "inherit-misplaced",
    clause="4.4.2.6, App. K",
    level="must",
    catalogue_rows=("R008",),
    once="rule",
    reads="values",
    needs=("INHERIT",),
    fix="unsafe",
    summary_ja="INHERIT の値または位置が正しくない",
    message={
        "": "INHERIT has no meaning in a primary header; remove it",
        "type": "INHERIT holds a logical, T or F",
        "place": "INHERIT stands in card {place} and belongs directly after {after}",
    },
)
def inherit_misplaced(header: Header) -> Iterator[Flag]:
    """INHERIT stands in a primary header, is not a logical, or is far from the mandatory keywords.

    ## Why it matters
    The keyword says that an extension takes over the keywords of the primary header; the primary
    header itself has nobody to inherit from. Readers decide by T or F whether to merge headers.

    ## Example
    ```fits
    INHERIT =                    T
    ```
    Use instead:
    ```fits
    ```
    """
    card = header.find_card("INHERIT")
    if card is None or card.form.kind != "value":
        return
    if header.kind in PRIMARY_KINDS:
        yield flag(card, (0, 8), fix=delete_card(card), title=phrase("remove INHERIT"))
        return
    if card.form.type not in {"logical", "undefined"} and card.form.fault is None:
        yield flag(card, message="type")
    if header.kind in EXTENSION_KINDS:
        index = header.layout.index
        last = max((index[name][0] for name in list_mandatory(header) if name in index), default=0)
        if card.number - 1 != last + 1:
            # Behind the name of the extension it is seen as soon as behind the last mandatory one.
            near = _LEADING_KEYWORDS.issuperset(header.names[last + 1 : card.number - 1])
            yield flag(
                card,
                (0, 8),
                message="place",
                level="style" if near and card.number > last else "should",
                place=card.number,
                after=header.names[last],
            )


@rule(
    "RK109",
    "inherit-with-primary-data",
    clause="App. K",
    level="must",
    catalogue_rows=("R009",),
    needs=("INHERIT",),
    multi_hdu_only=True,
    summary_ja="プライマリ HDU にデータがあるのに INHERIT = T である",
    message="INHERIT = T, but the primary HDU holds data, so its keywords describe those",
)
def inherit_with_primary_data(file: FitsFile) -> Iterator[Flag]:
    """INHERIT = T stands in an extension although the primary HDU holds data.

    ## Why it matters
    The keywords of a primary header with data describe those data, and an extension that inherits
    them describes itself wrongly. The convention is for files with an empty primary array.

    ## Example
    ```fits primary
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                   10
    @hdu image
    INHERIT =                    T
    ```
    Use instead:
    ```fits primary
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                   10
    @hdu image
    INHERIT =                    F
    ```
    """
    primary = file.hdus[0].header
    if primary.kind not in PRIMARY_KINDS or not primary.structure.data_bytes:
        return
    for hdu, card in _find_heirs(file):
        yield with_fields(flag(card), hdu=hdu.number)


@rule(
    "RK110",
    "inherit-conflict",
    clause="App. K",
    level="conv",
    catalogue_rows=("R010",),
    once="rule",
    needs=("INHERIT",),
    multi_hdu_only=True,
    summary_ja="INHERIT = T の拡張とプライマリヘッダで同じキーワードの値が異なる",
    message="{keyword} is {value} here and {primary} in the primary header that this HDU inherits",
)
def inherit_conflict(file: FitsFile) -> Iterator[Flag]:
    """An inheriting extension repeats a keyword of the primary header with another value.

    ## Why it matters
    The value of the extension holds, but a reader that merges the headers the other way round gets
    the wrong one.

    ## Example
    ```fits
    OBJECT  = 'M31     '
    @hdu image
    INHERIT =                    T
    OBJECT  = 'M33     '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31     '
    @hdu image
    INHERIT =                    T
    ```
    """
    primary = file.hdus[0].header
    for hdu, _ in _find_heirs(file):
        for card, other in find_header_conflicts(primary, hdu.header):
            found = flag(
                card,
                keyword=card.keyword,
                value=shorten_value(card),
                primary=shorten_value(other),
            )
            yield with_fields(found, hdu=hdu.number)


def find_header_conflicts(primary: Header, extension: Header) -> Iterator[tuple[Card, Card]]:
    """Keywords about the observation that two headers give different values, in order."""
    for name, here, there in find_common_keywords(primary.layout, extension.layout):
        start, other = here * 80, there * 80
        if extension.raw[start + 8 : start + 80] == primary.raw[other + 8 : other + 80]:
            continue
        mine, theirs = extension.find_card(name), primary.find_card(name)
        if mine is None or theirs is None or mine.form.kind != "value" != theirs.form.kind:
            continue
        if mine.form.fault is None and theirs.form.fault is None and _is_conflict(mine, theirs):
            yield mine, theirs


def _is_conflict(mine: Card, theirs: Card) -> bool:
    """Whether two values say something different: not two ways to write a date or nothing."""
    left, right = mine.value, theirs.value
    if isinstance(left, str) and isinstance(right, str):
        if mine.keyword.startswith("DATE"):
            return _normalise_date(left) != _normalise_date(right)
        return left.strip() != right.strip()
    return left != right


def _normalise_date(date: str) -> str:
    """A date in the form of the standard, without zeros at the end of its fraction."""
    text = (repair_date(date) or date).strip()
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=512)
def find_common_keywords(primary: Layout, extension: Layout) -> tuple[tuple[str, int, int], ...]:
    """Names that stand in both headers and may be compared, with the positions here and there."""
    return tuple(
        (name, where[0], primary.index[name][0])
        for name, where in extension.index.items()
        if name in primary.index and is_comparable(name)
    )


def is_comparable(name: str) -> bool:
    """Whether a keyword speaks of the observation and not of the HDU that it stands in."""
    if not name or name in _HDU_KEYWORDS or name.startswith(_DATA_PREFIXES):
        return False
    match = load_standard().lookup(name)
    # Keywords of arrays, tables and axes describe the data of their HDU.
    return match is None or (
        match.entry.status != "mandatory"
        and match.entry.type != "none"
        and match.entry.hdus == SCOPES["any"]
    )


def shorten_value(card: Card) -> str:
    """The value as written, cut where it is long."""
    text = card.text if card.form.value else "undefined"
    return text if len(text) <= _VALUE_LENGTH_MAX else text[: _VALUE_LENGTH_MAX - 1] + "…"


def _find_heirs(file: FitsFile) -> Iterator[tuple[Hdu, Card]]:
    for hdu in file.hdus[1:]:
        card = hdu.header.find_card("INHERIT")
        if card is not None and card.value is True:
            yield hdu, card
