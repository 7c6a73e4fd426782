"""The sum of a data unit is that of its words, however it is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.data import sums
from fitslint.data.sums import WordSum
from fitslint.model.data_facts import DataFacts
from fitslint.syntax.checksum import add_words


def add_up(pieces):
    unit = DataFacts(None, 0, 0)
    taker = WordSum(unit, 0)
    at = 0
    for piece in pieces:
        taker.take(at, piece)
        at += len(piece)
    taker.finish()
    return unit.word_sum


@pytest.fixture(params=["kernel", "numpy"])
def way(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(sums, "KERNEL", None)


@given(pieces=st.lists(st.binary(max_size=50), max_size=6))
def test_pieces_do_not_matter(pieces):
    assert add_up(pieces) == add_words(b"".join(pieces))


@pytest.mark.usefixtures("way")
def test_both_ways_give_the_same():
    data = bytes(range(256)) * 40 + b"xyz"
    assert add_up([data[:1001], data[1001:]]) == add_words(data)
