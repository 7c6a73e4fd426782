"""What a repair tells of a file is what a check tells: one judge serves both."""

import pytest

import fitslint
from fitslint.config.settings import Limits, Settings
from fitslint.engine.linter import Linter
from fitslint.repair.fixer import Fixer, WriteOptions
from fitslint.repair.options import FixOptions
from fitslint.source.files import read_bytes, read_file
from tests.strategies import PRIMARY, file_of, padded

SMALL = 200_000
MANY = [f"key{number:<5}= 1.5e{number} / [furlong] x" for number in range(40)]


def told(data: bytes, settings: Settings):
    """The report of a check, and the one that a repair begins with."""
    check = Linter(settings).lint(read_bytes(data, "<bytes>", settings.limits))
    return check, Fixer(settings, FixOptions(), WriteOptions("none")).fix_bytes(data)[0].before


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(every=True),
        Settings(limits=Limits(findings_per_rule=7)),
        Settings(select=("KN102",)),
        Settings(select=("VF",), limits=Limits(findings_per_rule=7)),
        Settings(ignore=("VF",)),
    ],
)
def test_findings_counts_and_places_are_the_same(settings):
    check, before = told(file_of(map(padded, (*PRIMARY, *MANY))), settings)
    assert before == check
    assert before.findings


def test_what_is_told_once_is_mended_everywhere():
    """Two HDUs have the same fault; a check names one place and counts both."""
    extension = ("XTENSION= 'IMAGE   '", *PRIMARY[1:], "PCOUNT  =                    0",
                 "GCOUNT  =                    1", "AIRMASS =                    1",
                 "AIRMASS =                    1")  # fmt: skip
    data = file_of(map(padded, PRIMARY)) + 2 * file_of(map(padded, extension))
    report = fitslint.fix(data)
    assert [repair.finding.hdu for repair in report.fixes if repair.finding.code == "DU101"] == [
        2,
        3,
    ]
    assert report.data.count(b"AIRMASS") == 2


def test_real_files_are_told_alike(corpus):
    settings = Settings()
    judge, fixer = Linter(settings), Fixer(settings, FixOptions(), WriteOptions("none"))
    files = [path for path in sorted(corpus.rglob("*.fit*")) if path.stat().st_size < SMALL]
    for path in files[::3]:
        before = fixer.fix(str(path)).before
        if before.status != "unreadable":
            assert before == judge.lint(read_file(str(path), settings.limits)), path


def test_a_file_is_judged_once_before_and_once_after(monkeypatch):
    calls = []
    judge = Linter.lint

    def count(self, file):
        calls.append(file)
        return judge(self, file)

    fixer = Fixer(Settings(), FixOptions(), WriteOptions("none"))
    monkeypatch.setattr(Linter, "lint", count)
    cards = ["gain    =                  1.5", "EXPTIME =              1.5e+02"]
    done, _ = fixer.fix_bytes(file_of(map(padded, (*PRIMARY, *cards))))
    assert len(done.plan.repairs) == 2
    assert len(calls) == 2
    calls.clear()
    fixer.fix_bytes(file_of(map(padded, PRIMARY)))
    assert len(calls) == 1
