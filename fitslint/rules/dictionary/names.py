"""Keyword names against the dictionaries: unknown, misspelt, of another instrument."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from fitslint.dictionary import load_conventions, load_standard
from fitslint.dictionary.files.load import load_heads
from fitslint.dictionary.making.abbreviations import find_order_fault
from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.rules.dictionary.fixes import is_valid_card
from fitslint.rules.dictionary.flags import flag_entry
from fitslint.rules.edits import rename_card
from fitslint.text import list_first, phrase
from fitslint.units.spelling import BRACKETED, is_same_unit, is_surely_unit

_LIST_MAX = 8
_SHORT_NAME_MAX = 4
"""Characters of a name that is too short to be a misspelling of another."""
_SINGLE_FLAGS_MAX = 40
"""Unknown keywords of one header that are told one by one."""
_ORDER_FAMILY = "subaru"
"""Family with a table of abbreviations."""


@lru_cache(maxsize=256)
def load_prefixes(family: str) -> dict[str, str]:
    """Prefix of the keywords of each instrument of a family, and the id of its dictionary."""
    return {
        str(head["prefix"]): name
        for name, head in load_heads().items()
        if name.startswith(f"{family}/") and head.get("prefix")
    }


def list_unknown_keywords(authority: DictionaryChain | None, layout: Layout) -> list[str]:
    """The keywords of a layout that no dictionary has, in order."""
    if authority is None or not authority.binding:
        return []
    return [
        name
        for name in layout.index
        if name
        and not name.startswith("HIERARCH ")
        and authority.lookup(name) is None
        and load_standard().lookup(name) is None
        and load_conventions().lookup(name) is None
        and not (_ORDER_FAMILY in authority.families and _is_template_name(authority, name))
    ]


class UnknownKeywords(NamedTuple):
    """The keywords of a layout that no dictionary has."""

    names: tuple[str, ...]
    near: dict[str, str]
    """Of these the ones that are one step off a keyword which the layout lacks, and that."""


def _plan_subchecks(authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    """One question where a layout has unknown keywords; it hangs on the cards with near ones."""
    names = list_unknown_keywords(authority, layout)
    pairs = ((name, authority.find_nearest(name)) for name in names if len(name) > _SHORT_NAME_MAX)
    near = {name: other for name, other in pairs if other and other not in layout.index}
    if names:
        yield Subcheck((*near, "INSTRUME"), UnknownKeywords(tuple(names), near))


def _is_template_name(authority: DictionaryChain, name: str) -> bool:
    """Whether a name has the form of a template with another number of digits: FILTER1."""
    # A rule of the authority says how many digits there are.
    return any(dictionary.has_template_form(name) for dictionary in authority.dictionaries)


def find_foreign_keywords(authority: DictionaryChain, names: list[str]) -> dict[str, str]:
    """Names with the prefix of an instrument that is not this one → its dictionary.

    Where the instrument itself has no dictionary, its letters may be anybody's.
    """
    if not is_instrument_authority(authority):
        return {}
    table = {prefix: name for family in authority.families
             for prefix, name in load_prefixes(family).items()}  # fmt: skip
    foreign = {prefix: name for prefix, name in table.items() if name not in authority.ids}
    return {
        name: other
        for name in names
        for prefix, other in foreign.items()
        if name.startswith(prefix)
    }


def is_instrument_authority(authority: DictionaryChain) -> bool:
    """Whether the authority knows more than what all its instruments share."""
    instruments = {name for family in authority.families for name in load_prefixes(family).values()}
    return not instruments or not instruments.isdisjoint(authority.ids)


@rule(
    "DI118",
    "keyword-of-another-instrument",
    clause="dictionary of the authority",
    level="project",
    authority="*",
    once="fact",
    catalogue_rows=("S9-08",),
    summary_ja="他の装置の装置 ID を持つキーワードである",
    message="{keyword} begins with the letters of {other}, and this is a file of {own}",
)
def of_another_instrument(header: Header) -> Iterator[Flag]:
    """A keyword begins with the device letters of another instrument.

    ## Why it matters
    The letters are given to one instrument each, so that nobody takes one keyword for another.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    S_XFLIP =                    F / image is flipped in x
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'SuprimeCam'         / instrument
    S_XFLIP =                    F / image is flipped in x
    ```
    """
    authority: DictionaryChain = header.authority
    for name, other in find_foreign_keywords(
        authority, list_unknown_keywords(header.authority, header.layout)
    ).items():
        card = header.find_card(name)
        if card:
            yield flag(
                card, (0, 8), clause=authority.dictionaries[-1].id,
                keyword=name, other=other, own=authority.id,
            )  # fmt: skip


@rule(
    "DI119",
    "misspelt-dictionary-keyword",
    clause="dictionary of the authority",
    level="conv",
    fix="unsafe",
    reads="values",
    authority="*",
    subchecks=_plan_subchecks,
    once="fact",
    catalogue_rows=("P004", "K010"),
    summary_ja="辞書のキーワードによく似た名前である (綴りの違いの可能性)",
    message="{keyword} is in no dictionary; {near} of {who} was probably meant",
)
def misspelt(header: Header, names: UnknownKeywords) -> Iterator[Flag]:
    """A keyword is one letter off a keyword of the dictionary that the header does not have.

    ## Why it matters
    Programs look for the name of the dictionary and find nothing.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    AIRMAS  =                1.234 / airmass
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    AIRMASS =                1.234 / airmass
    ```
    """
    for name, near in _find_misspellings(header, names).items():
        card = header.find_card(name)
        if card:
            yield from flag_entry(
                card, header, (0, 8), clause_keyword=near, keyword=name, near=near,
                fix=_rename_card(card, header, near), title=phrase("call it {near}", near=near),
            )  # fmt: skip


def _rename_card(card: Card, header: Header, name: str) -> Edit | None:
    """The edit that gives a card another name, where the value may stand under that name."""
    match = header.authority.lookup(name)
    fits_in = card.form.kind == "value" and len(name) <= 8
    suits = match is not None and is_valid_card(card, match.entry, header.kind)
    return rename_card(card, name) if fits_in and suits else None


def _find_misspellings(header: Header, names: UnknownKeywords) -> dict[str, str]:
    """Unknown names that lie one step off a keyword which the header lacks, and mean nothing else.

    FSCALE in arcsec is a scale of the image, not BSCALE.
    """
    return {
        name: near
        for name, near in names.near.items()
        if not _has_other_meaning(header, name, near)
    }


def _has_other_meaning(header: Header, name: str, near: str) -> bool:
    """Whether a name is no misspelling: its comment states another unit, or it has siblings."""
    card, match = header.find_card(name), header.authority.lookup(near)
    if card is None or match is None:
        return True
    units = [first or second for first, second in BRACKETED.findall(card.comment)]
    wanted = match.entry.unit or ""
    if any(
        is_surely_unit(unit) and not is_same_unit(unit, wanted) for unit in map(str.strip, units)
    ):
        return True
    stem = name.rstrip("0123456789")
    numbered = (other for other in header.layout.index if other.startswith(stem) and other != name)
    return stem != name and any(other[len(stem) :].isdigit() for other in numbered)


@rule(
    "DI120",
    "keyword-in-no-dictionary",
    clause="dictionary of the authority",
    level="conv",
    reads="values",
    authority="*",
    subchecks=_plan_subchecks,
    once="fact",
    catalogue_rows=("K010", "S9-08"),
    summary_ja="どの辞書にもないキーワードである",
    message={
        "": "{keyword} is neither a keyword of the standard nor of {dictionaries}",
        "many": "{count} keywords are neither of the standard nor of {dictionaries}: {names}",
        "instrument": (
            "no dictionary for this instrument ({instrument}): {count} keywords are neither of the"
            " standard nor of {dictionaries}: {names}"
        ),
    },
)
def in_no_dictionary(header: Header, found: UnknownKeywords) -> Iterator[Flag]:
    """A keyword stands in no dictionary that holds for the file.

    Where the instrument itself has no dictionary its keywords are counted in one finding.

    ## Why it matters
    Nobody can say what it means, or whether it will mean the same next year.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    MOONDIST=                45.00 / [deg] distance of the moon
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    COMMENT distance of the moon: 45 degrees
    ```
    """
    authority: DictionaryChain = header.authority
    told = set(find_foreign_keywords(authority, list(found.names))) | set(
        _find_misspellings(header, found)
    )
    names = [name for name in found.names if name not in told]
    held = ", ".join(authority.ids)
    if not names:
        return
    if not is_instrument_authority(authority):
        yield flag_missing(
            None, message="instrument", instrument=header.string("INSTRUME") or phrase("not named"),
            count=len(names), dictionaries=held, names=_shorten_list(names),
        )  # fmt: skip
        return
    if len(names) > _SINGLE_FLAGS_MAX:
        yield flag_missing(
            None, message="many", count=len(names), dictionaries=held, names=_shorten_list(names)
        )
        return
    for name in names:
        card = header.find_card(name)
        if card:
            yield flag(card, (0, 8), clause=authority.id, keyword=name, dictionaries=held)


def _shorten_list(names: list[str]) -> str:
    return list_first(names, _LIST_MAX)


@rule(
    "DI121",
    "abbreviations-out-of-order",
    clause="Subaru header rules 1.4.0 section 9.1",
    level="style",
    authority=_ORDER_FAMILY,
    once="fact",
    catalogue_rows=("S9-09",),
    summary_ja="略号の組み合わせ順序が規則と違う",
    message="{keyword}: {fault}",
)
def abbreviations_out_of_order(header: Header) -> Iterator[Flag]:
    """A keyword is built of abbreviations in another order than the rules give.

    ## Why it matters
    Built in one order, the keywords of all instruments read alike.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    F_ENDTMP=               283.15 / [K] temperature at the end
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    F_TMPEND=               283.15 / [K] temperature at the end
    ```
    """
    for name in list_unknown_keywords(header.authority, header.layout):
        fault = find_order_fault(name)
        card = header.find_card(name) if fault else None
        if card and fault:
            yield flag(card, (0, 8), keyword=name, fault=fault)


@rule(
    "DI109",
    "other-name-of-a-keyword",
    clause="dictionary of the authority",
    level="style",
    fix="unsafe",
    authority="*",
    once="fact",
    catalogue_rows=("P009",),
    summary_ja="辞書のキーワードの別名が使われている",
    message="{keyword} is another name of {name} in {who}",
)
def other_name(header: Header) -> Iterator[Flag]:
    """A keyword stands under another name than the one of the dictionary.

    ## Why it matters
    Programs ask for the name of the dictionary first, and some for no other.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'    / telescope
    HDRIDENT= 'HeliogFITS 2.0'     / header convention
    JST-DATE= '1999-03-01'         / date in Japan
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'    / telescope
    HDRIDENT= 'HeliogFITS 2.0'     / header convention
    JSTDATE = '1999-03-01'         / date in Japan
    ```
    """
    authority: DictionaryChain = header.authority
    others = _index_aliases(authority)
    for name in list_unknown_keywords(header.authority, header.layout):
        entry = others.get(name)
        card = header.find_card(name) if entry else None
        if card and entry:
            yield from flag_entry(
                card, header, (0, 8), clause_keyword=entry, keyword=name, name=entry,
                fix=_rename_card(card, header, entry) if entry not in header else None,
                title=phrase("call it {entry}", entry=entry),
            )  # fmt: skip


@lru_cache(maxsize=64)
def _index_aliases(authority: DictionaryChain) -> dict[str, str]:
    """Other names → names of the dictionaries."""
    return {other: entry.name for entry in authority for other in entry.alias}
