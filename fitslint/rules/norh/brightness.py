"""The brightness of the quiet Sun in images of NoRH, against their data."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.data_facts import DataFacts
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.norh.common import FAMILY

_QUIET_SUN = 1e4
"""K, at both frequencies."""
_SHARE = 0.2


@rule(
    "NR136",
    "quiet-sun-of-another-brightness",
    clause="NoRH manual 4.4.3 and A.5",
    level="style",
    hdus=("primary", "image"),
    needs=("BUNIT", "SOLR", "DATA-TYP", "POLARIZ"),
    needs_one_of=(("BUNIT",), ("SOLR",), ("DATA-TYP",)),
    facts=("disk",),
    summary_ja="静穏太陽面の輝度が 1 万度から大きく離れている",
    message="the median of the disk is {median} K; programs scale the quiet Sun to 10000 K",
)
def quiet_sun_of_another_brightness(data: DataFacts) -> Iterator[Flag]:
    r"""The disk of a whole image in R+L is not within 20 percent of 10,000 K.

    The median of what is closer to the centre than 0.9 radii counts, which a flare does not change.

    ## Why it matters
    The scale of the image comes from the disk: fluxes and temperatures of everything in it are
    wrong by the same factor.

    ## Example
    ```fits
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                    3
    NAXIS2  =                    3
    TELESCOP= 'radioheliograph'
    POLARIZ = 'r+l     '
    DATA-TYP= 'cleaned_map'
    SOLR    =               946.22
    CRVAL1  =                 0.00
    CRVAL2  =                 0.00
    CRPIX1  =                 2.00
    CRPIX2  =                 2.00
    CDELT1  =              1000.00
    CDELT2  =              1000.00
    BUNIT   = 'K       '
    @unit \x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                    3
    NAXIS2  =                    3
    TELESCOP= 'radioheliograph'
    POLARIZ = 'r+l     '
    DATA-TYP= 'cleaned_map'
    SOLR    =               946.22
    CRVAL1  =                 0.00
    CRVAL2  =                 0.00
    CRPIX1  =                 2.00
    CRPIX2  =                 2.00
    CDELT1  =              1000.00
    CDELT2  =              1000.00
    BUNIT   = 'K       '
    @unit \x00\x00\x00\x00\x00\x00\x00\x00\x27\x10\x00\x00\x00\x00\x00\x00\x00\x00
    ```
    """
    header, median = data.header, data.disk_median
    # Data are read before anybody knows whose they are.
    if header.authority is None or FAMILY not in (header.authority.rule_families or ()):
        return
    card = header.find_card("BUNIT")
    words = [
        (header.string(name) or "").strip().lower() for name in ("BUNIT", "DATA-TYP", "POLARIZ")
    ]
    if card is None or median is None or words[0] != "k" or words[2] not in ("r+l", ""):
        return
    if words[1].startswith("cleaned") and abs(median - _QUIET_SUN) > _SHARE * _QUIET_SUN:
        yield flag(card, median=float(f"{median:.4g}"))
