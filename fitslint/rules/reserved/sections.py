"""Sections of an array as IRAF writes them: [x1:x2,y1:y2]."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_LEVELS: dict[str, Level | None] = {"DATASEC": None, "TRIMSEC": "style", "BIASSEC": "style"}
"""Keywords about pixels of this array. Many programs that trim an image leave the last two."""
_KEYWORDS = tuple(_LEVELS)
_SECTION = compile_late(r"\s*\[\s*([0-9]+\s*:\s*[0-9]+(?:\s*,\s*[0-9]+\s*:\s*[0-9]+)*)\s*\]\s*")
_DIGITS_MAX = 18


@rule(
    "RK126",
    "section-outside",
    clause="IRAF",
    level="conv",
    reads="values",
    catalogue_rows=("B003",),
    needs=(*_KEYWORDS, "ZNAXISn"),
    needs_one_of=(_KEYWORDS,),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="DATASEC などの範囲が配列の外に出ている",
    message="{keyword} = {text} reaches beyond the array, which is [{array}]",
)
def section_outside(header: Header) -> Iterator[Flag]:
    """DATASEC, TRIMSEC or BIASSEC reaches beyond the array.

    ## Why it matters
    Programs that cut out the section, or take the bias from it, stop or take what is there. The
    image was trimmed or binned, and the keyword stayed behind.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                   10
    NAXIS2  =                   10
    DATASEC = '[1:12,1:10]'
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                   10
    NAXIS2  =                   10
    DATASEC = '[1:10,1:10]'
    ```
    """
    lengths = _list_lengths(header)
    for keyword, level in _LEVELS.items():
        card = header.find_card(keyword)
        text = card.value if card is not None else None
        found = _SECTION.fullmatch(text) if isinstance(text, str) else None
        if card is None or found is None or not lengths:
            continue
        ranges = [part.split(":") for part in found[1].split(",")]
        if len(ranges) > len(lengths) or max(map(len, found[1].split(":"))) > _DIGITS_MAX:
            continue
        ends = [max(map(int, both)) for both in ranges]
        if any(end > length for end, length in zip(ends, lengths, strict=False)):
            array = ",".join(f"1:{length}" for length in lengths)
            yield flag(card, level=level, keyword=keyword, text=str(text).strip(), array=array)


def _list_lengths(header: Header) -> list[int]:
    """The lengths of the axes of the image, of one that is compressed as well."""
    if header.kind == "compressed-image":
        found = [card.value for _, card in sorted(header.map_indices("ZNAXIS").items())]
    else:
        found = list(header.structure.axes)
    lengths = [length for length in found if type(length) is int and length > 0]
    return lengths if len(lengths) == len(found) else []
