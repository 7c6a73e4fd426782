"""The sample headers of the manuals: every finding that was expected by reading them is there.

Beside every header in ``fixtures/samples`` a table says which keyword breaks which row of the
catalogue or of the observatory's rules; it was made by reading the header, not by running the tool.
"""

import csv
from pathlib import Path

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.rules.coverage import read_open_rows
from fitslint.rules.registry import load_rules
from fitslint.source.files import read_file

FOLDER = Path(__file__).parents[2] / "fixtures" / "samples"
SAMPLES = sorted(FOLDER.glob("*.hdr"))
SUBARU = 33
"""31 samples of the manual; two of them bring a table in a file of its own."""


@pytest.fixture(scope="module")
def judge():
    return Linter(Settings(every=True))


@pytest.fixture(scope="module")
def later():
    return {row.id for row in read_open_rows()}


def expected(path):
    with path.with_suffix(".expected.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_sample_is_there():
    names = [path.name for path in SAMPLES]
    assert {"m51.hdr", "norh-hanaoka.hdr", "norh-koshix.hdr"} < set(names)
    assert len(names) == SUBARU + 3
    assert [path for path in SAMPLES if not path.with_suffix(".expected.tsv").exists()] == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_was_expected_is_found(path, judge, later):
    report = judge.lint(read_file(str(path), judge.settings.limits))
    assert report.status == "ok", report.reason
    rules = load_rules()
    found = {
        (finding.keyword, row)
        for finding in report.findings
        for row in rules[finding.code].catalogue_rows
    }
    missed = [
        (line["keyword"], line["row"], line["why"])
        for line in expected(path)
        if line["row"] not in later and (line["keyword"], line["row"]) not in found
    ]
    assert missed == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_authority_is_recognised(path, judge):
    report = judge.lint(read_file(str(path), judge.settings.limits))
    instrument = path.stem.split("-")[0]
    told = report.dictionaries[0] if report.dictionaries else None
    if path.stem == "m51":
        assert told is None
    elif instrument == "norh":
        assert told.startswith("norh/")
    elif path.stem.endswith(("-table", "-table-polarimetry")):
        assert told is None or told.startswith("subaru/")
    else:
        assert told.startswith("subaru/")


def test_a_header_of_two_authorities_follows_one(judge):
    for path in SAMPLES:
        report = judge.lint(read_file(str(path), judge.settings.limits))
        families = {name.partition("/")[0] for name in report.dictionaries}
        assert len(families) <= 1
