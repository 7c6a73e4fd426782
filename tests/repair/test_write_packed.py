"""Compressed files: unpacked, patched and packed again under the same name and time."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from fitslint.repair.model import RepairError
from fitslint.repair.write import write_plan
from fitslint.repair.write.packers import pack
from fitslint.repair.write.system import System
from tests.repair.crash.scenes import names, parts, plan, streams

OLD, NEW = streams(parts())
WRAPPERS = ["gzip", "bzip2", "xz", "compress"]


def lay(folder: Path, packed: bytes):
    path = folder / "one.fits.gz"
    path.write_bytes(packed)
    return plan(path, parts()), path


def header(name: bytes = b"", comment: bytes = b"", extra: bytes = b"") -> bytes:
    """A gzip member of the old stream with the optional fields of RFC 1952."""
    flags = 4 * bool(extra) + 8 * bool(name) + 16 * bool(comment) + 2
    head = b"\x1f\x8b\x08" + bytes((flags,)) + (86400).to_bytes(4, "little") + b"\x00\x03"
    if extra:
        head += len(extra).to_bytes(2, "little") + extra
    head += (name + b"\0") * bool(name) + (comment + b"\0") * bool(comment)
    head += (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    pack = zlib.compressobj(6, zlib.DEFLATED, -15)
    trailer = zlib.crc32(OLD).to_bytes(4, "little") + len(OLD).to_bytes(4, "little")
    return head + pack.compress(OLD) + pack.flush() + trailer


def test_name_time_and_comment_are_kept(tmp_path):
    made, path = lay(tmp_path, header(b"raw.fits", b"night 3", b"BC\x02\x00\x12\x34"))
    written = write_plan(made, "replace")
    raw = path.read_bytes()
    assert gzip.decompress(raw) == NEW
    assert raw[3] == 8 + 16
    assert raw[4:8] == (86400).to_bytes(4, "little")
    assert raw[8:10] == b"\x02\x03"
    assert raw[10:].startswith(b"raw.fits\0night 3\0")
    assert "gzip level 9" in written.methods
    assert [hdu for hdu, _ in written.digests] == [1, 2, 3, 4]


@pytest.mark.parametrize("chunk", [100, 2880, 1 << 20])
def test_members_and_padding(chunk, tmp_path):
    class Small(System):
        pass

    Small.chunk = chunk
    cuts = [OLD[:1], OLD[1:5000], OLD[5000:]]
    packed = b"".join(gzip.compress(each) for each in cuts) + bytes(1000)
    made, path = lay(tmp_path, packed)
    write_plan(made, "replace", system=Small())
    with gzip.GzipFile(fileobj=io.BytesIO(path.read_bytes())) as stream:
        assert stream.read() == NEW


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (gzip.compress(OLD)[:-1], "ends early"),
        (gzip.compress(OLD)[:3000], "ends early"),
        (gzip.compress(OLD) + b"a signature", "bytes that are no gzip follow"),
        (gzip.compress(OLD) + b"\0x", "bytes that are no gzip follow"),
        (gzip.compress(OLD)[:-8] + bytes(8), "is damaged"),
        (gzip.compress(OLD + b"x"), "another program has changed"),
        (gzip.compress(OLD[:-1]), "another program has changed"),
        (gzip.compress(OLD.replace(b"SECOND  =", b"SECOND @=")), "another program has changed"),
    ],
)
def test_what_cannot_be_packed_again(packed, said, tmp_path):
    made, path = lay(tmp_path, packed)
    with pytest.raises(RepairError, match=f"{said}.*; the file is as it was"):
        write_plan(made, "replace")
    assert path.read_bytes() == packed
    assert names(tmp_path) == {path.name}


@pytest.mark.parametrize("name", WRAPPERS)
def test_not_in_place(tmp_path, name):
    made, path = lay(tmp_path, before := pack(name, OLD))
    with pytest.raises(RepairError, match=f"a {name} file cannot be changed in place"):
        write_plan(made, "in-place")
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", WRAPPERS)
@pytest.mark.parametrize("chunk", [100, 1 << 20])
def test_every_wrapper_is_packed_again(tmp_path, name, chunk):
    class Small(System):
        pass

    Small.chunk = chunk
    made, path = lay(tmp_path, pack(name, OLD))
    written = write_plan(made, "replace", system=Small())
    assert path.read_bytes() == pack(name, NEW)
    assert any(method.startswith(name) for method in written.methods)
    assert [hdu for hdu, _ in written.digests] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ["bzip2", "xz"])
def test_what_would_be_lost_is_refused_in_every_wrapper(tmp_path, name):
    for packed, said in (
        (pack(name, OLD)[:-3], "ends early"),
        (pack(name, OLD) + b"a signature", f"bytes that are no {name} follow"),
        (pack(name, OLD)[:40] + bytes(9) + pack(name, OLD)[49:], "is damaged"),
    ):
        made, path = lay(tmp_path, packed)
        with pytest.raises(RepairError, match=f"{said}.*; the file is as it was"):
            write_plan(made, "replace")
        assert path.read_bytes() == packed
        assert names(tmp_path) == {path.name}


def test_changed_while_it_is_packed(tmp_path):
    made, path = lay(tmp_path, gzip.compress(OLD))

    class Meddling(System):
        def fsync(self, fd: int) -> str:
            os.utime(path, ns=(1, 1))
            return super().fsync(fd)

    with pytest.raises(RepairError, match="another program has changed"):
        write_plan(replace(made, identity=None), "replace", system=Meddling())
    assert gzip.decompress(path.read_bytes()) == OLD
