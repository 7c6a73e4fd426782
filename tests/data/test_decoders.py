"""Packed tiles read to their end: the compiled decoders, those in Python, and astropy agree."""

from __future__ import annotations

import io
import struct
import tracemalloc
import warnings

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.data.decoders import DECODERS, EARLY, IMPOSSIBLE
from fitslint.data.hcompress import PLANES_MAX, walk_hcompress, walk_hcompress_slowly
from fitslint.data.plio import measure_plio
from fitslint.data.rice import read_rice, read_rice_slowly, walk_rice
from tests.data.judged import judge, put, tell, write

SHAPE = (23, 31)
DAMAGED: dict[str, bytes] = {}
"""What astropy packed, by algorithm."""
needs_compiler = pytest.mark.skipif(DECODERS is None, reason="the decoders were not compiled")


@needs_compiler
@given(st.binary(max_size=60), st.integers(1, 200), st.sampled_from([1, 2, 4]))
def test_rice_is_read_alike(tile, pixels, width):
    for block in (16, 32):
        used = walk_rice(tile, pixels, block, width)
        read = read_rice(tile, pixels, block, width)
        assert read == read_rice_slowly(tile, pixels, block, width)
        assert read[0] == used
        assert used in (EARLY, IMPOSSIBLE) or width <= used <= len(tile)


@needs_compiler
@pytest.mark.parametrize("zeros", [127, 128, 255, 256, 257])
def test_differences_of_rice_beyond_32_bits_wrap_alike(zeros):
    bits = f"{0:032b}{25:05b}" + "0" * zeros + "1" * 25
    tile = int(bits.ljust(len(bits) + -len(bits) % 8, "0"), 2).to_bytes((len(bits) + 7) // 8)
    assert read_rice(tile, 1, 32, 4) == read_rice_slowly(tile, 1, 32, 4)
    assert read_rice(tile, 1, 32, 4)[0] == len(tile)


@pytest.mark.parametrize("block", [2**31, 2**63, 10**30])
def test_a_block_of_rice_larger_than_any_number_is_one_of_all_pixels(block):
    tile = bytes(range(9))
    assert read_rice(tile, 40, block, 2) == read_rice_slowly(tile, 40, 40, 2)


@needs_compiler
@given(
    st.binary(max_size=80), st.integers(4, 13), st.integers(4, 13),
    st.lists(st.integers(0, 9), min_size=3, max_size=3),
)  # fmt: skip
def test_hcompress_is_read_alike(stream, rows, columns, planes):
    for marks in (stream, bytes([0xF0 | stream[0] & 15]) + stream[1:] if stream else b""):
        used = walk_hcompress(marks, rows, columns, bytes(planes))
        assert used == walk_hcompress_slowly(marks, rows, columns, bytes(planes))


@needs_compiler
def test_the_work_is_that_of_the_bytes_and_not_of_the_pixels_that_they_claim():
    """256 planes that are all but empty, in a tile that says it has 8 million pixels."""
    plane = "1111" + "000" * 11  # a tree of one cell in every level
    count = 60
    bits = plane * 4 * count + "0" * 64
    stream = int(bits, 2).to_bytes(-(-len(bits) // 8))
    rows = columns = 4096
    planes = bytes([count] * 3)
    tracemalloc.start()
    used = walk_hcompress_slowly(stream, rows, columns, planes)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used == walk_hcompress(stream, rows, columns, planes)
    assert peak < 1 << 20


def test_planes_that_no_number_has():
    assert walk_hcompress(bytes(400), 4, 4, bytes([PLANES_MAX + 1, 0, 0])) == IMPOSSIBLE


def list_tiles(data):
    """The tiles of the second HDU, as they stand in the heap."""
    with fits.open(io.BytesIO(data), disable_image_compression=True) as file:
        return [row["COMPRESSED_DATA"].tobytes() for row in file[1].data]


def compress(pixels, algorithm, tile):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hdu = fits.CompImageHDU(pixels, compression_type=algorithm, tile_shape=tile)
        return write(hdu, checksum=False)


@pytest.mark.parametrize("scale", [0, 3, 900])
@pytest.mark.parametrize(("kind", "width"), [("u1", 1), ("i2", 2), ("i4", 4)])
def test_python_reads_what_astropy_packed(kind, width, scale):
    noise = np.random.default_rng(scale).normal(0, scale, SHAPE).clip(-2e4, 2e4)
    pixels = noise.astype("i4").astype(kind)
    for row, tile in enumerate(list_tiles(compress(pixels, "RICE_1", (1, SHAPE[1])))):
        values = pixels[row].astype(f">{kind}").tobytes()
        for read in (read_rice, read_rice_slowly):
            assert read(tile, SHAPE[1], 32, width) == (len(tile), values)
    (tile,) = list_tiles(compress(pixels, "HCOMPRESS_1", SHAPE))
    used = walk_hcompress_slowly(tile[25:], *struct.unpack(">ii", tile[2:10]), tile[22:25])
    assert used == len(tile) - 25


def is_read(data):
    with warnings.catch_warnings(), fits.open(io.BytesIO(data)) as file:
        warnings.simplefilter("ignore")
        try:
            return file[1].data.shape == SHAPE
        except Exception:  # whatever a decoder raises
            return False


@pytest.mark.parametrize("algorithm", ["RICE_1", "GZIP_1", "HCOMPRESS_1"])
@given(data=st.data())
@settings(max_examples=25)
def test_damage_that_astropy_stops_at_is_told(algorithm, data):
    pixels = np.random.default_rng(2).normal(900, 30, SHAPE).astype("i2")
    made = DAMAGED.setdefault(algorithm, compress(pixels, algorithm, (12, 31)))
    with fits.open(io.BytesIO(made), disable_image_compression=True) as file:
        header = file[1].header
        heap = file[1].fileinfo()["datLoc"] + header["NAXIS1"] * header["NAXIS2"]
    at = data.draw(st.integers(0, header["PCOUNT"] - 1))
    new = data.draw(st.binary(min_size=1, max_size=min(24, header["PCOUNT"] - at)))
    broken = put(made, heap + at, new)
    if not is_read(broken):
        assert ("DA160", 2, "TTYPE1") in tell(judge(broken))


PLIO = (0, 7, -100, 11, 0, 0, 0, 2 << 12 | 2, 5, 4 << 12 | 4, 31)


@pytest.mark.parametrize(
    ("words", "held"),
    [
        (PLIO, 40), (PLIO[:10], EARLY), (PLIO[:5], EARLY), ((), EARLY),
        ((0, 2, *PLIO[2:]), IMPOSSIBLE), ((*PLIO[:10], -1), IMPOSSIBLE),
        ((*PLIO[:7], 1 << 12 | 9, -1, 6 << 12 | 1, 31), 32), ((0, 0, 5, 9, 31), 40),
    ],
)  # fmt: skip
def test_lists_of_plio(words, held):
    assert measure_plio(words) == held
