"""The altitude at which a telescope points, and not that of its site."""

from __future__ import annotations

import math

from fitslint.model.card import Card
from fitslint.model.header import Header

_SURE = ("TELALT", "EL", "OBJCTALT", "CENTALT", "ALT_OBJ", "ELSTART", "TELEL")
_EITHER = ("ALTITUDE", "ALT", "ELEVATIO")
"""Of which many headers have the height of the site in metres."""
ALTITUDES = (*_EITHER, *_SURE)
ZENITH_DISTANCES = ("ZD", "ZENDIST")
_ANGLES = ("deg", "elevation of tel", "altitude of tel", "telescope", "pointing")
_HEIGHTS = ("[m]", "(m)", "[km]", "above", "meter", "metre", "sea", "site", "observatory", "radian")
_AZIMUTHS = ("AZIMUTH", "AZ", "OBJCTAZ", "CENTAZ", "TELAZ")
_SITES = (
    "LATITUDE", "LONGITUD", "SITELAT", "SITELONG", "LAT-OBS", "LAT_OBS", "OBS-LAT", "OBSLAT",
    "GEOLAT", "LAT", "TELLAT", "OBSGEO-B", "OBSGEO-X",
)  # fmt: skip
_SUMS = ("NCOMBINE", "STACKCNT", "SNAPSHOT", "NSTACK", "STACK_N")
"""How many images one was put together of, whose air masses are those of one or of their mean."""
_REPEATS = ("NAXIS3", "NDIT", "COADDS", "NCOADDS", "COADD", "NCOADD", "NEXP", "NFRAMES")
"""How often the exposure of a header may have been made, one after the other."""
WITNESS_KEYWORDS = (*_AZIMUTHS, *_SITES, *_SUMS, *_REPEATS)
_RIGHT_ANGLE = 90.0


def read_altitude(header: Header, keyword: str) -> float | None:
    """The altitude of an object in degrees; None where it is that of the site, or none at all.

    ``keyword`` is one of `ALTITUDES` and `ZENITH_DISTANCES`, a number or a text.
    """
    card = header.find_card(keyword)
    value = _read_degrees(card) if card is not None else None
    if card is None or value is None or not 0 < value < _RIGHT_ANGLE:
        return None
    comment = card.comment.lower()
    if any(word in comment for word in _HEIGHTS) or _is_sum(header):
        return None
    is_told = keyword not in _EITHER or any(word in comment for word in _ANGLES)
    if not is_told and (_has_any(header, _SITES) or not _has_any(header, _AZIMUTHS)):
        return None
    return _RIGHT_ANGLE - value if keyword in ZENITH_DISTANCES else value


def count_repeats(header: Header) -> float:
    """How many exposures the data are of, at the most."""
    return max((header.number(name) or 1.0 for name in _REPEATS), default=1.0)


def _read_degrees(card: Card) -> float | None:
    from fitslint.wcs.pointing import read_stated_angle

    if isinstance(card.value, str):
        try:
            value = float(card.value)
        except ValueError:
            angle = read_stated_angle(card, is_ascension=False)
            return None if angle is None else angle.degrees
        return value if math.isfinite(value) else None
    return card.number_value


def _has_any(header: Header, names: tuple[str, ...]) -> bool:
    return any(name in header.layout.index for name in names)


def _is_sum(header: Header) -> bool:
    return any((header.number(name) or 0.0) > 1 for name in _SUMS)
