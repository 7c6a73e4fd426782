"""What a tile-compressed image must say of the image in it (FITS 4.0 section 10.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.rules.mandatory.order import AXES_MAX, LEGAL_BITPIX, group_runs


@rule(
    "MK125",
    "compressed-image-keywords",
    clause="10.1.1",
    level="must",
    catalogue_rows=("M025",),
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
    if card is not None and not (_is_integer(card.value) and card.value in LEGAL_BITPIX):
        yield flag(card, message="bitpix")
    card = header.find_card("ZNAXIS")
    if card is None:
        return
    naxis = card.value
    if not isinstance(naxis, int) or isinstance(naxis, bool) or not 0 <= naxis <= AXES_MAX:
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
        value = card.value
        if axis <= naxis and not (isinstance(value, int) and _is_integer(value) and value >= 0):
            yield flag(card, message="length", keyword=f"ZNAXIS{axis}")


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
