"""The Sun from Nobeyama, as headers of the Radioheliograph have it.

The place is the geocentric apparent one, true equator of date, with UT1 taken to be UTC: so the
declinations and hour angles of real headers come out to 0.0001 deg and 0.004 s. Azimuth, altitude
and projection matrix of a header are those of the plane of the array, which slopes to the south;
the true ones differ by up to a degree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from fitslint.pipeline.norh.clock import YEARS, convert_to_mjd
from fitslint.pipeline.norh.errors import NorhError
from fitslint.rules.norh.sun import (
    LONGITUDE,
    RADIUS_AT_1_AU,
    TRUE_LATITUDE,
    HorizonPosition,
    compute_horizon,
    compute_projection,
    compute_sun,
)

_AU_PER_DAY = 173.144632674240
"""Speed of light."""
_JD_ZERO = 2400000.5
_SECONDS_PER_DEGREE = 240.0
DECIMALS = {
    "SOLR": 2, "SOLP": 4, "SOLB": 4, "DEC": 4, "HOURA": 2, "AZIMUTH": 4, "ALTITUDE": 4,
    "ZANGLE": 4, "PMAT1": 5, "PMAT2": 5, "PMAT3": 5, "PMAT4": 5,
}  # fmt: skip
"""Decimals of the ephemeris in headers, in their order."""


@dataclass(frozen=True, slots=True)
class Ephemeris:
    """The Sun at one moment; angles in degrees.

    Parameters
    ----------
    radius : float
        arcsec, apparent.
    pole_angle, latitude : float
        position angle of the north pole of rotation, positive to the east; of the disk centre.
    declination : float
        apparent.
    hour_angle : float
        seconds of time, positive to the west.
    """

    radius: float
    pole_angle: float
    latitude: float
    declination: float
    hour_angle: float

    @property
    def horizon(self) -> HorizonPosition:
        """Azimuth (from south through west), altitude and parallactic angle in the array plane."""
        return compute_horizon(self.declination, self.hour_angle / _SECONDS_PER_DEGREE)

    @property
    def true_horizon(self) -> HorizonPosition:
        """The same above the true horizon."""
        angle = self.hour_angle / _SECONDS_PER_DEGREE
        return compute_horizon(self.declination, angle, TRUE_LATITUDE)

    @property
    def projection(self) -> tuple[float, float, float, float]:
        """PMAT1 to PMAT4: direction cosines on the ground (west, north) by those on the sky."""
        return compute_projection(self.declination, self.hour_angle / _SECONDS_PER_DEGREE)

    def list_cards(self) -> dict[str, float]:
        """SOLR to PMAT4 as a header has them, rounded to its decimals."""
        values = (
            self.radius, self.pole_angle, self.latitude, self.declination, self.hour_angle,
            *self.horizon, *self.projection,
        )  # fmt: skip
        pairs = zip(DECIMALS.items(), values, strict=True)
        return {name: round(value, places) for (name, places), value in pairs}

    def describe_doubt(self) -> str:
        """Why the Sun was not observed then; empty where it may have been."""
        if self.true_horizon.altitude < 0:
            return "the Sun is below the horizon of Nobeyama"
        return "" if abs(self.hour_angle) <= 21600 else "more than 6 h from noon"


def compute_ephemeris(time: datetime) -> Ephemeris:
    """The Sun at a time in UT.

    Raises
    ------
    NorhError
        when the time is outside of 1950 to 2049, for which the formulae are good.
    """
    if time.year not in YEARS:
        raise NorhError(f"{time:%Y-%m-%d}: the Sun is computed for 1950 to 2049")
    mjd = convert_to_mjd(time)
    axis = compute_sun(mjd)
    declination, hour_angle, distance = _compute_place(mjd)
    return Ephemeris(
        RADIUS_AT_1_AU / distance, axis.pole_angle, axis.latitude, declination, hour_angle
    )


def _compute_place(mjd: float) -> tuple[float, float, float]:
    """Declination (deg), hour angle (s) and distance (au) of the Sun."""
    import erfa

    terrestrial = erfa.taitt(*erfa.utctai(_JD_ZERO, mjd))
    around_sun, around_barycentre = erfa.epv00(*terrestrial)
    # The Sun moves by 0.01 arcsec while its light travels, which is left out.
    sun = -around_sun["p"]
    distance = float(np.linalg.norm(sun))
    velocity: Any = around_barycentre["v"] / _AU_PER_DAY
    shifted = erfa.ab(sun / distance, velocity, distance, math.sqrt(1 - velocity @ velocity))
    ascension, declination = erfa.c2s(erfa.pnm06a(*terrestrial) @ shifted)
    sidereal = math.degrees(erfa.gst06a(_JD_ZERO, mjd, *terrestrial)) + LONGITUDE
    angle = (sidereal - math.degrees(ascension) + 180) % 360 - 180
    return math.degrees(declination), angle * _SECONDS_PER_DEGREE, distance
