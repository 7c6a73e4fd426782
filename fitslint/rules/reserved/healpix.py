"""Sky maps in HEALPix pixels: the keywords that say which pixels a table holds."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_BASE_FACES = 12


@rule(
    "RK125",
    "healpix-pixels",
    clause="HEALPix convention",
    level="conv",
    reads="values",
    hdus=("bintable", "image", "primary"),
    needs=("PIXTYPE", "NSIDE", "FIRSTPIX", "LASTPIX", "OBS_NPIX", "ORDERING"),
    needs_one_of=(("PIXTYPE",), ("NSIDE",)),
    summary_ja="HEALPix の NSIDE、FIRSTPIX、LASTPIX、OBS_NPIX が互いに合わない",
    message={
        "beyond": "{keyword} = {value} is no pixel of the sky: NSIDE = {nside} has pixels 0 to"
        " {last}",
        "order": "FIRSTPIX = {first} is greater than LASTPIX = {last}",
        "many": "OBS_NPIX = {value} pixels are more than the {total} of NSIDE = {nside}",
        "nested": "NSIDE = {nside} is no power of 2, which NESTED pixels need",
    },
)
def healpix_pixels(header: Header) -> Iterator[Flag]:
    """NSIDE, FIRSTPIX, LASTPIX and OBS_NPIX of a HEALPix map contradict each other.

    ## Why it matters
    NSIDE divides the sky into 12 NSIDE² pixels, numbered from 0. A pixel beyond them, or more
    observed pixels than there are, means that NSIDE is that of another map, and every value is put
    in the wrong place.

    ## Example
    ```fits bintable
    PIXTYPE = 'HEALPIX '
    ORDERING= 'NESTED  '
    NSIDE   =                    4
    FIRSTPIX=                    0
    LASTPIX =                  767
    ```
    Use instead:
    ```fits bintable
    PIXTYPE = 'HEALPIX '
    ORDERING= 'NESTED  '
    NSIDE   =                    8
    FIRSTPIX=                    0
    LASTPIX =                  767
    ```
    """
    if (header.string("PIXTYPE") or "").strip().upper() != "HEALPIX":
        return
    card, nside = header.find_card("NSIDE"), _read_integer(header, "NSIDE")
    if card is None or nside is None or nside < 1:
        return
    total = _BASE_FACES * nside**2
    first, last = _read_integer(header, "FIRSTPIX"), _read_integer(header, "LASTPIX")
    observed = _read_integer(header, "OBS_NPIX")
    for keyword, value in (("FIRSTPIX", first), ("LASTPIX", last)):
        if value is not None and not 0 <= value < total:
            yield flag(header.find_cards(keyword)[0], message="beyond", keyword=keyword,
                       value=value, nside=nside, last=total - 1)  # fmt: skip
    if first is not None and last is not None and first > last:
        yield flag(header.find_cards("FIRSTPIX")[0], message="order", first=first, last=last)
    if observed is not None and observed > total:
        yield flag(header.find_cards("OBS_NPIX")[0], message="many", value=observed, total=total,
                   nside=nside)  # fmt: skip
    nested = (header.string("ORDERING") or "").strip().upper() in {"NESTED", "NEST"}
    if nested and nside & (nside - 1):
        yield flag(card, message="nested", nside=nside)


def _read_integer(header: Header, keyword: str) -> int | None:
    card: Card | None = header.find_card(keyword)
    value = card.value if card is not None else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
