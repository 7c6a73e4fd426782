"""Faults of which slight evidence tells surely, and what looks like them and is right."""

import math

import pytest

from fitslint.source.files import read_bytes
from fitslint.wcs.wcs import Wcs
from tests.sky.__main__ import judge_bytes
from tests.sky.geometry import turn_matrix
from tests.sky.test_sky_reference_pixel import STEP, write

ELEMENTS = ("CD1_1", "CD1_2", "CD2_1", "CD2_2")
NO_STEPS = {"CDELT1": None, "CDELT2": None}


def list_found(code: str, **cards) -> list[str]:
    """The messages of one rule on the square image of 512 pixels with other cards."""
    found = judge_bytes(write(**cards)).findings
    return [one.message for one in found if one.code == code]


def make_matrix(angle, skew=0.0, flipped="", digits=12):
    """Cards of CDi_j of an image that is turned, with the other sign of one element."""
    matrix = dict(zip(ELEMENTS, turn_matrix(STEP, angle, -1, skew), strict=True))
    return NO_STEPS | {
        name: float(f"{-value if name == flipped else value:.{digits}E}")
        for name, value in matrix.items()
    }


@pytest.mark.parametrize("name", ELEMENTS)
@pytest.mark.parametrize("angle", [0.1, -0.5, 3.0, 89.8, 179.9])
def test_one_sign_of_a_slight_rotation(angle, name):
    assert list_found("WC202", **make_matrix(angle)) == []
    [message] = list_found("WC202", **make_matrix(angle, flipped=name, digits=8))
    assert "with the other sign of CD" in message
    assert f"{90 - 2 * abs(angle):g}"[:4] in message or f"{90 + 2 * abs(angle):g}"[:4] in message \
        or abs(angle) > 80  # fmt: skip


@pytest.mark.parametrize(("angle", "told"), [(2.0, 1), (5.0, 1), (0.2, 0)])
def test_one_sign_of_a_fit_that_is_a_little_skewed(angle, told):
    """As long as the rotation is much more than the skew of the fit."""
    assert list_found("WC202", **make_matrix(angle, 0.1)) == []
    assert len(list_found("WC202", **make_matrix(angle, 0.1, "CD2_1"))) == told


@pytest.mark.parametrize("angle", [0.0, 1.0, 24.8, 132.0])
@pytest.mark.parametrize("skew", [1.0, -3.95, 5.15])
def test_a_skewed_camera_is_no_wrong_sign(angle, skew):
    assert list_found("WC202", **make_matrix(angle, skew)) == []


@pytest.mark.parametrize(
    ("width", "height", "first", "second", "told"),
    [
        (1024, 2048, 1024.5, 512.5, "is the centre of an image of 2048 by 1024"),
        (1024, 2048, 1031.2, 498.7, "15.3 pixels from the centre of an image of 2048 by 1024"),
        (1024, 2048, 1100.0, 498.7, ""),
        (1024, 2048, 498.7, 1031.2, ""),
        (1024, 1060, 521.0, 521.0, ""),
        (512, 512, 257.5, 257.5, "where the first one is 2"),
        (512, 512, 256.0, 256.0, ""),
    ],
)  # fmt: skip
def test_reference_pixels_near_the_exchanged_centre(width, height, first, second, told):
    found = list_found("WC203", NAXIS1=width, NAXIS2=height, CRPIX1=first, CRPIX2=second)
    assert len(found) == bool(told)
    assert all(told in message for message in found)


@pytest.mark.parametrize(
    ("cards", "told"),
    [
        ({"BMAJ": 5 * STEP}, ""), ({"BMAJ": STEP / 3}, ""), ({"BMAJ": 0.0}, ""),
        ({"BMAJ": STEP / 3600}, "3600 times the beam"),
        ({"PIXLSIZE": 0.2}, ""), ({"PIXLSIZE": 720.0}, ""), ({"SCALE": 720.0}, ""),
    ],
)  # fmt: skip
def test_the_scale_against_the_beam_and_against_pixels_of_arcsec(cards, told):
    found = list_found("WC201", **cards)
    assert len(found) == bool(told)
    assert all(told in message for message in found)


@pytest.mark.parametrize(
    ("projection", "step", "told"), [("SIN", 0.3, 0), ("SIN", 0.4, 1), ("CAR", 0.7, 0),
                                     ("CAR", 1.1, 1), ("TAN", 0.34, 0)],
)  # fmt: skip
def test_images_wider_than_the_sky(projection, step, told):
    types = {"CTYPE1": f"RA---{projection}", "CTYPE2": f"DEC--{projection}", "CRVAL2": 0.0}
    assert len(list_found("WC201", **types, CDELT1=-step, CDELT2=step)) == told


@pytest.mark.parametrize(
    ("cards", "told"),
    [
        ({}, ""), ({"DATE-OBS": "1998-01-02"}, ""),
        ({"DATE-OBS": "2012-01-02"}, "beside DATE-OBS = 2012-01-02"),
        ({"DATE-OBS": "2012-01-02", "RADESYS": "FK4"}, ""),
        ({"DATE-OBS": "1998-01-02", "RADESYS": "FK4"}, ""),
        ({"CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV"}, "beside a distortion TPV"),
    ],
)  # fmt: skip
def test_an_equinox_before_its_time(cards, told):
    found = list_found("WC119", EQUINOX=1950.0, **cards)
    assert len(found) == bool(told)
    assert all(told in message for message in found)
    assert list_found("WC119", EQUINOX=2000.0, **cards | {"RADESYS": "FK5"}) == []


@pytest.mark.parametrize(
    ("value", "told"), [(-10.0, 0), (370.0, 0), (720.0, 0), (540000.0, 1), (1e300, 1)]
)
def test_longitudes_beyond_two_turns(value, told):
    found = list_found("WC115", CRVAL1=value)
    assert len(found) == told
    assert all("no longitude" in message for message in found)


@pytest.mark.parametrize(
    "names",
    [("RADEG", "DECDEG"), ("TARG_RA", "TARG_DEC"), ("RA_OBS", "DEC_OBS"), ("TELRAD", "TELDECD")],
)
def test_positions_of_surveys(names):
    stated = dict(zip(names, (150.0, 2.0), strict=True))
    assert list_found("WC206", **stated) == []
    [message] = list_found("WC206", **stated, CRVAL1=10.0)
    assert message.startswith("CRVAL1 = 10.0 is in hours")


def test_the_air_mass_where_only_the_coordinates_tell_the_position():
    place = {"OBSGEO-L": -155.4761, "OBSGEO-B": 19.8255, "OBSGEO-H": 4163.0}
    time = {"DATE-OBS": "2007-04-23T08:02:27.2", "AIRMASS": 1.354, "EXPTIME": 200.0}
    right = {"CRVAL1": 206.7403, "CRVAL2": -10.7332}
    assert list_found("WT203", **place, **time, **right) == []
    [message] = list_found("WT203", **place, **time, **right | {"CRVAL1": 206.7403 / 15})
    assert "CRVAL1, CRVAL2 at 08:02:27 UT" in message


@pytest.mark.parametrize("name", ["LST", "LST-STR", "LST-OBS", "OBSLST", "ST"])
def test_the_air_mass_by_sidereal_time_where_no_time_of_day_is_there(name):
    place = {"OBSGEO-L": -155.4761, "OBSGEO-B": 19.8255, "OBSGEO-H": 4163.0}
    cards = place | {
        "DATE-OBS": "2007-04-23",
        "AIRMASS": 1.354,
        "CRVAL1": 206.7403,
        "CRVAL2": -10.7332,
    }
    assert list_found("WT203", **cards, **{name: "11:44:29.655"}) == []
    [message] = list_found("WT203", **cards, **{name: "13:44:29.655"})
    assert f"at the sidereal time {name} = '13:44:29.655'" in message
    assert message.endswith("are 59.4 deg high")
    [message] = list_found("WT203", **cards, **{name: "23:44:29.655"})
    assert message.endswith("are -59.1 deg high")
    # with a time of day beside it that time is taken, and the sidereal one is another rule's
    assert list_found("WT203", **cards, **{name: "23:44:29.655", "UT": "08:02:27"}) == []
    assert list_found("WT203", **place, **{name: "23:44:29"}, AIRMASS=1.354) == []


@pytest.mark.parametrize(("unit", "step"), [("s", 10.0), ("d", 10.0 / 86400), ("min", 1 / 6)])
@pytest.mark.parametrize("form", ["CDELT3", "CD3_3", "PC3_3"])
def test_a_time_axis_by_every_form_of_its_step(unit, step, form):
    cards = {
        "NAXIS": 3, "NAXIS3": 100, "CTYPE3": "TIME", "CUNIT3": unit, "CRVAL3": 0.0, "CRPIX3": 0.5,
        "MJDREF": 59001.0, "DATE-BEG": "2020-06-01T00:00:00",
    }  # fmt: skip
    forms = {
        "CDELT3": {"CDELT3": step}, "PC3_3": {"CDELT3": step / 4, "PC3_3": 4.0},
        "CD3_3": {"CD3_3": step},
    }  # fmt: skip
    if form == "CD3_3":
        forms[form] |= {"CDELT1": None, "CDELT2": None, "CD1_1": -STEP, "CD2_2": STEP}
    cards |= forms[form]
    assert list_found("WT204", **cards, **{"DATE-END": "2020-06-01T00:16:40"}) == []
    [message] = list_found("WT204", **cards, **{"DATE-END": "2020-06-01T01:16:40"})
    assert message.startswith("axis 3 of time goes from MJD 59001.0 to 59001.011574")
    assert message.endswith("3600 s from it, where a pixel is 10 s")


@pytest.mark.parametrize(
    ("code", "cards", "told"),
    [
        ("WC203", {"CRPIX1": 1e308, "CRPIX2": 1.0}, "so far away"),
        ("WC203", {"CRPIX1": -1e9, "CRPIX2": 1e9}, ""),
        ("WC102", {"WCSAXES": 99}, "has an axis beyond 2"), ("WC102", {"WCSAXES": 2}, ""),
        ("WC102", {"WCSAXES": 3, "CTYPE3": "STOKES"}, ""),
        ("WC117", {"CTYPE1": "RA---AZP", "CTYPE2": "DEC--AZP", "PV2_2": 1e300}, "more than a turn"),
        ("WC117", {"CTYPE1": "RA---AZP", "CTYPE2": "DEC--AZP", "PV2_1": 2.0, "PV2_2": 30.0}, ""),
    ],
)  # fmt: skip
def test_numbers_beyond_all_use(code, cards, told):
    found = list_found(code, **cards)
    assert len(found) == bool(told)
    assert all(told in message for message in found)


def list_solved(code, matrix, *comments):
    """What a rule finds in an image with comments of a solver."""
    data = write(**matrix)
    cards = b"".join(f"COMMENT {text}".encode().ljust(80) for text in comments)
    end = data.index(b"END".ljust(80))
    whole = data[:end] + cards + b"END".ljust(80)
    found = judge_bytes(whole.ljust(-(-len(whole) // 2880) * 2880) + data[-2880:]).findings
    return [one.message for one in found if one.code == code]


@pytest.mark.parametrize(
    ("parity", "scale", "sign", "told"),
    [
        (0, STEP * 3600, 1, ""), (1, STEP * 3600, 1, "mirrored"), (1, STEP * 3600, -1, ""),
        (0, STEP * 3600, -1, "as on the sky"), (0, STEP * 7200, 1, ""),
        (0, STEP, 1, "arcsec that the comment 'scale:'"), (0, STEP * 3600 * 1.05, 1, ""),
    ],
)  # fmt: skip
def test_the_solver_tells_parity_and_scale(parity, scale, sign, told):
    matrix = make_matrix(20.0)
    matrix |= {name: sign * matrix[name] for name in ("CD1_1", "CD1_2")}
    comments = f"scale: {scale:.6g} arcsec/pix", f"parity: {parity}"
    found = list_solved("WC216", matrix, *comments)
    assert len(found) == bool(told)
    assert all(told in message for message in found)


@pytest.mark.parametrize("comments", [
    ("parity: 1",), ("scale: x arcsec/pix", "parity: 1"), ("scale: 0 arcsec/pix", "parity: 1"),
    ("scale: 9 arcsec/pix", "parity: 1", "scale: 9 arcsec/pix", "parity: 0"),
    ("Field scale lower: 9 arcsec/pixel", "Parity: 2"),
])  # fmt: skip
def test_what_is_no_solution_is_not_believed(comments):
    assert list_solved("WC216", make_matrix(20.0), *comments) == []


@pytest.mark.parametrize(
    ("cards", "told"),
    [
        ({"VPARITY": -1}, "VPARITY = -1"), ({"VPARITY": 1}, ""), ({"VPARITY": "'-1'"}, ""),
        ({"BMAJ": 0.001, "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN"}, "maps of interferometers"),
        ({"BMAJ": 0.001}, ""), ({"BMAJ": 0.0, "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN"}, ""),
        ({"VPARITY": -1, "INSTRUME": "NIRCAM", "PIXSCALE": STEP * 3600}, "VPARITY = -1"),
        ({"BMAJ": 0.001, "CTYPE1": "GLON-SIN", "CTYPE2": "GLAT-SIN"}, "maps of interferometers"),
        ({"BMAJ": 0.001, "CTYPE1": "ALON-SIN", "CTYPE2": "ALAT-SIN"}, ""),
        ({"BMAJ": 0.001, "CTYPE1": "CRLN-SIN", "CTYPE2": "CRLT-SIN"}, ""),
        ({"BMAJ": 0.001, "CTYPE1": "SELN-SIN", "CTYPE2": "SELT-SIN"}, ""),
    ],
)  # fmt: skip
def test_images_that_are_never_seen_in_a_mirror(cards, told):
    right = make_matrix(20.0)
    wrong = right | {name: -right[name] for name in ("CD1_1", "CD1_2")}
    assert list_found("WC212", **right, **cards) == []
    found = list_found("WC212", **wrong, **cards)
    assert len(found) == bool(told)
    assert all(told in message for message in found)


@pytest.mark.parametrize("root", [("COR{}RA1", "COR{}DEC1"), ("CORN{}RA", "CORN{}DEC"),
                                  ("RAC{}", "DECC{}")])  # fmt: skip
def test_corners_of_pipelines(root):
    half = 256 * STEP
    corners = ((half, -half), (-half, -half), (-half, half), (half, half))
    scale = math.cos(math.radians(2.0))
    cards = {}
    for number, (east, north) in enumerate(corners, 1):
        cards[root[0].format(number)] = round(150.0 + east / scale, 6)
        cards[root[1].format(number)] = round(2.0 + north, 6)
    assert list_found("WC207", **cards) == []
    assert len(list_found("WC207", **cards, CRVAL2=2.5)) == 1
    assert "offset" not in list_found("WC207", **cards)


MODERN = {
    "EQUINOX": 1950.0, "DATE-OBS": "2011-09-01", "INSTRUME": "ACS", "CTYPE1": "RA---TPV",
    "CTYPE2": "DEC--TPV",
}  # fmt: skip


@pytest.mark.parametrize(
    ("cards", "severity"),
    [
        (MODERN, "info"), (MODERN | {"DATE-OBS": "1991-09-01"}, ""),
        (MODERN | {"INSTRUME": "X"}, ""), (MODERN | {"EQUINOX": 1975.0}, ""),
        (MODERN | {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"}, ""),
    ],
)  # fmt: skip
def test_positions_of_fk4_long_after_it(cards, severity):
    data = write(**cards, RADESYS="FK4")
    found = [one for one in judge_bytes(data).findings if one.code == "WC119"]
    assert [str(one.severity) for one in found] == ([severity] if severity else [])


def test_the_position_that_a_cutout_was_cut_around_tells_exchanged_pixels():
    # the reference pixel is far outside, and the position is the middle of the cutout
    cards = {"CRPIX1": 4000.5, "CRPIX2": -2999.5}
    header = read_bytes(write(**cards), "a.fits").hdus[0].header
    centre = Wcs.from_header(header).pixel_to_sky(256.5, 256.5)
    stated = {"RA": round(centre[0], 6), "DEC": round(centre[1], 6)}
    assert list_found("WC206", **cards, **stated) == []
    [message] = list_found("WC206", CRPIX1=-2999.5, CRPIX2=4000.5, **stated)
    assert "CRPIX1 and CRPIX2 are exchanged" in message
    assert list_found("WC206", CRPIX1=-2999.5, CRPIX2=4100.5, **stated) == []


@pytest.mark.parametrize(("off", "told"), [(0.0, 1), (0.012, 1), (0.03, 0), (0.3, 0)])
def test_an_equinox_is_told_inside_of_a_wide_image(off, told):
    """By an object that is not just in the middle of it, but near enough for the precession."""
    step = 30.0 / 3600
    cards = {"CDELT1": -step, "CDELT2": step, "RA_TARG": 150.0 + off, "DEC_TARG": 2.0}
    assert list_found("WC206", **cards, RADESYS="FK5", EQUINOX=2000.0) == []
    found = list_found("WC206", **cards, RADESYS="FK4", EQUINOX=1950.0)
    assert len(found) == told
    assert all("one of the two has the wrong equinox" in message for message in found)
