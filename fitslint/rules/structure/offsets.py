"""Byte offsets of HDUs that a file stores in its own primary header."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.records import replace
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.syntax.scan import pad_size

_HDU_NAMES = {"INDXADDR": "INDEX", "JSONADDR": "JSON"}
"""By keyword the EXTNAME of the HDU that it points at."""
_SIZE_KEYWORDS = {"INDXADDR": "INDXSIZE", "JSONADDR": "JSONSIZE"}


@rule(
    "FS123",
    "stored-offset",
    clause="3.1, layout of lsst-images",
    level="conv",
    needs=("INDXADDR", "JSONADDR", "INDXSIZE", "JSONSIZE"),
    multi_hdu_only=True,
    summary_ja="ファイル自身が記録する HDU のバイト位置が実際と異なる",
    message={
        "": "{value} is not where the HDU {name} begins, which is byte {place}; the reader of "
        "lsst-images goes there without looking",
        "size": "the HDU {name} has {real} bytes and not {value}",
    },
)
def stored_offset(file: FitsFile) -> Iterator[Flag]:
    """A stored byte offset of an HDU is not where that HDU begins.

    ## Why it matters
    The files of lsst-images say in their primary header at which byte their index and their JSON
    tree begin, and the index says it of every HDU. Its reader goes there without reading what is
    before. A program that does not know this and makes a header longer leaves the file unreadable
    for it, while everybody else reads it as before.

    ## Example
    ```fits
    INDXADDR=                 5760 / Offset in bytes to the HDU index.
    @hdu bintable
    EXTNAME = 'INDEX   '
    ```
    Use instead:
    ```fits
    INDXADDR=                 2880 / Offset in bytes to the HDU index.
    @hdu bintable
    EXTNAME = 'INDEX   '
    ```
    """
    if file.status != "ok" or not file.hdus:
        return
    header = file.hdus[0].header
    for keyword, name in _HDU_NAMES.items():
        card, hdu = header.find_card(keyword), _find_hdu(file, name)
        if card is None or hdu is None or not isinstance(card.value, int):
            continue
        if card.value != hdu.header.offset:
            found = flag(card, value=card.value, name=name, place=hdu.header.offset)
            yield replace(found, hdu=1)
        size = header.find_card(_SIZE_KEYWORDS[keyword])
        if size is not None and hdu.data_bytes is not None:
            real = hdu.data_offset - hdu.header.offset + pad_size(hdu.data_bytes)
            if size.value != real:
                found = flag(size, message="size", value=size.text.strip(), name=name, real=real)
                yield replace(found, hdu=1)


def _find_hdu(file: FitsFile, name: str) -> Hdu | None:
    return next((hdu for hdu in file.hdus if hdu.header.string("EXTNAME") == name), None)
