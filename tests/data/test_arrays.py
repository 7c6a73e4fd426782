"""Values in variable arrays and in compressed tables: what may not be there is told by its row."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from tests.data.judged import build_table, judge, put, tell, write

WORDS = ("alpha", "beta", "gamma delta", "eps")


def make_arrays(form, values):
    cells = np.empty(len(values), object)
    cells[:] = [np.asarray(one) for one in values]
    return write(build_table(("A", form, cells), ("N", "J", range(len(values)))), checksum=False)


@given(st.integers(0, 3), st.sampled_from([b"\xe9", b"\t", b"\x7f"]))
def test_text_in_arrays(row, byte):
    made = make_arrays("PA()", [list(word) for word in WORDS])
    assert tell(judge(made)) == []
    found = judge(put(made, made.index(WORDS[row].encode()) + 1, byte))
    assert tell(found) == [("DA123", 2, "TFORM1")]
    assert f"in row {row + 1}," in found[0].message


def test_text_behind_a_nul_in_an_array():
    made = make_arrays("PA()", [list(word) for word in WORDS])
    found = judge(put(made, made.index(b"beta") + 1, b"\0"))
    assert [one.message_id for one in found] == ["DA123.after-nul"]
    assert [one.severity for one in found] == ["info"]


def test_logical_values_in_arrays():
    made = make_arrays("PL()", [[True, False], [True] * 5, [False]])
    assert tell(judge(made)) == []
    found = judge(put(made, made.index(b"TTTTT") + 4, b"\1"))
    assert tell(found) == [("DA122", 2, "TFORM1")]
    assert "0x01 in row 2" in found[0].message


def test_bits_in_arrays():
    """10 bits take two bytes, of which six are no element."""
    made = make_arrays("PB()", [[0xA0, 0xC0], [0xFF]])
    bits = made.replace(b"'PB(2)", b"'PX(9)").replace(b"'1PB(2)", b"'1PX(9)")
    at = bits.index(b"\xa0\xc0\xff")
    rows = at - 24
    for row, count in ((0, 10), (1, 8)):
        bits = put(bits, rows + 12 * row, count.to_bytes(4))
    assert [one for one in tell(judge(bits)) if one[0] == "DA124"] == []
    found = [one for one in judge(put(bits, at + 1, b"\xc1")) if one.code == "DA124"]
    assert tell(found) == [("DA124", 2, "TFORM1")]


def test_an_array_within_another_is_looked_at():
    """Readers allow it: the larger one ends later and began before."""
    made = make_arrays("PA()", [list("abcdef"), list("xy")])
    rows = made.index(b"abcdefxy") - 24
    within = put(made, rows + 12, (2).to_bytes(4) + (1).to_bytes(4))
    wrong = put(within, made.index(b"abcdefxy") + 1, b"\xff")
    assert {(one.code, one.params["where"]) for one in judge(wrong) if one.code == "DA123"} == {
        ("DA123", "in 2 rows, the first of which is 1")
    }


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """A table that fpack packed in tiles of 100 rows, and how it was."""
    if shutil.which("fpack") is None:
        pytest.skip("fpack packs the table")
    cells = np.empty(300, object)
    cells[:] = [np.arange(n % 3 + 1, dtype="i4") for n in range(300)]
    table = build_table(
        ("FLAG", "3L", np.ones((300, 3), bool)), ("NAME", "8A", [f"star {n}" for n in range(300)]),
        ("BITS", "10X", np.ones((300, 10), bool)), ("I", "2I", np.arange(600).reshape(300, 2)),
        ("J", "J", np.arange(300)), ("D", "D", np.arange(300)), ("V", "PJ()", cells),
    )  # fmt: skip
    table.header["FZTILELN"] = 100
    path = tmp_path_factory.mktemp("packed") / "a.fits"
    path.write_bytes(write(table, checksum=False))
    subprocess.run(["fpack", "-table", "-D", "-Y", str(path)], check=True, capture_output=True)
    return path.with_suffix(".fits.fz").read_bytes()


def swap_tile(packed, column, row, change):
    """The file with one tile packed anew behind what ``change`` makes of its values."""
    header = fits.Header.fromstring(packed[packed.index(b"XTENSION") :])
    start = packed.index(b"XTENSION") + len(header.tostring())
    number = next(n for n in range(1, 8) if header[f"TTYPE{n}"] == column) - 1
    place = start + row * header["NAXIS1"] + 16 * number
    size, offset = struct.unpack(">qq", packed[place : place + 16])
    at = start + header["NAXIS1"] * header["NAXIS2"] + offset
    old = packed[at : at + size]
    new = zlib.compressobj(9, wbits=31)
    body = new.compress(change(zlib.decompress(old, 31))) + new.flush()
    return put(put(packed, at, body), place, len(body).to_bytes(8))


def test_a_packed_table_is_sound(packed):
    assert tell(judge(packed)) == []


CHANGES = {
    "FLAG": (lambda values: b"X" + values[1:], "DA122", "ZFORM1"),
    "NAME": (lambda values: values[:8] + b"\xff" + values[9:], "DA123", "ZFORM2"),
    "BITS": (lambda values: values[:-1] + b"\xff", "DA124", "ZFORM3"),
    "D": (lambda values: values[:-1], "DA160", "TTYPE6"),
    "V": (lambda values: values[:-1], "DA160", "TTYPE7"),
}


def test_a_tile_of_a_packed_table_that_is_empty(packed):
    start = packed.index(b"XTENSION")
    header = fits.Header.fromstring(packed[start:])
    rows = start + len(header.tostring()) + header["NAXIS1"]
    number = next(n for n in range(1, 8) if header[f"TTYPE{n}"] == "J")
    found = judge(put(packed, rows + 16 * (number - 1), bytes(16)))
    assert ("DA160", 2, f"TTYPE{number}") in tell(found)
    assert any("tile 2: it has no bytes" in one.message for one in found)


@pytest.mark.parametrize("column", CHANGES)
def test_values_in_a_packed_table(packed, column):
    change, code, keyword = CHANGES[column]
    found = judge(swap_tile(packed, column, 2, change))
    assert (code, 2, keyword) in tell(found)
    # The tile that was packed anew may reach into the next one.
    assert {one.code for one in found} <= {code, "DA111", "DA113", "DA160", "CK102", "CK103"}


def test_rows_of_a_packed_table_are_counted_as_unpacked(packed):
    found = judge(swap_tile(packed, "NAME", 1, CHANGES["NAME"][0]))
    assert "in row 102," in next(one.message for one in found if one.code == "DA123")
