"""The stream as it will be: what it reads is what writing would give, and patches compose."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fitslint.repair.model import Patch
from fitslint.repair.stream import (
    HeadCachedReader,
    PatchedReader,
    compose_patches,
    find_new_offset,
)
from fitslint.syntax.scan_reader import BytesReader


def spliced(data: bytes, patches: list[Patch]) -> bytes:
    out = bytearray(data)
    for patch in reversed(patches):
        out[patch.start : patch.end] = patch.new
    return bytes(out)


@st.composite
def patches_of(draw, size: int) -> list[Patch]:
    cuts = sorted(draw(st.lists(st.integers(0, size), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [Patch(start, end, draw(st.binary(max_size=12))) for start, end in pairs]


@st.composite
def streams(draw) -> tuple[bytes, list[Patch]]:
    data = draw(st.binary(max_size=60))
    return data, draw(patches_of(len(data)))


@given(streams(), st.integers(0, 90), st.integers(0, 90))
def test_it_reads_what_would_be_written(stream, offset, count):
    data, patches = stream
    new = spliced(data, patches)
    reader = PatchedReader(BytesReader(data), patches)
    assert reader.size == reader.measure_size() == len(new)
    assert reader.read_at(offset, count) == new[offset : offset + count]
    assert reader.ends_at(len(new))
    assert not reader.ends_at(len(new) + 1)
    assert reader.ends_at(offset) == (offset == len(new))


@given(streams(), st.data())
def test_patches_compose(stream, draw):
    data, patches = stream
    first = PatchedReader(BytesReader(data), patches)
    changes = draw.draw(patches_of(first.measure_size()))
    both = compose_patches(first, changes)
    assert spliced(data, list(both)) == spliced(spliced(data, patches), changes)
    assert all(left.end <= right.start for left, right in pairwise(both))


@given(streams())
def test_kept_bytes_are_found_again(stream):
    data, patches = stream
    new = spliced(data, patches)
    reader = PatchedReader(BytesReader(data), patches)
    for old in range(len(data)):
        if not any(patch.start <= old < patch.end for patch in patches):
            place = find_new_offset(patches, old)
            assert new[place] == data[old]
            assert reader.find_old_offset(place) == old


def test_the_beginning_of_a_file_is_read_once(tmp_path):
    path = tmp_path / "long"
    data = bytes(range(256)) * 1000
    path.write_bytes(data)
    with path.open("rb") as stream:
        reader = HeadCachedReader(stream.fileno(), len(data))
        for offset, count in ((0, 80), (46000, 1000), (255_990, 100), (256_000, 5)):
            assert reader.read_at(offset, count) == data[offset : offset + count]
        assert reader.ends_at(len(data))
