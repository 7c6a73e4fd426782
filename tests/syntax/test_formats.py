"""TFORM, TDISP and TDIM: the grammar, and its numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.syntax.column_formats import (
    ELEMENT_BYTES,
    explain_format,
    parse_ascii_format,
    parse_binary_format,
    parse_dimensions,
    parse_display_format,
    repair_format,
)

STARTS = ("binary", "ascii", "display", "dimensions")
FAULTS = {
    ("1j", "binary"): "case",
    (" 1J", "binary"): "blank",
    ("", "binary"): "empty",
    ("1V", "binary"): "private",
    ("1PU(5)", "binary"): "private",
    ("F8.2", "binary"): "other-table",
    ("1E,", "binary"): "junk",
    ("1PAA", "binary"): "junk",
    ("1Z", "binary"): "unknown",
    ("1J", "ascii"): "other-table",
    ("F10", "ascii"): "decimals",
    ("I0", "ascii"): "unknown",
    ("E12.5E2", "ascii"): "unknown",
    ("F8", "display"): "decimals",
    ("f8.2", "display"): "case",
    ("%8.3f", "display"): "unknown",
    ("(2, 3)", "dimensions"): "blank",
    ("2,3", "dimensions"): "unknown",
    ("()", "dimensions"): "unknown",
}  # fmt: skip
DISPLAYS = ["A5", "L1", "I5", "I5.3", "B8.8", "O6", "Z8.8", "F8.2", "E10.0", "E12.5E2", "EN12.3",
            "ES12.3", "G15.7", "G15.7E3", "D24.16", "D24.16E3"]  # fmt: skip


@pytest.mark.parametrize(("text", "start"), FAULTS)
def test_faults(text, start):
    assert explain_format(text, start) == FAULTS[text, start]


@pytest.mark.parametrize("text", DISPLAYS)
def test_displays(text):
    assert parse_display_format(text) is not None
    assert explain_format(text, "display") is None


@pytest.mark.parametrize(
    ("text", "size"),
    [("J", 4), ("20A", 20), ("17X", 3), ("0D", 0), ("1PE(30)", 8), ("1QE(30)", 16), ("20A5", 20),
     ("3M", 48)],
)  # fmt: skip
def test_bytes(text, size):
    assert parse_binary_format(text).field_bytes == size


@given(st.integers(0, 10**6), st.sampled_from("LXBIJKAEDCM"), st.integers(0, 10**9))
def test_binary(repeat, code, most):
    form = parse_binary_format(f"{repeat}{code}")
    assert (form.repeat, form.code, form.element, form.is_variable) == (repeat, code, code, False)
    assert form.field_bytes == (-(-repeat // 8) if code == "X" else repeat * ELEMENT_BYTES[code])
    array = parse_binary_format(f"1P{code}({most})")
    assert (array.element, array.maximum, array.field_bytes) == (code, most, 8)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_dimensions(lengths):
    assert parse_dimensions("(" + ",".join(map(str, lengths)) + ")") == tuple(lengths)


@given(st.sampled_from("FED"), st.integers(1, 99), st.integers(0, 30))
def test_ascii(code, width, decimals):
    form = parse_ascii_format(f"{code}{width}.{decimals}")
    assert (form.code, form.width, form.decimals) == (code, width, decimals)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
       st.sampled_from(STARTS))  # fmt: skip
def test_any_text_has_one_answer(text, start):
    fault = explain_format(text, start)
    new = repair_format(text, start)
    if new is not None:
        assert fault is not None
        assert explain_format(new, start) is None
