"""Units in comments of keywords that nobody registered: their spelling is told, no more."""

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_bytes
from fitslint.testing.examples import build_example

LINTER = Linter(Settings())
PLAIN = [
    "MYSPEED =                  1.0 / [km/s] speed",
    "MYVAL   =                  1.0 / [on/off] switch",
    "MYVAL   = 'text    '           / [sec] a string",
    "MYVAL   =                  1.0 / time [sec]",
    "MYVAL   =                  1.0 / [sec",
]


def judge(card):
    file = read_bytes(build_example(card).data, "x.fits")
    return [one for one in LINTER.lint(file).findings if one.code == "UN109"]


@pytest.mark.parametrize(("found", "new"), [("sec", "s"), ("degrees", "deg"), ("Angstroms", None)])
def test_spelling(found, new):
    card = f"MYVAL   =                  1.0 / [{found}] mine"
    for _ in range(3):  # what was seen is remembered
        told = judge(card)
        assert [(one.keyword, one.severity, one.fix.safety) for one in told] == [
            ("MYVAL", "info", "style")
        ]
        assert new is None or told[0].params["new"] == new


@pytest.mark.parametrize("card", PLAIN)
def test_what_is_let_alone(card):
    assert [judge(card) for _ in range(3)] == [[], [], []]


@pytest.mark.parametrize(("clean", "wrong"), [
    ("MYVAL   = 30", "MYVAL   = 30 / [sec] mine"),
    ("EXPTIME = 30", "EXPTIME = 30 / [sec] mine"),
    ("MYVAL   = 'on a day       / [sec] x'", "MYVAL   =                  1.0 / [sec] x'"),
    ("MYVAL   = 'one long word      [sec] x'", "MYVAL   =                 1.0 /[sec] x'"),
])  # fmt: skip
def test_what_is_remembered_of_one_header_hides_nothing_in_another(clean, wrong):
    for card, count in ((clean, 0), (wrong, 1), (clean, 0)):
        assert [len(judge(card)) for _ in range(2)] == [count, count]


@pytest.mark.parametrize(("unit", "count"), [
    ("Jy", 1), ("m", 1), ("km/s", 1), ("s", 0), ("d", 0), ("ms", 0), ("TT", 0), ("MJD", 0),
])  # fmt: skip
def test_a_time_is_in_a_unit_of_time(unit, count):
    for keyword in ("XPOSURE", "TELAPSE", "TSTART"):
        found = judge(f"{keyword:<8}=                300.0 / [{unit}] how long")
        assert [(one.keyword, one.message_id) for one in found] == [(keyword, "UN109.time")] * count
