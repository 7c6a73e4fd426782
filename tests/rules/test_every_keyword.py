"""Every keyword pattern, with every letter behind it and values of every type, is judged."""

from __future__ import annotations

import re
import string

import pytest

from fitslint.dictionary import load_conventions, load_standard
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

VALUES = {
    "logical": "                   T",
    "integer": "                   2",
    "real": "                -1.5",
    "string": "'2B      '",
    "complex": "          (1.0, 2.0)",
    "undefined": "",
    "faulty": "                 f/8",
}
_LONGEST = 8
_CARDS = 150
_COMMENTARY = ("COMMENT", "HISTORY", "CONTINUE", "HIERARCH", "END", "SIMPLE", "XTENSION")


def spell(letter: str) -> list[str]:
    """One keyword of every pattern of the dictionaries, with ``letter`` behind it."""
    names = dict.fromkeys(
        re.sub("[a-z]+", lambda run: "1" * len(run[0]), pattern.removesuffix("a")) + letter
        for dictionary in (load_standard(), load_conventions())
        for pattern in dictionary.names
        if pattern not in _COMMENTARY
    )
    return [name for name in names if len(name) <= _LONGEST and name]


@pytest.mark.long
@pytest.mark.parametrize("letter", ["", *string.ascii_uppercase, "0", "_", "-"])
@pytest.mark.parametrize("kind", ["primary", "bintable"])
def test_no_rule_fails(kind: str, letter: str) -> None:
    names = spell(letter)
    assert len(names) > 200
    for value in VALUES.values():
        for start in range(0, len(names), _CARDS):
            cards = [f"{name:<8}= {value}" for name in names[start : start + _CARDS]]
            report = lint_bytes(build_example("\n".join(cards), kind).data, "x.fits")
            assert (report.status, report.reason) == ("ok", None)
