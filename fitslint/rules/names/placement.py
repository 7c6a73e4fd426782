"""Reserved keywords in HDUs that they are not defined for (Appendix C)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import delete_value
from fitslint.rules.hdu_kinds import IMAGE_KINDS
from fitslint.rules.names.registered import find_standard_entry
from fitslint.text import join_words, phrase

# Image, column and compression keywords, extensions and random groups have rules of their own.
_CELL_KEYWORDS = compile_late(r"[1-9][0-9]*(?:C[A-Z]{2,3}|PC|CD|V|S|PV|PS)[0-9].*")


def _is_of_cells(name: str) -> bool:
    # The first letter spares nearly every name the pattern.
    return name[:1].isdigit() and _CELL_KEYWORDS.fullmatch(name) is not None


@rule(
    "KN111",
    "keyword-out-of-place",
    clause="4.4.2, App. C",
    level="must",
    catalogue_rows=("K011",),
    fix="unsafe",
    reads="layout",
    needs_name=_is_of_cells,
    hdus=(*IMAGE_KINDS, "table"),
    once="fact",
    summary_ja="この HDU の種類では定義されていないキーワードである",
    message="{keyword} is defined for {kinds} HDUs and has no meaning in this {kind} HDU",
)
def keyword_out_of_place(header: Header) -> Iterator[Flag]:
    """A reserved keyword stands in a type of HDU that it is not defined for.

    ## Why it matters
    Reserved keywords may be used only as the standard defines them. A keyword that describes the
    image in a cell of a table says nothing in an HDU that has no cells.

    ## Example
    ```fits image
    1CRPX2  =                 12.0
    ```
    Use instead:
    ```fits image
    ```
    """
    for name in filter(_is_of_cells, header.layout.index):
        entry = find_standard_entry(name)
        card = header.find_card(name)
        if entry is None or card is None or entry.may_stand_in(header.kind):
            continue
        kinds = [kind for kind in entry.hdus if not kind.startswith("compressed")]
        told = join_words(map(phrase, kinds), "and")
        yield flag(
            card, (0, 8), fix=delete_value(card, header), title=phrase("remove {name}", name=name),
            keyword=name, kinds=told, kind=phrase(header.kind),
        )  # fmt: skip
