"""Keywords of arrays in tables, keywords of columns in arrays, and those of the other table."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary import load_standard
from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.edits import delete_value
from fitslint.rules.hdu_kinds import BINTABLE_KINDS, IMAGE_KINDS, TABLE_KINDS
from fitslint.text import phrase

_COLUMN_KINDS = (TABLE_KINDS, BINTABLE_KINDS, ("table",))
"""HDU kinds of keywords that describe the columns of tables and nothing else."""
ARRAY_KEYWORDS = ("BSCALE", "BZERO", "BUNIT", "BLANK", "DATAMIN", "DATAMAX")


@rule(
    "RK111",
    "array-keyword-in-table",
    clause="4.4.2.5",
    level="must",
    catalogue_rows=("R011",),
    fix="unsafe",
    hdus=("table", "bintable", "compressed-table"),
    needs=ARRAY_KEYWORDS,
    summary_ja="配列のキーワードが表のヘッダにある",
    message={
        "": "{keyword} describes an array and must not appear in a table; use {instead}",
        "unit": "BUNIT is the unit of an array; of a table only programs that know its layout read"
        " it, so give TUNITn too",
    },
)
def array_keyword_in_table(header: Header) -> Iterator[Flag]:
    """BSCALE, BZERO, BUNIT, BLANK, DATAMIN or DATAMAX stands in a table header.

    ## Why it matters
    A table has no array that the keyword could describe; readers ignore it, and a value that was
    meant to scale a column is lost. BUNIT may stand in a table where it means the same (a sky map
    in a column), and some programs read it there.

    ## Example
    ```fits bintable
    BSCALE  =                  0.5
    ```
    Use instead:
    ```fits bintable
    ```
    """
    columns = {
        **{"BSCALE": "TSCALn", "BZERO": "TZEROn", "BUNIT": "TUNITn", "BLANK": "TNULLn"},
        **{"DATAMIN": "TDMINn", "DATAMAX": "TDMAXn"},
    }
    for keyword, instead in columns.items():
        for card in _list_value_cards(header, keyword):
            if keyword == "BUNIT":
                yield flag(card, (0, 8), message="unit", level="should")
            else:
                yield flag(
                    card,
                    (0, 8),
                    fix=delete_value(card, header),
                    title=phrase("remove {keyword}", keyword=keyword),
                    keyword=keyword,
                    instead=instead,
                )


def _is_column_keyword(name: str) -> bool:
    # Others (RADEn, LONPn) are too short to be nobody else's; cells have KN111.
    match = load_standard().lookup(name) if name.startswith("T") else None
    return match is not None and match.entry.hdus in _COLUMN_KINDS


@rule(
    "RK112",
    "column-keyword-in-image",
    clause="7.2.2, 7.3.2, 8.2",
    level="must",
    catalogue_rows=("R012",),
    hdus=IMAGE_KINDS,
    needs_name=_is_column_keyword,
    once="fact",
    fix="unsafe",
    summary_ja="列のキーワードが画像のヘッダにある",
    message="{keyword} describes a table and must not appear in an image header; remove it",
)
def column_keyword_in_image(header: Header) -> Iterator[Flag]:
    """A keyword of table columns stands in an image header.

    ## Why it matters
    An image has no columns. The keyword is left over from a copied header, and a reader that goes
    by keywords takes the image for a table.

    ## Example
    ```fits image
    TTYPE1  = 'FLUX    '
    ```
    Use instead:
    ```fits image
    ```
    """
    for keyword in filter(_is_column_keyword, header.layout.index):
        for card in _list_value_cards(header, keyword):
            yield flag(
                card,
                (0, 8),
                fix=delete_card(card),
                title=phrase("remove {keyword}", keyword=keyword),
                keyword=keyword,
            )


@rule(
    "RK113",
    "keyword-of-other-table",
    clause="7.2.2, 7.3.2",
    level="must",
    catalogue_rows=("R013",),
    hdus=TABLE_KINDS,
    needs=("THEAP", "TDIMn", "TBCOLn"),
    fix="unsafe",
    summary_ja="ASCII 表とバイナリ表のキーワードを取り違えている",
    message="{keyword} has no meaning in {table}; remove it",
)
def keyword_of_other_table(header: Header) -> Iterator[Flag]:
    """THEAP or TDIMn stands in an ASCII table, or TBCOLn in a binary table.

    ## Why it matters
    ASCII tables have neither heap nor multidimensional fields, and the fields of a binary table
    have no column numbers. The keyword is left over from a conversion.

    ## Example
    ```fits bintable
    TBCOL1  =                    1
    ```
    Use instead:
    ```fits bintable
    ```
    """
    index = header.layout.index
    if header.kind == "table":
        table = phrase("an ASCII table")
        wrong = [name for name in index if name == "THEAP" or _is_instance(name, "TDIMn")]
    else:
        table = phrase("a binary table")
        wrong = [name for name in index if _is_instance(name, "TBCOLn")]
    for keyword in wrong:
        for card in header.find_cards(keyword):
            yield flag(
                card,
                (0, 8),
                fix=delete_card(card),
                title=phrase("remove {keyword}", keyword=keyword),
                keyword=keyword,
                table=table,
            )


def _is_instance(name: str, template: str) -> bool:
    if not name.startswith(template[:-1]):
        return False
    match = load_standard().lookup(name)
    return match is not None and match.entry.name == template


def _list_value_cards(header: Header, keyword: str) -> list[Card]:
    return [card for card in header.find_cards(keyword) if card.form.kind == "value"]
