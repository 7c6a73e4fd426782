"""The celestial reference systems that RADESYSa may name."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Safety
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import set_value
from fitslint.text import phrase

FRAMES = frozenset(("ICRS", "FK5", "FK4", "FK4-NO-E", "GAPPT"))
"""Table 24 of FITS 4.0."""
_FRAME_BY_EQUINOX = {"J2000": "FK5", "FK5 J2000": "FK5", "B1950": "FK4", "FK4 B1950": "FK4"}
"""What writers put in their place: the equinox, which is a matter of EQUINOX."""


def _precheck_frame(text: bytes) -> bool:
    return text[1:-1].rstrip(b" ") in _FRAME_BYTES


_FRAME_BYTES = frozenset(frame.encode() for frame in FRAMES)


@rule(
    "WC118",
    "reference-system",
    clause="8.3",
    level="must",
    catalogue_rows=("W018",),
    reads="value",
    keywords=("RADESYSa",),
    types=("string",),
    precheck=_precheck_frame,
    fix="safe",
    changes=("own",),
    summary_ja="RADESYS が標準の天球座標系 (ICRS、FK5、FK4、FK4-NO-E、GAPPT) でない",
    message={
        "": "{keyword} is one of ICRS, FK5, FK4, FK4-NO-E and GAPPT, not '{text}'",
        "case": "{keyword} = '{text}' is '{proper}' in capitals; astropy, AST, DS9 and casacore"
        " know no system of the other name",
        "meant": "{keyword} is one of ICRS, FK5, FK4, FK4-NO-E and GAPPT, not '{text}'; '{proper}'"
        " is the system of that equinox",
    },
)
def reference_system(card: Card) -> Iterator[Flag]:
    """RADESYS names no celestial reference system of the standard.

    ## Why it matters
    WCSLIB (astropy, casacore) and AST (DS9) give positions without a system then, and others take
    the default: FK4 and FK5 differ by half a degree between 1950 and today.

    ## Example
    ```fits
    RADESYS = 'icrs    '           / reference system
    ```
    Use instead:
    ```fits
    RADESYS = 'ICRS    '           / reference system
    ```
    """
    value = card.value
    text = value.rstrip(" ") if isinstance(value, str) else ""
    if not text or text in FRAMES:
        return
    said = " ".join(text.upper().split())
    case = said in FRAMES
    proper = said if case else _FRAME_BY_EQUINOX.get(said, "")
    safety: Safety = "safe" if case else "unsafe"
    yield flag(
        card,
        message="case" if case else "meant" if proper else "",
        fix=set_value(card, f"'{proper:<8}'") if proper else None,
        safety=safety,
        title=phrase("write '{proper}'", proper=proper),
        keyword=card.keyword,
        text=text,
        proper=proper,
    )
