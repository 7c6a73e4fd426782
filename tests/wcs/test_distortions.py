"""Distortions against WCSLIB and astropy, against their conventions, and against any input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.wcs.distortions.folds import list_grid, measure_folding, measure_inverse
from fitslint.wcs.distortions.lookup import list_lookup_marks
from fitslint.wcs.distortions.newton import STEPS_MAX, invert_map
from fitslint.wcs.distortions.selection import CelestialDistortion
from fitslint.wcs.distortions.sip import SipDistortion
from fitslint.wcs.distortions.tnx import TnxDistortion
from fitslint.wcs.distortions.tpv import POWERS, TpvDistortion, classify_tan_parameters
from fitslint.wcs.distortions.wat import list_places, read_wat_surface
from fitslint.wcs.maths import SCALAR, load_array_maths
from fitslint.wcs.wcs_error import WcsError
from tests.sweeps import cross
from tests.wcs.generated_axes import (
    KINDS,
    PIXELS,
    SHAPE,
    add_wat_cards,
    corpus_headers,
    distorted_values,
    header_values,
    linear_step,
    plane_to_sky,
    read_with_astropy,
    separation,
)

ARRAYS = load_array_maths()
PARTS, IN_PART = 25, 40
CLOSE = 1e-9
"""Degrees."""


def read(values):
    return CelestialDistortion.from_values(values)


def sky_of(values, found, pixels=PIXELS):
    """Positions by our distortion, and by the linear step and the projection of WCSLIB."""
    u, v = (pixels - [values["CRPIX1"], values["CRPIX2"]]).T
    if found.pixel is not None:
        u, v = found.pixel.correct(ARRAYS, u, v)
    x, y = linear_step(values, u, v)
    if found.plane is not None:
        x, y = found.plane.correct(ARRAYS, x, y)
    return plane_to_sky(values, x, y, found.parameters or {})


def plane_of(values, found, pixels=PIXELS):
    u, v = (pixels - [values["CRPIX1"], values["CRPIX2"]]).T
    return (u, v) if found.pixel is not None else linear_step(values, u, v)


def generated(part):
    return (f"{part}.{at}" for at in range(IN_PART))


@pytest.mark.parametrize(("part", "kind"), cross(range(PARTS), KINDS, lambda part, _: part == 0))
def test_positions_are_those_of_wcslib(part, kind):
    for seed in generated(part):
        values = distorted_values(kind, seed)
        theirs = read_with_astropy(values).all_pix2world(PIXELS, 1)
        assert separation(sky_of(values, read(values)), theirs).max() < CLOSE, seed


@pytest.mark.parametrize(("part", "kind"), cross(range(PARTS), KINDS, lambda part, _: part == 0))
def test_the_inverse_leads_back(part, kind):
    for seed in generated(part):
        values = distorted_values(kind, seed)
        found = read(values)
        distortion = found.pixel or found.plane
        x, y = plane_of(values, found)
        back = distortion.undo(ARRAYS, *distortion.correct(ARRAYS, x, y))
        size = np.abs(x).max() + np.abs(y).max()
        assert np.abs(back[0] - x).max() < 1e-12 * size, seed
        assert np.abs(back[1] - y).max() < 1e-12 * size, seed


@pytest.mark.parametrize("kind", KINDS)
def test_the_inverse_is_that_of_astropy(kind):
    """astropy iterates SIP, WCSLIB the others, to their own tolerances."""
    for seed in range(12):
        values = distorted_values(kind, f"inverse {seed}")
        theirs = read_with_astropy(values)
        sky = sky_of(values, read(values))
        pixels = theirs.all_world2pix(sky, 1, tolerance=1e-9, maxiter=100)
        assert np.abs(pixels - PIXELS).max() < 1e-5, seed


@pytest.mark.parametrize("kind", KINDS)
def test_floats_and_arrays_are_worked_out_alike(kind):
    for seed in generated("kinds"):
        values = distorted_values(kind, seed)
        found = read(values)
        distortion = found.pixel or found.plane
        x, y = plane_of(values, found)
        there = distortion.correct(ARRAYS, x, y)
        back = distortion.undo(ARRAYS, *there)
        for at in (0, 11, 41):
            one = distortion.correct(SCALAR, float(x[at]), float(y[at]))
            assert one == (there[0][at], there[1][at])
            assert distortion.undo(SCALAR, *one) == pytest.approx(
                (back[0][at], back[1][at]), rel=1e-11, abs=1e-13
            )


@pytest.mark.parametrize("kind", KINDS)
def test_the_jacobian_is_the_slope(kind):
    for seed in ("a", "b", "c"):
        values = distorted_values(kind, seed)
        found = read(values)
        distortion = found.pixel or found.plane
        x, y = plane_of(values, found)
        step = 1e-6 * (np.abs(x).max() + np.abs(y).max())
        told = distortion.differentiate(ARRAYS, x, y)
        for along, (dx, dy) in enumerate(((step, 0.0), (0.0, step))):
            before = distortion.correct(ARRAYS, x - dx, y - dy)
            behind = distortion.correct(ARRAYS, x + dx, y + dy)
            for of in (0, 1):
                slope = (behind[of] - before[of]) / (2 * step)
                assert told[2 * of + along] == pytest.approx(slope, abs=1e-6)


def test_sip_by_hand():
    values = {"A_ORDER": 2, "A_2_0": 1e-4, "A_1_1": 2e-5, "B_ORDER": 3, "B_0_3": -1e-7}
    values |= {"AP_ORDER": 1, "AP_1_0": -0.01, "BP_ORDER": 0, "BP_0_0": 0.5}
    found = SipDistortion.from_values(values)
    assert found.correct(SCALAR, 100.0, -50.0) == pytest.approx((100.9, -49.9875))
    assert found.apply_inverse(SCALAR, 100.0, -50.0) == pytest.approx((99.0, -49.5))
    assert found.notes == ()
    assert found.place == "pixel"


def test_tpv_has_the_forty_terms_of_its_convention():
    assert len(POWERS) == 40
    radial = {3: 1, 11: 3, 23: 5, 39: 7}
    assert {term: power for term, power in POWERS.items() if isinstance(power, int)} == radial
    xi, eta, r = 0.3, -0.4, 0.5
    own = {0: 1, 1: xi, 2: eta, 5: xi * eta, 8: xi * xi * eta, 16: eta**4, 20: xi**2 * eta**3,
           23: r**5, 31: xi**7, 38: eta**7, 39: r**7}  # fmt: skip
    for term, expected in own.items():
        values = {"PV1_1": 0.0, f"PV1_{term}": 2.0, "PV2_1": 0.0, f"PV2_{term}": 3.0}
        found = TpvDistortion.from_values(values).correct(SCALAR, xi, eta)
        mirrored = TpvDistortion.from_values(values).correct(SCALAR, eta, xi)
        assert found[0] == pytest.approx(2 * expected)
        assert mirrored[1] == pytest.approx(3 * expected)


def test_tpv_of_swapped_axes_and_versions():
    values = {"PV2_4B": 0.5, "PV1_4": 9.0}
    found = TpvDistortion.from_values(values, longitude=2, latitude=1, version="B")
    assert found.correct(SCALAR, 0.2, 0.3) == pytest.approx((0.2 + 0.5 * 0.04, 0.3))


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ((3, 2), [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)]),
        ((2, 3), [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)]),
        ((1, 3), [(0, 0), (0, 1), (0, 2)]),
    ],
)
def test_half_cross_terms(orders, expected):
    assert list_places(orders, 2) == expected
    assert len(list_places(orders, 1)) == orders[0] * orders[1]
    assert list_places(orders, 0) == [(m, n) for m, n in list_places(orders, 1) if not m * n]


@pytest.mark.parametrize(
    ("code", "polynomials"),
    [
        (1, [lambda x: 1, lambda x: x, lambda x: 2 * x * x - 1, lambda x: 4 * x**3 - 3 * x]),
        (2, [lambda x: 1, lambda x: x, lambda x: 1.5 * x * x - 0.5,
             lambda x: 2.5 * x**3 - 1.5 * x]),
    ],
)  # fmt: skip
def test_surfaces_of_iraf(code, polynomials):
    places = list_places((4, 4), 1)
    numbers = " ".join(str(m + 10 * n + 1) for m, n in places)
    surface = read_wat_surface(f"{code}. 4 4. 1 -2. 6. 1 3. {numbers}", "WAT1_001")
    x, y = (2 * 3.0 - 4) / 8, (2 * 2.5 - 4) / 2
    expected = sum((m + 10 * n + 1) * polynomials[m](x) * polynomials[n](y) for m, n in places)
    assert surface.evaluate(SCALAR, 3.0, 2.5) == pytest.approx(expected)


def wat_values(lngcor, latcor, code="TNX", lead=""):
    values = distorted_values("SIP", "any") | {"CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}"}
    values = {key: value for key, value in values.items() if key[:2] not in ("A_", "B_")}
    add_wat_cards(values, 1, f"wtype={code.lower()} axtype=ra {lead}", f'lngcor = "{lngcor} "')
    add_wat_cards(values, 2, f"wtype={code.lower()} axtype=dec {lead}", f'latcor = "{latcor} "')
    return values


FLAT = "3. 1. 1. 2. -1. 1. -1. 1. 1.e-9"
PLAIN = {**distorted_values("SIP", "plain")}


def without_terms(code):
    kept = {key: value for key, value in PLAIN.items() if key[:2] not in ("A_", "B_")}
    return kept | {"CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}"}


def add_sip(**terms):
    return without_terms("TAN-SIP") | terms


DISAGREEMENTS = {
    # header, the correction by the convention of (x, y), and why astropy 8.0.2 is wrong
    "TPV: PVi_1 is 1 where it is absent; WCSLIB takes 0 for it": (
        without_terms("TPV") | {"PV1_4": 1e-3},
        lambda x, y: (x + 1e-3 * x * x, y),
        True,
    ),
    "TNX: a coefficient 0 is one of them; WCSLIB drops all behind it": (
        wat_values("3. 2. 1. 1. -1. 1. -1. 1. 0. 0.0123456789", FLAT),
        lambda x, y: (x + 0.0123456789 * x, y + 1e-9),
        True,
    ),
    "TNX: half cross terms go by the orders of the axis; WCSLIB has those of axis 2 for both": (
        wat_values(
            "3. 3. 2. 2. -1. 1. -1. 1. .00001 .00001 .00001 .00001 .0123456", FLAT
        ),
        lambda x, y: (x + 1e-5 * (1 + x + x * x + y) + 0.0123456 * x * y, y + 1e-9),
        True,
    ),
    "SIP: terms of first degree are terms; astropy reads none of an order below 2": (
        add_sip(A_ORDER=1, A_1_0=1e-3, B_ORDER=1, B_1_0=2e-3),
        lambda u, v: (u + 1e-3 * u, v + 2e-3 * u),
        True,
    ),
    "SIP: a polynomial without its partner leaves the other axis; astropy refuses the header": (
        add_sip(A_ORDER=2, A_2_0=1e-6),
        lambda u, v: (u + 1e-6 * u * u, v),
        False,
    ),
    "SIP: without -SIP the names of its terms are free; astropy applies them": (
        without_terms("TAN") | {"A_ORDER": 2, "A_2_0": 1e-6, "B_ORDER": 2, "B_0_2": 1e-6},
        lambda u, v: (u, v),
        True,
    ),
    "ZPX: the corrections may be absent; WCSLIB refuses the header": (
        without_terms("ZPX") | {"WAT1_001": "wtype=zpx projp1=1. projp3=2.",
                                "WAT2_001": "wtype=zpx projp1=1. projp3=2."},
        lambda x, y: (x, y),
        False,
    ),
    "TNX: a blank at the end of a card separates numbers for IRAF; WCSLIB 8.6 refuses it": (
        without_terms("TNX") | {
            "WAT1_001": 'wtype=tnx axtype=ra lngcor = "3. 2. 1. 2. -1. 1. -1. 1. 0.00001000 ',
            "WAT1_002": '0.002 "',
            "WAT2_001": f'wtype=tnx axtype=dec latcor = "{FLAT} "',
        },
        lambda x, y: (x + 1e-5 + 0.002 * x, y + 1e-9),
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", DISAGREEMENTS)
def test_where_astropy_differs_the_convention_holds(why):
    values, expected, read_by_astropy = DISAGREEMENTS[why]
    found = read(values)
    x, y = linear_step(values, *(PIXELS - [values["CRPIX1"], values["CRPIX2"]]).T)
    if values["CTYPE1"].startswith("RA---TAN"):
        u, v = (PIXELS - [values["CRPIX1"], values["CRPIX2"]]).T
        x, y = linear_step(values, *expected(u, v))
    else:
        x, y = expected(x, y)
    right = plane_to_sky(values, x, y, found.parameters or {})
    assert separation(sky_of(values, found), right).max() < CLOSE
    if read_by_astropy:
        theirs = read_with_astropy(values).all_pix2world(PIXELS, 1)
        assert separation(right, theirs).max() > 1e-6
    else:
        with pytest.raises((ValueError, KeyError)):
            read_with_astropy(values)


def test_a_card_of_iraf_that_lost_its_last_blank():
    first = 'wtype=tnx axtype=ra lngcor = "3. 2. 1. 2. -1. 1. -1. 1. 0.00001000'
    values = without_terms("TNX") | {"WAT1_001": first, "WAT1_002": '0.002 "'}
    found = read(values).plane.correct(SCALAR, 0.5, 0.25)
    assert found == pytest.approx((0.5 + 1e-5 + 0.001, 0.25))


def test_a_number_that_is_cut_in_a_short_card():
    first = 'wtype=tnx axtype=ra lngcor = "3. 2. 1. 2. -1. 1. -1. 1. 0.0001 0.0'
    values = without_terms("TNX") | {"WAT1_001": first, "WAT1_002": '02 "'}
    found = read(values).plane.correct(SCALAR, 0.5, 0.25)
    assert found == pytest.approx((0.5 + 1e-4 + 0.001, 0.25))


def test_zpx_takes_the_terms_of_its_projection_from_the_attributes():
    values = distorted_values("ZPX", 3)
    found = read(values)
    assert found.projection == "ZPN"
    assert sorted(found.parameters) == [0, 1, 2, 3, 4, 5]
    assert found.parameters[1] == 1.0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "none"),
        ({"PV1_1": 0.0, "PV1_2": 60.0}, "standard"),
        ({"PV1_3": 150.0, "PV1_4": 10.0}, "standard"),
        ({"PV1_0": 0.0, "PV1_1": 1.0, "PV2_1": 1.0, "PV2_2": 0.1}, "unclear"),
        ({"PV1_1": 1.0, "PV1_5": 1e-5, "PV2_1": 1.0}, "scamp"),
        ({"PV2_7": 1e-5}, "scamp"),
        ({"PV2_7A": 1e-5}, "none"),
    ],
)
def test_what_terms_beside_tan_mean(values, expected):
    assert classify_tan_parameters(values) == expected
    header = without_terms("TAN") | values
    found = read(header)
    assert found.tan_parameters == expected
    assert (found.plane is not None) == (expected == "scamp")


def test_scamp_is_read_as_astropy_reads_it():
    for seed in range(10):
        values = distorted_values("TPV", f"scamp {seed}")
        values |= {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "PV1_5": 1e-4, "PV1_7": 1e-5}
        theirs = read_with_astropy(values).all_pix2world(PIXELS, 1)
        assert separation(sky_of(values, read(values)), theirs).max() < CLOSE


def shift_from(values):
    return lambda x, y: (x - values["CRPIX1"], y - values["CRPIX2"])


def test_a_fold_is_found_where_it_is():
    values = {"CRPIX1": 1.0, "CRPIX2": 1.0, "A_ORDER": 2, "A_2_0": -5e-4, "B_ORDER": 2}
    found = SipDistortion.from_values(values)
    report = measure_folding(found, (2000, 100), shift_from(values), points=21)
    # u - u**2 / 2000 turns back at u = 1000: pixel 1001.
    assert report.has_fold
    assert report.first[0] == pytest.approx(1100.5)
    assert report.folded == report.points * 10 / 21
    assert report.least == pytest.approx(1 - 1e-3 * 1999.5)
    calm = measure_folding(found, (900, 100), shift_from(values))
    assert (calm.has_fold, calm.first, calm.most) == (False, None, pytest.approx(1.0, abs=1e-3))


def test_a_fold_of_a_polynomial_behind_the_matrix():
    found = TpvDistortion.from_values({"PV2_1": 1.0, "PV2_7": -1.0})
    # eta - eta**3 turns back at eta = 3**-0.5, which 0.001 degree a pixel reach in row 577.
    report = measure_folding(found, (10, 1000), lambda x, y: (x * 1e-3, y * 1e-3), points=65)
    assert report.has_fold
    assert report.first[1] == pytest.approx(3**-0.5 * 1e3, abs=1000 / 64)
    assert report.first[1] > 3**-0.5 * 1e3
    assert not measure_folding(found, (10, 570), lambda x, y: (x * 1e-3, y * 1e-3)).has_fold


def test_a_distortion_that_is_no_number_folds():
    values = {"A_ORDER": 9, "A_9_0": 1e300, "B_ORDER": 2}
    report = measure_folding(SipDistortion.from_values(values), (10, 10), lambda x, y: (x, y))
    assert report.has_fold
    assert math.isinf(report.most) or report.folded


def test_distance_of_an_inverse_from_the_inverse():
    values = {"CRPIX1": 50.5, "CRPIX2": 50.5, "A_ORDER": 1, "A_1_0": 0.01, "B_ORDER": 1}
    values |= {"AP_ORDER": 1, "AP_1_0": 1 / 1.01 - 1, "BP_ORDER": 1}
    good = measure_inverse(SipDistortion.from_values(values), (100, 100), shift_from(values))
    assert good.worst == pytest.approx(0, abs=1e-12)
    values["AP_1_0"] = -0.01
    report = measure_inverse(SipDistortion.from_values(values), (100, 100), shift_from(values))
    assert report.worst == report.corner == pytest.approx(50 * 1e-4)
    assert report.where[0] in (0.5, 100.5)
    del values["AP_ORDER"], values["AP_1_0"], values["BP_ORDER"]
    assert SipDistortion.from_values(values).inverse is None


def test_grids_have_the_corners_and_a_bound():
    grid = list(list_grid((10, 20), 3))
    assert grid[0] == (0.5, 0.5)
    assert grid[-1] == (10.5, 20.5)
    assert len(list(list_grid(SHAPE, 10**9))) == 65 * 65


class Counting:
    """A map without an inverse that counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def correct(self, maths, x, y):
        self.asked += 1
        return x * x + 1.0, y

    def differentiate(self, maths, x, y):
        return x * 2.0, x * 0.0, y * 0.0, x * 0.0 + 1.0


def test_a_search_without_an_end_has_a_bound():
    mapping = Counting()
    found = invert_map(SCALAR, mapping, (-1.0, 2.0), (0.3, 2.0))
    assert math.isnan(found[0])
    assert mapping.asked <= STEPS_MAX + 1
    many = Counting()
    targets = np.array([-1.0, 2.0, 5.0, np.nan]), np.full(4, 2.0)
    x, _ = invert_map(ARRAYS, many, targets, (np.full(4, 0.3), np.full(4, 2.0)))
    assert np.isnan(x[[0, 3]]).all()
    assert x[1:3] == pytest.approx([1.0, 2.0])
    assert many.asked <= STEPS_MAX + 1


WRONG = {
    "A_ORDER": [
        {"A_ORDER": 99, "B_ORDER": 2}, {"A_ORDER": 2.5}, {"A_ORDER": "2"}, {"A_ORDER": -1},
        {"A_2_0": 1e-5, "B_ORDER": 2}, {"A_ORDER": True}, {"A_ORDER": 10**400},
        {"AP_ORDER": 2, "BP_ORDER": 2}, {"A_ORDER": "x" * 100000}, {"A_ORDER": math.inf},
    ],
    "A_2_0": [{"A_ORDER": 2, "B_ORDER": 2, "A_2_0": math.nan},
              {"A_ORDER": 2, "B_ORDER": 2, "A_2_0": "1e-5"}],
    "BP_1_1": [{"A_ORDER": 2, "B_ORDER": 2, "BP_ORDER": 2, "BP_1_1": 1j}],
    "BP_ORDER": [{"A_ORDER": 2, "B_ORDER": 2, "AP_ORDER": 2, "BP_1_1": 1.0}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("keyword", "values"), [(keyword, one) for keyword, all_ in WRONG.items() for one in all_],
    ids=str,
)  # fmt: skip
def test_errors_of_sip_name_the_keyword(keyword, values):
    with pytest.raises(WcsError, match=f"^{keyword} ") as caught:
        SipDistortion.from_values(values)
    assert caught.value.keyword == keyword
    assert len(str(caught.value)) < 200


def wat(text, second=None):
    values = {"WAT1_001": f"wtype=tnx lngcor = {text}"}
    return values if second is None else values | second


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("WAT1_001", wat('"3. 2. 2. 1. -1. 1. -1. 1. 1. 2."')),
        ("WAT1_001", wat('"7. 1. 1. 1. -1. 1. -1. 1. 1."')),
        ("WAT1_001", wat('"3. 99. 99. 1. -1. 1. -1. 1. 1."')),
        ("WAT1_001", wat('"3. 1.5 1. 1. -1. 1. -1. 1. 1."')),
        ("WAT1_001", wat('"3. 1. 1. 4. -1. 1. -1. 1. 1."')),
        ("WAT1_001", wat('"1. 1. 1. 1. 1. 1. -1. 1. 1."')),
        ("WAT1_001", wat('"3. 1. 1. 1. -1. 1. -1. 1. nan"')),
        ("WAT1_001", wat('"3. 1. 1. 1. -1. 1. -1. 1. 1_0"')),
        ("WAT1_001", wat('"3. 1. 1."')),
        ("WAT1_001", wat('"3. 1. 1. 1. -1. 1. -1. 1. 1.')),
        ("WAT1_001", {"WAT1_001": "wtype=zpx"}),
        ("WAT1_002", wat('"3. 1. 1. 1. -1. 1. -1.', {"WAT1_003": '1. 1."'})),
        ("WAT1_002", wat('"3. 1. 1. 1. -1. 1. -1.', {"WAT1_002": 7})),
    ],
    ids=str,
)
def test_errors_of_tnx_name_the_card(keyword, values):
    with pytest.raises(WcsError, match=f"^{keyword} ") as caught:
        TnxDistortion.from_values(values)
    assert caught.value.keyword.startswith(keyword)


def test_other_errors_name_the_keyword():
    with pytest.raises(WcsError, match=r"^PV1_40 "):
        TpvDistortion.from_values({"PV1_40": 1.0})
    with pytest.raises(WcsError, match=r"^CTYPE2 "):
        read({"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN"})
    zpx = {"WAT1_001": "wtype=zpx projp1=1.", "WAT2_001": "wtype=zpx projp1=2."}
    with pytest.raises(WcsError, match=r"^WAT2_001 .*projp1=2.0"):
        TnxDistortion.from_values(zpx, code="ZPX")


def test_lookup_tables_are_recognised():
    values = {"CPDIS1": "Lookup", "DP1": "EXTVER: 2.0", "D2IMDIS2": "Lookup", "D2IM2.EXTVER": 3}
    values |= {"D2IMARR": 1, "AXISCORR": 2, "CPDIS2": None, "DPAPER": 1}
    marks = list_lookup_marks(values)
    assert [(mark.keyword, mark.extver) for mark in marks] == [
        ("CPDIS1", None), ("DP1", 2), ("D2IMDIS2", None), ("D2IM2.EXTVER", 3), ("D2IMARR", None),
        ("AXISCORR", None),
    ]  # fmt: skip
    assert all("cannot be worked out" in mark.reason for mark in marks)
    assert read(without_terms("TAN") | values).marks == tuple(marks)


NAMES = (
    "A_ORDER", "B_ORDER", "AP_ORDER", "BP_ORDER", "A_2_0", "A_0_2", "B_9_0", "AP_1_1", "BP_0_3",
    "A_99_99", "PV1_0", "PV1_1", "PV1_3", "PV2_5", "PV2_39", "PV1_40", "PV1_999", "WAT1_001",
    "WAT1_002", "WAT2_001", "WAT2_999", "CPDIS1", "DP1", "D2IM1",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=100),
    st.sampled_from([
        'wtype=tnx lngcor = "3. 2. 2. 1. -1. 1. -1. 1. 1. 2. 3. 4. "',
        'wtype=zpx projp1=1e999 latcor = "1. 2. 2. 2. -1. 1. -1. 1. 1. 2. 3. "',
        'lngcor = "3. 9e9 9e9 1. -1. 1. -1. 1. 1. "', "=" * 100000, 'a="' * 30000, '"' * 99999,
        "x= " * 30000, "EXTVER: 9" + "9" * 5000,
    ]),
)  # fmt: skip
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.integers(), st.floats(),
    st.floats(-1e-3, 1e-3), st.complex_numbers(), TEXTS, st.just(10**5000),
)  # fmt: skip
TYPES = st.sampled_from(["TAN-SIP", "TPV", "TNX", "ZPX", "TAN", "SIN-SIP", "---", ""])


@given(st.dictionaries(st.sampled_from(NAMES), ANY), TYPES, TYPES, st.floats(), st.floats())
def test_nothing_in_a_header_ends_in_another_exception(values, one, other, x, y):
    header = {"CTYPE1": f"RA---{one}", "CTYPE2": f"DEC--{other}", **values}
    try:
        found = read(header)
    except WcsError as error:
        assert str(error).startswith(error.keyword)
        assert len(str(error)) < 400
        return
    for distortion in (found.pixel, found.plane):
        if distortion is not None:
            there = distortion.correct(SCALAR, x, y)
            distortion.undo(SCALAR, *there)
            distortion.differentiate(SCALAR, x, y)
            measure_folding(distortion, (100, 100), lambda x, y: (x, y), points=3)


SAMPLES = {b"-SIP": 18, b"PV2_7": 4}


@pytest.mark.parametrize("mark", SAMPLES, ids=lambda mark: mark.decode())
def test_real_headers_are_read_as_astropy_reads_them(corpus, mark):
    compared = 0
    for name, header in corpus_headers(corpus, mark):
        values = header_values(header)
        types = f"{values.get('CTYPE1')}{values.get('CTYPE2')}"
        if "-SIP" not in types and "TPV" not in types and "TAN" not in types:
            continue
        marks = list_lookup_marks(values)
        found = read(values)
        try:
            theirs = read_whole(header)
        except (ValueError, KeyError, AssertionError):
            continue
        if (found.pixel is None and found.plane is None) or theirs.naxis != 2 or marks:
            continue
        expected = theirs.all_pix2world(PIXELS, 1)
        compared += 1
        assert separation(real_sky(theirs, found), expected).max() < CLOSE, name
    assert compared >= SAMPLES[mark]


def read_whole(header):
    import warnings

    from astropy.wcs import WCS

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return WCS(header)


def real_sky(theirs, found):
    """Positions by our distortion, with the linear step and projection of WCSLIB."""
    u, v = (PIXELS - theirs.wcs.crpix).T
    if found.pixel is not None:
        u, v = found.pixel.correct(ARRAYS, u, v)
    matrix = theirs.wcs.piximg_matrix
    x, y = matrix @ np.stack([u, v])
    if found.plane is not None:
        x, y = found.plane.correct(ARRAYS, x, y)
    crval = dict(zip(("CRVAL1", "CRVAL2"), theirs.wcs.crval, strict=True))
    plain = theirs.deepcopy()
    plain.sip = None
    if found.plane is None:
        return plain.wcs_pix2world(np.stack([u, v]).T + theirs.wcs.crpix, 1)
    return plane_to_sky(crval, x, y, found.parameters or {})
