"""Headers read together say what each says by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.audit import header_block
from fitslint.audit.columns import COLUMNS
from fitslint.audit.header_block import HeaderBlock
from fitslint.source.files import read_bytes

TAILS = (" / [s] time 12", "", " / a 'b' / c", "/ close", " / [deg", " garbage", " / \xe9", "   /x")
PLAIN = ("1", "-5", "+7", "1.5", "-.5", "2.", "1.E3", "1.5D+02", "1e5", "T", "'abc'", "'a''b'",
         "'a/b'", "'     '", "''", "nan", "1 2", "(1.0, 2.0)", "1E400", "")  # fmt: skip


def read_header(*cards):
    text = "".join(
        card.ljust(80)[:80] for card in ("SIMPLE  =                    T", *cards, "END")
    )
    data = text.ljust(-(-len(text) // 2880) * 2880).encode("latin-1")
    return read_bytes(data).hdus[0].header


def read_plainly(headers):
    """The block as it is where there was no compiler."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(header_block, "COLUMNS", None)
        return HeaderBlock(headers)


def describe(block, row):
    found = [int(block.hashes[row])]
    for position in range(len(block.names)):
        column = block.read_column(position)
        number = None if column.numbers is None else column.numbers[row % len(column.numbers)]
        value = block.read_values(position)[row]
        key = column.keys[row if len(column.keys) > 1 else 0]
        found.append((key, None if number is None or np.isnan(number) else number, repr(value)))
    return found


cards = st.builds(
    lambda value, justify, tail: (
        f"KEY     = {value.rjust(20) if justify else value.ljust(20)}{tail}"
    ),
    st.sampled_from(PLAIN) | st.integers(-(10**12), 10**12).map(str) | st.floats().map(repr),
    st.booleans(),
    st.sampled_from(TAILS[:1]) | st.sampled_from(TAILS),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(cards, cards), min_size=1, max_size=6))
def test_a_block_says_of_each_header_what_it_says_alone(rows):
    headers = [read_header(*row) for row in rows]
    alone = [describe(HeaderBlock([header]), 0) for header in headers]
    for block in (HeaderBlock(headers), read_plainly(headers)):
        assert [describe(block, row) for row in range(len(headers))] == alone


@pytest.mark.parametrize(
    ("comment", "unit", "meaning"),
    [
        ("[s] exposure time", "s", "exposure time"),
        ("shutter 3 [mm] of 12", "mm", "shutter # of #"),
        ("no unit", None, "no unit"),
        ("", None, None),
    ],
)
def test_a_comment_is_unit_and_meaning(comment, unit, meaning):
    key = HeaderBlock([read_header(f"KEY     = {1:20d} / {comment}")]).read_column(1).keys[0]
    assert key == ("integer", unit, meaning)


def test_the_hash_sees_every_byte():
    header = "".join(f"KEY{n:<5d}= {n:20d} / x".ljust(80) for n in range(9))
    seen = set()
    for at in range(len(header)):
        cards = header[:at] + ("z" if header[at] != "z" else "y") + header[at + 1 :]
        found = read_header(*(cards[n : n + 80] for n in range(0, len(cards), 80)))
        seen.add(int(HeaderBlock([found]).hashes[0]))
    assert len(seen) == len(header)


ODD = ("1e5", "+5", "1.5D+02", "2.5e+00", "T", "'it''s'", "'a/b'", "1E5", "'end'\t/ x", "7")


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from((tuple(map(str, range(20))), tuple(f"{n}.5" for n in range(20)),
                     tuple(f"'name {n}'" for n in range(20)))),
    st.dictionaries(st.integers(0, 19), st.sampled_from(ODD) | cards, max_size=6),
)  # fmt: skip
def test_odd_cards_are_read_apart_from_the_others_of_their_column(plain, odd):
    values = [odd.get(row, value) for row, value in enumerate(plain)]
    headers = [
        read_header(one if one.startswith("KEY") else f"KEY     = {one:>20} / [s] time")
        for one in values
    ]
    alone = [describe(HeaderBlock([header]), 0) for header in headers]
    for block in (HeaderBlock(headers), read_plainly(headers)):
        assert [describe(block, row) for row in range(20)] == alone


@settings(deadline=None, max_examples=300)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 12))
def test_numbers_are_the_nearest_to_what_is_written(value, digits):
    texts = ("0.25", f"{value:.{digits}E}", f"{value:.{digits}f}")
    headers = [read_header(f"KEY     = {one:>20}") for one in texts if len(one) <= 20]
    found = HeaderBlock(headers).read_values(1)
    assert found == [float(one) for one in texts if len(one) <= 20]


@pytest.mark.skipif(COLUMNS is None, reason="there was no compiler")
@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ([b" " * 80, b" " * 160], b""), ([b" " * 79], b""), ([], b""), (["text"], b""),
        ([b" " * 80], b"\1\0\0\0\x1e\0\0\0\0\0\0\0"),
        ([b" " * 80], b"\0\0\0\0\x51\0\0\0\0\0\0\0"),
    ],
)  # fmt: skip
def test_what_are_no_headers_is_refused(headers, wanted):
    with pytest.raises((ValueError, IndexError, TypeError)):
        COLUMNS.read_columns(headers, wanted)
    if not wanted:
        with pytest.raises((ValueError, IndexError, TypeError)):
            COLUMNS.compare_headers(headers)
