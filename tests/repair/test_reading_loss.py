"""What a safe fix may not do, whatever its rule says of it."""

from dataclasses import replace

import pytest

from fitslint.config.settings import Settings
from fitslint.model.finding import Edit, Finding, Fix
from fitslint.model.form import CARD_SIZE
from fitslint.repair.reading_loss import find_loss
from fitslint.repair.stream import PatchedReader
from fitslint.rules.registry import load_rules
from fitslint.source.files import read_bytes
from fitslint.syntax.scan_reader import BytesReader
from tests.repair.planning import SourcePlanner
from tests.strategies import PRIMARY, file_of, padded

ANY = Finding(
    "XX101", "x", "warning", "x", "x", {}, 1, None, 4, "GAIN", 0, 1, CARD_SIZE, "-", "0" * 16
)  # fmt: skip
LONG = ("NOTE    = 'one &'", "CONTINUE  'two'")


def loss(old: tuple[str, ...], new: tuple[str, ...], rule=None, rest: tuple[str, ...] = ()):
    """What is lost when the cards ``old`` behind the mandatory ones become ``new``."""
    before = file_of(map(padded, (*PRIMARY, *old, *rest)))
    after = file_of(map(padded, (*PRIMARY, *new, *rest)))
    start = len(PRIMARY) * CARD_SIZE
    edit = Edit(start, start + len(old) * CARD_SIZE, b"".join(map(padded, new)))
    finding = replace(ANY, fix=Fix("safe", "x", (edit,)))
    files = [read_bytes(data, "x.fits") for data in (before, after)]
    return find_loss(finding, rule, PatchedReader(BytesReader(before)), *files)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("GAIN    = 1.5",), ("GAIN    =                  1.5",)),
        (("GAIN    =                  1.5",), ("GAIN    =              1.50E+0",)),
        (("GAIN    = 'a'",), ("GAIN    = 'a       '",)),
        (("GAIN    = '1.5' / x",), ("GAIN    = '1.5'",)),
        (("gain    = 1.5",), ("GAIN    = 1.5",)),
        (("GAIN    = 1.5e1",), ("GAIN    = 15.0",)),
        (("GAIN    =",), ("GAIN    = 1",)),
        (("GAIN    = 1", "BIAS    = 2"), ("BIAS    = 2", "GAIN    = 1")),
        (LONG, ("NOTE    = 'one two'",)),
        (("COMMENT one",), ("COMMENT two",)),
    ],
)
def test_nothing_is_lost(old, new):
    assert loss(old, new) is None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (("GAIN    = 1",), (), "GAIN would be lost"),
        (("GAIN    = 1",), ("BIAS    = 1",), "GAIN would be lost"),
        (("GAIN    = 1",), ("GAIN    = 2",), "read as 1 and would be read as 2"),
        (("GAIN    = 1",), ("GAIN    = '1'",), "read as 1 and would be read as '1'"),
        (("GAIN    = T",), ("GAIN    = 1",), "read as T and"),
        (("GAIN    = 1",), ("GAIN    =",), "would be read as no value"),
        (("GAIN    = 1", "GAIN    = 2"), ("GAIN    = 1",), "GAIN would be lost"),
        (LONG, ("NOTE    = 'one &'", "CONTINUE  'too'"), "'one two'"),
        (LONG, ("NOTE    = 'one '", "CONTINUE  'two'"), "NOTE"),
        (("HIERARCH ESO A = 1",), ("HIERARCH ESO B = 1",), "HIERARCH ESO A would be lost"),
    ],
)
def test_a_loss_is_told(old, new, why):
    assert why in loss(old, new)


def test_an_identical_twin_may_go():
    assert loss(("GAIN    = 1",), (), rest=("GAIN    =                    1",)) is None
    assert loss(("GAIN    = 1",), (), rest=("GAIN    =                    2",)) is not None


def test_a_rule_declares_what_it_means_to_change():
    rule = load_rules()["VF110"]
    own, other = replace(rule, changes=("own",)), replace(rule, changes=("CRVALia",))
    assert loss(("GAIN    = 1",), ("GAIN    = 2",), own) is None
    assert loss(("BIAS    = 1",), ("BIAS    = 2",), own) is not None
    assert loss(("CRVAL12B= 1",), ("CRVAL12B= 2",), other) is None
    assert loss(("CRVALB  = 1",), ("CRVALB  = 2",), other) is not None


def test_the_fix_of_a_rule_that_promises_too_much_is_refused(monkeypatch):
    data = file_of(map(padded, (*PRIMARY, "GAIN    = 1", "gain    = 1")))
    planner = SourcePlanner(Settings())
    judge = planner.linter.lint

    def promise(file):
        report, start = judge(file), len(PRIMARY) * CARD_SIZE
        if file.hdus[0].header.raw[start : start + 11] == b"GAIN    = 1":
            fix = Fix("safe", "x", (Edit(start, start + CARD_SIZE, padded("GAIN    = 2")),))
            report.findings.append(replace(ANY, byte=start, fix=fix))
        return report

    planner.codes |= {"XX101"}
    monkeypatch.setattr(planner.linter, "lint", promise)
    plan = planner.plan(data)
    assert (
        "GAIN is read as 1 and would be read as 2"
        in {finding.code: why for finding, why in plan.refused}["XX101"]
    )
    assert all(b"GAIN    = 2" not in patch.new for patch in plan.patches)
