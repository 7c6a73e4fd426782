"""The Sun against the two headers that the manual and the archive have, and the antennas."""

from __future__ import annotations

import tomllib
from datetime import date, datetime

import pytest

from fitslint.cli.errors import UsageError
from fitslint.cli.norh.antennas import AntennaOptions, SzOptions, print_antennas, write_sz
from fitslint.cli.norh.sun import SunOptions, print_sun
from fitslint.pipeline.norh.antennas import (
    ANTENNAS,
    PAIRS,
    find_antenna,
    load_places,
    number_pair,
    split_pair,
)
from fitslint.pipeline.norh.clock import parse_time
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.sun import compute_ephemeris
from fitslint.pipeline.norh.track import compute_noon, list_noon_values

HEADERS = {
    "2016-07-24T06:14:05.478": {
        "SOLR": 946.22, "SOLP": 7.7972, "SOLB": 5.1909, "DEC": 19.7600, "HOURA": 12090.35,
        "AZIMUTH": 84.6200, "ALTITUDE": 43.2723, "ZANGLE": 59.9656,
        "PMAT1": 0.63774, "PMAT2": 0.44267, "PMAT3": -0.26041, "PMAT4": 0.89408,
    },
    "1998-05-09T03:20:23.754": {
        "SOLR": 952.22, "SOLP": -22.5235, "SOLB": -3.3307, "DEC": 17.2807, "HOURA": 2270.83,
        "AZIMUTH": 27.7610, "ALTITUDE": 70.3056, "ZANGLE": 23.5280,
        "PMAT1": 0.98640, "PMAT2": 0.09448, "PMAT3": -0.04883, "PMAT4": 0.94981,
    },
}  # fmt: skip
TOLERANCES = {
    "SOLR": 0.045, "SOLP": 0.005, "SOLB": 0.0015, "DEC": 1e-4, "HOURA": 0.01, "AZIMUTH": 2.5e-4,
    "ALTITUDE": 2.5e-4, "ZANGLE": 2.5e-4, "PMAT1": 1e-9, "PMAT2": 1e-9, "PMAT3": 1e-9,
    "PMAT4": 1e-9,
}  # fmt: skip


@pytest.mark.parametrize("time", HEADERS)
def test_headers_come_out(time):
    sun = compute_ephemeris(parse_time(time))
    found = sun.list_cards()
    assert list(found) == list(HEADERS[time])
    for name, value in HEADERS[time].items():
        assert found[name] == pytest.approx(value, abs=TOLERANCES[name]), name
    assert sun.describe_doubt() == ""


def test_true_place_is_another():
    true = compute_ephemeris(parse_time("2016-07-24T06:14:05.478")).true_horizon
    assert (true.altitude, true.azimuth) == pytest.approx((43.186, 83.815), abs=2e-3)


def test_no_observation_at_night():
    assert "horizon" in compute_ephemeris(datetime(2016, 7, 24, 15)).describe_doubt()
    assert "6 h" in compute_ephemeris(datetime(2016, 6, 24, 9, 30)).describe_doubt()


@pytest.mark.parametrize("text", ["", "noon", "1998-02-30", "1998-05-09T25:00"])
def test_no_time(text):
    with pytest.raises(NorhError, match="is no time"):
        parse_time(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00+09:00", "9999-12-31T23:59", "1949-12-31"])
def test_times_of_no_radioheliograph(text):
    with pytest.raises(NorhError):
        parse_time(text)


def test_sun_of_another_century():
    with pytest.raises(NorhError, match="1950 to 2049"):
        compute_ephemeris(datetime(1815, 6, 18))


def test_antennas_have_numbers():
    assert [find_antenna(name) for name in ANTENNAS] == list(range(84))
    assert find_antenna("n1") == find_antenna("N01") == find_antenna("0") == 0
    assert ANTENNAS[46] == "E10"


@pytest.mark.parametrize("word", ["E29", "N0", "S01", "84", "-1", "N001x", "²"])
def test_no_antenna(word):
    with pytest.raises(NorhError, match="there is no antenna"):
        find_antenna(word)


def test_pairs_have_numbers():
    assert [number_pair(*split_pair(number)) for number in range(PAIRS)] == list(range(3486))
    assert (number_pair(0, 28), number_pair(82, 83), number_pair(28, 0)) == (27, 3485, 27)
    for pair in ((5, 5), (-1, 3), (3, 84)):
        with pytest.raises(NorhError):
            number_pair(*pair)
    for number in (-1, 3486):
        with pytest.raises(NorhError):
            split_pair(number)


def test_array_is_redundant():
    """The extent is published; how many spacings differ follows from the steps."""
    places = load_places()
    apart = {(b[0] - a[0], b[1] - a[1]) for i, a in enumerate(places) for b in places[i + 1 :]}
    assert len(apart) == 1861
    north, line = places[:28], places[28:]
    assert len({b[1] - a[1] for i, a in enumerate(north) for b in north[i + 1 :]}) == 121
    assert len({abs(b[0] - a[0]) for i, a in enumerate(line) for b in line[i + 1 :]}) == 172
    assert (max(north)[1], min(line)[0], max(line)[0]) == (144, -160, 160)


def test_bad_antennas_of_a_day(tmp_path, capsys):
    options = SzOptions(day="1999-03-01", antennas=["n1", "e10"], outdir=tmp_path)
    write_sz(options)
    path = tmp_path / "sz990301.toml"
    assert capsys.readouterr().out == f"{path}\n"
    table = tomllib.loads(path.read_text())
    assert [at for at, flag in enumerate(table["antennas"]["unused"]) if flag] == [0, 46]
    assert len(table["antennas"]["unused"]) == 84
    for at, name in enumerate(("before", "day", "after")):
        noon = list_noon_values(
            compute_noon(date(1999, 2, 28 + at) if not at else date(1999, 3, at))
        )
        assert table["noon"][name] == pytest.approx(noon, abs=0.006)
    for wrong in ({"antennas": ["E29"]}, {"day": "1999-02-30"}, {"day": "1815-06-18"}, {}):
        with pytest.raises(UsageError):
            write_sz(SzOptions(**{"day": "1999-03-01", "outdir": tmp_path, **wrong}))


def test_commands(capsys):
    print_antennas(AntennaOptions(antennas=["n1", "e28"]))
    assert capsys.readouterr().out.endswith("pair 27: -160 d west, -1 d north\n")
    print_sun(SunOptions(times=["2016-07-24T06:14:05.478"], format="json"))
    assert '"HOURA": 12090.35' in capsys.readouterr().out
    print_sun(SunOptions(times=["2016-07-24T15:00"]))
    assert "below the horizon" in capsys.readouterr().err
    with pytest.raises(UsageError):
        print_sun(SunOptions(times=["noon"]))
