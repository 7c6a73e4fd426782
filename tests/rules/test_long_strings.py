"""Long strings and HIERARCH: what is reported, and what must stay quiet."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes


def codes(*cards: str) -> set[str]:
    found = lint_bytes(build_example("\n".join(cards)).data, "strings.fits").findings
    return {one.code for one in found if one.severity != "info"}


@pytest.mark.parametrize(
    "cards",
    [
        ("NOTE    = 'a&'", "CONTINUE  'b&'", "CONTINUE  'c'"),
        ("NOTE    = 'a&  '  / said", "CONTINUE  ''    / more"),
        ("FIRM    = 'AT&T'",),
        ("DP1     = 'EXTVER: 1.0'",),
        ("HIERARCH ESO DET CHIP1 ID = 'x' / name",),
    ],
)
def test_legal_cards_are_left_alone(cards):
    assert codes(*cards) == set()


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        (("CONTINUE  'b'",), {"LS101"}),
        (("NOTE    = 5", "CONTINUE  'b'"), {"LS101"}),
        (("NOTE    = 'a'", "CONTINUE  free text"), {"LS101"}),
        (("NOTE    = 'a&'", "COMMENT x", "CONTINUE  'b'"), {"LS101", "LS102"}),
        (("NOTE    = 'a&'", "CONTINUE 'b'"), {"LS103"}),
        (("NOTE    = 'a&'", "CONTINUE  b"), {"LS103"}),
        (("NOTE    = 'a&'", "CONTINUE  'b&'"), {"LS104"}),
        (("TELESCOP= 'a&'", "CONTINUE  'b'"), {"LS105"}),
        (("HIERARCH ESO.DET = 5",), {"LS107"}),
        (("HIERARCH ESO DET A = 5", "HIERARCH  ESO DET  A = 6"), {"LS108"}),
        (("HIERARCH ESO A = 'x&'", "CONTINUE  'y'"), {"LS110"}),
    ],
)
def test_faults_are_found(cards, expected):
    assert codes(*cards) == expected


def test_a_neighbour_is_never_remembered_with_a_card():
    """The same CONTINUE card is an orphan or not by what stands before it."""
    for _ in range(2):
        assert codes("NOTE    = 'a&'", "CONTINUE  'b'") == set()
        assert codes("NOTE    = 'a '", "CONTINUE  'b'") == {"LS101"}
