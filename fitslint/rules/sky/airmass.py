"""The air mass against altitude, position, time and place."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    EXPOSURE_KEYWORDS,
    read_exposure,
    read_instant,
    read_time_of_day,
)
from fitslint.rules.sky.altitude import (
    ALTITUDES,
    WITNESS_KEYWORDS,
    ZENITH_DISTANCES,
    count_repeats,
    read_altitude,
)
from fitslint.rules.sky.clocks import format_clock
from fitslint.rules.sky.columns import list_world_names
from fitslint.rules.sky.instruments import (
    SIGNED_SITE_KEYWORDS,
    SITE_KEYWORDS,
    Site,
    find_site,
    list_known_telescopes,
)
from fitslint.rules.sky.numbers import round_digits

_AIRMASS_ROOM = 0.04
_AIRMASS_MAX = 3.0
_ALTITUDE_ROOM = 1.0
"""Degrees: refraction, precession, and where in the field the telescope points."""
_J2000 = 51544.5
_TURN = 15.0 / 3600
"""Degrees a second that an altitude changes at the most."""


def _plan_airmass(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    index = layout.index if layout is not None else {}
    for name in (*ALTITUDES, *ZENITH_DISTANCES) if "AIRMASS" in index else ():
        if name in index:
            needs = ("AIRMASS", name, *EXPOSURE_KEYWORDS, *WITNESS_KEYWORDS)
            yield Subcheck(needs, name, None, cacheable=False)


@rule(
    "WT202",
    "airmass-disagrees",
    clause="4.4.2.2",
    level="conv",
    catalogue_rows=("Q012",),
    reads="values",
    subchecks=_plan_airmass,
    needs_one_of=(("AIRMASS",),),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="AIRMASS が高度 (天頂距離) から求めた値と合わない",
    message={
        "": "AIRMASS = {text} is not that of {keyword} = {value} deg, which is {expected}",
        "zenith": "AIRMASS = {text} is not that of {keyword} = {value} deg, which is {expected},"
        " but that of a zenith distance of {value} deg",
    },
)
def airmass_disagrees(header: Header, keyword: str) -> Iterator[Flag]:
    """The air mass is not that of the altitude or zenith distance beside it.

    Air masses of a plane atmosphere and of a round one up to 3 are compared; what the altitude
    changes during the exposure, or all of them (NAXIS3, NDIT, COADDS …), is granted, and 0.04.
    ALTITUDE, ALT and ELEVATIO may be the height of the site: they are taken for an angle where
    their comment says so or an azimuth stands beside them and no coordinates of the site. Images
    put together of several are left out.

    ## Why it matters
    Extinction is corrected by AIRMASS: one taken over from another exposure, or from the zenith
    distance in place of the altitude, makes every magnitude wrong.

    ## Example
    ```fits
    @text
    AIRMASS =                1.854
    ALTITUDE=               46.971 / [deg] altitude of telescope pointing
    EXPTIME =                200.0
    ```
    Use instead:
    ```fits
    @text
    AIRMASS =                1.368
    ALTITUDE=               46.971 / [deg] altitude of telescope pointing
    EXPTIME =                200.0
    ```
    """
    card, other = header.find_card("AIRMASS"), header.find_card(keyword)
    airmass, altitude = header.number("AIRMASS"), read_altitude(header, keyword)
    if card is None or other is None or airmass is None or altitude is None:
        return
    if not 1.0 <= airmass <= _AIRMASS_MAX:
        return
    exposure = read_exposure(header) * max(count_repeats(header), 1.0)
    span = _TURN * min(exposure, DAY_SECONDS) + 0.1
    if _may_have_airmass(airmass, altitude, span):
        return
    expected = _compute_secant(altitude)
    turned = _may_have_airmass(airmass, 90 - altitude, span)
    if expected is not None and expected <= _AIRMASS_MAX + 1:
        yield flag(
            card, message="zenith" if turned and keyword in ALTITUDES else "",
            text=card.text.strip(), keyword=keyword, value=other.text.strip("' "),
            expected=round_digits(expected, 4),
        )  # fmt: skip


def _compute_secant(altitude: float) -> float | None:
    return 1 / math.sin(math.radians(altitude)) if 5 < altitude <= 90 else None


def _may_have_airmass(airmass: float, altitude: float, span: float) -> bool:
    """Whether an air mass is one of altitudes around this one."""
    least = _compute_secant(min(90.0, altitude + span))
    most = _compute_secant(altitude - span)
    if least is None:
        return airmass > _AIRMASS_MAX
    return least - _AIRMASS_ROOM <= airmass and (most is None or airmass <= most + _AIRMASS_ROOM)


_HORIZON = ("AIRMASS", "DATE-OBS")
_POSITION, _REFERENCE = ("RA", "DEC"), ("CTYPE1", "CRVAL1", "CRVAL2")
_TIMES = ("UT", "UT-STR", "UTC-OBS", "UTC", "TIME-OBS", "UTSTART")
_SIDEREAL = ("LST-STR", "LST", "LST-OBS", "OBSLST", "ST")


def _plan_horizon(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    index = layout.index if layout is not None else {}
    has_position = any(name in index for name in SIGNED_SITE_KEYWORDS)
    if all(name in index for name in _HORIZON) and (has_position or "TELESCOP" in index):
        assert layout is not None
        if all(name in index for name in _POSITION):
            where: tuple[str, ...] = (*_POSITION, "EQUINOX", "EPOCH", "RADESYS", "RADECSYS")
        elif all(name in index for name in _REFERENCE):
            where = list_world_names(layout)
        else:
            return
        needs = (*_HORIZON, *_TIMES, *_SIDEREAL, *where, *SITE_KEYWORDS, *EXPOSURE_KEYWORDS)
        precheck = None if has_position else _NamePrecheck(index["TELESCOP"][0] * CARD_SIZE)
        yield Subcheck(needs, None, precheck, cacheable=False)


class _NamePrecheck:
    """Whether the name of the telescope, which alone may tell the place, surely does not."""

    def __init__(self, start: int) -> None:
        self._start, self._stop = start + 8, start + CARD_SIZE

    def __call__(self, header: Header) -> bool:
        field = header.raw[self._start : self._stop]
        if not field.startswith(b"= '"):
            return False
        return field[3:].split(b"'", 1)[0].strip() not in list_known_telescopes()


@rule(
    "WT203",
    "airmass-elsewhere",
    clause="4.4.2.2",
    level="style",
    catalogue_rows=("Q012",),
    reads="values",
    subchecks=_plan_horizon,
    hdus=("primary", "image", "compressed-image"),
    summary_ja="AIRMASS が、位置・日時・観測地から求めた高度と合わない",
    message={
        "": "AIRMASS = {text} is of an altitude of {stated} deg, and {position} at {moment} UT at"
        " {longitude} deg east, {latitude} deg north ({source}) are {altitude} deg high",
        "below": "AIRMASS = {text}, and {position} at {moment} UT at {longitude} deg east,"
        " {latitude} deg north ({source}) are {altitude} deg under the horizon",
        "sidereal": "AIRMASS = {text} is of an altitude of {stated} deg, and {position} at the"
        " sidereal time {keyword} = {moment} at {latitude} deg north ({source}) are {altitude} deg"
        " high",
    },
)
def airmass_elsewhere(header: Header, _: object) -> Iterator[Flag]:
    """The air mass does not follow from position, time and place of the observation.

    Three degrees of altitude are granted, and what it changes during the exposure. The position is
    that of RA and DEC, and of CRVALi where they are not there. Where the header has no time of day,
    its sidereal time is taken.

    ## Why it matters
    One of them is wrong: the time is local, the longitude counts the other way, the position is
    that of another target.

    ## Example
    ```fits
    @text
    DATE-OBS= '2007-04-23T18:02:27.2'
    RA      = '13:46:57.675'
    DEC     = '-10:43:59.49'
    AIRMASS =                1.354
    EXPTIME =                200.0
    OBSGEO-L=            -155.4761
    OBSGEO-B=              19.8255
    OBSGEO-H=               4163.0
    ```
    Use instead:
    ```fits
    @text
    DATE-OBS= '2007-04-23T08:02:27.2'
    RA      = '13:46:57.675'
    DEC     = '-10:43:59.49'
    AIRMASS =                1.354
    EXPTIME =                200.0
    OBSGEO-L=            -155.4761
    OBSGEO-B=              19.8255
    OBSGEO-H=               4163.0
    ```
    """
    card, airmass, site = header.find_card("AIRMASS"), header.number("AIRMASS"), find_site(header)
    names, position = _find_position(header)
    if card is None or airmass is None or site is None or position is None:
        return
    if not 1.0 <= airmass <= _AIRMASS_MAX or not site.is_signed:
        return
    moments = _list_start_moments(header)
    clock = None if moments else _find_sidereal_card(header)
    if clock is not None:
        altitudes = [_compute_sidereal_altitude(header, position, clock.keyword, site)]
    else:
        altitudes = [_compute_altitude(position, moment, site) for moment in moments]
    span = 3 * _ALTITUDE_ROOM + _TURN * min(read_exposure(header), DAY_SECONDS)
    if not altitudes or any(_may_have_airmass(airmass, each, span) for each in altitudes):
        return
    altitude = altitudes[0]
    message = "sidereal" if clock is not None else "below" if altitude < 0 else ""
    yield flag(
        card, message=message, text=card.text.strip(), position=names,
        stated=round_digits(math.degrees(math.asin(1 / airmass))),
        keyword=clock.keyword if clock is not None else "",
        moment=format_clock(moments[0] % 1 * DAY_SECONDS) if clock is None else clock.text.strip(),
        longitude=round_digits(site.longitude, 6), latitude=round_digits(site.latitude, 6),
        source=site.source, altitude=round_digits(abs(altitude) if clock is None else altitude),
    )  # fmt: skip


def _find_sidereal_card(header: Header) -> Card | None:
    """The card of the sidereal time at the beginning, where the day is known."""
    day = read_instant(header, "DATE-OBS")
    if day is None or not 0 < day.mjd < 1e5:
        return None
    known = (name for name in _SIDEREAL if read_time_of_day(header, name) is not None)
    return next((header.find_card(name) for name in known), None)


def _compute_sidereal_altitude(
    header: Header, position: tuple[float, float], keyword: str, site: Site
) -> float:
    from fitslint.wcs.site import compute_horizontal_position

    day, seconds = read_instant(header, "DATE-OBS"), read_time_of_day(header, keyword)
    ra, dec = _precess(position, day.mjd if day is not None else _J2000)
    return compute_horizontal_position(ra, dec, (seconds or 0.0) / 240, site.latitude)[0]


def _find_position(header: Header) -> tuple[str, tuple[float, float] | None]:
    """The names and the place in ICRS of RA and DEC, or of CRVALi where they are not there."""
    from fitslint.wcs.compare import compile_celestial, find_icrs
    from fitslint.wcs.pointing import POSITION_KEYWORDS, read_position

    if all(name in header for name in _POSITION):
        stated = read_position(header, POSITION_KEYWORDS[0])
        return "RA, DEC", stated.icrs if stated is not None else None
    wcs = compile_celestial(header)
    return "CRVAL1, CRVAL2", find_icrs(wcs, wcs.origin) if wcs is not None else None


def _compute_altitude(position: tuple[float, float], mjd: float, site: Site) -> float:
    from fitslint.wcs.site import compute_horizontal_position, compute_sidereal_time

    sidereal = compute_sidereal_time(mjd, site.longitude)
    return compute_horizontal_position(*_precess(position, mjd), sidereal, site.latitude)[0]


def _precess(position: tuple[float, float], mjd: float) -> tuple[float, float]:
    """A position in the equinox of a date."""
    from fitslint.wcs.precession import precess_fk5

    return precess_fk5(*position, 2000.0, 2000 + (mjd - _J2000) / 365.25)


def _list_start_moments(header: Header) -> list[float]:
    start = read_instant(header, "DATE-OBS")
    if start is None or not 0 < start.mjd < 1e5:
        return []
    if start.has_time:
        return [start.mjd]
    for name in _TIMES:
        seconds = read_time_of_day(header, name)
        if seconds is not None:
            moment = math.floor(start.mjd) + seconds / DAY_SECONDS
            # the date may be that of the evening
            return [moment, moment + 1]
    return []
