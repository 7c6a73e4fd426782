"""Waivers and baselines: what is taken out of a report, and what is still counted."""

import json
from collections import Counter

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.config.options import SettingsError
from fitslint.config.settings import Settings
from fitslint.config.waivers import Waiver
from fitslint.engine.baseline import BaselineFilter
from fitslint.engine.ruleset import UnknownSelectorError
from fitslint.engine.tally import Tally
from fitslint.engine.waivers import WaiverFilter
from fitslint.engine.withheld import name_from_folder
from fitslint.model.finding import FindingCap
from fitslint.report.baseline import BaselineReporter
from fitslint.report.reporter import Summary
from fitslint.schema_reader import read_schema
from tests.report import reading, samples

TODAY = "2026-06-01"
REASON = "it was always so"


def waive(report, **fields):
    filter_ = WaiverFilter("w.toml", (Waiver(("VF110",), REASON, **fields),), TODAY)
    filter_.apply(report)
    return report


@pytest.mark.parametrize(
    ("fields", "is_waived"),
    [
        ({}, True),
        ({"paths": ("night1/*.fits",)}, True),
        ({"paths": ("night1",)}, True),
        ({"paths": ("night2/*", "*.fit")}, False),
        ({"hdu": 2}, True),
        ({"hdu": 1}, False),
        ({"hdu": "sci"}, True),
        ({"hdu": "ERR"}, False),
        ({"keyword": "EXPTIME"}, True),
        ({"keyword": "EXP*"}, True),
        ({"keyword": "exptime"}, False),
        ({"until": TODAY}, True),
        ({"until": "2026-05-31"}, False),
    ],
)
def test_a_waiver_accepts_what_it_says_and_where(fields, is_waived):
    finding = samples.finding(hdu=2, extname="SCI ")
    report = waive(samples.report(finding, samples.absent(), path="raw/night1/a.fits"), **fields)
    assert [one.code for one in report.findings] == ["VF110"] * (not is_waived) + ["MK104"]
    if is_waived:
        (waived,) = report.withheld.waived
        assert (waived.finding, waived.waiver, waived.reason) == (finding, 0, REASON)


def test_a_waiver_of_no_rule_is_refused():
    with pytest.raises(UnknownSelectorError, match="VF999"):
        WaiverFilter("w.toml", (Waiver(("VF999",), "x"),), TODAY)


def test_the_verdict_stays_and_the_findings_do_not_count():
    report = waive(samples.report(samples.finding()))
    tally = Tally()
    tally.add(report)
    assert report.verdict == "violates"
    assert not tally.has_at_least("info")
    assert tally.withheld == {"waived": 1}
    assert tally.waiver_uses == tally.waiver_files == {0: 1}
    two = Tally()
    two.update(tally)
    two.update(tally)
    assert two.withheld["waived"] == two.waiver_uses[0] == 2
    assert two.rule_names["VF110"] == ("lowercase-exponent", "error")


def test_a_file_counts_by_its_gravest_finding_whatever_comes_last():
    tally = Tally()
    tally.add(samples.report(samples.finding(severity="warning"), samples.finding(severity="info")))
    assert tally.gravest == {"warning": 1}
    assert tally.rule_names["VF110"] == ("lowercase-exponent", "warning")


@pytest.mark.parametrize(("fields", "left"), [({}, 0), ({"hdu": 1}, 999), ({"hdu": 2}, 1000)])
def test_what_nobody_saw_is_waived_by_whole_files_only(fields, left):
    report = waive(samples.capped(), **fields)
    tally = Tally()
    tally.add(report)
    assert tally.severity["error"] == tally.codes["VF110"] == left
    assert tally.has_at_least("error") == bool(left)


def lint(waivers, *reports, is_whole=True, settings=None):
    filter_ = WaiverFilter("w.toml", waivers, TODAY)
    tally = Tally()
    for report in reports:
        filter_.apply(report)
        tally.add(report)
    report = filter_.lint(settings or Settings(), tally, is_whole=is_whole)
    return [(one.code, one.line) for one in report.findings] if report else []


def test_waivers_that_are_over_or_of_no_use_are_findings():
    used = Waiver(("VF110",), "x", line=1)
    over = Waiver(("VF110",), "x", until="2026-05-31", line=5)
    idle = Waiver(("CD106",), "x", line=9)
    other = Waiver(("CD106",), "x", paths=("b.fits",), line=13)
    waivers = (used, over, idle, other)
    found = samples.report(samples.finding())
    assert lint(waivers, found) == [("AR101", 5), ("AR102", 9), ("AR102", 13)]


def test_a_run_that_did_not_see_the_files_does_not_call_a_waiver_idle():
    idle = Waiver(("CD106",), "x")
    named = Waiver(("CD106",), "x", paths=("a.fits",))
    elsewhere = Waiver(("CD106",), "x", paths=("b.fits",))
    globbed = Waiver(("CD106",), "x", paths=("a.*",))
    waivers = (idle, named, elsewhere, globbed)
    report = samples.report(samples.finding())
    assert lint(waivers, report, is_whole=False) == [("AR102", 1)]
    assert lint((named,), report, settings=Settings(ignore=("CD",))) == []


# ---- baselines


def write_baseline(path, *reports):
    form = BaselineReporter(folder=str(path.parent))
    tally = Tally()
    for report in reports:
        tally.add(report)
    texts = [text for report in reports if (text := form.render_file(report))]
    path.write_text(form.render_start() + "".join(texts) + form.render_end(
        Summary(tally), any_file=bool(texts)), "utf-8")  # fmt: skip
    return BaselineFilter(str(path))


def marked(mark, **changes):
    return samples.finding(fingerprint=f"{mark:016x}", **changes)


def place(tmp_path, *findings, **changes):
    return samples.report(*findings, path=str(tmp_path / "a.fits"), **changes)


def test_known_findings_are_not_told_and_gone_ones_are_counted(tmp_path):
    known = write_baseline(tmp_path / "b.jsonl", place(tmp_path, marked(1), marked(2)))
    report = place(tmp_path, marked(2), marked(3))
    known.apply(report)
    assert [one.fingerprint for one in report.findings] == [f"{3:016x}"]
    assert [one.fingerprint for one in report.withheld.known] == [f"{2:016x}"]
    assert report.withheld.gone == 1
    other = samples.report(marked(2), path=str(tmp_path / "c.fits"))
    known.apply(other)
    assert len(other.findings) == 1 and other.withheld.known == []


def test_a_baseline_holds_wherever_it_is_called_from(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    known = write_baseline(tmp_path / "b.jsonl", place(tmp_path, marked(1)))
    assert json.loads((tmp_path / "b.jsonl").read_text().splitlines()[1])["path"] == "a.fits"
    monkeypatch.chdir(tmp_path / "sub")
    report = samples.report(marked(1), path="../a.fits")
    known.apply(report)
    assert report.findings == []
    monkeypatch.chdir(tmp_path)
    again = BaselineFilter("b.jsonl")
    report = samples.report(marked(1), path="./a.fits")
    again.apply(report)
    assert report.findings == []
    assert name_from_folder("<stdin>", "x") == "<stdin>"


@pytest.mark.parametrize(("total", "left"), [(1000, 0), (1001, 1), (1200, 200), (900, 0)])
def test_findings_that_were_only_counted_are_known_by_their_number(tmp_path, total, left):
    def capped(number):
        return place(tmp_path, marked(1), truncated=[FindingCap("VF110", 1, {"error": number - 1})])

    known = write_baseline(tmp_path / "b.jsonl", capped(1000))
    report = capped(total)
    known.apply(report)
    tally = Tally()
    tally.add(report)
    assert tally.codes["VF110"] == tally.severity["error"] == left


def test_a_new_baseline_has_the_known_and_the_new(tmp_path):
    known = write_baseline(tmp_path / "b.jsonl", place(tmp_path, marked(1)))
    report = place(tmp_path, marked(1), marked(2))
    known.apply(report)
    again = write_baseline(tmp_path / "b.jsonl", report)
    same = place(tmp_path, marked(1), marked(2))
    again.apply(same)
    assert same.findings == []


LINES = st.lists(st.one_of(
    st.sampled_from(["{}", "[]", "1", "null", '"x"', "{", "\x00", '{"path": 1, "findings": {}}',
                     '{"path": "a", "findings": {"VF110": ["0123456789abcdef"]}}',
                     '{"path": "a", "findings": {"x": ["0123456789abcdef"]}}',
                     '{"path": "a", "findings": {"VF110": "0123456789abcdef"}}',
                     '{"path": "a", "findings": []}', '{"path": "a"}',
                     '{"path": "a", "findings": {"VF110": ["0123456789abcdef"]}, "totals": 1}',
                     '{"files": 1, "findings": 1}', '{"files": "1", "findings": 1}',
                     '{"schema": "urn:fitslint:baseline:1.0.0"}', "[" * 9999]),
    st.text(max_size=9)), max_size=4)  # fmt: skip


@given(LINES, st.booleans())
def test_what_is_no_baseline_is_one_sentence(tmp_path_factory, lines, has_head):
    path = tmp_path_factory.getbasetemp() / "hostile.jsonl"
    head = ['{"schema": "urn:fitslint:baseline:1.0.0", "tool": {}}'] if has_head else []
    path.write_text("\n".join([*head, *lines]), "utf-8")
    try:
        known = BaselineFilter(str(path))
    except SettingsError as error:
        assert "\n" not in str(error)
        assert str(error).startswith(f"{path}: ")
    else:
        known.apply(samples.report(samples.finding()))


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_part_of_a_baseline_is_none(tmp_path, kept):
    path = tmp_path / "b.jsonl"
    write_baseline(path, place(tmp_path, marked(1)))
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:kept]))
    with pytest.raises(SettingsError, match=r"no end|nothing in it"):
        BaselineFilter(str(path))
    with pytest.raises(SettingsError, match="cannot be read"):
        BaselineFilter(str(tmp_path / "none"))


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["VF110", "CD106"])), max_size=6))
def test_every_line_follows_the_schema(tmp_path_factory, found):
    path = tmp_path_factory.getbasetemp() / "b.jsonl"
    findings = [marked(mark, code=code) for mark, code in found]
    write_baseline(path, samples.report(*findings, path="n\udcff.fits"), samples.capped())
    schema = json.loads(read_schema("baseline-1.0.0.json"))
    judge = jsonschema.Draft202012Validator(schema)
    for line in path.read_text("utf-8").splitlines():
        judge.validate(json.loads(line))


def test_sarif_tells_new_known_and_waived_findings_apart(tmp_path):
    known = write_baseline(tmp_path / "b.jsonl", place(tmp_path, marked(1)))
    report = place(tmp_path, marked(1), marked(2), marked(3, code="CD106"))
    WaiverFilter("w", (Waiver(("CD106",), REASON),), TODAY).apply(report)
    known.apply(report)
    results = reading.read_sarif(reading.write("sarif", [report]))
    states = Counter(one.get("baselineState") for one in results)
    assert states == {"new": 1, "unchanged": 1, None: 1}
    waived = next(one for one in results if one["ruleId"] == "CD106")
    assert waived["suppressions"] == [{"kind": "external", "justification": REASON}]
    for name in ("full", "concise", "grouped", "github", "gitlab", "junit"):
        text = reading.write(name, [report])
        assert "CD106" not in text
        assert "VF110" in text
