"""Frames in which a spectrum is at rest, and the velocities between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fitslint.dictionary import load_standard
from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import set_value
from fitslint.rules.spectral.rest import LIGHT
from fitslint.rules.wcs.versions import LETTERS
from fitslint.text import join_words, phrase

_FRAMES = tuple(map(str, load_standard().entry("SPECSYSa").enum))
"""Table 27 of FITS 4.0."""
_GOOD = frozenset(frame.encode() for frame in _FRAMES)
_SPELT = {frame[:4]: frame for frame in _FRAMES if frame[:2] not in ("LS", "LO")}
"""By their first letters: TOPO, BARY, HELI are written in many ways (LOCAL may be anything)."""
_LONGEST = len("GALACTOCENTRIC")


def _is_known(text: bytes) -> bool:
    return text[1:-1].rstrip(b" ") in _GOOD


@rule(
    "WS103",
    "spectral-frame",
    clause="8.4.1",
    level="must",
    catalogue_rows=("S003",),
    reads="value",
    keywords=("SPECSYSa", "SSYSOBSa", "SSYSSRCa"),
    types=("string",),
    precheck=_is_known,
    fix="unsafe",
    summary_ja="SPECSYS・SSYSOBS・SSYSSRC が標準の基準系でない",
    message={
        "": "{keyword} = '{text}' is no frame of the standard; it has {wanted}",
        "meant": "{keyword} = '{text}' is no frame of the standard; '{proper}' seems to be meant",
    },
)
def spectral_frame(card: Card) -> Iterator[Flag]:
    """SPECSYS, SSYSOBS or SSYSSRC names no frame of the standard.

    ## Why it matters
    Between the frames lie up to 30 km/s (the motion of the Earth), 20 km/s (LSR) or more. A reader
    that does not know the name has spectra without a frame.

    ## Example
    ```fits
    SPECSYS = 'BARYCENTER'         / frame of the spectrum
    ```
    Use instead:
    ```fits
    SPECSYS = 'BARYCENT'           / frame of the spectrum
    ```
    """
    text = str(card.value).rstrip(" ")
    if not text or text in _FRAMES:
        return
    said = text.strip(" ").upper()
    known = said if said in _FRAMES else None
    proper = known or (_SPELT.get(said[:4]) if len(said) <= _LONGEST else None)
    if proper:
        yield flag(
            card,
            message="meant",
            fix=set_value(card, f"'{proper:<8}'"),
            title=phrase("write '{proper}'", proper=proper),
            keyword=card.keyword,
            text=text,
            proper=proper,
        )
    else:
        yield flag(card, keyword=card.keyword, text=text, wanted=", ".join(_FRAMES))


_PLACES = (
    ("OBSGEO-X", "OBSGEO-Y", "OBSGEO-Z"), ("OBSGEO-L", "OBSGEO-B"), ("OBSORBIT",),
    ("HIERARCH ESO TEL GEOLON", "HIERARCH ESO TEL GEOLAT"), ("LONGITUD", "LATITUDE"),
    ("SITELONG", "SITELAT"), ("LONG-OBS", "LAT-OBS"), ("OBS-LONG", "OBS-LAT"),
    ("OBSLON", "OBSLAT"),
)  # fmt: skip
"""Of the standard, and of telescopes: a program that knows the latter finds the place too."""
_DATES = (
    *("DATE-OBS", "DATE-BEG", "DATE-AVG", "DATE-END", "MJD-OBS", "MJD-BEG", "MJD-AVG", "MJD-END"),
    *("TSTART", "JEPOCH"),
)


@rule(
    "WS110",
    "topocentric-spectrum",
    clause="8.4.1",
    level="conv",
    catalogue_rows=("S010",),
    needs=("SPECSYSa",),
    once="rule",
    summary_ja="SPECSYS が TOPOCENT なのに観測地の位置または日付がない",
    message="{keyword} = {text}, and the file has no {missing}: the spectrum cannot be brought to"
    " another frame",
)
def topocentric_spectrum(file: FitsFile) -> Iterator[Flag]:
    """A spectrum is in the frame of the observatory, and the file does not say where or when.

    ## Why it matters
    To bring it to the barycentre or to the LSR a program needs the place (OBSGEO-X, -Y and -Z) and
    the date of the observation, or VELOSYS, the velocity itself. A place in the keywords of a
    telescope (LONG-OBS and LAT-OBS, SITELONG and SITELAT, those of ESO) is a place.

    ## Example
    ```fits
    CTYPE1  = 'FREQ    '
    SPECSYS = 'TOPOCENT'
    DATE-OBS= '2020-01-02T03:04:05'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'FREQ    '
    SPECSYS = 'TOPOCENT'
    DATE-OBS= '2020-01-02T03:04:05'
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    ```
    """
    headers = [hdu.header for hdu in file.hdus]
    placed = any(all(name in header for name in place) for header in headers for place in _PLACES)
    dated = any(name in header for header in headers for name in _DATES)
    if placed and dated:
        return
    place, date = phrase("place (OBSGEO-X, -Y, -Z)"), phrase("date")
    absent = [what for what, there in ((place, placed), (date, dated)) if not there]
    missing = join_words(absent, "and no")
    for header in headers:
        for version in LETTERS:
            card = header.find_card(f"SPECSYS{version}")
            if card is None or f"VELOSYS{version}" in header:
                continue
            if (header.string(card.keyword) or "").rstrip(" ") == "TOPOCENT":
                found = flag(card, keyword=card.keyword, text=card.text.strip(), missing=missing)
                yield in_hdu(found, hdu=header.hdu)


_HALF_CIRCLE = 180.0
_SENSES: dict[str, tuple[Callable[[float], bool], str]] = {
    "VELOSYS": (lambda value: abs(value) < LIGHT, phrase("a velocity below that of light, in m/s")),
    "ZSOURCE": (lambda value: value > -1, phrase("a redshift above -1")),
    "VELANGL": (lambda value: 0 <= value <= _HALF_CIRCLE, phrase("an angle from 0 to 180 degrees")),
}


def _surely_sensible(name: str) -> Callable[[bytes], bool]:
    sensible, _ = _SENSES[name[:7]]

    def is_sensible(text: bytes) -> bool:
        try:
            return sensible(float(text))
        except ValueError:
            return False

    return is_sensible


@rule(
    "WS111",
    "velocity-without-sense",
    clause="8.4.1",
    level="must",
    catalogue_rows=("S011",),
    reads="value",
    keywords=("VELOSYSa", "ZSOURCEa", "VELANGLa"),
    types=("integer", "real"),
    precheck_for_keyword=_surely_sensible,
    summary_ja="VELOSYS・ZSOURCE・VELANGL がありえない値である",
    message="{keyword} = {text} cannot be; it is {wanted}",
)
def velocity_without_sense(card: Card) -> Iterator[Flag]:
    """VELOSYS, ZSOURCE or VELANGL has a value that no velocity, redshift or angle has.

    ## Why it matters
    Placeholders as -999 are taken for values: a redshift of -999 turns the sign of frequencies.

    ## Example
    ```fits
    ZSOURCE =               -999.0
    ```
    Use instead:
    ```fits
    ZSOURCE =               0.0025
    ```
    """
    value = card.number_value
    sensible, wanted = _SENSES[card.keyword[:7]]
    if value is not None and not sensible(value):
        yield flag(card, keyword=card.keyword, text=card.text.strip(), wanted=wanted)
