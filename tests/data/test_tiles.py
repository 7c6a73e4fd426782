"""Tiles of compressed images: those of three writers are good, broken ones are found."""

from __future__ import annotations

import io
import shutil
import subprocess

import fitsio
import numpy as np
import pytest
from astropy.io import fits

from tests.data.judged import judge, put, tell, write

ALGORITHMS = ("RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "PLIO_1", "NOCOMPRESS")
TYPES = ("u1", "i2", "u2", "i4", "f4", "f8")
SHAPE = (57, 43)


def make_pixels(kind):
    return np.random.default_rng(5).normal(100, 10, SHAPE).astype(kind)


def compress(kind, algorithm, **options):
    return fits.CompImageHDU(make_pixels(kind), compression_type=algorithm, **options)


def locate_heap(data):
    """First byte of the heap of the second HDU."""
    with fits.open(io.BytesIO(data), disable_image_compression=True) as file:
        header = file[1].header
        return file[1].fileinfo()["datLoc"] + header["NAXIS1"] * header["NAXIS2"]


def is_possible(kind, algorithm):
    """Whether an algorithm takes such pixels: PLIO wants small integers."""
    return algorithm != "PLIO_1" or kind in ("u1", "i2", "i4")


@pytest.mark.parametrize("tile", [None, (10, 16)], ids=str)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.filterwarnings("ignore")
def test_astropy(kind, algorithm, tile):
    if not is_possible(kind, algorithm):
        pytest.skip(f"{algorithm} is for small integers")
    made = write(compress(kind, algorithm, tile_shape=tile, quantize_level=4 if tile else 0))
    assert tell(judge(made)) == []


@pytest.mark.parametrize("algorithm", ["RICE", "GZIP", "GZIP_2", "HCOMPRESS", "PLIO"])
@pytest.mark.parametrize("kind", TYPES)
def test_fitsio(kind, algorithm, tmp_path):
    if not is_possible(kind, f"{algorithm}_1"):
        pytest.skip(f"{algorithm} is for small integers")
    path = tmp_path / "a.fits"
    with fitsio.FITS(str(path), "rw") as file:
        file.write(make_pixels(kind), compress=algorithm)
        file[-1].write_checksum()
    assert tell(judge(path.read_bytes())) == []


@pytest.mark.skipif(shutil.which("fpack") is None, reason="fpack packs the images")
@pytest.mark.parametrize("option", ["-r", "-g1", "-g2", "-h", "-p", "-d", "-w", "-q 0", "-q 4"])
@pytest.mark.parametrize("kind", TYPES)
def test_fpack(kind, option, tmp_path):
    path = tmp_path / "a.fits"
    fits.PrimaryHDU(make_pixels(kind)).writeto(path)
    done = subprocess.run(
        ["fpack", *option.split(), "-S", str(path)], capture_output=True, check=False
    )
    if not done.stdout.startswith(b"SIMPLE"):
        pytest.skip("fpack does not pack such pixels so")
    assert tell(judge(done.stdout)) == []


BREAKS = {
    "GZIP_1": (0, b"\x00", "does not begin as gzip"),
    "HCOMPRESS_1": (0, b"\x00", "does not begin as HCOMPRESS"),
}


@pytest.mark.parametrize("algorithm", BREAKS)
@pytest.mark.filterwarnings("ignore")
def test_a_tile_that_is_broken(algorithm):
    at, new, message = BREAKS[algorithm]
    made = write(compress("i2", algorithm, tile_shape=(57, 43)), checksum=False)
    heap = locate_heap(made)
    found = judge(put(made, heap + at, new))
    assert tell(found) == [("DA160", 2, "TTYPE1")]
    assert message in found[0].message


@pytest.mark.filterwarnings("ignore")
def test_a_gzip_tile_that_is_cut():
    """Bytes in the midst of the stream are others: its own checksum tells."""
    made = write(compress("i4", "GZIP_1", tile_shape=(57, 43)), checksum=False)
    at = made.rindex(b"\x1f\x8b\x08") + 200
    found = judge(put(made, at, bytes(40)))
    assert tell(found) == [("DA160", 2, "TTYPE1")]
    assert "its gzip stream is damaged" in found[0].message


@pytest.mark.filterwarnings("ignore")
def test_a_tile_of_another_size():
    made = write(compress("i2", "GZIP_1", tile_shape=(57, 43)), checksum=False)
    wrong = made.replace(b"ZNAXIS1 =                   43", b"ZNAXIS1 =                   42", 1)
    assert ("DA160", 2, "TTYPE1") in tell(judge(wrong))


@pytest.mark.filterwarnings("ignore")
def test_a_tile_that_no_column_holds():
    made = write(compress("i2", "GZIP_1", tile_shape=(19, 43)), checksum=False)
    with fits.open(io.BytesIO(made), disable_image_compression=True) as file:
        header, start = file[1].header, file[1].fileinfo()["datLoc"]
    assert (header["NAXIS1"], header["NAXIS2"]) == (8, 3)
    broken = put(made, start + 8, bytes(8))
    (found,) = [one for one in judge(broken) if one.code == "DA160"]
    assert (found.hdu, found.keyword) == (2, "TTYPE1")
    assert found.message.startswith("tile 2: it has no bytes")
    with fits.open(io.BytesIO(broken)) as file, pytest.raises(ValueError, match="zero length"):
        file[1].data  # noqa: B018


@pytest.mark.filterwarnings("ignore")
def test_a_tile_that_the_other_column_holds():
    """Pixels that cannot be quantised stand in a column of their own, and the first is empty."""
    pixels = make_pixels("f4")
    pixels[:19] = np.linspace(0, 1e9, 19 * 43).reshape(19, 43)
    hdu = fits.CompImageHDU(pixels, compression_type="RICE_1", tile_shape=(19, 43))
    made = write(hdu, checksum=False)
    with fits.open(io.BytesIO(made), disable_image_compression=True) as file:
        sizes = [[len(cell) for cell in row[:2]] for row in file[1].data]
    assert judge(made) == []
    assert [0 in row for row in sizes].count(True) == 3, sizes
