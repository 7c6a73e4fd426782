"""Every planted fault is noticed on its HDU and keyword; conforming files are not."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.faults import quiet
from tests.faults.judging import faults, judge, noticed

ROWS: dict[str, list] = defaultdict(list)
for _fault in faults():
    ROWS[_fault.row].append(_fault)
QUIET = list(quiet.files())


@pytest.mark.parametrize("row", sorted(ROWS))
def test_faults_are_noticed_where_they_are(row):
    missed = []
    for fault in ROWS[row]:
        report = judge(fault.data, fault.name)
        assert report.status != "crashed", report.reason
        if not noticed(fault, report):
            found = [(one.severity, one.hdu, one.keyword, one.code) for one in report.findings]
            missed.append((fault.label, fault.hdu, fault.keywords, found))
    assert missed == []


@pytest.mark.parametrize("case", QUIET, ids=lambda case: case.label[:60].replace("\n", "|"))
def test_conforming_files_are_left_in_peace(case):
    report = judge(case.data, case.name)
    said = [(one.code, one.keyword, one.message) for one in report.findings]
    loud = [one for one, f in zip(said, report.findings, strict=True) if f.severity != "info"]
    assert (report.status, loud) == ("ok", [])


def test_enough_is_planted():
    assert len(ROWS) > 150
    assert len(faults()) > 3000
    assert len(QUIET) > 500


@pytest.mark.parametrize("row", sorted(ROWS))
def test_one_fault_is_one_matter(row):
    """A fault gives its finding and at most two that are independently true."""
    for fault in ROWS[row]:
        report = judge(fault.data, fault.name)
        codes = {one.code for one in report.findings if one.severity != "info"}
        assert len(codes) <= 4, (fault.label, sorted(codes))
