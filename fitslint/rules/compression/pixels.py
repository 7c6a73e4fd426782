"""Type and quantisation of compressed pixels (FITS 4.0 sections 10.1.2, 10.1.3 and 10.2)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, flag_missing, rule
from fitslint.rules.compression.algorithms import read_algorithm
from fitslint.rules.compression.tiles import find_columns, is_count
from fitslint.text import phrase, suggest

_METHODS = ("NO_DITHER", "SUBTRACTIVE_DITHER_1", "SUBTRACTIVE_DITHER_2")
_LOSSLESS = "NONE"
"""What CFITSIO writes for pixels that are not quantised."""
_SEED_MAX = 10_000
_INTEGER_ALGORITHMS = ("RICE_1", "PLIO_1", "HCOMPRESS_1")
_UNREAD_BYTES = 8
"""A BYTEPIX of the standard that neither CFITSIO 4.6 nor astropy 8.0 unpacks by."""
_UNQUANTISED = ("GZIP_COMPRESSED_DATA", "UNCOMPRESSED_DATA")
"""Columns for tiles whose floating-point pixels are kept as they are."""


@rule(
    "ZC106",
    "pixel-quantisation",
    clause="10.1.2, 10.2.1",
    level="must",
    catalogue_rows=("Z006",),
    hdus=("compressed-image",),
    reads="values",
    needs=("ZQUANTIZ", "ZDITHER0", "ZBITPIX", "ZCMPTYPE"),
    needs_one_of=(("ZQUANTIZ", "ZDITHER0"),),
    fix="unsafe",
    summary_ja="ZQUANTIZ または ZDITHER0 が規格の値でないか、整数画像に付いている",
    message={
        "method": "ZQUANTIZ = {value!r} is no method of the standard{hint}",
        "seed": "ZDITHER0 must be an integer from 1 to 10000, the seed of the dither pattern",
        "no-seed": "ZQUANTIZ = {method!r} needs ZDITHER0, the seed of its pattern; without it"
        " readers subtract another pattern than was added",
        "integer": "{keyword} is about floating-point pixels that were made integers, and those"
        " of this image are integers (ZBITPIX = {bitpix})",
    },
)
def pixel_quantisation(header: Header) -> Iterator[Flag]:
    """ZQUANTIZ or ZDITHER0 has a value that the standard does not know, or no meaning here.

    ## Why it matters
    Before floating-point pixels are compressed they are divided into steps, and a pattern of noise
    is added that ZDITHER0 chooses from 10000. Whoever expands them must subtract the same pattern:
    with another method or seed astropy, fitsio and funpack give other pixels, by up to half a
    step, and say nothing.

    ## Example
    ```fits compressed-image
    ZBITPIX =                   16
    ZDITHER0=                   12
    ```
    Use instead:
    ```fits compressed-image
    ZBITPIX =                   16
    ```
    """
    bitpix = header.value("ZBITPIX")
    if type(bitpix) is int and bitpix > 0:
        yield from _flag_integer_image(header, bitpix)
        return
    card = header.find_card("ZQUANTIZ")
    method = card.value if card is not None else None
    method = method.rstrip() if isinstance(method, str) else None
    if card is not None and method is not None and method not in (*_METHODS, _LOSSLESS):
        hint = suggest(method.upper(), _METHODS)
        yield flag(card, message="method", value=method, hint=hint)
    seed = header.find_card("ZDITHER0")
    if seed is None:
        if method in _METHODS[1:]:
            yield flag_missing("ZDITHER0", message="no-seed", method=method)
    elif not (is_count(seed, 1) and int(seed.number_value or 0) <= _SEED_MAX):
        # fpack writes 0 where it compresses nothing; without a pattern the seed is of no use.
        idle = method not in _METHODS[1:] or read_algorithm(header) == "NOCOMPRESS"
        yield flag(seed, message="seed", level="style" if idle else None)


def _flag_integer_image(header: Header, bitpix: int) -> Iterator[Flag]:
    for keyword in ("ZQUANTIZ", "ZDITHER0"):
        card = header.find_card(keyword)
        if card is None or (card.value == _LOSSLESS and keyword == "ZQUANTIZ"):
            continue
        # All readers pass it over.
        yield flag(
            card,
            (0, 8),
            message="integer",
            level="should",
            fix=delete_card(card),
            title=phrase("remove {keyword}", keyword=keyword),
            keyword=keyword,
            bitpix=bitpix,
        )


@rule(
    "ZC108",
    "compressed-pixel-type",
    clause="10.1.3, 10.2, 10.4",
    level="must",
    catalogue_rows=("Z008",),
    hdus=("compressed-image",),
    reads="values",
    needs=(
        *("ZBITPIX", "ZCMPTYPE", "ZSCALE", "ZZERO", "TTYPEn", "TFORMn", "TFIELDS"),
        *("ZNAMEi", "ZVALi"),
    ),
    requires=("MK125", "ZC101", "ZC104", "ZC105"),
    summary_ja="ZBITPIX がアルゴリズムまたは ZSCALE、ZZERO と合わない",
    message={
        "scale": "{algorithm} compresses integers, and nothing says how they become floating-point"
        " pixels (ZBITPIX = {bitpix}): ZSCALE and ZZERO are absent; astropy gives the integers,"
        " CFITSIO their bits taken for floating-point numbers",
        "pair": "{name} is absent although the image has {other}; CFITSIO and astropy need both",
        "integer": "ZSCALE and ZZERO turn integers into floating-point pixels, and ZBITPIX ="
        " {bitpix} says that those of this image are integers",
        "bytes": "BYTEPIX = {bytes} holds no pixel of {bitpix} bits",
        "reader": "CFITSIO unpacks BYTEPIX = 8 as if it were 4, and astropy gives other pixels or"
        " stops",
        "long": "CFITSIO, and with it funpack and fitsio, does not expand integers of 64 bits",
    },
)
def compressed_pixel_type(header: Header) -> Iterator[Flag]:
    """ZBITPIX does not agree with the algorithm, with ZSCALE and ZZERO, or with BYTEPIX.

    ## Why it matters
    RICE_1, PLIO_1 and HCOMPRESS_1 work on integers; floating-point pixels become integers by a
    scale and a zero point that each tile has. Without ZSCALE readers give the bare integers as
    pixels (astropy and CFITSIO, without a word), without ZZERO they stop.

    ## Example
    ```fits compressed-image
    ZCMPTYPE= 'RICE_1  '
    ZBITPIX =                  -32
    ```
    Use instead:
    ```fits compressed-image
    ZCMPTYPE= 'RICE_1  '
    ZBITPIX =                   16
    ```
    """
    bitpix, algorithm = header.value("ZBITPIX"), read_algorithm(header)
    card = header.find_card("ZBITPIX")
    if type(bitpix) is not int or card is None or algorithm is None:
        return
    columns = find_columns(header)
    have = [name for name in ("ZSCALE", "ZZERO") if name in columns or name in header]
    unquantised = any(name in columns for name in _UNQUANTISED)
    if len(have) == 1:
        missing = "ZZERO" if have == ["ZSCALE"] else "ZSCALE"
        yield flag_missing(missing, message="pair", name=missing, other=have[0])
    elif have and bitpix > 0:
        yield flag(card, message="integer", bitpix=bitpix)
    elif not have and bitpix < 0 and algorithm in _INTEGER_ALGORITHMS and not unquantised:
        yield flag(card, message="scale", algorithm=algorithm, bitpix=bitpix)
    if bitpix == 64:
        yield flag(card, message="long", level="style")
    if algorithm == "RICE_1":
        yield from _flag_size(header, bitpix)


def _flag_size(header: Header, bitpix: int) -> Iterator[Flag]:
    """A flag where pixels are larger than BYTEPIX says, or that is a size CFITSIO does not know."""
    values = header.map_indices("ZVAL")
    for index, name in header.map_indices("ZNAME").items():
        if name.value == "BYTEPIX" and index in values:
            size = values[index].value
            if type(size) is int and size * 8 < bitpix:
                yield flag(values[index], message="bytes", bytes=size, bitpix=bitpix)
            elif size == _UNREAD_BYTES:
                yield flag(values[index], message="reader", level="should")


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
