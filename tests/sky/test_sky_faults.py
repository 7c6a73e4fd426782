"""Planted faults of coordinates are found, and good headers are left in peace."""

from __future__ import annotations

import copy
import random

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.engine.plain_linter import PlainLinter, RuleGuard
from fitslint.rules.registry import load_fits_rules
from fitslint.source.files import read_bytes
from tests.sky.__main__ import judge, list_codes, measure
from tests.sky.headers import make_header
from tests.sky.planting import PLANTS

HEADERS = 120
FOUND_MIN = 0.95
ALARMS_MAX = 0.01


@pytest.fixture(scope="module")
def measured():
    return measure(HEADERS)


def test_planted_faults_are_found(measured):
    planted, found, rules, _ = measured
    assert sum(found.values()) >= FOUND_MIN * sum(planted.values()), rules
    few = {
        name: (found[name], planted[name]) for name in PLANTS if found[name] < 0.9 * planted[name]
    }
    assert few == {}
    assert all(planted[name] > 3 for name in PLANTS)


def test_good_headers_are_left_in_peace(measured):
    alarms = measured[3]
    assert len({alarm.split(":")[0] for alarm in alarms}) <= ALARMS_MAX * HEADERS, alarms


def test_an_answer_does_not_hang_on_what_was_read_before():
    """The same findings from a linter that knows the layout and from one that knows nothing."""
    for seed in range(12):
        good = make_header(seed)
        for number, plant in enumerate(PLANTS.values()):
            changed = plant(copy.deepcopy(good), random.Random(number))
            if changed is None:
                continue
            judge(good)
            warm = list_codes(judge(changed))
            cold = Linter(Settings()).lint(read_bytes(changed.write(), "example.hdr"))
            assert list_codes(cold) == warm


def test_what_is_skipped_could_not_have_been_found():
    """The plain linter, which asks every rule outright, finds the same."""
    rules = tuple(
        rule for rule in load_fits_rules().values()
        if rule.scope == "header" and rule.code.startswith(("WC2", "WD2", "WT2", "WS2"))
    )  # fmt: skip
    guard = RuleGuard()
    plain = PlainLinter(rules, guard)
    for seed in range(30):
        good = make_header(seed)
        headers = [plant(copy.deepcopy(good), random.Random(9)) for plant in PLANTS.values()]
        for header in (good, *filter(None, headers)):
            found: set[str] = set()
            file = read_bytes(header.write(), "example.hdr")
            plain.lint(file.hdus[0].header, lambda rule, *_, found=found: found.add(rule.code))
            codes = {rule.code for rule in rules}
            assert found == list_codes(judge(header)) & codes
    assert guard.failed_rules == set()


@pytest.mark.parametrize(
    "card",
    [
        "CRPIX1  =              1.0E300", "CRPIX1  =             -1.0E308",
        "CRVAL1  =              1.0E300", "CRVAL2  =              1.0E308",
        "CD1_1   =              1.0E308", "CD1_1   =             1.0E-320",
        "CD1_1   =                  0.0", "NAXIS1  = 99999999999999999999",
        "NAXIS1  =                    0", "CRVAL1  = 'none'", "RA      = '99:99:99'",
        "RA      =              1.0E300", "RA      = ''", "S_REGION= 'POLYGON ICRS 1 2'",
        "S_REGION= 'POLYGON ICRS 1e400 2 3 4 5 6'", "A_2_0   =              1.0E300",
        "AP_2_0  =              1.0E300", "A_ORDER =                   99",
        "LST-STR = '24:60:60'", "OBSGEO-L=              1.0E300", "AIRMASS =              1.0E300",
        "DATE-OBS= '9999-99-99'", "FOCALLEN=              1.0E-99", "XPIXSZ  =            1.0E300",
        "PIXSCALE=              1.0E308", "ORIENTAT=              1.0E308",
        "EQUINOX =              1.0E300", "RADESYS = 'FK9'", "CROTA2  =              1.0E308",
    ],
)  # fmt: skip
def test_nothing_in_a_header_makes_a_rule_fail(card):
    name = card[:8].strip()
    for seed in (3, 5, 7, 16, 20, 31):
        header = make_header(seed)
        raw = header.write()
        start = raw.find(name.ljust(8).encode() + b"= ")
        if start < 0:
            start = raw.find(b"END".ljust(80))
            raw = raw[:start] + card.ljust(80).encode() + raw[start:]
        else:
            raw = raw[:start] + card.ljust(80).encode() + raw[start + 80 :]
        whole = raw.rstrip(b" ").ljust(-(-len(raw.rstrip(b" ")) // 2880) * 2880)
        report = Linter(Settings()).lint(read_bytes(whole, "example.hdr"))
        assert report.status == "ok"
        assert report.not_judged == ()
