"""Any bytes give a file, in bounded time, with whatever HDUs stand behind a fault."""

from __future__ import annotations

import gzip

from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.source.files import read_bytes
from fitslint.syntax import scan_header
from tests.syntax.scan_streams import CARD_SIZE, THREE, hdu, header, lines, read

SEEDS = [
    THREE,
    hdu("SIMPLE", (30, 30), *(f"KEY{n:05d}= {n:>20}" for n in range(50))),
    header("SIMPLE") + header("BINTABLE", (8, 4)) + b"x" * 2880,
    "\n".join([*lines("SIMPLE", (5,)), "END", *lines("IMAGE", ())]).encode(),
    gzip.compress(THREE),
    b"",
]
PIECES = st.sampled_from(
    [b"XTENSION= 'IMAGE   '", b"SIMPLE  =                    T", b"END".ljust(CARD_SIZE),
     b"END     = 1",
     b"\n", b"\r\n", b"\xff", b"\x00" * 80, b" " * 80, b"'", b"NAXIS1  = 99999999999999999999",
     b"NAXIS   =                  999", b"BITPIX  =                   -1", b"\x1f\x8b\x08"]
)  # fmt: skip
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(-200, 3000), PIECES | st.binary(max_size=100)),
    max_size=6,
)
NAMES = st.sampled_from(["x.fits", "x.hdr", "x", "x.fits.gz"])


def mutated(seed, edits, cut):
    data = seed
    for where, length, new in edits:
        at = int(where * len(data))
        data = data[:at] + new + data[at + max(length, 0) :]
    return data[: int(cut * len(data)) + 1]


def check(data, name):
    file = read_bytes(data, name)
    assert file.container == "gzip" or len(file.hdus) <= len(data) // CARD_SIZE + 1
    at = -1
    for number, one in enumerate(file.hdus, 1):
        assert one.number == number == one.header.hdu
        assert one.header.offset > at
        at = one.header.offset
        assert len(list(one.header.cards)) == len(one.header)
    assert all(problem.hdu is None or problem.hdu >= 1 for problem in file.problems)
    return file


@given(st.binary(max_size=4000), NAMES)
@settings(max_examples=150, deadline=None)
def test_any_bytes(data, name):
    check(data, name)


@given(st.sampled_from(SEEDS), EDITS, st.floats(0, 1), NAMES)
@settings(max_examples=400, deadline=None)
def test_mutated_files(seed, edits, cut, name):
    check(mutated(seed, edits, cut), name)


@given(st.sampled_from(SEEDS[:3]), EDITS)
@settings(max_examples=200, deadline=None)
def test_hints_change_nothing(seed, edits):
    data = mutated(seed, edits, 1.0)
    read(seed)
    hinted = read(data)
    scan_header._hints.clear()
    fresh = read(data)
    assert hinted.problems == fresh.problems
    assert [(h.header.raw, h.data_offset) for h in hinted.hdus] == [
        (h.header.raw, h.data_offset) for h in fresh.hdus
    ]


def test_a_piece_of_a_card_is_one_header():
    for head in (b"XTENSION= 'IMA", b"XTENSION= 'IMAGE\xff\xff  '", b"SIMPLE  =   T"):
        assert len(check(head, "x.fits").hdus) <= 1


def test_cut_at_any_byte():
    for size in range(0, len(THREE), 37):
        file = check(THREE[:size], "x.fits")
        whole = [one for one in read(THREE).hdus if one.data_offset <= size]
        assert len(file.hdus) >= len(whole)
        if size % 2880:
            assert file.problems


def test_hostile_sizes_take_no_time():
    for axes in ((10**18,), (10**9, 10**9, 10**9), (2**63 - 1,), (-5,), (0, 10**18)):
        check(header("SIMPLE", axes) + THREE, "x.fits")
    check(header("SIMPLE") + header("IMAGE") * 3000, "x.fits")
    check(b"SIMPLE  =                    T".ljust(80) + b" " * 10_000_000, "x.fits")
    check(b"XTENSION= '" * 300_000, "x.fits")
    check(
        (b"SIMPLE  =                    T".ljust(80) + b"BITPIX  = 8".ljust(80)) * 20_000, "x.fits"
    )
