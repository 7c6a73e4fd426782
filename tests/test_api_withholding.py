"""The library and what is withheld: waivers and baselines."""

import pytest

import fitslint
from tests.cli.tool import run
from tests.engine.test_run import BAD, fits


@pytest.fixture
def place(tmp_path):
    """The place of a file with an error."""
    path = tmp_path / "a.fits"
    path.write_bytes(fits(BAD))
    return path


def write_waivers(path, until=""):
    wanted = fitslint.check(path).errors[0]
    waivers = path.with_name("waivers.toml")
    day = f'until = "{until}"\n' if until else ""
    waivers.write_text(f'[[waiver]]\nrules = ["{wanted.code}"]\nreason = "known"\n{day}')
    return wanted, waivers


def test_waivers(place):
    path = place
    wanted, waivers = write_waivers(path)
    report = fitslint.check(path, waivers=waivers)
    assert [(one.finding, one.reason) for one in report.waived] == [(wanted, "known")]
    assert report.findings == [one for one in fitslint.check(path).findings if one != wanted]
    assert report.ok
    _, over = write_waivers(path, "2001-01-01")
    assert fitslint.check(path, waivers=over).findings == fitslint.check(path).findings


def test_a_baseline(place, tmp_path):
    path, known = place, tmp_path / "known.jsonl"
    every = fitslint.check(path).findings
    run("check", str(path), "--write-baseline", str(known))
    report = fitslint.check(path, baseline=known)
    assert (report.findings, report.known, report.ok) == ([], every, True)


def test_waivers_that_cannot_be_used(tmp_path):
    path = tmp_path / "waivers.toml"
    for text in ("[[waiver]", "[[waiver]]\nrules = ['XX999']\nreason = 'x'\n"):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"waivers\.toml"):
            fitslint.check(b"", waivers=path)
        with pytest.raises(ValueError, match=r"waivers\.toml"):
            fitslint.fix(b"", waivers=path)
    with pytest.raises(ValueError, match=r"absent\.jsonl: cannot be read"):
        fitslint.check(b"", baseline=tmp_path / "absent.jsonl")


def test_fixes_leave_what_is_accepted(place):
    path = place
    fixed = fitslint.fix(path, write=False).fixes[0].finding
    waivers = path.with_name("waivers.toml")
    waivers.write_text(f'[[waiver]]\nrules = ["{fixed.code}"]\nreason = "as it is"\n')
    left = fitslint.fix(path, write=False, waivers=waivers)
    assert fixed.code not in [one.finding.code for one in left.fixes]
