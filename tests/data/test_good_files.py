"""What astropy writes is good: rules on data have nothing to say of it."""

from __future__ import annotations

import string

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.data.judged import judge, tell, write

IMAGE_TYPES = st.sampled_from([">u1", ">i2", ">i4", ">i8", ">f4", ">f8", "u2", "u4"])
NUMBER_FORMATS = {"B": "u1", "I": "i2", "J": "i4", "K": "i8", "E": "f4", "D": "f8"}
ROWS = 5


@st.composite
def images(draw):
    shape = draw(arrays.array_shapes(max_dims=3, max_side=40))
    pixels = draw(arrays.arrays(draw(IMAGE_TYPES), shape))
    image = fits.ImageHDU(pixels)
    finite = pixels[np.isfinite(pixels)] if pixels.dtype.kind == "f" else pixels
    if finite.size and np.abs(finite.astype(float)).max() < 1e30:
        image.header["DATAMIN"] = finite.min().item()
        image.header["DATAMAX"] = finite.max().item()
    return image


@st.composite
def columns(draw, number):
    kind = draw(st.sampled_from("LXAPBIJKED"))
    width = draw(st.integers(1, 12))
    name = f"COL{number}"
    if kind == "A":
        texts = st.text(string.ascii_letters + " .", max_size=width)
        return fits.Column(name, f"{width}A", array=[draw(texts) for _ in range(ROWS)])
    if kind in "LX":
        array = draw(arrays.arrays(bool, (ROWS, width)))
        return fits.Column(name, f"{width}{kind}", array=array if width > 1 else array[:, 0])
    if kind == "P":
        lengths = [draw(st.integers(0, 9)) for _ in range(ROWS)]
        cells = np.empty(ROWS, object)
        cells[:] = [np.arange(length, dtype="i4") for length in lengths]
        return fits.Column(name, f"P{draw(st.sampled_from('JD'))}()", array=cells)
    array = draw(arrays.arrays(NUMBER_FORMATS[kind], (ROWS, width)))
    return fits.Column(name, f"{width}{kind}", array=array if width > 1 else array[:, 0])


@st.composite
def tables(draw):
    count = draw(st.integers(1, 4))
    table = fits.BinTableHDU.from_columns([draw(columns(number)) for number in range(count)])
    for number, column in enumerate(table.columns, 1):
        if column.format.lstrip("0123456789") in NUMBER_FORMATS:
            values = np.asarray(table.data[column.name], float)
            values = values[np.isfinite(values)]
            if values.size and np.abs(values).max() < 2**50:
                table.header[f"TDMIN{number}"] = values.min()
                table.header[f"TLMAX{number}"] = values.max()
    return table


@given(images())
def test_images(image):
    assert tell(judge(write(image))) == []


@given(tables())
def test_binary_tables(table):
    assert tell(judge(write(table))) == []


@given(
    st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=9),
    st.floats(-1e20, 1e20),
    st.text(string.ascii_letters, max_size=6),
)
def test_ascii_tables(numbers, real, text):
    rows = len(numbers)
    table = fits.TableHDU.from_columns(
        [
            fits.Column("N", "I12", array=np.array(numbers)),
            fits.Column("X", "E25.16", array=np.full(rows, real)),
            fits.Column("S", "A8", array=np.full(rows, text or "x")),
        ]
    )
    table.header["TDMIN1"], table.header["TDMAX1"] = min(numbers), max(numbers)
    assert tell(judge(write(table))) == []


@pytest.mark.parametrize(("factor", "zero"), [(0.5, 10.0), (-2.0, 0.0), (1.0, 32768.0)], ids=str)
def test_scaled_images_state_scaled_extremes(factor, zero):
    image = fits.ImageHDU(np.array([[-5, 3], [7, 30000]], ">i2"))
    image.header["BLANK"] = 30000
    image.header["BSCALE"], image.header["BZERO"] = factor, zero
    ends = sorted([-5 * factor + zero, 7 * factor + zero])
    image.header["DATAMIN"], image.header["DATAMAX"] = ends
    assert tell(judge(write(image))) == []
