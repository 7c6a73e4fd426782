"""EXTNAME, EXTVER and EXTLEVEL: how extensions are told apart."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, insert_after, rule
from fitslint.rules.edits import set_value
from fitslint.rules.hdu_kinds import EXTENSION_KINDS
from fitslint.rules.reserved.types import TYPE_WORDS
from fitslint.text import phrase

_WHOLE = compile_late(r" *([0-9]{1,9})(?:\.0*)? *")


@rule(
    "RK103",
    "extver-not-positive",
    clause="4.4.2.6",
    level="must",
    catalogue_rows=("R003",),
    fix="unsafe",
    reads="value",
    keywords=("EXTVER", "EXTLEVEL"),
    precheck=lambda text: text.isdigit() and text.strip(b"0") != b"",
    summary_ja="EXTVER または EXTLEVEL が整数でないか、負である",
    message={
        "": "{keyword} must hold an integer, and its value is {found}",
        "version": "EXTVER = {value} is negative, which the standard allows and nobody expects",
        "level": "EXTLEVEL = {value}; the highest level is 1, and lower ones have larger numbers",
    },
)
def extver_not_positive(card: Card) -> Iterator[Flag]:
    """EXTVER or EXTLEVEL is not an integer, or one that counts nothing.

    ## Why it matters
    Readers find an extension by its name and version, and sort extensions by level: level 1 is the
    highest, and a missing version counts as 1. A version may be 0; a negative one is only
    mentioned.

    ## Example
    ```fits image
    EXTNAME = 'SCI     '
    EXTVER  = '2       '
    ```
    Use instead:
    ```fits image
    EXTNAME = 'SCI     '
    EXTVER  =                    2
    ```
    """
    kind = card.form.type
    if card.form.fault is not None or kind == "undefined":
        return
    value = card.value
    if type(value) is not int:
        new = _find_integer(card.text)
        yield flag(
            card,
            fix=set_value(card, new) if new else None,
            title=phrase("write {new}", new=new),
            keyword=card.keyword,
            found=TYPE_WORDS.get(kind, kind),
        )
    elif card.keyword == "EXTLEVEL" and value < 1:
        yield flag(card, message="level", level="should", value=value)
    elif value < 0:
        yield flag(card, message="version", level="style", value=value)


def _find_integer(text: str) -> str:
    """The integer that a string or a real holds, empty where it holds none."""
    match = _WHOLE.fullmatch(text.strip("' "))
    return match[1] if match else ""


@rule(
    "RK104",
    "extension-not-unique",
    clause="4.4.2.6",
    level="should",
    catalogue_rows=("R004",),
    fix="unsafe",
    once="fact",
    needs=("EXTNAME",),
    multi_hdu_only=True,
    summary_ja="同じ型の拡張で EXTNAME、EXTVER、EXTLEVEL の組が重複している",
    message="HDU {first} is another {type} extension with EXTNAME {name!r}, EXTVER {version} and"
    " EXTLEVEL {depth}; give this one another EXTVER",
)
def extension_not_unique(file: FitsFile) -> Iterator[Flag]:
    """Two extensions of one type have the same EXTNAME, EXTVER and EXTLEVEL.

    ## Why it matters
    A reader that asks for an extension by name and version gets the first one, and the other is
    never found. A missing EXTVER or EXTLEVEL counts as 1.

    ## Example
    ```fits image
    EXTNAME = 'SCI     '
    @hdu image
    EXTNAME = 'SCI     '
    EXTVER  =                    1
    ```
    Use instead:
    ```fits image
    EXTNAME = 'SCI     '
    @hdu image
    EXTNAME = 'SCI     '
    EXTVER  =                    2
    ```
    """
    seen: dict[tuple[str, str, int, int], int] = {}
    taken: dict[str, int] = {}
    for hdu, _, name in _find_extension_names(file):
        taken[name] = max(taken.get(name, 0), _read_integer(hdu, "EXTVER"))
    for hdu, card, name in _find_extension_names(file):
        kind = hdu.header.structure.extension
        if kind is None or not name.strip():
            continue
        key = kind, name, _read_integer(hdu, "EXTVER"), _read_integer(hdu, "EXTLEVEL")
        first = seen.setdefault(key, hdu.number)
        if first != hdu.number:
            taken[name] += 1
            found = flag(
                card,
                fix=_set_version(hdu, card, taken[name]),
                title=phrase("write EXTVER = {name}", name=taken[name]),
                first=first,
                type=kind,
                name=name,
                version=key[2],
                depth=key[3],
            )
            yield with_fields(found, hdu=hdu.number)


@rule(
    "RK105",
    "extname-differs-in-case",
    clause="4.4.2.6",
    level="conv",
    catalogue_rows=("R005",),
    needs=("EXTNAME",),
    multi_hdu_only=True,
    summary_ja="EXTNAME が大文字と小文字、または空白だけで異なる",
    message="EXTNAME {name!r} differs from {other!r} of HDU {first} only in case or blanks",
)
def extname_differs_in_case(file: FitsFile) -> Iterator[Flag]:
    """Two values of EXTNAME differ only in the case of letters or in blanks.

    ## Why it matters
    Most readers look names up without regard to case: for them the two are one name.

    ## Example
    ```fits image
    EXTNAME = 'SCI     '
    @hdu image
    EXTNAME = 'sci     '
    ```
    Use instead:
    ```fits image
    EXTNAME = 'SCI     '
    @hdu image
    EXTNAME = 'ERR     '
    ```
    """
    seen: dict[str, tuple[str, int]] = {}
    for hdu, card, name in _find_extension_names(file):
        other, first = seen.setdefault(name.strip().upper(), (name, hdu.number))
        if other != name and name.strip():
            yield with_fields(flag(card, name=name, other=other, first=first), hdu=hdu.number)


@rule(
    "RK106",
    "extension-without-name",
    clause="4.4.2.6",
    level="style",
    catalogue_rows=("R006",),
    once="rule",
    needs=("XTENSION",),
    summary_ja="拡張に EXTNAME がない",
    message="the extension has no EXTNAME; name what it holds",
)
def extension_without_name(file: FitsFile) -> Iterator[Flag]:
    """An extension has no EXTNAME.

    ## Why it matters
    Without a name an extension can only be found by its number, which changes when another one is
    inserted before it.

    ## Example
    ```fits image
    @drop EXTNAME
    ```
    Use instead:
    ```fits image
    EXTNAME = 'SCI     '
    ```
    """
    extensions = [hdu for hdu in file.hdus if hdu.kind in EXTENSION_KINDS]
    for hdu in extensions:
        if "EXTNAME" not in hdu.header.layout.index:
            yield flag_missing("EXTNAME", hdu=hdu.number)


@rule(
    "RK107",
    "version-without-name",
    clause="4.4.2.6",
    level="conv",
    catalogue_rows=("R007",),
    needs=("EXTVER", "EXTLEVEL"),
    summary_ja="EXTNAME がないのに EXTVER または EXTLEVEL がある",
    message="{keyword} tells extensions of one EXTNAME apart, and there is no EXTNAME",
)
def version_without_name(header: Header) -> Iterator[Flag]:
    """EXTVER or EXTLEVEL stands in a header without EXTNAME.

    ## Why it matters
    Version and level tell extensions of the same name apart; without a name they say nothing.

    ## Example
    ```fits image
    @drop EXTNAME
    EXTVER  =                    2
    ```
    Use instead:
    ```fits image
    EXTVER  =                    2
    EXTNAME = 'SCI     '
    ```
    """
    if "EXTNAME" in header.layout.index:
        return
    for keyword in ("EXTVER", "EXTLEVEL"):
        card = header.find_card(keyword)
        if card is not None:
            yield flag(card, (0, 8), keyword=keyword)


def _set_version(hdu: Hdu, name: Card, version: int) -> Edit | None:
    """The edit that gives an extension another EXTVER, behind its EXTNAME where it has none."""
    card = hdu.header.find_card("EXTVER")
    if card is not None:
        return set_value(card, str(version))
    following = hdu.header.names[name.number : name.number + 1]
    return None if "CONTINUE" in following else insert_after(name, f"EXTVER  = {version:>20}")


def _find_extension_names(file: FitsFile) -> Iterator[tuple[Hdu, Card, str]]:
    """The HDUs whose first EXTNAME is a string."""
    for hdu in file.hdus:
        card = hdu.header.find_card("EXTNAME")
        value = card.value if card is not None else None
        if card is not None and isinstance(value, str):
            yield hdu, card, value


def _read_integer(hdu: Hdu, keyword: str) -> int:
    value = hdu.header.value(keyword)
    return value if type(value) is int else 1
