"""Reserved keywords in HDUs that they are not defined for (Appendix C)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.hdu_kinds import IMAGE_KINDS
from fitslint.rules.names.registered import find_standard_entry
from fitslint.text import join_words, phrase

# Image and column keywords, extensions and random groups have rules of their own. ZSCALE, ZZERO
# and other short names are common private keywords and say nothing about compression.
_COMPRESSION = compile_late(
    r"ZIMAGE|ZTABLE|ZCMPTYPE|ZBITPIX|ZNAXIS[0-9]*|ZTILE[0-9]+|ZQUANTIZ|ZDITHER0|ZTENSION|ZTILELEN"
    r"|ZFORM[0-9]+|ZCTYP[0-9]+"
)
_LEFT_OVER = frozenset(("ZQUANTIZ", "ZDITHER0"))
"""What expanding an image leaves behind: it says how the pixels were rounded."""
_COMPRESSION_MARKS = ("ZIMAGE", "ZTABLE", "ZCMPTYPE", "ZBITPIX", "ZNAXIS")
_CELL_KEYWORDS = compile_late(r"[1-9][0-9]*(?:C[A-Z]{2,3}|PC|CD|V|S|PV|PS)[0-9].*")


@rule(
    "KN111",
    "keyword-out-of-place",
    clause="4.4.2, App. C",
    level="must",
    catalogue_rows=("K011",),
    reads="layout",
    hdus=(*IMAGE_KINDS, "table"),
    once="fact",
    summary_ja="この HDU の種類では定義されていないキーワードである",
    message="{keyword} is defined for {kinds} HDUs and has no meaning in this {kind} HDU",
)
def keyword_out_of_place(header: Header) -> Iterator[Flag]:
    """A reserved keyword stands in a type of HDU that it is not defined for.

    ## Why it matters
    Reserved keywords may be used only as the standard defines them. Compression keywords in a
    plain image make readers look for compressed data that are not there. ZQUANTIZ alone, which
    stays when an image is expanded, is only mentioned.

    ## Example
    ```fits image
    ZCMPTYPE= 'RICE_1  '           / compression algorithm
    ```
    Use instead:
    ```fits image
    COMMENT compressed with RICE_1 before it was expanded
    ```
    """
    for name in header.layout.index:
        # The first letter spares nearly every name the patterns.
        pattern = (
            _COMPRESSION if name[:1] == "Z" else _CELL_KEYWORDS if name[:1].isdigit() else None
        )
        if pattern is None or not pattern.fullmatch(name):
            continue
        entry = find_standard_entry(name)
        card = header.find_card(name)
        if entry is None or card is None or entry.may_stand_in(header.kind):
            continue
        kinds = [kind for kind in entry.hdus if not kind.startswith("compressed") or name[0] == "Z"]
        left_over = name in _LEFT_OVER and not any(other in header for other in _COMPRESSION_MARKS)
        yield flag(
            card,
            (0, 8),
            level="style" if left_over else None,
            keyword=name,
            kinds=join_words(map(phrase, kinds), "and"),
            kind=phrase(header.kind),
        )
