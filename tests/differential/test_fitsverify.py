"""Every disagreement with fitsverify on real files is known, with who is right."""

from __future__ import annotations

import shutil

import pytest

from fitslint.rules.registry import load_rules
from tests.differential import disagreements, fitsverify


def test_messages_are_read_with_their_hdu():
    output = (
        "=================== HDU 2: BINARY Table ====\n"
        "*** Warning: Column #4: Name contains\n"
        "             a dot.\n"
        "*** Error:   Keyword #16\n"
        "\n"
    )
    assert list(fitsverify.said(output)) == [
        fitsverify.Said("Warning", 2, "Column #4: Name contains a dot."),
        fitsverify.Said("Error", 2, "Keyword #16"),
    ]


def test_known_disagreements_say_who_is_right_and_why():
    for entry in disagreements.known():
        assert entry.side in ("fitslint", "fitsverify")
        assert entry.right in ("fitslint", "fitsverify", "both")
        assert entry.clause and entry.why and entry.places
        if entry.side == "fitslint":
            assert set(entry.pattern.pattern.split("|")) <= {*load_rules(), "not-fits"}


def test_no_entry_concedes_an_error_of_ours_on_a_good_file():
    """What fitsverify is right about is our bug, unless it waits for work that is still ahead."""
    wrong = [one for one in disagreements.known() if one.side == "fitslint"]
    assert [one.pattern.pattern for one in wrong if one.right == "fitsverify"] == []


def test_disagreements_on_the_corpus_are_the_known_ones(corpus):
    if shutil.which("fitsverify") is None:
        pytest.skip("fitsverify is not installed (Debian package fitsverify)")
    new, gone = disagreements.unexplained(list(disagreements.compare(corpus)))
    assert not new, "not in known.toml:\n" + "\n".join(map(str, new))
    assert not gone, "in known.toml, but there is no such disagreement:\n" + "\n".join(gone)
