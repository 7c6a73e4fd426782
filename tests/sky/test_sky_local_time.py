"""Local times against universal ones, and angles that may be heights of the site."""

import pytest

from tests.sky.test_sky_evidence import list_found

PLACE = {"OBSGEO-L": 133.6, "OBSGEO-B": 34.57, "OBSGEO-H": 372.0}
SOUTH = {"OBSGEO-L": -45.0, "OBSGEO-B": -89.99, "OBSGEO-H": 2835.0}
NOON = "2021-03-04T12:10:11.5"


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ({"JST-STR": "21:10:11", "UT-STR": "12:10:11"}, None),
        ({"JST-STR": "03:10:11", "UT-STR": "18:10:11"}, None),
        ({"JST-STR": "12:10:11", "UT-STR": "12:10:11"}, "is 0 h from UT-STR"),
        ({"JST-STR": "21:10:21", "UT-STR": "12:10:11"}, "is 9.00278 h from UT-STR"),
        ({"JST": "21:12:11", "UT": "12:10:11"}, None),
        ({"JST": "20:10:11", "UT": "12:10:11"}, "is 8 h from UT"),
        ({"DATE-JST": "2021-03-04T21:10:11.5"}, None),
        ({"DATE-JST": "2021-03-05T21:10:11.5"}, "is 33 h from DATE-OBS"),
        ({"LT": "17:10:11"}, None),
        ({"LT": "17:40:11"}, None),
        ({"LT": "17:17:41", "EXPTIME": 1.0}, "quarters of an hour"),
        ({"LT": "17:17:41", "EXPTIME": 900.0}, None),
        ({"LT": "12:10:11", **PLACE}, None),
        ({"LT": "21:10:11", **PLACE}, None),
        ({"LT": "02:10:11", **PLACE}, "by the Sun it is 8.91 h"),
        ({"LT": "02:10:11", "LONGITUD": 133.6, "LATITUDE": 34.57}, None),
        ({"LT": "00:10:11", **SOUTH}, None),
        ({"LT": "00:10:11", **SOUTH, "OBSGEO-B": 10.0}, "no zone at -45 deg east"),
        ({"DATE-LOC": "x"}, None),
        ({"DATE-JST": NOON, "TIMESYS": "LOCAL"}, None),
        ({"DATE-JST": NOON, "TIMESYS": "UTC"}, "9 h ahead of UTC"),
        ({"JST": "12:10:11", "UT": "12:10:11", "TIMESYS": "LOCAL"}, "is 0 h from UT"),
    ],
)
def test_local_times(cards, said):
    found = list_found("WT205", **{"DATE-OBS": NOON}, **cards)
    assert found == [] if said is None else said in found[0]


@pytest.mark.parametrize(
    ("cards", "is_told"),
    [
        ({"AIRMASS": 1.854, "ALTITUDE": 46.97}, False),
        ({"AIRMASS": 1.854, "ALTITUDE": 46.97, "AZIMUTH": 120.0}, True),
        ({"AIRMASS": 1.854, "ALTITUDE": 46.97, "AZIMUTH": 120.0, "LATITUDE": 34.0}, False),
        ({"AIRMASS": 1.854, "ALT": 46.97, "AZ": 120.0, **PLACE}, False),
        ({"AIRMASS": 1.854, "ALT": 46.97, "AZ": 120.0, "TELLAT": 34.0}, False),
        ({"AIRMASS": 1.854, "TELALT": 46.97, "EXPTIME": 60.0}, True),
        ({"AIRMASS": 1.854, "TELALT": 46.97, "EXPTIME": 60.0, "NDIT": 100}, False),
        ({"AIRMASS": 1.854, "TELALT": 46.97, "EXPTIME": 60.0, "NDIT": -100}, True),
        ({"AIRMASS": 1.854, "TELALT": 46.97, "EXPTIME": 0.5, "NAXIS": 3, "NAXIS3": 7200}, False),
        ({"AIRMASS": 1.854, "ALTITUDE": 372.0, "AZIMUTH": 120.0}, False),
        ({"AIRMASS": 1.368, "ALTITUDE": 46.97, "AZIMUTH": 120.0}, False),
        ({"AIRMASS": 1.854, "ELEVATIO": 46.97}, False),
        ({"AIRMASS": 1.854, "EL": 46.97}, True),
        ({"AIRMASS": 1.854, "OBJCTALT": "46.97"}, True),
        ({"AIRMASS": 1.854, "OBJCTALT": "46 58 12"}, True),
        ({"AIRMASS": 1.368, "OBJCTALT": "46 58 12"}, False),
        ({"AIRMASS": 1.854, "OBJCTALT": "46.97", "STACKCNT": 30}, False),
        ({"AIRMASS": 1.854, "OBJCTALT": "nan"}, False),
        ({"AIRMASS": 1.854, "CENTALT": 46.97}, True),
        ({"AIRMASS": 1.854, "ZD": 57.36}, False),
        ({"AIRMASS": 1.854, "ZD": 46.97}, True),
    ],
)
def test_altitudes_that_are_angles(cards, is_told):
    assert bool(list_found("WT202", **cards)) == is_told
