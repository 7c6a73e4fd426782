"""Fields of ASCII tables are read as a plain grammar reads them, all at once."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fitslint.data import fields

BLANKS = " *"
INTEGER = re.compile(rf"{BLANKS}([+-]?[0-9]+)?{BLANKS}")
POINTED = r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)"
REAL = re.compile(rf"{BLANKS}({POINTED}([EDed][+-]?[0-9]+)?)?{BLANKS}")
IMPLIED = re.compile(rf"{BLANKS}[+-]?[0-9]+([EDed][+-]?[0-9]+)?{BLANKS}")
LETTERLESS = re.compile(rf"{BLANKS}(?:{POINTED}|[+-]?[0-9]+)[+-][0-9]+{BLANKS}")


@given(st.lists(st.text("0123456789 +-.EDx", min_size=7, max_size=7), min_size=1, max_size=30))
def test_fields_are_sorted_as_a_grammar_sorts_them(texts):
    field = np.frombuffer("".join(texts).encode(), np.uint8).reshape(len(texts), 7)
    states = fields._read_fields(field)
    for pattern, wanted in (
        (INTEGER, fields._INTEGERS), (REAL, fields._REALS), (IMPLIED, fields._WITHOUT_POINT),
        (LETTERLESS, fields._WITHOUT_LETTER),
    ):  # fmt: skip
        marks = fields._mark_states(wanted)[states]
        assert [bool(pattern.fullmatch(text)) for text in texts] == marks.tolist(), texts
