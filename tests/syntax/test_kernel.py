"""The compiled kernel against a twin in Python: what it knows, and what it makes of any bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.model.form import CARD_SIZE
from fitslint.syntax import checksum
from fitslint.syntax.cards import FOLD, PLAIN_TEXT
from fitslint.syntax.kernel import KERNEL, OWNERS_MAX, PROSE, SUM, TEXT

pytestmark = pytest.mark.skipif(KERNEL is None, reason="the kernel was not compiled")

NAME = b"NAMED   "
FLAGS = st.sampled_from((0, PROSE, SUM))
SIGNS = b"aZD09 '=/-+.\x00\xff\x7f\x1f~T"
RESTS = st.one_of(
    st.binary(min_size=72, max_size=72),
    st.lists(st.sampled_from(SIGNS), min_size=72, max_size=72).map(bytes),
    st.text("abcXYZ019.,", max_size=60).map(lambda text: text.encode().ljust(72)),
    st.text("abcXYZ019'.", min_size=15, max_size=17).map(
        lambda text: b"= '" + text.encode() + b"' / sum".ljust(53)
    ).map(lambda rest: rest[:72].ljust(72)),
)  # fmt: skip
CARDS = st.lists(st.tuples(RESTS, FLAGS, st.integers(1, 3)), min_size=1, max_size=8)
_owner = iter(range(1_000_000, OWNERS_MAX))


def build_key(rest: bytes, flags: int) -> bytes:
    """The shape of columns 9-80, as the header linter has it."""
    if flags & PROSE and rest.endswith(b" ") and not rest.translate(None, PLAIN_TEXT):
        return b"a" * 71 + b" "
    text = rest[3:19]
    if flags & SUM and rest.startswith(b"= '") and rest[19:20] == b"'" and text.isalnum():
        rest = b"= '" + b"A" * 16 + rest[19:]
    return rest.translate(FOLD)


def pack(*owners: int) -> bytes:
    return struct.pack(f"={len(owners)}I", *owners)


def look_up(rest: bytes, owner: int) -> bool:
    return KERNEL.look_up(NAME + rest, pack(owner)) == ([], [])


@given(CARDS, CARDS)
def test_what_is_taught_is_known_and_nothing_else(taught, asked):
    base, twin = next(_owner) << 2, set()
    for rest, flags, number in taught:
        KERNEL.teach(NAME + rest, (base + number) & OWNERS_MAX | flags, 10, 20)
        twin.add((build_key(rest, flags), flags, number))
        assert look_up(rest, (base + number) & OWNERS_MAX | flags)
    for rest, flags, number in [*taught, *asked]:
        known = look_up(rest, (base + number) & OWNERS_MAX | flags)
        wanted = (build_key(rest, flags), flags, number) in twin
        # Of what was taught something may have been forgotten, but nothing else is ever known.
        assert wanted or not known


@pytest.mark.parametrize("byte", range(256))
@pytest.mark.parametrize("flags", (0, PROSE, SUM))
def test_every_byte_is_folded_as_in_python(byte, flags):
    owner, image = next(_owner), bytes((byte,)) * 71 + b" "
    KERNEL.teach(NAME + image, owner | flags, 0, 0)
    for other in range(256):
        twin = bytes((other,)) * 71 + b" "
        alike = build_key(twin, flags) == build_key(image, flags)
        assert look_up(twin, owner | flags) == alike


def test_texts_are_those_of_the_cards_asked_about():
    owner = next(_owner)
    KERNEL.teach(b"KEY     = 'abc' / text".ljust(80), owner, 10, 15)
    raw = b"".join(
        image.ljust(80) for image in (b"KEY     = 'xyz' / else", b"KEY     = 1", b"KEY     = 'a'")
    )
    owners = pack(owner | TEXT, owner | TEXT, owner)
    assert KERNEL.look_up(raw, owners) == ([1, 2], [b"'xyz'", None])


def test_nobody_owns_a_card_of_zeros():
    assert KERNEL.look_up(bytes(80), pack(0)) == ([0], [])


@given(st.binary(max_size=400), st.binary(max_size=24))
def test_sizes_that_do_not_fit_are_refused(raw, owners):
    if len(raw) % CARD_SIZE == 0 and len(owners) == len(raw) // 20:
        unknown, _ = KERNEL.look_up(raw, owners)
        assert set(unknown) <= set(range(len(raw) // 80))
        return
    with pytest.raises(ValueError):
        KERNEL.look_up(raw, owners)


@pytest.mark.parametrize(
    ("card", "owner", "first", "last"),
    [(bytes(79), 1, 0, 0), (bytes(81), 1, 0, 0), (bytes(80), 0, 0, 0), (bytes(80), 1, 3, 2),
     (bytes(80), 1, 0, 81), (bytes(80), 1, 256, 256), (bytes(80), 1, -1, 3)],
)  # fmt: skip
def test_what_cannot_be_is_not_learnt(card, owner, first, last):
    with pytest.raises((ValueError, OverflowError)):
        KERNEL.teach(card, owner, first, last)


def test_memory_is_one_table():
    """More shapes than the table has slots: what is lately taught is known, and nothing breaks."""
    owner = next(_owner)
    words = [f"{number * 2_654_435_761 % 2**32:032b}" for number in range(40_000)]
    images = [word.replace("1", "a").encode() for word in words]
    for image in images:
        KERNEL.teach(NAME + image.ljust(72), owner, 0, 0)
        assert look_up(image.ljust(72), owner)


@given(st.binary(max_size=600))
def test_sums_are_those_of_words(data):
    words = struct.unpack(f">{-(-len(data) // 4)}I", data + bytes(-len(data) % 4))
    assert KERNEL.add_words(data) == sum(words) % checksum.MODULUS


def test_sums_without_the_kernel_are_the_same(monkeypatch):
    samples = [bytes(14_400), b"\xff" * 14_400, bytes(range(256)) * 57 + b"abc", b"", b"\x80"]
    sums = [checksum.add_words(data) for data in samples]
    monkeypatch.setattr(checksum, "KERNEL", None)
    assert [checksum.add_words(data) for data in samples] == sums


NAMES = st.sampled_from((b"SIMPLE  ", b"COMMENT ", b"A       ", b"a       "))
IMAGES = st.lists(st.tuples(NAMES, st.binary(min_size=72, max_size=72)), max_size=4)


@given(IMAGES, IMAGES)
def test_names_are_those_of_the_first_columns(one, other):
    raws = [b"".join(map(b"".join, cards)) for cards in (one, other)]
    is_same = [name for name, _ in one] == [name for name, _ in other]
    assert KERNEL.has_same_names(*raws) is is_same
    assert KERNEL.has_same_names(raws[0], raws[0])


@pytest.mark.parametrize("size", [0, 1, 79, 81, 160])
def test_headers_of_another_size_have_other_names(size):
    assert KERNEL.has_same_names(bytes(80), bytes(size)) is False
    assert KERNEL.has_same_names(bytes(size), bytes(size)) is (size % 80 == 0)
