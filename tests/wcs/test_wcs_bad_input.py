"""Whatever stands in a header: a position, none, or one error that names a keyword."""

import math
import random
import warnings

import numpy as np
import pytest
from astropy.io.fits import Header
from astropy.wcs import WCS

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError
from tests.wcs.generated_headers import CODES, make_header
from tests.wcs.test_conversions import fits

WILD = (
    0, 0.0, -0.0, 1, -1, 1e-320, 1e-300, 1e300, -1e300, 1e154, 91.0, -91.0, 90.0, -90.0, 180.0,
    360.0, 1e9, 10**400, math.nan, math.inf, -math.inf, True, False, None, "", " ", "x", "deg",
    "1.5", "1D3", "1e999", "RA---TAN", "DEC--TAN", "GLON-CAR", "GLAT-CAR", "RA---TPV", "RA---ZPX",
    "RA---TAN-SIP", "DEC--TAN-SIP", "FREQ", "VELO-F2V", "WAVE-GRI", "VELO-LSR", "STOKES", "TIME",
    "AWAV-LOG", "XXXX-LOG", "RA---TAB", "CUBEFACE", "\x00", "é", 1j, [1.0], b"1", object(),
)  # fmt: skip
ROOTS = ("CTYPE", "CUNIT", "CRVAL", "CRPIX", "CDELT", "CROTA", "PROJP")
WORDS = (
    "LONPOLE", "LATPOLE", "WCSAXES", "RADESYS", "EQUINOX", "EPOCH", "RADECSYS", "NAXIS", "RESTFRQ",
    "A_ORDER", "B_ORDER", "A_2_0", "B_1_1", "AP_ORDER", "WAT1_001", "WAT2_001", "CPDIS1", "AMDX1",
)  # fmt: skip


def make_name(rng):
    axis = rng.choice((1, 1, 2, 2, 2, 3, 4, 9, 99))
    other = rng.choice((0, 1, 1, 2, 2, 3, 5, 12, 39, 99))
    return rng.choice((
        f"{rng.choice(ROOTS)}{axis}", f"{rng.choice(ROOTS)}{axis}A", rng.choice(WORDS),
        f"PC{axis}_{max(other, 1)}", f"CD{axis}_{max(other, 1)}", f"PV{axis}_{other}",
        f"PS{axis}_{other}", f"CD00{min(axis, 9)}00{min(other, 9)}",
    ))  # fmt: skip


def make_broken(seed):
    """A good header, of which some keywords are spoiled and some are new."""
    rng = random.Random(seed)
    header = make_header(seed)[0] if rng.random() < 0.8 else {}
    for _ in range(rng.randint(1, 8)):
        known = list(header)
        name = rng.choice(known) if known and rng.random() < 0.6 else make_name(rng)
        wild = rng.choice((rng.choice(WILD), rng.uniform(-200, 200), 10 ** rng.uniform(-300, 300)))
        if rng.random() < 0.1:
            header.pop(name, None)
        else:
            header[name] = wild
    return header, rng


def try_everything(header, version, rng):
    """The error or the system, after every question was asked."""
    try:
        found = Wcs.from_header(header, version)
    except WcsError as error:
        assert error.keyword and str(error).startswith(error.keyword)
        return error
    pixel = [rng.choice((0.0, 1.0, 1e6, -1e300, math.nan, math.inf, rng.uniform(-99, 99)))
             for _ in range(found.axes)]  # fmt: skip
    for ask in (found.pixel_to_world, found.world_to_pixel):
        one = ask(*pixel)
        assert one is None or (len(one) == found.axes and all(map(math.isfinite, one)))
        many = ask(*(np.array([value, 1.0, math.nan]) for value in pixel))
        assert all(np.isnan(row[2]) for row in many)
        assert all(np.isfinite(row[0]) for row in many) or all(np.isnan(row[0]) for row in many)
    found.pixel_scale(), found.parity(), found.rotation(), found.frame
    found.corners((64, 48)), found.footprint_area((64, 48)), repr(found), hash(found)
    return found


def sweep(seeds):
    kinds = {"error": 0, "position": 0}
    for seed in seeds:
        header, rng = make_broken(seed)
        for version in ("", "A"):
            found = try_everything(header, version, rng)
            kinds["error" if isinstance(found, WcsError) else "position"] += 1
    return kinds


def test_no_header_does_anything_else():
    kinds = sweep(range(600))
    assert min(kinds.values()) > 100


@pytest.mark.long
@pytest.mark.parametrize("start", range(0, 30000, 5000))
def test_no_header_of_many_does_anything_else(start):
    assert min(sweep(range(1000 + start, 6000 + start)).values()) > 1000


TAN = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0, "CRPIX1": 5.0,
    "CRPIX2": 5.0, "CDELT1": -0.1, "CDELT2": 0.1,
}  # fmt: skip


REFUSED = [
    ({"CDELT1": 0.0}, "CDELT1", "is 0: all pixels would be at one place"),
    ({"CDELT2": math.nan}, "CDELT2", "is not finite"),
    ({"CRPIX1": -math.inf}, "CRPIX1", "is not finite"),
    ({"CRVAL1": 10**400}, "CRVAL1", "is not finite"),
    ({"CRVAL2": 91.0}, "CRVAL2", "beyond the pole"),
    ({"CRVAL2": True}, "CRVAL2", "is not a number"),
    ({"CRVAL2": "north"}, "CRVAL2", "is no number"),
    ({"CTYPE1": 7}, "CTYPE1", "is not a text"),
    ({"CUNIT1": "parsec"}, "CUNIT1", "is no unit of angle"),
    ({"CUNIT2": "h"}, "CUNIT2", "is no unit of angle"),
    ({"CD1_1": 1.0, "CD1_2": 2.0, "CD2_1": 2.0, "CD2_2": 4.0}, "CD1_1", "without inverse"),
    ({"PC1_1": 0.0, "PC2_2": 0.0}, "PC1_1", "without inverse"),
    ({"PC1_1": 1e300, "CDELT1": 1e300}, "PC1_1", "without inverse"),
    ({"WCSAXES": 100}, "WCSAXES", "tells 100 axes, of 99 at most"),
    ({"WCSAXES": 2.5}, "WCSAXES", "is no number of axes"),
    ({"CTYPE2": "DEC--SIN"}, "CTYPE2", "does not go with RA---TAN of axis 1"),
    ({"CTYPE2": "LINEAR"}, "CTYPE1", "has no latitude beside it"),
    ({"CTYPE1": "RA---XXX", "CTYPE2": "DEC--XXX"}, "CTYPE1", "no projection of the standard"),
    ({"CTYPE1": "RA---COE", "CTYPE2": "DEC--COE"}, "PV2_1", "has no default for theta_a"),
    ({"CTYPE1": "RA---COP", "CTYPE2": "DEC--COP", "PV2_1": 0.0}, "PV2_1", "makes no cone"),
    ({"CTYPE1": "RA---COD", "CTYPE2": "DEC--COD", "PV2_1": 400.0}, "PV2_1", "between -90 and"),
    ({"CTYPE1": "RA---AZP", "CTYPE2": "DEC--AZP", "PV2_1": -1.0}, "PV2_1", "reference point"),
    ({"CTYPE1": "RA---AZP", "CTYPE2": "DEC--AZP", "PV2_2": 90.0}, "PV2_2", "tilted by 90"),
    ({"CTYPE1": "RA---SZP", "CTYPE2": "DEC--SZP", "PV2_1": -1.0}, "PV2_1", "on the plane"),
    ({"CTYPE1": "RA---CYP", "CTYPE2": "DEC--CYP", "PV2_2": 0.0}, "PV2_2", "radius 0"),
    ({"CTYPE1": "RA---CEA", "CTYPE2": "DEC--CEA", "PV2_1": 1.5}, "PV2_1", "lambda above 0"),
    ({"CTYPE1": "RA---AIR", "CTYPE2": "DEC--AIR", "PV2_1": -90.0}, "PV2_1", "theta_b"),
    ({"CTYPE1": "RA---ZPN", "CTYPE2": "DEC--ZPN"}, "PV2_1", "needs a term above 0"),
    ({"CTYPE1": "RA---ZPN", "CTYPE2": "DEC--ZPN", "PV2_2": 1.0}, "PV2_1", "grows"),
    ({"CTYPE1": "RA---HPX", "CTYPE2": "DEC--HPX", "PV2_1": -4.0}, "PV2_1", "facets"),
    ({"CTYPE1": "RA---NCP", "CTYPE2": "DEC--NCP", "CRVAL2": 0.0}, "CRVAL2", "NCP"),
    ({"CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR", "LONPOLE": 90.0}, "LONPOLE", "leave it out"),
    ({"PV1_1": 0.0, "PV1_2": 91.0}, "PV1_2", "beyond the native pole"),
    ({"PV1_0": 1.0, "PV1_1": 0.0, "PV1_2": -45.0}, "PV1_2", "where the projection has none"),
    ({"CTYPE3": "CUBEFACE"}, "CTYPE3", "not worked out"),
    ({"CTYPE3": "WAVE-TAB"}, "CTYPE3", "looked up in a table"),
    ({"CTYPE3": "TIME-TAB"}, "CTYPE3", "looked up in a table"),
]
"""What makes a description unusable, the keyword that is named, and words of the sentence."""
NO_REFUSAL_OF_WCSLIB = {
    "CRVAL1": "an integer of 400 digits is no float; WCSLIB takes another number",
    "CRVAL2": "a logical or a text is no number; WCSLIB takes 0",
    "CD1_1": "rows that depend on each other; WCSLIB asks for the inverse on the way back only",
    "PC1_1": "numbers beyond floats; WCSLIB gives a longitude of 100 to every pixel",
    "WCSAXES": "2.5 is no number of axes; WCSLIB takes no notice",
    "PV2_1": "no latitude of 400 degrees; WCSLIB takes it for one, and has no positions (COD)",
    "PV2_2": "a plane tilted by 90 degrees; the cosine is 6e-17 for WCSLIB (AZP)",
    "CTYPE3": "CUBEFACE: WCSLIB has positions in the planes that are faces; not worked out here",
}
"""Of these, what WCSLIB 8.6 lets pass; ours is right in all but the last."""


@pytest.mark.parametrize(("change", "keyword", "words"), REFUSED)
def test_the_keyword_and_the_reason(change, keyword, words):
    with pytest.raises(WcsError) as caught:
        Wcs.from_header({**TAN, **change})
    assert caught.value.keyword == keyword
    assert words in str(caught.value)


def test_rejections_are_those_of_wcslib():
    passed = set()
    for change, keyword, _ in REFUSED:
        made = Header()
        try:
            for name, value in {**TAN, **change}.items():
                made[name] = value
        except ValueError:
            continue  # NaN and infinity cannot be written
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = WCS(made, fix=False)
                found.wcs.set()
            except Exception:
                continue
        passed.add(keyword)
        assert keyword in NO_REFUSAL_OF_WCSLIB, change
    assert passed == set(NO_REFUSAL_OF_WCSLIB)


@pytest.mark.parametrize("code", CODES)
def test_no_pixel_and_no_position_makes_it_raise(code):
    parameters = {"PV2_1": 45.0 if code in ("COP", "COE", "COD", "COO", "BON") else 1.0}
    wcs = Wcs.from_header({**TAN, **parameters, "CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}"})
    values = (0.0, 1e-300, 90.0, -90.0, 180.0, 360.0, 1e10, -1e300, math.inf, math.nan, 1e308)
    for one in values:
        for other in values:
            for found in (wcs.pixel_to_world(one, other), wcs.world_to_pixel(one, other)):
                assert found is None or all(map(math.isfinite, found))
    assert wcs.world_to_pixel(10.0, 91.0) is None


def test_ninety_nine_axes_are_worked_out():
    rng = random.Random(1)
    header = {f"PC{i}_{j}": rng.uniform(-1, 1) for i in range(1, 100) for j in range(1, 100)}
    wcs = Wcs.from_header(header)
    pixel = [rng.uniform(-9, 9) for _ in range(99)]
    assert wcs.world_to_pixel(*wcs.pixel_to_world(*pixel)) == pytest.approx(pixel, abs=1e-9)


def list_contradictions(cards):
    data = fits({"CRVAL1": 10.0, "CRVAL2": 60.0, "CDELT1": -0.01, "CDELT2": 0.01, **cards})
    found = Linter(Settings()).lint(read_bytes(data, "a.fits")).findings
    return [one.message for one in found if one.code == "WC217"]


def name_sky(code):
    return {"CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}"}


LOGARITHMIC = {"CTYPE1": "WAVE-LOG", "CTYPE2": "LINEAR", "CUNIT1": "nm"}


@pytest.mark.parametrize(
    ("cards", "begins"),
    [
        ({**name_sky("CAR"), "LONPOLE": 90.0}, "LONPOLE (90.0) puts"),
        ({**name_sky("CAR"), "PV1_3": 90.0}, "PV1_3 (90.0) puts"),
        ({**name_sky("MER"), "PV1_0": 1.0, "PV1_2": 90.0}, "PV1_2 (90.0) puts"),
        ({**name_sky("ARC"), "PV1_2": 100.0}, "PV1_2 (100.0) puts"),
        ({**name_sky("ZPN"), "PV2_3": 1.0}, "with PV2_1 (absent) the coordinates have no"),
        ({**name_sky("TPV"), "PV1_40": 1.0}, "with PV1_40 (1.0) the coordinates have no"),
        ({**LOGARITHMIC, "CRVAL1": -500.0}, "CRVAL1 (-500.0) cannot be the reference value"),
        ({**LOGARITHMIC, "CTYPE1": "WAVE-F2W", "CRVAL1": 0.0}, "CRVAL1 (0.0) cannot be"),
    ],
)
def test_what_contradicts_itself_is_a_finding(cards, begins):
    """As WCSLIB refuses it, and as no other rule tells it."""
    [message] = list_contradictions(cards)
    assert message.startswith(begins)


@pytest.mark.parametrize(
    "cards",
    [
        {**name_sky("CAR"), "LONPOLE": 0.0}, {**name_sky("TAN"), "LONPOLE": 90.0},
        {**name_sky("ZPN"), "PV2_1": 1.0, "PV2_3": 1.0}, {**name_sky("TPV"), "PV1_39": 1.0},
        {**LOGARITHMIC, "CRVAL1": 500.0}, {**LOGARITHMIC, "CTYPE1": "WAVE-TAB"},
    ],
)  # fmt: skip
def test_what_has_positions_has_no_such_finding(cards):
    assert list_contradictions(cards) == []


def test_of_two_versions_the_one_without_positions_is_named():
    second = {f"{name}A": value for name, value in name_sky("CAR").items()}
    second |= {"CRVAL1A": 10.0, "CRVAL2A": 60.0, "CDELT1A": -0.01, "CDELT2A": 0.01}
    [message] = list_contradictions({**name_sky("TAN"), **second, "LONPOLEA": 90.0})
    assert message.startswith("LONPOLEA (90.0) puts the reference point of version A of the")
    assert list_contradictions({**name_sky("TAN"), **second, "LONPOLEA": 0.0}) == []


def test_a_value_that_is_no_number_is_another_finding():
    assert list_contradictions({**LOGARITHMIC, "CRVAL1": "x"}) == []
