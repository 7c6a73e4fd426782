"""The functions of floats and of arrays answer alike."""

import math
from dataclasses import fields

import numpy as np
import pytest

from fitslint.wcs.maths import FAILURES, NAN, SCALAR, clip, load_array_maths, sum_powers

VALUES = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -2.5, 3.5, 1e-300, 1e300, -800.0, 800.0)
ODD = (math.inf, -math.inf, math.nan)
ONE = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "sqrt", "exp", "log", "absolute")
ONE += ("floor", "rint", "sign")
TWO = ("atan2", "divide", "copysign", "minimum", "maximum")


def ask(function, *values):
    try:
        return function(*values)
    except FAILURES:
        return NAN


def agree(one, other):
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == pytest.approx(other, rel=1e-13, abs=1e-15)


def test_every_function_is_there_for_arrays():
    arrays = load_array_maths()
    assert all(callable(getattr(arrays, one.name)) for one in fields(SCALAR))
    assert load_array_maths() is arrays


@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number(name):
    scalar, array = getattr(SCALAR, name), getattr(load_array_maths(), name)
    with np.errstate(all="ignore"):
        for value in (*VALUES, *ODD):
            if name in ("sin", "cos", "tan") and abs(value) > 1e6:
                continue
            found = float(array(np.array([value]))[0])
            wanted = ask(scalar, value)
            if name == "sinh" and math.isinf(found):
                continue  # a float raises, which the caller of the chain takes for NaN
            assert agree(wanted, found), value


@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_numbers(name):
    scalar, array = getattr(SCALAR, name), getattr(load_array_maths(), name)
    with np.errstate(all="ignore"):
        for one in (*VALUES, *ODD):
            for other in (*VALUES, *ODD):
                if name == "divide" and other == 0 and math.copysign(1, other) < 0:
                    continue  # the sign of a zero has no say for floats
                found = float(array(np.array([one]), np.array([other]))[0])
                assert agree(ask(scalar, one, other), found), (one, other)


def test_sines_and_cosines_in_one():
    angles = np.concatenate([np.linspace(-7, 7, 4001), np.pi / 2 * np.arange(-4, 5)])
    sine, cosine = load_array_maths().sincos(angles)
    assert np.allclose(sine, np.sin(angles), rtol=0, atol=4e-16)
    assert np.allclose(cosine, np.cos(angles), rtol=0, atol=4e-16)
    assert SCALAR.sincos(0.5) == (math.sin(0.5), math.cos(0.5))


def test_masks_and_sums():
    arrays = load_array_maths()
    values = np.array([-1.0, 0.5, 3.0, math.nan])
    assert np.array_equal(clip(arrays, values, 0.0, 1.0), [0.0, 0.5, 1.0, math.nan], True)
    assert clip(SCALAR, 3.0, 0.0, 1.0) == 1.0
    assert math.isnan(clip(SCALAR, math.nan, 0.0, 1.0))
    assert sum_powers(2.0, (1.0, 0.0, 3.0)) == 13.0
    assert np.array_equal(sum_powers(values[:3], (1.0, 2.0)), [-1.0, 2.0, 7.0])
    assert arrays.any(values > 2) and not arrays.all(values > 2)
    assert SCALAR.any(True) and SCALAR.invert(False)
    assert SCALAR.power(0.0, -1.0) == math.inf
    assert SCALAR.power(1e300, 2.0) == math.inf
    assert math.isnan(SCALAR.power(-1.0, 0.5))
