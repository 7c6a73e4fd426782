"""Keywords that stand in a header, or in a file, more than once (DU)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from fitslint.dictionary import load_standard
from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.edits import delete_value
from fitslint.rules.hdu_kinds import COMPRESSED_KINDS, TABLE_KINDS
from fitslint.rules.reserved.inherit import find_header_conflicts, shorten_value
from fitslint.rules.tables.columns import COLUMN_ROOTS
from fitslint.text import phrase

_REPEATABLE_NAMES = frozenset(("", "COMMENT", "HISTORY", "CONTINUE", "HIERARCH", "END"))
_BLOCK_MIN = 3
"""Fewer equal HISTORY or COMMENT records in a row are no repeated block."""
_CONFLICTS_MAX = 5
_RECORD_VALUE = compile_late(
    r"'([A-Za-z_][\w.]*): +[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EDed][+-]?[0-9]+)? *'"
)
"""A record-valued card (``DP1 = 'AXIS.1: 1'``): a field, a number and nothing behind it."""
COMPRESSED_NAME = "COMPRESSED_IMAGE"
"""What fpack calls an image that has no name."""
_COLUMN_KEYWORD = compile_late(f"(?:{'|'.join(COLUMN_ROOTS)})[0-9]+")
_LEADING_ZERO = compile_late(r"(?<![0-9])0[0-9]")


def find_repeats(header: Header) -> Iterator[list[Card]]:
    """The value cards of every keyword that has several, in order; a mandatory one left out.

    Record-valued cards are told apart by the field that stands in their string.
    """
    for name, where in header.layout.index.items():
        if len(where) < 2 or name in _REPEATABLE_NAMES or name.startswith("HIERARCH "):
            continue
        # Names without value indicator are commentary and may be repeated (section 4.4.2.4).
        cards = [card for card in map(header.card, where) if card.form.kind == "value"]
        match = load_standard().lookup(name) if len(cards) > 1 else None
        if len(cards) < 2 or (match is not None and match.entry.status == "mandatory"):
            continue
        fields: dict[str, list[Card]] = {}
        for card in cards:
            record = _RECORD_VALUE.fullmatch(card.text)
            fields.setdefault(record[1] if record else "", []).append(card)
        yield from (same for same in fields.values() if len(same) > 1)


def read_full_value(header: Header, card: Card) -> tuple[object, ...]:
    """The value of a card for comparison, with the strings that continue it."""
    value = card.value if card.form.fault is None else card.text
    tail = []
    for position in range(card.number, len(header)):
        if header.names[position] != "CONTINUE":
            break
        tail.append(header.card(position).text)
    return (value, isinstance(value, bool | str), *tail)


@rule(
    "DU101",
    "repeated-keyword",
    clause="4.1.2.3",
    level="should",
    catalogue_rows=("N001", "N004", "Z011"),
    reads="values",
    needs=("*duplicates*",),
    fix="safe",
    once="fact",
    summary_ja="同じ値のキーワードが繰り返されている",
    message="{keyword} stands in card {first} with the same value; remove this one",
)
def repeated_keyword(header: Header) -> Iterator[Flag]:
    """A keyword stands in a header more than once, with the same value.

    ## Why it matters
    A program that changes one of them leaves the other as it was, and then the header contradicts
    itself. Commentary keywords, and any name without value indicator, may be repeated.

    ## Example
    ```fits
    OBJECT  = 'M31     '
    OBJECT  = 'M31     '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31     '
    ```
    """
    for first, *copies in find_repeats(header):
        for card in copies:
            if read_full_value(header, card) == read_full_value(header, first):
                # The comment of a copy may say something that the first does not.
                alone = (
                    card.form.legal
                    and card.raw == first.raw
                    and not _has_continuation(header, card)
                )
                yield flag(
                    card,
                    (0, 8),
                    fix=delete_card(card) if alone else None,
                    title=phrase("remove the second {keyword}", keyword=card.keyword),
                    keyword=card.keyword,
                    first=first.number,
                )


@rule(
    "DU102",
    "contradicting-keyword",
    clause="4.1.2.3",
    level="should",
    catalogue_rows=("N002",),
    reads="values",
    needs=("*duplicates*",),
    once="fact",
    summary_ja="キーワードが異なる値で繰り返されている",
    message="{keyword} is {value} here and {other} in card {first}; keep the one that holds",
)
def contradicting_keyword(header: Header) -> Iterator[Flag]:
    """A keyword stands in a header more than once, with different values.

    ## Why it matters
    The value is then undefined: some readers take the first card, others the last.

    ## Example
    ```fits
    OBJECT  = 'M31     '
    OBJECT  = 'M33     '
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31     '
    ```
    """
    for first, *others in find_repeats(header):
        if _has_own_rule(header, first.keyword):
            continue
        for card in others:
            if read_full_value(header, card) != read_full_value(header, first):
                yield flag(
                    card,
                    keyword=card.keyword,
                    value=shorten_value(card),
                    other=shorten_value(first),
                    first=first.number,
                )


def _has_own_rule(header: Header, name: str) -> bool:
    """Whether TB133 speaks of a contradiction (columns), ZC111 or ZC113 (compression)."""
    if header.kind in TABLE_KINDS and _COLUMN_KEYWORD.fullmatch(name):
        return True
    if name == "EXTNAME":
        return COMPRESSED_NAME in map(read_name, header.find_cards("EXTNAME"))
    return is_compression_keyword(name, header)


def is_compression_keyword(name: str, header: Header) -> bool:
    """Whether a keyword decides how the data of a compressed HDU are expanded."""
    if name[:1] != "Z" or header.kind not in COMPRESSED_KINDS:
        return False
    match = load_standard().lookup(name)
    return match is not None and (match.entry.clause or "").startswith("10.")


def read_name(card: Card) -> str:
    """The value of a card without blanks at its end, empty where it is no string."""
    return card.value.rstrip() if isinstance(card.value, str) else ""


@lru_cache(maxsize=32768)
def _normalise_name(name: str) -> str:
    """The name in upper case, and without leading zeros where a reserved keyword has an index."""
    if name.startswith("HIERARCH "):
        return name
    upper = name.upper()
    near = load_standard().find_near_match(upper) if _LEADING_ZERO.search(upper) else None
    return near.canonical if near and near.reason == "leading-zero" else upper


def _is_written_otherwise(name: str) -> bool:
    return ("0" in name or name != name.upper()) and _normalise_name(name) != name


@rule(
    "DU103",
    "same-keyword-written-otherwise",
    clause="4.1.2.3",
    level="must",
    catalogue_rows=("N003",),
    needs_name=_is_written_otherwise,
    fix="unsafe",
    summary_ja="大文字小文字または番号の先頭の 0 だけが違うキーワードが並んでいる",
    message="{keyword} and {other} (card {first}) are one keyword for readers; keep one of them",
)
def same_keyword_written_otherwise(header: Header) -> Iterator[Flag]:
    """Two keywords differ only in the case of letters or in leading zeros of an index.

    ## Why it matters
    Some readers take them for one keyword and some for two: what the header says depends on who
    reads it.

    ## Example
    ```fits
    CRPIX1  =                 10.0
    CRPIX01 =                 10.0
    ```
    Use instead:
    ```fits
    CRPIX1  =                 10.0
    ```
    """
    index = header.layout.index
    for name in filter(_is_written_otherwise, index):
        plain = _normalise_name(name)
        if not (twin := index.get(plain)):
            continue
        card, other = header.card(index[name][0]), header.card(twin[0])
        if card.form.kind == "value" == other.form.kind:
            same = read_full_value(header, card) == read_full_value(header, other)
            yield flag(card, (0, 8), fix=delete_value(card, header) if same else None,
                       title=phrase("remove {name}", name=name), keyword=name, other=plain,
                       first=twin[0] + 1)  # fmt: skip


@rule(
    "DU105",
    "extension-contradicts-primary",
    clause="App. K",
    level="style",
    catalogue_rows=("N005",),
    needs=("XTENSION",),
    multi_hdu_only=True,
    summary_ja="プライマリヘッダと拡張で同じキーワードの値が異なる",
    message={
        "": "{keyword} is {value} here and {other} in the primary header",
        "many": "{count} keywords have other values here than in the primary header: {names}",
    },
)
def extension_contradicts_primary(file: FitsFile) -> Iterator[Flag]:
    """An extension gives a keyword another value than the primary header does.

    ## Why it matters
    Without INHERIT each header speaks for itself, so this is only for information: a program that
    merges the headers all the same finds another value than one that does not. Where INHERIT = T
    another rule warns.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '
    @hdu image
    TELESCOP= 'Keck    '
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '
    @hdu image
    TELESCOP= 'Subaru  '
    ```
    """
    if len(file.hdus) < 2 or file.hdus[0].kind not in {"primary", "groups"}:
        return
    primary = file.hdus[0].header
    for hdu in file.hdus[1:]:
        header = hdu.header
        if "INHERIT" in header:
            continue
        for found in _flag_pairs(list(find_header_conflicts(primary, header))):
            yield with_fields(found, hdu=hdu.number)


def _flag_pairs(pairs: list[tuple[Card, Card]]) -> Iterator[Flag]:
    """A flag for each pair, or one for all of them where they are many."""
    if len(pairs) > _CONFLICTS_MAX:
        names = ", ".join(card.keyword for card, _ in pairs[:_CONFLICTS_MAX]) + " …"
        count, card = len(pairs), pairs[0][0]
        yield flag(card, (0, 8), message="many", count=count, names=names)
        return
    for card, other in pairs:
        name, value = card.keyword, shorten_value(card)
        yield flag(card, keyword=name, value=value, other=shorten_value(other))


_Unpack = Callable[[bytes], Iterable[bytes]]


def _precheck_commentary(header: Header) -> bool:
    """No block can repeat where hardly a record does."""
    raw = header.raw
    for count, unpack in header.layout.compute_once("commentary of many cards", _find_commentary):
        if count - len(set(unpack(raw))) >= _BLOCK_MIN:
            return False
    return True


def _find_commentary(layout: Layout) -> list[tuple[int, _Unpack]]:
    """How many cards of HISTORY and of COMMENT there are, and what takes out their texts."""
    found: list[tuple[int, _Unpack]] = []
    for keyword in ("HISTORY", "COMMENT"):
        where = layout.index.get(keyword, ())
        if len(where) >= 2 * _BLOCK_MIN:
            fields, stop = [], 0
            for place in where:
                fields.append(f"{(place - stop) * CARD_SIZE + 8}x72s")
                stop = place + 1
            found.append((len(where), struct.Struct("".join(fields)).unpack_from))
    return found


@rule(
    "DU106",
    "repeated-commentary",
    clause="4.4.2.4",
    level="style",
    catalogue_rows=("N006",),
    fix="unsafe",
    reads="values",
    needs=("HISTORY", "COMMENT"),
    precheck=_precheck_commentary,
    summary_ja="HISTORY または COMMENT の同じ記録の並びが繰り返されている",
    message="these {count} {keyword} records repeat those from card {first} on",
)
def repeated_commentary(header: Header) -> Iterator[Flag]:
    """A block of HISTORY or COMMENT records stands in the header twice.

    ## Why it matters
    Pipelines that copy a header and add to it double its notes at every step, until the header is
    longer than the data.

    ## Example
    ```fits
    HISTORY bias subtracted
    HISTORY flat-field divided
    HISTORY sky subtracted
    HISTORY bias subtracted
    HISTORY flat-field divided
    HISTORY sky subtracted
    ```
    Use instead:
    ```fits
    HISTORY bias subtracted
    HISTORY flat-field divided
    HISTORY sky subtracted
    ```
    """
    for keyword in ("HISTORY", "COMMENT"):
        where = header.layout.index.get(keyword, ())
        if len(where) < 2 * _BLOCK_MIN:
            continue
        texts = [header.raw[p * CARD_SIZE + 8 : p * CARD_SIZE + CARD_SIZE] for p in where]
        yield from _flag_blocks(header, keyword, where, texts)


def _flag_blocks(
    header: Header, keyword: str, where: tuple[int, ...], texts: list[bytes]
) -> Iterator[Flag]:
    seen: dict[tuple[bytes, ...], int] = {}
    at = 0
    while at + _BLOCK_MIN <= len(texts):
        window = tuple(texts[at : at + _BLOCK_MIN])
        first = seen.setdefault(window, at)
        # Blank records and rulers repeat in every layout of notes.
        if first + _BLOCK_MIN > at or not _has_content(window):
            at += 1
            continue
        count = 0
        while at + count < len(texts) and first + count < at:
            if texts[first + count] != texts[at + count]:
                break
            count += 1
        card = header.card(where[at])
        copies = tuple(delete_card(header.card(position)) for position in where[at : at + count])
        title = phrase("remove the copies")
        yield flag(card, (0, CARD_SIZE), fix=copies, title=title, keyword=keyword,
                   count=count, first=where[first] + 1)  # fmt: skip
        at += count


def _has_content(window: tuple[bytes, ...]) -> bool:
    return len(set(window)) == len(window) and all(len(set(text)) > 4 for text in window)


def _has_continuation(header: Header, card: Card) -> bool:
    after = card.number
    return after < len(header) and header.names[after] == "CONTINUE"
