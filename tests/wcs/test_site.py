"""Sidereal time, altitude, air mass and precession against astropy and ERFA."""

from __future__ import annotations

import math
import random

import erfa
import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import FK4, FK5, SkyCoord
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from fitslint.wcs.precession import (
    besselian_to_julian,
    fk4_to_fk5,
    fk5_to_fk4,
    precess_fk4,
    precess_fk5,
)
from fitslint.wcs.site import (
    SIDEREAL_ERROR,
    compute_airmass,
    compute_horizontal_position,
    compute_secant_airmass,
    compute_sidereal_time,
)
from tests.sweeps import parts

PARTS, IN_PART = 10, 40
CLOSE = 0.1
"""Arcsec."""


def arcsec_between(one, other):
    return SkyCoord(*one, unit="deg").separation(SkyCoord(*other, unit="deg")).arcsec


def generated(part):
    rng = random.Random(f"places {part}")
    for _ in range(IN_PART):
        yield rng, rng.uniform(0, 360), math.degrees(math.asin(rng.uniform(-1, 1)))


def from_fk4(ra, dec, equinox, epoch):
    frame = FK4(equinox=Time(equinox, format="byear"), obstime=Time(epoch, format="byear"))
    found = SkyCoord(ra, dec, unit="deg", frame=frame).transform_to(FK5(equinox="J2000"))
    return found.ra.deg, found.dec.deg


@pytest.mark.parametrize("part", parts(PARTS))
def test_fk4_to_fk5_as_in_astropy(part):
    for rng, ra, dec in generated(part):
        equinox, epoch = rng.choice((1875.0, 1900.0, 1950.0, 1975.0)), rng.uniform(1900, 2020)
        ours = fk4_to_fk5(ra, dec, equinox)
        assert arcsec_between(ours, from_fk4(ra, dec, equinox, equinox)) < CLOSE
        moved = fk4_to_fk5(ra, dec, equinox, epoch)
        assert arcsec_between(moved, from_fk4(ra, dec, equinox, epoch)) < CLOSE
        assert arcsec_between(fk5_to_fk4(*moved, equinox, epoch), (ra, dec)) < 1e-6


@pytest.mark.parametrize("part", parts(PARTS))
def test_precession_of_fk5_is_that_of_lieske(part):
    for rng, ra, dec in generated(part):
        year = rng.uniform(1900, 2100)
        zeta, z, theta = erfa.prec76(2451545.0, 0.0, 2451545.0, (year - 2000) * 365.25)
        matrix = erfa.rz(-z, erfa.ry(theta, erfa.rz(-zeta, np.eye(3))))
        place = erfa.s2c(math.radians(ra), math.radians(dec))
        expected = np.degrees(erfa.c2s(matrix @ place))
        assert arcsec_between(precess_fk5(ra, dec, 2000.0, year), expected) < 1e-6
        assert arcsec_between(
            precess_fk5(*precess_fk5(ra, dec, 2000.0, year), year, 2000.0), (ra, dec)
        ) < 2e-3  # fmt: skip


def test_astropy_precesses_fk5_by_another_theory():
    """IAU 2006 in place of IAU 1976, which FK5 is defined with: 0.3 arcsec a century."""
    frame = FK5(equinox=Time(2100.0, format="jyear"))
    theirs = SkyCoord(30.0, 10.0, unit="deg", frame=FK5(equinox="J2000")).transform_to(frame)
    ours = precess_fk5(30.0, 10.0, 2000.0, 2100.0)
    assert 0.1 < arcsec_between(ours, (theirs.ra.deg, theirs.dec.deg)) < 0.5


@pytest.mark.parametrize("part", parts(PARTS))
def test_precession_of_fk4(part):
    for rng, ra, dec in generated(part):
        source, target = rng.uniform(1875, 1984), rng.uniform(1875, 1984)
        one, other = (
            FK4(equinox=Time(year, format="byear"), obstime=Time(year, format="byear"))
            for year in (source, target)
        )
        theirs = SkyCoord(ra, dec, unit="deg", frame=one).transform_to(other)
        ours = precess_fk4(ra, dec, source, target)
        assert arcsec_between(ours, (theirs.ra.deg, theirs.dec.deg)) < CLOSE


def test_epochs():
    assert besselian_to_julian(1950.0) == pytest.approx(Time(1950.0, format="byear").jyear)


@pytest.mark.parametrize("part", parts(PARTS))
@pytest.mark.parametrize("apparent", [False, True])
def test_sidereal_time_as_in_astropy(part, apparent):
    for rng, longitude, _ in generated(part):
        mjd = rng.uniform(42000, 60600)
        time = Time(mjd, format="mjd", scale="ut1")
        theirs = time.sidereal_time(
            "apparent" if apparent else "mean", longitude=longitude * u.deg
        ).deg
        ours = compute_sidereal_time(mjd, longitude, apparent=apparent)
        difference = abs((ours - theirs + 180) % 360 - 180) * 240
        assert difference < (0.05 if apparent else 1e-3)
        assert difference < SIDEREAL_ERROR


@pytest.mark.parametrize("part", parts(PARTS))
def test_altitudes_as_in_erfa(part):
    for rng, ra, dec in generated(part):
        sidereal, latitude = rng.uniform(0, 360), rng.uniform(-90, 90)
        azimuth, altitude = erfa.hd2ae(
            math.radians(sidereal - ra), math.radians(dec), math.radians(latitude)
        )
        ours = compute_horizontal_position(ra, dec, sidereal, latitude)
        assert ours[0] == pytest.approx(math.degrees(altitude), abs=1e-9)
        assert math.cos(math.radians(ours[1]) - azimuth) == pytest.approx(1, abs=1e-12)


def test_air_masses():
    assert compute_secant_airmass(30.0) == pytest.approx(2.0)
    assert compute_airmass(90.0) == pytest.approx(1.0, abs=1e-6)
    assert compute_airmass(30.0) == pytest.approx(1.994, abs=1e-3)
    assert compute_airmass(0.0) == pytest.approx(38.7, abs=0.1)
    assert all(math.isnan(compute_airmass(altitude)) for altitude in (-1.0, 91.0, math.nan))
    assert all(math.isnan(compute_secant_airmass(altitude)) for altitude in (0.0, -1.0, math.inf))


@given(st.floats(), st.floats(), st.floats(), st.floats())
def test_no_number_ends_in_an_exception(one, two, three, four):
    precess_fk5(one, two, three, four)
    precess_fk4(one, two, three, four)
    fk4_to_fk5(one, two, three, four)
    fk5_to_fk4(one, two, three, four)
    compute_horizontal_position(one, two, three, four)
    compute_sidereal_time(one, two)
    compute_airmass(one)
    compute_secant_airmass(one)
