"""A fault that is planted in the bytes is found at its HDU, keyword and row, and nothing else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

import fitslint
from fitslint.testing.examples import build_example
from tests.data.judged import big, build_table, judge, locate_data, put, tell, write

ROWS = 6
WIDTH = 8 + 3 + 2 + 8 + 4 + 4


def make_table(**cards):
    """TFORMs 8A 3L 10X 1PJ(4) J E over six rows."""
    rng = np.random.default_rng(3)
    cells = np.empty(ROWS, object)
    cells[:] = [np.arange(n % 3 + 2, dtype="i4") for n in range(ROWS)]
    return build_table(
        ("NAME", "8A", [f"star {n}" for n in range(ROWS)]),
        ("FLAG", "3L", rng.random((ROWS, 3)) > 0.5),
        ("BITS", "10X", rng.random((ROWS, 10)) > 0.5),
        ("ARRAY", "PJ(4)", cells),
        ("COUNT", "J", np.arange(ROWS)),
        ("FLUX", "E", np.arange(ROWS) / 2),
        **cards,
    )  # fmt: skip


PLACES = {
    "NAME": (0, b"\xe9", "DA123", "TFORM1"),
    "FLAG": (8, b"X", "DA122", "TFORM2"),
    "BITS": (12, b"\x01", "DA124", "TFORM3"),
    "length": (13, big([500], ">i4"), "DA110", "TFORM4"),
    "negative": (13, big([-1], ">i4"), "DA110", "TFORM4"),
    "offset": (17, big([2**31 - 1], ">i4"), "DA110", "TFORM4"),
}


@pytest.mark.parametrize("name", PLACES)
@given(row=st.integers(0, ROWS - 1))
def test_a_value_of_a_column(name, row):
    at, new, code, keyword = PLACES[name]
    data = write(make_table(), checksum=False)
    start = locate_data(data, 2)
    found = judge(put(data, start + row * WIDTH + at, new))
    main = [one for one in found if one.code == code]
    assert tell(main) == [(code, 2, keyword)]
    assert f"in row {row + 1}" in main[0].message
    assert {one.code for one in found} <= {code, "DA111", "DA113"}


@given(at=st.integers(0, 2879), bit=st.integers(0, 7))
def test_any_flipped_bit_of_the_data(at, bit):
    data = write(fits.ImageHDU(np.zeros((10, 10), ">i2")))
    start = locate_data(data, 2)
    old = data[start + at]
    found = judge(put(data, start + at, bytes([old ^ (1 << bit)])))
    told = tell(found)
    assert ("CK102", 2, "DATASUM") in told
    assert "CHECKSUM goes with the former" in found[told.index(("CK102", 2, "DATASUM"))].message
    assert (("DA101", 2, None) in told) == (at >= 200)


def test_a_datasum_that_alone_is_wrong():
    data = write(fits.ImageHDU(np.arange(10)))
    at = data.rindex(b"DATASUM =") + 11
    digit = data[at : at + 1]
    found = judge(put(data, at, b"1" if digit != b"1" else b"2"))
    assert {one.code for one in found} == {"CK102", "CK103"}


def test_a_checksum_without_datasum():
    image = fits.ImageHDU(np.arange(10))
    data = write(image)
    card = data.rindex(b"DATASUM =")
    sound = put(data, card, b"COMMENT ".ljust(80))
    assert ("CK104", 2, "CHECKSUM") in tell(judge(sound))


@pytest.mark.parametrize(
    ("card", "value", "code"),
    [
        ("TDMIN5", 1, "DA120"), ("TDMAX5", 4, "DA120"), ("TDMAX6", 3.0, "DA120"),
        ("TLMIN5", 1, "DA121"), ("TLMAX6", 2.0, "DA121"), ("TDIM4", "(2,2)", "DA112"),
    ],
)  # fmt: skip
def test_a_keyword_that_the_rows_contradict(card, value, code):
    table = make_table(**{card: value})
    assert tell(judge(write(table, checksum=False))) == [(code, 2, card)]


def test_a_maximum_that_arrays_exceed_is_written_anew():
    data = write(make_table(), checksum=False)
    wrong = data.replace(b"'PJ(4)", b"'PJ(2)")
    assert fitslint.fix(wrong, data=True).fixes == []
    report = fitslint.fix(wrong, data=True, unsafe=True)
    assert [one.finding.code for one in report.fixes] == ["DA113"]
    assert report.data == data


@given(st.lists(st.integers(0, 20), min_size=2, max_size=8))
def test_the_use_of_the_heap(lengths):
    """Arrays that are cut short leave bytes of the heap in no array."""
    cells = np.empty(len(lengths), object)
    cells[:] = [np.zeros(n, "i4") for n in lengths]
    data = write(build_table(("A", "PJ()", cells)), checksum=False)
    assert tell(judge(data)) == []
    start = locate_data(data, 2)
    row = max(range(len(lengths)), key=lengths.__getitem__)
    if lengths[row] > 1:
        found = judge(put(data, start + 8 * row, big([lengths[row] - 1], ">i4")))
        assert tell(found) == [("DA111", 2, "PCOUNT")]
        assert found[0].params["unused"] == 4


def test_arrays_that_are_the_same_bytes_may_be():
    cells = np.empty(2, object)
    cells[:] = [np.zeros(3, "i4"), np.zeros(3, "i4")]
    data = write(build_table(("A", "PJ()", cells)), checksum=False)
    start = locate_data(data, 2)
    alias = put(data, start + 12, big([0], ">i4"))
    assert tell(judge(alias)) == [("DA111", 2, "PCOUNT")]
    shared = put(data, start + 12, big([8], ">i4"))
    assert ("DA111", 2, "TFORM1") in tell(judge(shared))


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("DATAMIN", 1.0), ("DATAMAX", 8.0), ("DATAMEAN", 5.0), ("DATARMS", 9.0)],
)
def test_a_statistic_of_an_image(keyword, value):
    image = fits.ImageHDU(np.array([0.0, np.nan, 9.0, np.inf, 3.0]))
    image.header[keyword] = value
    assert tell(judge(write(image))) == [("DA150", 2, keyword)]


@pytest.mark.parametrize(
    ("least", "most", "comment", "told"),
    [
        (0, 65535, "", {("DATAMIN", "info"), ("DATAMAX", "info")}),
        (0, 50000, "Saturation level", {("DATAMIN", "warning"), ("DATAMAX", "info")}),
        (0, 50000, "", {("DATAMIN", "warning"), ("DATAMAX", "warning")}),
        (300, 4095, "", {("DATAMAX", "warning")}),
        (350, 65535, "", {("DATAMIN", "warning"), ("DATAMAX", "warning")}),
    ],
)
def test_limits_of_a_camera_are_not_extremes(least, most, comment, told):
    """They stand nowhere else in the header, so no fix writes over them."""
    image = fits.ImageHDU(np.arange(300, 5000, dtype=np.uint16))
    image.header["DATAMIN"], image.header["DATAMAX"] = least, (most, comment)
    found = judge(write(image))
    assert {(one.keyword, one.severity) for one in found} == told
    assert all((one.fix is None) == (one.severity == "info") for one in found)
    assert not [one for one in found if one.fix and one.fix.safety != "unsafe"]


@pytest.mark.parametrize("factor", [1, -1])
@pytest.mark.parametrize(("filled", "severity"), [(9, "warning"), (200, "info")])
def test_a_value_that_may_stand_for_none(factor, filled, severity):
    """Whether one that fills an end of the range was counted cannot be told."""
    pixels = np.concatenate([np.full(filled, -999), np.arange(1000)]).astype("i2")
    image = fits.ImageHDU(factor * pixels)
    image.header["BSCALE"] = factor
    image.header["DATAMIN"], image.header["DATAMAX"] = 1.0, 998.0
    image.header["DATAMEAN"] = 499.5
    told = {one.keyword: one.severity for one in judge(write(image))}
    assert told == {"DATAMIN": severity, "DATAMEAN": severity, "DATAMAX": "warning"}


def test_statistics_that_hold():
    pixels = np.array([0.0, 9.0, 3.0])
    image = fits.ImageHDU(np.array([*pixels, np.nan, np.inf]))
    image.header["DATAMIN"], image.header["DATAMAX"] = 0.0, 9.0
    image.header["DATAMEAN"], image.header["DATARMS"] = 4.0, round(pixels.std(), 3)
    assert tell(judge(write(image))) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b" 1 2   ", "which is no integer number"), (b"1.5    ", "no integer"),
        (b"       ", ""), (b"  +12  ", ""),
    ],
)  # fmt: skip
def test_a_field_of_integers(text, message):
    found = judge(make_ascii("I7", text))
    assert [one.code for one in found] == (["DA130"] if message else [])
    assert all(message in one.message for one in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"1234567", "1234.567 to CFITSIO"), (b"1.5+02 ", "without its letter"),
        (b"1.5E+02", ""), (b" .5    ", ""), (b"-99    ", ""), (b"nan    ", "no real number"),
    ],
)  # fmt: skip
def test_a_field_of_reals(text, message):
    """The null value of the header is none of them."""
    found = judge(make_ascii("F7.3", text))
    assert [one.code for one in found] == (["DA130"] if message else [])
    assert all(message in one.message for one in found)


def make_ascii(form, text):
    """An ASCII table of one row and column; -99 is its null value."""
    lines = (
        "NAXIS1  =                    7", "NAXIS2  =                    1",
        "TFIELDS =                    1", "TBCOL1  =                    1",
        f"TFORM1  = '{form:<8}'", "TNULL1  = '-99     '", f"@unit {text.decode()}",
    )  # fmt: skip
    return build_example("\n".join(lines), "table").data


def test_good_time_intervals():
    table = build_table(("START", "D", [1.0, 5.0]), ("STOP", "D", [2.0, 4.0]))
    table.name = "GTI"
    assert tell(judge(write(table))) == [("DA140", 2, "TTYPE2")]
    table.header["TSTART"], table.header["TSTOP"] = 1.0, 4.5
    told = judge(write(table))
    assert [one.message_id for one in told] == ["DA140.range", "DA140.interval"]


def test_fixes_of_data():
    """Fill is mended when data are asked for, and extremes when unsafe fixes are as well."""
    image = fits.PrimaryHDU(np.arange(12, dtype=">i2"))
    image.header["DATAMAX"] = 9
    made = io.BytesIO()
    image.writeto(made)
    data = made.getvalue()[:-1] + b"\x07"
    assert fitslint.fix(data).fixes == []
    report = fitslint.fix(data, data=True)
    assert [one.finding.code for one in report.fixes] == ["DA101"]
    report = fitslint.fix(data, data=True, unsafe=True)
    assert [one.finding.code for one in report.fixes] == ["DA101", "DA150"]
    assert b"DATAMAX =                 11.0" in report.data
    assert fitslint.check(report.data, data=True).findings == []
    assert report.data[2880:2928] == data[2880:2928]


def test_fill_that_a_sum_counts_is_not_mended():
    made = write(fits.ImageHDU(np.arange(12, dtype=">f4")))
    data = made[:-1] + b"\x07"
    assert {one.code for one in judge(data)} == {"DA101", "CK102"}
    assert fitslint.fix(data, data=True).fixes == []
