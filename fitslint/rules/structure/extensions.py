"""XTENSION values, and headers with room to spare."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.text import phrase

_STANDARD_VALUES = frozenset((b"'IMAGE   '", b"'TABLE   '", b"'BINTABLE'"))
_REGISTERED_TYPES = frozenset(
    ("IMAGE", "TABLE", "BINTABLE", "IUEIMAGE", "A3DTABLE", "FOREIGN", "DUMP", "COMPRESS",
     "FILEMARK", "VGROUP")
)  # fmt: skip
"""Types in the registry of the IAU FITS Working Group (appendix F)."""
_SPARE_CARDS = 36


@rule(
    "FS117",
    "extension-type-unregistered",
    clause="3.4.1, App. F",
    level="must",
    catalogue_rows=("F017",),
    reads="value",
    keywords=("XTENSION",),
    precheck=_STANDARD_VALUES.__contains__,
    summary_ja="XTENSION の値が登録された型でない",
    message="{value!r} is no registered extension type; IMAGE, TABLE and BINTABLE are standard",
)
def extension_type_unregistered(card: Card) -> Iterator[Flag]:
    """An extension has a type that nobody registered.

    ## Why it matters
    The type tells a reader how to take the data. One that is not in the registry of the IAU FITS
    Working Group means nothing outside the program that wrote it.

    ## Example
    ```fits image
    XTENSION= 'PICTURE '           / a picture
    ```
    Use instead:
    ```fits image
    XTENSION= 'IMAGE   '           / a picture
    ```
    """
    value = card.value
    if isinstance(value, str) and value.strip().upper() not in _REGISTERED_TYPES:
        yield flag(card, value=value)


@rule(
    "FS118",
    "extension-type-form",
    clause="4.2.1.1, 4.4.1.2",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("F018",),
    reads="value",
    keywords=("XTENSION",),
    precheck=_STANDARD_VALUES.__contains__,
    summary_ja="XTENSION の値が大文字でないか、8 文字に満たない",
    message={
        "short": "{text} must be filled with blanks to eight characters: {new}",
        "case": "{text} must be written in upper case: {new}",
    },
)
def extension_type_form(card: Card) -> Iterator[Flag]:
    """The value of XTENSION is not eight upper-case characters.

    ## Why it matters
    XTENSION is written in fixed format with at least eight characters between the quotes; readers
    compare it byte by byte.

    ## Example
    ```fits image
    XTENSION= 'IMAGE'              / a picture
    ```
    Use instead:
    ```fits image
    XTENSION= 'IMAGE   '           / a picture
    ```
    """
    text, value = card.text, card.value
    if not isinstance(value, str) or not value.strip():
        return
    new = f"'{value.strip().upper():<8}'"
    message = "case" if value != value.upper() else "short" if len(text) < len(new) else None
    if message:
        title = phrase("write {new}", new=new)
        yield flag(
            card, message=message, fix=overwrite_value(card, new), title=title, text=text, new=new
        )


@rule(
    "FS121",
    "header-slack",
    clause="3.3.1",
    level="style",
    catalogue_rows=("F021",),
    fix="safe",
    reads="values",
    needs=("",),
    summary_ja="END の前に空白カードが多い",
    message="{count} blank cards stand before END; blocks of 2880 bytes that they fill: {blocks}",
)
def header_slack(header: Header) -> Iterator[Flag]:
    """At least a whole block of blank cards stands before END.

    ## Why it matters
    Blank cards in front of END are a legal way to keep room for later keywords. When nothing will
    be added they are bytes to store and to read in every copy.

    ## Example
    ```fits
    OBJECT  = 'M 31    '
    @repeat 40
    ```
    Use instead:
    ```fits
    OBJECT  = 'M 31    '
    ```
    """
    used = len(header.raw.rstrip(b" "))
    count = (len(header.raw) - used) // CARD_SIZE
    if count >= _SPARE_CARDS and not header.is_text:
        first = header.card(len(header) - count)
        blanks = Edit(first.offset, first.offset + count * CARD_SIZE, b"")
        yield flag(
            first,
            (0, CARD_SIZE),
            fix=blanks if header.starts is None else None,
            title=phrase("remove them"),
            count=count,
            blocks=count // _SPARE_CARDS,
        )
