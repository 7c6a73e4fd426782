"""Coordinates looked up in a table: what headers tell of the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.wcs.tab import TabAxis, check_tab, is_tab, read_tab_column
from fitslint.wcs.wcs_error import WcsError
from tests.wcs.generated_axes import corpus_headers, header_values

IMAGE = {
    "SIMPLE": True, "CTYPE1": "RA---TAB", "CTYPE2": "DEC--TAB", "CTYPE3": "FREQ-TAB",
    "PS1_0": "WCS-TABLE", "PS1_1": "COORDS", "PV1_3": 1,
    "PS2_0": "wcs-table", "PS2_1": "coords", "PV2_3": 2,
    "PS3_0": "WCS-TABLE", "PS3_1": "SPECTRUM", "PS3_2": "INDEX", "PV3_1": 1,
}  # fmt: skip
TABLE = {
    "XTENSION": "BINTABLE", "EXTNAME": "WCS-TABLE", "NAXIS2": 1, "TFIELDS": 3,
    "TTYPE1": "Coords", "TFORM1": "24D", "TDIM1": "(2,4,3)",
    "TTYPE2": "SPECTRUM", "TFORM2": "5D", "TDIM2": "(1,5)", "TTYPE3": "INDEX", "TFORM3": "5E",
}  # fmt: skip


def judge(image=(), table=(), more=()):
    headers = [IMAGE | dict(image), TABLE | dict(table), *more]
    return [(found.keyword, found.hdu) for found in check_tab(headers, 0)]


def test_a_good_table():
    assert judge() == []
    found = TabAxis.from_values(IMAGE, 3)
    assert (found.extver, found.extlevel, found.dimension) == (1, 1, 1)
    assert (found.column, found.index_column) == ("SPECTRUM", "INDEX")
    assert is_tab("FREQ-TAB")
    assert is_tab("TIME-TAB ")
    assert not is_tab("FREQ-TABX")


@pytest.mark.parametrize(
    ("image", "table", "expected"),
    [
        ({"PS1_0": None}, {}, ("PS1_0", 0)),
        ({"PS3_1": "  "}, {}, ("PS3_1", 0)),
        ({"PS3_1": 7}, {}, ("PS3_1", 0)),
        ({"PV3_1": 2}, {}, ("PS3_0", 0)),
        ({"PV3_2": 0}, {}, ("PV3_2", 0)),
        ({"PV3_3": 1.5}, {}, ("PV3_3", 0)),
        ({"PV3_3": 2}, {}, ("PV3_3", 0)),
        ({"PV2_3": 1}, {}, ("PV2_3", 0)),
        ({"PS3_1": "NONE"}, {}, ("PS3_1", 0)),
        ({"PS3_2": "NONE"}, {}, ("PS3_2", 0)),
        ({"PS3_0": "OTHER"}, {}, ("PS3_0", 0)),
        ({}, {"NAXIS2": 2}, ("NAXIS2", 1)),
        ({}, {"TDIM1": "(3,4,2)"}, ("TDIM1", 1)),
        ({}, {"TDIM1": "(2,4)"}, ("TDIM1", 1)),
        ({}, {"TDIM1": "(2,4,4)"}, ("TDIM1", 1)),
        ({}, {"TDIM1": "2,4,3"}, ("TDIM1", 1)),
        ({}, {"TDIM2": None}, ("TDIM2", 1)),
        ({}, {"TDIM2": "(1,0)"}, ("TDIM2", 1)),
        ({}, {"TFORM2": "5A"}, ("TFORM2", 1)),
        ({}, {"TFORM2": "1PD(5)"}, ("TDIM2", 1)),
        ({}, {"TFORM2": "D5"}, ("TDIM2", 1)),
        ({}, {"TFORM2": None}, ("TFORM2", 1)),
        ({}, {"TFORM2": "?"}, ("TFORM2", 1)),
        ({}, {"TFORM3": "4D"}, ("TFORM3", 1)),
        ({}, {"TFIELDS": 1000}, ("TFIELDS", 1)),
    ],
    ids=str,
)
def test_what_stands_against_it(image, table, expected):
    assert expected in judge(image, table)


def test_one_axis_of_an_array_of_two():
    assert ("TDIM1", 1) in judge({"CTYPE2": "DEC--TAN"})


def test_tables_of_one_name():
    assert ("PS3_0", 0) in judge(more=[dict(TABLE)])
    assert judge(more=[TABLE | {"EXTVER": 2}]) == []
    assert judge(more=[TABLE | {"XTENSION": "IMAGE"}]) == []


def test_a_table_that_points_at_itself():
    inner = {name: value for name, value in IMAGE.items() if name.startswith(("PS3", "PV3"))}
    table = TABLE | inner | {"CTYPE3": "FREQ-TAB"}
    found = list(check_tab([{"SIMPLE": True}, table], 1))
    assert [(one.keyword, one.hdu) for one in found] == [("PS3_0", 1)]
    assert "names the HDU that it stands in" in found[0].sentence


def test_a_column_may_have_elements_to_spare():
    column = read_tab_column({"TFORM1": "9D", "TDIM1": "( 2, 4 )"}, 1)
    assert (column.code, column.shape) == ("D", (2, 4))


ANY = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 9), st.integers(), st.floats(), st.text(max_size=70),
    st.just(10**5000), st.sampled_from(["9" * 18 + "D", "(" + ",".join(["9" * 18] * 99) + ")",
                                        "(1,1)", "FREQ-TAB", "(" * 99999, "x" * 99999]),
)  # fmt: skip
NAMES = sorted({*IMAGE, *TABLE} | {"PV1_1", "PV2_2", "CTYPE99Z", "EXTVER", "EXTLEVEL"})


@given(
    st.dictionaries(st.sampled_from(NAMES), ANY), st.dictionaries(st.sampled_from(NAMES), ANY),
    st.integers(0, 1),
)  # fmt: skip
def test_nothing_in_headers_ends_in_an_exception(image, table, hdu):
    headers = [IMAGE | image, TABLE | table]
    for found in check_tab(headers, hdu):
        assert found.sentence.startswith(found.keyword)
        assert len(found.sentence) < 300
    try:
        read_tab_column(headers[1], 1)
    except WcsError as error:
        assert error.keyword in ("TFORM1", "TDIM1")


def test_real_tables_can_be_read(corpus):
    judged = []
    for mark in (b"example_4d", b"-TAB"):
        files: dict[str, list] = {}
        for name, header in corpus_headers(corpus, mark):
            files.setdefault(name.partition("[")[0], []).append(header_values(header))
        for name, headers in files.items():
            found = [one for at in range(len(headers)) for one in check_tab(headers, at)]
            judged.append((name.rpartition("/")[2], [one.keyword for one in found]))
    assert ("tab-time-last-axis.fits", []) in judged
    assert ("example_4d_tab.fits", []) in judged
