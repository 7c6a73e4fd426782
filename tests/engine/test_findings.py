"""Flags to findings: habits are told once, and edits fit the lines of a header text."""

from __future__ import annotations

import pytest

import fitslint
from fitslint.config.settings import Limits, Settings
from fitslint.engine.linter import Linter
from fitslint.engine.tally import Tally
from fitslint.source.files import read_bytes
from fitslint.testing.edits import edit_example
from fitslint.testing.examples import Example, build_example

HABIT = "HIERARCH own.name = 1\nHIERARCH own.other = 2"


def list_places(data, code, **settings):
    """Severity and number of places of the findings of a rule."""
    judge = Linter(Settings(**settings))
    report = judge.lint(read_bytes(data, "x.fits", judge.settings.limits))
    return [(one.severity, one.places) for one in report.findings if one.code == code]


def test_a_habit_is_told_once_with_the_number_of_its_places():
    data = build_example(HABIT, "primary").data
    assert list_places(data, "LS107") == [("warning", 2)]
    assert list_places(data, "LS107", every=True) == [("warning", 1), ("warning", 1)]
    assert list_places(data, "LS107", severity=(("LS107", "error"),)) == [("error", 2)]


def test_what_weighs_less_is_told_apart():
    block = "OBJECT  = 'M31'/ a string\nEXPTIME =                  1.5/ a number"
    places = list_places(build_example(block, "primary").data, "CD112")
    assert places == [("info", 1), ("warning", 1)]


def test_a_fact_is_told_once_a_file():
    """The same keyword with the same fault in two HDUs is one finding; another keyword another."""
    block = "RADECSYS= 'FK5'\n@hdu image\nRADECSYS= 'FK5'\n@hdu image\nRADECSYS= 'FK4'"
    data = build_example(block, "primary").data
    told = list_places(data, "DP103")
    assert sum(places for _, places in told) == 3
    assert len(told) < len(list_places(data, "DP103", every=True)) == 3


def mended(text, code):
    """The header text after the fixes of one rule."""
    findings = fitslint.check(text, select=(code,)).findings
    edits = [edit for one in findings if one.fix for edit in one.fix.edits]
    assert edits
    return edit_example(Example(text), edits)


def test_edits_of_a_header_text_are_whole_lines():
    start = b"SIMPLE  =                    T\nBITPIX  =                    8\nNAXIS   = 0\n"
    added = mended(start + b"RADECSYS= 'FK5'\nEND\n", "DP103")
    assert added == start + b"RADECSYS= 'FK5'\nRADESYS = 'FK5'\nEND\n"
    added = mended(start + b"DATE_OBS= '2004-01-02'\nEND\n", "KN108")
    assert added == start + b"DATE_OBS= '2004-01-02'\nDATE-OBS= '2004-01-02'\nEND\n"
    removed = mended(start + b"BLOCKED =                    T\nEND\n", "DP102")
    assert removed == start + b"END\n"


def test_a_line_that_is_not_one_byte_a_character_is_not_edited():
    text = (
        "SIMPLE  =                    T\nBITPIX  = 8\nNAXIS   = 0\nRADECSYS= 'FK5' / \u00e9\nEND\n"
    )
    findings = fitslint.check(text.encode(), select=("DP103",)).findings
    assert [one.fix for one in findings] == [None]


def count_findings(data, most, **settings):
    """What a summary counts of a file of which so many findings of a rule are kept."""
    linter = Linter(Settings(limits=Limits(findings_per_rule=most), **settings))
    report, tally = linter.lint(read_bytes(data, "x.fits", linter.settings.limits)), Tally()
    tally.add(report)
    severe = {code: severity for code, (_, severity) in tally.rule_names.items()}
    return report.verdict, tally.severity, tally.codes, tally.gravest, severe


def test_facts_that_are_not_kept_count_once():
    header = "A       = 1\nA       = 2\nB       = 1\nB       = 2\n"
    data = build_example("@hdu image\n".join([header] * 6), "primary").data
    whole = count_findings(data, 1000)
    assert whole[2]["DU102"] == 4  # in the primary header the cards stand elsewhere
    assert count_findings(data, 1) == whole


@pytest.mark.parametrize("many", [2, 600])
def test_an_error_that_is_not_kept_is_one(many):
    """The first findings of the rule are infos, which alone are kept; of few, and of very many."""
    cards = [f"DATE{n:<4}= '01/02/99'" for n in range(many)]
    cards += [f"DATEX{n:<3}= '2001-13-77'" for n in range(many)]
    data = build_example("\n".join(cards), "primary").data
    verdict, severity, _, gravest, _ = whole = count_findings(data, 1)
    assert severity == {"info": many, "error": many}
    assert gravest == {"error": 1}
    assert verdict == "violates"
    assert whole == count_findings(data, 5000)


def test_a_report_with_an_error_that_is_not_kept_is_not_ok(examples):
    worse = []
    for path in sorted((examples / "bad").glob("*.fits")):
        data = path.read_bytes()
        whole = count_findings(data, 1000)
        assert count_findings(data, 1) == whole, path.name
        kept, every = (fitslint.check(data, max_findings=most) for most in (1, 1000))
        assert kept.ok == every.ok, path.name
        worse += [path.name] if len(every.errors) > len(kept.errors) else []
    assert worse


def test_the_explanation_counts_errors_that_are_not_kept():
    block = "\n".join(f"OBJ{n:<4} =  1.5E 2" for n in range(5))
    report = fitslint.check(build_example(block, "primary").data, max_findings=1)
    hidden = sum(cut.hidden.get("error", 0) for cut in report.truncated)
    assert hidden
    assert not report.ok
    assert report.explanation().endswith(f"... and {hidden} more errors")
    with pytest.raises(fitslint.ConformanceError):
        report.raise_for_errors()
