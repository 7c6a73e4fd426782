"""What marks undefined values of the image in a compressed one (FITS 4.0 section 10.1.3)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule


@rule(
    "IM112",
    "zblank-on-integers",
    clause="10.1.3",
    level="should",
    catalogue_rows=("Z008",),
    hdus=("compressed-image",),
    reads="values",
    needs=("ZBLANK", "ZBITPIX"),
    needs_one_of=(("ZBLANK",), ("ZBITPIX",)),
    summary_ja="整数画像の圧縮に BLANK でなく ZBLANK が使われている",
    message="ZBLANK marks undefined values of compressed floating-point images; for integers"
    " (ZBITPIX = {bitpix}) it is BLANK, and readers differ in whether they obey ZBLANK",
)
def zblank_on_integers(header: Header) -> Iterator[Flag]:
    """ZBLANK stands in place of BLANK in a compressed image of integers.

    ## Why it matters
    ZBLANK belongs to the integers into which floating-point pixels are quantised. An image of
    integers keeps the BLANK that it had before it was compressed; readers that look for BLANK only
    take undefined pixels for good ones.

    ## Example
    ```fits compressed-image
    ZBITPIX =                   16
    ZBLANK  =               -32768
    ```
    Use instead:
    ```fits compressed-image
    ZBITPIX =                   16
    BLANK   =               -32768
    ```
    """
    card, bitpix = header.find_card("ZBLANK"), header.value("ZBITPIX")
    if card is None or "BLANK" in header or isinstance(bitpix, bool):
        return
    if isinstance(bitpix, int) and bitpix > 0:
        yield flag(card, (0, 8), bitpix=bitpix)
