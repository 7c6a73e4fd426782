"""Time axes and time scales against astropy, the standard and any input."""

from __future__ import annotations

import math
import random
import re

import numpy as np
import pytest
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from fitslint.syntax.leap_seconds import LEAP_YEARS
from fitslint.wcs.maths import SCALAR, load_array_maths
from fitslint.wcs.time_scales import (
    DAY_SECONDS,
    TDB_ERROR,
    TIME_SCALES,
    MjdTime,
    TimeScaleError,
    convert_time_scale,
    list_utc_offsets,
    parse_time_scale,
)
from fitslint.wcs.timeaxis import TimeAxis, find_time_factor, is_time, read_time_reference
from fitslint.wcs.wcs_error import WcsError
from tests.sweeps import parts
from tests.wcs.generated_axes import corpus_headers, header_values, read_with_astropy

ARRAYS = load_array_maths()
PARTS, IN_PART = 25, 300
SCALES = ("UTC", "TAI", "TT", "TDB", "TCG", "TCB")
EXACT = 1e-9
"""Seconds: what defined offsets may differ by from astropy."""


def seconds_between(one: MjdTime, other: MjdTime) -> float:
    return (one.day - other.day) * DAY_SECONDS + (one.seconds - other.seconds)


def instant_of(time: Time) -> MjdTime:
    day = math.floor(time.jd1 - 2400000.5)
    return MjdTime(day, (time.jd1 - 2400000.5 - day) * DAY_SECONDS + time.jd2 * DAY_SECONDS)


def leap_days():
    return {day - 1 for day, _ in list_utc_offsets()}


@pytest.mark.parametrize("part", parts(PARTS))
def test_scales_are_those_of_astropy(part):
    rng = random.Random(f"scales {part}")
    for _ in range(IN_PART):
        source, target = rng.choice(SCALES), rng.choice(SCALES)
        day, seconds = rng.randint(41400, 60600), rng.uniform(0, DAY_SECONDS - 1)
        if {day, day - 1, day + 1} & leap_days():
            continue  # ERFA counts the fraction of a day of 86401 s
        found = convert_time_scale(MjdTime(day, seconds), source, target)
        theirs = getattr(Time(day, seconds / DAY_SECONDS, format="mjd", scale=source.lower()),
                         target.lower())  # fmt: skip
        difference = abs(seconds_between(found.instant, instant_of(theirs)))
        assert difference <= found.error + EXACT, (source, target, day)
        assert found.error <= 2 * TDB_ERROR


@pytest.mark.parametrize("source", ["TAI", "TT", "UTC", "TDB", "TCG", "TCB", "GPS"])
@pytest.mark.parametrize("target", ["TAI", "TT", "UTC", "TDB", "TCG", "TCB", "GPS"])
def test_scales_lead_back(source, target):
    for day in (41400, 51544, 57753, 57754, 60600):
        for seconds in (0.0, 43200.25, 86399.5):
            there = convert_time_scale(MjdTime(day, seconds), source, target).instant
            back = convert_time_scale(there, target, source).instant
            assert abs(seconds_between(back, MjdTime(day, seconds))) < EXACT


def test_gps_is_behind_atomic_time():
    found = convert_time_scale(MjdTime(44244, 0.0), "GPS", "UTC")
    assert found.instant == MjdTime(44244, 0.0)
    assert found.error == 0.0


def test_leap_seconds():
    assert len(list_utc_offsets()) == 1 + sum(len(years) for years in LEAP_YEARS.values())
    assert list_utc_offsets()[0] == (41317, 10)
    assert list_utc_offsets()[-1] == (57754, 37)
    for tai, utc in (
        (MjdTime(57754, 35.9), MjdTime(57753, 86399.9)),
        (MjdTime(57754, 36.0), MjdTime(57753, 86400.0)),
        (MjdTime(57754, 36.5), MjdTime(57753, 86400.5)),
        (MjdTime(57754, 37.0), MjdTime(57754, 0.0)),
    ):
        assert seconds_between(convert_time_scale(tai, "TAI", "UTC").instant, utc) == (
            pytest.approx(0, abs=1e-10)
        )
        assert seconds_between(convert_time_scale(utc, "UTC", "TAI").instant, tai) == (
            pytest.approx(0, abs=1e-10)
        )


def test_names_of_scales():
    assert parse_time_scale("TT(TAI)").realisation == "TAI"
    assert parse_time_scale(" UTC(NIST) ").name == "UTC"
    assert not parse_time_scale("XYZ").is_known
    assert parse_time_scale("utc") is None
    assert parse_time_scale("UTC(" + "x" * 1000 + ")") is None
    assert set(TIME_SCALES) >= {"TAI", "TT", "TDT", "ET", "IAT", "UT1", "UTC", "GMT", "UT", "GPS",
                                "TCG", "TCB", "TDB", "LOCAL"}  # fmt: skip


@pytest.mark.parametrize(
    ("instant", "source", "target", "sentence"),
    [
        (MjdTime(50000, 0.0), "LOCAL", "UTC", "LOCAL"),
        (MjdTime(50000, 0.0), "UTC", "MARS", "'MARS' is no time scale"),
        (MjdTime(40000, 0.0), "UTC", "TAI", "before 1972"),
        (MjdTime(40000, 0.0), "TT", "UTC", "before 1972"),
    ],
)
def test_what_cannot_be_converted_is_said(instant, source, target, sentence):
    with pytest.raises(TimeScaleError, match=sentence):
        convert_time_scale(instant, source, target)


def test_errors_are_told():
    now = MjdTime(60000, 0.0)
    assert convert_time_scale(now, "UT1", "UTC").error == pytest.approx(0.9)
    assert convert_time_scale(now, "TT", "TDB").error == TDB_ERROR
    assert convert_time_scale(now, "TDB", "TCB").error == 0.0
    later = MjdTime(70000, 0.0)
    assert convert_time_scale(later, "UTC", "TT").error == 1.0
    assert convert_time_scale(later, "TAI", "TT").error == 0.0


@pytest.mark.parametrize(
    ("values", "expected", "noted"),
    [
        ({"MJDREF": 50000.25}, MjdTime(50000, 21600.0), []),
        ({"MJDREFI": 51910, "MJDREFF": 7.428703703703703e-4}, MjdTime(51910, 64.184), []),
        ({"MJDREFI": 51910}, MjdTime(51910, 0.0), ["MJDREFF"]),
        ({"MJDREFF": 0.5}, MjdTime(0, 43200.0), ["MJDREFI"]),
        ({"MJDREFI": 10, "MJDREFF": 1.5}, MjdTime(11, 43200.0), ["MJDREFF"]),
        ({"JDREF": 2450000.5}, MjdTime(50000, 0.0), []),
        ({"JDREFI": 2450000, "JDREFF": 0.75}, MjdTime(50000, 21600.0), []),
        ({"DATEREF": "2000-01-01T12:00:00"}, MjdTime(51544, 43200.0), []),
        ({"DATEREF": "2000-01-01", "JDREF": 2450000.5}, MjdTime(50000, 0.0), []),
        ({"JDREF": 2450000.5, "MJDREF": 3.0}, MjdTime(3, 0.0), []),
        ({"MJDREF": 7.0, "MJDREFI": 3, "MJDREFF": 0.0}, MjdTime(3, 0.0), ["MJDREF"]),
        ({}, MjdTime(0, 0.0), ["MJDREF"]),
        ({"MJDREF": 5.0, "TIMEOFFS": -2.0, "TIMEUNIT": "h"}, MjdTime(4, 79200.0), []),
        ({"MJDREF": 5.0, "TIMEOFFS": 2.0}, MjdTime(5, 2.0), []),
        ({"MJDREF": -1e-20}, MjdTime(0, 0.0), []),
    ],
    ids=str,
)
def test_the_reference(values, expected, noted):
    notes = []
    found = read_time_reference(values, notes)
    assert seconds_between(found, expected) == pytest.approx(0, abs=1e-6)
    assert 0 <= found.seconds < DAY_SECONDS
    assert [keyword for keyword, _ in notes] == noted


def axis_of(**values):
    return TimeAxis.from_values({"CTYPE1": "TIME", "MJDREF": 50000.0, **values}, 1)


def test_from_offset_to_date_and_back():
    axis = axis_of(CUNIT1="h", CRVAL1=12.0, TIMESYS="TT")
    assert (axis.unit, axis.factor, axis.scale.name) == ("h", 3600.0, "TT")
    assert axis.to_mjd(SCALAR, 6.0) == 50000.75
    assert axis.from_mjd(SCALAR, 50000.75) == pytest.approx(6.0)
    assert axis.to_world(SCALAR, 6.0) == 18.0
    assert axis.to_mjd_time(18.0) == MjdTime(50000, 64800.0)
    assert axis.convert(18.0, "TAI").instant.seconds == pytest.approx(64800 - 32.184)
    there = axis.to_mjd(ARRAYS, np.array([0.0, 6.0]))
    assert there.tolist() == [50000.5, 50000.75]


def test_logarithmic_axes():
    axis = axis_of(CTYPE1="TIME-LOG", CRVAL1=10.0)
    assert axis.to_world(SCALAR, 10.0) == pytest.approx(10 * math.e)
    assert axis.to_offset(SCALAR, 10 * math.e) == pytest.approx(10.0)
    assert math.isnan(axis.to_offset(SCALAR, -1.0))


def test_types_and_scales():
    assert all(is_time(name) for name in ("TIME", "UTC", "TT(TAI)", "TAI     ", "TIME-LOG",
                                          "UTC--TAB", "TDB"))  # fmt: skip
    assert not any(
        is_time(name) for name in ("TIMELAG", "PHASE", "FREQ", "", "TIME(SECOND)", "time", "TT-SIN")
    )
    assert axis_of(TIMESYS="TDB").scale.name == "TDB"
    assert axis_of().scale.name == "UTC"
    other = axis_of(CTYPE1="TT", TIMESYS="UTC")
    assert other.scale.name == "TT"
    assert [keyword for keyword, _ in other.notes] == ["TIMESYS"]
    same = axis_of(CTYPE1="TT", TIMESYS="TDT", TREFPOS="BARYCENT", TREFDIR="RA,DEC")
    assert (same.notes, same.position, same.direction) == ((), "BARYCENT", "RA,DEC")
    assert [keyword for keyword, _ in axis_of(TREFPOS="PLUTO").notes] == ["TREFPOS"]


@pytest.mark.parametrize(
    ("unit", "seconds"),
    [("s", 1), ("ms", 1e-3), ("d", 86400), ("a", 31557600), ("yr", 31557600), ("cy", 3155760000),
     ("min", 60), ("h", 3600), ("ks", 1e3), ("Ma", 1e6 * 31557600), ("ta", 365.24219 * 86400),
     ("Ba", 365.2421988 * 86400)],
)  # fmt: skip
def test_units(unit, seconds):
    assert find_time_factor(unit, "CUNIT1") == pytest.approx(seconds, rel=1e-15)


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("CTYPE1", {"CTYPE1": "TIMELAG"}), ("CTYPE1", {"CTYPE1": "TIME-TAB"}),
        ("CTYPE1", {"CTYPE1": 1}), ("CTYPE1", {"CTYPE1": "x" * 100000}),
        ("CUNIT1", {"CUNIT1": "sec"}), ("CUNIT1", {"CUNIT1": "deg"}), ("CUNIT1", {"CUNIT1": 1}),
        ("TIMEUNIT", {"TIMEUNIT": "day"}), ("TIMESYS", {"TIMESYS": "utc"}),
        ("TIMESYS", {"TIMESYS": "TT(" + "x" * 99999}), ("TIMESYS", {"TIMESYS": 7}),
        ("MJDREF", {"MJDREF": "50000"}), ("MJDREF", {"MJDREF": math.nan}),
        ("MJDREF", {"MJDREF": 1e300}), ("MJDREFI", {"MJDREFI": 1e20}),
        ("JDREFF", {"MJDREF": None, "JDREFF": True}),
        ("DATEREF", {"MJDREF": None, "DATEREF": "01/02/99"}),
        ("DATEREF", {"MJDREF": None, "DATEREF": "2000-02-30"}),
        ("DATEREF", {"MJDREF": None, "DATEREF": "1" * 100000}),
        ("CRVAL1", {"CRVAL1": math.inf}), ("CRVAL1", {"CTYPE1": "TIME-LOG", "CRVAL1": 0}),
        ("TIMEOFFS", {"TIMEOFFS": 1e300}),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_errors_name_the_keyword(keyword, values):
    with pytest.raises(WcsError, match=f"^{keyword} ") as caught:
        axis_of(**values)
    assert caught.value.keyword == keyword
    assert len(str(caught.value)) < 250


NAMES = ("CTYPE1", "CUNIT1", "CRVAL1", "TIMESYS", "TIMEUNIT", "MJDREF", "MJDREFI", "MJDREFF",
         "JDREF", "JDREFI", "JDREFF", "DATEREF", "TIMEOFFS", "TREFPOS", "TREFDIR")  # fmt: skip
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 99999), st.integers(), st.floats(),
    st.text(max_size=80), st.just(10**5000), st.complex_numbers(),
    st.sampled_from(["TIME", "UTC", "TT(TAI)", "TIME-LOG", "s", "d", "a", "+99999-01-01",
                     "-99999-01-01T00:00:00", "2016-12-31T23:59:60.5", "9" * 99999]),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), ANY), st.floats(), st.sampled_from(SCALES))
def test_nothing_in_a_header_ends_in_another_exception(values, offset, target):
    try:
        axis = TimeAxis.from_values({"CTYPE1": "TIME", **values}, 1)
    except WcsError as error:
        assert str(error).startswith(error.keyword)
        assert len(str(error)) < 300
        return
    axis.from_mjd(SCALAR, axis.to_mjd(SCALAR, offset))
    try:
        found = axis.convert(offset, target)
    except TimeScaleError as error:
        assert len(str(error)) < 200
    else:
        assert 0 <= found.instant.seconds < DAY_SECONDS + 1


def test_real_headers_are_read_as_astropy_reads_them(corpus):
    compared = 0
    for name, header in corpus_headers(corpus, b"TIME"):
        values = header_values(header)
        for keyword, ctype in values.items():
            told = re.fullmatch("CTYPE([1-9])([A-Z]?)", keyword)
            if not told or not isinstance(ctype, str) or not is_time(ctype) or "-TAB" in ctype:
                continue
            single = single_axis(values, told[1], told[2])
            ours, theirs = TimeAxis.from_values(single, 1), read_with_astropy(single)
            pixels = np.linspace(1, 50, 5)
            offsets = (pixels - single.get("CRPIX1", 0.0)) * single.get("CDELT1", 1.0)
            world = theirs.wcs_pix2world(pixels[:, None], 1)[:, 0]
            assert ours.to_world(ARRAYS, offsets) == pytest.approx(world, rel=1e-14), name
            if not np.isnan(theirs.wcs.mjdref).any():
                assert ours.reference.mjd == pytest.approx(sum(theirs.wcs.mjdref), abs=1e-9)
            compared += 1
    assert compared >= 2


def single_axis(values, axis, version):
    """A header of one axis of a header, as its only one."""
    single = {
        f"{root}1": values[f"{root}{axis}{version}"]
        for root in ("CTYPE", "CUNIT", "CRVAL", "CDELT", "CRPIX")
        if values.get(f"{root}{axis}{version}") is not None
    }
    kept = ("MJDREF", "MJDREFI", "MJDREFF", "DATEREF", "TIMESYS", "TIMEUNIT")
    return single | {name: values[name] for name in kept if values.get(name) is not None}
