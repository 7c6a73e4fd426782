"""What a compressed HDU keeps of the HDU that it was made of (FITS 4.0 sections 10.1.2, 10.3.4)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, flag_missing, rule
from fitslint.rules.compression.tiles import is_count
from fitslint.rules.hdu_kinds import COMPRESSED_KINDS
from fitslint.rules.mandatory.order import AXES_MAX, LEGAL_BITPIX, group_runs
from fitslint.text import phrase

_WANTED: dict[str, dict[str, object]] = {
    "compressed-image": {"ZTENSION": "IMAGE", "ZPCOUNT": 0, "ZGCOUNT": 1, "ZSIMPLE": True},
    "compressed-table": {"ZTENSION": "BINTABLE", "ZGCOUNT": 1},
}
"""The only values that those keywords of the original HDU can have had."""
_PRIMARY_ONLY = ("ZSIMPLE", "ZEXTEND", "ZBLOCKED")


@rule(
    "MK125",
    "compressed-image-keywords",
    clause="10.1.1",
    level="must",
    catalogue_rows=("M025", "Z002"),
    hdus=("compressed-image",),
    reads="values",
    needs=("ZIMAGE", "ZCMPTYPE", "ZBITPIX", "ZNAXIS", "ZNAXISn"),
    summary_ja="圧縮画像に必須の ZCMPTYPE、ZBITPIX、ZNAXIS、ZNAXISn が揃っていないか正しくない",
    message={
        "absent": "{name} is absent; a compressed image needs it",
        "several": "ZNAXIS{axis} to ZNAXIS{last} are absent although ZNAXIS = {naxis}",
        "bitpix": "ZBITPIX must be 8, 16, 32, 64, -32 or -64 bits",
        "naxis": "ZNAXIS must be an integer from 0 to 999",
        "length": "{keyword} must be an integer, 0 or more elements",
    },
)
def compressed_image_keywords(header: Header) -> Iterator[Flag]:
    """A compressed image lacks ZCMPTYPE, ZBITPIX, ZNAXIS or ZNAXISn, or has an illegal one.

    ## Why it matters
    They are the mandatory keywords of the image that is in the table; without them it cannot be
    restored. ZTILEn has a default and may be absent.

    ## Example
    ```fits compressed-image
    ZBITPIX =                   12
    ```
    Use instead:
    ```fits compressed-image
    ZBITPIX =                   16
    ```
    """
    for keyword in ("ZCMPTYPE", "ZBITPIX", "ZNAXIS"):
        if keyword not in header:
            yield flag_missing(keyword, message="absent", name=keyword)
    card = header.find_card("ZBITPIX")
    if card is not None and (type(card.value) is not int or card.value not in LEGAL_BITPIX):
        yield flag(card, message="bitpix")
    card = header.find_card("ZNAXIS")
    if card is None:
        return
    naxis = card.value
    if type(naxis) is not int or not 0 <= naxis <= AXES_MAX:
        yield flag(card, message="naxis")
        return
    yield from _flag_axes(header, naxis)


def _flag_axes(header: Header, naxis: int) -> Iterator[Flag]:
    lengths = header.map_indices("ZNAXIS")
    for axis, last in group_runs([n for n in range(1, naxis + 1) if n not in lengths]):
        name = f"ZNAXIS{axis}"
        message = "absent" if axis == last else "several"
        yield flag_missing(name, message=message, name=name, axis=axis, last=last, naxis=naxis)
    for axis, card in lengths.items():
        if axis <= naxis and not is_count(card, 0):
            yield flag(card, message="length", keyword=f"ZNAXIS{axis}")


@rule(
    "ZC107",
    "original-hdu-keywords",
    clause="10.1.2, 10.3.1",
    level="must",
    catalogue_rows=("Z007",),
    hdus=COMPRESSED_KINDS,
    reads="values",
    needs=("ZSIMPLE", "ZTENSION", "ZEXTEND", "ZBLOCKED", "ZPCOUNT", "ZGCOUNT"),
    fix="unsafe",
    summary_ja="ZSIMPLE、ZTENSION、ZPCOUNT など元の HDU のキーワードが矛盾する",
    message={
        "both": "ZSIMPLE says that the image was a primary HDU and ZTENSION that it was an"
        " extension; keep the one that is right",
        "table": "{keyword} belongs to primary HDUs, and a table was an extension",
        "extension": "{keyword} belongs to primary HDUs, and ZTENSION says that the image was an"
        " extension",
        "value": "{keyword} is {wanted} in every {what} that can be compressed, not {value};"
        " funpack writes it into the header that it restores",
    },
)
def original_hdu_keywords(header: Header) -> Iterator[Flag]:
    """ZSIMPLE, ZTENSION, ZEXTEND, ZBLOCKED, ZPCOUNT and ZGCOUNT describe no HDU that can be.

    ## Why it matters
    They are the mandatory keywords of the HDU before it was compressed, and become those of the
    HDU that is restored: funpack makes a primary HDU where ZSIMPLE stands, and from ZPCOUNT = 5 an
    image whose pixels are shifted by five.

    ## Example
    ```fits compressed-image
    ZSIMPLE =                    T
    ZTENSION= 'IMAGE   '
    ZPCOUNT =                    0
    ZGCOUNT =                    1
    ```
    Use instead:
    ```fits compressed-image
    ZTENSION= 'IMAGE   '
    ZPCOUNT =                    0
    ZGCOUNT =                    1
    ```
    """
    wanted = _WANTED[header.kind]
    for keyword, right in wanted.items():
        card = header.find_card(keyword)
        value = card.value if card is not None else None
        value = value.rstrip() if isinstance(value, str) else value
        # What is of another type is told by the rules on types.
        if card is not None and type(value) is type(right) and value != right:
            is_image = header.kind == "compressed-image"
            what = phrase("image") if is_image else phrase("table")
            yield flag(card, message="value", keyword=keyword, wanted=_write(right), what=what,
                       value=_write(value))  # fmt: skip
    if header.kind == "compressed-table":
        yield from _flag_primary_keywords(header, "table")
    elif "ZTENSION" in header:
        yield from _flag_primary_keywords(header, "extension")


def _write(value: object) -> str:
    return repr(value) if not isinstance(value, bool) else "T" if value else "F"


def _flag_primary_keywords(header: Header, message: str) -> Iterator[Flag]:
    """Flags on keywords of a primary HDU where the original was an extension."""
    for keyword in _PRIMARY_ONLY:
        card = header.find_card(keyword)
        if card is None:
            continue
        if keyword == "ZSIMPLE" and message == "extension":
            # PCOUNT and GCOUNT are those of an extension, too; else nobody knows which is right.
            sure = "ZPCOUNT" in header and "ZEXTEND" not in header and "ZBLOCKED" not in header
            yield flag(card, (0, 8), message="both", fix=delete_card(card) if sure else None,
                       title=phrase("remove ZSIMPLE"))  # fmt: skip
        elif "ZSIMPLE" not in header or message == "table":
            yield flag(
                card,
                (0, 8),
                message=message,
                fix=delete_card(card),
                title=phrase("remove {keyword}", keyword=keyword),
                keyword=keyword,
            )


@rule(
    "ZC109",
    "sums-of-the-original",
    clause="10.1.2, 10.3.4",
    level="must",
    catalogue_rows=("Z009",),
    hdus=COMPRESSED_KINDS,
    reads="values",
    needs=("CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM"),
    needs_one_of=(("ZHECKSUM", "ZDATASUM"),),
    fix="safe",
    changes=("own",),
    summary_ja="CHECKSUM または DATASUM が圧縮前の HDU の値である",
    message={
        "": "{keyword} is the sum of the HDU before it was compressed, as {original} says, not"
        " of this one",
    },
)
def sums_of_the_original(header: Header) -> Iterator[Flag]:
    """CHECKSUM or DATASUM is the sum of the HDU before it was compressed.

    ## Why it matters
    The sums of the original HDU are kept as ZHECKSUM and ZDATASUM, so that the restored HDU can be
    verified; CHECKSUM and DATASUM are those of the compressed one. A program that copies all
    keywords leaves the old sums in their place, and every verifier calls the file damaged. They are
    removed where both are copies, as the original ones stay.

    ## Example
    ```fits bintable
    NAXIS1  =                   16
    TFIELDS =                    1
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1QB(0)  '
    ZTABLE  =                    T
    ZTILELEN=                  100
    ZNAXIS1 =                    4
    ZNAXIS2 =                    0
    ZPCOUNT =                    0
    ZFORM1  = '1J      '
    ZCTYP1  = 'RICE_1  '
    DATASUM = '2503531142'
    ZDATASUM= '2503531142'
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                   16
    TFIELDS =                    1
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1QB(0)  '
    ZTABLE  =                    T
    ZTILELEN=                  100
    ZNAXIS1 =                    4
    ZNAXIS2 =                    0
    ZPCOUNT =                    0
    ZFORM1  = '1J      '
    ZCTYP1  = 'RICE_1  '
    ZDATASUM= '2503531142'
    ```
    """
    copies = []
    for keyword, original in (("CHECKSUM", "ZHECKSUM"), ("DATASUM", "ZDATASUM")):
        card, kept = header.find_card(keyword), header.string(original)
        value = card.value if card is not None else None
        # 0 is the sum of no data, before and after.
        if card is None or kept is None or not isinstance(value, str) or not value.strip(" 0"):
            continue
        if value.strip() == kept.strip():
            copies.append((card, original))
    present = sum(keyword in header for keyword in ("CHECKSUM", "DATASUM"))
    for card, original in copies:
        yield flag(card, fix=delete_card(card) if len(copies) == present else None,
                   title=phrase("remove {keyword}", keyword=card.keyword), keyword=card.keyword,
                   original=original)  # fmt: skip
