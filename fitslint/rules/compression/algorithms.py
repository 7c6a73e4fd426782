"""By which algorithm an image is compressed, and with which parameters (FITS 4.0 section 10.4)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.text import join_words, suggest

ALGORITHMS = ("RICE_1", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1", "NOCOMPRESS")
"""The values of ZCMPTYPE (Table 36)."""
_DITHERED_RICE = "RICE_ONE"
"""What CFITSIO writes for RICE_1 with SUBTRACTIVE_DITHER_2, so that its older versions stop."""
_PARAMETERS = {"RICE_1": ("BLOCKSIZE", "BYTEPIX"), "HCOMPRESS_1": ("SCALE", "SMOOTH")}
"""Parameters by algorithm (Tables 37 and 38)."""
_CHOICES = {"BLOCKSIZE": (16, 32), "BYTEPIX": (1, 2, 4, 8), "SMOOTH": (0, 1)}
_NOISE = "NOISEBIT"
"""How finely floating-point pixels are quantised; astropy writes it for any algorithm."""


def read_algorithm(header: Header) -> str | None:
    """The value of ZCMPTYPE by the name of the standard, None where there is no known one."""
    name = (header.string("ZCMPTYPE") or "").rstrip()
    name = "RICE_1" if name == _DITHERED_RICE else name
    return name if name in ALGORITHMS else None


@rule(
    "ZC101",
    "compression-algorithm",
    clause="10.1.1, 10.1.2, 10.4",
    level="must",
    catalogue_rows=("Z001",),
    reads="value",
    keywords=("ZCMPTYPE", "ZMASKCMP"),
    hdus=("compressed-image",),
    summary_ja="ZCMPTYPE または ZMASKCMP の圧縮アルゴリズムが規格にない",
    message={
        "": "CFITSIO and astropy do not read the image: {value!r} is no compression algorithm of"
        " the standard{hint}",
        "mask": "{keyword} = {value!r} is no compression algorithm of the standard{hint}",
        "one": "'RICE_ONE' is what CFITSIO calls RICE_1 where pixels are dithered by"
        " SUBTRACTIVE_DITHER_2; the standard has only 'RICE_1'",
    },
)
def compression_algorithm(card: Card) -> Iterator[Flag]:
    """ZCMPTYPE or ZMASKCMP names an algorithm that the standard does not have.

    ## Why it matters
    The tiles can be expanded only by somebody who knows how they were compressed. The names are
    compared letter by letter: fpack, astropy and fitsio refuse RICE and rice_1 as they do a name
    that nobody knows, and then the image cannot be read. RICE_ONE, which CFITSIO writes, is read
    by all three and only mentioned.

    ## Example
    ```fits compressed-image
    ZCMPTYPE= 'RICE    '
    ```
    Use instead:
    ```fits compressed-image
    ZCMPTYPE= 'RICE_1  '
    ```
    """
    value = card.value
    if not isinstance(value, str) or value.rstrip() in ALGORITHMS:
        return
    name = value.rstrip()
    if name == _DITHERED_RICE:
        yield flag(card, message="one", level="style")
        return
    message = "mask" if card.keyword == "ZMASKCMP" else ""
    hint = suggest(name.upper(), ALGORITHMS)
    yield flag(card, message=message, keyword=card.keyword, value=name, hint=hint)


@rule(
    "ZC104",
    "compression-parameter",
    clause="10.1.2, 10.4",
    level="must",
    catalogue_rows=("Z004",),
    hdus=("compressed-image",),
    reads="values",
    needs=("ZNAMEi", "ZVALi", "ZCMPTYPE"),
    requires=("ZC101",),
    summary_ja="ZNAMEi と ZVALi の対が揃わないか、アルゴリズムの知らない値である",
    message={
        "name": "ZVAL{index} is the value of no parameter: ZNAME{index} is absent",
        "value": "{parameter} has no value: ZVAL{index} is absent",
        "unknown": "{algorithm} has no parameter {parameter!r}{hint}",
        "twice": "{parameter} is given by ZNAME{first} already",
        "choice": "{parameter} of {algorithm} is {choices}, not {value}",
        "scale": "SCALE of HCOMPRESS_1 must be a number, 0 or more; it is {value}",
    },
)
def compression_parameter(header: Header) -> Iterator[Flag]:
    """ZNAMEi and ZVALi are no pair, or say what the algorithm does not know.

    ## Why it matters
    The parameters are needed to expand the tiles: with another block size the pixels become
    others. CFITSIO takes the first value whatever its name and asks for it even where it is the
    default; astropy goes by the name.

    ## Example
    ```fits compressed-image
    ZCMPTYPE= 'RICE_1  '
    ZNAME1  = 'BLOCKSIZE'
    ZVAL1   =                   33
    ```
    Use instead:
    ```fits compressed-image
    ZCMPTYPE= 'RICE_1  '
    ZNAME1  = 'BLOCKSIZE'
    ZVAL1   =                   32
    ```
    """
    names, values = header.map_indices("ZNAME"), header.map_indices("ZVAL")
    algorithm = read_algorithm(header)
    for index in values.keys() - names.keys():
        yield flag(values[index], (0, 8), message="name", index=index)
    seen: dict[str, int] = {}
    for index, card in names.items():
        parameter = card.value
        if not isinstance(parameter, str):
            continue
        parameter = parameter.rstrip()
        first = seen.setdefault(parameter, index)
        if first != index:
            yield flag(card, message="twice", parameter=parameter, first=first)
        if index not in values:
            yield flag_missing(f"ZVAL{index}", message="value", index=index, parameter=parameter)
        elif algorithm is not None:
            yield from _flag_parameter(algorithm, card, parameter, values[index])


def _flag_parameter(algorithm: str, card: Card, parameter: str, value: Card) -> Iterator[Flag]:
    known = _PARAMETERS.get(algorithm, ())
    if parameter == _NOISE:
        return
    if parameter not in known:
        # Readers pass it over, and who wrote it may know what it is for.
        hint = suggest(parameter.upper(), known)
        yield flag(card, message="unknown", level="should", algorithm=algorithm,
                   parameter=parameter, hint=hint)  # fmt: skip
        return
    choices = _CHOICES.get(parameter)
    number = value.value
    if choices is None:
        if not (value.number_value is not None and value.number_value >= 0):
            yield flag(value, message="scale", value=value.text.strip())
    elif isinstance(number, bool) or number not in choices:
        yield flag(value, message="choice", algorithm=algorithm, parameter=parameter,
                   choices=join_words(choices), value=value.text.strip())  # fmt: skip
