"""The time scale of a header, and the place where its times hold (FITS 4.0 section 9.2)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary import load_standard
from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.late import compile_late
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.text import phrase

_SCALE = compile_late(r"([A-Za-z0-9]*)( *\([^()]*\))?")
_SCALES = load_standard().entry("TIMESYS").enum
_SCALE_BYTES = frozenset(str(scale).encode() for scale in _SCALES)
_TOPOCENT = "TOPOCENT"
"""The first eight characters tell the positions apart (9.2.3)."""
_POSITION_KEYWORDS = (("OBSGEO-X", "OBSGEO-Y", "OBSGEO-Z"), ("OBSGEO-L", "OBSGEO-B"), ("OBSORBIT",))


def _precheck_scale(text: bytes) -> bool:
    """Whether a value as written is surely one of the scales."""
    return text[1:-1].rstrip(b" ") in _SCALE_BYTES


@rule(
    "WT101",
    "unknown-time-scale",
    clause="9.2.1",
    level="must",
    fix="safe",
    reads="value",
    keywords=("TIMESYS",),
    types=("string",),
    precheck=_precheck_scale,
    once="fact",
    changes=("TIMESYS",),
    catalogue_rows=("Q001",),
    summary_ja="TIMESYS が標準の時刻系でない",
    message={
        "": "TIMESYS = {value} is no time scale of the standard; it has {wanted}",
        "case": "TIMESYS = {value} is in lower case; write {wanted}",
    },
)
def unknown_time_scale(card: Card) -> Iterator[Flag]:
    """TIMESYS names a time scale that the standard does not have, or not in capitals.

    Behind the scale its realisation may follow in parentheses: TT(TAI), UTC(NIST).

    ## Why it matters
    The scales in use lie up to 70 s apart. A reader that does not know the name takes UTC, or
    stops.

    ## Example
    ```fits
    TIMESYS = 'utc     '           / time scale
    ```
    Use instead:
    ```fits
    TIMESYS = 'UTC     '           / time scale
    ```
    """
    value = str(card.value).strip(" ")
    match = _SCALE.fullmatch(value)
    if not value or (match and match[1] in _SCALES):
        return
    scale = match[1].upper() if match else ""
    if match is None or scale not in _SCALES:
        yield flag(card, value=card.text, wanted=", ".join(map(str, _SCALES)))
        return
    wanted = f"{scale}{match[2] or ''}"
    edit = overwrite_value(card, f"'{wanted:<8}'")
    yield flag(
        card,
        message="case",
        level="should",
        fix=edit,
        title=phrase("write '{wanted}'", wanted=wanted),
        value=card.text,
        wanted=f"'{wanted}'",
    )


@rule(
    "WT102",
    "topocentre-without-place",
    clause="9.2.3",
    level="should",
    needs=("TREFPOS",),
    once="rule",
    catalogue_rows=("Q005",),
    summary_ja="TREFPOS が TOPOCENTER なのに観測地の位置がない",
    message="TREFPOS = {value}, and nothing in the file says where that is: OBSGEO-X, -Y and -Z, or"
    " -L, -B and -H, or OBSORBIT",
)
def topocentre_without_place(file: FitsFile) -> Iterator[Flag]:
    """Times hold at the observatory, and the file does not say where it is.

    ## Why it matters
    Light takes 21 ms across the Earth and eight minutes from the Sun: times of two places are
    compared only when both are known. Astropy writes TOPOCENTER into every table with times,
    whether it knows the place or not.

    ## Example
    ```fits
    TREFPOS = 'TOPOCENTER'         / place where times hold
    ```
    Use instead:
    ```fits
    TREFPOS = 'TOPOCENTER'         / place where times hold
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    ```
    """
    headers = [hdu.header for hdu in file.hdus]
    if any(
        all(name in header for name in place) for header in headers for place in _POSITION_KEYWORDS
    ):
        return
    for header in headers:
        card = header.find_card("TREFPOS")
        value = (header.string("TREFPOS") or "").strip(" ").upper()
        if card and value.startswith(_TOPOCENT):
            yield in_hdu(flag(card, value=card.text), hdu=header.hdu)
