"""The states in which pixels are of no use, and what data units sum to."""

import io

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import fitslint
from fitslint.products.kinds import find_product_kind, load_product_kinds
from fitslint.products.pixels import find_pixel_problems, measure_array, sum_words
from tests.products.samples import facts, image, stored

STATES = {
    "all-nan": np.full((4, 4), np.nan),
    "all-zero": np.zeros((4, 4)),
    "constant": np.full((4, 4), 3.5),
    "infinite": np.array([[1.0, np.inf], [2.0, 3.0]]),
    "fine": np.array([[1.0, np.nan], [2.0, 0.0]]),
}
WORKS = {
    "kappa": {"fine"},
    "gamma1": {"fine", "constant"},
    "magnification": {"fine", "constant", "infinite"},
    "surface-density": {"fine"},
    "xray-counts": {"fine", "constant"},
}


@pytest.mark.parametrize("product", sorted(WORKS))
@pytest.mark.parametrize("state", sorted(STATES))
def test_what_is_of_use_as_which_product(product, state):
    values = STATES[state]
    found = [
        one.name
        for one in find_pixel_problems(
            find_product_kind(product), values.shape, measure_array(values)
        )
    ]
    assert found == ([] if state in WORKS[product] else [state])


@pytest.mark.parametrize(
    ("axes", "name"),
    [((16,), "shape"), ((16, 1), "shape"), ((1, 16), "shape"), ((), "shape"),
     ((4, 4, 2), "not-2d"), ((4, 1, 2), "not-2d"), ((4, 4, 1, 1), None)],
)  # fmt: skip
def test_a_map_has_rows_and_columns(axes, name):
    found = find_pixel_problems(load_product_kinds()["kappa"], axes, measure_array(STATES["fine"]))
    assert [one.name for one in found] == ([name] if name else [])


def test_images_of_the_sun_may_be_stacked():
    kind, fine = find_product_kind("norh-image"), measure_array(STATES["fine"])
    assert find_pixel_problems(kind, (4, 4, 2), fine) == []
    assert [one.name for one in find_pixel_problems(kind, (4, 4, 2, 2), fine)] == ["not-2d"]
    assert [one.name for one in find_pixel_problems(kind, (1, 4, 2), fine)] == ["shape"]


def test_an_empty_map_asks_for_the_redshift_of_the_lens():
    zero = image()
    zero.data[:] = 0
    done = fitslint.conform(stored(zero), "kappa", **facts("kappa"))
    assert "exactly" in done.problems[0].sentence
    with pytest.raises(fitslint.ProductError, match="all-zero"):
        done.raise_for_errors()


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "i8", "f4", "f8", "u2"])
def test_sums_and_ranges_of_every_type(kind):
    values = np.arange(5 * 7).reshape(5, 7).astype(kind)
    data = stored(fits.PrimaryHDU(values))
    done = fitslint.conform(data, "kappa", **facts("kappa"))
    assert done.ok
    with fits.open(io.BytesIO(done.data), checksum=True) as hdus:
        assert hdus[0].verify_checksum() == 1 and hdus[0].verify_datasum() == 1


def test_blank_pixels_have_no_value():
    hdu = fits.PrimaryHDU(np.full((4, 4), -1, "i2"))
    hdu.header["BLANK"] = -1
    done = fitslint.conform(stored(hdu), "kappa", **facts("kappa"))
    assert [one.name for one in done.problems] == ["all-nan"]


def test_data_of_zeros_sum_to_zero_and_others_never():
    assert measure_array(np.zeros((2, 2))).datasum == "0"
    zero = fits.PrimaryHDU(np.zeros((4, 4), "i4"))
    other = fits.PrimaryHDU(np.array([[-1, 0], [0, 0]], "i4"))
    for hdu, wanted in ((zero, "0"), (other, "4294967295")):
        done = fitslint.conform(stored(hdu), "kappa", **facts("kappa"))
        assert f"DATASUM = '{wanted}" in done.header


@given(st.binary(max_size=40))
def test_words_are_summed(data):
    padded = data + bytes(-len(data) % 4)
    wanted = sum(int.from_bytes(padded[at : at + 4], "big") for at in range(0, len(padded), 4))
    assert sum_words(data) == wanted


@given(arrays.arrays("f4", st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_pixels_of_any_array(values):
    found = measure_array(values)
    finite = values[np.isfinite(values)]
    assert found.count == values.size
    assert found.undefined + found.infinite + finite.size == values.size
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
