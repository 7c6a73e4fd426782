"""Mandatory keywords in the wrong kind of HDU, repeated, or contradicted by the file."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, replace_columns, rule
from fitslint.rules.hdu_kinds import EXTENSION_KINDS, KNOWN_KINDS, PRIMARY_KINDS, TABLE_KINDS
from fitslint.rules.mandatory.order import list_mandatory
from fitslint.text import phrase

_COLUMN_KEYWORD = compile_late(r"(?:TFORM|TBCOL)[1-9][0-9]*")


@rule(
    "MK117",
    "primary-keyword-in-extension",
    clause="4.4.1.1, 4.4.2.1",
    level="must",
    catalogue_rows=("M017",),
    hdus=EXTENSION_KINDS,
    needs=("SIMPLE", "EXTEND", "BLOCKED"),
    fix="style",
    changes=("own",),
    summary_ja="拡張ヘッダに SIMPLE、EXTEND、BLOCKED がある",
    message="{keyword} belongs in the primary header and must not appear in an extension",
)
def primary_keyword_in_extension(header: Header) -> Iterator[Flag]:
    """SIMPLE, EXTEND or BLOCKED stands in an extension header.

    ## Why it matters
    These keywords describe the whole file and are for the primary header only. In an extension
    they are left over from a copied header.

    ## Example
    ```fits image
    EXTEND  =                    T
    ```
    Use instead:
    ```fits image
    ```
    """
    for keyword in ("SIMPLE", "EXTEND", "BLOCKED"):
        for card in header.find_cards(keyword):
            yield flag(
                card,
                (0, 8),
                fix=delete_card(card),
                title=phrase("remove {keyword}", keyword=keyword),
                keyword=keyword,
            )


@rule(
    "MK118",
    "xtension-in-primary",
    clause="4.4.1.2",
    level="must",
    catalogue_rows=("M018",),
    hdus=PRIMARY_KINDS,
    needs=("XTENSION",),
    fix="unsafe",
    summary_ja="プライマリヘッダに XTENSION がある",
    message="XTENSION must not appear in the primary header",
)
def xtension_in_primary(header: Header) -> Iterator[Flag]:
    """XTENSION stands in the primary header.

    ## Why it matters
    XTENSION is the first keyword of an extension and of nothing else.

    ## Example
    ```fits
    XTENSION= 'IMAGE   '
    ```
    Use instead:
    ```fits
    ```
    """
    for card in header.find_cards("XTENSION"):
        yield flag(card, (0, 8), fix=delete_card(card), title=phrase("remove XTENSION"))


@rule(
    "MK119",
    "extend-false",
    clause="4.4.2.1",
    level="should",
    catalogue_rows=("M019", "M020"),
    needs=("EXTEND",),
    multi_hdu_only=True,
    fix="safe",
    changes=("own",),
    summary_ja="拡張があるのに EXTEND = F である",
    message="EXTEND = F although extensions follow ({extensions}); write T or leave it out",
)
def extend_false(file: FitsFile) -> Iterator[Flag]:
    """EXTEND = F stands in the primary header of a file with extensions.

    ## Why it matters
    EXTEND is advisory, and a file without it is fine; but F tells a reader that it need not look
    for extensions.

    ## Example
    ```fits
    EXTEND  =                    F
    @hdu image
    ```
    Use instead:
    ```fits
    EXTEND  =                    T
    @hdu image
    ```
    """
    if file.hdus[0].kind not in PRIMARY_KINDS:
        return
    card = file.hdus[0].header.find_card("EXTEND")
    if card is None or card.form.value is None or card.value is not False:
        return
    edit = replace_columns(card, card.form.value, "T")
    found = flag(card, fix=edit, title=phrase("write EXTEND = T"), extensions=len(file.hdus) - 1)
    yield with_fields(found, hdu=1)


@rule(
    "MK121",
    "pcount-in-primary",
    clause="4.4.1.1",
    level="conv",
    catalogue_rows=("M021",),
    hdus=("primary",),
    needs=("PCOUNT", "GCOUNT"),
    requires=("MK115",),
    fix="style",
    changes=("PCOUNT", "GCOUNT"),
    summary_ja="ランダムグループでないプライマリヘッダに PCOUNT または GCOUNT がある",
    message={
        "": "{keyword} has no meaning in a primary header without random groups; remove it",
        "value": "{keyword} = {value} has no meaning here, and readers may size the data with it",
    },
)
def pcount_in_primary(header: Header) -> Iterator[Flag]:
    """PCOUNT or GCOUNT stands in a primary header that has no random groups.

    ## Why it matters
    The size of a primary array does not depend on them. With the neutral values 0 and 1 they do no
    harm, with others readers disagree on where the data end.

    ## Example
    ```fits
    PCOUNT  =                    0
    ```
    Use instead:
    ```fits
    ```
    """
    if header.structure.groups:
        return
    neutral = {"PCOUNT": 0, "GCOUNT": 1}
    values = {"PCOUNT": header.structure.pcount, "GCOUNT": header.structure.gcount}
    for keyword, value in values.items():
        card = header.find_card(keyword)
        if card is None:
            continue
        harmless = value is None or value == neutral[keyword]
        yield flag(
            card,
            (0, 8),
            message="" if harmless else "value",
            fix=delete_card(card) if value == neutral[keyword] else None,
            title=phrase("remove {keyword}", keyword=keyword),
            keyword=keyword,
            value=value,
        )


@rule(
    "MK124",
    "mandatory-repeated",
    clause="4.1.2.3",
    level="must",
    catalogue_rows=("M024",),
    hdus=KNOWN_KINDS,
    fix="unsafe",
    summary_ja="必須キーワードが繰り返されている",
    message="{keyword} stands in the header {count} times; it must appear once (card {first})",
)
def mandatory_repeated(header: Header) -> Iterator[Flag]:
    """A mandatory keyword stands in the header more than once.

    ## Why it matters
    When the values differ nobody can say which one sizes the data; readers take the first or the
    last.

    ## Example
    ```fits
    NAXIS   =                    0
    NAXIS   =                    0
    ```
    Use instead:
    ```fits
    NAXIS   =                    0
    ```
    """
    repeated = {name: where for name, where in header.layout.index.items() if len(where) > 1}
    if not repeated:
        return
    wanted = set(list_mandatory(header))
    if header.kind == "groups":
        wanted |= {"GROUPS", "PCOUNT", "GCOUNT"}
    for name, where in repeated.items():
        if name not in wanted and not (
            header.kind in TABLE_KINDS and _COLUMN_KEYWORD.fullmatch(name)
        ):
            continue
        first = header.card(where[0])
        for position in where[1:]:
            card = header.card(position)
            # Of two that say the same, any reader has the one value, whichever it takes.
            same = (card.form.type, card.value) == (first.form.type, first.value)
            yield flag(
                card,
                (0, 8),
                fix=delete_card(card),
                safety="safe" if same and card.form.fault is None else "unsafe",
                title=phrase("remove the repeated {name}", name=name),
                keyword=name,
                count=len(where),
                first=where[0] + 1,
            )
