"""Real files that fitsverify passes: few have an error of ours, and most have no warning."""

from __future__ import annotations

import shutil

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.source.files import read_file
from tests.differential import disagreements, fitsverify

pytestmark = pytest.mark.long
ERRORS, WARNINGS = 4, 0.25
"""Files that may have an error, and the share that may have a warning or an error.

The four have what the standard forbids and fitsverify does not look at: a Z behind a time (three)
and INHERIT in the primary header.
"""
ENOUGH = 100


@pytest.fixture(scope="module")
def clean(corpus):
    """The severities and codes found in each file of which fitsverify says nothing."""
    if shutil.which("fitsverify") is None:
        pytest.skip("fitsverify is not installed (Debian package fitsverify)")
    judge = Linter(Settings())
    found = {}
    for path in sorted(corpus.rglob("*")):
        if path.is_file():
            report = judge.lint(read_file(str(path), judge.settings.limits))
            if report.status == "ok" and not fitsverify.run(path):
                name = path.relative_to(corpus).as_posix()
                found[name] = {(one.severity, one.code, one.hdu) for one in report.findings}
    assert len(found) > ENOUGH
    return found


def with_severity(clean, *severities):
    return {
        name: sorted({code for severity, code, _ in said if severity in severities})
        for name, said in clean.items()
        if any(severity in severities for severity, _, _ in said)
    }


def test_hardly_any_has_an_error(clean):
    loud = with_severity(clean, "error")
    assert len(loud) <= ERRORS, loud


def test_at_most_one_in_four_has_a_warning(clean):
    loud = with_severity(clean, "error", "warning")
    assert len(loud) <= WARNINGS * len(clean), f"{len(loud)} of {len(clean)}: {loud}"


def test_every_error_is_defended_by_a_clause(clean):
    known = [one for one in disagreements.known() if one.right != "fitsverify"]
    bare = [
        (name, code, hdu)
        for name, said in clean.items()
        for severity, code, hdu in said
        if severity == "error"
        and not any(
            one.explains(disagreements.Disagreement("fitslint", name, hdu or 0, code))
            for one in known
        )
    ]
    assert bare == []
