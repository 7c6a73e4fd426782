"""Packed files: what is in them is what is read, in bounded memory, whatever the bytes are."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import subprocess
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fitslint
from fitslint.repair.write.packers import pack
from fitslint.source.files import read_bytes, read_file, read_stream
from fitslint.source.packed_reader import PackedReader, read_xz_size
from fitslint.source.sniff import is_fits
from fitslint.source.wrappers import WRAPPERS, DamagedStreamError, find_wrapper, get_wrapper
from fitslint.syntax.scan_reader import BytesReader, StandardBounds
from tests.source.test_files import FILES, Pipe, meaning
from tests.syntax.scan_streams import PRIMARY, THREE, hdu, header, kinds

NAMES = [wrapper.name for wrapper in WRAPPERS]
MEMBERS = ["gzip", "bzip2", "xz"]
BOUNDS = StandardBounds(inflated_bytes=5_000_000)
DATA = st.one_of(
    st.binary(max_size=4000),
    st.builds(bytes.__mul__, st.binary(max_size=40), st.integers(0, 3000)),
    st.builds(lambda a, b, n: (a * n + b) * 3, st.binary(), st.binary(), st.integers(0, 99)),
)  # fmt: skip


def unpack(name, packed, piece=16_384):
    """What the decoder of a wrapper makes of all its bytes."""
    decoder, found, at = get_wrapper(name).make_decoder(), b"", 0
    while not decoder.eof:
        fed = b""
        if decoder.needs_input:
            fed = packed[at : at + piece]
            at += len(fed)
            if not fed and name != "compress":
                raise DamagedStreamError("the end")
        found += decoder.decompress(fed, 10_000)
    return found


@given(st.sampled_from(NAMES), DATA, st.sampled_from([1, 7, 16_384]))
def test_what_was_packed_is_unpacked(name, data, piece):
    assert unpack(name, pack(name, data), piece) == data


@pytest.mark.parametrize("data", FILES[:7])
@pytest.mark.parametrize("wrapper", WRAPPERS, ids=NAMES)
def test_a_packed_file_is_read_as_it_is(tmp_path, wrapper, data):
    path = tmp_path / f"a.fits{wrapper.suffix}"
    packed = pack(wrapper.name, data)
    path.write_bytes(packed)
    bare = read_bytes(data, "a.fits")
    for file in (read_file(str(path)), read_stream(Pipe(packed), str(path))):
        assert file.container == wrapper.name
        assert kinds(file) == kinds(bare)
        assert meaning(file)[5] == meaning(bare)[5]


@pytest.mark.parametrize("name", MEMBERS)
def test_members_follow_each_other(name):
    packed = pack(name, THREE[:3000]) + bytes(8) + pack(name, THREE[3000:]) + bytes(4)
    assert meaning(read_bytes(packed))[5] == meaning(read_bytes(THREE))[5]


@pytest.mark.parametrize("name", NAMES)
def test_a_bomb_is_cut(name):
    file = read_bytes(pack(name, header("SIMPLE", (10**8,)) + bytes(20_000_000)), limits=BOUNDS)
    assert kinds(file) == ["inflate-limit"]
    assert file.status == "truncated"
    assert file.limits_hit


def test_xz_may_not_take_any_memory():
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * 1024 * 1024}]
    file = read_bytes(lzma.compress(PRIMARY, filters=filters))
    assert (file.status, kinds(file)) == ("unreadable", ["bad-wrapper"])
    assert "memory" in file.reason


@pytest.mark.parametrize("name", NAMES)
def test_memory_does_not_grow_with_the_stream(name):
    """What is kept is a window and the table of the decoder."""
    reader = PackedReader(
        BytesReader(pack(name, bytes(20_000_000))), get_wrapper(name), StandardBounds()
    )
    tracemalloc.start()
    try:
        assert reader.read_at(19_999_999, 1) == b"\0"
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", MEMBERS)
def test_a_stream_that_ends_early_is_told(name):
    data = PRIMARY + header("IMAGE", (500_400,)) + os.urandom(500_400)
    file = read_bytes(pack(name, data)[:-20_000])
    assert file.status in ("truncated", "unreadable")
    assert kinds(file) == ["bad-wrapper"]
    assert f"the {name} stream ends early" in file.reason


@pytest.mark.parametrize("name", MEMBERS)
def test_what_follows_the_last_member_is_told_and_never_lost(name, tmp_path):
    rest = b"left over"
    path = tmp_path / ("a.fits" + get_wrapper(name).suffix)
    path.write_bytes(pack(name, THREE) + rest)
    report = fitslint.check(path, select="FS")
    assert [(one.code, one.hdu) for one in report.findings] == [("FS105", None)]
    assert report.status == "ok"
    card = b"EXPTIME =              1.5e+02".ljust(80)
    broken = pack(name, PRIMARY.replace(b"END".ljust(160), card + b"END".ljust(80))) + rest
    path.write_bytes(broken)
    assert "VF110" in {one.code for one in fitslint.check(path).findings}
    done = fitslint.fix(path)
    assert f"the {name} stream is followed by other bytes" in done.error
    assert path.read_bytes() == broken


def test_a_compress_stream_that_ends_early_is_told_by_the_header():
    """It has no mark at its end: what is missing is missing of the data unit."""
    data = PRIMARY + header("IMAGE", (50_400,)) + os.urandom(50_400)
    assert kinds(read_bytes(pack("compress", data)[:-20_000])) == ["data-cut"]


@pytest.mark.parametrize(
    "packed",
    [b"\x1f\x9d", b"\x1f\x9d\x90\xff\xff\xff", b"\x1f\x9d\x89abc", b"BZh9x", b"\xfd7zXZ\0abc"],
)
def test_damage_is_one_sentence(packed):
    file = read_bytes(packed)
    assert (file.status, kinds(file)) == ("unreadable", ["bad-wrapper"])
    assert file.reason.startswith("the ") and "\n" not in file.reason


@given(st.sampled_from(WRAPPERS), st.binary(max_size=300))
def test_any_bytes_behind_a_magic_give_a_file(wrapper, tail):
    head = wrapper.magic + (b"\x90" if wrapper.name == "compress" else b"")
    assert read_bytes(head + tail, limits=BOUNDS).status in ("unreadable", "not-fits", "truncated")


@given(st.sampled_from(NAMES), st.integers(0), st.binary(min_size=1, max_size=4))
def test_damage_anywhere_raises_nothing(name, at, bytes_there):
    packed = bytearray(pack(name, THREE))
    at %= len(packed)
    packed[at : at + len(bytes_there)] = bytes_there
    file = read_bytes(bytes(packed), limits=BOUNDS)
    assert file.status in ("ok", "truncated", "unreadable", "not-fits")


def test_the_index_of_xz_saves_unpacking():
    data = hdu("SIMPLE", (2880, 2000))
    packed = bytearray(pack("xz", data[:100_000] + os.urandom(5_760_000)[: len(data) - 100_000]))
    packed[3_000_000] ^= 0xFF  # damage in the data unit that nobody asked for
    file = read_bytes(bytes(packed))
    assert (file.status, file.problems, len(file.hdus)) == ("ok", [], 1)


@pytest.mark.parametrize("size", [0, 1, 1000, 10**6])
def test_the_size_that_xz_tells(size):
    packed = lzma.compress(bytes(size))
    assert read_xz_size(BytesReader(packed), len(packed)) == size
    assert read_xz_size(BytesReader(packed * 2), 2 * len(packed)) is None


@given(st.binary(max_size=60))
def test_no_index_of_xz_raises(tail):
    for packed in (tail, tail + b"YZ", b"\xfd7zXZ\0" + tail + b"\0\0\0\0\0YZ"):
        told = read_xz_size(BytesReader(packed), len(packed))
        assert told is None or told >= 0


@pytest.mark.parametrize("name", NAMES)
def test_a_packed_file_is_known_by_its_first_bytes(tmp_path, name):
    for what, data in (("fits", hdu("SIMPLE", (1000, 900))), ("other", bytes(9000))):
        path = tmp_path / what
        path.write_bytes(pack(name, data))
        assert is_fits(str(path)) is (what == "fits")
        path.write_bytes(pack(name, data)[:9])
        assert not is_fits(str(path))


@pytest.mark.skipif(shutil.which("gzip") is None, reason="gzip reads what compress has packed")
@given(DATA)
def test_gzip_unpacks_our_compress_streams(data):
    done = subprocess.run(
        ["gzip", "-dc"], input=pack("compress", data), capture_output=True, check=True
    )
    assert done.stdout == data


@pytest.mark.skipif(shutil.which("compress") is None, reason="compress packs")
@given(DATA, st.integers(10, 16))
def test_we_unpack_what_compress_has_packed(data, width):
    done = subprocess.run(
        ["compress", "-c", f"-b{width}"], input=data, capture_output=True, check=False
    )
    assert unpack("compress", done.stdout) == data


def test_each_wrapper_is_found_by_its_first_bytes():
    for wrapper in WRAPPERS:
        assert find_wrapper(pack(wrapper.name, PRIMARY)) is wrapper
    assert find_wrapper(PRIMARY) is None
    assert bz2.decompress(pack("bzip2", PRIMARY)) == gzip.decompress(pack("gzip", PRIMARY))
