"""Checks are registered once, and say in one way that something is missing."""

from __future__ import annotations

from types import SimpleNamespace

from fitslint.pipeline.kappa.qc import assess
from fitslint.pipeline.kappa.qc.check import (
    CHECK_GROUPS,
    PASS,
    UNJUDGED,
    Judgement,
    NotJudgedError,
    QcCheck,
    judge,
    list_checks,
)


def require_nothing(inputs):
    pass


def require_luck(inputs):
    raise NotJudgedError("there is no luck", tries=3)


def line(measure, *needs):
    measurements = SimpleNamespace(clumps=["top"], gas="hot")
    return QcCheck("c.toy", "A toy", needs, measure).run("map", measurements)


def test_the_report_has_its_checks_in_the_order_of_their_groups():
    codes = [one.code for module in assess._CHECK_MODULES for one in list_checks(module.__name__)]
    assert codes == [
        "a.ratio", "a.header", "a.model",
        "b.roundtrip", "b.projection", "b.handedness", "b.shift", "b.parity",
        "c.peak", "c.raw",
        "d.shear", "d.modulus", "d.magnification", "d.mass",
        "e.contour-0.5", "e.contour-1",
        "f.band",
        "g.peak", "g.centroid",
        "h.header", "h.pixkpc", "h.data", "h.blank", "h.hot", "h.datasum",
    ]  # fmt: skip
    assert [code[0] for code in codes] == sorted(code[0] for code in codes)
    assert {code[0] for code in codes} == set(CHECK_GROUPS)


def test_a_check_gets_what_it_names():
    def measure(inputs, gas):
        return Judgement(PASS, f"{inputs} is {gas}", 1.0)

    (result,) = line(measure, require_nothing)
    assert (result.code, result.title, result.group) == ("c.toy", "A toy", "c")
    assert (result.verdict, result.reason, result.value) == (PASS, "map is hot", 1.0)


def test_what_is_missing_makes_a_line_that_says_so():
    def measure(inputs):
        raise AssertionError("it is not asked")

    (result,) = line(measure, require_nothing, require_luck)
    assert (result.verdict, result.reason) == (UNJUDGED, "there is no luck")
    assert result.details == {"tries": 3}


def test_several_judgements_are_counted_and_one_is_not():
    def measure(inputs, clumps):
        return [Judgement(PASS, "first"), judge(lambda: require_luck(inputs))]

    assert [one.code for one in line(measure)] == ["c.toy.1", "c.toy.2"]
    assert [one.verdict for one in line(measure)] == [PASS, UNJUDGED]
    assert [one.code for one in line(lambda inputs: [Judgement(PASS, "only")])] == ["c.toy"]
