from __future__ import annotations

import bz2
import gzip
import io
import os
import socket
import threading
from pathlib import Path

import pytest

from fitslint.source.files import read_bytes, read_file, read_stream
from fitslint.syntax.scan_reader import StandardBounds
from tests.syntax.scan_streams import IMAGE, PRIMARY, THREE, cards, hdu, header, kinds, lines

FILES = [
    PRIMARY,
    hdu("SIMPLE", (100, 100), "OBJECT  = 'M 31'"),
    THREE,
    THREE + b"xyz",
    PRIMARY + IMAGE[:4000],
    THREE[:-2],
    header("SIMPLE", (), *(f"KEY{n:05d}= {n:>20}" for n in range(900))),
    cards(*lines("SIMPLE", ())),
    b"",
    b"<html>",
    b"\n".join(line.encode() for line in lines("SIMPLE", ())),
]


def meaning(file):
    found = [
        (one.header.raw, one.header.offset, one.data_offset, one.data_bytes, one.present_bytes)
        for one in file.hdus
    ]
    return file.status, file.reason, file.size, file.container, file.problems, found


class Pipe(io.RawIOBase):
    """A stream that gives a little at a time and cannot seek."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = self.data.read(min(len(buffer), 1000))
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("suffix", [".fits", ".hdr", ".x"])
@pytest.mark.parametrize("data", FILES)
def test_every_way_in_gives_the_same(tmp_path, data, suffix):
    path = str(tmp_path / f"a{suffix}")
    Path(path).write_bytes(data)
    expected = meaning(read_bytes(data, path))
    for _ in range(2):  # the second time with the hints of the first
        assert meaning(read_file(path)) == expected
    assert meaning(read_stream(Pipe(data), path)) == expected
    assert meaning(read_stream(io.BytesIO(data), path)) == expected


@pytest.mark.parametrize("data", FILES[:7])
def test_gzip_gives_the_same(tmp_path, data):
    path = tmp_path / "a.fits.gz"
    expected = meaning(read_bytes(data, "a.fits"))[4:]
    for packed in (gzip.compress(data), gzip.compress(data[:3000]) + gzip.compress(data[3000:])):
        path.write_bytes(packed)
        for file in (read_file(str(path)), read_stream(Pipe(packed), str(path))):
            problems, found = meaning(file)[4:]
            assert file.container == "gzip"
            assert ([one.kind for one in problems], found) == (
                [one.kind for one in expected[0]],
                expected[1],
            )


def test_gzip_is_not_unpacked_behind_the_last_header(tmp_path):
    data = bytearray(gzip.compress(hdu("SIMPLE", (2880, 2000)), compresslevel=0))
    data[-3_000_000] ^= 0xFF  # damage in the data unit that nobody asked for
    path = tmp_path / "a.fits.gz"
    path.write_bytes(data)
    file = read_file(str(path))
    assert (file.status, file.problems, len(file.hdus)) == ("ok", [], 1)


def test_two_files_in_one_gzip(tmp_path):
    path = tmp_path / "a.fits.gz"
    path.write_bytes(gzip.compress(PRIMARY) * 2)
    assert kinds(read_file(str(path))) == ["second-simple"]


def test_damaged_gzip(tmp_path):
    path = tmp_path / "a.fits.gz"
    path.write_bytes(gzip.compress(os.urandom(4000).hex().encode())[:1000])
    assert read_file(str(path)).status == "unreadable"
    path.write_bytes(
        gzip.compress(PRIMARY + header("IMAGE", (50_400,)) + os.urandom(50_400))[:-20_000]
    )
    file = read_file(str(path))
    assert (file.status, len(file.hdus), kinds(file)) == ("truncated", 2, ["bad-wrapper"])
    assert "ends early" in file.reason


def test_bomb_is_cut(tmp_path):
    path = tmp_path / "a.fits.gz"
    path.write_bytes(gzip.compress(header("SIMPLE", (10**8,)) + bytes(20_000_000)))
    file = read_file(str(path), StandardBounds(inflated_bytes=5_000_000))
    assert kinds(file) == ["inflate-limit"]
    assert file.limits_hit


def test_wrapper_and_suffix(tmp_path):
    def kinds_of(name, data):
        (tmp_path / name).write_bytes(data)
        return kinds(read_file(str(tmp_path / name)))

    assert kinds_of("a.fits", gzip.compress(PRIMARY)) == ["wrapper"]
    assert kinds_of("a.fits.gz", PRIMARY) == ["wrapper"]
    assert kinds_of("a.fits", bz2.compress(PRIMARY)) == ["wrapper"]
    assert kinds_of("a.fits.bz2", bz2.compress(PRIMARY)) == []
    assert kinds_of("a.fits.gz", bz2.compress(PRIMARY)) == ["wrapper"]
    assert kinds_of("a.fits.Z", gzip.compress(PRIMARY)) == ["wrapper"]
    assert kinds_of("a.fits.xz", PRIMARY) == ["wrapper"]
    assert kinds_of("a.fits.zst", b"\x28\xb5\x2f\xfd") == ["not-fits"]
    assert kinds_of("a.file", gzip.compress(PRIMARY)) == []


def test_things_that_are_no_files(tmp_path):
    assert "no such file" in read_file(str(tmp_path / "gone.fits")).reason
    assert "folder" in read_file(str(tmp_path)).reason
    os.mkfifo(tmp_path / "pipe.fits")
    file = read_file(str(tmp_path / "pipe.fits"))
    assert (file.status, "named pipe" in file.reason) == ("skipped", True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.fits"))
        assert "socket" in read_file(str(tmp_path / "s.fits")).reason
    assert "device" in read_file("/dev/null").reason
    (tmp_path / "a.fits").symlink_to("b.fits")
    (tmp_path / "b.fits").symlink_to("a.fits")
    assert "circle" in read_file(str(tmp_path / "a.fits")).reason
    assert "zero byte" in read_file("a\0b").reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(PRIMARY)
    path.chmod(0)
    assert read_file(str(path)).reason == "permission denied"


def test_process_substitution_is_read():
    reading, writing = os.pipe()

    def feed():
        with os.fdopen(writing, "wb") as out:
            out.write(THREE)

    thread = threading.Thread(target=feed)
    thread.start()
    file = read_file(f"/dev/fd/{reading}")
    thread.join()
    os.close(reading)
    assert (file.status, len(file.hdus)) == ("ok", 3)


def test_stream_behind_its_window():
    big = header("SIMPLE", (40_000_000,)) + bytes(40_000_320 + 1920)
    file = read_stream(Pipe(big + b"xyz"), "x")
    assert kinds(file) == ["trailing"]
