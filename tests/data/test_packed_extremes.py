"""Extremes of variable arrays and of compressed tables, and packed arrays (FITS 4.0, 10.3)."""

from __future__ import annotations

import io
import shutil
import subprocess
import zlib

import numpy as np
import pytest
from astropy.io import fits

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes, read_stream
from tests.data.judged import build_table, judge, put, tell, write
from tests.data.test_arrays import make_arrays

ROWS = 250
RANDOM = np.random.default_rng(7)
CODES = {"B": "u1", "I": "i2", "J": "i4", "K": "i8", "E": "f4", "D": "f8"}


def make_limits(form, values, **cards):
    """A table of one variable column, with the keywords on its values."""
    made = make_arrays(form, values)
    with fits.open(io.BytesIO(made)) as file:
        for name, value in cards.items():
            file[1].header[name] = value
        return write(file[1], checksum=False)


def tell_limits(data):
    return [one for one in tell(judge(data)) if one[0] in ("DA120", "DA121")]


@pytest.mark.parametrize("code", CODES)
def test_extremes_of_variable_arrays(code):
    values = [np.array(one, CODES[code]) for one in ([3, 9], [], [200, 7, 8])]
    good = make_limits(f"P{code}()", values, TDMIN1=3, TDMAX1=200, TLMIN1=0, TLMAX1=200)
    assert tell_limits(good) == []
    assert tell_limits(make_limits(f"P{code}()", values, TDMIN1=2, TDMAX1=100)) == [
        ("DA120", 2, "TDMIN1"), ("DA120", 2, "TDMAX1"),
    ]  # fmt: skip
    assert tell_limits(make_limits(f"P{code}()", values, TLMIN1=4, TLMAX1=99)) == [
        ("DA121", 2, "TLMIN1"), ("DA121", 2, "TLMAX1"),
    ]  # fmt: skip


def test_values_of_variable_arrays_are_scaled_and_null_is_none():
    values = [np.array([-5, 10], "i2"), np.array([-999], "i2")]
    made = make_limits("PI()", values)
    scaled = made.replace(
        b"TTYPE2  = ", "".join(
            f"{name:8}={value:>21}".ljust(80) for name, value in (
                ("TSCAL1", "2.0"), ("TZERO1", "100.0"), ("TNULL1", "-999"), ("TDMIN1", "90"),
                ("TDMAX1", "120"),
            )
        ).encode() + b"TTYPE2  = ", 1,
    )  # fmt: skip
    header_end = scaled.rindex(b"END" + b" " * 77)
    cut = scaled[: header_end + 80] + scaled[header_end + 80 + 400 :]
    assert len(cut) == len(made)
    assert tell_limits(cut) == []
    assert tell_limits(cut.replace(b"=                  120", b"=                  121")) == [
        ("DA120", 2, "TDMAX1")
    ]


def test_nobody_knows_the_extremes_where_an_array_is_outside():
    made = make_limits("PJ()", [np.arange(3), np.arange(9)], TDMAX1=2)
    at = made.index((9).to_bytes(4) + (12).to_bytes(4))
    assert tell_limits(made) == [("DA120", 2, "TDMAX1")]
    broken = put(made, at + 4, (4000).to_bytes(4))
    assert tell_limits(broken) == []
    assert ("DA110", 2, "TFORM1") in tell(judge(broken))


@pytest.fixture(scope="module")
def columns():
    """Values by name; arrays under names that begin with V."""
    found = {code: RANDOM.integers(1, 100, (ROWS, 2)).astype(kind) for code, kind in CODES.items()}
    for code, kind in CODES.items():
        cells = np.empty(ROWS, object)
        cells[:] = [
            (np.arange(n % 60) * 3 + (1000 if code != "B" else 0)).astype(kind)
            for n in range(ROWS)
        ]  # fmt: skip
        found[f"V{code}"] = cells
    words = np.empty(ROWS, object)
    words[:] = [np.array(list("abc" * (n % 20 + 1))) for n in range(ROWS)]
    return {**found, "VA": words}


def find_extremes(values):
    flat = np.concatenate([np.ravel(one) for one in values])
    return flat.min().item(), flat.max().item()


@pytest.fixture(scope="module")
def pack(tmp_path_factory, columns):
    """Packs the table by fpack, with keywords that are right but for some."""
    if shutil.which("fpack") is None:
        pytest.skip("fpack packs the table")

    def run(algorithm, **wrong):
        table = build_table(*(
            (name, f"P{name[1]}()" if name[0] == "V" else f"2{name}", values)
            for name, values in columns.items()
        ))  # fmt: skip
        for number, (name, values) in enumerate(columns.items(), 1):
            if name != "VA":
                low, high = find_extremes(values)
                table.header[f"TDMIN{number}"], table.header[f"TDMAX{number}"] = low, high
        for name, value in wrong.items():
            table.header[name] = value
        table.header["FZALGOR"], table.header["FZTILELN"] = algorithm, 100
        path = tmp_path_factory.mktemp("packed") / "a.fits"
        path.write_bytes(write(table, checksum=False))
        subprocess.run(["fpack", "-table", "-D", "-Y", str(path)], check=True, capture_output=True)
        return path.with_suffix(".fits.fz").read_bytes()

    return run


@pytest.mark.parametrize("algorithm", ["GZIP_1", "GZIP_2", "RICE_1"])
def test_extremes_of_a_packed_table(pack, columns, algorithm):
    packed = pack(algorithm)
    assert {fits.Header.fromstring(packed[2880:])[f"ZCTYP{n}"] for n in range(1, 13)} >= {algorithm}
    assert tell(judge(packed)) == []
    wrong = {f"TDMAX{n}": 7000 for n in range(1, 13)}
    assert tell(judge(pack(algorithm, **wrong))) == [("DA120", 2, name) for name in wrong]


def find_array(packed, column, row):
    """Place and bytes of a packed array, by the letter of the standard."""
    header = fits.Header.fromstring(packed[packed.index(b"XTENSION") :])
    start = packed.index(b"XTENSION") + len(header.tostring())
    number = next(n for n in range(1, 14) if header[f"TTYPE{n}"] == column) - 1
    heap = start + header["NAXIS1"] * header["NAXIS2"]
    tile, within = divmod(row, header["ZTILELEN"])
    rows = min(header["ZTILELEN"], header["ZNAXIS2"] - tile * header["ZTILELEN"])
    place = start + tile * header["NAXIS1"] + 16 * number
    size, offset = np.frombuffer(packed[place : place + 16], ">i8").tolist()
    pointers = zlib.decompress(packed[heap + offset : heap + offset + size], 31)
    size, offset = np.frombuffer(pointers[-16 * rows :], ">i8").reshape(-1, 2)[within].tolist()
    return heap + offset, size


@pytest.mark.parametrize(
    ("algorithm", "column", "number"),
    [("GZIP_1", "VK", 10), ("GZIP_2", "VJ", 9), ("RICE_1", "VI", 8)],
)
def test_a_packed_array_that_does_not_unpack(pack, algorithm, column, number):
    packed = pack(algorithm)
    at, size = find_array(packed, column, 157)
    assert size < 37 * np.dtype(CODES[column[1]]).itemsize
    found = judge(put(packed, at, bytes([255]) * size))
    assert ("DA160", 2, f"TTYPE{number}") in tell(found)
    told = next(one for one in found if one.code == "DA160")
    assert told.message_id == "DA160.array"
    assert "in row 158:" in told.message


def test_text_in_a_packed_array(pack):
    packed = pack("GZIP_1")
    at, size = find_array(packed, "VA", 0)
    assert packed[at : at + size] == b"abc", "too short to be made smaller"
    found = judge(put(packed, at + 1, b"\xe9"))
    assert [one for one in tell(found) if one[0] == "DA123"] == [("DA123", 2, "ZFORM13")]


def test_a_stream_that_cannot_go_back_says_what_was_left_out(pack):
    """The arrays stand before the tile that tells where they are; what is kept is in reach."""

    class Pipe:
        def __init__(self, data):
            self._data = memoryview(data)

        def read(self, count=-1):
            piece, self._data = self._data[:count], self._data[count:]
            return bytes(piece)

        def seekable(self):
            return False

    linter = Linter(Settings(data=True))
    packed = pack("GZIP_1", TDMAX9=7000)
    file = read_stream(Pipe(packed), "x", read_data=linter.make_data_reader(lambda count: None))
    codes = {one.code for one in linter.lint(file).findings}
    left_out = file.hdus[1].data.left_out
    assert "DA120" in codes or left_out == ["packed arrays of column 9"]
    assert read_bytes(packed, "x").status == "ok"
