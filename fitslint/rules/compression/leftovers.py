"""Keywords of compression that stand twice, are left over, or order a compression (section 10)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, flag_missing, rule
from fitslint.rules.compression.tiles import find_columns
from fitslint.rules.duplicates import (
    COMPRESSED_NAME,
    find_repeats,
    is_compression_keyword,
    read_full_value,
    read_name,
)
from fitslint.rules.hdu_kinds import COMPRESSED_KINDS, IMAGE_KINDS
from fitslint.rules.reserved.inherit import shorten_value
from fitslint.text import phrase, suggest

# ZSCALE, ZZERO and other short names are common private keywords and say nothing about compression.
_LEFTOVERS = compile_late(
    r"ZIMAGE|ZTABLE|ZCMPTYPE|ZBITPIX|ZNAXIS[0-9]*|ZTILE[0-9]+|ZQUANTIZ|ZDITHER0|ZTENSION|ZTILELEN"
    r"|ZFORM[0-9]+|ZCTYP[0-9]+|ZSIMPLE|ZEXTEND|ZBLOCKED|ZPCOUNT|ZGCOUNT|ZHECKSUM|ZDATASUM"
    r"|ZMASKCMP|ZTHEAP"
)
_MARKS = ("ZIMAGE", "ZTABLE", "ZCMPTYPE", "ZBITPIX", "ZNAXIS")
"""Keywords by which a reader may take an HDU for a compressed one."""
_ORDERS = compile_late(
    "FZALGOR|FZTILE|FZTILELN|FZQVALUE|FZQMETHD|FZDTHRSD|FZHSCALE|FZINT2F|FZALG[1-9][0-9]*"
)
"""What tells fpack how to compress an HDU."""
_FPACK_ALGORITHMS = ("RICE_1", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1", "NONE")
"""Values of FZALGOR that fpack takes, in any case of letters; for a column also NOCOMPRESS."""


@rule(
    "ZC111",
    "compression-keyword-twice",
    clause="4.1.2.3, 10.1",
    level="must",
    catalogue_rows=("Z011",),
    hdus=COMPRESSED_KINDS,
    reads="values",
    needs=("*duplicates*",),
    summary_ja="圧縮のキーワードが異なる値で繰り返されている",
    message="{keyword} is {value} here and {other} in card {first}; astropy expands the data by the"
    " first, CFITSIO may take either",
)
def compression_keyword_twice(header: Header) -> Iterator[Flag]:
    """A keyword of compression stands in a compressed HDU twice, with different values.

    ## Why it matters
    A header that was compressed before, or still had the keywords of an earlier compression, gets
    them a second time. Which of the two the reader takes decides whether it finds the pixels:
    after a second ZBITPIX, funpack writes a file that nobody can open. Copies with the same value
    are told of by DU101, which removes them.

    ## Example
    ```fits compressed-image
    ZTILE1  =                    8
    ZTILE2  =                    1
    ZTILE1  =                    4
    ```
    Use instead:
    ```fits compressed-image
    ZTILE1  =                    8
    ZTILE2  =                    1
    ```
    """
    for first, *others in find_repeats(header):
        if not is_compression_keyword(first.keyword, header):
            continue
        for card in others:
            if read_full_value(header, card) != read_full_value(header, first):
                yield flag(card, keyword=card.keyword, value=shorten_value(card),
                           other=shorten_value(first), first=first.number)  # fmt: skip


def _has_no_leftover(header: Header) -> bool:
    """Whether no keyword is about compression, or the HDU is compressed in one way."""
    if header.kind == "compressed-image":
        return "ZTABLE" not in header
    return not header.layout.compute_once("compression", _list_leftovers)


def _list_leftovers(layout: Layout) -> tuple[str, ...]:
    # The first letter spares nearly every name the pattern.
    return tuple(name for name in layout.index if name[:1] == "Z" and _LEFTOVERS.fullmatch(name))


@rule(
    "ZC112",
    "compression-leftover",
    clause="10.1.1, 10.3.1",
    level="must",
    catalogue_rows=("Z012",),
    hdus=(*IMAGE_KINDS, "table", "bintable", "compressed-image"),
    reads="values",
    needs=(
        *("ZIMAGE", "ZTABLE", "ZCMPTYPE", "ZBITPIX", "ZNAXIS", "ZNAXISn", "ZTILEn", "ZQUANTIZ"),
        *("ZDITHER0", "ZTENSION", "ZTILELEN", "ZFORMn", "ZCTYPn", "ZSIMPLE", "ZEXTEND", "TTYPEn"),
        *("ZBLOCKED", "ZPCOUNT", "ZGCOUNT", "ZHECKSUM", "ZDATASUM", "ZMASKCMP", "ZTHEAP"),
    ),
    precheck=_has_no_leftover,
    fix="unsafe",
    once="fact",
    summary_ja="圧縮されていない HDU に圧縮のキーワードが残っている",
    message={
        "": "{keyword} is about compressed data, and this {kind} HDU holds none",
        "hidden": "the columns are those of a compressed image, but ZIMAGE = T is absent, and"
        " readers take the HDU for a plain table",
        "both": "the HDU holds a compressed image (ZIMAGE = T), and ZTABLE = T calls it a"
        " compressed table",
    },
)
def compression_leftover(header: Header) -> Iterator[Flag]:
    """A keyword of compression stands in an HDU that is not compressed.

    ## Why it matters
    Readers that go by these keywords look for compressed data that are not there, and the next
    compression writes them a second time. They stay where a program expands an image and copies
    its header. Those that only tell how the original was made are mentioned. A table with the
    columns of a compressed image has lost its ZIMAGE = T.

    ## Example
    ```fits image
    ZCMPTYPE= 'RICE_1  '           / compression algorithm
    ```
    Use instead:
    ```fits image
    ```
    """
    if header.kind == "compressed-image":
        card = header.find_card("ZTABLE")
        if card is not None and card.value is True:
            yield flag(card, message="both", fix=delete_card(card), title=phrase("remove ZTABLE"))
        return
    if header.kind == "bintable" and "COMPRESSED_DATA" in find_columns(header):
        zimage = header.find_card("ZIMAGE")
        if zimage is not None:
            yield flag(zimage, message="hidden")
        else:
            yield flag_missing("ZIMAGE", message="hidden")
        return
    marked = any(name in header for name in _MARKS)
    for name in header.layout.compute_once("compression", _list_leftovers):
        for card in header.find_cards(name)[:1]:
            yield flag(
                card,
                (0, 8),
                level=None if marked else "style",
                fix=delete_card(card),
                title=phrase("remove {name}", name=name),
                keyword=name,
                kind=phrase(header.kind),
            )


@rule(
    "ZC113",
    "compressed-image-name",
    clause="10.1, 4.4.2.6",
    level="conv",
    catalogue_rows=("Z013",),
    hdus=(*IMAGE_KINDS, *COMPRESSED_KINDS),
    reads="values",
    needs=("EXTNAME",),
    fix="unsafe",
    summary_ja="EXTNAME が圧縮プログラムの付けた COMPRESSED_IMAGE である",
    message={
        "twice": "'COMPRESSED_IMAGE' is a name that compression made up, and card {other} holds the"
        " name of the image, {name!r}; fitsio finds it only by the first of them",
        "expanded": "'COMPRESSED_IMAGE' is a name that compression made up, and this image is not"
        " compressed",
    },
)
def compressed_image_name(header: Header) -> Iterator[Flag]:
    """EXTNAME is COMPRESSED_IMAGE beside the real name, or in an image that is not compressed.

    ## Why it matters
    fpack gives an image without a name that one, so that the table has any. Where the image has a
    name too, readers find it under one or the other: astropy passes the made-up name over, CFITSIO
    takes the first. In an image that was expanded it is no name at all.

    ## Example
    ```fits compressed-image
    @drop EXTNAME
    EXTNAME = 'COMPRESSED_IMAGE'
    EXTNAME = 'SCI     '
    ```
    Use instead:
    ```fits compressed-image
    @drop EXTNAME
    EXTNAME = 'SCI     '
    ```
    """
    cards = header.find_cards("EXTNAME")
    made_up = [card for card in cards if read_name(card) == COMPRESSED_NAME]
    others = [card for card in cards if card not in made_up and read_name(card)]
    if made_up and others:
        for card in made_up:
            yield flag(card, message="twice", fix=delete_card(card), title=phrase("remove this "
                                                                                  "name"),
                       name=read_name(others[0]), other=others[0].number)  # fmt: skip
    elif made_up and header.kind in IMAGE_KINDS:
        # A name, if only this one: somebody may find the image by it.
        yield flag(made_up[0], message="expanded")


@rule(
    "ZC114",
    "compression-order",
    clause="10.3.3",
    level="style",
    catalogue_rows=("Z014",),
    reads="values",
    needs=(
        *("FZALGOR", "FZTILE", "FZTILELN", "FZQVALUE", "FZQMETHD", "FZDTHRSD", "FZHSCALE"),
        *("FZINT2F", "FZALGn"),
    ),
    fix="unsafe",
    summary_ja="fpack への指示 FZALGOR などが残っているか、知られない値である",
    message={
        "done": "{keyword} tells fpack how to compress this HDU, which is done",
        "unknown": "{keyword} = {value!r} is no algorithm that fpack knows{hint}",
    },
)
def compression_order(header: Header) -> Iterator[Flag]:
    """A keyword that tells fpack how to compress stands in a compressed HDU, or asks what is not.

    ## Why it matters
    FZALGOR, FZTILE, FZQVALUE and their like are orders to the program that compresses. In the
    finished product they have been carried out, or not: ZCMPTYPE, ZTILEn and ZQUANTIZ say what was
    done. They come back when it is expanded, and are obeyed again. fpack stops at an algorithm
    that it does not know.

    ## Example
    ```fits compressed-image
    FZALGOR = 'RICE_1  '
    ```
    Use instead:
    ```fits compressed-image
    ```
    """
    for name in header.layout.index:
        if name[:2] != "FZ" or not _ORDERS.fullmatch(name):
            continue
        card = header.find_cards(name)[0]
        value = card.value
        if header.kind in COMPRESSED_KINDS:
            yield flag(card, (0, 8), message="done", fix=delete_card(card),
                       title=phrase("remove {name}", name=name), keyword=name)  # fmt: skip
        elif name.startswith("FZALG") and isinstance(value, str):
            word = value.rstrip()
            column = name != "FZALGOR" and word == "NOCOMPRESS"
            if word.upper() not in _FPACK_ALGORITHMS and not column:
                hint = suggest(word.upper(), _FPACK_ALGORITHMS)
                yield flag(card, message="unknown", level="conv", keyword=name, value=word,
                           hint=hint)  # fmt: skip
